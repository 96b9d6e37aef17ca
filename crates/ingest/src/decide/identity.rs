//! Which piece a group of entries is: a known one, the survivor of several, or a new one.

use super::super::dedup::Cluster;
use super::batch::Batch;
use super::lead::Domains;
use chrono::{DateTime, Utc};
use plenary_model::entry::StoredEntry;
use plenary_model::id::{EntryKey, PieceId, digest};
use plenary_model::piece::{Membership, Piece};
use plenary_model::policy::Policy;
use plenary_model::sameness::{Join, Rung};
use std::collections::BTreeMap;

const MINTED_HEX_DIGITS: usize = 20;

pub(super) struct Named {
    pub(super) id: PieceId,
    /// Places of its entries.
    pub(super) members: Vec<usize>,
    /// Why each belongs, the founder first.
    pub(super) memberships: Vec<Membership>,
    /// `None` for a new one.
    pub(super) before: Option<Piece>,
    pub(super) absorbed: Vec<Piece>,
    /// True when its entries are not exactly those it had, or one of them came in.
    pub(super) is_touched: bool,
}

/// Names every group. A known piece goes where its founder is; where several meet, the first published survives.
pub(super) fn name(groups: Vec<Cluster>, batch: &Batch) -> Vec<Named> {
    let founders: Vec<Option<usize>> = batch.pieces.iter().map(|piece| founder_of(piece, batch)).collect();
    groups.into_iter().map(|group| name_one(&group, &founders, batch)).collect()
}

/// The entry a piece is named after; for a piece whose founder is gone its first member.
fn founder_of(piece: &Piece, batch: &Batch) -> Option<usize> {
    let founder = EntryKey(piece.id.0.clone());
    batch.place(&founder).or_else(|| piece.members.iter().find_map(|member| batch.place(&member.entry)))
}

fn name_one(group: &Cluster, founders: &[Option<usize>], batch: &Batch) -> Named {
    let is_here = |place: &Option<usize>| place.is_some_and(|place| group.members.binary_search(&place).is_ok());
    let mut claims: Vec<(&Piece, Option<usize>)> =
        batch.pieces.iter().zip(founders.iter().copied()).filter(|(_, founder)| is_here(founder)).collect();
    claims.sort_by_key(|(piece, _)| {
        (first_shown_at(piece).is_none(), first_shown_at(piece), piece.first_seen, piece.id.clone())
    });
    let by_sight = |place: &usize| batch.entries.get(*place).map(|entry| (entry.first_seen, &entry.key));
    let first = group.members.iter().copied().min_by(|x, y| by_sight(x).cmp(&by_sight(y))).unwrap_or_default();
    let (before, founder) = match claims.first() {
        Some((piece, founder)) => (Some((*piece).clone()), founder.unwrap_or(first)),
        None => (None, first),
    };
    let key_of = |place: usize| batch.entries.get(place).map(|entry| entry.key.clone()).unwrap_or_default();
    let id = before.as_ref().map_or_else(|| PieceId::from_founder(&key_of(founder)), |piece| piece.id.clone());
    let mut memberships = vec![Membership { entry: key_of(founder), rung: Rung::Founder, join: None }];
    memberships.extend(group.explain_from(founder).into_iter().map(|(member, joined, edge)| Membership {
        entry: key_of(member),
        rung: edge.found.rung,
        join: Some(Join { with: key_of(joined), found: edge.found.found.clone() }),
    }));
    let was_in = |place: &usize| batch.piece_of.get(*place).copied().flatten().and_then(|at| batch.pieces.get(at));
    let is_touched = group.members.iter().any(|place| batch.came_in.contains(place))
        || before.as_ref().is_none_or(|piece| piece.members.len() != group.members.len())
        || group.members.iter().any(|place| was_in(place).map(|piece| &piece.id) != Some(&id));
    let is_bare = |place: &usize| batch.entries.get(*place).is_some_and(|entry| entry.is_bare);
    if let Some(piece) = before.as_ref().filter(|_| !is_touched && group.members.iter().any(is_bare)) {
        // Of several ways to say why they belong together the one that was told stays, but for what staff said.
        if piece.members.iter().all(|member| member.rung != Rung::Staff) {
            memberships.clone_from(&piece.members);
        }
    }
    Named {
        id,
        members: group.members.clone(),
        memberships,
        before,
        absorbed: claims.iter().skip(1).map(|(piece, _)| (*piece).clone()).collect(),
        is_touched,
    }
}

fn first_shown_at(piece: &Piece) -> Option<DateTime<Utc>> {
    piece.placements.iter().filter(|placement| placement.state.is_shown()).map(|placement| placement.entered).min()
}

/// The `atom:id` of each piece, in order. A known piece keeps its own for ever. A new one takes its lead's, unless it
/// belongs to another piece: of several claimants the one whose domain the id names wins, else the first seen, and the
/// others get an id of ours.
pub(super) fn atom_ids(
    pieces: &[Named],
    leads: &[&StoredEntry],
    batch: &Batch,
    domains: &Domains,
    policy: &Policy,
) -> Vec<String> {
    let mut holders: BTreeMap<&str, PieceId> = BTreeMap::new();
    for piece in &batch.pieces {
        // An absorbed piece was published under its id: nothing else may ever be.
        holders.insert(&piece.atom_id, piece.id.clone());
    }
    let mut claimants: Vec<(&Named, &StoredEntry)> =
        pieces.iter().zip(leads.iter().copied()).filter(|(named, _)| named.before.is_none()).collect();
    claimants.sort_by_key(|(named, lead)| (!domains.holds_id(lead), lead.first_seen, named.id.clone()));
    let mut known_under: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, entry) in batch.entries.iter().enumerate().filter(|(place, _)| batch.is_known(*place)) {
        known_under.entry(&entry.entry.id).or_default().push(place);
    }
    for (named, lead) in claimants {
        let is_elsewhere = |place: &usize| named.members.binary_search(place).is_err();
        if !known_under.get(lead.entry.id.as_str()).is_some_and(|places| places.iter().any(is_elsewhere)) {
            holders.entry(&lead.entry.id).or_insert_with(|| named.id.clone());
        }
    }
    let id_of = |(named, lead): (&Named, &&StoredEntry)| match &named.before {
        Some(piece) => piece.atom_id.clone(),
        None if holders.get(lead.entry.id.as_str()) == Some(&named.id) => lead.entry.id.clone(),
        None => mint_id(lead, named, policy),
    };
    pieces.iter().zip(leads).map(id_of).collect()
}

/// A `tag:` URI (RFC 4151) of ours, the same at every run.
fn mint_id(lead: &StoredEntry, named: &Named, policy: &Policy) -> String {
    let host = plenary_model::link::host_of(&policy.network.address).unwrap_or_else(|| "localhost".into());
    let mut hex = digest(["mint_id", named.id.as_str(), &lead.entry.id]);
    hex.truncate(MINTED_HEX_DIGITS);
    format!("tag:{host},{}:piece/{hex}", lead.first_seen.format("%F"))
}
