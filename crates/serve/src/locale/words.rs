//! The words of one interface language, as its file in this folder has them. A missing key is an error of parsing, one
//! that no page uses an error of compiling.

use super::reading::Text;
use plenary_model::poll::Outcome;
use plenary_model::source::Standing;
use std::collections::BTreeMap;

/// A struct of texts, or of what is given as its type; all of them required and no other allowed.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $field:ident $(: $type:ty)?),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name {
            $($(#[$about])* pub(crate) $field: words!(@type $($type)?),)*
        }

        impl $crate::locale::reading::FromToml for $name {
            fn from_toml(value: toml::Value) -> Result<Self, String> {
                let mut keys = $crate::locale::reading::Keys::open(value)?;
                let words = Self { $($field: keys.take(stringify!($field))?,)* };
                keys.close()?;
                Ok(words)
            }
        }
    };
    (@type) => { $crate::locale::reading::Text };
    (@type $type:ty) => { $type };
}

mod calendar;
mod causes;
mod why;

pub(crate) use calendar::Calendar;
pub(crate) use causes::Causes;
pub(crate) use why::WhyWords;

words!(
    /// A text in the plural forms of CLDR; a language has those it needs.
    Plural {
        zero: Option<Text>,
        one: Option<Text>,
        two: Option<Text>,
        few: Option<Text>,
        many: Option<Text>,
        other,
    }
);

words!(Number {
    /// Between groups of three digits.
    thousands,
    /// The smallest number that is grouped.
    grouping_from: u64,
    /// Between the items of a list.
    list,
    /// Between the last two of several of which one is enough.
    or,
});

words!(Time {
    months: [Text; 12],
    /// The months where there is little room.
    months_short: [Text; 12],
    /// The first day of a month.
    first,
    day,
    month,
    moment,
    /// Two days of one month.
    same_month,
    /// Two days of one year.
    same_year,
    /// Two days of two years.
    apart,
});

words!(Count {
    pieces: Plural,
    sources: Plural,
    entries: Plural,
    works: Plural,
    failures: Plural,
    more_sources: Plural,
    times: Plural,
    days: Plural,
    every_minutes: Plural,
    every_seconds: Plural,
});

words!(
    /// Words of the layout round every page.
    Site {
        locale, colon, skip, menu, overview, sections, sources, calendar, deadlines, search, how, languages, contact, write, made,
    }
);
words!(
    /// Words of the first page.
    Overview {
        updated, never, seats, seats_link, failing, well, more, empty, events, no_events,
        all_events, follow, follow_text, follow_all, follow_calendar,
    }
);
words!(
    /// Words of what is new since a day.
    SinceWords {
        label, today, week, month, pick, show, all, heading, none, after, before,
    }
);
words!(
    /// Words of what leads to feeds and calendars.
    Updates { button, address, filtered, calendar, copy, copied, more, sources }
);
words!(Section {
    policy,
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
    translations,
    all,
});
words!(
    /// Words of a piece, in lists and on its page.
    Piece {
        read, also, versions, doubtful, deadline, excerpt, whole, excerpt_text, no_text,
        publishers, shown, published, updated, seen, same, lead, why, primary, since, placed_by_rule,
        placed_by_staff, placed_first, about, topics, no_topics, in_title, in_text, in_category,
        in_source, genre, issuer, organisations, countries, language, unknown_language, history,
        no_history, title_before, text_changed, identifiers, atom_id, rights, authors, attachments, gone,
        gone_text, gone_at, gone_reason, expired, expired_text, related, related_text, with,
    }
);
words!(SourceList {
    title,
    intro,
    totals,
    reachable,
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
    removed_name,
    removed,
    removed_stay,
    removed_withdrawn,
    english,
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
    any,
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
    how_has,
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
        rules, formal, by_schedule,
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
words!(Standings {
    own: StandingWords,
    member: StandingWords,
    partner: StandingWords,
    un: StandingWords,
    media: StandingWords,
});

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

words!(Healths { well: Health, trouble: Health, failing: Health, waiting: Health, new: Health, off: Health });

impl Outcomes {
    pub(crate) fn get(&self, outcome: Outcome) -> &str {
        match outcome {
            Outcome::Updated => self.updated,
            Outcome::Unchanged => self.unchanged,
            Outcome::Deferred => self.deferred,
            Outcome::Failed => self.failed,
            Outcome::Skipped => self.skipped,
        }
    }
}

words!(Failures {
    back,
    again,
    offline: FailureWords,
    not_found: FailureWords,
    not_allowed: FailureWords,
    bad: FailureWords,
    broken: FailureWords,
    busy: FailureWords,
    costly: FailureWords,
});

words!(
    Words {
        /// The language's name for itself.
        name,
        number: Number,
        time: Time,
        site: Site,
        count: Count,
        overview: Overview,
        since: SinceWords,
        updates: Updates,
        section: Section,
        piece: Piece,
        why: WhyWords,
        standing: Standings,
        health: Healths,
        sources: SourceList,
        source: Source,
        outcome: Outcomes,
        causes: Causes,
        calendar: Calendar,
        search: Searching,
        facet: FacetWords,
        how: HowWords,
        failure: Failures,
        /// What is wrong with feeds, by code.
        remarks: BTreeMap<String, Text>,
        /// Names of languages by primary subtag.
        languages: BTreeMap<String, Text>,
    }
);
