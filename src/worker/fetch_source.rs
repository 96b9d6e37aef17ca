//! Gets and reads the document of a source: its addresses in order until one works. Changes nothing, so it can be
//! dropped at any moment.

use super::compiled::Compiled;
use super::context::Context;
use super::discovery::{self, Page};
use super::reader::{Reader, await_in_time};
use chrono::{DateTime, Utc};
use plenary_ingest::interval;
use plenary_ingest::read::{ReadError, Reading};
use plenary_model::entry::Warning;
use plenary_model::id::EntryKey;
use plenary_model::link::Link;
use plenary_model::poll::{
    AddressState, Cause, CauseKind, FetchRequest, Fetched, PollState, RETRY_AFTER_MAX, Received, Remembered,
};
use plenary_model::source::Source;
use plenary_store::StoreError;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

pub(super) struct Before {
    pub(super) source: Source,
    pub(super) state: PollState,
    addresses: BTreeMap<String, AddressState>,
    /// When it last brought news, newest first.
    pub(super) news: Vec<DateTime<Utc>>,
}

pub(super) enum Got {
    Read(Box<Reading>),
    /// Nothing changed; `SameBody` or `NotModified`.
    Unchanged,
    /// The host asked us to wait: until then, if we did not even ask.
    Waiting(DateTime<Utc>),
    /// The host asked us to wait now, for so long if it said.
    Busy(Option<Duration>),
    Failed,
    /// Every address is gone for good.
    Gone,
}

pub(super) struct SourceFetch {
    pub(super) got: Got,
    pub(super) cause: Cause,
    pub(super) status: Option<u16>,
    /// The address that gave the document.
    pub(super) address: Option<String>,
    /// True when it is to be asked first from now on.
    pub(super) stays: bool,
    /// Where that address leads for good.
    pub(super) permanent_url: Option<String>,
    pub(super) has_entries_in_common: bool,
    /// `max-age` or `Expires` of the answer.
    pub(super) fresh_for: Option<Duration>,
    /// What is remembered of each address asked.
    pub(super) addresses: Vec<(String, AddressState)>,
    pub(super) requests: usize,
    pub(super) conditional: bool,
    pub(super) body_bytes: usize,
    /// A document on which the reader failed.
    pub(super) replay: Option<Vec<u8>>,
    /// Feeds found instead of the lost one.
    pub(super) proposals: Vec<Warning>,
}

/// A document that could not be read: why, and the bytes when the reader itself is to blame.
struct Unread {
    cause: Cause,
    replay: bool,
}

impl Before {
    pub(super) fn new(source: Source, remembered: Remembered) -> Self {
        let Remembered { state, addresses, news } = remembered;
        Self { source, state, addresses, news }
    }
}

impl SourceFetch {
    fn new(got: Got, cause: Cause) -> Self {
        Self {
            got,
            cause,
            status: None,
            address: None,
            stays: true,
            permanent_url: None,
            has_entries_in_common: false,
            fresh_for: None,
            addresses: Vec::new(),
            requests: 0,
            conditional: false,
            body_bytes: 0,
            replay: None,
            proposals: Vec::new(),
        }
    }

    /// Turns success into failure: something after reading went wrong. Forgets what would keep the next poll from
    /// getting the document again.
    pub(super) fn fail(&mut self, cause: Cause) {
        self.got = Got::Failed;
        self.cause = cause;
        for (_, state) in &mut self.addresses {
            *state = AddressState { retry_at: state.retry_at, ..AddressState::default() };
        }
    }
}

/// Asks the addresses of a source in order.
///
/// # Errors
/// When what is stored of the source cannot be read: the source is not to blame.
pub(super) async fn fetch_source(
    context: &Context,
    compiled: &Compiled,
    before: &Before,
) -> Result<SourceFetch, StoreError> {
    let Before { source, state, .. } = before;
    let order = interval::addresses(&source.feeds, state.address.as_deref(), state.moving.as_ref());
    let mut so_far = SourceFetch::new(Got::Failed, Cause::new(CauseKind::NotFound, "no address"));
    let mut first_failure: Option<(Cause, Option<u16>)> = None;
    let mut page: Option<Page> = None;
    let mut all_gone = true;
    for address in &order {
        let remembered = before.addresses.get(address).cloned().unwrap_or_default();
        let request = FetchRequest { url: address.clone(), validators: remembered.validators.clone() };
        let fetched = compiled.fetcher.fetch(&request).await;
        so_far.requests += usize::from(fetched.cause.kind != CauseKind::Waiting);
        so_far.conditional = fetched.conditional;
        so_far.status = fetched.status;
        let cause = match take_answer(context, before, &mut so_far, address, remembered, fetched, &mut page).await? {
            Ok(()) => return Ok(so_far),
            Err(cause) => cause,
        };
        all_gone &= cause.kind == CauseKind::Gone;
        so_far.stays &= interval::is_lasting(cause.kind);
        first_failure.get_or_insert((cause, so_far.status));
    }
    if let Some((cause, status)) = first_failure {
        (so_far.cause, so_far.status) = (cause, status);
    }
    if all_gone && so_far.requests > 0 {
        so_far.got = Got::Gone;
    }
    if discovery::is_worth_a_look(so_far.cause.kind, state) {
        let found = discovery::find_feeds(compiled, source, page.as_ref(), state).await;
        so_far.requests += found.requests;
        so_far.proposals = found.proposals;
    }
    Ok(so_far)
}

/// What is read when a hub brings a document. Of its address nothing is learnt: validators and moves are for the next
/// poll.
pub(super) async fn read_pushed(
    context: &Context,
    before: &Before,
    received: Received,
    topic: &str,
) -> Result<Result<SourceFetch, Cause>, StoreError> {
    let mut fetch = SourceFetch::new(Got::Failed, Cause::new(CauseKind::Ok, "brought by its hub"));
    fetch.body_bytes = received.body.len();
    fetch.fresh_for = before.state.freshness.http;
    fetch.status = before.state.status;
    let known = context.store.hashes(&before.source.id).await?;
    let mut reading = match read(context, before, &Arc::new(known), &Arc::new(received), topic).await {
        Ok(reading) => reading,
        Err(unread) => return Ok(Err(unread.cause)),
    };
    // A hub may bring a part only: what the feed says of itself, and what is missing, is learnt by polling.
    reading.withdrawals.clear();
    if let Some(meta) = &before.state.meta {
        reading.meta = meta.clone();
    }
    reading.freshness = before.state.freshness.clone();
    fetch.got = Got::Read(Box::new(reading));
    Ok(Ok(fetch))
}

/// A hub and an own address in the header win over those in the document (`WebSub` 4).
fn note_links(reading: &mut Reading, links: &[(String, String)]) {
    let named = |rel: &str| links.iter().find(|(known, _)| known == rel).map(|(_, href)| href.clone());
    if let Some(hub) = named("hub") {
        reading.meta.hub = Some(hub);
        if let Some(href) = named("self") {
            let link = Link { href, rel: "self".to_owned(), media_type: None, hreflang: None, title: None };
            reading.meta.links.retain(|link| link.rel != "self");
            reading.meta.links.push(link);
        }
    }
}

/// What one answer means. `Ok` ends the search; a cause lets the next address be tried.
async fn take_answer(
    context: &Context,
    before: &Before,
    so_far: &mut SourceFetch,
    address: &str,
    remembered: AddressState,
    fetched: Fetched,
    page: &mut Option<Page>,
) -> Result<Result<(), Cause>, StoreError> {
    let remember = |so_far: &mut SourceFetch, state: AddressState| so_far.addresses.push((address.to_owned(), state));
    let retry_at = |wait: Option<Duration>| wait.map(|wait| context.clock.now() + wait.min(RETRY_AFTER_MAX));
    // A wait that was asked for ends with the next answer that does not ask again.
    let unchanged = AddressState { retry_at: None, ..remembered };
    let works = |so_far: &mut SourceFetch| {
        so_far.address = Some(address.to_owned());
        so_far.permanent_url.clone_from(&fetched.permanent_url);
        so_far.fresh_for = fetched.fresh_for;
        so_far.cause = fetched.cause.clone();
    };
    match (fetched.cause.kind, fetched.document) {
        (CauseKind::NotModified, _) => {
            works(so_far);
            remember(so_far, AddressState { validators: fetched.validators, ..unchanged });
            so_far.got = Got::Unchanged;
            so_far.has_entries_in_common = has_entries(context, before, fetched.permanent_url.as_deref()).await?;
            Ok(Ok(()))
        }
        (CauseKind::Waiting, _) => {
            so_far.got = Got::Waiting(context.clock.now() + fetched.retry_after.unwrap_or_default());
            so_far.cause = fetched.cause;
            Ok(Ok(()))
        }
        (CauseKind::Busy, _) => {
            remember(so_far, AddressState { retry_at: retry_at(fetched.retry_after), ..unchanged });
            so_far.cause = fetched.cause;
            so_far.got = Got::Busy(fetched.retry_after);
            Ok(Ok(()))
        }
        (CauseKind::Ok, Some(received)) => {
            so_far.body_bytes = received.body.len();
            let hash = blake3::hash(&received.body).to_hex().to_string();
            let parsed = AddressState { validators: fetched.validators, body_hash: Some(hash), retry_at: None };
            if parsed.body_hash == unchanged.body_hash {
                works(so_far);
                remember(so_far, parsed);
                so_far.got = Got::Unchanged;
                so_far.cause.kind = CauseKind::SameBody;
                so_far.has_entries_in_common = has_entries(context, before, fetched.permanent_url.as_deref()).await?;
                return Ok(Ok(()));
            }
            let (received, known) = (Arc::new(received), Arc::new(context.store.hashes(&before.source.id).await?));
            let mut reading = match read(context, before, &known, &received, &fetched.final_url).await {
                Ok(reading) => reading,
                Err(unread) => {
                    remember(so_far, AddressState::default());
                    if unread.replay {
                        so_far.replay = Some(received.body.clone());
                    }
                    if unread.cause.kind == CauseKind::Html {
                        let received = Received::clone(&received);
                        page.get_or_insert(Page { received, address: fetched.final_url });
                    }
                    return Ok(Err(unread.cause));
                }
            };
            note_links(&mut reading, &fetched.links);
            works(so_far);
            remember(so_far, parsed);
            so_far.has_entries_in_common = reading.present.iter().any(|key| known.contains_key(key));
            so_far.got = Got::Read(Box::new(reading));
            Ok(Ok(()))
        }
        _ => {
            remember(so_far, AddressState { retry_at: retry_at(fetched.retry_after), ..unchanged });
            Ok(Err(fetched.cause))
        }
    }
}

/// True when the source has entries, as far as that matters: an address that leads elsewhere for good is adopted only
/// then.
async fn has_entries(context: &Context, before: &Before, permanent_url: Option<&str>) -> Result<bool, StoreError> {
    Ok(permanent_url.is_some() && !context.store.hashes(&before.source.id).await?.is_empty())
}

/// Reads a document on a blocking thread, within the reader's deadline. One without entries counts as unread where
/// there were some or it was broken: else that would seem the publisher's wish, and its validators would keep the next
/// one from us.
async fn read(
    context: &Context,
    before: &Before,
    known: &Arc<HashMap<EntryKey, String>>,
    received: &Arc<Received>,
    final_url: &str,
) -> Result<Reading, Unread> {
    let (received, final_url) = (Arc::clone(received), final_url.to_owned());
    let (source, now) = (before.source.clone(), context.clock.now());
    let Reader { read, deadline } = context.reader;
    let of_source = Arc::clone(known);
    let reading = tokio::task::spawn_blocking(move || read(&received, &final_url, &source, &of_source, now));
    let reading = read_within(deadline, reading).await?;
    if reading.seen == 0 && !reading.warnings.is_empty() {
        let cause = Cause::new(CauseKind::Empty, "no entries, and the document had to be mended");
        return Err(Unread { cause, replay: false });
    }
    if reading.seen == 0 && !known.is_empty() && reading.withdrawals.is_empty() {
        let cause = Cause::new(CauseKind::Empty, "no entries where there were some; those stay");
        return Err(Unread { cause, replay: false });
    }
    Ok(reading)
}

/// What a reader on another thread found. One that panics or is late is named as the cause, and its document is kept.
async fn read_within<T>(deadline: Duration, reading: JoinHandle<Result<T, ReadError>>) -> Result<T, Unread> {
    match await_in_time(deadline, reading).await {
        Err(cause) => Err(Unread { cause, replay: true }),
        Ok(Err(error)) => {
            let cause = ReadError::cause(&error);
            Err(Unread { replay: cause.kind == CauseKind::Reader, cause })
        }
        Ok(Ok(found)) => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::spawn_blocking;

    #[tokio::test]
    async fn a_reader_that_fails_is_named_and_its_document_is_kept() {
        // Long enough for a busy machine, but for the one that does not end.
        let (deadline, patience) = (Duration::from_millis(50), Duration::from_mins(1));
        let panicked = spawn_blocking(|| -> Result<(), ReadError> { panic!("planted") });
        let dawdling = spawn_blocking(|| {
            std::thread::sleep(Duration::from_secs(2));
            Ok(())
        });
        let caught = spawn_blocking(|| Err::<(), _>(ReadError::Reader));
        for (deadline, reading, detail) in
            [(patience, panicked, "it panicked"), (deadline, dawdling, "not done after 0 s"), (patience, caught, "")]
        {
            let unread = read_within(deadline, reading).await.err().unwrap();
            assert_eq!(
                (unread.cause.kind, unread.cause.detail.as_str(), unread.replay),
                (CauseKind::Reader, detail, true)
            );
        }
        let page = read_within(patience, spawn_blocking(|| Err::<(), _>(ReadError::Html))).await.err().unwrap();
        assert_eq!((page.cause.kind, page.replay), (CauseKind::Html, false));
        assert!(read_within(patience, spawn_blocking(|| Ok(1))).await.is_ok_and(|found| found == 1));
    }
}
