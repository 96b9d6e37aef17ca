//! `explain`: the whole trace of decisions about one stored piece.

use super::app::App;
use super::learned::{ModelLine, ask_models};
use plenary_ingest::categorise::{Carrier, Case, Categoriser};
use plenary_ingest::decide::stretches;
use plenary_model::decision::Decision;
use plenary_model::entry::StoredEntry;
use plenary_model::id::PieceId;
use plenary_model::learned::Learned;
use plenary_model::piece::{Membership, Piece, PieceView, Version};
use plenary_model::section::PlacementState;
use plenary_model::view::{DoubtLine, PieceFound, RevisionLine};
use serde::Serialize;
use std::sync::Arc;

/// Everything known of a piece and why.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// The piece with its facets and placements, each with evidence.
    pub piece: Piece,
    /// Its entries, the lead first, without their texts.
    pub entries: Vec<EntryLine>,
    /// Why each entry but the founder belongs, with the text that matched.
    pub joins: Vec<Join>,
    /// What may be the same piece or work, and what it is related to.
    pub doubts: Vec<DoubtLine>,
    /// The same work in other languages.
    pub versions: Vec<Version>,
    /// Decisions of staff, oldest first.
    pub decisions: Vec<Decision>,
    /// Changes of its text.
    pub revisions: Vec<RevisionLine>,
    /// The sections that do not show it, each with the term of its rule that fails.
    pub left_out: Vec<(String, String)>,
    /// The model of each section: how it fares beside the rule, whether it is in use, and what it then
    /// says of this piece.
    pub models: Vec<ModelLine>,
}

/// Stretches quoted of a join.
const STRETCHES_SHOWN: usize = 3;

/// Why an entry belongs to its piece.
#[derive(Debug, Serialize)]
pub struct Join {
    /// The entry.
    pub entry: String,
    /// The entry that it was found to be the same as.
    pub with: String,
    /// That entry's publisher.
    pub publisher: String,
    /// That entry's title.
    pub title: String,
    /// The rung of the ladder.
    pub rung: String,
    /// What was found, with its numbers.
    pub found: String,
    /// The longest stretches that both texts have, the longest first.
    pub matched: Vec<String>,
}

/// The joins of a piece. The stored evidence begins with the key of the entry joined.
fn joins(view: &PieceView) -> Vec<Join> {
    let entries = || std::iter::once(&view.lead).chain(&view.others);
    let of = |member: &Membership| {
        let named = member.evidence.strip_prefix("as ")?;
        let with = entries().find(|e| named.strip_prefix(e.key.as_str()).is_some_and(|rest| rest.starts_with(": ")))?;
        let entry = entries().find(|entry| entry.key == member.entry)?;
        let found = named.strip_prefix(with.key.as_str())?.strip_prefix(": ")?;
        Some(Join {
            entry: entry.key.0.clone(),
            with: with.key.0.clone(),
            publisher: view.sources.get(&with.source).map_or_else(|| with.source.0.clone(), |card| card.name.clone()),
            title: with.entry.title.clone(),
            rung: member.rung.clone(),
            found: found.to_owned(),
            matched: stretches(&entry.entry, &with.entry, STRETCHES_SHOWN),
        })
    };
    view.piece.members.iter().filter_map(of).collect()
}

/// An entry in a line.
#[derive(Debug, Serialize)]
pub struct EntryLine {
    /// Its key.
    pub key: String,
    /// Who published it.
    pub source: String,
    /// Its `atom:id`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its page.
    pub link: Option<String>,
    /// When it says that it was published.
    pub published: Option<chrono::DateTime<chrono::Utc>>,
    /// When it was first seen.
    pub first_seen: chrono::DateTime<chrono::Utc>,
}

impl EntryLine {
    fn of(stored: &StoredEntry) -> Self {
        Self {
            key: stored.key.0.clone(),
            source: stored.source.0.clone(),
            id: stored.entry.id.clone(),
            title: stored.entry.title.clone(),
            link: stored.entry.link.clone(),
            published: stored.entry.published,
            first_seen: stored.first_seen,
        }
    }
}

/// The sources that carry a piece, the lead's first, as rules are asked about them.
pub(super) fn carriers(view: &PieceView) -> Vec<Carrier> {
    let card = |entry: &StoredEntry| view.sources.get(&entry.source);
    let carrier = |entry: &StoredEntry| Carrier {
        source: entry.source.clone(),
        name: card(entry).map(|card| card.name.clone()).unwrap_or_default(),
        standing: card(entry).map_or(view.piece.facets.issuer, |card| card.standing),
        countries: view.piece.facets.countries.clone(),
    };
    std::iter::once(&view.lead).chain(&view.others).map(carrier).collect()
}

impl App {
    /// The trace of what `text` names: id of a piece, key or id of an entry, or an address. `None`
    /// when nothing stored answers to it.
    ///
    /// # Errors
    /// The database fails.
    pub async fn explain(&self, text: &str) -> anyhow::Result<Option<Explanation>> {
        let Some(view) = self.found(text).await? else { return Ok(None) };
        let keys = std::iter::once(&view.lead).chain(&view.others).map(|entry| &entry.key);
        let mut decisions: Vec<Decision> = Vec::new();
        for key in keys {
            decisions.extend(self.store.decisions(key).await?);
        }
        decisions.sort_by_key(|decision| decision.id);
        decisions.dedup();
        let mut doubts = self.store.doubts(&view.piece.id).await?;
        self.quote(doubts.iter_mut().collect()).await?;
        let learned = self.models().await?;
        let (left_out, models) = self.by_section(&view, learned.as_ref());
        Ok(Some(Explanation {
            left_out,
            models,
            entries: std::iter::once(&view.lead).chain(&view.others).map(EntryLine::of).collect(),
            joins: joins(&view),
            doubts,
            versions: view.versions.clone(),
            decisions,
            revisions: self.store.revisions(&view.piece.id).await?,
            piece: view.piece,
        }))
    }

    /// The piece that `text` names, absorbed ones followed to the survivor.
    pub(super) async fn found(&self, text: &str) -> anyhow::Result<Option<PieceView>> {
        let mut next: Option<PieceId> = self.store.find(text).await?;
        while let Some(id) = next {
            match self.store.piece(&id).await? {
                Some(PieceFound::Piece(view)) => return Ok(Some(*view)),
                Some(PieceFound::MovedTo(survivor)) => next = Some(survivor),
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Why sections do not show a piece, and what their models say of it.
    fn by_section(&self, view: &PieceView, learned: Option<&Learned>) -> (Vec<(String, String)>, Vec<ModelLine>) {
        let policy = self.policy();
        let categoriser = Categoriser::new(Arc::clone(&policy));
        let carriers = carriers(view);
        let case = Case {
            entry: &view.lead.entry,
            carriers: &carriers,
            dated: view.piece.dated,
            has_copies: !view.others.is_empty(),
            has_versions: !view.versions.is_empty(),
            age: view.piece.first_seen - view.piece.dated,
        };
        let shown = |slug: &str| view.piece.placement(slug).is_some_and(|placement| placement.state.is_shown());
        let left = policy.sections.iter().map(|section| section.id.as_str()).filter(|slug| !shown(slug));
        let facets = &view.piece.facets;
        let why = |slug: &str| match view.piece.placement(slug).map(|placement| placement.state) {
            Some(PlacementState::Pending | PlacementState::Held) => {
                format!("it waits for staff: plenary decide approve {} --section {slug}", view.piece.id)
            }
            Some(_) => "it was kept out or left it, as said above".to_owned(),
            None => categoriser.why_not(&case, facets, slug),
        };
        let left = left.map(|slug| (slug.to_owned(), why(slug))).collect();
        let models = learned.map(|learned| {
            let by_rule = categoriser.sections(&case, facets);
            ask_models(learned, &categoriser, &case, facets, &by_rule)
        });
        (left, models.unwrap_or_default())
    }
}
