//! When a feed is lost: proposes another one from the page that came instead or the source's site. Staff decide.

use super::compiled::Compiled;
use plenary_fetch::redact;
use plenary_ingest::discover;
use plenary_model::entry::Warning;
use plenary_model::poll::{CauseKind, FetchRequest, PollState, Received};
use plenary_model::source::Source;
use plenary_model::validators::Validators;
use plenary_model::warning::WarningCode;

const PROPOSALS_MAX: usize = 3;

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

/// Looks on the page, then on the site.
pub(super) async fn find_feeds(compiled: &Compiled, source: &Source, page: Option<&Page>) -> Discovery {
    let on_page = page.map(|page| propose(source, &page.received, &page.address)).unwrap_or_default();
    let Some(site) = source.site.as_ref().filter(|_| on_page.is_empty()) else {
        return Discovery { proposals: on_page, requests: 0 };
    };
    let fetched = compiled.fetcher.fetch(&FetchRequest { url: site.clone(), validators: Validators::default() }).await;
    let proposals = fetched.document.map(|page| propose(source, &page, &fetched.final_url)).unwrap_or_default();
    Discovery { proposals, requests: 1 }
}

fn propose(source: &Source, page: &Received, address: &str) -> Vec<Warning> {
    let html = String::from_utf8_lossy(&page.body);
    discover::candidates(&html, address)
        .into_iter()
        .filter(|candidate| !source.feeds.contains(&candidate.href))
        .take(PROPOSALS_MAX)
        .map(|candidate| Warning {
            code: WarningCode::Proposal,
            message: format!(
                "a feed is offered at {} ({}), found on {}",
                candidate.href,
                candidate.why,
                redact(address)
            ),
            entry: None,
            line: None,
            column: None,
        })
        .collect()
}
