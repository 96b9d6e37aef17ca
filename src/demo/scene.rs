//! What stands in each feed at an instant: a function of the network, the start and the time since. No timer adds
//! anything, so a test's clock that moves forward plays the whole demo.

use super::network::{Format, Item, Network, Publisher, Shares};
use chrono::{DateTime, TimeDelta, Utc};

/// Numbers that WordPress would count up to; far more than there are entries.
const POST_NUMBERS: u64 = 900_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// Id as the publisher writes it: an IRI, or an opaque guid.
    pub(super) id: String,
    pub(super) link: String,
    pub(super) title: String,
    pub(super) html: String,
    pub(super) published: DateTime<Utc>,
    pub(super) updated: DateTime<Utc>,
    pub(super) categories: Vec<String>,
    /// Versions in other languages: language and address.
    pub(super) alternates: Vec<(String, String)>,
    /// For a relayed entry, title and address of the feed that it came from.
    pub(super) relayed: Option<(String, String)>,
}

#[derive(Clone, Debug)]
pub(super) struct Feed<'a> {
    pub(super) publisher: &'a Publisher,
    pub(super) address: String,
    pub(super) site: String,
    /// Last change of any entry; the start of the demo for a feed without entries.
    pub(super) updated: DateTime<Utc>,
    /// Entries, newest first.
    pub(super) entries: Vec<Shown>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    pub(super) network: &'a Network,
    /// Base address of the origin without a trailing slash.
    pub(super) base: &'a str,
    pub(super) start: DateTime<Utc>,
    pub(super) elapsed: TimeDelta,
}

impl<'a> Scene<'a> {
    pub(super) fn feed(&self, publisher: &'a Publisher) -> Feed<'a> {
        let mut entries: Vec<Shown> = publisher.items.iter().filter_map(|item| self.entry(publisher, item)).collect();
        entries.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
        Feed {
            publisher,
            address: format!("{}{}", self.base, publisher.path),
            site: format!("{}/{}/", self.base, publisher.id),
            updated: entries.iter().map(|entry| entry.updated).max().unwrap_or(self.start),
            entries,
        }
    }

    /// `item` as its publisher shows it now; `None` before its time.
    pub(super) fn entry(&self, publisher: &Publisher, item: &Item) -> Option<Shown> {
        let at = match (item.after, item.age) {
            (Some(after), _) if after.0 > self.elapsed => return None,
            (Some(after), _) => self.start + after.0,
            (None, age) => self.start - age.map_or(TimeDelta::zero(), |age| age.0),
        };
        let original = item.copy_of.as_deref().and_then(|name| self.network.item(name));
        let (holder, text) = original.unwrap_or((publisher, item));
        let mut shown = Shown {
            id: id(publisher, &item.slug),
            link: self.page(publisher, item),
            title: if item.title.is_empty() { text.title.clone() } else { item.title.clone() },
            html: if item.html.is_empty() { text.html.clone() } else { item.html.clone() },
            published: at,
            updated: at,
            categories: item.categories.clone(),
            alternates: self.alternates(publisher, item),
            relayed: None,
        };
        match (original, item.shares) {
            (Some(_), Shares::Id) => {
                shown.id = id(holder, &text.slug);
                shown.relayed = Some((holder.title.clone(), format!("{}{}", self.base, holder.path)));
            }
            (Some(_), Shares::Link) => {
                shown.link = format!(
                    "{}?utm_source={}&utm_medium=rss&utm_campaign=relay",
                    self.page(holder, text),
                    publisher.id
                );
            }
            _ => {}
        }
        for [from, to] in &item.edits {
            shown.html = shown.html.replace(from.as_str(), to);
        }
        if let Some(update) = item.update.as_ref().filter(|update| update.after.0 <= self.elapsed) {
            shown.html.clone_from(&update.html);
            shown.title = update.title.clone().unwrap_or(shown.title);
            shown.updated = self.start + update.after.0;
        }
        Some(shown)
    }

    fn page(&self, publisher: &Publisher, item: &Item) -> String {
        format!("{}/{}/{}", self.base, publisher.id, item.slug)
    }

    fn alternates(&self, publisher: &Publisher, item: &Item) -> Vec<(String, String)> {
        let Some(work) = item.work.as_deref() else { return Vec::new() };
        self.network
            .versions(work)
            .filter(|(other, _)| other.language != publisher.language)
            .map(|(other, version)| (other.language.clone(), self.page(other, version)))
            .collect()
    }
}

/// The id under which `publisher` publishes `slug`, in the habit of its software; never with the port, which varies.
fn id(publisher: &Publisher, slug: &str) -> String {
    let domain = &publisher.domain;
    match publisher.format {
        Format::Rss2 if publisher.wordpress => format!("https://{domain}/?p={}", post_number(slug)),
        Format::Rss2 => format!("{}-{slug}", publisher.id),
        Format::Atom => format!("tag:{domain},2020:{slug}"),
        Format::Rss1 | Format::Json => format!("https://{domain}/{slug}"),
    }
}

fn post_number(slug: &str) -> u64 {
    let digest = blake3::hash(slug.as_bytes());
    let head = digest.as_bytes().iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    head % POST_NUMBERS + 100
}

#[cfg(test)]
#[path = "scene_tests.rs"]
mod tests;
