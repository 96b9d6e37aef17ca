//! RSS documents, parsed back.

use crate::target::Target;
use crate::{documents, sample};
use plenary_model::source::Republish;

fn channel(change: impl FnOnce(&mut plenary_model::piece::PieceView)) -> (String, rss::Channel) {
    let mut view = sample::view("a");
    change(&mut view);
    let target = Target::Section { section: "news".into(), language: Some("fr".into()) };
    let rendered = documents(&sample::policy(), &target, &sample::contents(vec![view])).swap_remove(1);
    assert_eq!(rendered.path, "/sections/news/fr.rss");
    let xml = String::from_utf8(rendered.body).unwrap();
    let read = rss::Channel::read_from(xml.as_bytes()).unwrap();
    (xml, read)
}

#[test]
fn browsers_are_told_in_which_language_the_feed_and_its_items_are() {
    let other = |tag: &str| {
        let (xml, _) = channel(|view| {
            view.lead.entry.language = plenary_model::language::Language::parse(tag);
            view.lead.entry.title = "an <item> named".into();
        });
        xml
    };
    assert!(other("ar").contains("<item xml:lang=\"ar\"><title>an &#x3C;item&gt; named"), "{}", other("ar"));
    let own = other("fr");
    assert!(own.contains("<rss xml:lang=\"fr\" version=\"2.0\""), "{own}");
    assert!(own.contains("<item><title>"), "{own}");
}

#[test]
fn a_text_without_summary_gets_one_that_is_html() {
    let (_, channel) = channel(|view| view.lead.entry.summary = None);
    assert_eq!(channel.items[0].description.as_deref(), Some("The full text &lt;here&gt;."));
}

#[test]
fn pictures_without_words_are_described_by_their_publisher() {
    let (_, channel) = channel(|view| {
        view.lead.entry.summary = None;
        view.lead.entry.content = Some("<img src=\"https://member.example.org/a.png\">".into());
    });
    assert_eq!(channel.items[0].description.as_deref(), Some("Example Member"));
}

#[test]
fn an_excerpt_is_escaped_and_alone() {
    let (_, channel) = channel(|view| {
        view.sources.get_mut(&"member".into()).unwrap().republish = Republish::Excerpt;
        view.lead.entry.summary = Some("<p>a &lt;b&gt; ]]&gt; c\u{0}</p>".into());
    });
    assert_eq!(channel.items[0].description.as_deref(), Some("a &lt;b&gt; ]]&gt; c"));
    assert_eq!((&channel.items[0].content, &channel.items[0].enclosure), (&None, &None));
}

#[test]
fn titles_are_escaped_by_number_and_texts_are_left_alone() {
    let (xml, channel) = channel(|view| {
        view.lead.entry.title = "A & <b> ]]> <![CDATA[".into();
        view.lead.entry.content = Some("<p>a &amp; b ]]> &lt;c</p>".into());
    });
    assert!(xml.contains("<title>A &#x26; &#x3C;b"), "{xml}");
    assert_eq!(channel.items[0].title.as_deref(), Some("A & <b> ]]> <![CDATA["));
    assert_eq!(channel.items[0].content.as_deref(), Some("<p>a &amp; b ]]> &lt;c</p>"));
}
