//! Applying a change: entries, pieces, placements, redirects and the polls that brought it, in one transaction.

use super::visible::{self, Touching};
use super::{counters, decisions, doubts, duplicate_index, entries, flags, pieces, polls, search};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use plenary_model::change::{Changeset, Touched};
use plenary_model::id::{EntryKey, PieceId, SourceId};
use plenary_model::poll::PollRecord;
use rusqlite::{Connection, Transaction};
use std::collections::BTreeSet;

/// What a judgement rests on: which judgements and decisions were stored when it read what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis {
    judgement: u64,
    decision: i64,
}

pub(crate) fn basis(read: &Connection) -> Result<Basis> {
    Ok(Basis { judgement: flags::last_judgement(read)?, decision: decisions::last(read)? })
}

/// As [`apply`], unless anything was judged or decided since `on` was read.
pub(crate) fn apply_on(
    write: &Transaction<'_>,
    on: Basis,
    change: &Changeset,
    polls: &[PollRecord],
    at: DateTime<Utc>,
) -> Result<Touched> {
    if basis(write)? != on {
        return Err(StoreError::Outdated);
    }
    apply(write, change, polls, at)
}

/// Applies a change and answers where readers see a difference.
pub(crate) fn apply(
    write: &Transaction<'_>,
    change: &Changeset,
    polls: &[PollRecord],
    at: DateTime<Utc>,
) -> Result<Touched> {
    if *change != Changeset::default() {
        flags::count_judgement(write)?;
    }
    let concerned = find_concerned(write, change)?;
    let before = visible::load(write, &concerned)?;
    let counted = counters::count(write, &concerned)?;
    let mut written = Vec::with_capacity(change.entries.len());
    for incoming in &change.entries {
        written.push((incoming, entries::write(write, &incoming.stored, at)?));
    }
    duplicate_index::write(write, written)?;
    let is_new = |id: &PieceId| !before.contains_key(id);
    pieces::write(write, &change.pieces, &is_new)?;
    for (absorbed, by) in &change.absorbed {
        pieces::absorb(write, absorbed, by, at)?;
    }
    let named: BTreeSet<&PieceId> = change.pieces.iter().map(|piece| &piece.id).collect();
    let left: BTreeSet<PieceId> = before.keys().filter(|id| !named.contains(id)).cloned().collect();
    pieces::drop_empty(write, &left, at)?;
    doubts::write(write, change, at)?;
    pieces::carry(write, &concerned, &is_new)?;
    counters::update(write, counted, counters::count(write, &concerned)?)?;
    // Of a new piece that is shown nowhere readers see nothing.
    let unseen: BTreeSet<&PieceId> =
        change.pieces.iter().filter(|piece| is_new(&piece.id) && !piece.is_shown()).map(|piece| &piece.id).collect();
    let seen: BTreeSet<PieceId> = concerned.iter().filter(|id| !unseen.contains(id)).cloned().collect();
    // Of a work that a piece has left, or was joined out of, the others have a version less.
    let works: BTreeSet<PieceId> = before.values().map(|piece| piece.work.clone()).collect();
    search::index(write, &seen, &works)?;
    let after = visible::load(write, &seen)?;

    let mut touching = Touching::default();
    for id in &concerned {
        touching.compare(before.get(id), after.get(id));
    }
    if !polls.is_empty() {
        counters::forget_days(write, at)?;
    }
    let brought: BTreeSet<&SourceId> = change.entries.iter().map(|incoming| &incoming.stored.source).collect();
    for poll in polls {
        if polls::record(write, poll, brought.contains(&poll.state.source))? {
            for (section, source) in pieces::list_shown_with(write, &poll.state.source)? {
                touching.add(section, source);
            }
        }
    }
    let touched = touching.finish(write, at)?;
    if !(touched.sections.is_empty() && touched.sources.is_empty()) {
        // In the same transaction: a crash before the documents are rendered leaves the mark.
        flags::note_unpublished(write)?;
    }
    Ok(touched)
}

/// Every piece that a change can alter: those it names, and holders of entries that it writes or moves.
fn find_concerned(write: &Transaction<'_>, change: &Changeset) -> Result<BTreeSet<PieceId>> {
    let written = change.entries.iter().map(|incoming| &incoming.stored.key);
    let moved = change.pieces.iter().flat_map(|piece| piece.members.iter().map(|member| &member.entry));
    let keys: BTreeSet<EntryKey> = written.chain(moved).cloned().collect();
    let keys: Vec<EntryKey> = keys.into_iter().collect();
    let mut concerned: BTreeSet<PieceId> = entries::pieces_holding(write, &keys)?.into_iter().collect();
    concerned.extend(change.pieces.iter().map(|piece| piece.id.clone()));
    concerned.extend(change.absorbed.iter().flat_map(|(absorbed, by)| [absorbed.clone(), by.clone()]));
    Ok(concerned)
}
