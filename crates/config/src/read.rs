//! Reads `feeds.toml` and what it includes into a [`Policy`], with every default filled in.

use super::check;
use super::event::{calendar, event};
use super::problem::{Named, Problem, Problems};
use super::refer;
use super::schedule;
use super::shape::{INCLUDED, ROOT};
use super::theme;
use super::value;
use chrono::NaiveDate;
use plenary_model::id::digest;
use plenary_model::language::{Language, Translated};
use plenary_model::learned::Learning;
use plenary_model::policy::{Network, Policy, Polling, Rules};
use plenary_model::push::Push;
use plenary_model::query::Query;
use plenary_model::section::{Limits, Section};
use plenary_model::source::{Republish, Source, Standing, Trust};
use plenary_model::topic::{
    Genre, GenreTerms, MINIMUM_POINTS_DEFAULT, Organisation, TITLE_WEIGHT_DEFAULT, Topic, TopicTerms,
};
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// Reads an included file by its path as written.
pub type Include<'a> = &'a dyn Fn(&str) -> std::io::Result<String>;

/// What is used where no file gives topics, genres or organisations.
const BUILT_IN: [(&str, &str); 3] = [
    ("policy/topics.toml", include_str!("../../../policy/topics.toml")),
    ("policy/genres.toml", include_str!("../../../policy/genres.toml")),
    ("policy/organisations.toml", include_str!("../../../policy/organisations.toml")),
];

const RECENT_DEFAULT: usize = 50;

/// Reads the policy at `path`; included files lie relative to it.
///
/// # Errors
/// [`Problems`]: everything that is wrong in it, with file, line, column and remedy.
pub fn read(path: &Path) -> Result<Policy, Problems> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let remedy = "name the file with --config, or start from the feeds.toml in the repository";
        Problems(vec![Named { name: &name, text: "" }.problem(0, format!("cannot be read: {error}"), remedy)])
    })?;
    let folder = folder_of(path);
    read_text(&name, &text, &|include| std::fs::read_to_string(folder.join(include)))
}

/// The files of the policy at `path`: itself and what it includes, as far as it can be read.
pub fn files(path: &Path) -> Vec<PathBuf> {
    let mut found = vec![path.to_path_buf()];
    let folder = folder_of(path);
    if let Ok(text) = std::fs::read_to_string(path) {
        let root = DeTable::parse_recoverable(&text).0.into_inner();
        found.extend(includes(&root).into_iter().chain(theme::logo_path(&root)).map(|(path, _)| folder.join(path)));
    }
    found
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Reads a policy from text; `include` reads the files that it names.
///
/// # Errors
/// [`Problems`]: everything that is wrong in it.
pub fn read_text(name: &str, text: &str, include: Include<'_>) -> Result<Policy, Problems> {
    let mut problems = Vec::new();
    let root_file = Named { name, text };
    let root = parsed(root_file, &mut problems);
    check::table(root_file, &root, 0, "", ROOT, &mut problems);

    let mut texts: Vec<(String, String)> = Vec::new();
    for (path, offset) in includes(&root) {
        match include(&path) {
            Ok(text) => texts.push((path, text)),
            Err(error) => {
                let remedy = "correct the path (relative to this file) or take it out of `include`";
                problems.push(root_file.problem(offset, format!("\"{path}\" cannot be read: {error}"), remedy));
            }
        }
    }
    let theme = theme::read(root_file, &root, include, &mut problems);
    let built_in: Vec<(String, String)> = BUILT_IN.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
    let mut documents: Vec<(Named<'_>, DeTable<'_>)> = vec![(root_file, root)];
    for (name, text) in &texts {
        documents.push(included(name, text, &mut problems));
    }
    let given = documents.len();
    for (key, (name, text)) in ["topic", "genre", "organisation"].into_iter().zip(&built_in) {
        if !documents.iter().any(|(_, table)| table.contains_key(key)) {
            documents.push(included(name, text, &mut problems));
        }
    }
    refer::check(&documents, given, &mut problems);
    if problems.is_empty() {
        let version = digest(documents.iter().map(|(file, _)| file.text).chain(theme.logo.as_deref()));
        let mut policy = policy(&documents, version);
        policy.network.theme = theme;
        return Ok(policy);
    }
    // Files in the order in which they were read, then by place.
    let order: Vec<&str> = documents.iter().map(|(file, _)| file.name).collect();
    problems.sort_by_key(|p| (order.iter().position(|name| *name == p.file), p.line, p.column));
    problems.dedup();
    Err(Problems(problems))
}

fn included<'a>(name: &'a str, text: &'a str, problems: &mut Vec<Problem>) -> (Named<'a>, DeTable<'a>) {
    let file = Named { name, text };
    let table = parsed(file, problems);
    check::table(file, &table, 0, "", INCLUDED, problems);
    (file, table)
}

fn parsed<'a>(file: Named<'a>, problems: &mut Vec<Problem>) -> DeTable<'a> {
    let (table, errors) = DeTable::parse_recoverable(file.text);
    for error in errors {
        let place = error.span().map_or(0, |span| span.start);
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        problems.push(file.problem(
            place,
            message,
            "texts stand in quotes, lists in [ ], and each key on a line of its own",
        ));
    }
    table.into_inner()
}

/// The paths of `[network] include` with their offsets.
fn includes(root: &DeTable<'_>) -> Vec<(String, usize)> {
    let list = root.get("network").and_then(|n| n.get_ref().as_table()).and_then(|n| n.get("include"));
    let list = list.and_then(|value| value.get_ref().as_array());
    let paths = list.into_iter().flatten();
    paths.filter_map(|path| Some((path.get_ref().as_str()?.to_owned(), path.span().start))).collect()
}

/// The tables under `key` in all documents, in order.
pub(super) fn tables<'a>(documents: &'a [(Named<'a>, DeTable<'a>)], key: &str) -> Vec<(Named<'a>, &'a DeTable<'a>)> {
    let lists = documents.iter().filter_map(|(file, root)| Some((*file, root.get(key)?.get_ref().as_array()?)));
    lists.flat_map(|(file, list)| list.iter().filter_map(move |t| Some((file, t.get_ref().as_table()?)))).collect()
}

fn policy(documents: &[(Named<'_>, DeTable<'_>)], version: String) -> Policy {
    let nothing = DeTable::new();
    let table = |key| {
        let found = documents.first().and_then(|(_, root)| root.get(key)).and_then(|value| value.get_ref().as_table());
        found.unwrap_or(&nothing)
    };
    let each = |key| tables(documents, key).into_iter().map(|(_, table)| table);
    Policy {
        version,
        network: network(table("network")),
        polling: polling(table("polling")),
        rules: rules(table("policy")),
        push: push(table("push"), table("network")),
        sources: each("source").map(source).collect(),
        sections: each("section").map(section).collect(),
        topics: each("topic").map(topic).collect(),
        genres: each("genre").map(genre).collect(),
        organisations: each("organisation").map(organisation).collect(),
        events: each("event").map(event).collect(),
        calendars: each("calendar").map(calendar).collect(),
    }
}

fn network(table: &DeTable<'_>) -> Network {
    let address = text(table, "address").unwrap_or_default();
    Network {
        name: text(table, "name").unwrap_or_default(),
        address: value::base_address(&address).unwrap_or(address),
        contact: text(table, "contact").unwrap_or_default(),
        languages: languages(table),
        purpose: translated(table, "purpose"),
        theme: plenary_model::theme::Theme::default(),
    }
}

/// Primary subtags.
fn languages(table: &DeTable<'_>) -> Vec<String> {
    texts(table, "languages").iter().filter_map(|tag| Some(Language::parse(tag)?.primary().to_owned())).collect()
}

fn polling(table: &DeTable<'_>) -> Polling {
    let cron = text(table, "schedule").and_then(|text| schedule::six_fields(&text).ok());
    let length = |key| text(table, key).and_then(|text| value::duration(&text).ok());
    let default = Polling::default();
    Polling {
        schedule: cron.unwrap_or(default.schedule),
        concurrency: count(table, "concurrency").unwrap_or(default.concurrency),
        per_host: count(table, "per_host").unwrap_or(default.per_host),
        spacing: length("spacing").unwrap_or(default.spacing),
        timeout: length("timeout").unwrap_or(default.timeout),
        allow: texts(table, "allow"),
    }
}

fn rules(table: &DeTable<'_>) -> Rules {
    let default = Rules::default();
    Rules {
        announce_days: count(table, "announce_days").unwrap_or(default.announce_days),
        ask_above: count(table, "ask_above").unwrap_or(default.ask_above),
        apply_at_once: text(table, "apply").as_deref() == Some("at-once"),
        window_days: count(table, "window_days").unwrap_or(default.window_days),
        learned: match text(table, "learned").as_deref() {
            Some("off") => Learning::Off,
            Some("publish") => Learning::Publish,
            _ => default.learned,
        },
        publish_reasons: flag(table, "reasons").unwrap_or(default.publish_reasons),
    }
}

/// A site that others can reach has its own hub and subscribes, unless the file says otherwise.
fn push(table: &DeTable<'_>, network: &DeTable<'_>) -> Push {
    let is_public = text(network, "address").is_some_and(|address| address.starts_with("https://"));
    Push {
        hub: flag(table, "hub").unwrap_or(is_public),
        external: text(table, "external"),
        subscribe: flag(table, "subscribe").unwrap_or(is_public),
    }
}

fn source(table: &DeTable<'_>) -> Source {
    let standing = standing(table);
    Source {
        id: text(table, "id").unwrap_or_default().into(),
        name: text(table, "name").unwrap_or_default(),
        site: text(table, "site"),
        feeds: text(table, "feed").map_or_else(|| texts(table, "feed"), |one| vec![one]),
        standing,
        language: text(table, "language").as_deref().and_then(Language::parse),
        trust: match text(table, "trust").as_deref() {
            Some("trusted") => Trust::Trusted,
            Some("review") => Trust::Review,
            Some("blocked") => Trust::Blocked,
            _ => Trust::default_for(standing),
        },
        republish: match text(table, "republish").as_deref() {
            Some("full") => Republish::Full,
            Some("excerpt") => Republish::Excerpt,
            Some("title") => Republish::Title,
            _ => Republish::default_for(standing),
        },
        enabled: flag(table, "enabled").unwrap_or(true),
        reason: text(table, "reason"),
        schedule: text(table, "schedule").and_then(|text| schedule::six_fields(&text).ok()),
        topics: texts(table, "topics").into_iter().map(Into::into).collect(),
        section: text(table, "section").map(Into::into),
        region: text(table, "region"),
        countries: texts(table, "countries"),
    }
}

fn section(table: &DeTable<'_>) -> Section {
    let rule_text = text(table, "where").unwrap_or_default();
    Section {
        id: text(table, "id").unwrap_or_default().into(),
        title: translated(table, "title"),
        policy: translated(table, "policy"),
        invite: translated(table, "invite"),
        rule: Query::parse_rule(&rule_text).unwrap_or(Query { root: None }),
        rule_text,
        alongside: flag(table, "alongside").unwrap_or(false),
        front: flag(table, "front").unwrap_or(true),
        recent: count(table, "recent").unwrap_or(RECENT_DEFAULT),
        limits: Limits {
            languages: languages(table),
            max_age_days: count(table, "max_age_days"),
            per_source_per_day: count(table, "per_source_per_day"),
        },
    }
}

fn topic(table: &DeTable<'_>) -> Topic {
    let terms = |terms: &DeTable<'_>| TopicTerms {
        strong: texts(terms, "strong"),
        likely: texts(terms, "likely"),
        hint: texts(terms, "hint"),
        never: texts(terms, "never"),
    };
    let points = |key| table.get(key).and_then(|value| check::points(value.get_ref()));
    Topic {
        id: text(table, "id").unwrap_or_default().into(),
        title: translated(table, "title"),
        minimum: points("minimum").unwrap_or(MINIMUM_POINTS_DEFAULT),
        title_weight: points("title_weight").unwrap_or(TITLE_WEIGHT_DEFAULT),
        also: text(table, "also"),
        terms: by_language(table, terms),
    }
}

fn genre(table: &DeTable<'_>) -> Genre {
    let terms = |terms: &DeTable<'_>| GenreTerms { title: texts(terms, "title"), text: texts(terms, "text") };
    Genre {
        id: text(table, "id").unwrap_or_default().into(),
        title: translated(table, "title"),
        favoured: text(table, "favoured"),
        terms: by_language(table, terms),
    }
}

fn organisation(table: &DeTable<'_>) -> Organisation {
    Organisation {
        name: text(table, "name").unwrap_or_default(),
        standing: standing(table),
        aliases: texts(table, "aliases"),
        domains: texts(table, "domains"),
    }
}

fn by_language<T>(table: &DeTable<'_>, one: impl Fn(&DeTable<'_>) -> T) -> std::collections::BTreeMap<String, T> {
    let terms = table.get("terms").and_then(|terms| terms.get_ref().as_table());
    let pairs = terms.into_iter().flatten();
    pairs.filter_map(|(key, value)| Some((key.get_ref().to_string(), one(value.get_ref().as_table()?)))).collect()
}

fn standing(table: &DeTable<'_>) -> Standing {
    text(table, "standing").as_deref().and_then(Standing::parse).unwrap_or(Standing::Media)
}

pub(super) fn text(table: &DeTable<'_>, key: &str) -> Option<String> {
    Some(table.get(key)?.get_ref().as_str()?.trim().to_owned())
}

fn texts(table: &DeTable<'_>, key: &str) -> Vec<String> {
    let list = table.get(key).and_then(|list| list.get_ref().as_array());
    list.into_iter().flatten().filter_map(|text| Some(text.get_ref().as_str()?.trim().to_owned())).collect()
}

pub(super) fn translated(table: &DeTable<'_>, key: &str) -> Translated {
    let texts = table.get(key).and_then(|texts| texts.get_ref().as_table());
    let pairs = texts.into_iter().flatten();
    Translated(
        pairs
            .filter_map(|(key, text)| Some((key.get_ref().to_string(), text.get_ref().as_str()?.trim().to_owned())))
            .collect(),
    )
}

fn flag(table: &DeTable<'_>, key: &str) -> Option<bool> {
    table.get(key)?.get_ref().as_bool()
}

fn count<T: std::str::FromStr>(table: &DeTable<'_>, key: &str) -> Option<T> {
    table.get(key)?.get_ref().as_integer()?.as_str().parse().ok()
}

pub(super) fn date(table: &DeTable<'_>, key: &str) -> Option<NaiveDate> {
    match table.get(key)?.get_ref() {
        DeValue::Datetime(found) => day(*found),
        _ => None,
    }
}

/// The day of a TOML date that has no time.
pub(super) fn day(found: toml::value::Datetime) -> Option<NaiveDate> {
    let date = found.date.filter(|_| found.time.is_none())?;
    NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
}
