//! A calendar file while its lines are taken, and what comes of it.

use super::draft::Draft;
use super::lines::short;
use super::moment::offset;
use super::property::Property;
use super::recur::{Budget, Rule};
use super::series::Setting;
use super::versions::set_apart;
use super::zone::{Observance, Zones};
use super::{EVENTS_MAX, LINES_MAX, Occurrence, PROBLEMS_MAX, Reading};
use chrono::NaiveDate;
use plenary_model::event::EventStatus;
use std::collections::{BTreeSet, HashMap};

/// Observances of one description of a zone that are read.
const OBSERVANCES_MAX: usize = 100;

pub(super) struct File {
    today: NaiveDate,
    within: Vec<String>,
    draft: Draft,
    pub(super) is_whole: bool,
    pub(super) drafts: Vec<Draft>,
    /// Drafts of the calendars before this one.
    passed: usize,
    /// True when this calendar takes its events back (`METHOD:CANCEL`, RFC 5546 3.2.5).
    cancels: bool,
    zones: Zones,
    zone_name: Option<String>,
    described: (String, Vec<Observance>),
    zone_budget: Budget,
    damaged: BTreeSet<String>,
    problems: Vec<String>,
    more_problems: usize,
    /// Line from which on the file is left out, there being too much of it.
    pub(super) left_out: Option<usize>,
}

impl File {
    pub(super) fn new(today: NaiveDate) -> Self {
        Self {
            today,
            within: Vec::new(),
            draft: Draft::default(),
            is_whole: false,
            drafts: Vec::new(),
            passed: 0,
            cancels: false,
            zones: Zones::default(),
            zone_name: None,
            described: (String::new(), Vec::new()),
            zone_budget: Budget::new(),
            damaged: BTreeSet::new(),
            problems: Vec::new(),
            more_problems: 0,
            left_out: None,
        }
    }

    pub(super) fn take(&mut self, line: usize, text: &str) {
        let Some(property) = Property::read(text) else {
            // After the end servers write what they like.
            if self.is_whole && self.within.is_empty() {
                return;
            }
            if self.problems.len() >= PROBLEMS_MAX {
                self.more_problems += 1;
                return;
            }
            let found = short(text);
            return self
                .tell(line, &format!("\"{found}\" has no colon: begin it with a space if it goes on from before"));
        };
        match property.name.as_str() {
            // Calendars may stand one after another in one file (RFC 5545 3.4).
            "BEGIN" if self.within.is_empty() && property.value.eq_ignore_ascii_case("VCALENDAR") => {
                self.end_calendar();
                self.is_whole = false;
            }
            "BEGIN" => self.begin(line, &property.value),
            "END" => self.end(&property.value),
            _ => self.set(line, &property),
        }
    }

    fn begin(&mut self, line: usize, kind: &str) {
        self.within.push(kind.to_ascii_uppercase());
        match self.within.as_slice() {
            [kind] if kind == "VTIMEZONE" => self.described = (String::new(), Vec::new()),
            [_] => self.draft = Draft::at(line),
            [zone, _] if zone == "VTIMEZONE" && self.described.1.len() < OBSERVANCES_MAX => {
                self.described.1.push(Observance::default());
            }
            _ => {}
        }
    }

    fn end(&mut self, kind: &str) {
        let Some(ended) = self.within.pop() else {
            // Something may stand behind it: the end of a page.
            self.is_whole |= kind.get(..9).is_some_and(|kind| kind.eq_ignore_ascii_case("VCALENDAR"));
            return;
        };
        if !self.within.is_empty() {
            return;
        }
        if ended == "VTIMEZONE" {
            let (name, observances) = std::mem::take(&mut self.described);
            self.zones.describe(&name, &observances, self.today, &mut self.zone_budget);
        } else if ended == "VEVENT" {
            let mut draft = std::mem::take(&mut self.draft);
            if self.cancels {
                draft.status = Some(EventStatus::Cancelled);
            }
            for (line, problem) in draft.take_problems() {
                self.tell(line, &problem);
            }
            let is_good = draft.is_good();
            if !draft.uid.is_empty() && (draft.is_damaged || !is_good) {
                self.damaged.insert(draft.uid.clone());
            }
            let is_kept =
                is_good || draft.is_notice_of_cancellation() || (draft.is_exception() && !draft.uid.is_empty());
            self.drafts.extend(is_kept.then_some(draft));
        }
    }

    fn set(&mut self, line: usize, property: &Property) {
        match (self.within.as_slice(), property.name.as_str()) {
            ([], "METHOD") => self.cancels = property.value.eq_ignore_ascii_case("CANCEL"),
            // What nearly every program writes for the zone of a whole file; the first counts.
            ([], "X-WR-TIMEZONE" | "TIMEZONE-ID") if self.zone_name.is_none() => {
                self.zone_name = Some(property.value.clone());
            }
            ([kind], "TZID") if kind == "VTIMEZONE" => self.described.0.clone_from(&property.value),
            ([zone, _], _) if zone == "VTIMEZONE" => self.set_observance(property),
            // An alarm inside an event has properties of the same names.
            ([.., kind], _) if kind == "VEVENT" => self.draft.take(line, property),
            _ => {}
        }
    }

    fn set_observance(&mut self, property: &Property) {
        let Some(observance) = self.described.1.last_mut() else { return };
        match property.name.as_str() {
            "DTSTART" => observance.start = property.moment().ok().map(|moment| moment.time),
            "TZOFFSETTO" => observance.to = offset(&property.value),
            "RRULE" => observance.rule = Rule::read(&property.value).ok(),
            "RDATE" => observance.more.extend(property.moments(super::LINES_MAX).0.into_iter().map(|one| one.time)),
            _ => {}
        }
    }

    /// Ends a calendar, whose method may have come after its events.
    fn end_calendar(&mut self) {
        if std::mem::take(&mut self.cancels) {
            for draft in self.drafts.iter_mut().skip(self.passed) {
                draft.status = Some(EventStatus::Cancelled);
            }
        }
        self.passed = self.drafts.len();
    }

    pub(super) fn tell(&mut self, line: usize, problem: &str) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(format!("line {line}: {problem}"));
        } else {
            self.more_problems += 1;
        }
    }

    pub(super) fn leave_out(&mut self, line: usize) {
        self.left_out = Some(self.left_out.map_or(line, |known| known.min(line)));
    }

    pub(super) fn finish(mut self) -> Reading {
        self.end_calendar();
        let zone = self.zone_name.take();
        self.zones.of_file = zone.and_then(|name| self.zones.find(&name)).or_else(|| self.zones.only_described());
        let mut reading = Reading::default();
        let drafts = std::mem::take(&mut self.drafts);
        let (notices, drafts): (Vec<Draft>, Vec<Draft>) =
            drafts.into_iter().partition(|draft| draft.is_notice_of_cancellation() && !draft.is_exception());
        // Changed ones of a series last: they take the place of what the rule gave.
        let (changed, plain): (Vec<Draft>, Vec<Draft>) = drafts.into_iter().partition(Draft::is_exception);
        let (mut plain, problems) = set_apart(plain);
        for (line, problem) in problems {
            self.tell(line, &problem);
        }
        for notice in notices {
            let mut known = false;
            for draft in plain.iter_mut().filter(|draft| is_of(&notice.uid, &draft.uid)) {
                known = true;
                if draft.sequence <= notice.sequence {
                    draft.status = Some(EventStatus::Cancelled);
                }
            }
            if !known {
                reading.cancelled.insert(notice.uid);
            }
        }
        self.gather(&mut reading, &plain, &changed);
        reading.damaged = std::mem::take(&mut self.damaged);
        reading.is_whole = self.is_whole && self.left_out.is_none() && !reading.events.is_empty();
        reading.problems = self.list_problems();
        reading
    }

    fn gather(&mut self, reading: &mut Reading, plain: &[Draft], changed: &[Draft]) {
        let mut places: HashMap<String, (usize, u32)> = HashMap::new();
        let (mut budget, mut unfollowed) = (Budget::new(), None);
        // The series that the changes of a UID are about.
        let mut series: HashMap<&str, &Draft> = HashMap::new();
        for draft in plain {
            let uid = draft.uid.split_once('/').map_or(draft.uid.as_str(), |(uid, _)| uid);
            for uid in [draft.uid.as_str(), uid] {
                let held = series.entry(uid).or_insert(draft);
                if held.rule.is_none() && draft.rule.is_some() {
                    *held = draft;
                }
            }
        }
        let mut later: HashMap<&str, Vec<&Draft>> = HashMap::new();
        for draft in changed.iter().filter(|draft| draft.and_later) {
            let uid = series.get(draft.uid.as_str()).map_or(draft.uid.as_str(), |series| series.uid.as_str());
            later.entry(uid).or_default().push(draft);
        }
        for draft in plain {
            if reading.events.len() >= EVENTS_MAX {
                self.leave_out(draft.line);
                continue;
            }
            let setting = Setting { today: self.today, zones: &self.zones };
            let later = later.get(draft.uid.as_str()).map_or(&[][..], Vec::as_slice);
            let (occurrences, goes_on) = draft.occurrences(&setting, later, &mut budget);
            if budget.is_spent() && unfollowed.is_none() {
                unfollowed = Some(draft.line);
            }
            if budget.is_spent() {
                self.damaged.insert(draft.uid.clone());
            }
            reading.goes_on |= goes_on;
            if goes_on {
                let due = |one: &Occurrence| one.uid.rsplit_once('#').and_then(|(_, day)| day.parse().ok());
                let last = occurrences.iter().filter_map(due).max().unwrap_or(self.today);
                reading.going_on.insert(draft.uid.clone(), last);
            }
            for occurrence in occurrences {
                if reading.events.len() >= EVENTS_MAX {
                    self.leave_out(draft.line);
                } else if !places.contains_key(&occurrence.uid) {
                    places.insert(occurrence.uid.clone(), (reading.events.len(), 0));
                    reading.events.push(occurrence);
                }
            }
        }
        self.put_changed(reading, changed, &series, &mut places);
        // What was left out is told however much else is wrong.
        if let Some(line) = unfollowed {
            let problem = "too many rules: of those from here on the first day is taken; split the file";
            self.problems.push(format!("line {line}: {problem}"));
        }
    }

    /// Puts changed ones of a series in the places of those they change.
    fn put_changed(
        &mut self,
        reading: &mut Reading,
        changed: &[Draft],
        series: &HashMap<&str, &Draft>,
        places: &mut HashMap<String, (usize, u32)>,
    ) {
        for draft in changed {
            let series = series.get(draft.uid.as_str()).copied();
            let Some(mut occurrence) = draft.exception(series, &self.zones) else { continue };
            if let (Some(series), Some((_, day))) = (series, occurrence.uid.rsplit_once('#')) {
                occurrence.uid = format!("{}#{day}", series.uid);
            }
            match places.get_mut(&occurrence.uid) {
                Some((_, sequence)) if *sequence > draft.sequence => {}
                Some((place, sequence)) => {
                    *sequence = draft.sequence;
                    if let Some(known) = reading.events.get_mut(*place) {
                        *known = occurrence;
                    }
                }
                None if reading.events.len() >= EVENTS_MAX => self.leave_out(draft.line),
                None => {
                    places.insert(occurrence.uid.clone(), (reading.events.len(), draft.sequence));
                    reading.events.push(occurrence);
                }
            }
        }
    }

    fn list_problems(self) -> Vec<String> {
        let mut problems = self.problems;
        if let Some(line) = self.left_out {
            problems.push(format!(
                "line {line}: more than {EVENTS_MAX} events or {LINES_MAX} lines: what comes from here on is left out; \
                 split the file"
            ));
        }
        if self.more_problems > 0 {
            problems.push(format!("and {} more problems", self.more_problems));
        }
        problems
    }
}

/// True when an event has this `UID`, be it named apart from others that have it.
fn is_of(uid: &str, own: &str) -> bool {
    own.strip_prefix(uid).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
