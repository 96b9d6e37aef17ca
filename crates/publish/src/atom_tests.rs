//! Atom documents, parsed back.

use super::*;
use crate::target::Target;
use crate::{Contents, documents, sample};
use plenary_model::piece::PieceView;
use plenary_model::reason::Reason;
use plenary_model::sameness::{Join, Sameness};
use quick_xml::Reader;
use quick_xml::events::Event;

fn render(pieces: Vec<PieceView>, change: impl FnOnce(&mut Contents)) -> String {
    let mut contents = sample::contents(pieces);
    change(&mut contents);
    let target = Target::Section { section: "news".into(), language: None };
    let rendered = documents(&sample::policy(), &target, &contents).swap_remove(0);
    assert_eq!(rendered.path, "/sections/news.atom");
    String::from_utf8(rendered.body).unwrap()
}

/// Path, attributes, text.
type Element = (String, Vec<(String, String)>, String);

fn utf8(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Every element, read back.
fn elements(xml: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let (mut path, mut open, mut found): (Vec<String>, Vec<usize>, Vec<Element>) = Default::default();
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(tag) => {
                path.push(utf8(tag.name().as_ref()).to_owned());
                let attributes = tag.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let value = quick_xml::escape::unescape(utf8(&attribute.value)).unwrap();
                    (utf8(attribute.key.as_ref()).to_owned(), value.into_owned())
                });
                open.push(found.len());
                found.push((path.join("/"), attributes.collect(), String::new()));
            }
            Event::End(_) => {
                path.pop();
                open.pop();
            }
            Event::Text(text) => {
                if let Some(at) = open.last() {
                    found[*at].2.push_str(utf8(&text));
                }
            }
            Event::GeneralRef(reference) => {
                let name = format!("&{};", utf8(&reference));
                found[*open.last().unwrap()].2.push_str(&quick_xml::escape::unescape(&name).unwrap());
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn text<'a>(found: &'a [Element], path: &str) -> Vec<&'a str> {
    found.iter().filter(|(p, _, _)| p == path).map(|(_, _, text)| text.as_str()).collect()
}

fn attribute<'a>(found: &'a [Element], path: &str, name: &str) -> Vec<&'a str> {
    let of_path = found.iter().filter(|(p, _, _)| p == path);
    of_path.flat_map(|(_, a, _)| a.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str())).collect()
}

#[test]
fn readers_open_the_original_whether_they_take_the_first_alternate_or_the_last() {
    let alternates = |view| {
        let found = elements(&render(vec![view], |_| {}));
        let of = |name| attribute(&found, "feed/entry/link", name);
        let pairs = of("rel").into_iter().zip(of("href")).filter(|(rel, _)| *rel == "alternate");
        pairs.map(|(_, href)| href.to_owned()).collect::<Vec<String>>()
    };
    let mut view = sample::view("a");
    let own = view.lead.entry.link.clone().unwrap();
    assert_eq!(alternates(view.clone()), [own.as_str(), "https://member.example.org/es", own.as_str()]);
    let again = format!("<link href=\"{own}\" rel=\"alternate\" type=\"text/html\"/>");
    let written = render(vec![view.clone()], |_| {});
    assert!(written.contains(&again), "{again}, so that no two are of one language: {written}");
    view.versions.clear();
    assert_eq!(alternates(view), [own], "there is nothing to be mistaken for it");
}

#[test]
fn a_title_that_looks_like_markup_is_declared_and_escaped() {
    let mut view = sample::view("a");
    view.lead.entry.title = "How to use <b> & &amp;".into();
    let found = elements(&render(vec![view], |_| {}));
    assert_eq!(attribute(&found, "feed/entry/title", "type"), ["html"]);
    assert_eq!(text(&found, "feed/entry/title"), ["How to use &lt;b&gt; &amp; &amp;amp;"]);
}

#[test]
fn an_entry_without_text_says_who_published_it() {
    let mut view = sample::view("a");
    (view.lead.entry.summary, view.lead.entry.content) = (None, None);
    let found = elements(&render(vec![view], |_| {}));
    assert_eq!(text(&found, "feed/entry/summary"), ["Example Member"]);
    assert_eq!(text(&found, "feed/entry/content"), Vec::<&str>::new());
}

#[test]
fn provenance_is_told_in_our_own_words() {
    let mut view = sample::view("a");
    view.others = vec![sample::copy("a", sample::at(1))];
    view.sources.get_mut(&"office".into()).unwrap().name = "A \"B\" & <C>".into();
    view.piece.date_doubtful = true;
    let found = elements(&render(vec![view], |_| {}));
    assert_eq!(attribute(&found, "feed/entry/plenary:copy", "source"), ["member", "office"]);
    assert_eq!(attribute(&found, "feed/entry/plenary:copy", "name"), ["Example Member", "A \"B\" & <C>"]);
    assert_eq!(attribute(&found, "feed/entry/plenary:placement", "section"), ["news"]);
    assert_eq!(text(&found, "feed/entry/plenary:placement/plenary:why"), ["topic:education"]);
    assert_eq!(attribute(&found, "feed/entry/plenary:piece", "dated"), ["first-seen"]);
    assert_eq!(attribute(&found, "feed", "xmlns:plenary"), [provenance::NAMESPACE]);
}

#[test]
fn placements_that_readers_do_not_see_are_not_told() {
    let mut view = sample::view("a");
    let mut hidden = view.piece.placements[0].clone();
    (hidden.section, hidden.state) = ("resources".into(), plenary_model::section::PlacementState::Rejected);
    view.piece.placements.push(hidden);
    let xml = render(vec![view], |_| {});
    assert!(!xml.contains("resources"), "{xml}");
}

#[test]
fn nothing_a_publisher_writes_breaks_the_document() {
    let nasty = "\u{0}\u{8}\u{b}a]]>\u{fffe} <b>&amp;\"' \u{202e}عربي\u{1f600}\r\n";
    let mut view = sample::view("a");
    let entry = &mut view.lead.entry;
    entry.title = nasty.repeat(50);
    entry.summary = Some(format!("<p>{nasty}</p>"));
    entry.content = Some(nasty.into());
    entry.rights = Some(nasty.into());
    entry.link = Some(format!("https://member.example.org/{nasty}"));
    entry.authors = vec![entry::Person { name: nasty.into(), uri: Some(nasty.into()), email: Some(nasty.into()) }];
    entry.categories =
        vec![entry::Category { term: nasty.into(), scheme: Some(nasty.into()), label: Some(nasty.into()) }];
    view.versions[0].title = nasty.into();
    view.piece.placements[0].reasons = vec![Reason::Note { text: nasty.into() }];
    let found = Sameness::Note { text: nasty.into() };
    view.piece.members[0].join = Some(Join { with: "k".into(), found });
    let card = view.sources.get_mut(&"member".into()).unwrap();
    card.name = nasty.into();
    card.feed = nasty.into();
    card.meta.title = Some(nasty.into());
    card.meta.id = Some(nasty.into());
    let xml = render(vec![view], |contents| {
        contents.tombstones =
            vec![Tombstone { atom_id: "tag:x.example.org,2020:\"<&".into(), at: sample::at(2), reason: nasty.into() }];
    });
    assert!(xml.chars().all(|c| matches!(c, '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'..)), "only XML 1.0 Char");
    let found = elements(&xml);
    assert_eq!(text(&found, "feed/entry/author/name"), ["a]]> <b>&amp;\"' \u{202e}عربي\u{1f600}"]);
    assert_eq!(attribute(&found, "feed/at:deleted-entry", "ref"), ["tag:x.example.org,2020:\"<&"]);
}

#[test]
fn withdrawn_pieces_are_announced_as_deleted() {
    let found = elements(&render(Vec::new(), |contents| {
        contents.tombstones = vec![Tombstone {
            atom_id: "tag:member.example.org,2021:b".into(),
            at: sample::at(3),
            reason: "Published by mistake.".into(),
        }];
    }));
    assert_eq!(attribute(&found, "feed/at:deleted-entry", "ref"), ["tag:member.example.org,2021:b"]);
    assert_eq!(attribute(&found, "feed/at:deleted-entry", "when"), ["2021-06-04T12:00:00Z"]);
    assert_eq!(text(&found, "feed/at:deleted-entry/at:comment"), ["Published by mistake."]);
    assert_eq!(text(&found, "feed/updated"), ["2021-06-04T12:00:00+00:00"]);
}

#[test]
fn the_same_pieces_give_the_same_bytes() {
    let pieces = || vec![sample::view("a"), sample::view("b")];
    assert_eq!(render(pieces(), |_| {}), render(pieces(), |_| {}));
    let ids = elements(&render(pieces(), |_| {}));
    assert_eq!(text(&ids, "feed/entry/id"), ["tag:member.example.org,2021:a", "tag:member.example.org,2021:b"]);
}
