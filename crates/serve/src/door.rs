//! What every request passes before the site sees it: the name that it asks for, who asks, and how many of theirs are
//! under way.

use crate::connections::{Shares, TakenShare};
use crate::metrics::{RequestMetrics, Stopwatch};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, Uri, Version, header};
use axum::response::{IntoResponse as _, Response};
use plenary_model::policy::{Policy, Serving};
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::watch;
use tower::ServiceExt as _;

/// Requests under way for one visitor behind a proxy; as many as one address may have connections.
const PER_VISITOR_MAX: usize = 64;

/// What is asked of the process, not of the site: by whoever watches it, under any name.
const OF_PROCESS: [&str; 2] = ["/healthz", "/readyz"];

pub(crate) struct Door {
    router: Router,
    policy: watch::Receiver<Arc<Policy>>,
    visitors: Shares,
    metrics: RequestMetrics,
}

impl Door {
    pub(crate) fn new(router: Router, policy: watch::Receiver<Arc<Policy>>, metrics: RequestMetrics) -> Self {
        Self { router, policy, visitors: Shares::new(PER_VISITOR_MAX), metrics }
    }

    /// True for an address whose connections are those of many visitors.
    pub(crate) fn is_proxy(&self, peer: IpAddr) -> bool {
        is_trusted(&self.policy.borrow().serving, peer)
    }

    /// Answers a request that came in from `peer`; `None` is a process of this machine.
    pub(crate) async fn answer<B>(&self, peer: Option<IpAddr>, request: Request<B>) -> Result<Response, Infallible>
    where
        B: http_body::Body<Data = axum::body::Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let watch = Stopwatch::start();
        let response = match self.let_in(peer, &request) {
            Ok(share) => {
                let response = self.router.clone().oneshot(request.map(Body::new)).await?;
                drop(share);
                response
            }
            Err(refusal) => refusal.into_response(),
        };
        self.metrics.note(&response, watch.elapsed());
        Ok(response)
    }

    fn let_in<B>(
        &self,
        peer: Option<IpAddr>,
        request: &Request<B>,
    ) -> Result<Option<TakenShare>, (StatusCode, &'static str)> {
        let policy = Arc::clone(&self.policy.borrow());
        let host = find_host(request.version(), request.uri(), request.headers())?;
        let is_ours = policy.serving.hosts.is_empty() || policy.serving.hosts.contains(&host);
        if !is_ours && !OF_PROCESS.contains(&request.uri().path()) {
            return Err((StatusCode::MISDIRECTED_REQUEST, "This server has no site of that name.\n"));
        }
        let is_proxy = peer.is_none_or(|peer| is_trusted(&policy.serving, peer));
        let Some(visitor) = is_proxy.then(|| find_visitor(&policy.serving, request.headers())).flatten() else {
            return Ok(None);
        };
        let too_many = (StatusCode::TOO_MANY_REQUESTS, "Too many of your requests are under way: wait for some.\n");
        self.visitors.take(visitor).map(Some).map_err(|_| too_many)
    }
}

/// The host that a request is meant for, in lower case and without a port (RFC 9112 3.2): in HTTP/1.1 exactly one.
fn find_host(version: Version, uri: &Uri, headers: &HeaderMap) -> Result<String, (StatusCode, &'static str)> {
    let mut named = headers.get_all(header::HOST).iter();
    let (first, second) = (named.next(), named.next());
    let wrong = (StatusCode::BAD_REQUEST, "A request of HTTP/1.1 names its host once.\n");
    if second.is_some() || (first.is_none() && version == Version::HTTP_11) {
        return Err(wrong);
    }
    // An address with a host in it, as proxies write it, comes before the field.
    let host = uri.host().or(first.and_then(|host| host.to_str().ok())).unwrap_or_default();
    let without_port = match host.rsplit_once(':') {
        Some((name, port)) if !name.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    Ok(without_port.trim_end_matches('.').to_ascii_lowercase())
}

fn is_trusted(serving: &Serving, address: IpAddr) -> bool {
    let address = address.to_canonical();
    serving.trusted_proxies.iter().any(|range| range.contains(&address))
}

/// The visitor as proxies pass it on: the last address of `X-Forwarded-For` that is no proxy of ours. What stands
/// before it was written by the visitor.
fn find_visitor(serving: &Serving, headers: &HeaderMap) -> Option<IpAddr> {
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let named = lines.iter().rev().flat_map(|line| line.rsplit(',')).map(|one| one.trim().parse::<IpAddr>().ok());
    named
        .take_while(Option::is_some)
        .flatten()
        .map(|address| address.to_canonical())
        .find(|one| !is_trusted(serving, *one))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serving() -> Serving {
        Serving { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], hosts: Vec::new() }
    }

    fn headers(named: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in named {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn the_visitor_is_the_last_address_that_is_no_proxy() {
        for (forwarded, visitor) in [
            ("203.0.113.9", Some("203.0.113.9")),
            ("198.51.100.1, 203.0.113.9, 10.0.0.7", Some("203.0.113.9")),
            ("198.51.100.1, nonsense", None),
            ("10.0.0.7", None),
            ("2001:db8::1", Some("2001:db8::1")),
        ] {
            let found = find_visitor(&serving(), &headers(&[("x-forwarded-for", forwarded)]));
            assert_eq!(found, visitor.map(|ip| ip.parse().unwrap()), "{forwarded}");
        }
        let lines = headers(&[("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.9")]);
        assert_eq!(find_visitor(&serving(), &lines), Some("203.0.113.9".parse().unwrap()));
    }

    #[test]
    fn a_request_names_its_host_once() {
        let find = |version, uri: &'static str, named: &[(&'static str, &'static str)]| {
            find_host(version, &Uri::from_static(uri), &headers(named)).map_err(|(status, _)| status)
        };
        assert_eq!(find(Version::HTTP_11, "/", &[("host", "Feeds.Example.org:8080")]).unwrap(), "feeds.example.org");
        assert_eq!(find(Version::HTTP_11, "/", &[("host", "[::1]:80")]).unwrap(), "[::1]");
        assert_eq!(find(Version::HTTP_11, "http://a.example/x", &[("host", "b.example")]).unwrap(), "a.example");
        assert_eq!(find(Version::HTTP_10, "/", &[]).unwrap(), "");
        assert_eq!(find(Version::HTTP_11, "/", &[]), Err(StatusCode::BAD_REQUEST));
        let twice = [("host", "a.example"), ("host", "a.example")];
        assert_eq!(find(Version::HTTP_11, "/", &twice), Err(StatusCode::BAD_REQUEST));
    }
}
