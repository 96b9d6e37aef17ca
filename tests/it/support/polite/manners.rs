//! The manners of sources: what each answers when.

use super::judge::Known;
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt::Write as _;
use std::time::Duration;

/// When sources may be polled, and the minutes between two such times.
pub const SCHEDULE: &str = "0 */20 * * * *";
pub const SCHEDULE_MINUTES: i64 = 20;
/// Hours of the day in which sources that name some do not want to be asked.
pub const SKIPPED_HOURS: std::ops::Range<u32> = 0..6;
/// Items in a first document, and at the most in any.
const FIRST_ITEMS: i64 = 3;
const ITEMS_MAX: i64 = 8;
const WORDS_OF_ITEM: i64 = 30;
/// Addresses that sources are led to and that are often busy.
const BUSY_TARGETS: usize = 4;
/// A source that is silent now and then is so for longer than anybody waits.
const SILENCE: Duration = Duration::from_secs(5);

macro_rules! manners {
    ($($name:ident),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Manner { $($name),+ }

        impl Manner {
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

manners! {
    Etag, LastModified, Both, Neither, WeakEtag, UnquotedEtag, OddDate, NewTagOn304, BusyForSeconds, BusyUntilDate,
    MaxAge, Ttl, SkipHours, UpdatePeriod, Gone, Moved301, Moved302, Moved308, Slow, Silent, Cookies, Restamped, Circle,
    OftenBroken, NeverNotModified, LedToBusy,
}

#[derive(Clone, Debug)]
pub struct Site {
    pub number: usize,
    pub manner: Manner,
    pub host: String,
    /// Minutes between two news.
    pub period: Option<u32>,
    pub start: DateTime<Utc>,
    /// After this there are no news.
    pub news_end: DateTime<Utc>,
}

/// What is asked, when, and with which validators.
pub struct Ask<'a> {
    /// The address behind the number: empty, or where redirects lead.
    pub part: &'a str,
    pub now: DateTime<Utc>,
    pub none_match: Option<&'a [u8]>,
    pub modified_since: Option<&'a [u8]>,
}

#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub fields: Vec<(&'static str, Vec<u8>)>,
    pub body: String,
    pub delay: Duration,
    /// How long not to ask again: `Retry-After`.
    pub wait: Option<TimeDelta>,
    /// How long it is fresh, as it says itself.
    pub fresh: Option<TimeDelta>,
    pub version: i64,
}

impl Answer {
    fn new(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    fn field(mut self, name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// The value of a field.
    pub fn value(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_slice())
    }

    fn redirect(status: u16, to: String) -> Self {
        Self::new(status).field("location", to)
    }
}

pub fn http_date(at: DateTime<Utc>) -> String {
    httpdate::fmt_http_date(at.into())
}

impl Site {
    pub fn path(&self) -> String {
        format!("/{}", self.number)
    }

    /// The answer to `ask`, by what is `known` of the address asked.
    pub fn answer(&self, ask: &Ask<'_>, known: &Known, port: u16) -> Answer {
        let there = |part: &str| format!("http://moved-{0}.example:{port}/{0}/{part}", self.number);
        let times = known.asked;
        match (self.manner, ask.part) {
            (Manner::Moved301, "") => Answer::redirect(301, there("to")),
            (Manner::Moved302, "") => Answer::redirect(302, there("to")),
            (Manner::Moved308, "") => Answer::redirect(308, there("to")),
            (Manner::Circle, "") => Answer::redirect(301, there("back")),
            (Manner::Circle, _) => Answer::redirect(301, format!("http://{}:{port}/{}", self.host, self.number)),
            (Manner::LedToBusy, "") => {
                let target = self.number % BUSY_TARGETS;
                Answer::redirect(302, format!("http://busy.example:{port}/{target}/busy"))
            }
            (_, "busy") if times % 3 == 2 => {
                Answer { wait: Some(TimeDelta::hours(1)), ..Answer::new(429).field("retry-after", "3600") }
            }
            (Manner::BusyForSeconds, _) if times % 5 == 4 => {
                Answer { wait: Some(TimeDelta::minutes(90)), ..Answer::new(429).field("retry-after", "5400") }
            }
            (Manner::BusyUntilDate, _) if times % 5 == 4 => {
                // Its clock is three hours behind, or ahead.
                let its_now = ask.now + TimeDelta::hours(if self.number.is_multiple_of(2) { -3 } else { 3 });
                let until = http_date(its_now + TimeDelta::hours(1));
                let answer = Answer::new(503).field("date", http_date(its_now)).field("retry-after", until);
                Answer { wait: Some(TimeDelta::hours(1)), ..answer }
            }
            (Manner::Gone, _) if times >= 3 => Answer::new(410),
            (Manner::OftenBroken, _) if times % 2 == 1 => Answer::new(500),
            (Manner::Silent, _) if times % 12 == 5 => Answer { delay: SILENCE, ..self.document(ask, known) },
            (Manner::Slow, _) => Answer { delay: Duration::from_millis(100), ..self.document(ask, known) },
            (Manner::Cookies, _) => self.document(ask, known).field("set-cookie", "seen=1; Path=/; Max-Age=99999"),
            _ => self.document(ask, known),
        }
    }

    /// The document of now, or 304 for who has it.
    fn document(&self, ask: &Ask<'_>, known: &Known) -> Answer {
        let version = self.version(ask.now);
        let tag = |form: &str| form.replace('#', &format!("{}-{version}", self.number)).into_bytes();
        let changed = http_date(self.start + TimeDelta::minutes(version));
        let (etag, modified) = match self.manner {
            Manner::LastModified => (None, Some(changed)),
            Manner::Neither => (None, None),
            Manner::WeakEtag => (Some(tag("W/\"#\"")), None),
            Manner::UnquotedEtag => (Some([tag("#;a=,b"), vec![0xe9, 0xff]].concat()), None),
            Manner::OddDate => (None, Some(format!("Tuesday, the {version}th, at noon; 2021"))),
            Manner::NewTagOn304 => (Some(tag(&format!("\"#-{}\"", known.asked))), Some(changed)),
            Manner::Restamped => (Some(tag(&format!("\"#-{}\"", ask.now.timestamp()))), None),
            Manner::Both => (Some(tag("\"#\"")), Some(changed)),
            _ => (Some(tag("\"#\"")), None),
        };
        let has_it = match self.manner {
            Manner::NewTagOn304 => {
                known.version == version && known.etag.is_some() && ask.none_match == known.etag.as_deref()
            }
            Manner::NeverNotModified | Manner::Neither => false,
            _ if etag.is_some() => ask.none_match == etag.as_deref(),
            _ => ask.modified_since == modified.as_deref().map(str::as_bytes),
        };
        let mut answer = Answer { version, ..Answer::new(if has_it { 304 } else { 200 }) };
        if let Some(etag) = etag {
            answer = answer.field("etag", etag);
        }
        if let Some(modified) = modified {
            answer = answer.field("last-modified", modified);
        }
        if self.manner == Manner::MaxAge {
            answer = answer.field("cache-control", "public, max-age=7200");
        }
        answer.fresh = match self.manner {
            Manner::MaxAge | Manner::Ttl => Some(TimeDelta::hours(2)),
            Manner::UpdatePeriod => Some(TimeDelta::hours(3)),
            _ => None,
        };
        if !has_it {
            answer.body = self.feed(version, ask.now);
        }
        answer
    }

    /// How many news there have been.
    fn version(&self, now: DateTime<Utc>) -> i64 {
        let minutes = (now.min(self.news_end) - self.start).num_minutes();
        self.period.map_or(0, |period| minutes / i64::from(period))
    }

    fn feed(&self, version: i64, now: DateTime<Utc>) -> String {
        let name = format!("source{}", self.number);
        let head = match self.manner {
            Manner::Ttl => "<ttl>120</ttl>".to_owned(),
            Manner::SkipHours => {
                let hours = SKIPPED_HOURS.fold(String::new(), |list, hour| list + &format!("<hour>{hour}</hour>"));
                format!("<skipHours>{hours}</skipHours>")
            }
            Manner::UpdatePeriod => {
                "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>8</sy:updateFrequency>".to_owned()
            }
            Manner::Restamped => format!("<lastBuildDate>{}</lastBuildDate>", now.to_rfc2822()),
            _ => String::new(),
        };
        let mut text = format!(
            "<rss version=\"2.0\" xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\"><channel><title>{name}</title>\
             <link>https://{name}.example/</link>{head}"
        );
        let count = version + FIRST_ITEMS;
        for item in (0.max(count - ITEMS_MAX)..count).rev() {
            let published =
                self.start + TimeDelta::minutes((item - FIRST_ITEMS + 1) * i64::from(self.period.unwrap_or(60)));
            // Texts of their own, so that no two are taken for copies of one another.
            let words = (0..WORDS_OF_ITEM).fold(String::new(), |text, word| {
                let word = item * WORDS_OF_ITEM + word;
                text + &format!("{name}word{word} ")
            });
            let _ = write!(
                text,
                "<item><guid isPermaLink=\"false\">{name}-{item}</guid><title>{name} report number {item}</title>\
                 <link>https://{name}.example/{item}</link><pubDate>{}</pubDate><description>{words}</description></item>",
                published.to_rfc2822()
            );
        }
        text + "</channel></rss>"
    }
}
