//! Plenary's own extension: what a feed says of a piece beyond what Atom has words for.
//!
//! Namespace [`NAMESPACE`], prefix `plenary`. In an entry:
//!
//! | Element | Attributes | Means |
//! |---|---|---|
//! | `piece` | `id`, `href`, `work`, `dated` | the piece on our site; pieces of one `work` are the same text in several languages; `dated="first-seen"` when the publisher's date was missing or in the future |
//! | `placement` | `section`, `entered`, `state` | a section that shows it, since when, and whether a rule (`auto`) or staff (`approved`, `pinned`) put it there; one `why` child for each reason, with its `code`, where the policy lets feeds say them (`reasons`) |
//! | `copy` | `source`, `name`, `standing`, `href`, `id`, `seen`, `rung` | one publisher of the piece, the one shown first; `rung` and the text say why we judged it the same piece |
//!
//! JSON Feed carries the same as the object `_plenary`, with the same names: `id`, `href`, `work`,
//! `dated`, `placements` (with `why` and, in the same order, `reasons` as lists), `copies` (the text as `evidence`).
//! Readers may ignore all of it; elements and attributes may be added, never given another meaning.
//! The site tells readers the same at [`PAGE`], which every feed names.

use super::text;
use chrono::{DateTime, SecondsFormat, Utc};
use plenary_model::entry::StoredEntry;
use plenary_model::piece::PieceView;
use plenary_model::policy::Policy;
use plenary_model::reason::Reason;
use plenary_model::whitespace::collapse;
use serde::Serialize;

/// Name of the namespace. It must be a name that nobody else uses; the project owns no domain, and
/// a UUID is such a name for good (RFC 9562).
pub(super) const NAMESPACE: &str = "urn:uuid:5c9b7a52-6f2e-5d0b-9a45-0c6f0f7c1e90";
pub(super) const PREFIX: &str = "plenary";
/// Where the site documents it: a name that is no address cannot lead there itself.
const PAGE: &str = "/ns";

/// The page that documents the extension, in full.
pub(super) fn page(home: &str) -> String {
    format!("{}{PAGE}", home.trim_end_matches('/'))
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Provenance {
    pub(super) id: String,
    pub(super) href: String,
    pub(super) work: String,
    /// `first-seen` when the date is ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dated: Option<&'static str>,
    /// The sections that show it, in order of precedence.
    pub(super) placements: Vec<Placed>,
    /// Who published it, the one shown first.
    pub(super) copies: Vec<Copied>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Placed {
    pub(super) section: String,
    pub(super) entered: String,
    /// `auto`, `approved` or `pinned`.
    pub(super) state: &'static str,
    /// The reasons in English, as far as the policy lets feeds say them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) why: Vec<String>,
    /// The same, with their codes and data.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) reasons: Vec<Reason>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Copied {
    pub(super) source: String,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) standing: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) href: Option<String>,
    /// The id under which it published the piece.
    pub(super) id: String,
    /// When we first saw it there.
    pub(super) seen: String,
    pub(super) rung: String,
    pub(super) evidence: String,
}

pub(super) fn trace(policy: &Policy, view: &PieceView) -> Provenance {
    let piece = &view.piece;
    let said = |reasons: &[Reason]| -> Vec<Reason> {
        reasons.iter().filter(|_| policy.rules.publish_reasons).cloned().collect()
    };
    let placements = piece.placements.iter().filter(|p| p.state.is_shown()).map(|placement| Placed {
        section: collapse(placement.section.as_str()),
        entered: instant(placement.entered),
        state: placement.state.as_str(),
        why: said(&placement.reasons).iter().map(|reason| collapse(&reason.to_string())).collect(),
        reasons: said(&placement.reasons),
    });
    Provenance {
        id: piece.id.to_string(),
        href: format!("{}/pieces/{}", policy.network.address, piece.id),
        work: piece.work.to_string(),
        dated: piece.date_doubtful.then_some("first-seen"),
        placements: placements.collect(),
        copies: std::iter::once(&view.lead).chain(&view.others).map(|entry| copy(view, entry)).collect(),
    }
}

fn copy(view: &PieceView, entry: &StoredEntry) -> Copied {
    let card = view.sources.get(&entry.source);
    let membership = view.piece.members.iter().find(|member| member.entry == entry.key);
    Copied {
        source: entry.source.to_string(),
        name: card.map_or_else(|| entry.source.to_string(), |card| collapse(&card.name)),
        standing: card.map(|card| card.standing.as_str()),
        href: entry.entry.link.as_deref().and_then(text::address),
        id: collapse(&entry.entry.id),
        seen: instant(entry.first_seen),
        rung: membership.map_or_else(String::new, |member| member.rung.to_string()),
        evidence: membership.map_or_else(String::new, |member| {
            member.join.as_ref().map_or_else(String::new, |join| collapse(&join.to_string()))
        }),
    }
}

/// A time as attributes and JSON carry it: RFC 3339, UTC, with the fraction of a second that it has.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
