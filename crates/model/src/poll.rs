//! Polling: what is asked of a source, what came of it, and what is remembered for the next time.

use super::entry::{FeedMeta, Warning};
use super::id::SourceId;
use super::validators::Validators;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

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

/// The named cause in which a poll ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CauseKind {
    /// A document was read.
    Ok,
    /// 304: not changed since the last poll.
    NotModified,
    /// 200 with the very bytes of the last poll.
    SameBody,
    /// The document moved for good.
    Moved,
    /// 410: taken away for good.
    Gone,
    /// 404.
    NotFound,
    /// An HTML page instead of a feed.
    Html,
    /// A page that wants a browser, from a bot-protection service.
    Challenge,
    /// 401, 403 or 407.
    Forbidden,
    /// 429 or 503, with or without `Retry-After`.
    Busy,
    /// Another status that is no success.
    Status,
    /// The certificate is expired, not yet valid, for another name, or not trusted.
    Tls,
    /// The body is over the limit.
    TooBig,
    /// The document is not well-formed and could not be mended.
    NotWellFormed,
    /// Well-formed, but not a feed.
    NotAFeed,
    /// No bytes, or no entries where there were some.
    Empty,
    /// No answer in time.
    Timeout,
    /// The address, or one on the way, is private or of a scheme that we do not speak.
    RefusedAddress,
    /// The name does not resolve.
    Unresolved,
    /// No connection.
    Unreachable,
    /// The connection broke before the body was whole.
    Interrupted,
    /// Too many redirects, or a circle.
    RedirectLoop,
    /// The answer breaks HTTP.
    BadAnswer,
    /// The reader itself failed or took too long; the bytes are kept.
    Reader,
    /// Not asked: the host asked us to wait.
    Waiting,
    /// Not polled: switched off.
    Disabled,
}

impl CauseKind {
    /// The name used in JSON and in the database.
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
        }
    }
}

/// The cause with its particulars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The name.
    pub kind: CauseKind,
    /// Particulars: status, limit, address, line:column. May be empty.
    pub detail: String,
}

impl Cause {
    /// A cause with particulars.
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

/// One request to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    /// The address.
    pub url: String,
    /// Stored validators of this address.
    pub validators: Validators,
}

/// A document that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The decoded body.
    pub body: Vec<u8>,
    /// `Content-Type` as received.
    pub content_type: Option<String>,
}

/// How a request ended. A failure is data, not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// `Ok` (a document), `NotModified`, or what went wrong.
    pub cause: Cause,
    /// Status of the last answer.
    pub status: Option<u16>,
    /// The document; also for an HTML page, so that feeds can be discovered in it.
    pub document: Option<Received>,
    /// Address of the last answer, after redirects.
    pub final_url: String,
    /// Target of a chain of permanent redirects only (301, 308), when there was one.
    pub permanent_url: Option<String>,
    /// Validators of the answer; a 304 carries those it refreshed.
    pub validators: Validators,
    /// `max-age` or `Expires`.
    pub fresh_for: Option<Duration>,
    /// `Retry-After`, counted from the answer. Not negative, not capped.
    pub retry_after: Option<Duration>,
    /// True when validators were sent.
    pub conditional: bool,
    /// `Link` header fields, as relation and absolute address.
    pub links: Vec<(String, String)>,
}

/// What a poll came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The document was read; it may have had nothing new.
    Updated,
    /// Nothing changed, nothing was parsed.
    Unchanged,
    /// The host asked us to wait.
    Deferred,
    /// Something went wrong; the cause says what.
    Failed,
    /// Not asked.
    Skipped,
}

impl Outcome {
    /// The word used in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// Reads the word; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Updated, Self::Unchanged, Self::Deferred, Self::Failed, Self::Skipped]
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }
}

/// A permanent redirect under observation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// The address that redirects.
    pub from: String,
    /// Where it leads.
    pub to: String,
    /// Since when it has led there without interruption.
    pub since: DateTime<Utc>,
    /// True once it is adopted: polls go to `to`.
    pub adopted: bool,
}

/// What is remembered of one address of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressState {
    /// Validators as received.
    pub validators: Validators,
    /// Digest of the last body that parsed.
    pub body_hash: Option<String>,
    /// `Retry-After` of this address, while it lasts.
    pub retry_at: Option<DateTime<Utc>>,
}

/// What is remembered of a source between polls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollState {
    /// The source.
    pub source: SourceId,
    /// When it may be polled next; `None`: at once.
    pub next_at: Option<DateTime<Utc>>,
    /// Failures in a row.
    pub failures: u32,
    /// The address in use.
    pub address: Option<String>,
    /// Permanent redirect under observation or adopted.
    pub moving: Option<Moving>,
    /// True after a 410: not polled until staff act.
    pub gone: bool,
    /// Freshness that the publisher asked for.
    pub freshness: Freshness,
    /// When it was last polled.
    pub polled_at: Option<DateTime<Utc>>,
    /// When a poll last succeeded.
    pub succeeded_at: Option<DateTime<Utc>>,
    /// How the last poll ended.
    pub last: Option<(Outcome, Cause)>,
    /// Status of the last answer.
    pub status: Option<u16>,
    /// Warnings of the last document that was read.
    pub warnings: Vec<Warning>,
    /// What the feed says of itself.
    pub meta: Option<FeedMeta>,
}

impl PollState {
    /// The state of a source that has never been polled.
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

/// One poll as it is recorded: the new state, and the figures of this poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollRecord {
    /// The state from now on.
    pub state: PollState,
    /// What is remembered of each address that was asked.
    pub addresses: Vec<(String, AddressState)>,
    /// When the poll began.
    pub at: DateTime<Utc>,
    /// How it ended.
    pub outcome: Outcome,
    /// Its cause.
    pub cause: Cause,
    /// Entries in the document.
    pub seen: usize,
    /// Entries not seen before.
    pub new: usize,
    /// Entries whose text changed.
    pub changed: usize,
    /// Size of the decoded body, in bytes.
    pub body_bytes: usize,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// True when validators were sent.
    pub conditional: bool,
    /// A document on which the reader failed, kept for replay.
    pub replay: Option<Vec<u8>>,
}

/// A document on which the reader failed, as it came, so that the failure can be looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// When it came.
    pub at: DateTime<Utc>,
    /// How the reader failed, in words.
    pub cause: String,
    /// The bytes, content coding removed.
    pub body: Vec<u8>,
}
