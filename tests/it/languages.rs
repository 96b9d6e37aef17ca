//! Every page of the demo in French, Spanish and Arabic says nothing of the interface in another language.
//!
//! What a page shows of a piece (titles, names, quotations) stands in an element with a language of its own,
//! or is known from the interface for programs; whatever else has letters must be a word of the language's
//! file, or of what the policy says in that language.

use crate::demo::site;
use crate::support::http::get;
use plenary_model::evidence::{IssuerReason, Place, Sign};
use plenary_model::html::{Search, Tag, read_tag, skip_element};
use plenary_model::language::{Heard, Language, LanguageGround};
use plenary_model::learned::OpinionReason;
use plenary_model::reason::{LeadReason, Reason};
use plenary_model::source::Standing;
use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 3] = ["fr", "es", "ar"];

/// Elements without an end tag (HTML, void elements).
const VOID: [&str; 10] = ["meta", "link", "img", "br", "hr", "input", "path", "circle", "use", "rect"];

/// What the regions of the world are called.
const REGIONS: &str = "crates/serve/src/world/regions.toml";

/// What larger regions are called.
const AREAS: &str = "crates/serve/src/world/areas.toml";

/// Classes of elements that quote a piece in its own language, which may be that of the page.
const QUOTATIONS: [&str; 3] = ["teaser", "excerpt", "quoted"];

/// Attributes that visitors read or hear.
const READ_ALOUD: [&str; 5] = ["alt", "title", "aria-label", "placeholder", "label"];

/// Names of programs and symbols of units, the same in all languages.
const SYMBOLS: [&str; 3] = ["ical", "kb", "ms"];

/// Pages of each language that the walk must come to at the least: the demo has 80 pieces.
const PAGES_MIN: usize = 150;

#[test]
fn the_interface_speaks_the_language_of_the_page() {
    let site = site();
    let names = names(site);
    let english = english_reasons();
    for language in LANGUAGES {
        let vocabulary = vocabulary(language);
        let mut found: BTreeSet<String> = BTreeSet::new();
        let pages = walk(site, language, &mut |path, html| {
            for text in interface_texts(html, language) {
                let strange = strange_words(&text, &names, &vocabulary);
                if !strange.is_empty() {
                    found.insert(format!("{path}: {strange:?} in {text:?}"));
                }
            }
            // A sentence might stand where words of a text are quoted.
            let told = english.iter().filter(|sentence| html.contains(sentence.as_str()));
            found.extend(told.map(|sentence| format!("{path}: {sentence:?}")));
        });
        assert!(pages >= PAGES_MIN, "{language}: {pages} pages");
        let examples: Vec<&String> = found.iter().take(20).collect();
        assert!(found.is_empty(), "{language}: {} texts on {pages} pages, such as\n{examples:#?}", found.len());
    }
}

#[test]
fn an_english_reason_on_a_french_page_would_be_found() {
    let vocabulary = vocabulary("fr");
    let names = vec!["harbour network".to_owned()];
    let page = "<html lang=\"fr\"><body><p>déclarée par le flux</p><ul lang=\"fr\"><li>declared by the feed</li></ul>\
                <h1 lang=\"en\">The title</h1><b dir=\"auto\">the word</b><p>Harbour Network</p><br>\
                <a title=\"read it\" href=\"/x\">Sources</a></body></html>";
    let strange: Vec<Vec<String>> =
        interface_texts(page, "fr").iter().map(|text| strange_words(text, &names, &vocabulary)).collect();
    let strange: Vec<Vec<String>> = strange.into_iter().filter(|words| !words.is_empty()).collect();
    assert_eq!(strange, [vec!["declared", "by", "the"], vec!["read", "it"]]);
}

/// What reasons say in English, without the names in them: whatever has a page of its own must say it in the
/// language of the page.
fn english_reasons() -> BTreeSet<String> {
    let gap = || "|".to_owned();
    let mut told: Vec<String> = Vec::new();
    let heard = Heard { heard: 3, readings: 4 };
    let declared = Language::parse("de").unwrap();
    let grounds = [
        LanguageGround::Entry,
        LanguageGround::Feed,
        LanguageGround::Source,
        LanguageGround::Detected(heard),
        LanguageGround::Overruled { declared, heard },
    ];
    told.extend(grounds.iter().map(LanguageGround::to_string));
    let leads = [
        LeadReason::Staff,
        LeadReason::Kept,
        LeadReason::Only,
        LeadReason::OthersBlocked,
        LeadReason::Original,
        LeadReason::OthersTakeOver,
        LeadReason::First,
        LeadReason::Fullest,
        LeadReason::Key,
    ];
    told.extend(leads.iter().map(LeadReason::to_string));
    let signs = [
        Sign::Carrier,
        Sign::CountryOf { source: gap() },
        Sign::AllOfSource { source: gap() },
        Sign::AllOfStanding { standing: Standing::Media },
    ];
    told.extend(signs.iter().map(Sign::to_string));
    let issuers = [
        IssuerReason::Carrier { name: gap() },
        IssuerReason::Feed { name: gap() },
        IssuerReason::Host { name: gap(), host: gap() },
        IssuerReason::NamedFirst { name: gap(), carrier: gap() },
        IssuerReason::Byline { name: gap(), byline: gap() },
        IssuerReason::Speaks { name: gap(), place: Place::Text },
        IssuerReason::Says { name: gap(), place: Place::Title, phrase: gap() },
    ];
    told.extend(issuers.iter().map(IssuerReason::to_string));
    let reasons = [
        Reason::SourceDefault { source: gap() },
        Reason::Quota { most: 3, source: gap() },
        Reason::Learned { why: OpinionReason::EarlierModel },
        Reason::ShownBefore,
        Reason::NoRuleAnyMore,
        Reason::Expired { days: 730 },
    ];
    told.extend(reasons.iter().map(Reason::to_string));
    let parts = told.iter().flat_map(|sentence| sentence.split('|')).map(|part| part.trim_matches([' ', ':', ',']));
    // Two words may stand in any text.
    parts.filter(|part| part.split(' ').count() > 2).map(str::to_owned).collect()
}

/// Calls `each` with every page of a language that links lead to from its first one, and with the pages of
/// failures. Answers how many there were.
fn walk(site: SocketAddr, language: &str, each: &mut dyn FnMut(&str, &str)) -> usize {
    let start = format!("/{language}/");
    let mut waiting =
        VecDeque::from([start.clone(), format!("/{language}/nothing-here"), format!("/{language}/search?q=children")]);
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut pages = 0;
    while let Some(path) = waiting.pop_front() {
        let answer = get(site, &path);
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        pages += 1;
        let html = answer.text();
        each(&path, html);
        for link in links(html) {
            // Of searches one is enough: each page links dozens, all built from the same parts.
            let is_page = link.starts_with(&start) && !link.contains(['?', '#']) && !link.contains("/search");
            if is_page && seen.insert(link.clone()) {
                waiting.push_back(link);
            }
        }
    }
    pages
}

fn links(html: &str) -> Vec<String> {
    let mut links = Vec::new();
    read_tags(html, &mut |_, tag| {
        if tag.is_some_and(|tag| tag.name == "a" && !tag.is_end) {
            links.extend(tag.and_then(|tag| attribute(tag.inside, "href")).map(|href| href.replace("&amp;", "&")));
        }
    });
    links
}

/// Hands on each text of a page and the tag after it.
fn read_tags<'a>(html: &'a str, each: &mut dyn FnMut(&'a str, Option<&Tag<'a>>)) {
    let mut search = Search::begin(html);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let Some(tag) = read_tag(&rest[at..], &mut search) else {
            panic!("no tag: {:?}", &rest[at..rest.len().min(at + 60)]);
        };
        each(&rest[..at], Some(&tag));
        rest = &rest[at + tag.length..];
        if !tag.is_end && matches!(tag.name, "script" | "style") {
            rest = skip_element(rest, tag.name);
        }
    }
    each(rest, None);
}

fn attribute(inside: &str, name: &str) -> Option<String> {
    let at = inside.find(&format!(" {name}=\""))?;
    let value = &inside[at + name.len() + 3..];
    value.find('"').map(|end| value[..end].to_owned())
}

/// The texts and the attributes read aloud that are in `language`, references resolved.
fn interface_texts(html: &str, language: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut open: Vec<(&str, Holds)> = Vec::new();
    read_tags(html, &mut |text, tag| {
        let outer = open.last().map_or(Holds::Interface, |(_, holds)| *holds);
        if outer == Holds::Interface {
            texts.push(plenary_ingest::sanitise::text(text));
        }
        let Some(tag) = tag.filter(|tag| !tag.name.is_empty()) else { return };
        if tag.is_end {
            let at = open.iter().rposition(|(name, _)| *name == tag.name);
            open.truncate(at.unwrap_or_else(|| panic!("</{}> closes nothing", tag.name)));
            return;
        }
        let holds = holds(tag, outer, language);
        if holds == Holds::Interface {
            let read = READ_ALOUD.iter().filter_map(|name| attribute(tag.inside, name));
            texts.extend(read.map(|value| plenary_ingest::sanitise::text(&value)));
        }
        if !VOID.contains(&tag.name) && !tag.inside.ends_with('/') {
            open.push((tag.name, holds));
        }
    });
    texts
}

/// What an element holds.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    /// Words of the interface.
    Interface,
    /// A name, a word of a text, or what is in another language; inside it the interface may speak again.
    Data,
    /// A piece in its own words, whatever is inside.
    Quotation,
}

fn holds(tag: &Tag<'_>, outer: Holds, language: &str) -> Holds {
    let of = |name: &str| attribute(tag.inside, name);
    let is_quotation = of("class").is_some_and(|class| class.split(' ').any(|class| QUOTATIONS.contains(&class)));
    if outer == Holds::Quotation || is_quotation {
        return Holds::Quotation;
    }
    let lang = of("lang");
    let is_data = matches!(tag.name, "code" | "pre" | "script" | "style")
        || of("translate").as_deref() == Some("no")
        || (lang.is_none() && of("dir").as_deref() == Some("auto"));
    match lang {
        _ if is_data => Holds::Data,
        Some(lang) if lang == language => Holds::Interface,
        Some(_) => Holds::Data,
        None => outer,
    }
}

/// Words of a text that are neither of the language nor part of a name.
fn strange_words(text: &str, names: &[String], vocabulary: &BTreeSet<String>) -> Vec<String> {
    let mut rest = text.to_lowercase();
    for name in names {
        if rest.contains(name.as_str()) {
            rest = rest.replace(name.as_str(), " ");
        }
    }
    // Arabic writes "in" as one letter before its word.
    let is_known =
        |word: &str| vocabulary.contains(word) || word.strip_prefix('ب').is_some_and(|w| vocabulary.contains(w));
    words(&rest).filter(|word| !is_known(word)).collect()
}

/// Words without addresses and ordinals (`93e`), in small letters.
fn words(text: &str) -> impl Iterator<Item = String> {
    let texts = text.split_whitespace().filter(|text| !text.contains(['@', '/']));
    let words = texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    words.filter(|word| word.starts_with(char::is_alphabetic)).map(str::to_lowercase)
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The words of a language's file, and of what the policy of the demo says in it.
fn vocabulary(language: &str) -> BTreeSet<String> {
    let root = repository();
    let read = |path: &Path| -> Value {
        let value: toml::Value = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        serde_json::to_value(value).unwrap()
    };
    let mut found: BTreeSet<String> = SYMBOLS.map(str::to_owned).into();
    let countries = std::fs::read_to_string(root.join("policy/countries.tsv")).unwrap();
    // Columns: code, then names in English, French, Spanish and Arabic.
    let column = ["en", "fr", "es", "ar"].iter().position(|known| *known == language).unwrap() + 1;
    let rows = countries.lines().filter(|line| !line.starts_with('#'));
    found.extend(rows.filter_map(|row| row.split('\t').nth(column)).flat_map(words));
    // Column, row, then names in the same order.
    let regions = read(&root.join(REGIONS));
    let names = regions.as_object().unwrap().values().filter_map(|row| row[column + 1].as_str());
    found.extend(names.flat_map(words));
    let areas = read(&root.join(AREAS));
    let names = areas["areas"].as_array().unwrap().iter().filter_map(|row| row[column - 1].as_str());
    found.extend(names.flat_map(words));
    let mut all = |value: &Value| collect(value, None, &mut |_, text| found.extend(words(text)));
    all(&read(&root.join(format!("crates/serve/src/locale/{language}.toml"))));
    for file in ["policy/topics.toml", "policy/genres.toml", "policy/organisations.toml", "demo/feeds.toml"] {
        collect(&read(&root.join(file)), None, &mut |key, text| {
            if key == Some(language) {
                found.extend(words(text));
            }
        });
    }
    found
}

/// Calls `each` with every text of a document and the key that it stands under.
fn collect(value: &Value, key: Option<&str>, each: &mut dyn FnMut(Option<&str>, &str)) {
    match value {
        Value::String(text) => each(key, text),
        Value::Array(items) => items.iter().for_each(|item| collect(item, key, each)),
        Value::Object(members) => members.iter().for_each(|(key, member)| collect(member, Some(key), each)),
        _ => {}
    }
}

/// Titles of pieces and names of sources and organisations in small letters, the longest first.
fn names(site: SocketAddr) -> Vec<String> {
    let mut names = BTreeSet::new();
    let mut next = Some("/api/v1/pieces?limit=100".to_owned());
    while let Some(path) = next {
        let page: Value = serde_json::from_slice(&get(site, &path).body).unwrap();
        collect(&page["items"], None, &mut |key, text| {
            if matches!(key, Some("title" | "name" | "organisations" | "authors")) {
                names.insert(text.to_owned());
            }
        });
        next = page["next"].as_str().map(|cursor| format!("/api/v1/pieces?limit=100&cursor={cursor}"));
    }
    let sources: Value = serde_json::from_slice(&get(site, "/api/v1/sources").body).unwrap();
    collect(&sources, None, &mut |key, text| {
        if matches!(key, Some("name" | "title")) {
            names.insert(text.to_owned());
        }
    });
    assert!(names.len() > 50, "{names:?}");
    let mut names: Vec<String> =
        names.iter().map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names
}
