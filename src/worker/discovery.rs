//! When a feed is lost: proposes another one from the page that came instead or the source's site. Staff decide.

use super::compiled::Compiled;
use super::reader::{READ_DEADLINE, await_in_time};
use plenary_fetch::redact;
use plenary_ingest::discover::{self, Candidate};
use plenary_ingest::read::{self, Input};
use plenary_model::entry::Warning;
use plenary_model::poll::{CauseKind, FetchRequest, PollState, Received};
use plenary_model::source::Source;
use plenary_model::validators::Validators;
use plenary_model::warning::WarningCode;
use std::collections::HashSet;

const PROPOSALS_MAX: usize = 3;
/// Addresses named on one page that are asked.
const NAMED_MAX: usize = 5;
/// Addresses where feeds usually are that are asked of one site.
const GUESSES_MAX: usize = 12;

/// A page that came where a feed was expected.
pub(super) struct Page {
    pub(super) received: Received,
    pub(super) address: String,
}

#[derive(Default)]
pub(super) struct Discovery {
    pub(super) proposals: Vec<Warning>,
    pub(super) requests: usize,
}

/// True when the feed itself is lost, nothing is proposed yet, and it is the 1st, 2nd, 4th, 8th … failure in a row.
pub(super) fn is_worth_a_look(kind: CauseKind, state: &PollState) -> bool {
    let is_lost = matches!(
        kind,
        CauseKind::Html | CauseKind::NotFound | CauseKind::Gone | CauseKind::NotAFeed | CauseKind::Unresolved
    );
    let is_proposed = state.warnings.iter().any(|warning| warning.code == WarningCode::Proposal);
    is_lost && !is_proposed && state.failures.saturating_add(1).is_power_of_two()
}

/// Looks on the page, then on the site, and the first time where feeds usually are. An address is proposed only when it
/// was fetched and is a feed; each is asked once, in the turns of its host.
pub(super) async fn find_feeds(
    compiled: &Compiled,
    source: &Source,
    page: Option<&Page>,
    state: &PollState,
) -> Discovery {
    let mut search =
        Search { compiled, source, asked: HashSet::new(), feeds: HashSet::new(), found: Discovery::default() };
    search.asked.extend(source.feeds.iter().cloned());
    if let Some(page) = page {
        search.try_page(&page.received, &page.address).await;
    }
    if let Some(site) = source.site.as_ref().filter(|_| search.found.proposals.is_empty()) {
        let site = FetchRequest { url: site.clone(), validators: Validators::default() };
        let fetched = compiled.fetcher.fetch(&site).await;
        search.found.requests += 1;
        if let Some(page) = &fetched.document {
            search.try_page(page, &fetched.final_url).await;
        }
    }
    if search.found.proposals.is_empty() && state.failures == 0 {
        for address in source.feeds.first().into_iter().chain(&source.site) {
            search.try_all(discover::usual(address), address, GUESSES_MAX).await;
        }
    }
    search.found
}

struct Search<'a> {
    compiled: &'a Compiled,
    source: &'a Source,
    asked: HashSet<String>,
    /// Where the feeds that were found stand in the end.
    feeds: HashSet<String>,
    found: Discovery,
}

impl Search<'_> {
    async fn try_page(&mut self, page: &Received, address: &str) {
        let html = String::from_utf8_lossy(&page.body).into_owned();
        // What nothing on the page speaks for is tried last, and once.
        let named = discover::candidates(&html, address).into_iter().filter(|candidate| !candidate.is_guess).collect();
        self.try_all(named, address, NAMED_MAX).await;
    }

    /// Asks these addresses, at most `most`, until enough of them are feeds; a host that cannot be had is left alone.
    async fn try_all(&mut self, candidates: Vec<Candidate>, page: &str, most: usize) {
        let mut left = most;
        for candidate in candidates {
            let is_done = candidate.is_guess && !self.found.proposals.is_empty();
            if left == 0 || is_done || self.found.proposals.len() >= PROPOSALS_MAX {
                return;
            }
            if !self.asked.insert(candidate.href.clone()) {
                continue;
            }
            left -= 1;
            let request = FetchRequest { url: candidate.href.clone(), validators: Validators::default() };
            let fetched = self.compiled.fetcher.fetch(&request).await;
            self.found.requests += usize::from(fetched.cause.kind != CauseKind::Waiting);
            let Some(received) = fetched.document else {
                let answers =
                    matches!(fetched.cause.kind, CauseKind::NotFound | CauseKind::Gone | CauseKind::Forbidden);
                if answers || !candidate.is_guess {
                    continue;
                }
                return;
            };
            let is_new =
                !self.source.feeds.contains(&fetched.final_url) && self.feeds.insert(fetched.final_url.clone());
            if is_new && is_feed(received, fetched.final_url).await {
                self.found.proposals.push(propose(&candidate, page));
            }
        }
    }
}

async fn is_feed(received: Received, address: String) -> bool {
    let reading = tokio::task::spawn_blocking(move || {
        let content_type = received.content_type.as_deref();
        let input = Input { body: &received.body, content_type, base: Some(&address), language: None };
        read::document(&input).is_ok()
    });
    await_in_time(READ_DEADLINE, reading).await.unwrap_or(false)
}

fn propose(candidate: &Candidate, page: &str) -> Warning {
    Warning {
        code: WarningCode::Proposal,
        message: format!("a feed is offered at {} ({}), found on {}", candidate.href, candidate.why, redact(page)),
        entry: None,
        line: None,
        column: None,
    }
}
