//! `status`: health in figures and words.

use super::app::App;
use super::event_conflicts::EventConflict;
use super::learned::LearnedState;
use crate::worker::CalendarReport;
use chrono::{DateTime, Utc};
use plenary_model::event::{Calendar, CalendarPoll};
use plenary_model::id::SourceId;
use plenary_model::policy::Policy;
use plenary_model::poll::{CauseKind, Outcome, Replay};
use plenary_model::push::{HubFigures, Subscription, SubscriptionState};
use plenary_model::review::ReviewItem;
use plenary_model::view::{SectionFigures, SourceHealth, Totals};
use serde::Serialize;

/// The whole installation at a glance.
#[derive(Debug, Serialize)]
pub struct Status {
    /// The store in figures.
    pub totals: Totals,
    /// Every source of the policy, in its order.
    pub sources: Vec<SourceLine>,
    /// The sections in figures.
    pub sections: Vec<SectionFigures>,
    /// The worker.
    pub worker: WorkerState,
    /// Pushing, both ways.
    pub push: PushState,
    /// What was learned from decisions.
    pub learned: LearnedState,
    /// The calendar files of the policy.
    pub calendars: Vec<CalendarReport>,
    /// Events to come that sources date differently, until staff choose.
    pub disputed: Vec<EventConflict>,
}

/// Pushing (`WebSub`).
#[derive(Debug, Serialize)]
pub struct PushState {
    /// Our hub; `None` when it is off and nobody is subscribed.
    pub hub: Option<HubFigures>,
    /// Our subscriptions at the hubs of sources.
    pub subscriptions: Vec<SubscriptionLine>,
}

/// A subscription of ours in a line.
#[derive(Debug, Serialize)]
pub struct SubscriptionLine {
    /// The source.
    pub source: SourceId,
    /// Its hub.
    pub hub: String,
    /// How far it has come.
    pub state: SubscriptionState,
    /// When the lease ends.
    pub lease_until: Option<DateTime<Utc>>,
    /// When a document with a good signature last came.
    pub pushed_at: Option<DateTime<Utc>>,
    /// Documents ignored because of their signature.
    pub bad_signatures: u32,
    /// What was last said about it.
    pub note: String,
}

/// A source in a line.
#[derive(Debug, Serialize)]
pub struct SourceLine {
    /// Slug.
    pub id: SourceId,
    /// Name of the organisation.
    pub name: String,
    /// How the last poll ended; `None` before the first.
    pub outcome: Option<Outcome>,
    /// Why, by name.
    pub cause: Option<CauseKind>,
    /// Particulars of the cause.
    pub detail: String,
    /// The cause for people.
    pub words: String,
    /// Status of the last answer.
    pub status: Option<u16>,
    /// Failures in a row.
    pub failures: u32,
    /// When it was last polled.
    pub polled_at: Option<DateTime<Utc>>,
    /// When a poll last succeeded.
    pub succeeded_at: Option<DateTime<Utc>>,
    /// When it may be polled next.
    pub next_at: Option<DateTime<Utc>>,
    /// Entries stored.
    pub entries: usize,
    /// Pieces shown that it carries.
    pub shown: usize,
    /// Date of its newest entry.
    pub newest: Option<DateTime<Utc>>,
    /// What was mended or dropped in its last document.
    pub warnings: usize,
}

/// The worker, as far as the store knows.
#[derive(Debug, Serialize)]
pub struct WorkerState {
    /// When it last polled any source.
    pub last_poll: Option<DateTime<Utc>>,
    /// True once every source was polled at least once.
    pub first_pass_done: bool,
    /// Version of the policy in force.
    pub policy_version: String,
    /// What is wrong with the policy file, when it changed and could not be read.
    pub policy_problem: Option<String>,
    /// The change of policy that waits for staff, as `review` lists it.
    pub policy_waiting: Option<ReviewItem>,
    /// Things that need a human.
    pub review: usize,
}

/// How many things that need a human are counted.
const REVIEW_COUNT_MAX: usize = 1_000;

impl App {
    /// Health of sources, sections and worker.
    ///
    /// # Errors
    /// The database fails.
    pub async fn status(&self) -> anyhow::Result<Status> {
        let policy = self.policy();
        let health = self.store.sources().await?;
        let line = |source: &plenary_model::source::Source| {
            let known = health.iter().find(|health| health.state.source == source.id);
            source_line(source, known)
        };
        let disputed = self.find_event_conflicts().await?;
        Ok(Status {
            totals: self.store.totals().await?,
            sources: policy.sources.iter().map(line).collect(),
            sections: self.store.section_figures().await?,
            worker: WorkerState {
                last_poll: self.store.last_poll().await?,
                first_pass_done: self.store.is_first_pass_done().await?,
                policy_version: policy.version.clone(),
                policy_problem: self.store.policy_problem().await?,
                policy_waiting: self.store.policy_question().await?,
                review: self.store.review(REVIEW_COUNT_MAX).await?.len() + disputed.len(),
            },
            push: self.push_state(policy.push.hub).await?,
            learned: self.learned_state().await?,
            calendars: self.calendar_lines(&policy).await?,
            disputed,
        })
    }
}

impl App {
    /// The last document of a source on which the reader failed.
    ///
    /// # Errors
    /// The database fails.
    pub async fn replay(&self, source: &str) -> anyhow::Result<Option<Replay>> {
        Ok(self.store.replay(&SourceId::from(source)).await?)
    }

    async fn calendar_lines(&self, policy: &Policy) -> anyhow::Result<Vec<CalendarReport>> {
        let polls = self.store.calendar_polls().await?;
        let line = |calendar: &Calendar| match polls.get(&calendar.id) {
            Some(poll) => CalendarReport::from_poll(&calendar.id, poll),
            None => CalendarReport::from_poll(&calendar.id, &CalendarPoll::default()),
        };
        Ok(policy.calendars.iter().map(line).collect())
    }

    async fn push_state(&self, is_hub_on: bool) -> anyhow::Result<PushState> {
        let figures = self.store.hub_figures().await?;
        let line = |s: Subscription| SubscriptionLine {
            source: s.source,
            hub: s.hub,
            state: s.state,
            lease_until: s.lease_until,
            pushed_at: s.pushed_at,
            bad_signatures: s.bad_signatures,
            note: s.note,
        };
        Ok(PushState {
            hub: (is_hub_on || figures.subscribers > 0).then_some(figures),
            subscriptions: self.store.subscriptions().await?.into_iter().map(line).collect(),
        })
    }
}

fn source_line(source: &plenary_model::source::Source, known: Option<&SourceHealth>) -> SourceLine {
    let state = known.map(|health| &health.state);
    let last = state.and_then(|state| state.last.clone());
    let words = match (&last, source.enabled) {
        (_, false) => format!("switched off{}", source.reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default()),
        (Some((_, cause)), true) if cause.kind == CauseKind::Reader => {
            format!("{cause}; its document is kept: plenary parse --replay {}", source.id)
        }
        (Some((_, cause)), true) => cause.to_string(),
        (None, true) => "not polled yet".to_owned(),
    };
    let detail = last.as_ref().map(|(_, cause)| cause.detail.clone()).unwrap_or_default();
    let (outcome, cause) = last.map(|(outcome, cause)| (outcome, cause.kind)).unzip();
    SourceLine {
        id: source.id.clone(),
        name: source.name.clone(),
        outcome,
        cause,
        detail,
        words,
        status: state.and_then(|state| state.status),
        failures: state.map_or(0, |state| state.failures),
        polled_at: state.and_then(|state| state.polled_at),
        succeeded_at: state.and_then(|state| state.succeeded_at),
        next_at: state.and_then(|state| state.next_at),
        entries: known.map_or(0, |health| health.entries),
        shown: known.map_or(0, |health| health.shown),
        newest: known.and_then(|health| health.newest),
        warnings: state.map_or(0, |state| state.warnings.len()),
    }
}
