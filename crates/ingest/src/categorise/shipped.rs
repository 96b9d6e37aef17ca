//! For tests: the policy as it is shipped, read without the checks of `config`.

use plenary_model::language::Translated;
use plenary_model::policy::{Network, Policy};
use plenary_model::query::Query;
use plenary_model::section::{Limits, Section};
use plenary_model::source::{Republish, Source, Standing, Trust};
use plenary_model::topic::{Genre, Organisation, Topic};
use std::sync::Arc;
use toml::{Table, Value};

const FEEDS: &str = include_str!("../../../../feeds.toml");
const TOPICS: &str = include_str!("../../../../policy/topics.toml");
const GENRES: &str = include_str!("../../../../policy/genres.toml");
const ORGANISATIONS: &str = include_str!("../../../../policy/organisations.toml");

/// The tables called `key` in a shipped file.
pub(super) fn tables(text: &str, key: &str) -> Vec<Table> {
    let root: Table = text.parse().unwrap();
    root[key].as_array().unwrap().iter().map(|value| value.as_table().unwrap().clone()).collect()
}

/// Topics and genres, with the terms of each.
pub(super) fn topics_and_genres() -> (Vec<Table>, Vec<Table>) {
    (tables(TOPICS, "topic"), tables(GENRES, "genre"))
}

fn text(table: &Table, key: &str) -> Option<String> {
    table.get(key).map(|value| value.as_str().unwrap().to_owned())
}

fn texts<T: From<String>>(table: &Table, key: &str) -> Vec<T> {
    let list = table.get(key).and_then(Value::as_array).into_iter().flatten();
    list.map(|value| value.as_str().unwrap().to_owned().into()).collect()
}

/// Fills in what may be left out, then reads the table as the model's type.
fn read<T: serde::de::DeserializeOwned>(mut table: Table, defaults: &str) -> T {
    for (key, value) in defaults.parse::<Table>().unwrap() {
        table.entry(key).or_insert(value);
    }
    let keys: &[&str] =
        if table.contains_key("title_weight") { &["strong", "likely", "hint", "never"] } else { &["title", "text"] };
    if let Some(languages) = table.get_mut("terms").and_then(Value::as_table_mut) {
        for (_, terms) in languages.iter_mut() {
            for key in keys {
                terms.as_table_mut().unwrap().entry(*key).or_insert(Value::Array(Vec::new()));
            }
        }
    }
    Value::Table(table).try_into().unwrap()
}

fn section(table: &Table) -> Section {
    let rule_text = text(table, "where").unwrap();
    Section {
        id: text(table, "id").unwrap().into(),
        title: Translated::default(),
        policy: Translated::default(),
        rule: Query::parse_rule(&rule_text).unwrap(),
        rule_text,
        alongside: false,
        front: true,
        invite: plenary_model::language::Translated::default(),
        recent: 50,
        limits: Limits::default(),
    }
}

fn source(table: &Table) -> Source {
    let standing = Standing::parse(&text(table, "standing").unwrap()).unwrap();
    Source {
        id: text(table, "id").unwrap().into(),
        name: text(table, "name").unwrap(),
        site: text(table, "site"),
        feeds: Vec::new(),
        standing,
        language: None,
        trust: Trust::default_for(standing),
        republish: Republish::default_for(standing),
        enabled: true,
        reason: None,
        schedule: None,
        topics: texts(table, "topics"),
        section: None,
        region: None,
        countries: texts(table, "countries"),
    }
}

/// The shipped policy, changed by `change`.
pub(super) fn policy(change: impl FnOnce(&mut Policy)) -> Arc<Policy> {
    let (topics, genres) = topics_and_genres();
    let network = Network {
        name: "Network".into(),
        address: "https://feeds.example.org".into(),
        contact: "webmaster@example.org".into(),
        languages: vec!["en".into()],
        purpose: Translated::default(),
        theme: plenary_model::theme::Theme::default(),
    };
    let mut policy = Policy {
        sources: tables(FEEDS, "source").iter().map(source).collect(),
        sections: tables(FEEDS, "section").iter().map(section).collect(),
        topics: topics.into_iter().map(|t| read::<Topic>(t, "minimum = 3.0\ntitle_weight = 2.0\nterms = {}")).collect(),
        genres: genres.into_iter().map(|t| read::<Genre>(t, "terms = {}")).collect(),
        organisations: tables(ORGANISATIONS, "organisation")
            .into_iter()
            .map(|t| read::<Organisation>(t, "aliases = []\ndomains = []"))
            .collect(),
        ..Policy::bare("", network)
    };
    change(&mut policy);
    Arc::new(policy)
}
