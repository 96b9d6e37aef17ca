//! What an entry of any format carries.

use super::*;
use crate::head;
use crate::sample;
use crate::target::Target;
use plenary_model::language::Language;

fn item_of(view: &PieceView) -> Item {
    let policy = sample::policy();
    let target = Target::Section { section: "news".into(), language: None };
    let head = head::describe(&policy, &target, &sample::contents(Vec::new()));
    compose(&policy, &head.language, view)
}

fn republish(republish: Republish, change: impl FnOnce(&mut Entry)) -> Item {
    let mut view = sample::view("a");
    view.sources.get_mut(&"member".into()).unwrap().republish = republish;
    change(&mut view.lead.entry);
    item_of(&view)
}

#[test]
fn a_source_decides_how_much_is_republished() {
    let full = republish(Republish::Full, |_| {});
    assert!(matches!(full.content, Some(Body::Html(_))));
    assert_eq!(full.summary, Some(Body::Text("Short & sweet.".into())), "beside the full text, words are enough");
    assert_eq!(full.enclosures().count(), 1);

    let long = |entry: &mut Entry| {
        entry.summary = None;
        entry.content = Some(format!("<p>{}</p>", "Éducation &amp; santé ".repeat(100)));
    };
    let excerpt = republish(Republish::Excerpt, long);
    let Some(Body::Text(text)) = &excerpt.summary else { panic!("an excerpt is plain text") };
    assert!(text.chars().count() <= EXCERPT_CHARS_MAX, "{text}");
    assert!(text.starts_with("Éducation & santé"), "{text}");
    assert_eq!((&excerpt.content, excerpt.link()), (&None, "https://member.example.org/a"));
    assert_eq!(excerpt.enclosures().count(), 0);

    let title = republish(Republish::Title, |_| {});
    assert_eq!((&title.summary, &title.content, title.enclosures().count()), (&None, &None, 0));
    assert_eq!(title.rights.as_deref(), Some("© Example"));
}

#[test]
fn a_source_that_is_not_known_allows_the_title_only() {
    let mut view = sample::view("a");
    view.sources.clear();
    let item = item_of(&view);
    assert_eq!((&item.summary, &item.content, &item.source), (&None, &None, &None));
    assert_eq!(item.author_names().collect::<Vec<_>>(), ["A. Writer"]);
}

#[test]
fn authors_are_never_missing() {
    let mut view = sample::view("a");
    view.lead.entry.authors = vec![Person { name: " \u{0} ".into(), ..Person::default() }];
    view.lead.entry.author = None;
    assert_eq!(item_of(&view).authors[0].name, "Example Member");
    assert_eq!(item_of(&view).authors[0].uri.as_deref(), Some("https://member.example.org/"));
    view.sources.get_mut(&"member".into()).unwrap().meta.author = Some("The Editors".into());
    assert_eq!(item_of(&view).authors[0].name, "The Editors");
    view.lead.entry.author = Some("B. Writer".into());
    assert_eq!(item_of(&view).authors[0].name, "B. Writer");
}

#[test]
fn an_entry_without_address_opens_our_page() {
    let mut view = sample::view("a");
    for link in [None, Some("javascript:alert(1)".to_owned())] {
        view.lead.entry.link = link;
        let page = format!("https://feeds.example.org/pieces/{}", view.piece.id);
        assert_eq!(item_of(&view).link(), page);
    }
}

#[test]
fn an_entry_without_title_is_named_by_its_text() {
    let item = republish(Republish::Full, |entry| entry.title = "\u{1} ".into());
    assert_eq!(item.title, "The full text <here>.");
    let bare = republish(Republish::Full, |entry| {
        entry.title.clear();
        (entry.summary, entry.content) = (None, None);
    });
    assert_eq!(bare.title, "https://member.example.org/a");
}

#[test]
fn copies_are_related_and_translations_alternate() {
    let mut view = sample::view("a");
    view.others = vec![sample::copy("a", sample::at(1)), sample::copy("a", sample::at(2))];
    let item = item_of(&view);
    let related: Vec<&ItemLink> = item.links.iter().filter(|link| link.rel == "related").collect();
    assert_eq!(related.len(), 1, "the same address is linked once");
    assert_eq!((related[0].title.as_deref(), related[0].hreflang.as_deref()), (Some("Example Office"), Some("en")));
    let spanish = item.links.iter().find(|link| link.hreflang.as_deref() == Some("es")).unwrap();
    assert_eq!((spanish.rel, spanish.title.as_deref()), ("alternate", Some("Escuelas")));
}

#[test]
fn no_two_alternates_are_of_the_same_type_and_language() {
    let mut view = sample::view("a");
    for (index, version) in vec![view.versions[0].clone(); 2].into_iter().enumerate() {
        let link = Some(format!("https://member.example.org/es/{index}"));
        view.versions.push(plenary_model::piece::Version { link, ..version });
    }
    view.versions[0].language = Language::parse("fr");
    let item = item_of(&view);
    let mut kinds: Vec<_> = item
        .links
        .iter()
        .filter(|link| link.rel == "alternate")
        .map(|link| (&link.media_type, &link.hreflang))
        .collect();
    kinds.sort();
    let all = kinds.len();
    kinds.dedup();
    assert_eq!((kinds.len(), all), (2, 2));
    assert_eq!(item.links.iter().filter(|link| link.rel == "related").count(), 2);
}

#[test]
fn categories_say_their_vocabulary() {
    let item = item_of(&sample::view("a"));
    let found: Vec<(&str, Option<&str>, Option<&str>)> = item
        .categories
        .iter()
        .map(|label| (label.term.as_str(), label.scheme.as_deref(), label.label.as_deref()))
        .collect();
    let expected = [
        ("news", Some("https://feeds.example.org/sections"), Some("News")),
        ("education", Some("https://feeds.example.org/topics"), Some("Education")),
        ("statement", Some("https://feeds.example.org/genres"), Some("Statement")),
        ("Example Member", Some("https://feeds.example.org/organisations"), None),
        ("CH", Some("https://feeds.example.org/countries"), None),
        ("Schools", None, Some("Schools")),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_source_is_told_in_full() {
    let origin = item_of(&sample::view("a")).source.unwrap();
    assert_eq!(origin.id, "tag:member.example.org,2020:feed");
    assert_eq!((origin.title.as_str(), origin.updated), ("Example Member: all news", sample::at(-1)));
    assert_eq!(origin.rights.as_deref(), Some("© Example"));
    let links: Vec<(&str, &str)> = origin.links.iter().map(|link| (link.rel, link.href.as_str())).collect();
    assert_eq!(links, [("self", "https://member.example.org/feed"), ("alternate", "https://member.example.org/news")]);
}

#[test]
fn what_a_feed_does_not_say_is_derived() {
    let mut view = sample::view("a");
    let card = view.sources.get_mut(&"member".into()).unwrap();
    card.meta = plenary_model::entry::FeedMeta { id: Some("no iri".into()), ..Default::default() };
    let origin = item_of(&view).source.unwrap();
    assert_eq!((origin.id.as_str(), origin.title.as_str()), ("https://member.example.org/feed", "Example Member"));
    assert_eq!(origin.updated, view.lead.changed);
}

#[test]
fn a_feed_that_claims_the_time_of_each_request_changes_nothing() {
    let mut view = sample::view("a");
    let mut claims = |days| {
        view.sources.get_mut(&"member".into()).unwrap().meta.updated = Some(sample::at(days));
        item_of(&view)
    };
    assert_eq!(claims(5), claims(9));
}

#[test]
fn an_entry_of_unknown_language_says_so() {
    let mut view = sample::view("a");
    (view.lead.entry.language, view.piece.facets.language) = (None, None);
    let item = item_of(&view);
    assert_eq!((item.language.as_deref(), item.links[0].hreflang.as_deref()), (Some("und"), None));
}

#[test]
fn an_id_that_no_reader_accepts_becomes_a_tag() {
    let mut view = sample::view("a");
    view.piece.atom_id = "HTTP://Example.org/?a=%7e".into();
    assert_eq!(item_of(&view).id, "HTTP://Example.org/?a=%7e", "a valid id is kept to the letter");
    view.piece.atom_id = "no iri".into();
    assert_eq!(item_of(&view).id, format!("tag:feeds.example.org,2026:pieces/{}", view.piece.id));
}
