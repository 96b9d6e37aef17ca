//! Every page of the demo in French, Spanish and Arabic says nothing of the interface in another language.
//!
//! What a page shows of a piece (titles, names, quotations) stands in an element with a language of its own,
//! or is known from the interface for programs; whatever else has letters must be a word of the language's
//! file, or of what the policy says in that language.

use crate::demo::site;
use crate::support::http::get;
use plenary_model::html::{Search, Tag, read_tag, skip_element};
use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 3] = ["fr", "es", "ar"];

/// Elements without an end tag (HTML, void elements).
const VOID: [&str; 10] = ["meta", "link", "img", "br", "hr", "input", "path", "circle", "use", "rect"];

/// Attributes that visitors read or hear.
const READ_ALOUD: [&str; 5] = ["alt", "title", "aria-label", "placeholder", "label"];

/// Pages of each language that the walk must come to at the least: the demo has 80 pieces.
const PAGES_MIN: usize = 150;

#[test]
fn the_interface_speaks_the_language_of_the_page() {
    let site = site();
    let names = names(site);
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
        });
        assert!(pages >= PAGES_MIN, "{language}: {pages} pages");
        let examples: Vec<&String> = found.iter().take(20).collect();
        assert!(found.is_empty(), "{language}: {} texts on {pages} pages, such as\n{examples:#?}", found.len());
    }
}

#[test]
fn an_english_reason_on_a_french_page_would_be_found() {
    let vocabulary = vocabulary("fr");
    let names = vec!["Harbour Network".to_owned()];
    let page = "<html lang=\"fr\"><body><p>déclarée par le flux</p><ul lang=\"fr\"><li>declared by the feed</li></ul>\
                <h1 lang=\"en\">The title</h1><b dir=\"auto\">the word</b><p>Harbour Network</p><br>\
                <a title=\"read on\" href=\"/x\">Sources</a></body></html>";
    let strange: Vec<Vec<String>> =
        interface_texts(page, "fr").iter().map(|text| strange_words(text, &names, &vocabulary)).collect();
    let strange: Vec<Vec<String>> = strange.into_iter().filter(|words| !words.is_empty()).collect();
    assert_eq!(strange, [vec!["declared", "by", "the", "feed"], vec!["read"]]);
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
    // The elements that are open, each with whether what it holds is the interface's.
    let mut open: Vec<(&str, bool)> = Vec::new();
    read_tags(html, &mut |text, tag| {
        let is_ours = open.last().is_none_or(|(_, is_ours)| *is_ours);
        if is_ours {
            texts.push(plenary_ingest::sanitise::text(text));
        }
        let Some(tag) = tag.filter(|tag| !tag.name.is_empty()) else { return };
        if tag.is_end {
            let at = open.iter().rposition(|(name, _)| *name == tag.name);
            open.truncate(at.unwrap_or_else(|| panic!("</{}> closes nothing", tag.name)));
            return;
        }
        let own = attribute(tag.inside, "lang");
        let is_data = matches!(tag.name, "code" | "pre" | "script" | "style")
            || attribute(tag.inside, "translate").as_deref() == Some("no")
            || (own.is_none() && attribute(tag.inside, "dir").as_deref() == Some("auto"));
        let is_ours = own.map_or(is_ours, |own| own == language) && !is_data;
        if is_ours {
            let read = READ_ALOUD.iter().filter_map(|name| attribute(tag.inside, name));
            texts.extend(read.map(|value| plenary_ingest::sanitise::text(&value)));
        }
        if !VOID.contains(&tag.name) && !tag.inside.ends_with('/') {
            open.push((tag.name, is_ours));
        }
    });
    texts
}

/// Words of a text that are neither of the language nor part of a name.
fn strange_words(text: &str, names: &[String], vocabulary: &BTreeSet<String>) -> Vec<String> {
    let mut rest = text.to_owned();
    for name in names {
        if rest.contains(name.as_str()) {
            rest = rest.replace(name.as_str(), " ");
        }
    }
    words(&rest).filter(|word| !vocabulary.contains(word)).collect()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.contains(char::is_alphabetic));
    words.map(str::to_lowercase)
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
    let mut found = BTreeSet::new();
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

/// Titles of pieces and names of sources and organisations, the longest first.
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
        next = page["next"].as_str().map(str::to_owned);
    }
    let sources: Value = serde_json::from_slice(&get(site, "/api/v1/sources").body).unwrap();
    collect(&sources, None, &mut |key, text| {
        if matches!(key, Some("name" | "title")) {
            names.insert(text.to_owned());
        }
    });
    assert!(names.len() > 50, "{names:?}");
    let mut names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names
}
