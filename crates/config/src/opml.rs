//! Reads OPML 2.0 into sources to be added; what is there already is left out.

use super::edit::SourceBlock;
use plenary_model::link::CanonicalLink;
use plenary_model::policy::Policy;
use plenary_model::source::Standing;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeSet;

/// Longest slug made from a title, in bytes.
const SLUG_BYTES_MAX: usize = 40;
/// Outlines read from one document: many times the largest list that people keep.
const OUTLINES_MAX: usize = 10_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    pub added: Vec<SourceBlock>,
    /// Outlines left out, each with the reason.
    pub skipped: Vec<(String, String)>,
}

#[derive(Debug, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct OpmlError {
    /// Line, from 1.
    pub line: usize,
    pub message: String,
}

/// Reads the outlines of an OPML document that name a feed (`xmlUrl`). The standing of a source is
/// that of the group it stands in (`Members`, `Partners`, …, or an outline's `category`), else `standing`.
pub fn import(text: &str, policy: &Policy, standing: Standing) -> Result<Import, OpmlError> {
    let error = |offset: usize, message: String| {
        let before = text.get(..offset.min(text.len())).unwrap_or(text);
        OpmlError { line: before.matches('\n').count() + 1, message }
    };
    let mut reader = quick_xml::Reader::from_str(text);
    let mut known: BTreeSet<CanonicalLink> = policy
        .sources
        .iter()
        .flat_map(|source| &source.feeds)
        .filter_map(|feed| CanonicalLink::from_address(feed))
        .collect();
    let mut slugs: BTreeSet<String> = policy.sources.iter().map(|source| source.id.0.clone()).collect();
    let mut groups: Vec<Option<Standing>> = Vec::new();
    let mut import = Import::default();
    let mut outlines = 0;
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event();
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = event.map_err(|e| error(at, format!("not well-formed XML ({e}): export the list again")))?;
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        let (start, is_open) = match &event {
            Event::Start(start) => (start, true),
            Event::Empty(start) => (start, false),
            Event::End(end) if end.local_name().as_ref().eq_ignore_ascii_case(b"outline") => {
                groups.pop();
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
        let outline = Outline::read(start);
        let inherited = groups.iter().rev().find_map(|group| *group);
        let stands = outline.standing.or(inherited);
        if is_open {
            groups.push(if outline.feed.is_some() { inherited } else { stands });
        }
        if let Some(feed) = outline.feed.clone() {
            outline.take(feed, stands.unwrap_or(standing), &mut known, &mut slugs, &mut import);
        }
    }
    if outlines == 0 {
        return Err(error(0, "there is no <outline>: this is not an OPML list of feeds".into()));
    }
    Ok(import)
}

struct Outline {
    name: String,
    feed: Option<String>,
    site: Option<String>,
    language: Option<String>,
    standing: Option<Standing>,
}

impl Outline {
    fn read(start: &BytesStart<'_>) -> Self {
        let attribute = |name: &str| -> Option<String> {
            let mut all = start.attributes();
            all.with_checks(false);
            let found = all.flatten().find(|a| a.key.local_name().as_ref().eq_ignore_ascii_case(name.as_bytes()))?;
            let value = found.normalized_value(XmlVersion::Explicit1_0).ok()?;
            Some(value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let name = attribute("title").or_else(|| attribute("text")).unwrap_or_default();
        let category = attribute("category").unwrap_or_default();
        Self {
            standing: find_standing(&name).or_else(|| category.split([',', '/']).find_map(find_standing)),
            feed: attribute("xmlUrl").or_else(|| attribute("url")),
            site: attribute("htmlUrl").filter(|site| super::value::parse_address(site).is_ok()),
            language: attribute("language").filter(|l| plenary_model::language::Language::parse(l).is_some()),
            name,
        }
    }

    fn take(
        self,
        feed: String,
        standing: Standing,
        known: &mut BTreeSet<CanonicalLink>,
        slugs: &mut BTreeSet<String>,
        import: &mut Import,
    ) {
        let label = if self.name.is_empty() { feed.clone() } else { self.name.clone() };
        if let Err((message, _)) = super::value::parse_address(&feed) {
            import.skipped.push((label, message));
            return;
        }
        if CanonicalLink::from_address(&feed).is_some_and(|key| !known.insert(key)) {
            import.skipped.push((label, "its feed is in feeds.toml already".into()));
            return;
        }
        let host = plenary_model::link::host_of(&feed).unwrap_or_default();
        let id = pick_slug(&[&self.name, &host], slugs);
        let name = if self.name.is_empty() { host } else { self.name };
        import.added.push(SourceBlock {
            id,
            name,
            site: self.site,
            feeds: vec![feed],
            standing: Some(standing),
            language: self.language,
        });
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
mod tests {
    use super::*;

    fn policy() -> Policy {
        let text = "[network]\nname = \"N\"\naddress = \"https://f.example.org\"\ncontact = \"w@example.org\"\nlanguages = [\"en\"]\n\n[[source]]\nid = \"a\"\nname = \"A\"\nfeed = \"https://a.example.org/feed\"\nstanding = \"member\"\n";
        super::super::read_text("feeds.toml", text, &|_| Ok(String::new()), crate::tests::read_shipped).unwrap()
    }

    const LIST: &str = r#"<?xml version="1.0"?><opml version="2.0"><body>
      <outline text="Partners"><outline text="Étoile &amp; Co" xmlUrl="https://e.example.org/rss" htmlUrl="https://e.example.org/"/>
        <outline text="A again" xmlUrl="http://www.a.example.org/feed/"/></outline>
      <outline text="étoile co" xmlUrl="https://e2.example.org/rss" language="fr"/>
      <outline text="Bad" xmlUrl="feed:nothing"/></body></opml>"#;

    #[test]
    fn groups_give_the_standing_and_known_feeds_are_left_out() {
        let import = import(LIST, &policy(), Standing::Member).unwrap();
        let got: Vec<(&str, Option<Standing>)> = import.added.iter().map(|b| (b.id.as_str(), b.standing)).collect();
        assert_eq!(got, [("etoile-co", Some(Standing::Partner)), ("etoile-co-2", Some(Standing::Member))]);
        assert_eq!(import.added[0].name, "Étoile & Co");
        let skipped: Vec<&str> = import.skipped.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(skipped, ["A again", "Bad"]);
    }

    #[test]
    fn what_is_no_opml_is_named() {
        assert!(import("<rss/>", &policy(), Standing::Member).is_err());
        let error = import("<opml>\n<body>\n<outline text=\"x\" </body>", &policy(), Standing::Member).unwrap_err();
        assert!(error.line >= 3, "{error}");
    }
}
