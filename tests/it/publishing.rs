//! What subscribers get: stable ids, no floods, nothing twice.

use crate::support::network::{Network, item, rss};
use plenary_ingest::read::{Input, document};
use plenary_model::entry::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn feed(folder: &Path, path: &str) -> Vec<Entry> {
    let body = std::fs::read(folder.join("site").join(path)).unwrap();
    document(&Input { body: &body, content_type: None, base: None, language: None }).unwrap().feed.entries
}

fn polled(network: &Network) {
    network.run(&["poll", "--all"]);
    network.run(&["publish", "--out", "site"]).ended(0);
}

#[test]
fn a_new_database_shows_the_newest_fifty_whatever_their_age() {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    let items: Vec<String> = (0..80)
        .map(|n| item(&format!("n{n}"), &format!("Coronavirus {n}"), &format!("Text {n} of its own."), 24 * (n + 40)))
        .collect();
    network.put("/a.xml", &rss(&items));
    polled(&network);
    let entries = feed(network.folder(), "sections/covid.atom");
    assert_eq!(entries.len(), 50);
    assert_eq!(entries[0].title, "Coronavirus 0", "the newest comes first");
}

#[test]
fn after_the_first_pass_old_pieces_enter_pages_only() {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    network.put("/a.xml", &rss(&[item("1", "Coronavirus one", "First.", 1)]));
    polled(&network);
    network.put(
        "/a.xml",
        &rss(&[
            item("1", "Coronavirus one", "First.", 1),
            item("old", "Coronavirus then", "Old text.", 24 * 60),
            item("new", "Coronavirus now", "New text.", 0),
        ]),
    );
    polled(&network);
    let titles: Vec<String> =
        feed(network.folder(), "sections/covid.atom").into_iter().map(|entry| entry.title).collect();
    assert_eq!(titles, ["Coronavirus now", "Coronavirus one"]);
    let page = std::fs::read_to_string(network.folder().join("site/sections/covid/index.html")).unwrap();
    assert!(page.contains("Coronavirus then"));
}

#[test]
fn ids_stay_when_copies_come_and_titles_change() {
    let network = Network::new(&[("a", "member", "/a.xml"), ("b", "partner", "/b.xml")]);
    let text = "The coronavirus pandemic closed schools, and children asked to be heard before they open again this autumn in the region.";
    network.put("/a.xml", &rss(&[item("1", "Coronavirus and schools", text, 2)]));
    network.put("/b.xml", &rss(&[]));
    polled(&network);
    let before = feed(network.folder(), "sections/covid.atom");
    network.put("/b.xml", &rss(&[item("copy", "Coronavirus and schools", text, 1)]));
    polled(&network);
    let after = feed(network.folder(), "sections/covid.atom");
    assert_eq!(after.len(), 1, "the copy is the same piece");
    assert_eq!((&after[0].id, after[0].updated), (&before[0].id, before[0].updated));
    network
        .put("/a.xml", &rss(&[item("1", "Coronavirus and schools: update", &format!("{text} They were heard."), 2)]));
    polled(&network);
    let changed = feed(network.folder(), "sections/covid.atom");
    assert_eq!(changed[0].id, before[0].id);
    assert!(changed[0].updated > before[0].updated, "a change of the text is a significant change");
}

#[test]
fn nothing_changes_when_nothing_changed() {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    network.put("/a.xml", &rss(&[item("1", "Coronavirus", "Text.", 1)]));
    polled(&network);
    let read = || std::fs::read(network.folder().join("site/all.atom")).unwrap();
    let before = read();
    polled(&network);
    assert_eq!(read(), before);
}

#[test]
fn mass_changes_wait_for_staff() {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    let items = |suffix: &str| -> Vec<String> {
        (0..10)
            .map(|n| item(&format!("n{n}"), &format!("Coronavirus {n}"), &format!("Text {n}{suffix}."), n + 1))
            .collect()
    };
    network.put("/a.xml", &rss(&items("")));
    polled(&network);
    let updated =
        |entries: Vec<Entry>| -> Vec<_> { entries.into_iter().map(|entry| (entry.id, entry.updated)).collect() };
    let before = updated(feed(network.folder(), "sections/covid.atom"));
    network.put("/a.xml", &rss(&items(" with a new footer that stands under everything")));
    polled(&network);
    assert_eq!(updated(feed(network.folder(), "sections/covid.atom")), before, "nothing is announced again");
    let waiting = network.run(&["review", "--json"]).ended(0).json();
    assert!(waiting.as_array().unwrap().iter().any(|item| item["kind"] == "held"), "{waiting:#}");
}

#[test]
fn media_are_excerpted_and_illegal_characters_are_gone() {
    let network = Network::new(&[("paper", "media", "/paper.xml")]);
    let policy = network
        .policy(&[("paper", "media", "/paper.xml")])
        .replace("standing = \"media\"", "standing = \"media\"\ntrust = \"trusted\"");
    network.write_policy(&policy);
    let long = "The coronavirus pandemic and what it means for children. ".repeat(40);
    network.put("/paper.xml", &rss(&[item("1", "Coronavirus\u{8} story", &long, 1)]));
    polled(&network);
    let body = std::fs::read_to_string(network.folder().join("site/sections/covid.atom")).unwrap();
    assert!(!body.contains('\u{8}'));
    let entries = feed(network.folder(), "sections/covid.atom");
    let text = plenary_ingest::sanitise::text(entries[0].body());
    assert!(text.chars().count() <= 400 + 1, "{} characters", text.chars().count());
    assert!(entries[0].link.is_some(), "{} characters", text.chars().count());
}

#[test]
fn every_link_of_an_export_leads_to_a_file() {
    let network = Network::new(&[("a", "member", "/a.xml"), ("b", "partner", "/b.xml")]);
    let policy = network.policy(&[("a", "member", "/a.xml"), ("b", "partner", "/b.xml")]);
    network.write_policy(&policy.replace("\"Publisher a\"", "\"Ligue d’ici / là & Co. 100 %\""));
    let items = |name: &str| -> Vec<String> {
        let text =
            |n| format!("The children of town {n} in {name} and what the coronavirus pandemic did to their schools.");
        (0..45).map(|n| item(&format!("{name}{n}"), &format!("Coronavirus in {name}, {n}"), &text(n), n)).collect()
    };
    network.put("/a.xml", &rss(&items("here")));
    network.put("/b.xml", &rss(&items("there")));
    polled(&network);
    let site = network.folder().join("site");
    let leads_to_a_file = |href: &str| {
        let path = href.split('#').next().unwrap();
        let name: Vec<String> = path
            .split('/')
            .map(|segment| {
                let mut pairs = url::form_urlencoded::parse(segment.as_bytes());
                pairs.next().map_or_else(String::new, |(name, _)| name.into_owned())
            })
            .collect();
        let file = site.join(name.join("/").trim_start_matches('/'));
        !path.contains('?') && (file.is_file() || file.join("index.html").is_file())
    };
    let (mut folders, mut seen) = (vec![site.clone()], BTreeSet::new());
    while let Some(next) = folders.pop() {
        for file in std::fs::read_dir(next).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "html") {
                let page = std::fs::read_to_string(&path).unwrap();
                for start in ["href=\"", "src=\"", "action=\""] {
                    let targets = page.split(start).skip(1).map(|rest| rest.split('"').next().unwrap());
                    let own = targets.filter(|target| target.starts_with('/'));
                    seen.extend(own.map(|target| target.replace("&amp;", "&").replace("&#38;", "&")));
                }
            }
        }
    }
    assert!(seen.contains("/topics/covid-19/page/2"), "{seen:?}");
    let dead: Vec<&String> = seen.iter().filter(|href| !leads_to_a_file(href)).collect();
    assert!(dead.is_empty(), "{dead:?}");
}

/// Every file of the exported site that is a stored document, with its bytes.
fn documents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.join("site")];
    while let Some(next) = folders.pop() {
        for file in std::fs::read_dir(next).unwrap() {
            let path = file.unwrap().path();
            let is_document =
                |kind: &std::ffi::OsStr| ["atom", "rss", "json", "opml", "ics"].iter().any(|k| kind == *k);
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(is_document) {
                found.insert(path.to_string_lossy().into_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn no_byte_changes_over_idle_polls_a_re_render_and_a_restored_backup() {
    let network = Network::new(&[("a", "member", "/a.xml"), ("b", "partner", "/b.xml")]);
    network.put("/a.xml", &rss(&[item("1", "Coronavirus one", "First.", 1), item("2", "Of other things", "Text.", 2)]));
    network.put("/b.xml", &rss(&[item("3", "Coronavirus three", "Third.", 3)]));
    polled(&network);
    let before = documents(network.folder());
    let month = chrono::Utc::now().format("site/sections/covid/archive/%Y-%m.atom").to_string();
    assert!(before.keys().any(|path| path.ends_with(&month)), "{:?}", before.keys());
    polled(&network);
    polled(&network);
    assert!(documents(network.folder()) == before, "two idle polls changed a document");

    // Another policy with the same contents: everything is rendered again.
    let policy = std::fs::read_to_string(network.folder().join("feeds.toml")).unwrap();
    network.write_policy(&(policy + "\n# a remark\n[policy]\nannounce_days = 31\n"));
    polled(&network);
    let again = documents(network.folder());
    let differing: Vec<&String> =
        again.iter().filter(|(path, body)| before.get(*path) != Some(body)).map(|(p, _)| p).collect();
    assert!(differing.is_empty(), "{differing:?}");

    network.run(&["backup", "copy.db"]).ended(0);
    std::fs::remove_dir_all(network.folder().join("site")).unwrap();
    network.run(&["restore", "copy.db"]).ended(0);
    polled(&network);
    assert!(documents(network.folder()) == again, "a restored backup gives other bytes");
}
