//! The feeds of the origin: a dozen publishers that publish, change and take back, and the record of what they served.

use super::Outcome;
use super::chance::Chance;
use chrono::{DateTime, SecondsFormat, SubsecRound as _, Utc};
use plenary::app::SystemClock;
use plenary::demo::{Origin, Served};
use plenary_fixtures::WORDS;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

pub(super) const PUBLISHERS: usize = 12;
/// Entries with which each begins.
const ENTRIES_AT_FIRST: usize = 2;
/// Entries in a document; what is older leaves it without a word, as in feeds everywhere.
const ENTRIES_MAX: usize = 6;
/// Entries that a document says are taken back.
const TOMBSTONES_MAX: usize = 6;
/// Fewest and most changes in one round.
const CHANGES: (usize, usize) = (2, 4);
/// Of so many rounds in one two publishers bring the same statement.
const SHARED_ONE_IN: usize = 3;
/// Every so many-th statement is about the pandemic, so that each section has its share.
const COVID_EVERY: usize = 3;
const WORDS_IN_TITLE: usize = 5;
const WORDS_IN_TEXT: usize = 40;
/// Words that an edited text has more.
const WORDS_IN_EDIT: usize = 8;
/// What an entry is known by: its source, and the id that its publisher gave it.
pub(super) type Key = (String, String);

/// The origin and its publishers.
pub(super) struct Feeds {
    origin: Origin,
    publishers: Vec<Publisher>,
    /// Statements so far; the number of the next.
    statements: usize,
    served: BTreeSet<Key>,
}

#[derive(Default)]
struct Publisher {
    /// The newest first.
    entries: Vec<Published>,
    /// Ids of entries that were taken back, and when, the latest last.
    taken_back: Vec<(String, DateTime<Utc>)>,
}

struct Published {
    id: String,
    /// Which statement it is: publishers of the same statement have the same title and text under ids of their own.
    statement: usize,
    /// How often its text was changed.
    edition: usize,
    dated: DateTime<Utc>,
    changed: DateTime<Utc>,
}

impl Feeds {
    /// Starts the origin, within a running tokio runtime.
    pub(super) fn start() -> Outcome<Self> {
        let mut feeds = Self {
            origin: Origin::empty(Arc::new(SystemClock))?,
            publishers: (0..PUBLISHERS).map(|_| Publisher::default()).collect(),
            statements: 0,
            served: BTreeSet::new(),
        };
        for publisher in 0..PUBLISHERS {
            for _ in 0..ENTRIES_AT_FIRST {
                let statement = feeds.number_statement();
                feeds.publish(publisher, statement);
            }
            feeds.serve(publisher);
        }
        Ok(feeds)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.origin.addr()
    }

    /// Every entry that was ever served.
    pub(super) fn served(&self) -> &BTreeSet<Key> {
        &self.served
    }

    /// The entries that stand in the documents now, with their titles, which name statement and edition.
    pub(super) fn shown(&self) -> BTreeMap<Key, String> {
        let of = |(number, publisher): (usize, &Publisher)| -> Vec<(Key, String)> {
            let named = |entry: &Published| ((slug(number), entry.id.clone()), title(entry.statement, entry.edition));
            publisher.entries.iter().map(named).collect()
        };
        self.publishers.iter().enumerate().flat_map(of).collect()
    }

    /// The entries of which the documents say now that they are taken back.
    pub(super) fn taken_back(&self) -> BTreeSet<Key> {
        let of = |(number, publisher): (usize, &Publisher)| -> Vec<Key> {
            publisher.taken_back.iter().map(|(id, _)| (slug(number), id.clone())).collect()
        };
        self.publishers.iter().enumerate().flat_map(of).collect()
    }

    /// Some publishers do something.
    pub(super) fn advance(&mut self, chance: &mut Chance) {
        let mut concerned = BTreeSet::new();
        let (fewest, most) = CHANGES;
        for _ in 0..fewest + chance.below(most - fewest + 1) {
            let publisher = chance.below(PUBLISHERS);
            self.change(publisher, chance);
            concerned.insert(publisher);
        }
        if chance.one_in(SHARED_ONE_IN) {
            let statement = self.number_statement();
            let first = chance.below(PUBLISHERS);
            let second = (first + 1 + chance.below(PUBLISHERS - 1)) % PUBLISHERS;
            for publisher in [first, second] {
                self.publish(publisher, statement);
                concerned.insert(publisher);
            }
        }
        for publisher in concerned {
            self.serve(publisher);
        }
    }

    /// A new entry mostly; else a text changes or, where the format has words for that, an entry is taken back.
    fn change(&mut self, publisher: usize, chance: &mut Chance) {
        let own = &mut self.publishers[publisher];
        let place = chance.below(own.entries.len());
        match chance.below(10) {
            6 | 7 => {
                let entry = &mut own.entries[place];
                entry.edition += 1;
                entry.changed = now();
            }
            8 | 9 if is_atom(publisher) && own.entries.len() > 1 => {
                let gone = own.entries.remove(place);
                own.taken_back.push((gone.id, now()));
                if own.taken_back.len() > TOMBSTONES_MAX {
                    own.taken_back.remove(0);
                }
            }
            _ => {
                let statement = self.number_statement();
                self.publish(publisher, statement);
            }
        }
    }

    fn number_statement(&mut self) -> usize {
        self.statements += 1;
        self.statements
    }

    fn publish(&mut self, publisher: usize, statement: usize) {
        let (at, id) = (now(), format!("tag:{},2021:{statement}", host(publisher)));
        self.served.insert((slug(publisher), id.clone()));
        let entries = &mut self.publishers[publisher].entries;
        entries.insert(0, Published { id, statement, edition: 0, dated: at, changed: at });
        entries.truncate(ENTRIES_MAX);
    }

    /// Puts the document of a publisher on the origin.
    fn serve(&mut self, number: usize) {
        let publisher = &self.publishers[number];
        let (media_type, body) = if is_atom(number) {
            ("application/atom+xml; charset=utf-8", write_atom(number, publisher))
        } else {
            ("application/rss+xml; charset=utf-8", write_rss(number, publisher))
        };
        self.origin.put(&path(number), Served::new(media_type, body).with_modified(Utc::now()));
    }
}

/// Slug of a publisher in the policy.
pub(super) fn slug(publisher: usize) -> String {
    format!("publisher-{publisher}")
}

/// Where its document is on the origin.
pub(super) fn path(publisher: usize) -> String {
    format!("/{publisher}.xml")
}

fn host(publisher: usize) -> String {
    format!("publisher-{publisher}.example.org")
}

/// Half of them write Atom with tombstones, the others RSS.
fn is_atom(publisher: usize) -> bool {
    publisher.is_multiple_of(2)
}

/// What dates of feeds can say.
fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(0)
}

fn title(statement: usize, edition: usize) -> String {
    let about = if statement.is_multiple_of(COVID_EVERY) { "Coronavirus and " } else { "" };
    let edition = if edition == 0 { String::new() } else { format!(", edition {edition}") };
    format!("{about}{} {statement}{edition}", words(statement as u64, WORDS_IN_TITLE))
}

/// A text of its own for each statement; each edition of it ends otherwise.
fn text(statement: usize, edition: usize) -> String {
    let first = words((statement as u64) << 20, WORDS_IN_TEXT);
    let more = words(((statement as u64) << 20) + edition as u64, WORDS_IN_EDIT);
    if edition == 0 { first } else { format!("{first} {more}") }
}

/// Words in an order of their own for each seed. Every fourth has a number, so that statements are no copies of each
/// other.
fn words(seed: u64, count: usize) -> String {
    let mut chance = Chance::new(seed);
    let mut text = String::new();
    for place in 0..count {
        let word = chance.pick(&WORDS).copied().unwrap_or_default();
        let blank = if place == 0 { "" } else { " " };
        let number = if place % 4 == 3 { chance.below(1_000).to_string() } else { String::new() };
        let _ = write!(text, "{blank}{word}{number}");
    }
    text
}

fn write_rss(number: usize, publisher: &Publisher) -> String {
    let host = host(number);
    let mut document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>Publisher {number}</title>\
         <link>https://{host}/</link><description>News</description><language>en</language>\n"
    );
    for entry in &publisher.entries {
        let Published { id, statement, edition, dated, .. } = entry;
        let _ = writeln!(
            document,
            "<item><title>{}</title><guid isPermaLink=\"false\">{id}</guid><link>https://{host}/{statement}</link>\
             <description><![CDATA[<p>{}</p>]]></description><pubDate>{}</pubDate></item>",
            title(*statement, *edition),
            text(*statement, *edition),
            dated.to_rfc2822(),
        );
    }
    document + "</channel></rss>\n"
}

fn write_atom(number: usize, publisher: &Publisher) -> String {
    let (host, time) = (host(number), |at: &DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    let mut document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" \
         xmlns:at=\"http://purl.org/atompub/tombstones/1.0\" xml:lang=\"en\"><id>tag:{host},2021:feed</id>\
         <title>Publisher {number}</title><link href=\"https://{host}/\"/><updated>{}</updated>\n",
        time(&now())
    );
    for (id, when) in &publisher.taken_back {
        let _ = writeln!(document, "<at:deleted-entry ref=\"{id}\" when=\"{}\"/>", time(when));
    }
    for entry in &publisher.entries {
        let Published { id, statement, edition, dated, changed } = entry;
        let _ = writeln!(
            document,
            "<entry><id>{id}</id><title>{}</title><link href=\"https://{host}/{statement}\"/><published>{}</published>\
             <updated>{}</updated><content>{}</content></entry>",
            title(*statement, *edition),
            time(dated),
            time(changed),
            text(*statement, *edition),
        );
    }
    document + "</feed>\n"
}
