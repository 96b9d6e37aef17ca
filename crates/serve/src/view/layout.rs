//! The layout round every page: head, navigation, languages, footer.

use super::{Phrase, Scene, Updates};
use crate::address::{EVERYTHING, Place, prefix_of, social_image_path};
use crate::assets::Dress;
use crate::locale::Locale;

/// Media types of the documents that a page advertises.
pub(crate) const ATOM: &str = "application/atom+xml";
const RSS: &str = "application/rss+xml";
pub(super) const OPML: &str = "text/x-opml";
const JSON_FEED: &str = "application/feed+json";

/// Which entry of the main menu is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Here {
    Overview,
    /// The list of sources, or one of them.
    Sources,
    Calendar,
    Deadlines,
    Search,
    How,
    /// None of the menu.
    Elsewhere,
}

/// A feed of the page, for `<link rel="alternate">` and for the page's own list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FeedLink {
    pub(crate) href: String,
    pub(crate) media_type: &'static str,
    /// Format as readers know it.
    pub(crate) format: &'static str,
    pub(crate) title: String,
}

impl FeedLink {
    pub(crate) fn atom(href: String, title: impl Into<String>) -> Self {
        Self { href, media_type: ATOM, format: "Atom", title: title.into() }
    }

    /// A list of sources. It is no feed, so heads of pages do not name it.
    pub(crate) fn opml(href: String, title: &str) -> Self {
        Self { href, media_type: OPML, format: "OPML", title: title.to_owned() }
    }

    /// The feeds of a search, given as a part of an address.
    pub(crate) fn of_search(encoded: &str, title: &str) -> Vec<Self> {
        let mut feeds = Self::all_formats("/search", title);
        for feed in &mut feeds {
            feed.href = format!("{}?q={encoded}", feed.href);
        }
        feeds
    }

    /// The feeds of `stem`, such as `/sections/news`, in all formats.
    pub(crate) fn all_formats(stem: &str, title: &str) -> Vec<Self> {
        [("atom", ATOM, "Atom"), ("rss", RSS, "RSS"), ("json", JSON_FEED, "JSON")]
            .into_iter()
            .map(|(extension, media_type, format)| Self {
                href: format!("{stem}.{extension}"),
                media_type,
                format,
                title: title.to_owned(),
            })
            .collect()
    }
}

/// The page in an interface language, for `hreflang`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alternate {
    /// Value of `hreflang`.
    pub(crate) tag: &'static str,
    /// Absolute address.
    pub(crate) href: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Switch {
    pub(crate) tag: &'static str,
    pub(crate) dir: &'static str,
    /// Its name for itself.
    pub(crate) name: &'static str,
    pub(crate) href: String,
    /// True for the language of this page.
    pub(crate) current: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NavLink {
    pub(crate) href: String,
    pub(crate) title: Phrase,
}

#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// The page; `None` for one without an address of its own.
    pub(crate) place: Option<Place>,
    pub(crate) here: Here,
    /// Its title; `None` for the overview, which has the network's name.
    pub(crate) title: Option<Phrase>,
    /// What it shows, in one sentence; may be empty.
    pub(crate) description: String,
    pub(crate) feeds: Vec<FeedLink>,
    /// JSON-LD of schema.org.
    pub(crate) data: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) locale: &'static Locale,
    /// Prefix of pages in it.
    pub(crate) prefix: String,
    pub(crate) network: String,
    /// What the page says of itself.
    pub(crate) title: Option<Phrase>,
    /// For search engines and previews.
    pub(crate) description: String,
    /// Absolute address for search engines: of a view that is one of many of the same, that of the whole.
    pub(crate) canonical: Option<String>,
    /// False for what search engines should leave out: filters, searches, what is new since a day, errors.
    pub(crate) is_indexed: bool,
    /// JSON-LD, fit to stand in a page.
    pub(crate) data: Option<String>,
    /// Absolute address of the picture that other sites show with a link to the page.
    pub(crate) social_image: String,
    /// `article` for a piece, `website` for every other page.
    pub(crate) kind: &'static str,
    pub(crate) alternates: Vec<Alternate>,
    pub(crate) switches: Vec<Switch>,
    pub(crate) feeds: Vec<FeedLink>,
    pub(crate) updates: Updates,
    pub(crate) sections: Vec<NavLink>,
    /// Marked entry of the menu.
    pub(crate) here: Here,
    /// Style sheets and logo.
    pub(crate) dress: Dress,
    /// E-mail address of the network.
    pub(crate) contact: String,
    /// True where searches are answered.
    pub(crate) is_live: bool,
}

impl Layout {
    pub(crate) fn new(scene: &Scene<'_>, subject: Subject, dress: Dress) -> Self {
        let policy = scene.policy;
        let base = &policy.network.address;
        let spoken = Locale::find_all(policy);
        // A page without an address of its own leads to the overview of the other languages.
        let place = subject.place.clone().unwrap_or(Place::Overview);
        let switches = spoken
            .iter()
            .map(|locale| Switch {
                tag: locale.tag,
                dir: locale.direction,
                name: locale.words.name,
                href: place.path(&prefix_of(policy, locale)),
                current: locale.tag == scene.locale.tag,
            })
            .collect();
        let alternates = match &subject.place {
            Some(place) if spoken.len() > 1 => spoken
                .iter()
                .map(|locale| (locale.tag, locale))
                .chain(spoken.first().map(|first| ("x-default", first)))
                .map(|(tag, locale)| Alternate {
                    tag,
                    href: format!("{base}{}", place.path(&prefix_of(policy, locale))),
                })
                .collect(),
            _ => Vec::new(),
        };
        let sections = policy
            .sections
            .iter()
            .map(|section| NavLink {
                href: scene.to(&Place::Section(section.id.clone(), 1)),
                title: scene.translate(&section.title),
            })
            .collect();
        let is_piece = matches!(subject.place, Some(Place::Piece(_)));
        let description = if subject.description.is_empty() {
            scene.translate(&policy.network.purpose).text
        } else {
            subject.description
        };
        Self {
            social_image: format!("{base}{}", social_image_path(subject.place.as_ref(), &scene.prefix())),
            kind: if is_piece { "article" } else { "website" },
            locale: scene.locale,
            prefix: scene.prefix(),
            network: policy.network.name.clone(),
            title: subject.title,
            description,
            is_indexed: subject.place.as_ref().is_some_and(Place::is_indexed),
            canonical: subject.place.as_ref().map(|place| format!("{base}{}", scene.to(&place.canonical()))),
            // Data cannot end the element that it stands in.
            data: subject.data.map(|data| data.replace('<', "\\u003c")),
            updates: Updates::new(scene, subject.place.as_ref(), &subject.feeds),
            alternates,
            switches,
            feeds: list_advertised(
                subject.feeds,
                scene.locale.label(&policy.network.name, scene.locale.words.overview.follow_all),
            ),
            sections,
            here: subject.here,
            dress,
            contact: policy.network.contact.clone(),
            is_live: true,
        }
    }

    /// What the picture of the page says, for those who do not see it.
    pub(crate) fn social_image_alt(&self) -> String {
        self.title.as_ref().map_or_else(|| self.network.clone(), |title| format!("{} · {}", title.text, self.network))
    }

    /// True where the interface speaks the language of logs and servers.
    pub(crate) fn is_english(&self) -> bool {
        self.locale.tag == "en"
    }

    /// Whether `here` is marked in the menu.
    pub(crate) fn is_here(&self, here: Here) -> bool {
        self.here == here
    }
}

/// The feeds of a page, and in any case that of everything: a reader that is given any address of the site
/// finds something to follow.
fn list_advertised(mut feeds: Vec<FeedLink>, title: String) -> Vec<FeedLink> {
    feeds.retain(|feed| feed.media_type != OPML);
    if !feeds.iter().any(|feed| feed.href == EVERYTHING) {
        feeds.push(FeedLink::atom(EVERYTHING.to_owned(), title));
    }
    feeds
}
