//! The site without a network, as the export asks it.

use crate::router::build_router;
use crate::state::State;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header;
use plenary_model::port::{BoxFuture, Page, Site};
use tower::ServiceExt;

/// The site, asked page by page without a network, as it is exported: without what is computed on request.
pub fn site(state: State) -> impl Site {
    Inside { router: build_router(state, false) }
}

struct Inside {
    router: Router,
}

impl Site for Inside {
    fn page<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Page> {
        Box::pin(async move {
            let Ok(request) = Request::get(path).body(Body::empty()) else {
                return Page { status: 400, media_type: String::new(), body: Vec::new() };
            };
            let Ok(response) = self.router.clone().oneshot(request).await;
            let status = response.status().as_u16();
            let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
            let media_type = media_type.unwrap_or_default().to_owned();
            match to_bytes(response.into_body(), usize::MAX).await {
                Ok(body) => Page { status, media_type, body: body.to_vec() },
                Err(_) => Page { status: 500, media_type, body: Vec::new() },
            }
        })
    }
}
