//! A piece as lists show it, and lists by month.

use super::excerpt::teaser;
use super::{Named, Phrase, Scene, When};
use crate::address::{Place, outward};
use crate::locale::fill;
use chrono::{Datelike, NaiveDate};
use plenary_model::entry::StoredEntry;
use plenary_model::id::GenreSlug;
use plenary_model::link::host_of;
use plenary_model::piece::PieceView;
use plenary_model::query::Field;
use plenary_model::section::PlacementState;
use plenary_model::source::Republish;
use plenary_model::topic::GenreRole;
use std::collections::BTreeSet;

/// Longest text under a title in a list, in characters.
const TEASER_CHARS: usize = 230;
/// Other publishers that a list names; more are counted.
const OTHERS_NAMED: usize = 3;

/// The page of an entry at its publisher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Original {
    pub(crate) href: String,
    /// `Read it at example.org`.
    pub(crate) text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Translation {
    pub(crate) name: String,
    /// Title in that language.
    pub(crate) title: Phrase,
    pub(crate) href: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListItem {
    pub(crate) href: String,
    /// Title; the beginning of the text where the publisher gave none.
    pub(crate) title: Phrase,
    pub(crate) original: Option<Original>,
    pub(crate) organisation: Named,
    /// Organisations whose text it is beside its publishers, some of them.
    pub(crate) with: Vec<Named>,
    /// Who else published it, some of them.
    pub(crate) others: Vec<Named>,
    /// How many more, in words; empty when all are named.
    pub(crate) others_more: String,
    pub(crate) when: When,
    /// Its date, to group by.
    pub(crate) date: NaiveDate,
    /// Day of the month.
    pub(crate) day: String,
    /// Short month, with the year when it is not the current one.
    pub(crate) month: String,
    /// True when its date is ours, not the publisher's.
    pub(crate) doubtful: bool,
    pub(crate) genre: Option<Phrase>,
    /// Its language, when it is not that of the interface.
    pub(crate) language: Option<String>,
    pub(crate) teaser: Option<Phrase>,
    pub(crate) translations: Vec<Translation>,
    pub(crate) deadline: Option<When>,
    /// True when staff placed it first.
    pub(crate) pinned: bool,
    /// True when the item before it is of the same day.
    pub(crate) same_day: bool,
}

/// The items of a month, or those that staff placed first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Month {
    /// `May 2021`.
    pub(crate) heading: String,
    pub(crate) items: Vec<ListItem>,
}

impl ListItem {
    /// True when there is something to list below the title; only a full item lists the original.
    pub(crate) fn has_ways(&self, full: bool) -> bool {
        (full && self.original.is_some()) || !self.others.is_empty() || !self.translations.is_empty()
    }
}

/// A piece as lists show it; `section` says in which section's list it stands.
pub(crate) fn build_list_item(scene: &Scene<'_>, view: &PieceView, section: Option<&str>) -> ListItem {
    let piece = &view.piece;
    let language = view.lead.entry.language.as_ref();
    let republish = view.lead_source().map_or(Republish::Title, |source| source.republish);
    let body = view.lead.entry.body();
    let teaser_text = if republish == Republish::Title { None } else { teaser(body, TEASER_CHARS) };
    let others = other_publishers(scene, view);
    let more = others.len().saturating_sub(OTHERS_NAMED);
    let date = piece.dated.date_naive();
    let is_pinned = |slug| piece.placement(slug).is_some_and(|placed| placed.state == PlacementState::Pinned);
    ListItem {
        href: scene.to(&Place::Piece(piece.id.clone())),
        title: Phrase::new(title_of(&view.lead), language),
        original: original(scene, view, &view.lead),
        organisation: publisher(scene, view, &view.lead),
        with: co_issuers(scene, view),
        others: others.into_iter().take(OTHERS_NAMED).collect(),
        others_more: if more > 0 { format!("+{}", scene.locale.number(more)) } else { String::new() },
        when: scene.day(date),
        date,
        day: date.day().to_string(),
        month: short_month(scene, date),
        doubtful: piece.date_doubtful,
        genre: genre_title(scene, piece.facets.genre.as_ref()),
        language: language
            .filter(|language| language.primary() != scene.locale.tag)
            .map(|language| scene.locale.language(language).to_owned()),
        teaser: teaser_text.map(|text| Phrase::new(text, language)),
        translations: translations(scene, view),
        deadline: piece.facets.deadline.map(|at| scene.day(at.date_naive())),
        pinned: section.is_some_and(is_pinned),
        same_day: false,
    }
}

/// Marks the items whose day is that of the item before, so that it is said once.
pub(crate) fn say_days_once(items: &mut [ListItem]) {
    let mut last = None;
    for item in items {
        item.same_day = last == Some(item.date);
        last = Some(item.date);
    }
}

/// Items by month, in their order; those that staff placed first make a group of their own.
pub(crate) fn group_by_month(scene: &Scene<'_>, items: Vec<ListItem>) -> Vec<Month> {
    let mut groups: Vec<(Option<(i32, u32)>, Month)> = Vec::new();
    for item in items {
        let key = if item.pinned { None } else { Some((item.date.year(), item.date.month())) };
        match groups.last_mut() {
            Some((last, month)) if *last == key => month.items.push(item),
            _ => {
                let heading = match key {
                    None => scene.locale.words.section.pinned.to_owned(),
                    Some(_) => scene.locale.month(item.date),
                };
                groups.push((key, Month { heading, items: vec![item] }));
            }
        }
    }
    let mut months: Vec<Month> = groups.into_iter().map(|(_, month)| month).collect();
    for month in &mut months {
        say_days_once(&mut month.items);
    }
    months
}

/// The title of an entry, else the beginning of its text, else its address.
pub(crate) fn title_of(stored: &StoredEntry) -> String {
    let entry = &stored.entry;
    let title = entry.title.trim();
    if !title.is_empty() {
        return title.to_owned();
    }
    teaser(entry.body(), 90).or_else(|| entry.link.clone()).unwrap_or_else(|| entry.id.clone())
}

/// Where to read an entry at its publisher: at the host by its name, else by the publisher's.
pub(crate) fn original(scene: &Scene<'_>, view: &PieceView, stored: &StoredEntry) -> Option<Original> {
    let href = outward(stored.entry.link.as_deref()?)?;
    let is_named = matches!(url::Url::parse(&href).ok()?.host()?, url::Host::Domain(_));
    let place = if is_named { host_of(&href)? } else { publisher(scene, view, stored).name };
    let text = fill(scene.locale.words.piece.read, &[("place", &place)]);
    Some(Original { href, text })
}

/// Who published an entry, with the page of that source.
pub(crate) fn publisher(scene: &Scene<'_>, view: &PieceView, stored: &StoredEntry) -> Named {
    let name = view.sources.get(&stored.source).map_or(stored.source.as_str(), |source| source.name.as_str());
    Named { name: name.to_owned(), href: Some(scene.source_page(&stored.source)) }
}

/// Organisations that the text names as its own and that are no source of it, such as those that signed a
/// joint statement.
fn co_issuers(scene: &Scene<'_>, view: &PieceView) -> Vec<Named> {
    let publishes = |name: &String| view.sources.values().any(|source| source.name == *name);
    let named = view.piece.facets.organisations.iter().filter(|name| !publishes(name)).take(OTHERS_NAMED);
    let page = |name: &String| scene.to(&Place::Value(Field::Organisation, name.to_lowercase(), 1));
    named.map(|name| Named { name: name.clone(), href: Some(page(name)) }).collect()
}

/// Every publisher but the lead's, each once, first seen first.
pub(crate) fn other_publishers(scene: &Scene<'_>, view: &PieceView) -> Vec<Named> {
    let mut named = BTreeSet::from([&view.lead.source]);
    view.others.iter().filter(|entry| named.insert(&entry.source)).map(|e| publisher(scene, view, e)).collect()
}

pub(crate) fn translations(scene: &Scene<'_>, view: &PieceView) -> Vec<Translation> {
    let versions = view.versions.iter().map(|version| Translation {
        name: version.language.as_ref().map_or_else(
            || scene.locale.words.piece.unknown_language.to_owned(),
            |language| scene.locale.language(language).to_owned(),
        ),
        title: Phrase::new(version.title.clone(), version.language.as_ref()),
        href: scene.to(&Place::Piece(version.piece.clone())),
    });
    versions.collect()
}

/// The title of a genre; none for one that says nothing.
pub(crate) fn genre_title(scene: &Scene<'_>, slug: Option<&GenreSlug>) -> Option<Phrase> {
    let genre = scene.policy.genres.iter().find(|genre| Some(&genre.id) == slug)?;
    (genre.role != Some(GenreRole::Other)).then(|| scene.translate(&genre.title))
}

fn short_month(scene: &Scene<'_>, date: NaiveDate) -> String {
    let month = scene.locale.month_short(date);
    if date.year() == scene.now.year() { month.to_owned() } else { format!("{month} {}", date.year()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;

    #[test]
    fn an_item_says_who_what_and_when() {
        let policy = samples::policy();
        let item = build_list_item(&samples::scene(&policy, "en"), &samples::piece("p1", "2021-05-21"), Some("news"));
        assert_eq!(item.title.text, "Title of p1");
        assert_eq!(item.href, "/pieces/p1");
        assert_eq!(item.organisation, Named { name: "Source a".into(), href: Some("/sources/a".into()) });
        assert_eq!(item.others.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(), ["Source b"]);
        assert_eq!(item.original.unwrap().text, "Read it at a.example.org");
        assert_eq!((item.day.as_str(), item.month.as_str()), ("21", "May"));
        assert_eq!(item.genre.unwrap().text, "Statement");
        assert_eq!(item.language, None);
    }

    #[test]
    fn all_whose_text_it_is_are_named() {
        let policy = samples::policy();
        let mut view = samples::piece("p1", "2021-05-21");
        view.piece.facets.organisations = ["Source a", "Source b", "Union of Schools"].map(str::to_owned).to_vec();
        let item = build_list_item(&samples::scene(&policy, "fr"), &view, None);
        let href = Some("/fr/organisations/union%20of%20schools".to_owned());
        assert_eq!(item.with, [Named { name: "Union of Schools".into(), href }]);
    }

    #[test]
    fn another_language_is_named_and_its_direction_kept() {
        let policy = samples::policy();
        let item = build_list_item(&samples::scene(&policy, "ar"), &samples::piece("p1", "2020-05-21"), None);
        assert_eq!(item.language.as_deref(), Some("الإنجليزية"));
        assert_eq!((item.title.lang.as_str(), item.title.dir), ("en", "ltr"));
        assert_eq!(item.href, "/ar/pieces/p1");
        assert_eq!(item.month, "مايو 2020");
    }

    #[test]
    fn a_source_that_allows_titles_only_gets_no_teaser() {
        let policy = samples::policy();
        let mut view = samples::piece("p1", "2021-05-21");
        assert!(build_list_item(&samples::scene(&policy, "en"), &view, None).teaser.is_some());
        view.sources.get_mut(&"a".into()).unwrap().republish = Republish::Title;
        assert_eq!(build_list_item(&samples::scene(&policy, "en"), &view, None).teaser, None);
    }

    #[test]
    fn a_script_address_is_no_link() {
        let policy = samples::policy();
        let mut view = samples::piece("p1", "2021-05-21");
        view.lead.entry.link = Some("javascript:alert(1)".into());
        assert_eq!(build_list_item(&samples::scene(&policy, "en"), &view, None).original, None);
    }

    #[test]
    fn items_are_grouped_by_month_and_pinned_ones_apart() {
        let policy = samples::policy();
        let scene = samples::scene(&policy, "en");
        let mut items: Vec<ListItem> = ["2020-01-05", "2021-05-21", "2021-05-21", "2021-05-02", "2021-04-30"]
            .iter()
            .map(|day| build_list_item(&scene, &samples::piece("p", day), None))
            .collect();
        items[0].pinned = true;
        let groups = group_by_month(&scene, items);
        let shape: Vec<(&str, usize)> = groups.iter().map(|g| (g.heading.as_str(), g.items.len())).collect();
        assert_eq!(shape, [("Placed first by the editors", 1), ("May 2021", 3), ("April 2021", 1)]);
        assert!(groups[1].items[1].same_day);
        assert!(!groups[1].items[2].same_day);
    }
}
