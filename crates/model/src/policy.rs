//! The whole policy: `feeds.toml` and what it includes, checked and with every default filled in.

use super::authorship::Authorship;
use super::country::Country;
use super::event::{Calendar, Event};
use super::id::{SectionSlug, SourceId};
use super::language::Translated;
use super::learned::Learning;
use super::push::Push;
use super::section::Section;
use super::source::Source;
use super::theme::Theme;
use super::topic::{Genre, Organisation, Topic, terms_language};
use ipnet::IpNet;
use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    pub name: String,
    /// Public base address without a trailing slash; feeds, ids and canonical links begin with it.
    pub address: String,
    /// E-mail address in the User-Agent and on the site.
    pub contact: String,
    /// Languages of pages and section feeds, primary subtags; the first is the default. Never empty.
    pub languages: Vec<String>,
    pub purpose: Translated,
    pub theme: Theme,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polling {
    /// Cron schedule in UTC, six fields (seconds first), for sources without one of their own.
    pub schedule: String,
    pub concurrency: usize,
    /// Requests under way at once to one host.
    pub per_host: usize,
    /// Shortest time between two requests to one host.
    pub spacing: Duration,
    /// Longest time for one request with its redirects.
    pub timeout: Duration,
    /// Entries, new and changed, that one source may bring in a day (UTC).
    pub entries_per_day: usize,
    /// Bytes that are kept of one source.
    pub bytes_kept: u64,
    /// Days that texts are kept which no reader sees.
    pub keep_unseen_days: i64,
    /// Size of the database with its log from which nothing is fetched, in bytes; `None`: any.
    pub bytes_on_disk: Option<u64>,
    /// Addresses that would be refused: `host[:port]`, `IP[:port]` or `CIDR[:port]`.
    pub allow: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// A piece older than this does not enter a current document, in days.
    pub announce_days: i64,
    /// Pieces that may change section at a reload before staff are asked.
    pub ask_above: usize,
    pub apply_at_once: bool,
    /// How far apart two copies of a piece may be published, in days.
    pub window_days: i64,
    pub learned: Learning,
    pub publish_reasons: bool,
}

/// How the site is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serving {
    /// Addresses whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Host names that the site answers to, in lower case; none: all.
    pub hosts: Vec<String>,
}

/// The policy. Immutable; a reload makes a new one.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Digest of the texts it was read from.
    pub version: String,
    pub network: Network,
    pub polling: Polling,
    pub rules: Rules,
    pub push: Push,
    pub serving: Serving,
    pub sources: Vec<Source>,
    /// The sections in order of precedence.
    pub sections: Vec<Section>,
    pub topics: Vec<Topic>,
    /// The genres, in order of precedence.
    pub genres: Vec<Genre>,
    pub organisations: Vec<Organisation>,
    pub authorship: Authorship,
    pub countries: Vec<Country>,
    pub events: Vec<Event>,
    /// Files of events, in order of precedence.
    pub calendars: Vec<Calendar>,
}

impl Policy {
    pub fn source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.iter().find(|s| &s.id == id)
    }

    pub fn section(&self, slug: &str) -> Option<&Section> {
        self.sections.iter().find(|s| s.id.as_str() == slug)
    }

    /// True when topics have terms and none in a language (primary subtag): a text in it that shows no topic may still be
    /// about one.
    pub fn lacks_terms(&self, language: &str) -> bool {
        let table = terms_language(language);
        let have_terms = self.topics.iter().any(|topic| !topic.terms.is_empty());
        have_terms && !self.topics.iter().any(|topic| topic.terms.contains_key(table))
    }

    /// How many new pieces of one source a section takes in a day; `None`: any number.
    pub fn quota(&self, section: &SectionSlug) -> Option<usize> {
        self.section(section.as_str())?.limits.per_source_per_day
    }
}
