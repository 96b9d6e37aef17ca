//! Everything known of one piece, as its page shows it.

use super::excerpt::begin;
use super::facets::{FacetDetail, TopicDetail, describe_facets, describe_topics};
use super::list_item::{original, publisher, title_of};
use super::reasons;
use super::refusals::{LeftOut, list_left_out};
use super::{ListItem, Named, Phrase, Scene, When, build_list_item};
use crate::address::{Place, outward};
use crate::locale::fill;
use plenary_model::entry::StoredEntry;
use plenary_model::html::paragraphs;
use plenary_model::piece::{Membership, PieceView};
use plenary_model::section::{Placement, PlacementState};
use plenary_model::source::{EXCERPT_CHARS_MAX, Republish};
use plenary_model::view::RevisionLine;

/// Longest text shown of a piece whose source lets us republish all of it, in characters: enough to
/// know what it says, short enough that reading it is done at its publisher.
const TEXT_CHARS_FULL: usize = 1_400;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Publisher {
    pub(crate) name: Named,
    pub(crate) standing: String,
    /// Title it gave the piece, where it is not the title shown.
    pub(crate) title: Option<Phrase>,
    pub(crate) original: Option<super::list_item::Original>,
    /// True for the one that is shown.
    pub(crate) is_lead: bool,
    /// When it says that it published it.
    pub(crate) published: Option<When>,
    /// When it says that it changed it.
    pub(crate) updated: Option<When>,
    /// When we first saw it.
    pub(crate) seen: When,
    /// Why it is the same piece; `None` for the first.
    pub(crate) evidence: Option<Phrase>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) title: Phrase,
    pub(crate) href: String,
    /// By rule or by staff, since when, main section or not.
    pub(crate) how: String,
    /// The reasons, one sentence each.
    pub(crate) reasons: Vec<Phrase>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// When we saw it.
    pub(crate) when: When,
    /// Who changed it.
    pub(crate) by: String,
    /// The title before, when it changed.
    pub(crate) title: Option<Phrase>,
}

/// A label with what it labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: Phrase,
    pub(crate) href: Option<String>,
    /// True for what is written for machines.
    pub(crate) is_code: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PieceDetail {
    pub(crate) item: ListItem,
    /// The beginning of the text.
    pub(crate) text: Vec<Phrase>,
    /// True when there is more at the publisher.
    pub(crate) is_cut: bool,
    /// Who published it, the one shown first.
    pub(crate) publishers: Vec<Publisher>,
    /// Why this one is shown; `None` when there is only one.
    pub(crate) lead_reason: Option<Phrase>,
    pub(crate) sections: Vec<Placed>,
    pub(crate) left_out: Vec<LeftOut>,
    pub(crate) topics: Vec<TopicDetail>,
    pub(crate) facets: Vec<FacetDetail>,
    pub(crate) changes: Vec<Change>,
    /// Ids, rights and attachments.
    pub(crate) identifiers: Vec<Fact>,
}

pub(crate) fn describe_piece(scene: &Scene<'_>, view: &PieceView, revisions: &[RevisionLine]) -> PieceDetail {
    let (text, is_cut) = text(view);
    let mut publishers = vec![publisher_of(scene, view, &view.lead, true)];
    publishers.extend(view.others.iter().map(|entry| publisher_of(scene, view, entry, false)));
    let shown = view.piece.placements.iter().filter(|placement| placement.state.is_shown());
    PieceDetail {
        item: build_list_item(scene, view, None),
        text,
        is_cut,
        lead_reason: (publishers.len() > 1).then(|| reasons::tell_lead(scene, &view.piece.lead_reason)),
        publishers,
        sections: shown.filter_map(|placement| describe_placement(scene, placement)).collect(),
        left_out: list_left_out(scene, view),
        topics: describe_topics(scene, &view.piece.facets),
        facets: describe_facets(scene, &view.piece.facets),
        changes: revisions.iter().map(|revision| change(scene, view, revision)).collect(),
        identifiers: identifiers(scene, view),
    }
}

/// The beginning of the text, as much as the source's terms allow.
fn text(view: &PieceView) -> (Vec<Phrase>, bool) {
    let limit = match view.lead_source().map(|source| source.republish) {
        Some(Republish::Full) => TEXT_CHARS_FULL,
        Some(Republish::Excerpt) => EXCERPT_CHARS_MAX,
        Some(Republish::Title) | None => return (Vec::new(), false),
    };
    let (shown, is_cut) = begin(&paragraphs(view.lead.entry.body()), limit);
    let language = view.lead.entry.language.as_ref();
    (shown.into_iter().map(|paragraph| Phrase::new(paragraph, language)).collect(), is_cut)
}

fn publisher_of(scene: &Scene<'_>, view: &PieceView, stored: &StoredEntry, is_lead: bool) -> Publisher {
    let member = view.piece.members.iter().find(|member| member.entry == stored.key);
    let evidence = member.and_then(|member| sameness(scene, view, member));
    let standing = view.sources.get(&stored.source).map(|source| source.standing);
    let title = title_of(stored);
    let is_retitled = title != title_of(&view.lead);
    let entry = &stored.entry;
    Publisher {
        name: publisher(scene, view, stored),
        standing: standing
            .map_or_else(String::new, |standing| scene.locale.words.standing.get(standing).one.to_owned()),
        title: is_retitled.then(|| Phrase::new(title, entry.language.as_ref())),
        original: original(scene, view, stored),
        is_lead,
        published: entry.published.map(|at| scene.moment(at)),
        updated: entry.updated.filter(|at| Some(*at) != entry.published).map(|at| scene.moment(at)),
        seen: scene.moment(stored.first_seen),
        evidence,
    }
}

fn sameness(scene: &Scene<'_>, view: &PieceView, member: &Membership) -> Option<Phrase> {
    let entries = || std::iter::once(&view.lead).chain(&view.others);
    let joined = member.join.as_ref().and_then(|join| entries().find(|entry| entry.key == join.with));
    let other = joined.or_else(|| entries().find(|entry| entry.key != member.entry));
    let name = other.map_or_else(String::new, |entry| publisher(scene, view, entry).name);
    reasons::tell_rung(scene, member.rung, &name)
}

fn describe_placement(scene: &Scene<'_>, placement: &Placement) -> Option<Placed> {
    let section = scene.policy.section(placement.section.as_str())?;
    let words = &scene.locale.words.piece;
    let how = match placement.state {
        PlacementState::Approved => &words.placed_by_staff,
        PlacementState::Pinned => &words.placed_first,
        _ => &words.placed_by_rule,
    };
    let day = scene.locale.day(placement.entered.date_naive());
    let since = fill(words.since, &[("day", &day)]);
    let primary = placement.primary.then_some(words.primary);
    Some(Placed {
        title: scene.translate(&section.title),
        href: scene.to(&Place::Section(section.id.clone(), 1)),
        how: scene.locale.list([*how, since.as_str()].into_iter().chain(primary)),
        reasons: placement.reasons.iter().map(|reason| reasons::tell_reason(scene, reason)).collect(),
    })
}

fn change(scene: &Scene<'_>, view: &PieceView, revision: &RevisionLine) -> Change {
    let by = view.sources.get(&revision.source).map_or(revision.source.as_str(), |source| source.name.as_str());
    let is_retitled = revision.title != view.lead.entry.title;
    Change {
        when: scene.moment(revision.at),
        by: by.to_owned(),
        title: is_retitled.then(|| Phrase::new(revision.title.clone(), view.lead.entry.language.as_ref())),
    }
}

fn identifiers(scene: &Scene<'_>, view: &PieceView) -> Vec<Fact> {
    let words = &scene.locale.words.piece;
    let entry = &view.lead.entry;
    let language = entry.language.as_ref();
    let mut facts = Vec::new();
    // The publisher stands at the head of the page.
    let publisher = publisher(scene, view, &view.lead).name;
    if let Some(author) = entry.author.as_ref().filter(|author| !author.is_empty() && **author != publisher) {
        facts.push(Fact {
            label: words.authors.to_owned(),
            value: Phrase::new(author.clone(), None),
            href: None,
            is_code: false,
        });
    }
    if let Some(rights) = entry.rights.as_ref().filter(|rights| !rights.is_empty()) {
        facts.push(Fact {
            label: words.rights.to_owned(),
            value: Phrase::new(rights.clone(), language),
            href: None,
            is_code: false,
        });
    }
    for enclosure in &entry.enclosures {
        if let Some(href) = outward(&enclosure.href) {
            let name = href.rsplit('/').find(|part| !part.is_empty()).unwrap_or(&href).to_owned();
            facts.push(Fact {
                label: words.attachments.to_owned(),
                value: Phrase::new(name, None),
                href: Some(href),
                is_code: false,
            });
        }
    }
    let id = Phrase { text: view.piece.atom_id.clone(), lang: String::new(), dir: "ltr" };
    facts.push(Fact { label: words.atom_id.to_owned(), value: id, href: None, is_code: true });
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;

    #[test]
    fn all_publishers_are_named_the_one_shown_first() {
        let policy = samples::policy();
        let page = describe_piece(&samples::scene(&policy, "en"), &samples::piece("p1", "2021-05-21"), &[]);
        let named: Vec<(&str, bool)> = page.publishers.iter().map(|p| (p.name.name.as_str(), p.is_lead)).collect();
        assert_eq!(named, [("Source a", true), ("Source b", false)]);
        assert_eq!(page.publishers[0].evidence, None, "the founder needs no evidence");
        assert_eq!(page.publishers[1].evidence.as_ref().unwrap().text, "The same text as at Source a.");
        assert_eq!(page.lead_reason.unwrap().text, "Published first.");
    }

    #[test]
    fn a_section_says_how_and_why() {
        let policy = samples::policy();
        let mut view = samples::piece("p1", "2021-05-21");
        let mut hidden = view.piece.placements[0].clone();
        hidden.state = PlacementState::Rejected;
        view.piece.placements.push(hidden);
        let page = describe_piece(&samples::scene(&policy, "en"), &view, &[]);
        assert_eq!(page.sections.len(), 1, "only where readers see it");
        assert_eq!(page.sections[0].how, "placed by rule, since 10 June 2021, main section");
        let reasons: Vec<&str> = page.sections[0].reasons.iter().map(|reason| reason.text.as_str()).collect();
        assert_eq!(reasons, ["Kind of organisation: The network itself"]);
    }

    #[test]
    fn the_text_is_as_long_as_the_source_allows() {
        let policy = samples::policy();
        let mut view = samples::piece("p1", "2021-05-21");
        view.lead.entry.content = Some(format!("<p>{}</p>", "word ".repeat(1_000)));
        let mut length = |republish| {
            view.sources.get_mut(&"a".into()).unwrap().republish = republish;
            let page = describe_piece(&samples::scene(&policy, "en"), &view, &[]);
            page.text.iter().map(|paragraph| paragraph.text.chars().count()).sum::<usize>()
        };
        assert!((1_300..=1_401).contains(&length(Republish::Full)));
        assert!((390..=401).contains(&length(Republish::Excerpt)));
        assert_eq!(length(Republish::Title), 0);
    }

    #[test]
    fn a_change_names_the_title_before() {
        let policy = samples::policy();
        let revision = |title: &str| RevisionLine { at: samples::now(), source: "a".into(), title: title.into() };
        let revisions = [revision("Old title"), revision("Title of p1")];
        let page = describe_piece(&samples::scene(&policy, "en"), &samples::piece("p1", "2021-05-21"), &revisions);
        assert_eq!(page.changes[0].title.as_ref().unwrap().text, "Old title");
        assert_eq!(page.changes[1].title, None);
        assert_eq!(page.changes[0].by, "Source a");
    }
}
