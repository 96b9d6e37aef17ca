//! `explain`: the whole trace of decisions about one stored piece.

use super::app::App;
use super::learned::{ModelLine, ask_models};
use crate::built_in;
use plenary_ingest::categorise::{Carrier, Case, Categoriser};
use plenary_ingest::decide::find_shared_passages;
use plenary_model::decision::Decision;
use plenary_model::entry::StoredEntry;
use plenary_model::evidence::Evidence;
use plenary_model::id::PieceId;
use plenary_model::learned::Learned;
use plenary_model::piece::{Facets, Membership, Piece, PieceView, Version};
use plenary_model::reason::LeftOut;
use plenary_model::sameness::Rung;
use plenary_model::section::PlacementState;
use plenary_model::view::{DoubtLine, PieceFound, RevisionLine};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, Serialize)]
pub struct Explanation {
    /// The piece with its facets and placements, each with evidence.
    #[serde(serialize_with = "serialize_piece")]
    pub piece: Piece,
    /// Its entries, the lead first, without their texts.
    pub entries: Vec<EntryLine>,
    pub joins: Vec<Join>,
    pub doubts: Vec<DoubtLine>,
    pub versions: Vec<Version>,
    /// Decisions of staff, oldest first.
    pub decisions: Vec<Decision>,
    pub revisions: Vec<RevisionLine>,
    /// The sections that do not show it, each with the reason in English.
    pub left_out: Vec<(String, String)>,
    /// The same reasons as codes, in the same order.
    pub left_out_reasons: Vec<LeftOut>,
    /// The model of each section: its score beside the rule's, whether it is in use, and what it says of this piece.
    pub models: Vec<ModelLine>,
}

fn tell_left_out(piece: &PieceId, section: &str, why: &LeftOut) -> String {
    match why {
        LeftOut::Waits => format!("{why}: plenary decide approve {piece} --section {section}"),
        LeftOut::KeptOut { .. } => "it was kept out or left it, as said above".to_owned(),
        _ => why.to_string(),
    }
}

/// The piece with the English sentence beside each code of its facets.
fn serialize_piece<S: Serializer>(piece: &Piece, serializer: S) -> Result<S::Ok, S::Error> {
    let mut told = serde_json::to_value(piece).map_err(serde::ser::Error::custom)?;
    told["facets"] = facets_in_words(&piece.facets).map_err(serde::ser::Error::custom)?;
    told.serialize(serializer)
}

fn facets_in_words(facets: &Facets) -> serde_json::Result<Value> {
    let evidence = |why: &[Evidence]| -> serde_json::Result<Vec<Value>> {
        let one = |evidence: &Evidence| {
            let mut told = serde_json::to_value(evidence)?;
            told["field"] = json!(evidence.sign.place());
            told["term"] = json!(evidence.sign.to_string());
            told["offset"] = json!(evidence.sign.offset());
            Ok(told)
        };
        why.iter().map(one).collect()
    };
    let mut told = serde_json::to_value(facets)?;
    for (at, hit) in facets.topics.iter().enumerate() {
        told["topics"][at]["why"] = Value::Array(evidence(&hit.why)?);
    }
    for (at, ground) in facets.grounds.iter().enumerate() {
        told["grounds"][at]["why"] = Value::Array(evidence(&ground.why)?);
    }
    told["genre_why"] = Value::Array(evidence(&facets.genre_why)?);
    told["issuer_reasons"] = json!(facets.issuer_why.iter().collect::<Vec<_>>());
    told["issuer_why"] = json!(facets.issuer_why.as_ref().map(ToString::to_string).unwrap_or_default());
    Ok(told)
}

/// Stretches quoted of a join.
const PASSAGES_SHOWN: usize = 3;

#[derive(Debug, Serialize)]
pub struct Join {
    pub entry: String,
    /// The entry that it was found to be the same as, with its publisher and title.
    pub with: String,
    pub publisher: String,
    pub title: String,
    pub rung: Rung,
    /// What was found, with its numbers.
    pub found: String,
    /// The longest stretches that both texts have, the longest first.
    pub matched: Vec<String>,
}

fn joins(view: &PieceView) -> Vec<Join> {
    let entries = || std::iter::once(&view.lead).chain(&view.others);
    let of = |member: &Membership| {
        let join = member.join.as_ref()?;
        let with = entries().find(|entry| entry.key == join.with)?;
        let entry = entries().find(|entry| entry.key == member.entry)?;
        Some(Join {
            entry: entry.key.0.clone(),
            with: with.key.0.clone(),
            publisher: view.sources.get(&with.source).map_or_else(|| with.source.0.clone(), |card| card.name.clone()),
            title: with.entry.title.clone(),
            rung: member.rung,
            found: join.found.to_string(),
            matched: find_shared_passages(&entry.entry, &with.entry, PASSAGES_SHOWN),
        })
    };
    view.piece.members.iter().filter_map(of).collect()
}

#[derive(Debug, Serialize)]
pub struct EntryLine {
    pub key: String,
    pub source: String,
    pub id: String,
    pub title: String,
    pub link: Option<String>,
    pub published: Option<chrono::DateTime<chrono::Utc>>,
    pub first_seen: chrono::DateTime<chrono::Utc>,
}

impl EntryLine {
    fn from_stored(stored: &StoredEntry) -> Self {
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
    /// The trace of what `text` names: id of a piece, key or id of an entry, or an address. `None` when nothing
    /// matches.
    pub async fn explain(&self, text: &str) -> anyhow::Result<Option<Explanation>> {
        let Some(view) = self.find_view(text).await? else { return Ok(None) };
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
        let in_words =
            |(section, why): &(String, LeftOut)| (section.clone(), tell_left_out(&view.piece.id, section, why));
        Ok(Some(Explanation {
            left_out: left_out.iter().map(in_words).collect(),
            left_out_reasons: left_out.into_iter().map(|(_, why)| why).collect(),
            models,
            entries: std::iter::once(&view.lead).chain(&view.others).map(EntryLine::from_stored).collect(),
            joins: joins(&view),
            doubts,
            versions: view.versions.clone(),
            decisions,
            revisions: self.store.revisions(&view.piece.id).await?,
            piece: view.piece,
        }))
    }

    /// The piece that `text` names, absorbed ones followed to the survivor.
    pub(super) async fn find_view(&self, text: &str) -> anyhow::Result<Option<PieceView>> {
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

    fn by_section(&self, view: &PieceView, learned: Option<&Learned>) -> (Vec<(String, LeftOut)>, Vec<ModelLine>) {
        let policy = self.policy();
        let categoriser = Categoriser::with_models(Arc::clone(&policy), Some(built_in::recogniser()));
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
            Some(PlacementState::Pending | PlacementState::Held) => LeftOut::Waits,
            Some(_) => LeftOut::KeptOut {
                reasons: view.piece.placement(slug).map(|placement| placement.reasons.clone()).unwrap_or_default(),
            },
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
