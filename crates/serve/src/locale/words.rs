//! The words of one interface language, as its file in this folder has them. A missing key is an error of parsing, one
//! that no page uses an error of compiling.

use plenary_model::event::{EventKind, EventStatus};
use plenary_model::poll::Outcome;
use plenary_model::source::Standing;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A struct of texts, all of them required and no other allowed. It is read by way of a map: a derived reader of
/// each of these structs was a third of this crate's machine code, and of the time to compile it.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($field:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, serde::Deserialize)]
        #[serde(try_from = "std::collections::BTreeMap<String, String>")]
        pub(crate) struct $name {
            $(pub(crate) $field: String,)*
        }

        impl TryFrom<std::collections::BTreeMap<String, String>> for $name {
            type Error = String;

            fn try_from(mut texts: std::collections::BTreeMap<String, String>) -> Result<Self, String> {
                let words = Self { $($field: $crate::locale::take_text(&mut texts, stringify!($field))?,)* };
                $crate::locale::refuse_others(&texts)?;
                Ok(words)
            }
        }
    };
}

mod causes;
mod why;

pub(crate) use causes::Causes;
pub(crate) use why::WhyWords;

/// A text in the plural forms of CLDR; a language has those it needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plural {
    pub(crate) zero: Option<String>,
    pub(crate) one: Option<String>,
    pub(crate) two: Option<String>,
    pub(crate) few: Option<String>,
    pub(crate) many: Option<String>,
    pub(crate) other: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Number {
    /// Between groups of three digits.
    pub(crate) thousands: String,
    /// The smallest number that is grouped.
    pub(crate) grouping_from: u64,
    /// Between the items of a list.
    pub(crate) list: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Time {
    pub(crate) months: [String; 12],
    /// The months where there is little room.
    pub(crate) months_short: [String; 12],
    /// The first day of a month.
    pub(crate) first: String,
    pub(crate) day: String,
    pub(crate) month: String,
    pub(crate) moment: String,
    /// Two days of one month.
    pub(crate) same_month: String,
    /// Two days of one year.
    pub(crate) same_year: String,
    /// Two days of two years.
    pub(crate) apart: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Count {
    pub(crate) pieces: Plural,
    pub(crate) sources: Plural,
    pub(crate) entries: Plural,
    pub(crate) works: Plural,
    pub(crate) failures: Plural,
    pub(crate) more_sources: Plural,
    pub(crate) points: Plural,
    pub(crate) times: Plural,
    pub(crate) every_minutes: Plural,
    pub(crate) every_seconds: Plural,
}

words!(
    /// Words of the layout round every page.
    Site {
        locale, colon, skip, menu, overview, sections, sources, calendar, search, how, languages, contact, write, made,
    }
);
words!(
    /// Words of the first page.
    Overview {
        updated, never, seats, seats_link, failing, well, more, empty, events, no_events,
        all_events, follow, follow_text, follow_all, follow_calendar, follow_sources,
    }
);
words!(
    /// Words of what is new since a day.
    SinceWords {
        label, today, week, month, pick, show, all, heading, none, after, before,
    }
);
words!(Section {
    policy,
    follow,
    every_language,
    one_language,
    empty,
    empty_text,
    newest,
    pages,
    newer,
    older,
    page,
    pinned,
    readers,
    all,
});
words!(
    /// Words of a piece, in lists and on its page.
    Piece {
        read, also, versions, doubtful, deadline, excerpt, excerpt_text, no_text,
        publishers, shown, published, updated, seen, same, lead, sections, primary, since, placed_by_rule,
        placed_by_staff, placed_first, about, topics, no_topics, in_title, in_text, in_category,
        in_source, genre, issuer, organisations, countries, language, unknown_language, history,
        no_history, title_before, text_changed, identifiers, atom_id, rights, authors, attachments, gone,
        gone_text, gone_at, gone_reason, related, related_text, with,
    }
);
words!(SourceList {
    title,
    intro,
    totals,
    none,
    last,
    never,
    opml,
    legend,
    atlas,
    atlas_table,
    americas,
    europe,
    africa,
    asia,
    oceania,
    sources,
    countries,
});
words!(Source {
    standing,
    site,
    feed,
    other_feeds,
    languages,
    region,
    polled,
    next,
    soon,
    no_next,
    succeeded,
    newest,
    stored,
    shown,
    remedy,
    remedy_contact,
    moved,
    silent,
    history,
    no_history,
    when,
    outcome,
    cause,
    status,
    found,
    fresh,
    changed,
    size,
    time,
    conditional,
    warnings,
    warnings_text,
    no_warnings,
    at,
    at_line,
    pieces,
    no_pieces,
    follow,
    rhythm,
    rhythm_text,
});
words!(Searching {
    label,
    button,
    none,
    none_text,
    meant,
    wrong,
    narrow,
    chosen,
    remove,
    follow,
    newest,
    best,
    how,
    how_words,
    how_phrase,
    how_not,
    how_begin,
    how_field,
    how_dates,
    how_or,
});
words!(
    /// What pieces are found by: one of each, and the lists of all.
    FacetWords {
        section, topic, genre, standing, language, country, organisation, source, year, sections, topics, genres,
        organisations, countries, none,
    }
);
words!(
    /// Words of the page that explains the site.
    HowWords {
        title, intro, polled, polled_text, pieces, pieces_text, chosen, chosen_text, object, object_text, story,
        rules, by_schedule,
    }
);
words!(
    /// How a poll ended.
    Outcomes {
        updated, unchanged, deferred, failed, skipped,
    }
);
words!(
    /// A standing: of one organisation, and of all of that standing.
    StandingWords { one, many }
);
words!(
    /// A state with its explanation.
    Health { name, text }
);
words!(
    /// What went wrong, and what now.
    FailureWords { title, text }
);
words!(
    /// What kind of event.
    Kind { session, pre_session, deadline, other }
);
words!(
    /// How certain an event is.
    Status { confirmed, tentative, postponed, cancelled }
);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Standings {
    own: StandingWords,
    member: StandingWords,
    partner: StandingWords,
    un: StandingWords,
    media: StandingWords,
}

impl Standings {
    pub(crate) fn get(&self, standing: Standing) -> &StandingWords {
        match standing {
            Standing::Own => &self.own,
            Standing::Member => &self.member,
            Standing::Partner => &self.partner,
            Standing::Un => &self.un,
            Standing::Media => &self.media,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Healths {
    pub(crate) well: Health,
    pub(crate) trouble: Health,
    pub(crate) failing: Health,
    pub(crate) waiting: Health,
    pub(crate) new: Health,
    pub(crate) off: Health,
}

impl Outcomes {
    pub(crate) fn get(&self, outcome: Outcome) -> &str {
        match outcome {
            Outcome::Updated => &self.updated,
            Outcome::Unchanged => &self.unchanged,
            Outcome::Deferred => &self.deferred,
            Outcome::Failed => &self.failed,
            Outcome::Skipped => &self.skipped,
        }
    }
}

impl Kind {
    pub(crate) fn get(&self, kind: EventKind) -> &str {
        match kind {
            EventKind::Session => &self.session,
            EventKind::PreSession => &self.pre_session,
            EventKind::Deadline => &self.deadline,
            EventKind::Other => &self.other,
        }
    }
}

impl Status {
    pub(crate) fn get(&self, status: EventStatus) -> &str {
        match status {
            EventStatus::Confirmed => &self.confirmed,
            EventStatus::Tentative => &self.tentative,
            EventStatus::Postponed => &self.postponed,
            EventStatus::Cancelled => &self.cancelled,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Calendar {
    pub(crate) title: String,
    pub(crate) intro: String,
    pub(crate) now: String,
    pub(crate) next: String,
    pub(crate) past: String,
    pub(crate) none_next: String,
    pub(crate) none: String,
    pub(crate) was: String,
    pub(crate) said: String,
    pub(crate) disagree: String,
    pub(crate) staff: String,
    pub(crate) more: String,
    pub(crate) follow: String,
    pub(crate) follow_text: String,
    pub(crate) ics: String,
    pub(crate) atom: String,
    pub(crate) kind: Kind,
    pub(crate) status: Status,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Failures {
    pub(crate) back: String,
    pub(crate) again: String,
    pub(crate) offline: FailureWords,
    pub(crate) not_found: FailureWords,
    pub(crate) not_allowed: FailureWords,
    pub(crate) bad: FailureWords,
    pub(crate) broken: FailureWords,
    pub(crate) busy: FailureWords,
    pub(crate) costly: FailureWords,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// The language's name for itself.
    pub(crate) name: String,
    pub(crate) number: Number,
    pub(crate) time: Time,
    pub(crate) site: Site,
    pub(crate) count: Count,
    pub(crate) overview: Overview,
    pub(crate) since: SinceWords,
    pub(crate) section: Section,
    pub(crate) piece: Piece,
    pub(crate) why: WhyWords,
    pub(crate) standing: Standings,
    pub(crate) health: Healths,
    pub(crate) sources: SourceList,
    pub(crate) source: Source,
    pub(crate) outcome: Outcomes,
    pub(crate) causes: Causes,
    pub(crate) calendar: Calendar,
    pub(crate) search: Searching,
    pub(crate) facet: FacetWords,
    pub(crate) how: HowWords,
    pub(crate) failure: Failures,
    /// Names of languages by primary subtag.
    pub(crate) languages: BTreeMap<String, String>,
}
