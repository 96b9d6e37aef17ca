//! Polling: what is asked of a source, what came of it, and what is remembered for the next time.

use super::entry::{FeedMeta, Warning};
use super::id::SourceId;
use super::validators::Validators;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// A longer `Retry-After` gets one probe after this long, and staff are told.
pub const RETRY_AFTER_MAX: Duration = Duration::from_hours(7 * 24);

/// How long the publisher asks not to be asked again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freshness {
    /// `Cache-Control: max-age`, else `Expires` minus `Date` (RFC 9111 4.2.1).
    pub http: Option<Duration>,
    /// RSS `ttl`, or `sy:updatePeriod` divided by `sy:updateFrequency`.
    pub feed: Option<Duration>,
    /// RSS `skipHours`, hours of the day in UTC.
    pub skip_hours: Vec<u32>,
    /// RSS `skipDays`, 0 is Monday.
    pub skip_days: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CauseKind {
    Ok,
    NotModified,
    /// 200 with the very bytes of the last poll.
    SameBody,
    Moved,
    Gone,
    NotFound,
    Html,
    /// A page that wants a browser, from a bot-protection service.
    Challenge,
    /// 401, 403 or 407.
    Forbidden,
    /// 429 or 503, with or without `Retry-After`.
    Busy,
    Status,
    Tls,
    TooBig,
    NotWellFormed,
    NotAFeed,
    /// No bytes, or no entries where there were some.
    Empty,
    Timeout,
    /// The address, or one on the way, is private or of a scheme that we do not speak.
    RefusedAddress,
    Unresolved,
    Unreachable,
    Interrupted,
    RedirectLoop,
    BadAnswer,
    /// The reader itself failed or took too long; the bytes are kept.
    Reader,
    Waiting,
    Disabled,
    /// Entries were left out: the source brings more than it may.
    OverQuota,
}

impl CauseKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotModified => "not-modified",
            Self::SameBody => "same-body",
            Self::Moved => "moved",
            Self::Gone => "gone",
            Self::NotFound => "not-found",
            Self::Html => "html",
            Self::Challenge => "challenge",
            Self::Forbidden => "forbidden",
            Self::Busy => "busy",
            Self::Status => "status",
            Self::Tls => "tls",
            Self::TooBig => "too-big",
            Self::NotWellFormed => "not-well-formed",
            Self::NotAFeed => "not-a-feed",
            Self::Empty => "empty",
            Self::Timeout => "timeout",
            Self::RefusedAddress => "refused-address",
            Self::Unresolved => "unresolved",
            Self::Unreachable => "unreachable",
            Self::Interrupted => "interrupted",
            Self::RedirectLoop => "redirect-loop",
            Self::BadAnswer => "bad-answer",
            Self::Reader => "reader",
            Self::Waiting => "waiting",
            Self::Disabled => "disabled",
            Self::OverQuota => "over-quota",
        }
    }

    /// What it means, for a person who has never heard of HTTP.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Ok => "read",
            Self::NotModified => "not changed since the last poll",
            Self::SameBody => "sent again without a change",
            Self::Moved => "moved to another address for good",
            Self::Gone => "taken away for good (410)",
            Self::NotFound => "not found at this address (404)",
            Self::Html => "an HTML page instead of a feed",
            Self::Challenge => "a bot-protection page instead of a feed",
            Self::Forbidden => "access refused",
            Self::Busy => "the host asks us to wait",
            Self::Status => "an unexpected answer",
            Self::Tls => "the secure connection failed: certificate not valid",
            Self::TooBig => "the document is too big",
            Self::NotWellFormed => "the document is not well-formed",
            Self::NotAFeed => "the document is not a feed",
            Self::Empty => "the document is empty",
            Self::Timeout => "no answer in time",
            Self::RefusedAddress => "the address may not be polled",
            Self::Unresolved => "the name of the host is not known",
            Self::Unreachable => "no connection to the host",
            Self::Interrupted => "the connection broke off",
            Self::RedirectLoop => "redirects without end",
            Self::BadAnswer => "the answer breaks HTTP",
            Self::Reader => "the reader failed on this document",
            Self::Waiting => "waiting, as the host asked",
            Self::Disabled => "switched off",
            Self::OverQuota => "more than the source may bring",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    pub kind: CauseKind,
    /// Particulars: status, limit, address, line:column. May be empty.
    pub detail: String,
}

impl Cause {
    pub fn new(kind: CauseKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.in_words())?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    pub url: String,
    pub validators: Validators,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub body: Vec<u8>,
    pub content_type: Option<String>,
}

/// How a request ended. A failure is data, not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    pub cause: Cause,
    pub status: Option<u16>,
    /// The document; also for an HTML page, so that feeds can be discovered in it.
    pub document: Option<Received>,
    pub final_url: String,
    /// Target of a chain of permanent redirects only (301, 308), when there was one.
    pub permanent_url: Option<String>,
    /// Validators of the answer; a 304 carries those it refreshed.
    pub validators: Validators,
    pub fresh_for: Option<Duration>,
    /// `Retry-After`, counted from the answer, or what is left of an earlier one. Not negative, not capped.
    pub retry_after: Option<Duration>,
    pub conditional: bool,
    pub links: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Updated,
    Unchanged,
    Deferred,
    Failed,
    Skipped,
}

impl Outcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Updated, Self::Unchanged, Self::Deferred, Self::Failed, Self::Skipped]
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }
}

/// A permanent redirect under observation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    pub from: String,
    pub to: String,
    /// Since when it has led there without interruption.
    pub since: DateTime<Utc>,
    /// True once it is adopted: polls go to `to`.
    pub adopted: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressState {
    pub validators: Validators,
    /// Digest of the last body that parsed.
    pub body_hash: Option<String>,
    pub retry_at: Option<DateTime<Utc>>,
}

/// What is remembered of a source for its next poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    pub state: PollState,
    /// By address.
    pub addresses: BTreeMap<String, AddressState>,
    /// When it last brought new entries, newest first.
    pub news: Vec<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollState {
    pub source: SourceId,
    /// When it may be polled next; `None`: at once.
    pub next_at: Option<DateTime<Utc>>,
    /// Failures in a row.
    pub failures: u32,
    pub address: Option<String>,
    pub moving: Option<Moving>,
    /// True after a 410: not polled until staff act.
    pub gone: bool,
    pub freshness: Freshness,
    pub polled_at: Option<DateTime<Utc>>,
    pub succeeded_at: Option<DateTime<Utc>>,
    pub last: Option<(Outcome, Cause)>,
    pub status: Option<u16>,
    pub warnings: Vec<Warning>,
    pub meta: Option<FeedMeta>,
}

impl PollState {
    pub fn new(source: SourceId) -> Self {
        Self {
            source,
            next_at: None,
            failures: 0,
            address: None,
            moving: None,
            gone: false,
            freshness: Freshness::default(),
            polled_at: None,
            succeeded_at: None,
            last: None,
            status: None,
            warnings: Vec::new(),
            meta: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollRecord {
    pub state: PollState,
    pub addresses: Vec<(String, AddressState)>,
    pub at: DateTime<Utc>,
    pub outcome: Outcome,
    pub cause: Cause,
    pub seen: usize,
    pub new: usize,
    /// Entries whose text changed.
    pub changed: usize,
    /// Size of the decoded body, in bytes.
    pub body_bytes: usize,
    pub duration_ms: u64,
    pub conditional: bool,
    pub replay: Option<Vec<u8>>,
}

/// A document on which the reader failed, as it came, so that the failure can be looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    pub at: DateTime<Utc>,
    pub cause: String,
    /// The bytes, content coding removed.
    pub body: Vec<u8>,
}
