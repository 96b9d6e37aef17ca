//! From what a publisher wrote to what we keep: one clean model for every format.

mod direction;
mod ids;
mod links;

use super::dates;
use super::language::{self, LanguageSample, Verdict};
use super::parse::{EACH_MAX, Fields, Raw, RawEntry, RawText, WARNINGS_MAX, unescape_again, warning};
use super::sanitise::{self, FRAGMENT_BYTES_MAX, Sanitiser, escape};
use chrono::{DateTime, Datelike, Utc};
use direction::contain_directions;
use plenary_model::entry::{Category, Enclosure, Entry, EntrySource, FeedMeta, Person, Warning};
use plenary_model::language::{Language, LanguageGround};
use plenary_model::link::{ADDRESS_BYTES_MAX, Link};
use plenary_model::warning::WarningCode;
use plenary_model::whitespace::collapse_to_visible;
use std::borrow::Cow;
use std::sync::Arc;
use url::Url;

pub(super) use ids::{Ids, is_bare_number, marks_as_shared, other_spelling};

const TITLE_CHARS_MAX: usize = 1_000;
/// Longest plain text other than a title, in characters.
const PLAIN_CHARS_MAX: usize = 4_000;
/// Years that a date of a feed can have. What is outside is a machine's zero or a slip.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

/// Where something was found: the byte in the document, and the id of the entry concerned.
type At<'a> = (usize, Option<&'a str>);

pub(super) struct Normaliser<'t> {
    text: &'t str,
    sanitiser: Sanitiser,
    base: Option<Arc<Url>>,
    /// Language of entries that do not say: the feed's, else the source's.
    language: Option<Language>,
    /// True when it is the feed that declares it.
    is_feeds_language: bool,
    /// What an entry without declared language was last found to be in.
    likely: Option<Language>,
    authors: Vec<Person>,
    rights: Option<String>,
    pub(super) warnings: Vec<Warning>,
}

impl<'t> Normaliser<'t> {
    pub(super) fn new(text: &'t str, base: Option<Arc<Url>>, language: Option<&Language>) -> Self {
        Self {
            text,
            sanitiser: Sanitiser::new(),
            base,
            language: language.cloned(),
            is_feeds_language: false,
            likely: None,
            authors: Vec::new(),
            rights: None,
            warnings: Vec::new(),
        }
    }

    /// The feed's own fields. To be called before the entries, which inherit from it.
    pub(super) fn feed(&mut self, raw: &Raw<'_>) -> FeedMeta {
        let fields = &raw.feed;
        let (links, _) = links::resolve(fields, self.base.as_ref());
        let own = fields.id.as_ref().map(|(_, id)| ids::make_feed_id(id, self.base.as_ref()));
        let address = || {
            let own = links.iter().find(|link| link.rel == "self").map(|link| link.href.clone());
            own.or_else(|| self.base.as_ref().map(|base| base.as_str().to_owned()))
        };
        let id = own.or_else(address);
        let language = fields.language.as_deref().and_then(language::read_declared);
        let meta = FeedMeta {
            title: plain(fields.title.as_ref(), TITLE_CHARS_MAX).filter(|title| !title.is_empty()),
            id,
            hub: links.iter().find(|link| link.rel == "hub").map(|link| link.href.clone()),
            links,
            published: self.date("published", fields.published.as_ref(), (0, None)),
            updated: self.date("updated", fields.updated.as_ref(), (0, None)),
            language: language.clone(),
            subtitle: plain(fields.summary.as_ref(), PLAIN_CHARS_MAX),
            rights: plain(fields.rights.as_ref(), PLAIN_CHARS_MAX),
            author: one_line(&fields.authors),
            authors: fields.authors.clone(),
            categories: categories(fields),
        };
        self.is_feeds_language = language.is_some();
        self.language = language.or(self.language.take());
        self.authors.clone_from(&meta.authors);
        self.rights.clone_from(&meta.rights);
        meta
    }

    pub(super) fn entry(&mut self, raw: &RawEntry<'_>, id: String) -> Entry {
        let fields = &raw.fields;
        let (links, enclosures) = links::resolve(fields, self.base.as_ref());
        let link = links::page(&links, fields, self.base.as_ref());
        // Relative addresses in a text without `xml:base` are meant from the entry's page.
        let page = link.as_deref().and_then(|link| Url::parse(link).ok());
        let page = page.filter(|page| self.base.as_ref().is_none_or(|base| base.host() == page.host())).map(Arc::new);
        let title = plain(fields.title.as_ref(), TITLE_CHARS_MAX).unwrap_or_default();
        let summary = self.html(fields.summary.as_ref(), page.as_ref());
        // Many publishers give one text twice.
        let content = if same_text(fields.summary.as_ref(), fields.content.as_ref()) {
            summary.clone()
        } else {
            self.html(fields.content.as_ref(), page.as_ref())
        };
        let at = (raw.at, Some(id.as_str()));
        self.limits(fields, at);
        let published = self.date("published", fields.published.as_ref(), at);
        let created = if published.is_none() { self.date("created", fields.created.as_ref(), at) } else { None };
        let updated = self.date("updated", fields.updated.as_ref(), at);
        let authors = self.authors_of(raw);
        let body = content.as_deref().or(summary.as_deref()).unwrap_or_default();
        let (language, language_ground) = self.language_of(fields, &title, body, at).unzip();
        Entry {
            author: one_line(&authors),
            authors,
            categories: categories(fields),
            rights: plain(fields.rights.as_ref(), PLAIN_CHARS_MAX).or_else(|| self.rights.clone()),
            source: raw.source.as_ref().and_then(|source| self.source(source)),
            id,
            title,
            link,
            links,
            summary,
            content,
            published: published.or(created),
            updated,
            language,
            language_ground,
            enclosures,
        }
    }

    /// A text construct as clean HTML; empty when nothing of it may be shown.
    fn html(&self, text: Option<&(u8, RawText<'_>)>, page: Option<&Arc<Url>>) -> Option<String> {
        let (_, text) = text?;
        let base = text.base.as_ref().or(page).or(self.base.as_ref());
        let html = if text.html { self.sanitiser.html(&text.value, base) } else { escape(&text.value) };
        Some(html)
    }

    fn warn(&mut self, code: WarningCode, message: String, (at, entry): At<'_>) {
        if self.warnings.len() < WARNINGS_MAX {
            let entry = entry.map(str::to_owned);
            self.warnings.push(Warning { entry, ..warning(code, message, self.text, at) });
        }
    }

    /// Notes what of an entry is over a limit and was left out or cut.
    fn limits(&mut self, fields: &Fields<'_>, at: At<'_>) {
        let long =
            |text: Option<&(u8, RawText<'_>)>| text.is_some_and(|(_, text)| text.value.len() > FRAGMENT_BYTES_MAX);
        if long(fields.content.as_ref()) || long(fields.summary.as_ref()) {
            self.warn(WarningCode::TooLong, format!("a text was cut at {FRAGMENT_BYTES_MAX} bytes"), at);
        }
        let title = fields.title.as_ref().map_or("", |(_, title)| &title.value);
        if title.len() > TITLE_CHARS_MAX
            && plain(fields.title.as_ref(), usize::MAX).is_some_and(|title| is_over(&title))
        {
            self.warn(WarningCode::TooLong, format!("the title was cut at {TITLE_CHARS_MAX} characters"), at);
        }
        if fields.links.iter().any(|link| link.href.len() > ADDRESS_BYTES_MAX) {
            self.warn(
                WarningCode::TooLong,
                format!("an address of more than {ADDRESS_BYTES_MAX} bytes was left out"),
                at,
            );
        }
        if fields.left_out {
            self.warn(WarningCode::TooMany, format!("of links, people and categories {EACH_MAX} each were read"), at);
        }
    }

    fn date(
        &mut self,
        what: &str,
        written: Option<&(u8, Cow<'_, str>)>,
        (entry_at, entry): At<'_>,
    ) -> Option<DateTime<Utc>> {
        let (_, written) = written?;
        let date = dates::parse(written).filter(|date| YEARS.contains(&date.year()));
        if date.is_none() {
            let shown: String = written.chars().take(60).collect();
            let at = self.offset_of(written).unwrap_or(entry_at);
            self.warn(WarningCode::BadDate, format!("the date \"{shown}\" ({what}) cannot be read"), (at, entry));
        }
        date
    }

    /// Where a part of the document stands in it; `None` for what was made of one.
    fn offset_of(&self, part: &str) -> Option<usize> {
        let offset = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        (offset + part.len() <= self.text.len()).then_some(offset)
    }

    /// The entry's authors, else its source's, else the feed's (RFC 4287 4.2.1).
    fn authors_of(&self, raw: &RawEntry<'_>) -> Vec<Person> {
        let own = &raw.fields.authors;
        let source = raw.source.as_ref().map(|source| &source.authors);
        if !own.is_empty() {
            return own.clone();
        }
        source.filter(|authors| !authors.is_empty()).unwrap_or(&self.authors).clone()
    }

    /// The entry's own language, else the feed's, unless the text is plainly in another, else the text's. A text in two
    /// languages is noted, and keeps the one declared.
    fn language_of(
        &mut self,
        fields: &Fields<'_>,
        title: &str,
        body: &str,
        at: At<'_>,
    ) -> Option<(Language, LanguageGround)> {
        let words = LanguageSample::take(title, body);
        let own = fields.language.as_deref().and_then(language::read_declared);
        let ground = match &own {
            Some(_) if fields.own_language => LanguageGround::Entry,
            None if !self.is_feeds_language => LanguageGround::Source,
            _ => LanguageGround::Feed,
        };
        let declared = own.or_else(|| self.language.clone());
        let mixed = words.find_two();
        if let Some((first, last)) = &mixed {
            self.warn(WarningCode::MixedLanguages, format!("the text begins in {first} and ends in {last}"), at);
        }
        let holds = |declared: &Language, language: &Language| declared.primary() == language.primary();
        if let Some(declared) = &declared
            && mixed.is_some_and(|(first, last)| holds(declared, &first) || holds(declared, &last))
        {
            return Some((declared.clone(), ground));
        }
        match words.judge(declared, self.likely.as_ref()) {
            Verdict::Declared(language) => Some((language, ground)),
            Verdict::Detected(language, heard) => {
                self.likely = Some(language.clone());
                Some((language, LanguageGround::Detected(heard)))
            }
            Verdict::Overruled { declared, found, heard } => {
                self.warn(
                    WarningCode::OtherLanguage,
                    format!("declared as {declared}, but the text is in {found}"),
                    at,
                );
                Some((found, LanguageGround::Overruled { declared, heard }))
            }
            Verdict::Unknown => None,
        }
    }

    fn source(&self, fields: &Fields<'_>) -> Option<EntrySource> {
        let (links, _) = links::resolve(fields, self.base.as_ref());
        let own = links.iter().find(|link| link.rel == "self").or(links.first());
        let source = EntrySource {
            id: fields.id.as_ref().map(|(_, id)| id.value.clone().into_owned()),
            title: plain(fields.title.as_ref(), TITLE_CHARS_MAX).filter(|title| !title.is_empty()),
            link: own.map(|link| link.href.clone()),
        };
        (source != EntrySource::default()).then_some(source)
    }
}

/// True when two text constructs are the same HTML, read against the same base.
fn same_text(one: Option<&(u8, RawText<'_>)>, other: Option<&(u8, RawText<'_>)>) -> bool {
    let (Some((_, one)), Some((_, other))) = (one, other) else { return false };
    one.html == other.html && one.value == other.value && one.base == other.base
}

/// A text construct as plain text of at most `max` characters; empty when it has no words.
fn plain(text: Option<&(u8, RawText<'_>)>, max: usize) -> Option<String> {
    let (_, text) = text?;
    let mut plain = if text.html {
        let read = sanitise::text(&text.value);
        // Programs that pass feeds on escape once more what was escaped.
        if read.contains('&') { collapse_to_visible(&unescape_again(read)) } else { read }
    } else {
        collapse_to_visible(&text.value)
    };
    if let Some((end, _)) = plain.char_indices().nth(max) {
        plain.truncate(end);
    }
    Some(contain_directions(plain))
}

fn is_over(title: &str) -> bool {
    title.chars().nth(TITLE_CHARS_MAX).is_some()
}

fn one_line(authors: &[Person]) -> Option<String> {
    let names = authors.iter().filter_map(|person| {
        let name = Some(person.name.as_str()).filter(|name| !name.is_empty());
        match (name, person.email.as_deref()) {
            (Some(name), Some(email)) => Some(format!("{name} ({email})")),
            (name, email) => name.or(email).map(str::to_owned),
        }
    });
    let line = names.collect::<Vec<_>>().join(", ");
    (!line.is_empty()).then_some(line)
}

fn categories(fields: &Fields<'_>) -> Vec<Category> {
    let own = |text: &Option<Cow<'_, str>>| text.as_ref().map(|text| text.clone().into_owned());
    fields
        .categories
        .iter()
        .map(|category| Category {
            term: collapse_to_visible(&category.term),
            scheme: own(&category.scheme),
            label: own(&category.label),
        })
        .filter(|category| !category.term.is_empty())
        .collect()
}

type Resolved = (Vec<Link>, Vec<Enclosure>);
