//! Dates and changes of dates in words, in the languages of the site.

use chrono::{Datelike, NaiveDate};
use plenary_model::event::{EventStatus, STAFF, is_month};

type Span = (NaiveDate, NaiveDate);

/// What an event was or is: its days, and its status where it is known.
pub(super) type State = (Span, Option<EventStatus>);

pub(super) struct CalendarWords {
    pub(super) language: &'static str,
    pub(super) calendar: &'static str,
    /// What its feed is for.
    pub(super) about: &'static str,
    months: [&'static str; 12],
    /// Between day, month and year, with the space after it.
    of: &'static str,
    /// Before the second day of a span.
    to: &'static str,
    /// `{from}` and `{to}` stand for the dates before and after.
    moved: &'static str,
    /// The same dates were announced again.
    kept: &'static str,
    /// Another source says `{to}`.
    other: &'static str,
    /// Before the name of who said it.
    source: &'static str,
    /// Staff, as readers know them.
    staff: &'static str,
    /// The dates hold now; `{to}` stands for them.
    confirmed: &'static str,
    /// The dates may change now.
    tentative: &'static str,
    cancelled: &'static str,
    postponed: &'static str,
    unlisted: &'static str,
}

const ENGLISH: CalendarWords = CalendarWords {
    language: "en",
    calendar: "Calendar",
    about: "Changes of the dates of sessions and deadlines.",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    of: "",
    to: "to",
    moved: "moved from {from} to {to}",
    kept: "{to}, announced again",
    other: "other dates: {to}",
    source: "Source",
    staff: "the editors",
    confirmed: "confirmed: {to}",
    tentative: "dates may change: {to}",
    cancelled: "cancelled",
    postponed: "postponed, new dates not known",
    unlisted: "no longer listed by its calendar",
};

const FRENCH: CalendarWords = CalendarWords {
    language: "fr",
    calendar: "Calendrier",
    about: "Changements de dates des sessions et des échéances.",
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    of: "",
    to: "au",
    moved: "déplacé : dates précédentes {from}, nouvelles dates {to}",
    kept: "{to}, de nouveau annoncé",
    other: "autres dates : {to}",
    source: "Source",
    staff: "la rédaction",
    confirmed: "confirmé : {to}",
    tentative: "dates susceptibles de changer : {to}",
    cancelled: "annulé",
    postponed: "reporté, nouvelles dates inconnues",
    unlisted: "ne figure plus dans son calendrier",
};

const SPANISH: CalendarWords = CalendarWords {
    language: "es",
    calendar: "Calendario",
    about: "Cambios de fechas de los períodos de sesiones y de los plazos.",
    months: [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    of: "de ",
    to: "al",
    moved: "cambia de fecha: antes {from}, ahora {to}",
    kept: "{to}, anunciado de nuevo",
    other: "otras fechas: {to}",
    source: "Fuente",
    staff: "la redacción",
    confirmed: "confirmado: {to}",
    tentative: "fechas sujetas a cambios: {to}",
    cancelled: "cancelado",
    postponed: "aplazado, sin nuevas fechas",
    unlisted: "ya no figura en su calendario",
};

const ARABIC: CalendarWords = CalendarWords {
    language: "ar",
    calendar: "التقويم",
    about: "تغييرات مواعيد الدورات والمواعيد النهائية.",
    months: [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ],
    of: "",
    to: "إلى",
    moved: "تغيّر الموعد: كان {from} وأصبح {to}",
    kept: "{to}، أُعلن من جديد",
    other: "مواعيد أخرى: {to}",
    source: "المصدر",
    staff: "هيئة التحرير",
    confirmed: "مؤكد: {to}",
    tentative: "المواعيد قابلة للتغيير: {to}",
    cancelled: "أُلغي",
    postponed: "أُجّل ولم تُحدَّد مواعيد جديدة",
    unlisted: "لم يعد مدرجًا في تقويمه",
};

impl CalendarWords {
    /// The words of `language`, English where there are none.
    pub(super) fn choose(language: &str) -> Self {
        match language {
            "ar" => ARABIC,
            "es" => SPANISH,
            "fr" => FRENCH,
            _ => ENGLISH,
        }
    }

    /// What happened between two states: of the dates and the status, the one that matters.
    pub(super) fn change(&self, (before, was): State, (after, is): State) -> String {
        let has_become = |status| is == Some(status) && was != is;
        let told = |sentence: &str| sentence.replace("{from}", &self.span(before)).replace("{to}", &self.span(after));
        if has_become(EventStatus::Cancelled) {
            self.cancelled.to_owned()
        } else if before != after {
            told(self.moved)
        } else if has_become(EventStatus::Postponed) {
            self.postponed.to_owned()
        } else if has_become(EventStatus::Unlisted) {
            self.unlisted.to_owned()
        } else {
            told(match is.filter(|_| was.is_some() && was != is) {
                Some(EventStatus::Confirmed) => self.confirmed,
                Some(_) => self.tentative,
                None => self.kept,
            })
        }
    }

    pub(super) fn elsewhere(&self, shown: Span, (days, status): State) -> String {
        let words = match status {
            Some(EventStatus::Cancelled) => self.cancelled,
            Some(EventStatus::Postponed) => self.postponed,
            Some(EventStatus::Unlisted) => self.unlisted,
            Some(EventStatus::Confirmed) if days == shown => self.confirmed,
            Some(EventStatus::Tentative) if days == shown => self.tentative,
            _ => self.other,
        };
        words.replace("{to}", &self.span(days))
    }

    pub(super) fn name_source(&self, source: &str) -> String {
        format!("{}: {}", self.source, if source == STAFF { self.staff } else { source })
    }

    /// What became of the event, when it does not take place as dated.
    pub(super) fn state(&self, status: EventStatus) -> Option<&'static str> {
        match status {
            EventStatus::Confirmed | EventStatus::Tentative => None,
            EventStatus::Postponed => Some(self.postponed),
            EventStatus::Unlisted => Some(self.unlisted),
            EventStatus::Cancelled => Some(self.cancelled),
        }
    }

    /// `28 September to 2 October 2020`: what both days share is said once, and a whole month by its name.
    fn span(&self, (first, last): Span) -> String {
        let (to, end) = (self.to, self.day(last));
        if is_month(first, last) {
            format!("{} {}{}", self.month(first), self.of, first.year())
        } else if first == last {
            end
        } else if first.year() != last.year() {
            format!("{} {to} {end}", self.day(first))
        } else if first.month() != last.month() {
            format!("{} {}{} {to} {end}", first.day(), self.of, self.month(first))
        } else {
            format!("{} {to} {end}", first.day())
        }
    }

    fn day(&self, day: NaiveDate) -> String {
        let of = self.of;
        format!("{} {of}{} {of}{}", day.day(), self.month(day), day.year())
    }

    fn month(&self, day: NaiveDate) -> &'static str {
        self.months.get(day.month0() as usize).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn spans_say_what_they_share_once() {
        let words = CalendarWords::choose("en");
        let span = |a, b| words.span((day(a), day(b)));
        assert_eq!(span("2020-09-28", "2020-10-02"), "28 September to 2 October 2020");
        assert_eq!(span("2021-06-07", "2021-06-11"), "7 to 11 June 2021");
        assert_eq!(span("2021-12-28", "2022-01-02"), "28 December 2021 to 2 January 2022");
        assert_eq!(span("2021-06-07", "2021-06-07"), "7 June 2021");
        assert_eq!(span("2020-06-01", "2020-06-30"), "June 2020");
        assert_eq!(CalendarWords::choose("es").span((day("2020-06-01"), day("2020-06-30"))), "junio de 2020");
    }

    #[test]
    fn every_language_has_words_of_its_own() {
        let spans = ((day("2020-06-01"), day("2020-06-05")), (day("2020-09-28"), day("2020-10-02")));
        let told: Vec<String> = ["ar", "en", "es", "fr"]
            .map(|tag| CalendarWords::choose(tag).change((spans.0, None), (spans.1, None)))
            .to_vec();
        assert_eq!(told[1], "moved from 1 to 5 June 2020 to 28 September to 2 October 2020");
        assert_eq!(
            told[3],
            "déplacé : dates précédentes 1 au 5 juin 2020, nouvelles dates 28 septembre au 2 octobre 2020"
        );
        assert!(told.iter().all(|sentence| !sentence.contains(['{', '}'])));
        assert_eq!(CalendarWords::choose("de").language, "en");
    }

    #[test]
    fn what_others_say_is_told_by_what_differs() {
        let (june, july) = ((day("2020-06-01"), day("2020-06-05")), (day("2020-07-01"), day("2020-07-02")));
        let words = CalendarWords::choose("en");
        for (said, expected) in [
            ((july, None), "other dates: 1 to 2 July 2020"),
            ((july, Some(EventStatus::Tentative)), "other dates: 1 to 2 July 2020"),
            ((june, Some(EventStatus::Tentative)), "dates may change: 1 to 5 June 2020"),
            ((june, Some(EventStatus::Confirmed)), "confirmed: 1 to 5 June 2020"),
            ((july, Some(EventStatus::Cancelled)), "cancelled"),
        ] {
            assert_eq!(words.elsewhere(june, said), expected);
        }
    }

    #[test]
    fn of_dates_and_status_the_one_that_matters_is_told() {
        use EventStatus::{Cancelled, Confirmed, Postponed, Tentative, Unlisted};
        let (june, july) = ((day("2020-06-01"), day("2020-06-05")), (day("2020-07-01"), day("2020-07-02")));
        let words = CalendarWords::choose("en");
        for (before, after, expected) in [
            ((june, None), (july, Some(Tentative)), "moved from 1 to 5 June 2020 to 1 to 2 July 2020"),
            ((june, Some(Confirmed)), (july, Some(Cancelled)), "cancelled"),
            ((june, Some(Confirmed)), (june, Some(Postponed)), "postponed, new dates not known"),
            ((june, Some(Postponed)), (july, Some(Postponed)), "moved from 1 to 5 June 2020 to 1 to 2 July 2020"),
            ((june, Some(Tentative)), (june, Some(Confirmed)), "confirmed: 1 to 5 June 2020"),
            ((june, Some(Cancelled)), (june, Some(Confirmed)), "confirmed: 1 to 5 June 2020"),
            ((june, Some(Confirmed)), (june, Some(Tentative)), "dates may change: 1 to 5 June 2020"),
            ((june, Some(Confirmed)), (june, Some(Unlisted)), "no longer listed by its calendar"),
            ((june, None), (june, Some(Confirmed)), "1 to 5 June 2020, announced again"),
        ] {
            assert_eq!(words.change(before, after), expected);
        }
        assert_eq!(words.name_source(STAFF), "Source: the editors");
    }
}
