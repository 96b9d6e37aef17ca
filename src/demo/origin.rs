//! The origin: an HTTP server on the loopback interface that serves the sample network, and documents
//! that tests mount, and records who asked for what.

use super::network::{Fault, Format, Network, Publisher};
use super::scene::Scene;
use super::served::{Condition, Served, http_date};
use super::{atom, calendar, json_feed, pages, rss};
use axum::body::Body;
use axum::extract::State;
use axum::http::{self, HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use flate2::{Compression, write::GzEncoder};
use plenary_model::port::Clock;
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::JoinHandle;

/// Requests kept in the record; the oldest are forgotten beyond it, so that a demo may run for days.
const REQUESTS_MAX: usize = 20_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub at: DateTime<Utc>,
    pub method: String,
    pub target: String,
    /// Header fields in the order received, names in lower case.
    pub headers: Vec<(String, String)>,
    pub status: u16,
}

impl Request {
    /// The first header field called `name` (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn is_conditional(&self) -> bool {
        self.header("if-none-match").is_some() || self.header("if-modified-since").is_some()
    }
}

/// A running origin; dropped, it stops.
pub struct Origin {
    stage: Arc<Stage>,
    server: JoinHandle<()>,
}

struct Stage {
    address: SocketAddr,
    base: String,
    network: Network,
    clock: Arc<dyn Clock>,
    start: DateTime<Utc>,
    still: bool,
    mounted: Mutex<BTreeMap<String, Served>>,
    requests: Mutex<VecDeque<Request>>,
}

impl Origin {
    /// Starts the sample network on a free port of 127.0.0.1, within a running tokio runtime. Dates count from what
    /// `clock` shows now; when `still`, nothing is added later, whatever the clock.
    pub fn start(clock: Arc<dyn Clock>, still: bool) -> io::Result<Self> {
        Self::bind(Network::read()?, clock, still)
    }

    /// Starts an origin with nothing on it, for documents that are [`put`](Self::put) there.
    pub fn empty(clock: Arc<dyn Clock>) -> io::Result<Self> {
        Self::bind(Network::default(), clock, true)
    }

    fn bind(network: Network, clock: Arc<dyn Clock>, still: bool) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        let stage = Arc::new(Stage {
            address,
            base: format!("http://{address}"),
            network,
            start: clock.now(),
            clock,
            still,
            mounted: Mutex::default(),
            requests: Mutex::default(),
        });
        let router = axum::Router::new().fallback(answer).with_state(stage.clone());
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::warn!("the demo's origin stopped: {error}");
            }
        });
        Ok(Self { stage, server })
    }

    pub fn addr(&self) -> SocketAddr {
        self.stage.address
    }

    /// Absolute address of `path`, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.stage.base)
    }

    /// Serves `served` at `path` from now on, before anything of the sample network.
    pub fn put(&self, path: &str, served: Served) {
        lock(&self.stage.mounted).insert(path.to_owned(), served);
    }

    pub fn remove(&self, path: &str) {
        lock(&self.stage.mounted).remove(path);
    }

    /// The requests so far, oldest first; the newest 20,000 when there were more.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.stage.requests).iter().cloned().collect()
    }

    pub fn forget_requests(&self) {
        lock(&self.stage.requests).clear();
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Stage {
    fn scene(&self) -> Scene<'_> {
        let elapsed = if self.still { TimeDelta::zero() } else { self.clock.now() - self.start };
        Scene { network: &self.network, base: &self.base, start: self.start, elapsed }
    }

    fn find(&self, path: &str, accepts_gzip: bool) -> Served {
        if let Some(served) = lock(&self.mounted).get(path) {
            return served.clone();
        }
        if path == calendar::PATH && !self.network.publishers.is_empty() {
            let (file, changed) = calendar::file(&self.scene());
            return Served::new(calendar::MEDIA_TYPE, file).with_modified(changed);
        }
        for publisher in &self.network.publishers {
            if publisher.path == path {
                return self.feed(publisher, accepts_gzip);
            }
            if publisher.moved_from.as_deref() == Some(path) {
                return Served::redirect(308, &format!("{}{}", self.base, publisher.path));
            }
            if publisher.gone.as_deref() == Some(path) {
                return html(410, &pages::notice("Gone", "This feed was closed when our site was rebuilt."));
            }
        }
        let page =
            path.strip_prefix('/').and_then(|rest| rest.split_once('/')).and_then(|(org, slug)| self.page(org, slug));
        page.unwrap_or_else(|| html(404, &pages::notice("Not found", "There is nothing at this address.")))
    }

    fn feed(&self, publisher: &Publisher, accepts_gzip: bool) -> Served {
        let scene = self.scene();
        let feed = scene.feed(publisher);
        let text = match publisher.format {
            Format::Rss2 => rss::rss2(&feed),
            Format::Rss1 => rss::rss1(&feed),
            Format::Atom => atom::atom(&feed),
            Format::Json => json_feed::json_feed(&feed),
        };
        let media_type = format!("{}; charset=utf-8", pages::media_type(publisher.format));
        match publisher.fault {
            Some(Fault::ServerError) => {
                html(500, &pages::notice("Internal error", "The database could not be reached."))
            }
            Some(Fault::HtmlPage) => html(200, &pages::site(&feed)),
            Some(Fault::BareAmpersand) => {
                Served::new(&media_type, text.replace("&amp;", "&")).with_modified(feed.updated)
            }
            None => {
                let zipped = if publisher.gzip && accepts_gzip { gzip(text.as_bytes()) } else { None };
                let served = match zipped {
                    Some(body) => Served::new(&media_type, body).header("content-encoding", "gzip"),
                    None => Served::new(&media_type, text),
                };
                served.header("vary", "accept-encoding").with_modified(feed.updated)
            }
        }
    }

    /// A publisher's front page, or the page of one of its entries that has appeared.
    fn page(&self, organisation: &str, slug: &str) -> Option<Served> {
        let publisher = self.network.publishers.iter().find(|p| p.id == organisation)?;
        let scene = self.scene();
        if slug.is_empty() {
            return Some(html(200, &pages::site(&scene.feed(publisher))));
        }
        let item = publisher.items.iter().find(|item| item.slug == slug)?;
        let entry = scene.entry(publisher, item)?;
        Some(html(200, &pages::entry(publisher, &entry)))
    }

    fn record(&self, request: Request) {
        let mut requests = lock(&self.requests);
        if requests.len() >= REQUESTS_MAX {
            requests.pop_front();
        }
        requests.push_back(request);
    }
}

async fn answer(State(stage): State<Arc<Stage>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let field = |name: http::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let accepts_gzip = field(http::header::ACCEPT_ENCODING).is_some_and(|codings| codings.contains("gzip"));
    let served = stage.find(uri.path(), accepts_gzip);
    let condition = Condition {
        none_match: field(http::header::IF_NONE_MATCH),
        modified_since: field(http::header::IF_MODIFIED_SINCE),
    };
    let response = respond(&served, &condition, &method, stage.clock.now());
    stage.record(Request {
        at: stage.clock.now(),
        method: method.to_string(),
        target: uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string),
        headers: headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        status: response.status().as_u16(),
    });
    if !served.delay.is_zero() {
        tokio::time::sleep(served.delay).await;
    }
    response
}

/// The answer to a request for `served`; `Date` is the demo's, or ages would be counted in years.
fn respond(served: &Served, condition: &Condition<'_>, method: &Method, now: DateTime<Utc>) -> Response {
    let mut response = Response::builder().header(http::header::DATE, http_date(now));
    let mut status = served.status;
    let mut body = served.body.clone();
    if let Some(modified) = served.modified {
        let etag = served.etag();
        if condition.is_met(&etag, modified) {
            status = StatusCode::NOT_MODIFIED.as_u16();
            body.clear();
        }
        response = response.header(http::header::ETAG, etag).header(http::header::LAST_MODIFIED, http_date(modified));
    }
    if status != StatusCode::NOT_MODIFIED.as_u16() {
        for (name, value) in &served.headers {
            response = response.header(name, value);
        }
    }
    if method == Method::HEAD {
        body.clear();
    }
    response.status(status).body(Body::from(body)).unwrap_or_else(|error| {
        let mut refusal = Response::new(Body::from(format!("this document cannot be served: {error}\n")));
        *refusal.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        refusal
    })
}

fn html(status: u16, page: &str) -> Served {
    Served { status, ..Served::new("text/html; charset=utf-8", page) }
}

/// `body` gzipped; `None` when that fails, which writing to memory does not.
fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "origin_tests.rs"]
mod tests;
