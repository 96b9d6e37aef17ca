//! Messages to hubs and subscribers: one GET or POST, no redirects, little time, and a short answer. The
//! addresses come from strangers, so the guard is as strict as for a redirect.

use super::fetcher::Fetcher;
use super::{body, fault, guard, headers};
use plenary_model::poll::{Cause, CauseKind};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use std::time::Duration;

/// Longest time for one message and its answer, waiting for the host's turn not counted.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Status of the answer; `None` when there was none.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub cause: Cause,
    pub body: Vec<u8>,
    pub retry_after: Option<Duration>,
}

impl Told {
    /// True for a status of 2xx.
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// True when the guard refused the address: asking again is useless.
    pub fn is_refused(&self) -> bool {
        self.cause.kind == CauseKind::RefusedAddress
    }

    pub fn words(&self) -> String {
        self.status.map_or_else(|| self.cause.to_string(), |status| format!("answered {status}"))
    }

    fn none(cause: Cause) -> Self {
        Self { status: None, cause, body: Vec::new(), retry_after: None }
    }
}

impl Fetcher {
    /// Sends `body` with these header fields to `address`; without a body, asks.
    pub async fn tell(&self, address: &str, fields: &[(&str, &str)], body: Option<Vec<u8>>) -> Told {
        let url = match Url::parse(address) {
            Ok(url) => url,
            Err(error) => return Told::none(Cause::new(CauseKind::RefusedAddress, error.to_string())),
        };
        if let Err(why) = guard::check(&url, 1, &self.allow) {
            return Told::none(Cause::new(CauseKind::RefusedAddress, why));
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        let _permit = self.hosts.enter(&host, !self.allow.covers_url(&url)).await;
        let within = MESSAGE_TIMEOUT.min(self.timeout);
        let sent = tokio::time::timeout(within, self.send(url, fields, body)).await;
        sent.unwrap_or_else(|_| {
            Told::none(Cause::new(CauseKind::Timeout, format!("not done after {} s", within.as_secs_f32())))
        })
    }

    async fn send(&self, url: Url, fields: &[(&str, &str)], body: Option<Vec<u8>>) -> Told {
        let port = url.port_or_known_default().unwrap_or_default();
        let client = self.clients.iter().find(|(own, _)| *own == port).map_or(&self.other_ports, |(_, client)| client);
        let mut header = HeaderMap::new();
        for (name, value) in fields {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::from_str(value)) {
                header.append(name, value);
            }
        }
        let request = match body {
            Some(body) => client.request(Method::POST, url).body(body),
            None => client.request(Method::GET, url),
        };
        match request.headers(header).send().await {
            Err(error) => Told::none(fault::classify_request(&error)),
            Ok(answer) => {
                let status = answer.status().as_u16();
                let retry_after = headers::retry_after(answer.headers(), self.clock.now());
                let body = body::read_beginning(answer).await;
                Told { status: Some(status), cause: Cause::new(CauseKind::Ok, ""), body, retry_after }
            }
        }
    }
}
