//! `review --rejected`: the pieces that readers see nowhere and that wait for nobody, with the reasons.

use super::app::App;
use super::explain::carriers;
use crate::built_in;
use chrono::{DateTime, Utc};
use plenary_ingest::categorise::{Case, Categoriser};
use plenary_model::id::SectionSlug;
use plenary_model::piece::{Piece, PieceView};
use plenary_model::policy::Policy;
use plenary_model::query::Query;
use plenary_model::reason::LeftOut;
use plenary_model::section::{Placement, PlacementState};
use plenary_model::source::Trust;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use std::sync::Arc;

const BATCH_PIECES: usize = 200;

#[derive(Debug, Serialize)]
pub struct Rejected {
    pub id: String,
    pub title: String,
    /// The source of its lead.
    pub source: String,
    pub link: Option<String>,
    pub dated: DateTime<Utc>,
    /// `staff` rejected it, its `source` is blocked, or no section's `rules` take it.
    pub by: &'static str,
    /// For each section why it does not show the piece: what was decided, else the terms of its rule that fail.
    #[serde(flatten, serialize_with = "serialize_why")]
    pub why: Vec<(String, LeftOut)>,
}

impl App {
    /// The rejected pieces that answer to a query, newest first, at most `limit`. In the query `section:` names a
    /// section from which a piece was rejected. Fails when the query does not parse.
    pub async fn list_rejected(&self, query: &str, limit: usize) -> anyhow::Result<Vec<Rejected>> {
        let query = Query::parse(query).map_err(|error| anyhow::anyhow!("column {}: {error}", error.column))?;
        let policy = self.policy();
        let categoriser = Categoriser::with_models(Arc::clone(&policy), Some(built_in::recogniser()));
        let mut found = Vec::new();
        let mut after = None;
        while found.len() < limit {
            let ids = self.store.list_rejected(after.as_ref(), BATCH_PIECES).await?;
            let views = self.store.views(&ids).await?;
            let Some(last) = views.last() else { break };
            after = Some((last.piece.dated, last.piece.id.clone()));
            found.extend(views.iter().filter_map(|view| describe_rejected(view, &query, &policy, &categoriser)));
        }
        found.truncate(limit);
        Ok(found)
    }
}

/// `why`, a pair of section and English sentence each, and `reasons`, the codes in the same order.
fn serialize_why<S: Serializer>(why: &[(String, LeftOut)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut fields = serializer.serialize_struct("Why", 2)?;
    let sentences: Vec<(&String, String)> = why.iter().map(|(section, why)| (section, why.to_string())).collect();
    fields.serialize_field("why", &sentences)?;
    fields.serialize_field("reasons", &why.iter().map(|(_, why)| why).collect::<Vec<_>>())?;
    fields.end()
}

/// The line of a piece; `None` when the query does not hold.
fn describe_rejected(view: &PieceView, query: &Query, policy: &Policy, categoriser: &Categoriser) -> Option<Rejected> {
    let PieceView { piece, lead, .. } = view;
    let carriers = carriers(view);
    let case = Case {
        entry: &lead.entry,
        carriers: &carriers,
        dated: piece.dated,
        has_copies: !view.others.is_empty(),
        has_versions: !view.versions.is_empty(),
        age: piece.first_seen - piece.dated,
    };
    let decided = list_decided(piece);
    let from: Vec<SectionSlug> = decided.iter().map(|(section, _)| (*section).clone()).collect();
    if !categoriser.answers(query, &case, &piece.facets, &from) {
        return None;
    }
    let is_blocked = carriers
        .iter()
        .all(|carrier| policy.source(&carrier.source).is_some_and(|source| source.trust == Trust::Blocked));
    let said = |section: &SectionSlug| decided.iter().find(|(known, _)| *known == section).map(|(_, why)| why.clone());
    let why = policy.sections.iter().map(|section| {
        let by_rule = || categoriser.why_not(&case, &piece.facets, section.id.as_str());
        let why = said(&section.id).or_else(|| is_blocked.then_some(LeftOut::Blocked));
        (section.id.0.clone(), why.unwrap_or_else(by_rule))
    });
    Some(Rejected {
        id: piece.id.0.clone(),
        title: lead.entry.title.clone(),
        source: lead.source.0.clone(),
        link: lead.entry.link.clone(),
        dated: piece.dated,
        by: match (decided.is_empty(), is_blocked) {
            (false, _) => "staff",
            (true, true) => "source",
            (true, false) => "rules",
        },
        why: why.collect(),
    })
}

fn list_decided(piece: &Piece) -> Vec<(&SectionSlug, LeftOut)> {
    let rejected = piece.placements.iter().filter(|placement| placement.state == PlacementState::Rejected);
    let kept_out = |placement: &Placement| LeftOut::KeptOut { reasons: placement.reasons.clone() };
    rejected.map(|placement| (&placement.section, kept_out(placement))).collect()
}
