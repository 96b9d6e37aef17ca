//! What requests were answered with and how long it took, for whoever watches the server.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::{Duration, Instant};

/// Upper ends of the classes of times, in seconds: a stored document takes microseconds, a page milliseconds.
const SECONDS: [f64; 9] = [0.000_5, 0.002, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

/// The route of what no route answers: stored documents, which come before all others.
const STORED: &str = "stored document";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AnswerLabels {
    route: String,
    status: u16,
}

/// Shared by its clones.
#[derive(Clone)]
pub struct RequestMetrics {
    answers: Family<AnswerLabels, Counter>,
    seconds: Family<RouteLabel, Histogram, fn() -> Histogram>,
}

/// The route by which an answer was found, as it stands in the router: never an address, of which there is no end.
#[derive(Clone)]
struct Route(String);

impl Default for RequestMetrics {
    fn default() -> Self {
        Self { answers: Family::default(), seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)) }
    }
}

impl RequestMetrics {
    pub fn register(&self, registry: &mut Registry) {
        registry.register("plenary_http_requests", "Requests answered, by route and status", self.answers.clone());
        let help = "Time to the head of an answer, by route";
        registry.register("plenary_http_request_seconds", help, self.seconds.clone());
    }

    pub(crate) fn note(&self, response: &Response, took: Duration) {
        let route = response.extensions().get::<Route>().map_or(STORED, |route| route.0.as_str()).to_owned();
        let status = response.status().as_u16();
        self.seconds.get_or_create(&RouteLabel { route: route.clone() }).observe(took.as_secs_f64());
        self.answers.get_or_create(&AnswerLabels { route, status }).inc();
    }
}

pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Writes the route on its answer.
pub(crate) async fn name_route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let mut response = next.run(request).await;
    response.extensions_mut().insert(Route(route));
    response
}
