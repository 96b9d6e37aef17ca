//! What readers see of a piece, so that a change tells which documents it touches.
//!
//! It is read before and after a change, from what is stored: times, words and lists compare as
//! they come back, and a change that readers do not see touches nothing.

use super::entries::{self, Headline};
use super::value::{ReadId, list};
use super::{archives, pieces};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::change::Touched;
use plenary_model::id::{PieceId, SectionSlug, SourceId, digest};
use plenary_model::piece::{Facets, Piece};
use plenary_model::section::Placement;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(super) struct Visible {
    pub(super) work: PieceId,
    /// What every document that shows it says of it.
    face: String,
    /// What the other versions of its work say of it; `None` when they leave it out.
    version: Option<String>,
    /// What is particular to each section that shows it, or that announces its withdrawal.
    sections: BTreeMap<SectionSlug, String>,
    /// Where readers have seen it, and the month in which it entered.
    seen: BTreeMap<SectionSlug, String>,
    is_withdrawn: bool,
    carriers: BTreeSet<SourceId>,
}

/// What readers see of each of the pieces named; those that do not exist are left out.
pub(super) fn load(read: &Connection, ids: &BTreeSet<PieceId>) -> Result<HashMap<PieceId, Visible>> {
    let ids: Vec<PieceId> = ids.iter().cloned().collect();
    let pieces = pieces::load(read, &ids)?;
    if pieces.is_empty() {
        return Ok(HashMap::new());
    }
    let mut headlines = entries::headlines(read, &ids)?;
    let mut seen = archives::load_seen(read, &ids)?;
    let with_id = |piece: Piece| {
        let own = headlines.remove(&piece.id).unwrap_or_default();
        let seen = seen.remove(&piece.id).unwrap_or_default();
        (piece.id.clone(), describe(&piece, &own, seen))
    };
    Ok(pieces.into_iter().map(with_id).collect())
}

fn describe(piece: &Piece, headlines: &[Headline], seen: BTreeMap<SectionSlug, String>) -> Visible {
    let lead = headlines.iter().find(|headline| headline.key == piece.lead);
    let placed: Vec<&Placement> = piece.placements.iter().filter(|placement| placement.state.is_shown()).collect();
    let face = match &piece.withdrawn {
        Some(withdrawal) => digest(["withdrawn", &piece.atom_id, &withdrawal.at.to_rfc3339(), &withdrawal.reason]),
        None => digest_face(piece, headlines, &placed),
    };
    let version = lead.filter(|_| piece.is_shown()).map(|headline| {
        let (title, link, language) = &headline.shown;
        digest([title.as_str(), link.as_deref().unwrap_or_default(), language.as_deref().unwrap_or_default()])
    });
    let particular = |placement: &&Placement| {
        let details = format!(
            "{} {} {} {}",
            placement.state == plenary_model::section::PlacementState::Pinned,
            placement.primary,
            placement.announced,
            placement.entered.to_rfc3339()
        );
        (placement.section.clone(), details)
    };
    Visible {
        work: piece.work.clone(),
        face,
        version,
        sections: placed.iter().map(particular).collect(),
        seen,
        is_withdrawn: piece.withdrawn.is_some(),
        carriers: headlines.iter().map(|headline| headline.source.clone()).collect(),
    }
}

fn digest_face(piece: &Piece, headlines: &[Headline], placed: &[&Placement]) -> String {
    let mut fields = vec![
        piece.atom_id.clone(),
        piece.work.0.clone(),
        piece.lead.0.clone(),
        piece.dated.to_rfc3339(),
        piece.date_doubtful.to_string(),
        piece.updated.to_rfc3339(),
    ];
    fields.extend(list_facets_seen(&piece.facets));
    for placement in placed {
        fields.push(placement.section.0.clone());
        fields.push(placement.primary.to_string());
        fields.extend(placement.reasons.iter().filter_map(|reason| serde_json::to_string(reason).ok()));
    }
    for headline in headlines {
        fields.extend([headline.key.0.clone(), headline.hash.clone(), headline.text_hash.clone()]);
    }
    digest(fields.iter().map(String::as_str))
}

/// The facets that documents carry: which, not how many points.
fn list_facets_seen(facets: &Facets) -> Vec<String> {
    let mut seen = vec![
        facets.genre.as_ref().map(ToString::to_string).unwrap_or_default(),
        facets.issuer.to_string(),
        facets.language.as_ref().map(ToString::to_string).unwrap_or_default(),
        facets.deadline.map(|at| at.to_rfc3339()).unwrap_or_default(),
    ];
    for list in [&facets.organisations, &facets.countries] {
        seen.push(list.len().to_string());
        seen.extend(list.iter().cloned());
    }
    seen.extend(facets.topics.iter().map(|hit| hit.topic.0.clone()));
    seen
}

/// Collects what a change touches.
#[derive(Default)]
pub(super) struct Touching {
    sections: BTreeSet<SectionSlug>,
    months: BTreeSet<(SectionSlug, String)>,
    sources: BTreeSet<SourceId>,
    works: BTreeSet<PieceId>,
}

impl Touching {
    /// Adds what differs between what readers saw of a piece and what they see now.
    pub(super) fn compare(&mut self, before: Option<&Visible>, after: Option<&Visible>) {
        let both = || before.into_iter().chain(after);
        let same_face = before.map(|visible| &visible.face) == after.map(|visible| &visible.face);
        let of_section =
            |visible: Option<&Visible>, section: &SectionSlug| visible.and_then(|l| l.sections.get(section).cloned());
        let mut seen = false;
        for section in both().flat_map(|visible| visible.sections.keys()) {
            if !same_face || of_section(before, section) != of_section(after, section) {
                self.sections.insert(section.clone());
                let month = both().find_map(|visible| visible.seen.get(section));
                self.months.extend(month.map(|month| (section.clone(), month.clone())));
                seen = true;
            }
        }
        // A piece that had left a section and now is gone leaves its archive, too.
        if let Some(before) = before
            && after.is_none_or(|after| after.is_withdrawn != before.is_withdrawn)
        {
            self.sections.extend(before.seen.keys().cloned());
            self.months.extend(before.seen.iter().map(|(section, month)| (section.clone(), month.clone())));
        }
        if seen {
            self.sources.extend(both().flat_map(|visible| visible.carriers.iter().cloned()));
        }
        let as_version = |visible: Option<&Visible>| {
            visible.and_then(|l| l.version.clone().map(|version| (l.work.clone(), version)))
        };
        if as_version(before) != as_version(after) {
            self.works.extend(both().map(|visible| visible.work.clone()));
        }
    }

    /// Adds a section and a source. Archives keep what was said of a source when its pieces entered.
    pub(super) fn add(&mut self, section: String, source: String) {
        self.sections.insert(SectionSlug(section));
        self.sources.insert(SourceId(source));
    }

    /// Adds the shown pieces that link to a changed one as a version, and ends the collection.
    pub(super) fn finish(mut self, read: &Connection, at: DateTime<Utc>) -> Result<Touched> {
        if self.works.is_empty() {
            return Ok(self.into_touched(at));
        }
        let mut query = read.prepare_cached(
            "SELECT DISTINCT p.section, c.source FROM json_each(?1) a
             CROSS JOIN piece w ON w.work = a.value CROSS JOIN placement p ON p.piece = w.id AND p.shown = 1
             CROSS JOIN carrier c ON c.piece = w.id",
        )?;
        let rows = query.query_map([list(&self.works)], |row| Ok((row.id(0)?, row.id(1)?)))?;
        for row in rows {
            let (section, source) = row?;
            self.sections.insert(section);
            self.sources.insert(source);
        }
        Ok(self.into_touched(at))
    }

    fn into_touched(self, at: DateTime<Utc>) -> Touched {
        Touched {
            sections: self.sections.into_iter().collect(),
            sources: self.sources.into_iter().collect(),
            months: self.months.into_iter().collect(),
            at: Some(at),
        }
    }
}
