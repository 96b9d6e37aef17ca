//! What may stand in a policy file: one table of keys, from which the file is checked and the JSON
//! Schema is made, so that the two cannot disagree.

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// Text that is not empty.
    Text,
    /// Text by language.
    Translated,
    /// Part of an address.
    Slug,
    /// http(s) address.
    Address,
    /// http(s) address without query.
    BaseAddress,
    /// One address or a list of them.
    Addresses,
    /// Accent of the site on light paper, and on dark.
    AccentByDay,
    AccentByNight,
    /// E-mail address.
    Contact,
    /// Language tag.
    Language,
    /// One of these words.
    Word(&'static [&'static str]),
    /// true or false.
    Flag,
    /// Whole number in these bounds.
    Count(i64, i64),
    /// Number above zero.
    Points,
    /// Length of time with its unit.
    Duration,
    /// Cron schedule.
    Schedule,
    /// Day.
    Day,
    /// Day, or a month when no more is known.
    DayOrMonth,
    /// Rule in the query language.
    Rule,
    /// Term of a topic or genre.
    Term,
    /// List of what the inner kind says.
    List(&'static Kind),
    /// One table.
    Table(&'static [Field]),
    /// Tables by language.
    ByLanguage(&'static [Field]),
    /// List of tables.
    Tables(&'static [Field]),
}

/// One key of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    /// Shown by editors.
    pub(super) doc: &'static str,
}

const fn must(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, required: true, doc }
}

const fn may(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, required: false, doc }
}

pub(super) const STANDINGS: &[&str] = &["own", "member", "partner", "un", "media"];
const TEXTS: Kind = Kind::List(&Kind::Text);
const TERM_LIST: Kind = Kind::List(&Kind::Term);

/// A whole policy file.
pub(super) const ROOT: &[Field] = &[
    must("network", Kind::Table(NETWORK), "The network as its site and feeds present it."),
    may("polling", Kind::Table(POLLING), "How sources are polled."),
    may("policy", Kind::Table(POLICY), "How pieces are judged and announced."),
    may("push", Kind::Table(PUSH), "Who is told of changes at once, and who tells us (WebSub)."),
    may("source", Kind::Tables(SOURCE), "The feeds that are polled, one block each."),
    may("section", Kind::Tables(SECTION), "The sections; their order is their precedence."),
    may("event", Kind::Tables(EVENT), "Sessions and deadlines of the calendar."),
    may("calendar", Kind::Tables(CALENDAR), "Files of events (.ics) that are polled; their order is their precedence."),
    may("topic", Kind::Tables(TOPIC), "What texts can be about; usually in an included file."),
    may("genre", Kind::Tables(GENRE), "What kinds of documents there are, in order of precedence."),
    may("organisation", Kind::Tables(ORGANISATION), "Organisations that texts name."),
];

/// A file that `include` names.
pub(super) const INCLUDED: &[Field] = &[
    may("topic", Kind::Tables(TOPIC), "What texts can be about."),
    may("genre", Kind::Tables(GENRE), "What kinds of documents there are, in order of precedence."),
    may("organisation", Kind::Tables(ORGANISATION), "Organisations that texts name."),
];

const NETWORK: &[Field] = &[
    must("name", Kind::Text, "Name of the network."),
    must("address", Kind::BaseAddress, "Public address of this site: links, ids and feeds begin with it."),
    must("contact", Kind::Contact, "E-mail address that is read: shown on the site and sent in the User-Agent."),
    must("languages", Kind::List(&Kind::Language), "Languages of pages and section feeds; the first is the default."),
    may("purpose", Kind::Translated, "What the network is for, in a sentence or two, by language."),
    may("logo", Kind::Text, "SVG file with the logo, relative to this file; shown beside the name."),
    may("accent", Kind::AccentByDay, "Colour of links and headings, such as \"#0f5c63\"; checked for contrast."),
    may("accent_dark", Kind::AccentByNight, "The same on dark pages. Default: a lighter shade of accent."),
    may("include", TEXTS, "Files with topics, genres and organisations; left out: the built-in ones."),
];

const POLLING: &[Field] = &[
    may("schedule", Kind::Schedule, "When sources may be polled: cron, UTC, five fields. Default \"*/20 * * * *\"."),
    may("concurrency", Kind::Count(1, 256), "Polls under way at once. Default 16."),
    may("per_host", Kind::Count(1, 16), "Requests under way at once to one host. Default 2."),
    may("spacing", Kind::Duration, "Shortest time between two requests to one host. Default \"1s\"."),
    may("timeout", Kind::Duration, "Longest time for one request. Default \"30s\"."),
    may("allow", TEXTS, "Addresses refused otherwise: host[:port], IP[:port] or CIDR[:port]. Default none."),
];

const POLICY: &[Field] = &[
    may("announce_days", Kind::Count(1, 3_650), "Older pieces enter pages and archives only. Default 30."),
    may("ask_above", Kind::Count(0, 1_000_000), "A reload that moves more pieces than this asks first. Default 50."),
    may(
        "apply",
        Kind::Word(&["ask", "at-once"]),
        "\"at-once\": a reload re-places pieces without asking. Default \"ask\".",
    ),
    may("window_days", Kind::Count(1, 3_650), "How far apart two copies of a piece may be dated. Default 30."),
    may(
        "learned",
        Kind::Word(&["off", "suggest", "publish"]),
        "What is learned from staff's decisions: suggest to staff, also publish by itself, or off. Default \"suggest\".",
    ),
    may("reasons", Kind::Flag, "false: feeds do not say why a piece stands in a section. Default true."),
];

const PUSH: &[Field] = &[
    may("hub", Kind::Flag, "The site's own hub, at /hub. Default: true when the address of the network is https."),
    may("external", Kind::Address, "A hub elsewhere that is told of every change."),
    may("subscribe", Kind::Flag, "Subscribe to sources that announce a hub. Default: as for hub."),
];

const SOURCE: &[Field] = &[
    must("id", Kind::Slug, "Part of the source's address on the site: never change it."),
    must("name", Kind::Text, "Name of the organisation."),
    must("feed", Kind::Addresses, "Address of the feed, or a list: the first that works is used."),
    must("standing", Kind::Word(STANDINGS), "On whose terms its pieces are carried."),
    may("site", Kind::Address, "The organisation's site."),
    may("language", Kind::Language, "Language of entries that do not say."),
    may(
        "trust",
        Kind::Word(&["trusted", "review", "blocked"]),
        "trusted: placed at once; review: waits for staff; blocked: never placed. Default: review for media, else trusted.",
    ),
    may(
        "republish",
        Kind::Word(&["full", "excerpt", "title"]),
        "How much of an entry is republished. Default: excerpt for media, else full.",
    ),
    may("enabled", Kind::Flag, "false: not polled, its history stays. Default true."),
    may("reason", Kind::Text, "Why it is switched off."),
    may("schedule", Kind::Schedule, "Own schedule: cron, UTC."),
    may("topics", Kind::List(&Kind::Slug), "Topics that everything of this source is about."),
    may("section", Kind::Slug, "Where its pieces go when no rule places them."),
    may("region", Kind::Text, "Region of the world, in words."),
    may("countries", TEXTS, "Countries, ISO 3166-1 codes of two letters."),
];

const SECTION: &[Field] = &[
    must("id", Kind::Slug, "Part of the section's address and of its feed's: never change it."),
    must("title", Kind::Translated, "Title by language."),
    must("where", Kind::Rule, "The rule: field:value with and, or, not and parentheses."),
    may("policy", Kind::Translated, "What belongs here, in plain words, by language; shown on the page."),
    may("invite", Kind::Translated, "Asks readers to send something in, by language; shown with the contact address."),
    may("alongside", Kind::Flag, "true: takes pieces that an earlier section has, too. Default false."),
    may("front", Kind::Flag, "false: not on the first page. Default true."),
    may("recent", Kind::Count(1, 500), "Pieces in the current feed document. Default 50."),
    may("languages", Kind::List(&Kind::Language), "Only pieces in these languages. Default: any."),
    may("max_age_days", Kind::Count(0, 36_500), "Only pieces at most so old when first seen. Default: of any age."),
    may(
        "per_source_per_day",
        Kind::Count(1, 1_000),
        "New pieces of one source a day; what comes beyond waits for the next day or for staff. Default: any number.",
    ),
];

const EVENT: &[Field] = &[
    must("id", Kind::Slug, "Part of its UID in calendars: never change or reuse it."),
    must("title", Kind::Translated, "Title by language."),
    must("from", Kind::DayOrMonth, "First day, such as 2021-05-17; \"2021-05\" when only the month is known."),
    may("to", Kind::DayOrMonth, "Last day, included. Default: the first day, or the last of that month."),
    may("kind", Kind::Word(&["session", "pre-session", "deadline", "other"]), "Default \"session\"."),
    may(
        "status",
        Kind::Word(&["confirmed", "tentative", "postponed", "cancelled"]),
        "How certain it is. Default \"confirmed\"; \"tentative\" when only the month is known.",
    ),
    may("link", Kind::Address, "Page about it."),
    may("was", Kind::Tables(WAS), "Dates it had before, oldest first."),
];

const CALENDAR: &[Field] = &[
    must("id", Kind::Slug, "Names it in decisions and in ids of its events: never change it."),
    must("name", Kind::Text, "Who publishes it."),
    must("feed", Kind::Address, "Address of the .ics file."),
];

const WAS: &[Field] = &[
    must("from", Kind::DayOrMonth, "First day then; \"2020-06\" when only the month was known."),
    may("to", Kind::DayOrMonth, "Last day then. Default: the first day, or the last of that month."),
    may("said", Kind::Day, "When the change became known."),
    may("note", Kind::Text, "What was said about it."),
];

const TOPIC: &[Field] = &[
    must("id", Kind::Slug, "Slug, as rules name it: topic:slug."),
    must("title", Kind::Translated, "Title by language."),
    must("terms", Kind::ByLanguage(TERMS), "Words and phrases by language; a trailing * makes a stem."),
    may("minimum", Kind::Points, "Points from which a text is about it. Default 3."),
    may("title_weight", Kind::Points, "How many times a term in the title counts. Default 2."),
    may("also", Kind::Rule, "Rule under which a text is about it whatever its words."),
];

const TERMS: &[Field] = &[
    may("strong", TERM_LIST, "3 points each: one is enough by default."),
    may("likely", TERM_LIST, "1.5 points each."),
    may("hint", TERM_LIST, "0.75 points each."),
    may("never", TERM_LIST, "Phrases taken out before anything is counted."),
];

const GENRE: &[Field] = &[
    must("id", Kind::Slug, "Slug, as rules name it: genre:slug."),
    must("title", Kind::Translated, "Title by language."),
    may("terms", Kind::ByLanguage(GENRE_TERMS), "Words and phrases by language."),
    may("favoured", Kind::Rule, "Rule under which a text that shows it gets a point more."),
];

const GENRE_TERMS: &[Field] = &[
    may("title", TERM_LIST, "Looked for in title and categories: 2 points each."),
    may("text", TERM_LIST, "Looked for in title and text: 1 point each."),
];

const ORGANISATION: &[Field] = &[
    must("name", Kind::Text, "Name to show."),
    must("standing", Kind::Word(STANDINGS), "Its standing towards the network."),
    may("aliases", TEXTS, "Other names, in any language."),
    may("domains", TEXTS, "Domains it publishes on."),
];
