//! Reading a document as the worker does: ids, hashes, warnings.

use super::*;
use plenary_model::warning::WarningCode;

fn source() -> Source {
    Source { feeds: vec!["https://example.org/feed".into()], ..plenary_fixtures::source("example") }
}

fn receive(body: &str) -> Received {
    Received { body: body.as_bytes().to_vec(), content_type: None }
}

fn feed(body: &str) -> Feed {
    let input = Input { body: body.as_bytes(), base: Some("https://example.org/feed"), ..Input::default() };
    document(&input).unwrap().feed
}

fn codes(feed: &Feed) -> Vec<&str> {
    feed.warnings.iter().map(|warning| warning.code.as_str()).collect()
}

const RSS: &str = "<?xml version='1.0'?>\n<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>\
    <title>A &amp; B</title><link>https://example.org/</link><description>d</description><language>en-GB</language>\
    <item><title>One</title><guid isPermaLink='false'>1</guid><link>/one</link><dc:creator>Ana</dc:creator>\
    <pubDate>Thu, 12 Nov 2020 10:00:00 GMT</pubDate>\
    <description>&lt;p onclick='x'&gt;Hi &lt;img src='i.png'&gt;&lt;/p&gt;</description></item>\
    <item><title>Two</title><guid isPermaLink='false'>2</guid><link>https://example.org/two</link></item>\
    </channel></rss>";

#[test]
fn a_sound_feed_is_read_without_warnings() {
    let feed = feed(RSS);
    assert_eq!(feed.meta.title.as_deref(), Some("A & B"));
    assert_eq!(feed.meta.language.as_ref().map(Language::as_str), Some("en-gb"));
    assert_eq!(feed.entries.len(), 2);
    let one = &feed.entries[0];
    assert_eq!(one.id, "tag:example.org,2005:1");
    assert_eq!(one.link.as_deref(), Some("https://example.org/one"));
    assert_eq!(one.author.as_deref(), Some("Ana"));
    assert_eq!(one.summary.as_deref(), Some("<p>Hi <img src=\"https://example.org/i.png\"></p>"));
    assert_eq!(one.published.unwrap().to_rfc3339(), "2020-11-12T10:00:00+00:00");
    assert_eq!(one.language.as_ref().map(Language::as_str), Some("en-gb"));
    assert!(feed.warnings.is_empty(), "{:?}", feed.warnings);
}

#[test]
fn one_stray_ampersand_loses_nothing_and_is_said() {
    let feed = feed(&RSS.replace("One", "Q & A"));
    assert_eq!(feed.entries.len(), 2);
    assert_eq!(feed.entries[0].title, "Q & A");
    let mend = feed.warnings.iter().find(|warning| warning.code == WarningCode::BareAmpersand).unwrap();
    assert_eq!(mend.line, Some(2));
    assert!(mend.column.is_some());
}

#[test]
fn a_truncated_feed_gives_its_whole_entries() {
    let cut = RSS.find("two</link>").unwrap();
    let feed = feed(&RSS[..cut]);
    assert_eq!(feed.entries.len(), 1);
    assert!(codes(&feed).contains(&"truncated"));
}

#[test]
fn what_is_over_the_limit_is_left_out_and_said() {
    let items = "<item><title>x</title></item>".repeat(1_200);
    let feed = feed(&format!("<rss><channel>{items}</channel></rss>"));
    assert_eq!(feed.entries.len(), 1_000);
    assert!(codes(&feed).contains(&"too-many-entries"));
    let deep = format!("<rss><channel><item><title>{}", "<b>".repeat(100_000));
    assert!(codes(&self::feed(&deep)).contains(&"too-big"));
}

#[test]
fn refusals_are_named() {
    let cause = |body: &[u8]| document(&Input { body, ..Input::default() }).unwrap_err().cause();
    assert_eq!(cause(b"").kind, CauseKind::Empty);
    assert_eq!(cause(b" \n").kind, CauseKind::Empty);
    assert_eq!(cause(b"<!DOCTYPE html><title>x</title>").kind, CauseKind::Html);
    assert_eq!(cause(b"<opml><body/></opml>").kind, CauseKind::NotAFeed);
    assert_eq!(cause(b"{\"items\":[").detail, "1:10");
    assert_eq!(cause(&vec![b' '; DOCUMENT_BYTES_MAX + 1]).kind, CauseKind::TooBig);
}

#[test]
fn an_unchanged_entry_is_not_read_again() {
    let source = source();
    let now = DateTime::UNIX_EPOCH;
    let first = read(&receive(RSS), "https://example.org/feed", &source, &HashMap::new(), now).unwrap();
    assert_eq!((first.seen, first.unchanged, first.incoming.len()), (2, 0, 2));
    let hashes = |reading: &Reading| -> HashMap<EntryKey, String> {
        reading.incoming.iter().map(|incoming| (incoming.stored.key.clone(), incoming.stored.hash.clone())).collect()
    };
    let known = hashes(&first);
    let again = read(&receive(RSS), "https://example.org/feed", &source, &known, now).unwrap();
    assert_eq!((again.seen, again.unchanged, again.incoming.len()), (2, 2, 0));
    assert_eq!(again.present, first.present);
    let edited = read(&receive(&RSS.replace("Two", "2")), "https://example.org/feed", &source, &known, now).unwrap();
    assert_eq!((edited.unchanged, edited.incoming.len()), (1, 1));
    let tongue = read(&receive(&RSS.replace("en-GB", "fr")), "https://example.org/feed", &source, &known, now).unwrap();
    assert_eq!(tongue.unchanged, 0);
}

#[test]
fn a_switch_to_https_makes_no_new_entry() {
    let source = source();
    let item = |scheme: &str| {
        receive(&format!("<rss><channel><item><guid>{scheme}://example.org/1</guid></item></channel></rss>"))
    };
    let first =
        read(&item("http"), "https://example.org/feed", &source, &HashMap::new(), DateTime::UNIX_EPOCH).unwrap();
    let known: HashMap<EntryKey, String> = first.present.iter().map(|key| (key.clone(), String::new())).collect();
    let second = read(&item("https"), "https://example.org/feed", &source, &known, DateTime::UNIX_EPOCH).unwrap();
    assert_eq!(second.present, first.present);
    assert_eq!(second.incoming[0].stored.entry.id, "http://example.org/1");
}

/// Ids that several entries share, while entries come and go.
#[test]
fn a_companion_under_the_same_id_makes_no_new_entry() {
    let source = source();
    let item = |number: u8| format!("<item><guid>x</guid><link>https://example.org/{number}</link></item>");
    let read = |items: &str, known: &HashMap<EntryKey, String>| {
        let body = receive(&format!("<rss version='2.0'><channel>{items}</channel></rss>"));
        read(&body, "https://example.org/feed", &source, known, DateTime::UNIX_EPOCH).unwrap()
    };
    let hashes = |reading: &Reading| -> HashMap<EntryKey, String> {
        reading.incoming.iter().map(|incoming| (incoming.stored.key.clone(), incoming.stored.hash.clone())).collect()
    };
    let alone = read(&item(1), &HashMap::new());
    let both = read(&format!("{}{}", item(2), item(1)), &hashes(&alone));
    assert_eq!((both.unchanged, both.present.contains(&alone.present[0])), (1, true));
    let pair = read(&format!("{}{}", item(1), item(2)), &HashMap::new());
    let left = read(&item(2), &hashes(&pair));
    assert_eq!((left.unchanged, &left.present[0]), (1, &pair.present[1]));
}

#[test]
fn equal_texts_have_equal_digests() {
    let entry = |title: &str, summary: &str| Entry {
        id: "a".into(),
        title: title.into(),
        link: Some("https://example.org/a?utm_source=x".into()),
        summary: Some(summary.into()),
        ..Entry::default()
    };
    let long = "The Committee on the Rights of the Child adopted its general comment today.";
    let one = entry("Title", &format!("<p>{long}</p>"));
    let two = entry("TITLE!", &format!("{long}<br>"));
    assert_eq!(text_hash(&one), text_hash(&two));
}

#[test]
fn characters_that_xml_does_not_allow_come_in_by_no_door() {
    let json = "{\"items\":[{\"id\":\"x:1\",\"title\":\"a\\u0008b\",\"content_text\":\"c\\u000fd\"}]}";
    let base64 = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>x:1</id><title>ab</title>\
                  <content type='application/octet-stream'>Yw9k</content></entry></feed>";
    for body in [json, base64] {
        let entry = feed(body).entries.remove(0);
        assert_eq!((entry.title.as_str(), entry.content.as_deref()), ("ab", Some("cd")), "{body}");
    }
}

#[test]
fn what_is_printed_is_safe_in_a_page() {
    let body = "<feed xmlns='http://www.w3.org/2005/Atom'><title>a &lt; b</title><entry><id>x:1</id>\
                <title>The &lt;script> tag</title></entry></feed>";
    let document = document(&Input { body: body.as_bytes(), ..Input::default() }).unwrap();
    assert_eq!(document.feed.entries[0].title, "The <script> tag");
    let printed = document.for_print();
    assert_eq!(printed.entries[0].title, "The &lt;script> tag");
    assert_eq!(printed.meta.title.as_deref(), Some("a < b"));
}

/// Inputs on which strict readers fail or answer nothing.
#[test]
fn what_strict_readers_cannot_bear_is_read() {
    let item = "<item><title>A</title><guid>https://example.org/1</guid></item>";
    for body in [
        format!("<rss version='2.0'><channel><webMaster>foo@example.com（山田）</webMaster>{item}</channel></rss>"),
        format!(
            "<rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel>{}</channel></rss>",
            item.replace("<guid>", "<itunes:duration>99999999999999999999999</itunes:duration><guid>")
        ),
        format!("<rss version='2.0' xmlns='http://backend.userland.com/rss2'><channel>{item}</channel></rss>"),
        format!("<rss version='7'><channel>{item}</channel></rss>"),
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title>A</title><id>https://example.org/1</id></entry></feed>".into(),
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title type='text/plain'>A</title><id>https://example.org/1</id></entry></feed>".into(),
    ] {
        let feed = feed(&body);
        assert_eq!(feed.entries.len(), 1, "{body}");
        assert_eq!((feed.entries[0].title.as_str(), feed.entries[0].id.as_str()), ("A", "https://example.org/1"), "{body}");
    }
}

#[test]
fn it_is_known_how_a_language_is_known() {
    let french = "Le Comité a adopté ses observations finales et appelle tous les États à protéger les enfants. ";
    let body = |language: &str, own: &str, text: &str| {
        format!(
            "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>T</title>{language}\
             <item><title>Un</title><guid>1</guid>{own}<description>{text}</description></item></channel></rss>"
        )
    };
    let found = |body: &str, source: Option<&str>| {
        let given = source.and_then(Language::parse);
        let input = Input { body: body.as_bytes(), language: given.as_ref(), ..Input::default() };
        let entry = document(&input).unwrap().feed.entries.remove(0);
        (entry.language.unwrap().to_string(), entry.language_ground.unwrap().to_string())
    };
    let said = |language: &str, ground: &str| (language.to_owned(), ground.to_owned());
    let own = "<dc:language>fr</dc:language>";
    let of_feed = "<language>fr-ch</language>";
    assert_eq!(found(&body(of_feed, own, french), Some("en")), said("fr", "declared by the entry"));
    assert_eq!(found(&body(of_feed, "", french), Some("en")), said("fr-ch", "declared by the feed"));
    let of_source = "not declared; the policy gives it for the source";
    assert_eq!(found(&body("", "", french), Some("fr-be")), said("fr-be", of_source));
    let heard = "not declared; heard in 3 of 3 readings of the text";
    assert_eq!(found(&body("", "", french), None), said("fr", heard));
    let overruled = "declared as en and overruled: heard in 3 of 3 readings of the text";
    assert_eq!(found(&body("<language>en</language>", "", &french.repeat(4)), None), said("fr", overruled));
}

#[test]
fn a_json_feed_is_warned_of_at_its_line_and_column() {
    let text = "\n {\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"é\",\n \"items\":[ {\"id\":7}]}";
    let broken = "\n\n {\"titlé\": é}";
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    let forms =
        |text: &str| [text.as_bytes().to_vec(), marked(b"\xEF\xBB\xBF", text.into()), marked(b"\xFF\xFE", utf16(text))];
    for body in forms(text) {
        let feed = document(&Input { body: &body, ..Input::default() }).unwrap().feed;
        let places: Vec<_> = feed.warnings.iter().map(|w| (w.code.as_str(), w.line, w.column)).collect();
        assert_eq!(places, [("numeric-id", Some(3), Some(12))]);
    }
    for body in forms(broken) {
        let refused = document(&Input { body: &body, ..Input::default() }).unwrap_err();
        assert_eq!(refused, ReadError::NotWellFormed { line: 3, column: 12 });
    }
    let first = document(&Input { body: "  {\"é\": é}".as_bytes(), ..Input::default() }).unwrap_err();
    assert_eq!(first, ReadError::NotWellFormed { line: 1, column: 9 });
}
