//! The demo: the whole product over the sample network, seen from outside.

use crate::support::http::{Answer, get, send};
use chrono::DateTime;
use plenary::app::{Demo, DemoOptions};
use plenary_ingest::read::{Input, document};
use plenary_ingest::sanitise::text;
use plenary_model::entry::Entry;
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const SECTIONS: [&str; 9] = [
    "un-sessions",
    "calls-and-inputs",
    "child-human-rights-defenders",
    "news",
    "un-statements",
    "member-statements",
    "resources",
    "child-rights",
    "in-the-media",
];
/// How long the demo may take until every section has pieces.
const READY_WITHIN: Duration = Duration::from_secs(5);

/// One still demo for all tests of this file; it only answers, so they may share it.
pub(crate) fn site() -> SocketAddr {
    static SITE: OnceLock<(SocketAddr, Duration)> = OnceLock::new();
    SITE.get_or_init(|| {
        let runtime: &'static Runtime =
            Box::leak(Box::new(tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()));
        let began = Instant::now();
        let options = DemoOptions { listen: "127.0.0.1:0".into(), still: true, database: None };
        let demo: &'static Demo = Box::leak(Box::new(runtime.block_on(Demo::start(&options)).unwrap()));
        let site = demo.address;
        // Debug builds are slow; the figure for the release build is measured apart.
        let patience = READY_WITHIN * 6;
        while SECTIONS.iter().any(|section| entries(&get(site, &format!("/sections/{section}.atom"))) == 0) {
            assert!(began.elapsed() < patience, "not every section has pieces after {:?}", began.elapsed());
            std::thread::sleep(Duration::from_millis(50));
        }
        // The first pass ends with the slowest source; bytes are compared only after it.
        let mut before = get(site, "/all.atom").body;
        loop {
            std::thread::sleep(Duration::from_secs(2));
            let now = get(site, "/all.atom").body;
            if now == before {
                return (site, began.elapsed());
            }
            before = now;
        }
    })
    .0
}

fn entries(answer: &Answer) -> usize {
    if answer.status == 200 {
        answer.text().matches("<entry>").count() + answer.text().matches("<entry ").count()
    } else {
        0
    }
}

#[test]
fn every_section_has_a_page_and_feeds_in_every_language() {
    let site = site();
    for section in SECTIONS {
        let page = get(site, &format!("/sections/{section}"));
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{section}");
        for language in ["en", "fr", "es", "ar"] {
            let feed = get(site, &format!("/sections/{section}/{language}.atom"));
            assert_eq!(feed.status, 200, "{section}/{language}.atom");
            assert!(feed.text().contains("xml:lang="), "{section}/{language}");
        }
        for format in ["rss", "json"] {
            assert_eq!(get(site, &format!("/sections/{section}.{format}")).status, 200, "{section}.{format}");
        }
    }
}

/// What a feed of the site says of an entry, read as any feed is.
fn read_back(answer: &Answer) -> Vec<Entry> {
    let input =
        Input { body: &answer.body, content_type: Some(answer.header("content-type")), base: None, language: None };
    document(&input).unwrap().feed.entries
}

#[test]
fn what_is_published_reads_back_the_same_in_every_format() {
    let site = site();
    let mut read = 0;
    for section in SECTIONS {
        let [atom, rss, json] =
            ["atom", "rss", "json"].map(|format| get(site, &format!("/sections/{section}.{format}")));
        let written: Value = serde_json::from_slice(&json.body).unwrap();
        let written = written["items"].as_array().unwrap();
        let formats = [&atom, &rss, &json].map(read_back);
        for entries in &formats {
            assert_eq!(entries.len(), written.len(), "{section}");
        }
        for (at, item) in written.iter().enumerate() {
            let time = |key: &str| DateTime::parse_from_rfc3339(item[key].as_str().unwrap()).unwrap().to_utc();
            let [atom, rss, json] = [0, 1, 2].map(|format| &formats[format][at]);
            for entry in [atom, rss, json] {
                assert_eq!(entry.id, item["id"].as_str().unwrap());
                assert_eq!(entry.title, item["title"].as_str().unwrap());
                assert_eq!(entry.link.as_deref(), item["url"].as_str());
                match item["content_html"].as_str() {
                    Some(html) => assert_eq!(entry.body(), html, "{section}: {}", entry.id),
                    None => assert_eq!(text(entry.body()), item["content_text"].as_str().unwrap()),
                }
                let published = time("date_published");
                // RSS has no fractions of a second.
                assert!(entry.published.is_some_and(|at| (published - at).num_milliseconds().abs() < 1_000));
                read += 1;
            }
            for entry in [atom, json] {
                assert_eq!(
                    (entry.published, entry.updated),
                    (Some(time("date_published")), Some(time("date_modified")))
                );
            }
        }
    }
    assert!(read > 100, "only {read} entries were read");
}

/// What stands in an attribute of this name, over all sections' feeds.
fn attributes(site: SocketAddr, name: &str) -> BTreeSet<String> {
    let start = format!(" {name}=\"");
    let mut values = BTreeSet::new();
    for section in SECTIONS {
        let feed = get(site, &format!("/sections/{section}.atom"));
        values.extend(feed.text().split(&start).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
    }
    values
}

#[test]
fn the_schemes_of_categories_lead_to_pages() {
    let site = site();
    let ours: BTreeSet<String> = attributes(site, "scheme")
        .into_iter()
        .filter_map(|scheme| Some(scheme.strip_prefix(&format!("http://{site}"))?.to_owned()))
        .collect();
    let names: Vec<&str> = ours.iter().map(String::as_str).collect();
    assert_eq!(names, ["/countries", "/genres", "/organisations", "/sections", "/topics"]);
    for path in ours {
        let page = get(site, &path);
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
    }
}

#[test]
fn everything_that_the_extension_says_is_documented() {
    let site = site();
    let page = get(site, "/ns").text().to_owned();
    let (mut elements, mut names) = (BTreeSet::new(), BTreeSet::new());
    for section in SECTIONS {
        let feed = get(site, &format!("/sections/{section}.atom"));
        assert!(feed.text().contains(&format!("href=\"http://{site}/ns\" rel=\"describedby\"")), "{section}");
        for tag in feed.text().split("<plenary:").skip(1) {
            let tag = tag.split('>').next().unwrap();
            elements.insert(tag.split([' ', '/']).next().unwrap().to_owned());
            names.extend(tag.split("=\"").filter_map(|part| Some(part.rsplit_once(' ')?.1.to_owned())));
        }
    }
    assert_eq!(elements.iter().map(String::as_str).collect::<Vec<_>>(), ["copy", "piece", "placement", "why"]);
    for element in elements {
        assert!(page.contains(&format!("plenary:{element}</code>")), "{element} is not documented");
    }
    assert!(names.len() >= 10, "{names:?}");
    for name in names {
        assert!(page.contains(&format!("<code>{name}")), "{name} is not documented");
    }
    for namespace in attributes(site, "xmlns:plenary") {
        assert!(page.contains(&namespace), "{namespace} is not documented");
    }
}

#[test]
fn the_pages_answer() {
    let site = site();
    for path in [
        "/",
        "/fr/",
        "/es/",
        "/ar/",
        "/sources",
        "/calendar",
        "/calendar.ics",
        "/calendar.atom",
        "/feeds.opml",
        "/sections/un-statements.opml",
        "/ns",
        "/fr/ns",
        "/healthz",
        "/readyz",
        "/all.atom",
    ] {
        assert_eq!(get(site, path).status, 200, "{path}");
    }
    let arabic = get(site, "/ar/");
    assert!(arabic.text().contains("dir=\"rtl\""), "the Arabic page runs from right to left");
    assert_eq!(get(site, "/nothing/here").status, 404);
    assert_eq!(get(site, "/sections/no-such-section").status, 404);
}

#[test]
fn pages_carry_one_script_of_ours_and_a_strict_policy() {
    let page = get(site(), "/");
    assert_eq!(page.text().matches("<script").count(), 1);
    assert!(page.text().contains("<script src=\"/static/site."));
    assert!(!page.text().contains(" style="));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("set-cookie"), "");
}

#[test]
fn a_feed_is_served_with_validators_and_codings() {
    let site = site();
    let path = "/sections/un-statements.atom";
    let plain = get(site, path);
    let etag = plain.header("etag").to_owned();
    assert!(etag.starts_with('"'), "{plain:?}");
    assert!(!plain.header("last-modified").is_empty(), "{plain:?}");
    assert_eq!(plain.header("content-type"), "application/atom+xml; charset=utf-8");
    let not_modified = send(site, "GET", path, &[("if-none-match", &etag)]);
    assert_eq!((not_modified.status, not_modified.body.len()), (304, 0));
    assert_eq!(not_modified.header("etag"), etag);
    let since = plain.header("last-modified").to_owned();
    assert_eq!(send(site, "GET", path, &[("if-modified-since", &since)]).status, 304);
    // If-None-Match is asked first (RFC 9110 13.2.2).
    let both = send(site, "GET", path, &[("if-none-match", "\"other\""), ("if-modified-since", &since)]);
    assert_eq!(both.status, 200);
    let head = send(site, "HEAD", path, &[]);
    assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, plain.header("content-length")));
    for coding in ["gzip", "br"] {
        let coded = send(site, "GET", path, &[("accept-encoding", coding)]);
        assert_eq!(coded.header("content-encoding"), coding);
        assert!(coded.body.len() < plain.body.len());
        assert!(coded.header("etag") != etag);
        assert!(coded.header("vary").to_lowercase().contains("accept-encoding"));
        assert_eq!(decoded(coding, &coded.body), plain.body);
    }
}

fn decoded(coding: &str, bytes: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut whole = Vec::new();
    match coding {
        "gzip" => drop(flate2::read::GzDecoder::new(bytes).read_to_end(&mut whole).unwrap()),
        _ => brotli::BrotliDecompress(&mut &*bytes, &mut whole).unwrap(),
    }
    whole
}

#[test]
fn the_special_cases_of_the_sample_network_show() {
    let site = site();
    let sources = get(site, "/sources");
    let health = sources.text();
    assert!(health.matches("<h").count() > 0);
    let calendar = get(site, "/calendar.ics");
    assert!(calendar.text().contains("BEGIN:VEVENT"));
    assert!(calendar.text().contains("UID:"));
    let all = get(site, "/all.atom");
    assert!(all.text().contains("rel=\"related\""), "copies are linked as also published by others");
    assert!(all.text().contains("hreflang="), "translations are linked");
    assert!(all.text().contains("<source>"), "entries carry their source");
}

#[test]
fn a_calendar_file_brings_a_conflict_and_a_revision() {
    let site = site();
    let (ics, page) = (get(site, "/calendar.ics"), get(site, "/calendar"));
    let ics = ics.text().replace("\r\n ", "");
    let event = |id: &str| ics.split("BEGIN:VEVENT").find(|event| event.contains(&format!("UID:{id}@"))).unwrap();
    // The policy's dates stand: CRC 87, 88 and 89, and the pre-sessions 89 to 92.
    for (id, from, end) in [
        ("crc-87", "20210517", "20210605"),
        ("crc-psw-89", "20210607", "20210612"),
        ("crc-88", "20210906", "20210925"),
        ("crc-psw-90", "20210927", "20211002"),
        ("crc-89", "20220117", "20220205"),
        ("crc-psw-91", "20220207", "20220212"),
        ("crc-psw-92", "20220606", "20220611"),
    ] {
        let days = format!("DTSTART;VALUE=DATE:{from}\r\nDTEND;VALUE=DATE:{end}\r\n");
        let days: Vec<&str> = days.lines().collect();
        assert!(days.iter().all(|line| event(id).contains(line)), "{id}: {}", event(id));
    }
    let told = "Other dates: 24 January to 11 February 2022. Source: Geneva Sessions Desk";
    assert!(event("crc-89").contains(told), "{ics}");
    assert!(!event("crc-88").contains("Other dates"), "{ics}");
    assert!(page.text().contains("24 January to 11 February 2022"));
    assert!(page.text().contains("Geneva Sessions Desk"));
    let off = ics.split("BEGIN:VEVENT").find(|event| event.contains("Briefing for civil society")).unwrap();
    assert!(off.contains("SEQUENCE:1"), "{off}");
    assert!(off.contains("STATUS:CANCELLED"), "{off}");
    let changes = get(site, "/calendar.atom");
    assert!(changes.text().contains("Briefing for civil society in Geneva: cancelled"), "{}", changes.text());
    assert!(ics.contains("Committee on the Rights of the Child\\, 93rd pre-session"), "named as the others are: {ics}");
}

#[test]
fn entries_keep_their_ids_and_carry_language_and_categories() {
    let site = site();
    let feed = get(site, "/sections/member-statements.atom");
    let parsed = plenary_ingest::read::document(&plenary_ingest::read::Input {
        body: &feed.body,
        content_type: Some("application/atom+xml"),
        base: None,
        language: None,
    })
    .unwrap();
    assert!(!parsed.feed.entries.is_empty(), "{:?}", parsed.feed.warnings);
    assert!(parsed.feed.warnings.is_empty(), "{:?}", parsed.feed.warnings);
    for entry in &parsed.feed.entries {
        assert!(entry.updated.is_some(), "{entry:?}");
        assert!(entry.language.is_some(), "{entry:?}");
        assert!(entry.source.is_some(), "{entry:?}");
        assert!(
            entry.categories.iter().any(|c| c.scheme.as_deref().is_some_and(|s| s.contains("/sections"))),
            "{entry:?}"
        );
        assert!(!entry.id.starts_with("http://127.0.0.1") || entry.link.is_some());
    }
    let own_links = parsed.feed.meta.links.iter().filter(|link| link.rel == "self").count();
    assert_eq!(own_links, 1);
}

#[test]
fn a_piece_page_links_the_original_and_says_why_in_the_visitors_language() {
    let site = site();
    let pieces: Value = serde_json::from_str(get(site, "/api/v1/pieces?limit=100").text()).unwrap();
    let pieces = pieces["items"].as_array().unwrap();
    assert!(pieces.len() > 50, "{}", pieces.len());
    for piece in pieces {
        let id = piece["id"].as_str().unwrap();
        let page = get(site, &format!("/fr/pieces/{id}"));
        assert_eq!(page.status, 200, "{id}");
        let text = page.text();
        assert!(text.contains(r#"<a class="button out" href="http"#), "{text}");
        assert!(text.contains("Pourquoi"), "{text}");
        assert!(text.contains(r#"<ul class="reasons"><li lang="fr""#), "{text}");
        // What judging writes down in a form that the pages do not know is shown in English.
        for untold in [r#"<li lang="en""#, r#"<dd class="evidence" lang="en""#, r#"<span class="quiet" lang="en""#] {
            assert!(!text.contains(untold), "{untold} in {text}");
        }
    }
}
