//! OPML 2.0: the sources we poll, so that anyone can subscribe to the originals: all of them by
//! standing, and those of each section.

use super::head::Head;
use super::text;
use chrono::{DateTime, SubsecRound, Utc};
use plenary_model::edition::Rendered;
use plenary_model::id::SourceId;
use plenary_model::piece::PieceView;
use plenary_model::policy::Policy;
use plenary_model::source::{Source, Standing};
use plenary_model::whitespace::collapse;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::collections::BTreeSet;
use std::io;

const MEDIA_TYPE: &str = "text/x-opml; charset=utf-8";
const PATH: &str = "/feeds.opml";
/// What the document of a section has where its feeds have theirs.
const EXTENSION: &str = "opml";

/// Renders the sources that are switched on, grouped by standing. `changed` is since when the list
/// says this; it becomes `Last-Modified`.
pub fn opml(policy: &Policy, changed: DateTime<Utc>) -> Rendered {
    let sources: Vec<&Source> = policy.sources.iter().collect();
    let body = write(policy, &collapse(&policy.network.name), &sources, changed);
    Rendered { path: PATH.to_owned(), media_type: MEDIA_TYPE, body, updated: changed.trunc_subsecs(0) }
}

/// Renders the sources of the pieces that the feed of a section shows, grouped by standing; `stem` is
/// the feed's address on the site.
pub(super) fn of_section(policy: &Policy, stem: &str, head: &Head, pieces: &[PieceView]) -> Rendered {
    let entries = pieces.iter().flat_map(|view| std::iter::once(&view.lead).chain(&view.others));
    let shown: BTreeSet<&SourceId> = entries.map(|entry| &entry.source).collect();
    let sources: Vec<&Source> = policy.sources.iter().filter(|source| shown.contains(&source.id)).collect();
    let body = write(policy, &head.title.text, &sources, head.updated);
    let updated = head.updated.trunc_subsecs(0);
    Rendered { path: format!("{stem}.{EXTENSION}"), media_type: MEDIA_TYPE, body, updated }
}

fn write(policy: &Policy, title: &str, sources: &[&Source], changed: DateTime<Utc>) -> Vec<u8> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let complete = document(&mut writer, policy, title, sources, changed).is_ok();
    debug_assert!(complete, "writing into memory does not fail");
    let mut body = writer.into_inner();
    body.push(b'\n');
    body
}

fn document(
    writer: &mut Writer<Vec<u8>>,
    policy: &Policy,
    title: &str,
    sources: &[&Source],
    changed: DateTime<Utc>,
) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    writer.write_event(Event::Start(BytesStart::new("opml").with_attributes([("version", "2.0")])))?;
    writer.write_event(Event::Start(BytesStart::new("head")))?;
    for (name, value) in [
        ("title", title.to_owned()),
        ("dateModified", changed.to_rfc2822()),
        ("ownerName", collapse(&policy.network.name)),
        ("ownerId", format!("{}/", policy.network.address)),
    ] {
        writer.create_element(name).write_text_content(BytesText::new(&value))?;
    }
    writer.write_event(Event::End(BytesEnd::new("head")))?;
    writer.write_event(Event::Start(BytesStart::new("body")))?;
    let listed: Vec<&&Source> = sources.iter().filter(|source| source.enabled).collect();
    if listed.is_empty() {
        // A body has one outline at least (OPML 2.0): where there is nothing to list, what would be listed is named.
        writer.write_event(Event::Empty(BytesStart::new("outline").with_attributes([("text", title)])))?;
    }
    for standing in Standing::ALL {
        let sources: Vec<&&&Source> = listed.iter().filter(|source| source.standing == standing).collect();
        if !sources.is_empty() {
            // An outline with more than a text must say its type (OPML 2.0, outline elements), and a group has none.
            let group = [("text", name(standing))];
            writer.write_event(Event::Start(BytesStart::new("outline").with_attributes(group)))?;
            for source in sources {
                outline(writer, source)?;
            }
            writer.write_event(Event::End(BytesEnd::new("outline")))?;
        }
    }
    writer.write_event(Event::End(BytesEnd::new("body")))?;
    writer.write_event(Event::End(BytesEnd::new("opml")))
}

fn outline(writer: &mut Writer<Vec<u8>>, source: &Source) -> io::Result<()> {
    let Some(feed) = source.feeds.iter().find_map(|feed| text::address(feed)) else { return Ok(()) };
    let name = collapse(&source.name);
    let mut outline = BytesStart::new("outline");
    // RSS is what OPML calls any feed (OPML 2.0, subscription lists).
    outline.extend_attributes([("type", "rss"), ("text", &name), ("title", &name), ("xmlUrl", &feed)]);
    if let Some(site) = source.site.as_deref().and_then(text::address) {
        outline.push_attribute(("htmlUrl", site.as_str()));
    }
    if let Some(language) = &source.language {
        outline.push_attribute(("language", language.as_str()));
    }
    outline.push_attribute(("category", format!("/{}", source.standing).as_str()));
    writer.write_event(Event::Empty(outline))
}

/// The group's name in the exchange format, which no one translates.
fn name(standing: Standing) -> &'static str {
    match standing {
        Standing::Own => "The network",
        Standing::Member => "Members",
        Standing::Partner => "Partners",
        Standing::Un => "United Nations",
        Standing::Media => "Media",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Target;
    use crate::{documents, sample};
    use quick_xml::Reader;

    fn utf8(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }

    /// OPML 2.0: a body has an outline at least, and an outline with more than a text says its type.
    fn assert_valid(xml: &[u8]) {
        let found = outlines(xml);
        assert!(!found.is_empty());
        for (_, attributes) in found {
            let names: Vec<&str> = attributes.iter().map(|(name, _)| name.as_str()).collect();
            assert!(names.contains(&"text") && (names.len() == 1 || names.contains(&"type")), "{names:?}");
        }
    }

    /// Every outline as (depth, attributes).
    fn outlines(xml: &[u8]) -> Vec<(usize, Vec<(String, String)>)> {
        let mut reader = Reader::from_reader(xml);
        let (mut depth, mut found) = (0, Vec::new());
        loop {
            let event = reader.read_event().unwrap();
            match &event {
                Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == b"outline" => {
                    let attributes = tag.attributes().map(|attribute| {
                        let attribute = attribute.unwrap();
                        let value = quick_xml::escape::unescape(utf8(&attribute.value)).unwrap();
                        (utf8(attribute.key.as_ref()).to_owned(), value.into_owned())
                    });
                    found.push((depth, attributes.collect()));
                    if matches!(event, Event::Start(_)) {
                        depth += 1;
                    }
                }
                Event::End(tag) if tag.name().as_ref() == b"outline" => depth -= 1,
                Event::Eof => return found,
                _ => {}
            }
        }
    }

    #[test]
    fn sources_are_grouped_by_standing() {
        let mut policy = sample::policy();
        policy.sources[0].name = "A & \"B\" <c>\u{0}".into();
        let found = outlines(&opml(&policy, sample::at(0)).body);
        assert_valid(&opml(&policy, sample::at(0)).body);
        let groups: Vec<&str> = found.iter().filter(|(depth, _)| *depth == 0).map(|(_, a)| a[0].1.as_str()).collect();
        assert_eq!(groups, ["Members", "United Nations"]);
        let names: Vec<&str> = found.iter().filter(|(depth, _)| *depth == 1).map(|(_, a)| a[1].1.as_str()).collect();
        assert_eq!(names, ["A & \"B\" <c>", "Example Office"]);
    }

    #[test]
    fn a_section_lists_the_sources_of_its_pieces() {
        let policy = sample::policy();
        let render = |section: &str, language: Option<String>, pieces: Vec<PieceView>| {
            let target = Target::Section { section: section.into(), language };
            let documents = documents(&policy, &target, &sample::contents(pieces));
            documents.into_iter().find(|document| document.media_type == MEDIA_TYPE)
        };
        let names = |document: Rendered| -> Vec<String> {
            let found = outlines(&document.body);
            found.into_iter().filter(|(depth, _)| *depth == 1).map(|(_, attributes)| attributes[1].1.clone()).collect()
        };
        let alone = render("news", None, vec![sample::view("a")]).unwrap();
        assert_eq!((alone.path.as_str(), alone.updated), ("/sections/news.opml", sample::at(0)));
        assert_eq!(names(alone), ["Example Member"]);
        let mut shared = sample::view("a");
        shared.others.push(sample::copy("b", sample::at(1)));
        assert_eq!(names(render("news", None, vec![shared]).unwrap()), ["Example Member", "Example Office"]);
        let empty = render("news", None, Vec::new()).unwrap();
        assert_valid(&empty.body);
        assert_eq!(outlines(&empty.body).len(), 1);
        assert!(names(empty).is_empty());
        // The sources are the same in all languages.
        assert!(render("news", Some("fr".into()), vec![sample::view("a")]).is_none());
    }

    #[test]
    fn sources_that_are_switched_off_are_left_out() {
        let mut policy = sample::policy();
        for source in &mut policy.sources {
            source.enabled = false;
        }
        let found = outlines(&opml(&policy, sample::at(0)).body);
        assert_eq!(found, [(0, vec![("text".to_owned(), policy.network.name.clone())])]);
    }
}
