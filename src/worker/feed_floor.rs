//! How far back a current document reaches. When one of its pieces leaves (withdrawn, merged, moved), an older one must
//! not take its place: it would come up as new. So the oldest place that a full document reached is noted, and nothing
//! older enters it again. Pages and archives have everything.

use super::context::Context;
use anyhow::Result;
use chrono::{DateTime, Utc};
use plenary_model::id::{PieceId, digest};
use plenary_model::piece::PieceView;
use plenary_model::policy::Policy;
use plenary_model::section::PlacementState;
use plenary_publish::Target;
use std::cmp::Reverse;

/// A place in the order of a document: by date, newest first, then by id.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    dated: DateTime<Utc>,
    piece: PieceId,
}

impl Place {
    fn from_view(view: &PieceView) -> Self {
        // The store keeps milliseconds.
        let dated = DateTime::from_timestamp_millis(view.piece.dated.timestamp_millis()).unwrap_or(view.piece.dated);
        Self { dated, piece: view.piece.id.clone() }
    }

    /// True when a piece here comes after one at `other`.
    fn is_after(&self, other: &Self) -> bool {
        (Reverse(self.dated), &self.piece) > (Reverse(other.dated), &other.piece)
    }
}

impl Context {
    /// Of the newest pieces of a feed those that its current document may show.
    pub(super) async fn keep_above_floor(
        &self,
        policy: &Policy,
        target: &Target,
        mut pieces: Vec<PieceView>,
    ) -> Result<Vec<PieceView>> {
        let limit = target.selection(policy).limit;
        let basis = describe_basis(policy, target, limit);
        let noted = self.store.feed_floor(&target.stem(), &basis).await?;
        let known = noted.map(|(dated, piece)| Place { dated, piece });
        if let Some(oldest) = &known {
            pieces.retain(|view| is_pinned(target, view) || !Place::from_view(view).is_after(oldest));
        }
        let is_full = pieces.len() >= limit;
        let reached = pieces.last().filter(|view| is_full && !is_pinned(target, view)).map(Place::from_view);
        if let Some(reached) = reached.filter(|reached| known.as_ref().is_none_or(|known| known.is_after(reached))) {
            self.store.set_feed_floor(&target.stem(), &basis, (reached.dated, reached.piece)).await?;
        }
        Ok(pieces)
    }
}

/// What a noted place holds for: staff who change a section's rule or length want it filled anew.
fn describe_basis(policy: &Policy, target: &Target, limit: usize) -> String {
    let rule = match target {
        Target::Section { section, .. } => policy.section(section.as_str()).map(|section| section.rule_text.as_str()),
        _ => None,
    };
    digest([limit.to_string().as_str(), rule.unwrap_or_default()])
}

/// Pinned pieces stand before all others, however old they are.
fn is_pinned(target: &Target, view: &PieceView) -> bool {
    let Target::Section { section, .. } = target else { return false };
    view.piece.placements.iter().any(|placed| placed.section == *section && placed.state == PlacementState::Pinned)
}
