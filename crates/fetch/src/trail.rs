//! How far a request has come, and what its last answer means.

use super::{body, headers};
use chrono::{DateTime, Utc};
use plenary_model::poll::{Cause, CauseKind, FetchRequest, Fetched, Received};
use plenary_model::validators::Validators;
use reqwest::header::{HeaderMap, HeaderValue, LOCATION};
use reqwest::{Response, StatusCode, Url};
use std::fmt::Write as _;

pub(super) struct Trail {
    pub(super) request: FetchRequest,
    pub(super) url: Url,
    pub(super) visited: Vec<Url>,
    pub(super) is_permanent: bool,
    pub(super) left_https: bool,
    pub(super) conditional: bool,
}

pub(super) enum Hop {
    Redirect { to: Url, is_permanent: bool },
    End(Box<Fetched>),
}

impl Trail {
    pub(super) fn new(request: &FetchRequest) -> Result<Self, Box<Fetched>> {
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

    pub(super) fn step(&mut self, to: Url, is_permanent: bool) {
        self.is_permanent &= is_permanent;
        self.left_https |= self.url.scheme() == "https" && to.scheme() == "http";
        self.visited.push(to.clone());
        self.url = to;
    }

    /// Where a redirect leads (RFC 9110 15.4). The target may be relative to the address asked.
    pub(super) fn follow_redirect(&self, answer: &Response) -> Hop {
        let status = answer.status();
        let location = answer.headers().get(LOCATION).map(HeaderValue::as_bytes);
        match location.filter(|text| !text.trim_ascii().is_empty()).map(|text| self.join(text)) {
            Some(Ok(mut to)) => {
                to.set_fragment(None);
                Hop::Redirect { to, is_permanent: matches!(status.as_u16(), 301 | 308) }
            }
            Some(Err(error)) => {
                let detail = format!("{} to what is no address: {error}", status.as_u16());
                Hop::End(Box::new(self.end(Cause::new(CauseKind::BadAnswer, detail), Some(status))))
            }
            None => {
                let detail = format!("{} without a Location", status.as_u16());
                Hop::End(Box::new(self.end(Cause::new(CauseKind::BadAnswer, detail), Some(status))))
            }
        }
    }

    /// The address of a `Location`. What is not ASCII in it is sent back byte for byte, since it was written in the
    /// encoding of that server; where it is part of a host, it is Latin-1 when it is not UTF-8.
    fn join(&self, location: &[u8]) -> Result<Url, url::ParseError> {
        let escaped = location.iter().fold(String::new(), |mut text, byte| {
            if byte.is_ascii() {
                text.push(char::from(*byte));
            } else {
                // Writing into memory does not fail.
                let _ = write!(text, "%{byte:02X}");
            }
            text
        });
        let latin = || self.url.join(&location.iter().map(|byte| char::from(*byte)).collect::<String>());
        self.url.join(&escaped).or_else(|error| latin().map_err(|_| error))
    }

    pub(super) async fn read_document(&self, answer: Response, now: DateTime<Utc>) -> Fetched {
        let status = answer.status();
        let fields: HeaderMap = answer.headers().clone();
        let body = match body::read_whole(answer).await {
            Ok(body) => body,
            Err(cause) => return self.end(cause, Some(status)),
        };
        if status == StatusCode::PARTIAL_CONTENT && !body::is_whole(&fields, &body) {
            let cause = classify_status(status);
            let cause = Cause { detail: format!("{}, and not all of it", cause.detail), ..cause };
            return self.end(cause, Some(status));
        }
        let is_challenge = body::is_challenge_by_fields(&fields) || body::is_challenge_page(&body);
        if is_challenge {
            return self.end(Cause::new(CauseKind::Challenge, "status 200"), Some(status));
        }
        Fetched {
            document: Some(Received { body, content_type: headers::content_type(&fields) }),
            links: headers::links(&fields, &self.url),
            validators: headers::validators(&fields),
            fresh_for: headers::fresh_for(&fields, now),
            ..self.end(self.name_success(CauseKind::Ok), Some(status))
        }
    }

    /// A success, with a note when the way led out of a secure connection.
    pub(super) fn name_success(&self, kind: CauseKind) -> Cause {
        Cause::new(kind, if self.left_https { "a redirect leads from https to http" } else { "" })
    }

    pub(super) fn end(&self, cause: Cause, status: Option<StatusCode>) -> Fetched {
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

pub(super) fn classify_status(status: StatusCode) -> Cause {
    let in_words = || format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
    match status.as_u16() {
        401 | 403 | 407 => Cause::new(CauseKind::Forbidden, in_words()),
        404 => Cause::new(CauseKind::NotFound, ""),
        410 => Cause::new(CauseKind::Gone, ""),
        429 | 503 => Cause::new(CauseKind::Busy, in_words()),
        _ => Cause::new(CauseKind::Status, in_words().trim_end()),
    }
}
