//! `status`: health in figures and words.

use super::app::App;
use super::event_conflicts::EventConflict;
use super::learned::LearnedState;
use crate::worker::{CalendarReport, describe_excess};
use chrono::{DateTime, Utc};
use plenary_model::event::{Calendar, CalendarPoll};
use plenary_model::id::SourceId;
use plenary_model::policy::Policy;
use plenary_model::poll::{CauseKind, Outcome, Replay};
use plenary_model::push::{HubFigures, Subscription, SubscriptionState};
use plenary_model::review::ReviewItem;
use plenary_model::view::{Pruned, Room, SectionFigures, SourceHealth, Totals};
use plenary_store::Checked;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, Serialize)]
pub struct Status {
    pub database: DatabaseState,
    pub totals: Totals,
    /// Every source of the policy, in its order.
    pub sources: Vec<SourceLine>,
    pub sections: Vec<SectionFigures>,
    pub worker: WorkerState,
    pub disk: DiskState,
    pub push: PushState,
    pub learned: LearnedState,
    pub calendars: Vec<CalendarReport>,
    pub disputed: Vec<EventConflict>,
}

/// The database, found whole.
#[derive(Debug, Serialize)]
pub struct DatabaseState {
    pub path: PathBuf,
    pub bytes: u64,
    pub checked: Checked,
    /// Stored documents, each of which agrees with its digest.
    pub documents: usize,
}

/// The room that the database takes, and what retention made of it.
#[derive(Debug, Serialize)]
pub struct DiskState {
    /// In bytes.
    #[serde(flatten)]
    pub room: Room,
    /// Most that file and log may take, in bytes.
    pub most: Option<u64>,
    /// Why nothing is fetched for lack of room.
    pub full: Option<String>,
    pub last_removed: Option<Pruned>,
}

/// Pushing (`WebSub`).
#[derive(Debug, Serialize)]
pub struct PushState {
    /// Our hub; `None` when it is off and nobody is subscribed.
    pub hub: Option<HubFigures>,
    pub subscriptions: Vec<SubscriptionLine>,
}

#[derive(Debug, Serialize)]
pub struct SubscriptionLine {
    pub source: SourceId,
    pub hub: String,
    pub state: SubscriptionState,
    pub lease_until: Option<DateTime<Utc>>,
    /// When a document with a good signature last came.
    pub pushed_at: Option<DateTime<Utc>>,
    /// Documents ignored because of their signature.
    pub bad_signatures: u32,
    pub note: String,
}

#[derive(Debug, Serialize)]
pub struct SourceLine {
    pub id: SourceId,
    pub name: String,
    /// How the last poll ended; `None` before the first.
    pub outcome: Option<Outcome>,
    pub cause: Option<CauseKind>,
    pub detail: String,
    /// The cause for people.
    pub words: String,
    pub status: Option<u16>,
    pub failures: u32,
    pub polled_at: Option<DateTime<Utc>>,
    pub succeeded_at: Option<DateTime<Utc>>,
    pub next_at: Option<DateTime<Utc>>,
    pub entries: usize,
    /// Pieces shown that it carries.
    pub shown: usize,
    pub newest: Option<DateTime<Utc>>,
    /// What was mended or dropped in its last document.
    pub warnings: usize,
}

#[derive(Debug, Serialize)]
pub struct WorkerState {
    pub last_poll: Option<DateTime<Utc>>,
    /// True once every source was polled at least once.
    pub first_pass_done: bool,
    pub policy_version: String,
    /// What is wrong with the policy file, when it changed and could not be read.
    pub policy_problem: Option<String>,
    /// The change of policy that waits for staff, as `review` lists it.
    pub policy_waiting: Option<ReviewItem>,
    pub review: usize,
}

/// How many things that need a human are counted.
const REVIEW_COUNT_MAX: usize = 1_000;

impl App {
    /// Health of database, sources, sections and worker. Fails when the database is damaged, as far as that shows.
    pub async fn status(&self) -> anyhow::Result<Status> {
        let database = self.check_database().await?;
        let policy = self.policy();
        let health = self.store.sources().await?;
        let line = |source: &plenary_model::source::Source| {
            let known = health.iter().find(|health| health.state.source == source.id);
            source_line(source, known)
        };
        let disputed = self.find_event_conflicts().await?;
        Ok(Status {
            database,
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
            disk: DiskState {
                room: self.store.room().await?,
                most: policy.polling.bytes_on_disk,
                full: describe_excess(self.store.path(), &policy.polling),
                last_removed: self.store.pruned().await?,
            },
            push: self.push_state(policy.push.hub).await?,
            learned: self.read_learned().await?,
            calendars: self.calendar_lines(&policy).await?,
            disputed,
        })
    }
}

impl App {
    async fn check_database(&self) -> anyhow::Result<DatabaseState> {
        let path = self.store.path().to_path_buf();
        let checked = self.store.check().await?;
        let documents = self.check_editions().await?;
        Ok(DatabaseState { bytes: std::fs::metadata(&path)?.len(), path, checked, documents })
    }

    /// The last document of a source on which the reader failed.
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
