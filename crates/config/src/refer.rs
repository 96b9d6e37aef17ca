//! What no single value shows: names used twice, and references to what is not there.

use super::check::RULE_REMEDY;
use super::event::days;
use super::problem::{Named, Problem};
use super::read::{tables, text};
use super::shape::STANDINGS;
use super::value;
use plenary_model::event::{POLICY, STAFF};
use plenary_model::link::CanonicalLink;
use plenary_model::query::{Field, Node, Query};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

type Documents<'a> = [(Named<'a>, DeTable<'a>)];

/// Checks the documents of one policy together. Those after the first `given` are built in: their rules may
/// name topics and genres that the policy has in lists of its own, or not at all.
pub(super) fn check(documents: &Documents<'_>, given: usize, problems: &mut Vec<Problem>) {
    for kind in ["source", "section", "event", "calendar", "topic", "genre"] {
        unique(documents, kind, problems);
    }
    reserved(documents, problems);
    addresses(documents, problems);
    ranges(documents, problems);
    lists(documents, problems);
    let known = Known::of(documents);
    for (file, table) in tables(documents, "source") {
        if let Some(section) = table.get("section") {
            known.must(
                Field::Section,
                section.get_ref().as_str().unwrap_or_default(),
                file,
                section.span().start,
                problems,
            );
        }
        for topic in array(table, "topics").into_iter().flatten() {
            known.must(Field::Topic, topic.get_ref().as_str().unwrap_or_default(), file, topic.span().start, problems);
        }
    }
    let own = documents.get(..given).unwrap_or_default();
    for (kind, key) in [("section", "where"), ("topic", "also"), ("genre", "favoured")] {
        for (file, table) in tables(own, kind) {
            if let Some(rule) = table.get(key) {
                known.must_all(rule, file, problems);
            }
        }
    }
}

fn array<'a>(table: &'a DeTable<'a>, key: &str) -> Option<&'a DeArray<'a>> {
    table.get(key)?.get_ref().as_array()
}

fn unique(documents: &Documents<'_>, kind: &str, problems: &mut Vec<Problem>) {
    let mut first: BTreeMap<String, Problem> = BTreeMap::new();
    for (file, table) in tables(documents, kind) {
        let (Some(id), Some(place)) = (text(table, "id"), table.get("id").map(|id| id.span().start)) else { continue };
        let here = file.problem(place, format!("the {kind} \"{id}\" stands here a second time"), "");
        match first.get(&id) {
            None => drop(first.insert(id, here)),
            Some(before) => {
                let remedy = format!("give it another id; the first is at {}:{}", before.file, before.line);
                problems.push(Problem { remedy, ..here });
            }
        }
    }
}

/// Decisions name calendars beside the policy and the staff.
fn reserved(documents: &Documents<'_>, problems: &mut Vec<Problem>) {
    for (file, table) in tables(documents, "calendar") {
        let Some(place) = table.get("id").map(|id| id.span().start) else { continue };
        if let Some(id) = text(table, "id").filter(|id| [POLICY, STAFF].contains(&id.as_str())) {
            let remedy = "give it the name of who publishes it";
            problems.push(file.problem(place, format!("a calendar cannot be called \"{id}\""), remedy));
        }
    }
}

/// The same feed under two sources would be polled twice and seem published twice.
fn addresses(documents: &Documents<'_>, problems: &mut Vec<Problem>) {
    let mut first: BTreeMap<CanonicalLink, String> = BTreeMap::new();
    for (file, table) in tables(documents, "source") {
        let id = text(table, "id").unwrap_or_default();
        let Some(feed) = table.get("feed") else { continue };
        let list = feed.get_ref().as_array();
        for address in list.map_or_else(|| vec![feed], |list| list.iter().collect()) {
            let Some(key) = address.get_ref().as_str().and_then(CanonicalLink::of) else { continue };
            match first.get(&key) {
                Some(other) if *other != id => problems.push(file.problem(
                    address.span().start,
                    format!("the source \"{other}\" has this address already"),
                    "keep it in one of the two",
                )),
                Some(_) => {}
                None => drop(first.insert(key, id.clone())),
            }
        }
    }
}

fn ranges(documents: &Documents<'_>, problems: &mut Vec<Problem>) {
    for (file, event) in tables(documents, "event") {
        let was = array(event, "was").into_iter().flatten().filter_map(|was| was.get_ref().as_table());
        for table in std::iter::once(event).chain(was) {
            let from = days(table, "from").map(|(first, _)| first);
            let to = days(table, "to").map(|(_, last)| last);
            if let (Some(from), Some(to), Some(place)) = (from, to, table.get("to"))
                && to < from
            {
                problems.push(file.problem(
                    place.span().start,
                    "the last day is before the first",
                    "exchange `from` and `to`",
                ));
            }
        }
    }
}

/// Lists whose items have a form that their shape does not say.
fn lists(documents: &Documents<'_>, problems: &mut Vec<Problem>) {
    let Some((file, root)) = documents.first() else { return };
    let of = |table: &str, key: &str| -> Vec<(usize, String)> {
        let list = root.get(table).and_then(|t| t.get_ref().as_table()).and_then(|t| array(t, key));
        let items = list.into_iter().flatten();
        items.filter_map(|item| Some((item.span().start, item.get_ref().as_str()?.to_owned()))).collect()
    };
    for (place, text) in of("polling", "allow") {
        if let Err((message, remedy)) = value::allowed(&text) {
            problems.push(file.problem(place, message, remedy));
        }
    }
    let languages = root.get("network").and_then(|n| n.get_ref().as_table()).and_then(|n| n.get("languages"));
    if let Some(languages) = languages.filter(|list| list.get_ref().as_array().is_some_and(|list| list.is_empty())) {
        problems.push(file.problem(
            languages.span().start,
            "\"languages\" is an empty list",
            "name at least one, such as [\"en\"]",
        ));
    }
    for (file, table) in tables(documents, "source") {
        for country in array(table, "countries").into_iter().flatten() {
            if let Err((message, remedy)) = value::country(country.get_ref().as_str().unwrap_or_default()) {
                problems.push(file.problem(country.span().start, message, remedy));
            }
        }
    }
}

/// What rules and sources may name.
struct Known {
    topics: BTreeSet<String>,
    genres: BTreeSet<String>,
    sections: BTreeSet<String>,
    sources: BTreeSet<String>,
}

impl Known {
    fn of(documents: &Documents<'_>) -> Self {
        let ids = |kind| tables(documents, kind).into_iter().filter_map(|(_, table)| text(table, "id")).collect();
        Self { topics: ids("topic"), genres: ids("genre"), sections: ids("section"), sources: ids("source") }
    }

    /// Everything that a rule names must be there.
    fn must_all(&self, rule: &Spanned<DeValue<'_>>, file: Named<'_>, problems: &mut Vec<Problem>) {
        let Ok(query) = Query::parse_rule(rule.get_ref().as_str().unwrap_or_default()) else { return };
        for leaf in query.leaves() {
            if let Node::Field { field, value, column } = leaf {
                self.must(*field, value, file, file.inside(&rule.span(), *column), problems);
            }
        }
    }

    fn must(&self, field: Field, value: &str, file: Named<'_>, place: usize, problems: &mut Vec<Problem>) {
        let standings: BTreeSet<String> = STANDINGS.iter().map(|word| (*word).to_owned()).collect();
        let has: BTreeSet<String> = ["deadline", "translation", "copy"].map(str::to_owned).into();
        let (kind, known) = match field {
            Field::Topic => ("topic", &self.topics),
            Field::Genre => ("genre", &self.genres),
            Field::Section => ("section", &self.sections),
            Field::Source => ("source", &self.sources),
            Field::Standing | Field::Issuer => ("standing", &standings),
            Field::Has => ("mark", &has),
            Field::Organisation | Field::Country | Field::Language | Field::Before | Field::After => return,
        };
        if known.contains(value) {
            return;
        }
        let like = known
            .iter()
            .map(|name| (strsim::jaro_winkler(name, value), name))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .filter(|(likeness, _)| *likeness > 0.8);
        let remedy = match like {
            Some((_, name)) => format!("did you mean \"{name}\"?"),
            None if known.is_empty() => RULE_REMEDY.to_owned(),
            None => format!("there are: {}", known.iter().map(String::as_str).collect::<Vec<_>>().join(", ")),
        };
        problems.push(file.problem(place, format!("there is no {kind} \"{value}\""), remedy));
    }
}
