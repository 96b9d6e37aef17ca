//! Which address is answered by what, and what lies round all answers.

use crate::address::EVERYTHING;
use crate::failure::{self, Failure};
use crate::metrics::name_route;
use crate::state::{Shared, State};
use crate::{api, assets, feeds, pages, push, respond};
use axum::Router;
use axum::extract::{Request, State as Given};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

/// Longest time for one answer. Pages take milliseconds; what takes longer hangs.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

pub fn router(state: State) -> Router {
    build_router(state, true)
}

pub(crate) fn build_router(state: State, is_live: bool) -> Router {
    let shared = Arc::new(Shared::new(state, is_live));
    let site = pages::routes()
        .route("/search.atom", get(feeds::search::show))
        .route("/search.rss", get(feeds::search::show))
        .route("/search.json", get(feeds::search::show))
        .route_layer(from_fn_with_state(Arc::clone(&shared), pages::cached::answer))
        .merge(api::routes())
        .merge(push::routes())
        .route("/static/{file}", get(asset))
        .route(assets::ICON_ASKED, get(asset))
        .route(assets::WORKER, get(asset))
        .route("/healthz", get(|| async { plain(StatusCode::OK, "alive\n") }))
        .route("/readyz", get(ready))
        .fallback(answer_no_route)
        .method_not_allowed_fallback(|| async { Failure::NotAllowed })
        .layer(from_fn_with_state(Arc::clone(&shared), feeds::only_read))
        .layer(CatchPanicLayer::custom(failure::answer_panic))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIMEOUT))
        .layer(from_fn_with_state(Arc::clone(&shared), failure::dress))
        .layer(from_fn(name_route))
        .layer(map_response(respond::guard))
        .layer(TraceLayer::new_for_http())
        .with_state(Arc::clone(&shared));
    Router::new().fallback_service(feeds::Documents::before(site, &shared))
}

async fn asset(
    Given(shared): Given<Arc<Shared>>,
    method: Method,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Failure> {
    let policy = shared.state.policy.borrow().clone();
    shared.assets.answer(&policy, request.uri().path(), &method, &headers).ok_or(Failure::NotFound)
}

/// 200 once documents are stored and while passes can run: otherwise a balancer must not send readers here, and
/// whoever keeps the server must look.
async fn ready(Given(shared): Given<Arc<Shared>>) -> Response {
    if shared.state.trouble.borrow().is_some() {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "no pass can run; the log says why\n");
    }
    match shared.state.store.edition(EVERYTHING).await {
        Ok(Some(_)) => plain(StatusCode::OK, "ready\n"),
        Ok(None) => plain(StatusCode::SERVICE_UNAVAILABLE, "nothing is published yet\n"),
        Err(error) => {
            tracing::error!("the store does not answer /readyz: {error}");
            plain(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n")
        }
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = (status, text).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// No route: an address with a slash at its end may be meant without it.
async fn answer_no_route(request: Request) -> Failure {
    let path = request.uri().path();
    let without = path.trim_end_matches('/');
    // Two slashes in front would name another host.
    if path.ends_with('/') && without.starts_with('/') && !without.starts_with("//") {
        let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
        return Failure::Moved(format!("{without}{query}"));
    }
    Failure::NotFound
}
