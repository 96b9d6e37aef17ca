//! Stored documents at their addresses: feeds, archives, the list of sources, the calendar. The worker has published
//! them; only feeds of searches are rendered on request (`search`), since there are as many as questions.
//!
//! They are asked for far more often than pages, mostly in vain: so they are answered before the site with its layers,
//! from memory where they are kept (`cache`).

pub(super) mod search;

use crate::cache::EditionCache;
use crate::failure::Failure;
use crate::respond::{Document, Precondition, choose, evaluate, guard};
use crate::state::Shared;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::{Service, ServiceExt};

/// Endings of the addresses at which documents are stored.
const ENDINGS: [&str; 5] = [".atom", ".rss", ".json", ".opml", ".ics"];
/// Says what a request is for: a page to look at, an image, a fetch.
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Stored documents in front of the rest of the site, which answers whatever is none.
#[derive(Clone)]
pub(super) struct Documents {
    editions: Arc<EditionCache>,
    site: Router,
}

impl Documents {
    pub(crate) fn before(site: Router, shared: &Shared) -> Self {
        let state = &shared.state;
        let editions = EditionCache::new(state.store.clone(), Arc::clone(&state.clock), state.policy.clone());
        Self { editions: Arc::new(editions), site }
    }
}

/// An answer that is there already, or one that takes time.
pub(super) enum Answering {
    Ready(Ready<Result<Response, Infallible>>),
    Later(Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>),
}

impl Future for Answering {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Ready(answer) => Pin::new(answer).poll(context),
            Self::Later(answer) => answer.as_mut().poll(context),
        }
    }
}

impl Service<Request> for Documents {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Answering {
        let path = request.uri().path();
        if !is_document(path) {
            return Answering::Later(Box::pin(self.site.clone().oneshot(request)));
        }
        if request.method() == Method::OPTIONS {
            return Answering::Ready(ready(Ok(preflight())));
        }
        let is_read = request.method() == Method::GET || request.method() == Method::HEAD;
        if !is_read {
            return Answering::Later(Box::pin(self.site.clone().oneshot(request)));
        }
        if let Some(document) = self.editions.find(path) {
            return Answering::Ready(ready(Ok(answer(&self.editions, &document, request.method(), request.headers()))));
        }
        let (editions, site) = (Arc::clone(&self.editions), self.site.clone());
        Answering::Later(Box::pin(async move {
            let (asked, body) = request.into_parts();
            match answer_stored(&editions, &asked).await {
                Ok(Some(response)) => Ok(response),
                // No stored document: one that is made on request, or a page that says so.
                Ok(None) => site.oneshot(Request::from_parts(asked, body)).await,
                Err(failure) => Ok(guard(failure.into_response()).await),
            }
        }))
    }
}

/// Turns away methods that a document does not know, on the way to the site's pages.
pub(super) async fn only_read(State(_): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let is_read = request.method() == Method::GET || request.method() == Method::HEAD;
    if is_document(request.uri().path()) && !is_read {
        return Failure::NotAllowed.into_response();
    }
    next.run(request).await
}

fn is_document(path: &str) -> bool {
    let is_stored = !path.starts_with("/search.") && !path.starts_with("/api/");
    is_stored && ENDINGS.iter().any(|ending| path.ends_with(ending))
}

async fn answer_stored(editions: &EditionCache, asked: &Parts) -> Result<Option<Response>, Failure> {
    let document = editions.load(asked.uri.path()).await?;
    Ok(document.map(|document| answer(editions, &document, &asked.method, &asked.headers)))
}

/// Answers a `GET` or `HEAD`: the body, 304 or 412.
fn answer(editions: &EditionCache, document: &Document, method: &Method, headers: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    let coding = choose(headers, &document.codings);
    let Some(variant) = document.variant(coding, is_opened_in_browser(headers)) else {
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return response;
    };
    match evaluate(headers, &variant.etag, document.modified) {
        Precondition::NotModified => {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.headers_mut() = variant.unchanged.clone();
        }
        Precondition::Failed => {
            *response.status_mut() = StatusCode::PRECONDITION_FAILED;
            *response.headers_mut() = variant.unchanged.clone();
        }
        Precondition::Holds => {
            *response.headers_mut() = variant.full.clone();
            if method != Method::HEAD {
                *response.body_mut() = editions.open(document, variant);
            }
        }
    }
    response
}

/// Tells a page on another site that it may ask conditionally.
fn preflight() -> Response {
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD")),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("if-none-match, if-modified-since")),
        (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
    ];
    (StatusCode::NO_CONTENT, allowed).into_response()
}

/// A person opened the address in a browser, rather than a reader polling it (fetch metadata).
pub(crate) fn is_opened_in_browser(headers: &HeaderMap) -> bool {
    headers.get(FETCH_DEST).is_some_and(|dest| dest == "document")
}

#[cfg(test)]
mod slow_tests;
#[cfg(test)]
mod tests;
