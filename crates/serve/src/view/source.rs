//! Sources: the roster of all of them, and the public health page of one.

use super::atlas::country;
use super::rhythm::{Rhythm, rhythm};
use super::{HealthMark, HealthState, Named, Phrase, Scene, When};
use crate::address::{Place, outward};
use crate::locale::fill;
use crate::world;
use plenary_model::decision::AfterRemoval;
use plenary_model::entry::Warning;
use plenary_model::id::SourceId;
use plenary_model::poll::Cause;
use plenary_model::source::{RemovedSource, Source, Standing};
use plenary_model::view::{PollLine, SourceHealth, Totals};
use std::collections::HashMap;

/// Age of the newest entry, in days, from which a source that answers is called silent.
const SILENT_DAYS: i64 = 180;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) href: String,
    /// Its state, to count by.
    pub(crate) state: HealthState,
    /// Its state in words and shape.
    pub(crate) mark: HealthMark,
    /// Why, where it is not well; the reason where it is switched off.
    pub(crate) cause: Option<Phrase>,
    pub(crate) succeeded: Option<When>,
    pub(crate) newest: Option<When>,
    /// Pieces that it carries, in words.
    pub(crate) shown: String,
    pub(crate) feed: String,
    /// Its language in words; empty when it has none of its own.
    pub(crate) language: String,
    /// Its countries, with the pages of what comes from there.
    pub(crate) countries: Vec<Named>,
    /// Its region as the policy says it, in whatever language its editors use.
    pub(crate) region: Option<Phrase>,
    /// How much it publishes.
    pub(crate) rhythm: Rhythm,
}

/// What the store knows of the sources.
#[derive(Clone, Copy)]
pub(crate) struct SourceFigures<'a> {
    pub(crate) health: &'a [SourceHealth],
    /// The store in figures; all nought where they are not shown.
    pub(crate) totals: &'a Totals,
    /// Their entries by span of time; empty where no rhythm is shown.
    pub(crate) rhythm: &'a HashMap<SourceId, Vec<usize>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bench {
    pub(crate) heading: String,
    /// Its sources by name.
    pub(crate) rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) mark: HealthMark,
    pub(crate) number: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Roster {
    /// By standing.
    pub(crate) benches: Vec<Bench>,
    /// By state, empty states left out.
    pub(crate) tallies: Vec<Tally>,
    /// Figures of the store, in words.
    pub(crate) totals: String,
}

impl Roster {
    /// Every source as name and state, in the order of the roster.
    pub(crate) fn list_states(&self) -> Vec<(String, HealthState)> {
        let rows = self.benches.iter().flat_map(|bench| &bench.rows);
        rows.map(|row| (row.name.clone(), row.state)).collect()
    }
}

/// All sources of the policy with what the store knows of them.
pub(crate) fn build_roster(scene: &Scene<'_>, store: SourceFigures<'_>) -> Roster {
    let totals = store.totals;
    let known: HashMap<_, _> = store.health.iter().map(|one| (&one.state.source, one)).collect();
    let spans = |source: &Source| store.rhythm.get(&source.id).map_or(&[][..], Vec::as_slice);
    let mut benches = Vec::new();
    for standing in Standing::ALL {
        let of_standing = scene.policy.sources.iter().filter(|source| source.standing == standing);
        let mut rows: Vec<Row> =
            of_standing.map(|source| row(scene, source, known.get(&source.id).copied(), spans(source))).collect();
        rows.sort_by_key(|row| (row.state == HealthState::Off, row.name.to_lowercase()));
        if !rows.is_empty() {
            let heading = scene.locale.words.standing.get(standing).many.to_owned();
            benches.push(Bench { heading, rows });
        }
    }
    let count_of = |state| benches.iter().flat_map(|bench| &bench.rows).filter(|row| row.state == state).count();
    let tallies = HealthState::ALL
        .into_iter()
        .map(|state| (state, count_of(state)))
        .filter(|(_, count)| *count > 0)
        .map(|(state, count)| Tally { mark: HealthMark::new(scene, state), number: scene.locale.number(count) })
        .collect();
    let words = &scene.locale.words.count;
    let mut figures = vec![
        scene.locale.count(&words.sources, totals.sources),
        scene.locale.count(&words.entries, totals.entries),
        scene.locale.count(&words.pieces, totals.pieces),
    ];
    if totals.works != totals.pieces {
        figures.push(scene.locale.count(&words.works, totals.works));
    }
    Roster { benches, tallies, totals: scene.locale.list(figures.iter().map(String::as_str)) }
}

/// The rows of a roster that a visitor should know of, the worst first.
pub(crate) fn list_troubled(roster: &Roster) -> Vec<&Row> {
    let mut rows: Vec<&Row> =
        roster.benches.iter().flat_map(|bench| &bench.rows).filter(|row| row.state.is_bad()).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.state));
    rows
}

fn row(scene: &Scene<'_>, source: &Source, health: Option<&SourceHealth>, spans: &[usize]) -> Row {
    let state = health.map_or(if source.enabled { HealthState::New } else { HealthState::Off }, |one| {
        HealthState::read(source, &one.state)
    });
    Row {
        name: source.name.clone(),
        href: scene.to(&Place::Source(source.id.clone(), 1)),
        state,
        mark: HealthMark::new(scene, state),
        cause: cause_of(scene, source, state, health),
        succeeded: health.and_then(|one| one.state.succeeded_at).map(|at| scene.moment(at)),
        newest: health.and_then(|one| one.newest).map(|at| scene.day(at.date_naive())),
        shown: scene.locale.count(&scene.locale.words.count.pieces, health.map_or(0, |one| one.shown)),
        feed: format!("/sources/{}.atom", source.id),
        language: source.language.as_ref().map_or_else(String::new, |l| scene.locale.language(l).to_owned()),
        countries: source.countries.iter().map(|code| country(scene, code)).collect(),
        region: source.region.as_deref().map(|region| match world::area(region, scene.locale.tag) {
            Some(name) => Phrase::own(scene.locale, name),
            None => Phrase::new(region, None),
        }),
        rhythm: rhythm(scene, spans),
    }
}

fn cause_of(scene: &Scene<'_>, source: &Source, state: HealthState, health: Option<&SourceHealth>) -> Option<Phrase> {
    if state == HealthState::Off {
        // The reason is written in the policy, in whatever language its editors use.
        return source.reason.clone().map(|reason| Phrase::new(reason, None));
    }
    let (_, cause) = health?.state.last.as_ref()?;
    let is_told = state.is_bad() || state == HealthState::Waiting;
    is_told.then(|| Phrase::own(scene.locale, scene.locale.words.causes.get(cause.kind).name))
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PollRow {
    pub(crate) when: When,
    /// How it ended, for the style sheet.
    pub(crate) tone: &'static str,
    pub(crate) outcome: String,
    pub(crate) cause: String,
    /// Particulars, in English.
    pub(crate) particulars: String,
    /// Status, or a dash.
    pub(crate) status: String,
    /// Entries in the document, new ones and changed ones.
    pub(crate) seen: String,
    /// Entries not seen before.
    pub(crate) new: String,
    /// Entries whose text changed.
    pub(crate) changed: String,
    /// Size of the document; empty when there was none.
    pub(crate) size: String,
    pub(crate) time: String,
    /// True when only changes were asked for.
    pub(crate) conditional: bool,
}

/// Something wrong in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    /// What kind of thing, in words.
    pub(crate) name: String,
    /// What was found and done, in English.
    pub(crate) message: String,
    /// Where, in words; empty when it has no place.
    pub(crate) place: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) row: Row,
    pub(crate) standing: String,
    pub(crate) site: Option<String>,
    pub(crate) address: String,
    /// Addresses to fall back to.
    pub(crate) other_addresses: Vec<String>,
    /// The address it answers at, when it is not the one configured first.
    pub(crate) moved_to: Option<String>,
    pub(crate) polled: Option<When>,
    /// When it is polled next.
    pub(crate) next: String,
    pub(crate) stored: String,
    /// Failures in a row, in words; empty when none.
    pub(crate) failures: String,
    /// Said when it answers but has published nothing for long.
    pub(crate) silent: String,
    /// Particulars of the last failure, in English.
    pub(crate) particulars: String,
    /// What its publisher can do; empty when nothing is wrong.
    pub(crate) remedy: String,
    pub(crate) polls: Vec<PollRow>,
    pub(crate) remarks: Vec<Remark>,
}

pub(crate) fn build_profile(
    scene: &Scene<'_>,
    source: &Source,
    health: Option<&SourceHealth>,
    polls: &[PollLine],
    spans: &[usize],
) -> Profile {
    let words = &scene.locale.words;
    let row = row(scene, source, health, spans);
    let poll = health.map(|one| &one.state);
    let configured = source.feeds.first().cloned().unwrap_or_default();
    let adopted = poll.and_then(|state| state.moving.as_ref()).filter(|moving| moving.adopted).map(|m| m.to.clone());
    let in_use = adopted.or_else(|| poll.and_then(|state| state.address.clone())).unwrap_or_else(|| configured.clone());
    let last_cause = poll.and_then(|state| state.last.as_ref()).map(|(_, cause)| cause);
    let trouble = last_cause.filter(|_| row.state.is_bad());
    let failures = poll.map_or(0, |state| state.failures) as usize;
    Profile {
        standing: words.standing.get(source.standing).one.to_owned(),
        site: source.site.as_deref().and_then(outward),
        other_addresses: source.feeds.iter().filter(|feed| **feed != in_use).cloned().collect(),
        moved_to: (in_use != configured).then(|| in_use.clone()),
        address: in_use,
        polled: poll.and_then(|state| state.polled_at).map(|at| scene.moment(at)),
        next: next(scene, source, health),
        stored: scene.locale.number(health.map_or(0, |one| one.entries)),
        failures: if failures > 0 { scene.locale.count(&words.count.failures, failures) } else { String::new() },
        silent: silence(scene, row.state, health),
        particulars: trouble.map_or_else(String::new, |cause| cause.detail.clone()),
        remedy: trouble.map_or_else(String::new, |cause| words.causes.get(cause.kind).remedy.to_owned()),
        polls: polls.iter().map(|line| poll_row(scene, line)).collect(),
        remarks: poll.map_or_else(Vec::new, |state| state.warnings.iter().map(|w| remark(scene, w)).collect()),
        row,
    }
}

/// That a source left the policy, since when, and what became of its pieces.
pub(crate) fn say_removed(scene: &Scene<'_>, removed: &RemovedSource) -> String {
    let words = &scene.locale.words.source;
    let left = fill(words.removed, &[("day", &scene.locale.day(removed.at.date_naive()))]);
    let pieces = match removed.decided {
        Some(AfterRemoval::Withdraw) => words.removed_withdrawn,
        Some(AfterRemoval::Keep) | None => words.removed_stay,
    };
    format!("{left} {pieces}")
}

fn next(scene: &Scene<'_>, source: &Source, health: Option<&SourceHealth>) -> String {
    let words = &scene.locale.words.source;
    let is_polled = source.enabled && !health.is_some_and(|one| one.state.gone);
    match health.and_then(|one| one.state.next_at) {
        _ if !is_polled => words.no_next.to_owned(),
        Some(at) if at > scene.now => scene.locale.moment(at),
        _ => words.soon.to_owned(),
    }
}

fn silence(scene: &Scene<'_>, state: HealthState, health: Option<&SourceHealth>) -> String {
    let newest = health.and_then(|one| one.newest).filter(|at| (scene.now - *at).num_days() > SILENT_DAYS);
    match newest {
        Some(at) if state == HealthState::Well => {
            fill(scene.locale.words.source.silent, &[("day", &scene.locale.day(at.date_naive()))])
        }
        _ => String::new(),
    }
}

fn poll_row(scene: &Scene<'_>, line: &PollLine) -> PollRow {
    let Cause { kind, detail } = &line.cause;
    PollRow {
        when: scene.moment(line.at),
        tone: line.outcome.as_str(),
        outcome: scene.locale.words.outcome.get(line.outcome).to_owned(),
        cause: scene.locale.words.causes.get(*kind).name.to_owned(),
        particulars: detail.clone(),
        status: line.status.map_or_else(|| "–".to_owned(), |status| status.to_string()),
        seen: scene.locale.number(line.seen),
        new: scene.locale.number(line.new),
        changed: scene.locale.number(line.changed),
        size: size(scene, line.body_bytes),
        time: format!("{} ms", scene.locale.number(line.duration_ms)),
        conditional: line.conditional,
    }
}

/// A size in kilobytes, rounded up.
fn size(scene: &Scene<'_>, bytes: usize) -> String {
    if bytes == 0 { String::new() } else { format!("{} kB", scene.locale.number(bytes.div_ceil(1_000))) }
}

fn remark(scene: &Scene<'_>, warning: &Warning) -> Remark {
    let words = &scene.locale.words.source;
    let place = match (warning.line, warning.column) {
        (Some(line), Some(column)) => fill(words.at, &[("line", &line.to_string()), ("column", &column.to_string())]),
        (Some(line), None) => fill(words.at_line, &[("line", &line.to_string())]),
        _ => String::new(),
    };
    let code = warning.code.as_str();
    let name = scene.locale.words.remarks.get(code).copied().unwrap_or(code);
    Remark { name: name.to_owned(), message: warning.message.clone(), place }
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
