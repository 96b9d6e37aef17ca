//! Reads OPML 2.0 into sources to be added; what is there already is left out.

use super::edit::SourceBlock;
use plenary_model::link::CanonicalLink;
use plenary_model::policy::Policy;
use plenary_model::source::{Standing, Trust};
use plenary_model::whitespace::collapse;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, BTreeSet};

/// Longest slug made from a title, in bytes.
const SLUG_BYTES_MAX: usize = 40;
/// Outlines read from one document: many times the largest list that people keep.
const OUTLINES_MAX: usize = 10_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    pub added: Vec<SourceBlock>,
    /// What was left out or put together, each with the reason.
    pub skipped: Vec<(String, String)>,
}

#[derive(Debug, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct OpmlError {
    /// Line, from 1.
    pub line: usize,
    pub message: String,
}

/// What is given to sources of which the list does not say it.
#[derive(Clone, Copy, Debug)]
pub struct ImportDefaults {
    pub standing: Standing,
    pub trust: Trust,
}

/// How texts of a list are read, which is not for this room: the references of XML and HTML, and what people wrote, with
/// markup or without.
#[derive(Clone, Copy, Debug)]
pub struct TextReader {
    pub references: fn(&str) -> String,
    pub words: fn(&str) -> String,
}

/// Reads the outlines of an OPML document that name a feed (`xmlUrl`). The standing of a source is that of the group it
/// stands in (`Members`, `Partners`, …, or an outline's `category`), and its trust that of an attribute `trust` of its
/// own or of the group; else `defaults`. A feed that stands there twice is one source.
pub fn import(text: &str, policy: &Policy, defaults: ImportDefaults, texts: TextReader) -> Result<Import, OpmlError> {
    let error = |offset: usize, message: String| {
        let before = text.get(..offset.min(text.len())).unwrap_or(text);
        OpmlError { line: before.matches('\n').count() + 1, message }
    };
    let mut reader = quick_xml::Reader::from_str(text);
    let forgiving = reader.config_mut();
    // Lists are written by hand and by programs that do not escape.
    (forgiving.allow_dangling_amp, forgiving.check_end_names, forgiving.allow_unmatched_ends) = (true, false, true);
    let mut list = List::new(policy, defaults);
    let mut groups: Vec<Group> = Vec::new();
    let mut outlines = 0;
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event();
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = event.map_err(|e| error(at, format!("not well-formed XML ({e}): export the list again")))?;
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        let (start, is_open) = match &event {
            Event::Start(start) => (start, true),
            Event::Empty(start) => (start, false),
            Event::End(end) if end.local_name().as_ref().eq_ignore_ascii_case(b"outline") => {
                if let Some(group) = groups.pop() {
                    list.end_group(&group);
                }
                continue;
            }
            Event::Eof if depth > 0 => {
                return Err(error(at, "the document ends in the middle: export the list again".into()));
            }
            Event::Eof => break,
            _ => continue,
        };
        if !start.local_name().as_ref().eq_ignore_ascii_case(b"outline") {
            continue;
        }
        outlines += 1;
        if outlines > OUTLINES_MAX {
            return Err(error(at, format!("more than {OUTLINES_MAX} outlines: split the list")));
        }
        let outline = Outline::read(start, texts);
        if let Some(parent) = groups.last_mut() {
            parent.has_outlines = true;
        }
        let inherited = groups.last().map(|group| (group.standing, group.trust)).unwrap_or_default();
        let stands = outline.standing.or(inherited.0);
        let trust = outline.trust.or(inherited.1);
        if is_open {
            let is_feed = outline.feed.is_some();
            groups.push(Group {
                name: outline.name.clone(),
                standing: if is_feed { inherited.0 } else { stands },
                trust: if is_feed { inherited.1 } else { trust },
                has_outlines: is_feed,
                why: outline.why.clone(),
            });
        }
        if outline.feed.is_some() {
            list.take(outline, stands, trust);
        } else if !is_open {
            list.leave_out(&outline.name, outline.why.as_deref().unwrap_or(NO_FEED));
        }
    }
    if outlines == 0 {
        return Err(error(0, "there is no <outline>: this is not an OPML list of feeds".into()));
    }
    Ok(list.import)
}

/// Why an outline without a feed and without others in it is left out.
const NO_FEED: &str = "it names no feed: give it xmlUrl";

/// An outline that is open.
struct Group {
    name: String,
    standing: Option<Standing>,
    trust: Option<Trust>,
    has_outlines: bool,
    why: Option<String>,
}

struct List {
    import: Import,
    known: BTreeSet<CanonicalLink>,
    /// Which of those added has a feed, and whether the list says its standing.
    places: BTreeMap<CanonicalLink, (usize, bool)>,
    slugs: BTreeSet<String>,
    defaults: ImportDefaults,
}

impl List {
    fn new(policy: &Policy, defaults: ImportDefaults) -> Self {
        let feeds = policy.sources.iter().flat_map(|source| &source.feeds);
        Self {
            import: Import::default(),
            known: feeds.filter_map(|feed| CanonicalLink::from_address(feed)).collect(),
            places: BTreeMap::new(),
            slugs: policy.sources.iter().map(|source| source.id.0.clone()).collect(),
            defaults,
        }
    }

    fn leave_out(&mut self, name: &str, why: &str) {
        let name = if name.is_empty() { "an outline without a name" } else { name };
        self.import.skipped.push((name.to_owned(), why.to_owned()));
    }

    fn end_group(&mut self, group: &Group) {
        if !group.has_outlines {
            self.leave_out(&group.name, group.why.as_deref().unwrap_or(NO_FEED));
        }
    }

    fn take(&mut self, outline: Outline, standing: Option<Standing>, trust: Option<Trust>) {
        let feed = outline.feed.clone().unwrap_or_default();
        let label = if outline.name.is_empty() { feed.clone() } else { outline.name.clone() };
        if let Err((message, _)) = super::value::parse_address(&feed) {
            return self.leave_out(&label, &message);
        }
        let key = CanonicalLink::from_address(&feed);
        if key.as_ref().is_some_and(|key| self.known.contains(key)) {
            return self.leave_out(&label, "its feed is in feeds.toml already");
        }
        if let Some((place, is_said)) = key.as_ref().and_then(|key| self.places.get_mut(key)) {
            let Some(held) = self.import.added.get_mut(*place) else { return };
            if let Some(standing) = standing.filter(|_| !*is_said) {
                (held.standing, *is_said) = (Some(standing), true);
            }
            let stands = held.standing.unwrap_or(self.defaults.standing).as_str();
            let why = format!("the list has its feed twice; it is one source, {}, as {stands}", held.id);
            return self.leave_out(&label, &why);
        }
        let host = plenary_model::link::host_of(&feed).unwrap_or_default();
        let id = pick_slug(&[&outline.name, &host], &mut self.slugs);
        if let Some(key) = key {
            self.places.insert(key, (self.import.added.len(), standing.is_some()));
        }
        self.import.added.push(SourceBlock {
            id,
            name: if outline.name.is_empty() { host } else { outline.name },
            site: outline.site,
            feeds: vec![feed],
            standing: Some(standing.unwrap_or(self.defaults.standing)),
            trust: Some(trust.unwrap_or(self.defaults.trust)),
            language: outline.language,
        });
    }
}

struct Outline {
    name: String,
    feed: Option<String>,
    site: Option<String>,
    language: Option<String>,
    standing: Option<Standing>,
    trust: Option<Trust>,
    /// Why it names no feed, when it seems to.
    why: Option<String>,
}

impl Outline {
    fn read(start: &BytesStart<'_>, texts: TextReader) -> Self {
        let raw = |name: &str| -> Option<String> {
            let mut all = start.html_attributes();
            all.with_checks(false);
            let found = all.flatten().find(|a| a.key.local_name().as_ref().eq_ignore_ascii_case(name.as_bytes()))?;
            Some(String::from_utf8_lossy(&found.value).into_owned())
        };
        let some = |value: String| Some(value).filter(|value| !value.is_empty());
        // What was escaped once is markup of HTML that somebody had in the name.
        let words = |name: &str| some(collapse(&(texts.words)(&(texts.references)(&raw(name)?))));
        let address = |name: &str| {
            let read = (texts.references)(raw(name)?.trim()).replace("&amp;", "&");
            let read = read.trim();
            let after = read.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("feed:")).map(|_| &read[5..]);
            some(match after {
                Some(rest) if rest.starts_with("//") => format!("http:{rest}"),
                Some(rest) if rest.starts_with("http") => rest.to_owned(),
                _ => read.to_owned(),
            })
        };
        let kind = words("type").unwrap_or_default().to_lowercase();
        // Other outlines than subscriptions have an address, too (OPML 2.0).
        let is_link = matches!(kind.as_str(), "link" | "include");
        let feed = address("xmlUrl").or_else(|| address("url").filter(|_| !is_link));
        let why = is_link.then(|| format!("it is of type \"{kind}\", and names no feed: give it xmlUrl"));
        let name = words("title").or_else(|| words("text")).unwrap_or_default();
        let category = words("category").unwrap_or_default();
        Self {
            standing: find_standing(&name).or_else(|| category.split([',', '/']).find_map(find_standing)),
            trust: words("trust").and_then(|word| Trust::parse(&word)),
            feed,
            site: address("htmlUrl").filter(|site| super::value::parse_address(site).is_ok()),
            language: words("language").filter(|l| plenary_model::language::Language::parse(l).is_some()),
            name,
            why,
        }
    }
}

/// The standing that the name of a group means, in the words of our own export.
fn find_standing(name: &str) -> Option<Standing> {
    let name = name.trim().to_lowercase();
    let singular = name.strip_suffix('s').unwrap_or(&name);
    Standing::parse(&name).or_else(|| Standing::parse(singular))
}

/// A slug that is not in `taken`, from the first text that yields one; it is then taken.
fn pick_slug(texts: &[&str], taken: &mut BTreeSet<String>) -> String {
    let mut base =
        texts.iter().map(|text| make_slug(text)).find(|slug| !slug.is_empty()).unwrap_or_else(|| "source".into());
    base.truncate(SLUG_BYTES_MAX);
    let base = base.trim_end_matches('-').to_owned();
    let mut candidate = base.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{base}-{number}");
        number += 1;
    }
    candidate
}

fn make_slug(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let plain: String = text.nfkd().filter(char::is_ascii).collect::<String>().to_ascii_lowercase();
    let words: Vec<&str> = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
#[path = "opml_tests.rs"]
mod tests;
