//! Events by title: which known event an occurrence of a file is, when its `UID` does not tell.

use super::ics::Occurrence;
use super::numbering::{Numbered, renumber};
use chrono::NaiveDate;
use plenary_model::event::{Event, EventStatus};
use plenary_model::language::Translated;
use std::collections::{BTreeMap, HashMap};

/// How far apart two events that are the same may begin, in days: sources disagree by so much at most. Days of
/// discussion and the like come every year under the same title.
const SAME_DAYS: i64 = 183;
/// The same where the title alone does not tell: one is over, or it stands for several. Board meetings come weekly.
const SAME_DAYS_OF_MANY: i64 = 3;

/// The titles that a file has for more than one day, in lower case, with those days in order.
pub(super) struct RepeatedTitles(HashMap<String, Vec<NaiveDate>>);

impl RepeatedTitles {
    pub(super) fn collect(read: &[Occurrence]) -> Self {
        let mut days: HashMap<String, Vec<NaiveDate>> = HashMap::new();
        for occurrence in read {
            days.entry(occurrence.title.to_lowercase()).or_default().push(occurrence.from);
        }
        days.retain(|_, days| days.len() > 1);
        for days in days.values_mut() {
            days.sort_unstable();
        }
        Self(days)
    }

    /// True when the file has the title for another day that is near.
    fn stands_for_many(&self, title: &str, day: NaiveDate) -> bool {
        self.0.get(title).is_some_and(|days| {
            let begin = days.partition_point(|other| (day - *other).num_days() > SAME_DAYS);
            let near = days.iter().skip(begin).take_while(|other| (**other - day).num_days() <= SAME_DAYS);
            near.take(2).count() > 1
        })
    }
}

pub(super) struct Candidate<'a> {
    occurrence: &'a Occurrence,
    title: String,
    pub(super) numbered: Option<Numbered>,
    is_one_of_many: bool,
    today: NaiveDate,
}

impl<'a> Candidate<'a> {
    pub(super) fn prepare(occurrence: &'a Occurrence, many: &RepeatedTitles, today: NaiveDate) -> Self {
        let title = occurrence.title.to_lowercase();
        let is_one_of_many = many.stands_for_many(&title, occurrence.from);
        Self { numbered: Numbered::parse(&occurrence.title), title, occurrence, is_one_of_many, today }
    }

    fn distance(&self, event: &Event) -> i64 {
        (event.from - self.occurrence.from).num_days().abs()
    }

    /// True when one of the two is over. What was put off or called off is not: it may be dated anew.
    fn is_over(&self, event: &Event) -> bool {
        let is_off = matches!(event.status, EventStatus::Postponed | EventStatus::Cancelled);
        (event.to < self.today && !is_off) || self.occurrence.to < self.today
    }
}

pub(super) struct Titles<'a> {
    by_title: HashMap<String, Vec<&'a Event>>,
    by_number: HashMap<u32, Vec<(&'a Event, Numbered)>>,
    /// Titles of sessions in the order of the events, for the words of later ones.
    sessions: Vec<(&'a Event, Numbered)>,
}

impl<'a> Titles<'a> {
    pub(super) fn index(events: &'a [Event]) -> Self {
        let mut titles = Self { by_title: HashMap::new(), by_number: HashMap::new(), sessions: Vec::new() };
        for event in events {
            for title in event.title.0.values() {
                if let Some(numbered) = Numbered::parse(title) {
                    titles.by_number.entry(numbered.number).or_default().push((event, numbered.clone()));
                    titles.sessions.push((event, numbered));
                } else {
                    titles.by_title.entry(title.to_lowercase()).or_default().push(event);
                }
            }
        }
        titles
    }

    /// Id of the event that it is, the nearest of several. A past one is not taken for another of the same number or
    /// title that comes long after.
    pub(super) fn same(&self, candidate: &Candidate<'_>, is_free: impl Fn(&Event) -> bool) -> Option<&'a str> {
        let nearest = |found: Vec<&'a Event>| {
            found.into_iter().filter(|event| is_free(event)).min_by_key(|event| candidate.distance(event))
        };
        let found = if let Some(numbered) = &candidate.numbered {
            let known = self.by_number.get(&numbered.number).into_iter().flatten();
            let is_near = |event: &Event| !candidate.is_over(event) || candidate.distance(event) <= SAME_DAYS;
            let same = known.filter(|(event, other)| is_near(event) && numbered.is_same(other));
            nearest(same.map(|(event, _)| *event).collect())
        } else {
            let known = self.by_title.get(&candidate.title).into_iter().flatten().copied();
            let near: Vec<&Event> = known.filter(|event| candidate.distance(event) <= SAME_DAYS).collect();
            let is_one_of_many = candidate.is_one_of_many
                || near.iter().any(|event| near.first().is_some_and(|first| first.id != event.id));
            let may_be = |event: &Event| {
                let is_plain = !is_one_of_many && !candidate.is_over(event);
                is_plain || candidate.distance(event) <= SAME_DAYS_OF_MANY
            };
            nearest(near.into_iter().filter(|event| may_be(event)).collect())
        };
        found.map(|event| event.id.as_str())
    }

    /// The title of an event: a session is named as its predecessors are, in every language.
    pub(super) fn title_of(&self, candidate: &Candidate<'_>) -> Translated {
        let plain = Translated([("en".to_owned(), candidate.occurrence.title.clone())].into());
        let Some(numbered) = &candidate.numbered else { return plain };
        let is_kin = |other: &Numbered| other.kind == numbered.kind && other.is_of_the_same_body(numbered);
        let Some((event, kin)) = self.sessions.iter().find(|(_, other)| is_kin(other)) else { return plain };
        let titles: BTreeMap<String, String> = event
            .title
            .0
            .iter()
            .filter_map(|(language, title)| Some((language.clone(), renumber(title, kin.number, numbered.number)?)))
            .collect();
        if titles.is_empty() { plain } else { Translated(titles.into_iter().collect()) }
    }
}
