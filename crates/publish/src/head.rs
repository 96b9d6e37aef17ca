//! What a feed says of itself, in no format yet: id, titles, addresses, and when it last changed.

use super::chain::Chain;
use super::contents::Contents;
use super::target::Target;
use chrono::{DateTime, Utc};
use plenary_model::language::Translated;
use plenary_model::piece::PieceView;
use plenary_model::policy::Policy;
use plenary_model::whitespace::collapse;
use url::{Host, Url};

/// The date in the tag URIs of our feeds (RFC 4151 2.1): a year in which whoever runs an instance
/// already held its name. Part of ids that must not change, so it stays when years pass.
const TAG_DATE: &str = "2026";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Worded {
    /// The text, in one line.
    pub(super) text: String,
    pub(super) language: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) id: String,
    pub(super) title: Worded,
    /// What belongs in it.
    pub(super) subtitle: Option<Worded>,
    /// Language of the feed's own texts.
    pub(super) language: String,
    /// Address of the feed without its extension.
    pub(super) stem: String,
    /// What stands after the extension in the feed's address.
    pub(super) suffix: String,
    pub(super) page: String,
    pub(super) network: String,
    pub(super) home: String,
    /// Hubs that bring its changes (`WebSub`).
    pub(super) hubs: Vec<String>,
    pub(super) updated: DateTime<Utc>,
    pub(super) chain: Chain,
}

/// The language of the feed's own texts: the one it is limited to, else the first of the policy.
pub(super) fn language<'a>(policy: &'a Policy, target: &'a Target) -> &'a str {
    target.language().or(policy.network.languages.first().map(String::as_str)).unwrap_or("en")
}

impl Head {
    /// The feed's own address in the format of `extension`.
    pub(super) fn href(&self, extension: &str) -> String {
        format!("{}.{extension}{}", self.stem, self.suffix)
    }
}

pub(super) fn describe(policy: &Policy, target: &Target, contents: &Contents) -> Head {
    let network = &policy.network;
    let language = language(policy, target);
    let prefix = if Some(language) == network.languages.first().map(String::as_str) {
        String::new()
    } else {
        format!("/{language}")
    };
    let name = collapse(&network.name);
    let section = match target {
        Target::Section { section, .. } => policy.section(section.as_str()),
        _ => None,
    };
    let (title, subtitle, path) = match (target, section) {
        (Target::Section { .. }, Some(section)) => (
            choose_text(&section.title, language),
            choose_text(&section.policy, language),
            format!("{prefix}/sections/{}", section.id),
        ),
        (Target::Section { section, .. }, None) => {
            let slug = Worded { text: section.to_string(), language: language.to_owned() };
            (Some(slug), None, format!("{prefix}/sections/{section}"))
        }
        (Target::All { .. }, _) => (None, choose_text(&network.purpose, language), format!("{prefix}/")),
        (Target::Source(id), _) => {
            // One that left the policy is known by its pieces.
            let card = || contents.pieces.iter().find_map(|view| view.sources.get(id)).map(|card| &card.name);
            let name = policy.source(id).map(|source| &source.name).or_else(card).unwrap_or(&id.0);
            let title = Worded { text: collapse(name), language: language.to_owned() };
            (Some(title), None, format!("{prefix}/sources/{id}"))
        }
        (Target::Search { query }, _) => {
            let title = Worded { text: collapse(query), language: language.to_owned() };
            (Some(title), None, format!("{prefix}/search{}", target.suffix()))
        }
    };
    let title = match title {
        Some(Worded { text, language }) => Worded { text: format!("{text} · {name}"), language },
        None => Worded { text: name.clone(), language: language.to_owned() },
    };
    Head {
        id: collapse(&contents.id),
        title,
        subtitle,
        language: language.to_owned(),
        stem: format!("{}{}", network.address, target.stem()),
        suffix: target.suffix(),
        page: format!("{}{path}", network.address),
        network: name,
        home: format!("{}/", network.address),
        // The feed of a search is made when it is asked for: nobody knows when it changes.
        hubs: if matches!(target, Target::Search { .. }) { Vec::new() } else { policy.push.hubs(&network.address) },
        updated: find_updated(target, contents),
        chain: Chain { previous: contents.last_archive.clone(), ..Chain::default() },
    }
}

/// The newest change of what the feed shows: a piece's text, its entering, a copy that joined it, a
/// withdrawal. When it shows nothing, the time since which it exists.
fn find_updated(target: &Target, contents: &Contents) -> DateTime<Utc> {
    let pieces = contents.pieces.iter().map(|view| find_changed(target, view));
    let tombstones = contents.tombstones.iter().map(|tombstone| tombstone.at);
    pieces.chain(tombstones).max().unwrap_or(contents.since)
}

pub(super) fn find_changed(target: &Target, view: &PieceView) -> DateTime<Utc> {
    let entered = view.piece.placements.iter().filter(|placement| match target {
        Target::Section { section, .. } => placement.section == *section,
        Target::All { .. } | Target::Source(_) | Target::Search { .. } => placement.state.is_shown(),
    });
    let copies = view.others.iter().map(|entry| entry.first_seen);
    entered.map(|placement| placement.entered).chain(copies).fold(view.piece.updated, DateTime::max)
}

/// The text for readers of `language`, with the language that it is really in; `None` when empty.
pub(super) fn choose_text(texts: &Translated, language: &str) -> Option<Worded> {
    let text = collapse(texts.get(language));
    let found = [language, "en"].into_iter().find(|known| texts.0.contains_key(*known));
    let found = found.or_else(|| texts.0.keys().next().map(String::as_str)).unwrap_or(language);
    (!text.is_empty()).then(|| Worded { text, language: found.to_owned() })
}

/// A tag URI (RFC 4151) under the site's name for what is at `path`, which begins with a slash.
pub(super) fn tag(policy: &Policy, path: &str) -> String {
    let address = Url::parse(&policy.network.address).ok();
    let host = match address.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name.to_owned(),
        Some(Host::Ipv4(ip)) => ip.to_string(),
        // A tag's authority has no colons: the address is written as a name.
        Some(Host::Ipv6(ip)) => ip.to_string().replace(':', "-").trim_matches('-').to_owned(),
        None => "localhost".to_owned(),
    };
    let port = address.as_ref().and_then(Url::port).map_or_else(String::new, |port| format!("{port}/"));
    let base = address.as_ref().map_or("", Url::path).trim_matches('/').to_owned();
    let base = if base.is_empty() { base } else { format!("{base}/") };
    format!("tag:{host},{TAG_DATE}:{port}{base}{}", path.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use chrono::TimeDelta;

    #[test]
    fn an_empty_feed_is_as_old_as_itself() {
        let policy = sample::policy();
        let contents = sample::contents(Vec::new());
        assert_eq!(describe(&policy, &Target::All { language: None }, &contents).updated, contents.since);
    }

    #[test]
    fn the_newest_change_dates_the_feed() {
        let policy = sample::policy();
        let news = Target::Section { section: "news".into(), language: None };
        let at = |view: &PieceView| describe(&policy, &news, &sample::contents(vec![view.clone()])).updated;
        let mut view = sample::view("a");
        let before = at(&view);
        view.piece.placements[0].entered = before + TimeDelta::days(1);
        assert_eq!(at(&view), before + TimeDelta::days(1));
        view.piece.updated = before + TimeDelta::days(2);
        assert_eq!(at(&view), before + TimeDelta::days(2));
        view.others.push(sample::copy("b", before + TimeDelta::days(3)));
        assert_eq!(at(&view), before + TimeDelta::days(3));
    }

    #[test]
    fn titles_say_which_language_they_are_in() {
        let policy = sample::policy();
        let french = Target::Section { section: "news".into(), language: Some("fr".into()) };
        let head = describe(&policy, &french, &sample::contents(Vec::new()));
        assert_eq!((head.title.text.as_str(), head.title.language.as_str()), ("Actualités · Example Network", "fr"));
        assert_eq!(head.subtitle.as_ref().unwrap().language, "en");
        assert_eq!(head.page, "https://feeds.example.org/fr/sections/news");
        assert_eq!(head.stem, "https://feeds.example.org/sections/news/fr");
    }

    #[test]
    fn tags_are_valid_whatever_the_address() {
        let mut policy = sample::policy();
        for (address, id) in [
            ("https://feeds.example.org", "tag:feeds.example.org,2026:all"),
            ("http://127.0.0.1:8080", "tag:127.0.0.1,2026:8080/all"),
            ("http://[::1]:80/base", "tag:1,2026:base/all"),
            ("https://münchen.example", "tag:xn--mnchen-3ya.example,2026:all"),
        ] {
            policy.network.address = address.to_owned();
            assert_eq!(tag(&policy, "/all"), id);
        }
    }
}
