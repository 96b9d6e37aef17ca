//! Pieces ready to be shown, and how a piece is found.

use super::duplicate_index::find_pieces;
use super::pieces::{load_with_entries, redirect};
use super::sources;
use super::value::{ReadId, group_rows, list};
use crate::error::Result;
use plenary_model::change::{Asked, Key};
use plenary_model::entry::StoredEntry;
use plenary_model::id::{EntryKey, PieceId, SourceId};
use plenary_model::language::Language;
use plenary_model::link::CanonicalLink;
use plenary_model::piece::{Piece, PieceView, SourceCard, Version};
use plenary_model::view::PieceFound;
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Where on the site a piece has its page.
const PIECE_PAGES: &str = "/pieces/";

/// The pieces named, ready to be shown, in the order of `ids`; unknown ones are left out.
pub(crate) fn load_views(read: &Connection, ids: &[PieceId]) -> Result<Vec<PieceView>> {
    let loaded = load_with_entries(read, ids)?;
    let works: BTreeSet<&PieceId> = loaded.iter().map(|(piece, _)| &piece.work).collect();
    let versions = versions(read, &works)?;
    let sources: BTreeSet<&SourceId> =
        loaded.iter().flat_map(|(_, entries)| entries.iter().map(|entry| &entry.source)).collect();
    let cards = sources::cards(read, &sources.into_iter().collect::<Vec<_>>())?;
    Ok(loaded.into_iter().filter_map(|(piece, entries)| view(piece, entries, &versions, &cards)).collect())
}

/// `None` for a piece without entries, which `apply` does not leave behind.
fn view(
    piece: Piece,
    mut entries: Vec<StoredEntry>,
    versions: &HashMap<PieceId, Vec<Version>>,
    cards: &HashMap<SourceId, SourceCard>,
) -> Option<PieceView> {
    let at = entries.iter().position(|entry| entry.key == piece.lead).unwrap_or_default();
    if at >= entries.len() {
        return None;
    }
    let lead = entries.remove(at);
    entries.retain(|entry| entry.withdrawn.is_none());
    entries.sort_by(|a, b| a.first_seen.cmp(&b.first_seen).then_with(|| a.key.cmp(&b.key)));
    let sources: BTreeMap<SourceId, SourceCard> = std::iter::once(&lead)
        .chain(&entries)
        .filter_map(|entry| cards.get(&entry.source))
        .map(|card| (card.id.clone(), card.clone()))
        .collect();
    let same_work = versions.get(&piece.work).map(Vec::as_slice).unwrap_or_default();
    let versions = same_work.iter().filter(|version| version.piece != piece.id).cloned().collect();
    Some(PieceView { piece, lead, others: entries, versions, sources })
}

/// The shown pieces of each work, by language and id.
fn versions(read: &Connection, works: &BTreeSet<&PieceId>) -> Result<HashMap<PieceId, Vec<Version>>> {
    let mut query = read.prepare_cached(
        "SELECT p.work, p.id, e.title, e.link, e.language FROM json_each(?1) a
         CROSS JOIN piece p ON p.work = a.value AND p.shown = 1 CROSS JOIN entry e ON e.key = p.lead
         ORDER BY e.language, p.id",
    )?;
    let rows = query.query_map([list(works.iter().copied())], |row| {
        let language: Option<String> = row.get(4)?;
        let version = Version {
            piece: row.id(1)?,
            title: row.get(2)?,
            link: row.get(3)?,
            language: language.as_deref().and_then(Language::parse),
        };
        Ok((row.id(0)?, version))
    })?;
    Ok(group_rows(rows)?)
}

pub(crate) fn piece(read: &Connection, id: &PieceId) -> Result<Option<PieceFound>> {
    if let Some(view) = load_views(read, std::slice::from_ref(id))?.pop() {
        return Ok(Some(PieceFound::Piece(Box::new(view))));
    }
    Ok(redirect(read, id)?.map(PieceFound::MovedTo))
}

pub(crate) fn find(read: &Connection, text: &str) -> Result<Option<PieceId>> {
    let text = text.trim();
    let page = text.rsplit_once(PIECE_PAGES).map(|(_, id)| id);
    for id in std::iter::once(text).chain(page) {
        let id = PieceId::from(id);
        let stored: Option<PieceId> = read
            .prepare_cached("SELECT id FROM piece WHERE id = ?1")?
            .query_row([id.as_str()], |row| row.id(0))
            .optional()?;
        if let Some(found) = stored.or(redirect(read, &id)?) {
            return Ok(Some(found));
        }
    }
    let published: Option<PieceId> = read
        .prepare_cached("SELECT id FROM piece WHERE atom_id = ?1 ORDER BY first_seen, id LIMIT 1")?
        .query_row([text], |row| row.id(0))
        .optional()?;
    if published.is_some() {
        return Ok(published);
    }
    let link = CanonicalLink::from_address(text);
    let questions = [
        Asked { entries: vec![EntryKey::from(text)], ..Asked::default() },
        Asked { keys: vec![Key::Id(text.to_owned())], ..Asked::default() },
        Asked { keys: link.iter().map(|link| Key::Link(link.as_str().to_owned())).collect(), ..Asked::default() },
    ];
    for asked in &questions {
        if let Some(found) = find_pieces(read, asked, None)?.into_iter().next() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
