//! The network, outwards: one conditional GET with its redirects, each hop checked, the body within
//! limits, and every way it can end named. A failure is data (`Fetched`), never an error.

mod allow;
mod body;
mod fault;
mod guard;
mod headers;
mod hosts;
mod hub;
mod resolve;
#[cfg(test)]
mod tests;

pub use allow::Allow;
pub use body::BODY_BYTES_MAX;
pub use guard::shown;
pub use hosts::Stopwatch;
pub use hub::Told;

use hosts::Hosts;
use plenary_model::policy::{Network, Policy};
use plenary_model::poll::{Cause, CauseKind, FetchRequest, Fetched, Received, Validators};
use plenary_model::port::Clock;
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Client, Response, StatusCode, Url};
use std::sync::Arc;
use std::time::Duration;

/// Redirects that are followed before it is called a loop.
pub const REDIRECTS_MAX: usize = 10;
/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest silence while an answer comes in.
const READ_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest header section over HTTP/2, in bytes. HTTP/1.1 is held by the library's read buffer of
/// 400 KiB.
const HEADER_BYTES_MAX: u32 = 256 * 1024;
/// Most fields in a header section over HTTP/1.1.
const HEADERS_MAX: usize = 200;
/// Idle connections kept to one host.
const IDLE_PER_HOST: usize = 2;
/// How long an idle connection is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// How requests are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `User-Agent`, naming the network and a contact.
    pub user_agent: String,
    /// Longest time for one request with its redirects, waiting for the host's turn not counted.
    pub timeout: Duration,
    /// Addresses that would be refused: `host[:port]`, `IP[:port]` or `CIDR[:port]`.
    pub allow: Vec<String>,
    /// Requests under way at once to one host.
    pub per_host: usize,
    /// Shortest time between the starts of two requests to one host.
    pub spacing: Duration,
}

impl Settings {
    /// As a policy says.
    pub fn of(policy: &Policy) -> Self {
        Self {
            user_agent: user_agent(&policy.network),
            timeout: policy.polling.timeout,
            allow: policy.polling.allow.clone(),
            per_host: policy.polling.per_host,
            spacing: policy.polling.spacing,
        }
    }
}

/// Names the program, the network and a contact. A header takes ASCII, and a comment in it no
/// brackets (RFC 9110 5.6.5); what does not fit is left out.
fn user_agent(network: &Network) -> String {
    let fitting = |text: &str| -> String {
        text.chars().filter(|c| (c.is_ascii_graphic() || *c == ' ') && !matches!(c, '(' | ')' | '\\')).collect()
    };
    let about = [fitting(network.name.trim()), format!("+{}", fitting(&network.address)), fitting(&network.contact)];
    let about: Vec<&str> = about.iter().map(|part| part.trim()).filter(|part| part.len() > 1).collect();
    format!("Plenary/{} ({})", env!("CARGO_PKG_VERSION"), about.join("; "))
}

/// Why requests cannot be made at all.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// An entry of the list of allowed addresses cannot be read.
    #[error("\"{0}\" is no address to allow: write host, IP or network, each with or without a port")]
    Allow(String),
    /// The client cannot be built: no certificates, or a User-Agent that is no header value.
    #[error("the HTTP client cannot be built")]
    Client(#[from] reqwest::Error),
}

/// Installs the TLS provider for the whole process. Must be called before the first [`Fetcher`];
/// called again it does nothing.
pub fn install_tls() {
    // An error only says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Makes requests. Shared by all polls, since it keeps the hosts' turns.
pub struct Fetcher {
    clients: Vec<(u16, Client)>,
    other_ports: Client,
    allow: Arc<Allow>,
    hosts: Hosts,
    timeout: Duration,
    clock: Arc<dyn Clock>,
}

/// How far a request has come: filled in hop by hop.
struct Trail {
    request: FetchRequest,
    url: Url,
    visited: Vec<Url>,
    is_permanent: bool,
    left_https: bool,
    conditional: bool,
}

/// What one hop came to.
enum Hop {
    Redirect { to: Url, is_permanent: bool },
    End(Box<Fetched>),
}

impl Fetcher {
    /// Builds the clients. [`install_tls`] must have been called.
    ///
    /// # Errors
    /// [`FetchError`] when the list of allowed addresses cannot be read or no client can be built.
    pub fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self, FetchError> {
        let allow = Arc::new(Allow::parse(&settings.allow).map_err(FetchError::Allow)?);
        let client = |port| client(settings, resolve::GuardedResolver::new(Arc::clone(&allow), port));
        let named = allow.ports().into_iter().map(|port| client(port).map(|client| (port, client)));
        let clients = named.collect::<Result<_, _>>()?;
        let other_ports = client(0)?;
        let hosts = Hosts::new(settings.per_host, settings.spacing);
        Ok(Self { clients, other_ports, allow, hosts, timeout: settings.timeout, clock })
    }

    /// The list of allowed addresses, compiled.
    pub fn allow(&self) -> &Allow {
        &self.allow
    }

    /// Asks an address, follows its redirects and reads the body. Waits for the host's turn first.
    pub async fn fetch(&self, request: &FetchRequest) -> Fetched {
        let fetched = self.follow(request).await;
        tracing::debug!(
            fetch.url = shown(&request.url),
            fetch.status = fetched.status,
            fetch.cause = fetched.cause.kind.as_str(),
            fetch.conditional = fetched.conditional,
            body_bytes = fetched.document.as_ref().map_or(0, |document| document.body.len()),
            "fetched {}: {}",
            shown(&request.url),
            fetched.cause
        );
        fetched
    }

    async fn follow(&self, request: &FetchRequest) -> Fetched {
        let mut trail = match Trail::new(request) {
            Ok(trail) => trail,
            Err(ended) => return *ended,
        };
        let mut left = self.timeout;
        for hop in 0..=REDIRECTS_MAX {
            if let Err(why) = guard::check(&trail.url, hop, &self.allow) {
                return trail.failed(Cause::new(CauseKind::RefusedAddress, why), None);
            }
            let host = trail.url.host_str().unwrap_or_default().to_owned();
            let _permit = self.hosts.enter(&host, !self.allow.covers_url(&trail.url)).await;
            let watch = Stopwatch::start();
            let Ok(came_to) = tokio::time::timeout(left, self.hop(&mut trail)).await else {
                let detail = format!("not done after {} s", self.timeout.as_secs_f32());
                return trail.failed(Cause::new(CauseKind::Timeout, detail), None);
            };
            left = left.saturating_sub(watch.elapsed());
            match came_to {
                Hop::End(fetched) => return *fetched,
                Hop::Redirect { to, is_permanent } => {
                    if trail.visited.contains(&to) {
                        let detail = format!("a circle through {}", shown(to.as_str()));
                        return trail.failed(Cause::new(CauseKind::RedirectLoop, detail), None);
                    }
                    trail.step(to, is_permanent);
                }
            }
        }
        trail.failed(Cause::new(CauseKind::RedirectLoop, format!("more than {REDIRECTS_MAX} redirects")), None)
    }

    /// One request and its answer.
    async fn hop(&self, trail: &mut Trail) -> Hop {
        let port = trail.url.port_or_known_default().unwrap_or_default();
        let client = self.clients.iter().find(|(own, _)| *own == port).map_or(&self.other_ports, |(_, client)| client);
        let fields = headers::request(&trail.request.validators);
        trail.conditional |= headers::is_conditional(&fields);
        let answer = match client.get(trail.url.clone()).headers(fields).send().await {
            Ok(answer) => answer,
            Err(error) => return Hop::End(Box::new(trail.failed(fault::of_request(&error), None))),
        };
        match answer.status().as_u16() {
            301 | 302 | 303 | 307 | 308 => trail.redirect(&answer),
            _ => Hop::End(Box::new(self.end(trail, answer).await)),
        }
    }

    /// The last answer, read as far as its status asks for.
    async fn end(&self, trail: &Trail, answer: Response) -> Fetched {
        let status = answer.status();
        let fields = answer.headers().clone();
        let now = self.clock.now();
        match status {
            StatusCode::NOT_MODIFIED if !trail.conditional => {
                trail.failed(Cause::new(CauseKind::BadAnswer, "304 to an unconditional request"), Some(status))
            }
            StatusCode::NOT_MODIFIED => Fetched {
                validators: headers::refreshed(&trail.request.validators, headers::validators(&fields)),
                fresh_for: headers::fresh_for(&fields, now),
                ..trail.ended(trail.noted(CauseKind::NotModified), Some(status))
            },
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION => trail.document(answer, now).await,
            _ => {
                let is_challenge =
                    body::is_challenge_by_fields(&fields) || body::is_challenge_page(&body::beginning(answer).await);
                let cause = if is_challenge {
                    Cause::new(CauseKind::Challenge, format!("status {}", status.as_u16()))
                } else {
                    cause_of(status)
                };
                let retry_after = matches!(status.as_u16(), 429 | 503).then(|| headers::retry_after(&fields, now));
                Fetched { retry_after: retry_after.flatten(), ..trail.failed(cause, Some(status)) }
            }
        }
    }
}

impl Trail {
    fn new(request: &FetchRequest) -> Result<Self, Box<Fetched>> {
        let trail = |url: Url| Self {
            request: request.clone(),
            visited: vec![url.clone()],
            url,
            is_permanent: true,
            left_https: false,
            conditional: false,
        };
        match Url::parse(&request.url) {
            Ok(mut url) => {
                url.set_fragment(None);
                Ok(trail(url))
            }
            Err(error) => Err(Box::new(Fetched {
                cause: Cause::new(CauseKind::RefusedAddress, format!("not an address: {error}")),
                status: None,
                document: None,
                final_url: request.url.clone(),
                permanent_url: None,
                validators: Validators::default(),
                fresh_for: None,
                retry_after: None,
                conditional: false,
                links: Vec::new(),
            })),
        }
    }

    fn step(&mut self, to: Url, is_permanent: bool) {
        self.is_permanent &= is_permanent;
        self.left_https |= self.url.scheme() == "https" && to.scheme() == "http";
        self.visited.push(to.clone());
        self.url = to;
    }

    /// Where a redirect leads (RFC 9110 15.4). The target may be relative to the address asked.
    fn redirect(&self, answer: &Response) -> Hop {
        let status = answer.status();
        let location = answer.headers().get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
        match location.filter(|text| !text.is_empty()).map(|text| self.url.join(&text)) {
            Some(Ok(mut to)) => {
                to.set_fragment(None);
                Hop::Redirect { to, is_permanent: matches!(status.as_u16(), 301 | 308) }
            }
            Some(Err(error)) => {
                let detail = format!("{} to what is no address: {error}", status.as_u16());
                Hop::End(Box::new(self.failed(Cause::new(CauseKind::BadAnswer, detail), Some(status))))
            }
            None => {
                let detail = format!("{} without a Location", status.as_u16());
                Hop::End(Box::new(self.failed(Cause::new(CauseKind::BadAnswer, detail), Some(status))))
            }
        }
    }

    /// A success with a body.
    async fn document(&self, answer: Response, now: chrono::DateTime<chrono::Utc>) -> Fetched {
        let status = answer.status();
        let fields: HeaderMap = answer.headers().clone();
        let body = match body::whole(answer).await {
            Ok(body) => body,
            Err(cause) => return self.failed(cause, Some(status)),
        };
        let is_challenge = body::is_challenge_by_fields(&fields) || body::is_challenge_page(&body);
        if is_challenge {
            return self.failed(Cause::new(CauseKind::Challenge, "status 200"), Some(status));
        }
        Fetched {
            document: Some(Received { body, content_type: headers::content_type(&fields) }),
            links: headers::links(&fields, &self.url),
            validators: headers::validators(&fields),
            fresh_for: headers::fresh_for(&fields, now),
            ..self.ended(self.noted(CauseKind::Ok), Some(status))
        }
    }

    /// A success, with a note when the way led out of a secure connection.
    fn noted(&self, kind: CauseKind) -> Cause {
        Cause::new(kind, if self.left_https { "a redirect leads from https to http" } else { "" })
    }

    fn failed(&self, cause: Cause, status: Option<StatusCode>) -> Fetched {
        self.ended(cause, status)
    }

    fn ended(&self, cause: Cause, status: Option<StatusCode>) -> Fetched {
        let is_redirected = self.visited.len() > 1;
        Fetched {
            cause,
            status: status.map(|status| status.as_u16()),
            document: None,
            final_url: self.url.to_string(),
            permanent_url: (is_redirected && self.is_permanent).then(|| self.url.to_string()),
            validators: Validators::default(),
            fresh_for: None,
            retry_after: None,
            conditional: self.conditional,
            links: Vec::new(),
        }
    }
}

/// The cause that a status without a document stands for.
fn cause_of(status: StatusCode) -> Cause {
    let in_words = || format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
    match status.as_u16() {
        401 | 403 | 407 => Cause::new(CauseKind::Forbidden, in_words()),
        404 => Cause::new(CauseKind::NotFound, ""),
        410 => Cause::new(CauseKind::Gone, ""),
        429 | 503 => Cause::new(CauseKind::Busy, in_words()),
        _ => Cause::new(CauseKind::Status, in_words().trim_end()),
    }
}

fn client(settings: &Settings, resolver: resolve::GuardedResolver) -> Result<Client, reqwest::Error> {
    Client::builder()
        .user_agent(settings.user_agent.as_str())
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .dns_resolver(resolver)
        .connect_timeout(CONNECT_TIMEOUT.min(settings.timeout))
        .read_timeout(READ_TIMEOUT.min(settings.timeout))
        .http1_max_headers(HEADERS_MAX)
        .http2_max_header_list_size(HEADER_BYTES_MAX)
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .build()
}
