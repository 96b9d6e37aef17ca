//! Makes requests: each hop checked, redirects followed by hand, all of it within the time allowed.

use super::allow::Allow;
use super::guard::redact;
use super::hosts::{Hosts, Stopwatch};
use super::settings::Settings;
use super::trail::{Hop, Trail, classify_status};
use super::waits::Waits;
use super::{body, fault, guard, headers, resolve};
use chrono::{DateTime, Utc};
use plenary_model::poll::{Cause, CauseKind, FetchRequest, Fetched};
use plenary_model::port::Clock;
use reqwest::{Client, Response, StatusCode, Url};
use std::sync::Arc;
use std::time::Duration;

/// Redirects that are followed before it is called a loop.
pub const REDIRECTS_MAX: usize = 10;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest silence while an answer comes in.
const READ_TIMEOUT: Duration = Duration::from_secs(15);
/// Most fields in a header section; their length is held by the library's read buffer of 400 KiB.
const HEADERS_MAX: usize = 200;
/// Idle connections kept to one host.
const IDLE_PER_HOST: usize = 2;
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("\"{0}\" is no address to allow: write host, IP or network, each with or without a port")]
    Allow(String),
    #[error("the HTTP client cannot be built")]
    Client(#[from] reqwest::Error),
}

/// Installs the TLS provider for the whole process. Must be called before the first [`Fetcher`];
/// called again it does nothing.
pub fn install_tls() {
    // An error only says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Makes requests. Shared by all polls, since it keeps the hosts' turns and what they asked us to wait for.
pub struct Fetcher {
    pub(super) clients: Vec<(u16, Client)>,
    pub(super) other_ports: Client,
    pub(super) allow: Arc<Allow>,
    pub(super) hosts: Hosts,
    waits: Waits,
    pub(super) timeout: Duration,
    pub(super) clock: Arc<dyn Clock>,
}

impl Fetcher {
    /// Builds the clients. [`install_tls`] must have been called.
    pub fn new(settings: &Settings, clock: Arc<dyn Clock>, lookup: &resolve::Lookup) -> Result<Self, FetchError> {
        let allow = Arc::new(Allow::parse(&settings.allow).map_err(FetchError::Allow)?);
        let resolver = |port| resolve::GuardedResolver::new(Arc::clone(lookup), Arc::clone(&allow), port);
        let client = |port| build_client(settings, resolver(port));
        let named = allow.ports().into_iter().map(|port| client(port).map(|client| (port, client)));
        let clients = named.collect::<Result<_, _>>()?;
        let other_ports = client(0)?;
        let hosts = Hosts::new(settings.per_host, settings.spacing);
        Ok(Self { clients, other_ports, allow, hosts, waits: Waits::default(), timeout: settings.timeout, clock })
    }

    pub fn allow(&self) -> &Allow {
        &self.allow
    }

    /// Takes up waits that were asked for before this fetcher was made: addresses, and until when.
    pub fn note_waits(&self, waiting: &[(String, DateTime<Utc>)]) {
        for (address, until) in waiting {
            if let Ok(url) = Url::parse(address) {
                self.waits.note_until(&url, *until, self.clock.now());
            }
        }
    }

    /// Asks an address, follows its redirects and reads the body. Waits for the host's turn first. What is within a
    /// `Retry-After` is not asked: the end is `Waiting` then, with what is left of it.
    pub async fn fetch(&self, request: &FetchRequest) -> Fetched {
        let fetched = self.follow(request).await;
        tracing::debug!(
            fetch.url = redact(&request.url),
            fetch.status = fetched.status,
            fetch.cause = fetched.cause.kind.as_str(),
            fetch.conditional = fetched.conditional,
            body_bytes = fetched.document.as_ref().map_or(0, |document| document.body.len()),
            "fetched {}: {}",
            redact(&request.url),
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
                return trail.end(Cause::new(CauseKind::RefusedAddress, why), None);
            }
            let host = trail.url.host_str().unwrap_or_default().to_owned();
            let is_exempt = self.allow.covers_url(&trail.url);
            let _permit = self.hosts.enter(&host, !is_exempt).await;
            // Only now: whoever had the turn before may have been told to wait.
            let now = self.clock.now();
            if let Some(until) = self.waits.find(&trail.url, is_exempt, now) {
                let cause = Cause::new(CauseKind::Waiting, format!("until {}", until.format("%F %H:%M UTC")));
                return Fetched { retry_after: (until - now).to_std().ok(), ..trail.end(cause, None) };
            }
            let watch = Stopwatch::start();
            let Ok(came_to) = tokio::time::timeout(left, self.take_hop(&mut trail)).await else {
                let detail = format!("not done after {} s", self.timeout.as_secs_f32());
                return trail.end(Cause::new(CauseKind::Timeout, detail), None);
            };
            left = left.saturating_sub(watch.elapsed());
            match came_to {
                Hop::End(fetched) => return *fetched,
                Hop::Redirect { to, is_permanent } => {
                    if trail.visited.contains(&to) {
                        let detail = format!("a circle through {}", redact(to.as_str()));
                        return trail.end(Cause::new(CauseKind::RedirectLoop, detail), None);
                    }
                    trail.step(to, is_permanent);
                }
            }
        }
        trail.end(Cause::new(CauseKind::RedirectLoop, format!("more than {REDIRECTS_MAX} redirects")), None)
    }

    async fn take_hop(&self, trail: &mut Trail) -> Hop {
        let port = trail.url.port_or_known_default().unwrap_or_default();
        let client = self.clients.iter().find(|(own, _)| *own == port).map_or(&self.other_ports, |(_, client)| client);
        let fields = headers::request(&trail.request.validators);
        trail.conditional |= headers::is_conditional(&fields);
        let answer = match client.get(trail.url.clone()).headers(fields).send().await {
            Ok(answer) => answer,
            Err(error) => return Hop::End(Box::new(trail.end(fault::classify_request(&error), None))),
        };
        match answer.status().as_u16() {
            301 | 302 | 303 | 307 | 308 => trail.follow_redirect(&answer),
            _ => Hop::End(Box::new(self.take_answer(trail, answer).await)),
        }
    }

    /// Reads the last answer as far as its status asks for.
    async fn take_answer(&self, trail: &Trail, answer: Response) -> Fetched {
        let status = answer.status();
        let fields = answer.headers().clone();
        let now = self.clock.now();
        let is_error = status.is_client_error() || status.is_server_error();
        let retry_after = headers::retry_after(&fields, now).filter(|_| is_error);
        if let Some(wait) = retry_after {
            // While the turn is ours, so that nobody asks in between.
            self.waits.note(&trail.url, wait, now);
        }
        match status {
            StatusCode::NOT_MODIFIED if !trail.conditional => {
                trail.end(Cause::new(CauseKind::BadAnswer, "304 to an unconditional request"), Some(status))
            }
            StatusCode::NOT_MODIFIED => Fetched {
                validators: headers::refresh(&trail.request.validators, headers::validators(&fields)),
                fresh_for: headers::fresh_for(&fields, now),
                ..trail.end(trail.name_success(CauseKind::NotModified), Some(status))
            },
            StatusCode::OK
            | StatusCode::NON_AUTHORITATIVE_INFORMATION
            | StatusCode::PARTIAL_CONTENT
            | StatusCode::IM_USED => trail.read_document(answer, now).await,
            _ => {
                let is_challenge = body::is_challenge_by_fields(&fields)
                    || body::is_challenge_page(&body::read_beginning(answer).await);
                let cause = if is_challenge {
                    Cause::new(CauseKind::Challenge, format!("status {}", status.as_u16()))
                } else {
                    classify_status(status)
                };
                Fetched { retry_after, ..trail.end(cause, Some(status)) }
            }
        }
    }
}

fn build_client(settings: &Settings, resolver: resolve::GuardedResolver) -> Result<Client, reqwest::Error> {
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
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .build()
}
