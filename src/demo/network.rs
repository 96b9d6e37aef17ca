//! The sample network as its files tell it: publishers, their habits and their pieces.
//!
//! `demo/network/*.toml` is the only place of these texts. Everything in them is invented: the
//! organisations, their domains under `.example`, and what they say.

use super::span::Span;
use serde::Deserialize;
use std::io;

/// The files, embedded so that the demo needs nothing but the binary.
const FILES: [(&str, &str); 19] = [
    ("harbour", include_str!("../../demo/network/harbour.toml")),
    ("office-en", include_str!("../../demo/network/office-en.toml")),
    ("office-fr", include_str!("../../demo/network/office-fr.toml")),
    ("office-es", include_str!("../../demo/network/office-es.toml")),
    ("office-ar", include_str!("../../demo/network/office-ar.toml")),
    ("sessions", include_str!("../../demo/network/sessions.toml")),
    ("lantern", include_str!("../../demo/network/lantern.toml")),
    ("voix", include_str!("../../demo/network/voix.toml")),
    ("red", include_str!("../../demo/network/red.toml")),
    ("shabaka", include_str!("../../demo/network/shabaka.toml")),
    ("playground", include_str!("../../demo/network/playground.toml")),
    ("young-voices", include_str!("../../demo/network/young-voices.toml")),
    ("opendoor", include_str!("../../demo/network/opendoor.toml")),
    ("library", include_str!("../../demo/network/library.toml")),
    ("evidence", include_str!("../../demo/network/evidence.toml")),
    ("school-health", include_str!("../../demo/network/school-health.toml")),
    ("nightline", include_str!("../../demo/network/nightline.toml")),
    ("beacon", include_str!("../../demo/network/beacon.toml")),
    ("courrier", include_str!("../../demo/network/courrier.toml")),
];

/// Format of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Format {
    /// RSS 2.0.
    Rss2,
    /// RSS 1.0 (RDF).
    Rss1,
    /// Atom 1.0.
    Atom,
    /// JSON Feed 1.1.
    Json,
}

/// What is wrong with a publisher's feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Fault {
    /// Ampersands are written bare: not well-formed.
    BareAmpersand,
    /// The address answers 500.
    ServerError,
    /// The address answers with a page.
    HtmlPage,
}

/// What a copy has in common with its original.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Shares {
    /// Id and text: a relayed entry.
    Id,
    /// Text, and the original's address with tracking parameters.
    Link,
    /// Text alone.
    #[default]
    Text,
}

/// A publisher and its feed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Publisher {
    /// First segment of its addresses on the origin.
    #[serde(skip)]
    pub(super) id: String,
    /// Name of the organisation; signs its pieces.
    pub(super) name: String,
    /// Its domain, used in ids alone, so that they do not depend on the origin's port.
    pub(super) domain: String,
    /// Language of its pieces.
    pub(super) language: String,
    /// Format of its feed.
    pub(super) format: Format,
    /// Path of its feed on the origin.
    pub(super) path: String,
    /// Title of its feed.
    pub(super) title: String,
    /// Subtitle of its feed.
    pub(super) subtitle: String,
    /// Rights line of its feed.
    pub(super) rights: Option<String>,
    /// RSS as WordPress writes it: short description, `content:encoded`, numbered guids.
    #[serde(default)]
    pub(super) wordpress: bool,
    /// Served gzipped to those who accept it.
    #[serde(default)]
    pub(super) gzip: bool,
    /// Former path of the feed, answered with 308.
    pub(super) moved_from: Option<String>,
    /// Former path of the feed, answered with 410.
    pub(super) gone: Option<String>,
    /// What is wrong with the feed.
    pub(super) fault: Option<Fault>,
    /// Its pieces, in any order.
    #[serde(default, rename = "entry")]
    pub(super) items: Vec<Item>,
}

/// A piece of a publisher.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    /// Last segment of its address; unique within the publisher.
    pub(super) slug: String,
    /// Title; left out by a copy under the same headline.
    #[serde(default)]
    pub(super) title: String,
    /// Text as HTML; left out by a copy.
    #[serde(default)]
    pub(super) html: String,
    /// How long before the start it was published.
    pub(super) age: Option<Span>,
    /// How long after the start it appears, when it does not stand there from the start.
    pub(super) after: Option<Span>,
    /// Categories as the publisher gives them.
    #[serde(default)]
    pub(super) categories: Vec<String>,
    /// Name shared by the versions of one text in several languages.
    pub(super) work: Option<String>,
    /// Original of a copy, as `publisher/slug`.
    pub(super) copy_of: Option<String>,
    /// What a copy shares.
    #[serde(default)]
    pub(super) shares: Shares,
    /// Light edits of a copy: pairs of the original's words and what stands here instead.
    #[serde(default)]
    pub(super) edits: Vec<[String; 2]>,
    /// A change of the piece while the demo runs.
    pub(super) update: Option<Update>,
}

/// A change of a piece.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Update {
    /// How long after the start it is made.
    pub(super) after: Span,
    /// New title, when it changes.
    pub(super) title: Option<String>,
    /// New text.
    pub(super) html: String,
}

/// The sample network.
#[derive(Clone, Debug, Default)]
pub(super) struct Network {
    /// Its publishers.
    pub(super) publishers: Vec<Publisher>,
}

impl Network {
    /// Reads the embedded files.
    ///
    /// # Errors
    /// `InvalidData` with the file and the place, when a text was edited into something unreadable.
    pub(super) fn read() -> io::Result<Self> {
        let mut publishers = Vec::with_capacity(FILES.len());
        for (id, text) in FILES {
            let mut publisher: Publisher = toml::from_str(text).map_err(|error| {
                io::Error::new(io::ErrorKind::InvalidData, format!("demo/network/{id}.toml: {error}"))
            })?;
            id.clone_into(&mut publisher.id);
            publishers.push(publisher);
        }
        Ok(Self { publishers })
    }

    /// The piece called `publisher/slug`, with its publisher.
    pub(super) fn item(&self, name: &str) -> Option<(&Publisher, &Item)> {
        let (publisher, slug) = name.split_once('/')?;
        let publisher = self.publishers.iter().find(|p| p.id == publisher)?;
        let item = publisher.items.iter().find(|item| item.slug == slug)?;
        Some((publisher, item))
    }

    /// The pieces of a work, with their publishers.
    pub(super) fn versions<'a>(&'a self, work: &'a str) -> impl Iterator<Item = (&'a Publisher, &'a Item)> {
        self.publishers
            .iter()
            .flat_map(|publisher| publisher.items.iter().map(move |item| (publisher, item)))
            .filter(move |(_, item)| item.work.as_deref() == Some(work))
    }
}

#[cfg(test)]
#[path = "network_tests.rs"]
mod tests;
