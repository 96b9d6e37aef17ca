//! What is told again: changes of leads, polls that look like earlier ones, and `atom:updated`.

use super::batch::Batch;
use super::dates::first_updated;
use super::judge::Draft;
use super::placements::Circumstances;
use super::staff_decisions::StaffDecisions;
use chrono::{DateTime, Utc};
use plenary_model::id::{EntryKey, SourceId};
use plenary_model::piece::Piece;
use plenary_model::policy::Policy;
use plenary_model::reason::Reason;
use std::collections::{BTreeMap, BTreeSet};

/// Pieces of one source that one poll may announce again. Beyond it updates wait for staff: a publisher that touches
/// its whole archive has no news.
pub const REANNOUNCE_MAX: usize = 5;

/// What becomes of a significant change of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Announcement {
    Told,
    /// It waits for staff, with too many others.
    Held,
}

/// Leads whose text changed under a piece that is known. A piece that nobody sees floods nothing.
pub(super) fn announce_again(drafts: &[Draft<'_>], batch: &Batch) -> BTreeMap<EntryKey, Announcement> {
    let changed: BTreeSet<&EntryKey> = batch.changed.iter().collect();
    let is_changed = |draft: &&Draft<'_>| {
        let led_before = draft.named.before.as_ref().is_some_and(|piece| piece.lead == draft.lead.key);
        led_before && changed.contains(&draft.lead.key)
    };
    let is_seen = |draft: &Draft<'_>| draft.named.before.as_ref().is_some_and(Piece::is_shown);
    let mut by_source: BTreeMap<&SourceId, usize> = BTreeMap::new();
    for draft in drafts.iter().filter(is_changed).filter(|draft| is_seen(draft)) {
        *by_source.entry(&draft.lead.source).or_default() += 1;
    }
    let fate = |draft: &Draft<'_>| {
        let is_flood = by_source.get(&draft.lead.source).is_some_and(|count| *count > REANNOUNCE_MAX);
        if is_flood && is_seen(draft) { Announcement::Held } else { Announcement::Told }
    };
    drafts.iter().filter(is_changed).map(|draft| (draft.lead.key.clone(), fate(draft))).collect()
}

/// New pieces that look as if their source announced again what it had: more than [`REANNOUNCE_MAX`] of them, most of
/// what it brings, stand under headlines of other pieces of it. Nothing shows that they are the same; staff are asked.
pub(super) fn hold_again(
    drafts: &[Draft<'_>],
    batch: &Batch,
    when: &Circumstances<'_>,
    policy: &Policy,
) -> BTreeMap<usize, Reason> {
    if !when.comes_in || !when.first_pass_done {
        return BTreeMap::new();
    }
    let titles: BTreeSet<(&SourceId, &str)> = batch
        .entries
        .iter()
        .enumerate()
        .filter(|(place, entry)| batch.is_known(*place) && !entry.entry.title.is_empty())
        .map(|(_, entry)| (&entry.source, entry.entry.title.as_str()))
        .collect();
    let new = |draft: &Draft<'_>| draft.named.before.is_none();
    let is_again = |draft: &Draft<'_>| titles.contains(&(&draft.lead.source, draft.lead.entry.title.as_str()));
    let mut counts: BTreeMap<&SourceId, (usize, usize)> = BTreeMap::new();
    for draft in drafts.iter().filter(|draft| new(draft)) {
        let (all, again) = counts.entry(&draft.lead.source).or_default();
        *all += 1;
        *again += usize::from(is_again(draft));
    }
    let is_flood =
        |source: &SourceId| counts.get(source).is_some_and(|(all, again)| *again > REANNOUNCE_MAX && again * 2 > *all);
    drafts
        .iter()
        .enumerate()
        .filter(|(_, draft)| new(draft) && is_again(draft) && is_flood(&draft.lead.source))
        .map(|(number, draft)| {
            let source = &draft.lead.source;
            let name = policy.source(source).map_or(source.as_str(), |source| source.name.as_str());
            (number, Reason::AnnouncedAgain { source: name.to_owned() })
        })
        .collect()
}

/// `atom:updated`, and the update that waits.
pub(super) fn updates(
    draft: &Draft<'_>,
    dated: DateTime<Utc>,
    staff: &StaffDecisions,
    announced_again: &BTreeMap<EntryKey, Announcement>,
    now: DateTime<Utc>,
) -> (DateTime<Utc>, Option<DateTime<Utc>>) {
    let Some(before) = &draft.named.before else { return (first_updated(draft.lead, dated), None) };
    let held = before.held_update.filter(|held| staff.released_at.is_none_or(|at| at < *held));
    let updated = match before.held_update {
        Some(released) if held.is_none() => before.updated.max(released),
        _ => before.updated,
    };
    match announced_again.get(&draft.lead.key) {
        Some(Announcement::Told) => (now, None),
        Some(Announcement::Held) => (updated, Some(now)),
        None => (updated, held),
    }
}
