//! The public site: stored feeds, pages and feeds of searches rendered from what is stored, the interface for
//! programs. A request never fetches and never parses a feed; the only thing that one writes down is what hubs
//! and their subscribers ask (`push`), for the worker to act on.

mod address;
mod api;
mod assets;
mod card;
mod counts;
mod failure;
mod feeds;
mod locale;
mod pages;
mod paths;
mod push;
mod rendered;
mod respond;
mod shelf;
mod theme;
mod view;
mod world;

pub use paths::page_paths;

use assets::Assets;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Given};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use failure::Failure;
use plenary_model::policy::Policy;
use plenary_model::port::{BoxFuture, Clock, Page, Site};
use plenary_store::Store;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

/// Longest time for one answer. Pages take milliseconds; what takes longer hangs.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time that requests under way get after a stop was asked for.
const STOP_GRACE: Duration = Duration::from_secs(4);
/// A document that exists once the worker has published for the first time.
const FIRST_DOCUMENT: &str = "/all.atom";

/// What the site is built from.
#[derive(Clone)]
pub struct State {
    /// Where everything that is shown comes from.
    pub store: Store,
    /// The policy in force; a reload sends a new one.
    pub policy: watch::Receiver<Arc<Policy>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What all handlers share.
struct Shared {
    state: State,
    assets: Assets,
    counts: counts::Counts,
    /// False for the pages of an export: nothing computes an answer there, so they offer no search.
    is_live: bool,
    cards: card::Cards,
    rendered: rendered::Pages,
}

/// The whole site.
pub fn router(state: State) -> Router {
    router_of(state, true)
}

fn router_of(state: State, is_live: bool) -> Router {
    let shared = Arc::new(Shared {
        state,
        assets: Assets::new(),
        counts: counts::Counts::default(),
        cards: card::Cards::default(),
        rendered: rendered::Pages::default(),
        is_live,
    });
    let site = pages::routes()
        .route("/search.atom", get(feeds::search::show))
        .route("/search.rss", get(feeds::search::show))
        .route("/search.json", get(feeds::search::show))
        .route_layer(from_fn_with_state(Arc::clone(&shared), rendered::answer))
        .merge(api::routes())
        .merge(push::routes())
        .route("/static/{file}", get(asset))
        .route(assets::ICON_ASKED, get(asset))
        .route(assets::WORKER, get(asset))
        .route("/healthz", get(|| async { plain(StatusCode::OK, "alive\n") }))
        .route("/readyz", get(ready))
        .fallback(lost)
        .method_not_allowed_fallback(|| async { Failure::NotAllowed })
        .layer(from_fn_with_state(Arc::clone(&shared), feeds::only_read))
        .layer(CatchPanicLayer::custom(failure::panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIMEOUT))
        .layer(from_fn_with_state(Arc::clone(&shared), failure::dress))
        .layer(map_response(respond::guard))
        .layer(TraceLayer::new_for_http())
        .with_state(Arc::clone(&shared));
    Router::new().fallback_service(feeds::Documents::before(site, &shared))
}

/// Serves until `stop`, then finishes what is under way, for `STOP_GRACE` at most.
///
/// # Errors
/// When the listener fails.
pub async fn run(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stopping, mut stopped) = watch::channel(false);
    // An answer that waits for the acknowledgement of another costs up to 40 ms; few clients allow it.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!("a connection keeps its delay: {error}");
        }
    });
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        stop.await;
        // The receiver lives as long as this function.
        let _ = stopping.send(true);
    });
    tokio::select! {
        ended = server.into_future() => ended,
        () = async {
            // An error means that the server ended first, and with it the sender.
            let _ = stopped.wait_for(|is_stopping| *is_stopping).await;
            tokio::time::sleep(STOP_GRACE).await;
        } => {
            tracing::warn!("requests were still under way and were cut off");
            Ok(())
        }
    }
}

/// The site, asked page by page without a network, as it is exported: without what is computed on request.
pub fn site(state: State) -> impl Site {
    Inside { router: router_of(state, false) }
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

/// Serves what is part of the program.
async fn asset(
    Given(shared): Given<Arc<Shared>>,
    method: Method,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Failure> {
    let policy = shared.state.policy.borrow().clone();
    shared.assets.answer(&policy, request.uri().path(), &method, &headers)
}

/// 200 once documents are stored: before that, a balancer must not send readers here.
async fn ready(Given(shared): Given<Arc<Shared>>) -> Response {
    match shared.state.store.edition(FIRST_DOCUMENT).await {
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
async fn lost(request: Request) -> Failure {
    let path = request.uri().path();
    let without = path.trim_end_matches('/');
    // Two slashes in front would name another host.
    if path.ends_with('/') && without.starts_with('/') && !without.starts_with("//") {
        let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
        return Failure::Moved(format!("{without}{query}"));
    }
    Failure::NotFound
}

#[cfg(test)]
#[path = "kept_tests.rs"]
mod kept_tests;
#[cfg(test)]
#[path = "search_tests.rs"]
mod search_tests;
#[cfg(test)]
#[path = "serve_tests.rs"]
mod tests;
