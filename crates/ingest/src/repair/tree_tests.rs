//! What the lenient tree makes of broken markup.

use super::*;

const LIMITS: Limits = Limits { nodes: 1_000, depth: 16, attributes: 16 };

fn codes(tree: Tree<'_>, text: &str) -> Vec<String> {
    tree.into_mends().into_warnings(text).into_iter().map(|warning| warning.code.as_str().to_owned()).collect()
}

fn titles(tree: &Tree<'_>) -> Vec<String> {
    let channel = tree.root().unwrap().element(Ns::Core, "channel").unwrap();
    channel
        .elements()
        .filter(|element| element.local() == "item")
        .map(|item| item.element(Ns::Core, "title").map(|title| title.text().into_owned()).unwrap_or_default())
        .collect()
}

#[test]
fn a_sound_document_is_nested_without_mends() {
    let text = "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'>\n<channel><item><title>A &amp; B</title>\
                <dc:creator>C</dc:creator></item></channel></rss>\n";
    let tree = Tree::read(text, LIMITS);
    assert_eq!(titles(&tree), ["A & B"]);
    let item = tree.root().unwrap().element(Ns::Core, "channel").unwrap().element(Ns::Core, "item").unwrap();
    assert_eq!(item.element(Ns::Dc, "creator").unwrap().text(), "C");
    assert!(item.source().starts_with("<item>"));
    assert!(item.source().ends_with("</item>"));
    assert_eq!(tree.root().unwrap().plain("version").as_deref(), Some("2.0"));
    assert_eq!(codes(tree, text), Vec::<String>::new());
}

#[test]
fn forgotten_end_tags_are_supplied() {
    let text =
        "<rss><channel><item><title>A<link>l</link></item><item><title>B</title><item><title>C</title></channel></rss>";
    let tree = Tree::read(text, LIMITS);
    assert_eq!(titles(&tree), ["A", "B", "C"]);
    assert!(codes(tree, text).iter().all(|code| code == "unclosed-element"));
}

#[test]
fn markup_in_a_field_is_given_back_as_html() {
    let text = "<rss xmlns:h='http://www.w3.org/1999/xhtml'><channel><item><title>a <b>b<br>c</title><description>\
                <h:p title='\"'>x &amp; <![CDATA[<i>]]></h:p></description></item></channel></rss>";
    let tree = Tree::read(text, LIMITS);
    assert_eq!(titles(&tree), ["a bc"]);
    let item = tree.root().unwrap().element(Ns::Core, "channel").unwrap().element(Ns::Core, "item").unwrap();
    let description = item.element(Ns::Core, "description").unwrap();
    assert_eq!(description.markup(false), "<p title=\"&quot;\">x &amp; &lt;i&gt;</p>");
    assert_eq!(description.markup(true), "<p title=\"&quot;\">x & <i></p>");
}

#[test]
fn junk_around_the_root_is_left_out() {
    let text = "<br />\n<b>Warning</b>: on line 1\n<rss><channel><item><title>A</title></item></channel></rss><hr>x";
    let tree = Tree::read(text, LIMITS);
    assert_eq!(titles(&tree), ["A"]);
    let found = codes(tree, text);
    assert!(found.contains(&"junk-before-root".to_owned()), "{found:?}");
    assert!(found.contains(&"junk-after-end".to_owned()), "{found:?}");
}

#[test]
fn what_is_open_at_the_end_is_marked() {
    let text = "<rss><channel><item><title>A</title></item><item><title>B";
    let tree = Tree::read(text, LIMITS);
    assert!(tree.is_truncated());
    let channel = tree.root().unwrap().element(Ns::Core, "channel").unwrap();
    let open: Vec<bool> = channel.elements().map(|item| item.is_open_at_end()).collect();
    assert_eq!(open, [false, true]);
}

#[test]
fn limits_hold() {
    let deep = format!("<rss><channel>{}x", "<a>".repeat(1_000));
    let tree = Tree::read(&deep, LIMITS);
    assert!(tree.cut().is_some());
    assert!(tree.nodes.len() <= LIMITS.depth + 1);
    let wide = format!("<rss><channel>{}", "<a/>".repeat(5_000));
    let tree = Tree::read(&wide, LIMITS);
    assert!(tree.cut().is_some());
    assert!(tree.nodes.len() <= LIMITS.nodes);
}

#[test]
fn a_web_page_has_no_root() {
    let tree = Tree::read("<!DOCTYPE html><html><head><title>x</title></head></html>", LIMITS);
    assert!(tree.root().is_none());
    assert_eq!(tree.first_name(), Some("html"));
}
