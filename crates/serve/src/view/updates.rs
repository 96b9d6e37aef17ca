//! How to get what is new on a page: the one address to copy, and what else there is.

use super::layout::OPML;
use super::{FeedLink, Scene};
use crate::address::{EVERYTHING, Place, conditions};

/// The calendar as a file that calendars subscribe to.
const CALENDAR: &str = "/calendar.ics";

/// What the button of a page offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Updates {
    /// What `address` is the address of, in words.
    pub(crate) label: &'static str,
    /// Absolute, to be copied into a reader or a calendar.
    pub(crate) address: String,
    /// Whether `address` is one for feed readers.
    pub(crate) is_feed: bool,
    /// Where the calendar is, where that is not the first one.
    pub(crate) calendar: Option<&'static str>,
    /// Other formats and languages of the same.
    pub(crate) more: Vec<FeedLink>,
}

impl Updates {
    /// Of a page with these feeds, of which the first is the one that most visitors want.
    pub(crate) fn new(scene: &Scene<'_>, place: Option<&Place>, feeds: &[FeedLink]) -> Self {
        let words = &scene.locale.words.updates;
        let base = &scene.policy.network.address;
        let first = feeds.first();
        let path = first.map_or(EVERYTHING, |feed| feed.href.as_str());
        let is_feed = path != CALENDAR;
        let is_filtered = match place {
            Some(Place::Narrowed(_, query, _)) => !conditions(query).is_empty(),
            Some(Place::Search(..)) => first.is_some(),
            _ => false,
        };
        let label = match (is_feed, is_filtered) {
            (false, _) => words.calendar,
            (true, true) => words.filtered,
            (true, false) => words.address,
        };
        let mut more: Vec<FeedLink> = feeds.iter().skip(1).cloned().collect();
        if !more.iter().any(|feed| feed.media_type == OPML) {
            more.push(FeedLink::opml("/feeds.opml".to_owned(), words.sources));
        }
        Self { label, address: format!("{base}{path}"), is_feed, calendar: is_feed.then_some(CALENDAR), more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;
    use plenary_model::query::Query;

    #[test]
    fn the_first_feed_of_a_page_is_the_one_to_copy() {
        let policy = samples::policy();
        let scene = samples::scene(&policy, "en");
        let none = Updates::new(&scene, None, &[]);
        assert_eq!(none.address, "https://feeds.example.org/all.atom");
        assert_eq!(none.calendar, Some("/calendar.ics"));
        let feeds = FeedLink::all_formats("/sections/news", "News");
        let of_section = Updates::new(&scene, Some(&Place::Section("news".into(), 1)), &feeds);
        assert_eq!(
            (of_section.address.as_str(), of_section.label),
            ("https://feeds.example.org/sections/news.atom", "Address of the feed")
        );
        let formats: Vec<&str> = of_section.more.iter().map(|feed| feed.format).collect();
        assert_eq!(formats, ["RSS", "JSON", "OPML"]);
        let query = Query::parse("section:news topic:education").unwrap();
        let feeds = FeedLink::of_search("a", "News");
        let filtered = Updates::new(&scene, Some(&Place::Narrowed("news".into(), query, 1)), &feeds);
        assert_eq!(filtered.label, "Address of the feed of what is filtered now");
        assert_eq!(filtered.address, "https://feeds.example.org/search.atom?q=a");
    }
}
