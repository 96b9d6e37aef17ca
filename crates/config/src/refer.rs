//! What no single value shows: names used twice, and references to what is not there.

use super::keys::{EventKeys, FileKeys, GenreKeys, IncludedKeys, SourceKeys};
use super::kind::Placed;
use super::kinds::{Days, RULE_REMEDY, WrittenRule};
use super::problem::{Named, Problem};
use super::table::find_like;
use plenary_model::event::{POLICY, STAFF};
use plenary_model::link::CanonicalLink;
use plenary_model::query::{Field, Node};
use plenary_model::source::Standing;
use plenary_model::topic::GenreRole;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// What one file gives of the lists that several files may give.
pub(super) struct Lists<'f> {
    pub(super) file: &'f Named<'f>,
    pub(super) keys: IncludedKeys,
    /// Its rules may name topics and genres that the policy has in lists of its own, or not at all.
    pub(super) is_built_in: bool,
}

pub(super) fn check_references(file: &Named<'_>, keys: &FileKeys, lists: &[Lists<'_>], problems: &mut Vec<Problem>) {
    let sources = || keys.source.iter().flatten();
    let sections = || keys.section.iter().flatten();
    let events = || keys.event.iter().flatten();
    let calendars = || keys.calendar.iter().flatten();
    let topics = || lists.iter().flat_map(|list| list.keys.topic.iter().flatten().map(move |topic| (list, topic)));
    let genres = || lists.iter().flat_map(|list| list.keys.genre.iter().flatten().map(move |genre| (list, genre)));

    check_unique("source", sources().filter_map(|source| Some((file, source.id.as_ref()?))), problems);
    check_unique("section", sections().filter_map(|section| Some((file, section.id.as_ref()?))), problems);
    check_unique("event", events().filter_map(|event| Some((file, event.id.as_ref()?))), problems);
    check_unique("calendar", calendars().filter_map(|calendar| Some((file, calendar.id.as_ref()?))), problems);
    check_unique("topic", topics().filter_map(|(list, topic)| Some((list.file, topic.id.as_ref()?))), problems);
    check_unique("genre", genres().filter_map(|(list, genre)| Some((list.file, genre.id.as_ref()?))), problems);
    check_roles(genres(), problems);
    check_reserved(file, calendars().filter_map(|calendar| calendar.id.as_ref()), problems);
    check_addresses(file, sources(), problems);
    events().for_each(|event| check_days(file, event, problems));

    let known = DeclaredNames {
        topics: topics().filter_map(|(_, topic)| read_name(topic.id.as_ref())).collect(),
        genres: genres().filter_map(|(_, genre)| read_name(genre.id.as_ref())).collect(),
        sections: sections().filter_map(|section| read_name(section.id.as_ref())).collect(),
        sources: sources().filter_map(|source| read_name(source.id.as_ref())).collect(),
        standings: Standing::ALL.map(Standing::as_str).into(),
    };
    for source in sources() {
        source.section.iter().for_each(|section| known.check_name(Field::Section, section, file, problems));
        source.topics.iter().flatten().for_each(|topic| known.check_name(Field::Topic, topic, file, problems));
    }
    sections().filter_map(|section| section.rule.as_ref()).for_each(|rule| known.check_rule(rule, file, problems));
    for list in lists.iter().filter(|list| !list.is_built_in) {
        let also = list.keys.topic.iter().flatten().filter_map(|topic| topic.also.as_ref());
        let favoured = list.keys.genre.iter().flatten().filter_map(|genre| genre.favoured.as_ref());
        also.chain(favoured).for_each(|rule| known.check_rule(rule, list.file, problems));
    }
}

fn read_name(id: Option<&Placed<String>>) -> Option<&str> {
    id.map(|id| id.value.as_str())
}

fn check_unique<'k>(
    kind: &str,
    ids: impl Iterator<Item = (&'k Named<'k>, &'k Placed<String>)>,
    problems: &mut Vec<Problem>,
) {
    let mut first: BTreeMap<&str, (&Named<'_>, usize)> = BTreeMap::new();
    for (file, id) in ids {
        match first.entry(&id.value) {
            Entry::Vacant(entry) => drop(entry.insert((file, id.place))),
            Entry::Occupied(entry) => {
                let (before, place) = *entry.get();
                problems.push(file.problem(
                    id.place,
                    format!("the {kind} \"{}\" stands here a second time", id.value),
                    format!("give it another id; the first is at {}:{}", before.name, before.find_line(place)),
                ));
            }
        }
    }
}

/// What shows no kind can be of one genre only.
fn check_roles<'k>(genres: impl Iterator<Item = (&'k Lists<'k>, &'k GenreKeys)>, problems: &mut Vec<Problem>) {
    let mut first: Vec<(GenreRole, &str)> = Vec::new();
    for (list, genre) in genres {
        let (Some(role), Some(id)) = (genre.role, &genre.id) else { continue };
        if let Some((_, other)) = first.iter().find(|(known, _)| *known == role) {
            let message = format!("the genre \"{other}\" has the role \"{}\" already", role.as_str());
            problems.push(list.file.problem(id.place, message, "give it to one of the two"));
        } else {
            first.push((role, &id.value));
        }
    }
}

/// Decisions name calendars beside the policy and the staff.
fn check_reserved<'k>(
    file: &Named<'_>,
    calendars: impl Iterator<Item = &'k Placed<String>>,
    problems: &mut Vec<Problem>,
) {
    for id in calendars.filter(|id| [POLICY, STAFF].contains(&id.value.as_str())) {
        let remedy = "give it the name of who publishes it";
        problems.push(file.problem(id.place, format!("a calendar cannot be called \"{}\"", id.value), remedy));
    }
}

/// The same feed under two sources would be polled twice and seem published twice.
fn check_addresses<'k>(file: &Named<'_>, sources: impl Iterator<Item = &'k SourceKeys>, problems: &mut Vec<Problem>) {
    let mut first: BTreeMap<CanonicalLink, &str> = BTreeMap::new();
    for source in sources {
        let id = read_name(source.id.as_ref()).unwrap_or_default();
        for address in source.feed.iter().flatten() {
            let Some(link) = CanonicalLink::from_address(&address.value) else { continue };
            let other = *first.entry(link).or_insert(id);
            if other != id {
                let message = format!("the source \"{other}\" has this address already");
                problems.push(file.problem(address.place, message, "keep it in one of the two"));
            }
        }
    }
}

fn check_days(file: &Named<'_>, event: &EventKeys, problems: &mut Vec<Problem>) {
    let mut check = |from: Option<Days>, to: Option<Days>| {
        if let (Some(from), Some(to)) = (from, to)
            && to.last < from.first
        {
            let message = "the last day is before the first";
            problems.push(file.problem(to.place, message, "exchange `from` and `to`"));
        }
    };
    check(event.from, event.to);
    event.was.iter().flatten().for_each(|was| check(was.from, was.to));
}

struct DeclaredNames<'k> {
    topics: BTreeSet<&'k str>,
    genres: BTreeSet<&'k str>,
    sections: BTreeSet<&'k str>,
    sources: BTreeSet<&'k str>,
    standings: BTreeSet<&'k str>,
}

impl DeclaredNames<'_> {
    fn check_rule(&self, rule: &WrittenRule, file: &Named<'_>, problems: &mut Vec<Problem>) {
        for leaf in rule.query.leaves() {
            if let Node::Field { field, value, column } = leaf
                && let Some((message, remedy)) = self.find_fault(*field, value)
            {
                problems.push(file.problem(file.inside(&rule.span, *column), message, remedy));
            }
        }
    }

    fn check_name(&self, field: Field, name: &Placed<String>, file: &Named<'_>, problems: &mut Vec<Problem>) {
        if let Some((message, remedy)) = self.find_fault(field, &name.value) {
            problems.push(file.problem(name.place, message, remedy));
        }
    }

    fn find_fault(&self, field: Field, value: &str) -> Option<(String, String)> {
        let marks = BTreeSet::from(["copy", "deadline", "translation"]);
        let (kind, known) = match field {
            Field::Topic => ("topic", &self.topics),
            Field::Genre => ("genre", &self.genres),
            Field::Section => ("section", &self.sections),
            Field::Source => ("source", &self.sources),
            Field::Standing | Field::Issuer => ("standing", &self.standings),
            Field::Has => ("mark", &marks),
            Field::Organisation | Field::Country | Field::Language | Field::Before | Field::After => return None,
        };
        if known.contains(value) {
            return None;
        }
        let remedy = match find_like(value, known.iter().copied()) {
            Some(name) => format!("did you mean \"{name}\"?"),
            None if known.is_empty() => RULE_REMEDY.to_owned(),
            None => format!("there are: {}", known.iter().copied().collect::<Vec<_>>().join(", ")),
        };
        Some((format!("there is no {kind} \"{value}\""), remedy))
    }
}
