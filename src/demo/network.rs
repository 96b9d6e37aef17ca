//! The sample network as its files tell it: publishers, their habits and their pieces. All invented: the organisations,
//! their domains under `.example`, and what they say.

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Format {
    Rss2,
    Rss1,
    Atom,
    Json,
}

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
    #[default]
    Text,
}

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
    pub(super) language: String,
    pub(super) format: Format,
    pub(super) path: String,
    pub(super) title: String,
    pub(super) subtitle: String,
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
    pub(super) fault: Option<Fault>,
    #[serde(default, rename = "entry")]
    pub(super) items: Vec<Item>,
}

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
    #[serde(default)]
    pub(super) categories: Vec<String>,
    /// Name shared by the versions of one text in several languages.
    pub(super) work: Option<String>,
    /// Original of a copy, as `publisher/slug`.
    pub(super) copy_of: Option<String>,
    #[serde(default)]
    pub(super) shares: Shares,
    /// Light edits of a copy: pairs of the original's words and what stands here instead.
    #[serde(default)]
    pub(super) edits: Vec<[String; 2]>,
    pub(super) update: Option<Update>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Update {
    /// How long after the start it is made.
    pub(super) after: Span,
    pub(super) title: Option<String>,
    pub(super) html: String,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Network {
    pub(super) publishers: Vec<Publisher>,
}

impl Network {
    /// Reads the embedded files; an error names the file and the place that cannot be read.
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
