//! What is kept: backup and restore, static export, lists of feeds.

use crate::support::network::{Network, item, rss};
use crate::support::{repository, shared};
use std::fs;

fn filled() -> Network {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    network.put(
        "/a.xml",
        &rss(&[item("1", "COVID-19 and schools", "Schools and the coronavirus.", 1), item("2", "Other", "Text.", 2)]),
    );
    network.run(&["poll", "--all"]).ended(0);
    network
}

#[test]
fn a_backup_is_verified_and_restored() {
    let network = filled();
    network.run(&["backup", "copy.db"]).ended(0);
    assert!(network.run(&["backup", "copy.db"]).ended(1).err.contains("exists"));
    network.put("/a.xml", &rss(&[item("3", "Third", "Text three.", 0)]));
    network.run(&["poll", "--all"]).ended(0);
    let entries = || network.run(&["status", "--json"]).json()["totals"]["entries"].clone();
    assert_eq!(entries(), 3);
    network.run(&["restore", "copy.db"]).ended(0);
    assert_eq!(entries(), 2);
    let mut damaged = fs::read(network.folder().join("copy.db")).unwrap();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 4096].fill(0x5a);
    fs::write(network.folder().join("damaged.db"), damaged).unwrap();
    let said = network.run(&["restore", "damaged.db"]).ended(2);
    assert!(said.err.contains("damaged"), "{}", said.err);
    assert_eq!(entries(), 2, "the database is as it was");
}

#[test]
fn the_site_is_written_as_files() {
    let network = filled();
    network.run(&["publish", "--out", "site"]).ended(0);
    let site = network.folder().join("site");
    let read = |path: &str| fs::read_to_string(site.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert!(read("index.html").contains("COVID-19"));
    assert!(read("sections/covid/index.html").contains("schools"));
    for path in
        ["sections/covid.atom", "sections/covid/fr.rss", "all.atom", "feeds.opml", "calendar.ics", "sources/index.html"]
    {
        read(path);
    }
    let before = read("sections/covid.atom");
    network.run(&["publish", "--out", "site"]).ended(0);
    assert_eq!(read("sections/covid.atom"), before, "same store, same bytes");
    fs::create_dir(network.folder().join("mine")).unwrap();
    fs::write(network.folder().join("mine/letter.txt"), "keep me").unwrap();
    assert!(network.run(&["publish", "--out", "mine"]).ended(1).err.contains("not an earlier export"));
    assert!(network.folder().join("mine/letter.txt").exists());
}

#[test]
fn sources_travel_as_opml() {
    let network = filled();
    let opml = network.run(&["opml", "export"]).ended(0).out;
    assert!(opml.contains("xmlUrl="));
    assert!(opml.contains("Publisher a"));
    fs::write(
        network.folder().join("list.opml"),
        opml.replace("/a.xml", "/b.xml").replace("Publisher a", "Publisher b"),
    )
    .unwrap();
    let before = fs::read_to_string(network.folder().join("feeds.toml")).unwrap();
    let dry = network.run(&["opml", "import", "list.opml", "--dry-run"]).ended(0);
    assert!(dry.out.contains("+id = \"publisher-b\""), "{}", dry.out);
    assert_eq!(fs::read_to_string(network.folder().join("feeds.toml")).unwrap(), before);
    network.run(&["opml", "import", "list.opml"]).ended(0);
    network.run(&["check"]).ended(0);
    let after = fs::read_to_string(network.folder().join("feeds.toml")).unwrap();
    assert!(after.starts_with(before.trim_end().split("[[section]]").next().unwrap()));
    assert!(after.contains("/b.xml"));
    assert!(network.run(&["opml", "import", "list.opml"]).ended(0).out.contains("Nothing to add"));
    assert!(network.run(&["opml", "import", "feeds.toml"]).ended(2).err.contains("OPML"));
}

#[test]
fn a_list_from_another_reader_is_imported() {
    let test = "a_list_from_another_reader_is_imported";
    let Some(list) = shared("data/realfeeds/stringer_subscriptions.opml", test) else { return };
    let network = filled();
    let outlines = fs::read_to_string(&list).unwrap().matches("xmlUrl").count();
    let said = network.run(&["opml", "import", list.to_str().unwrap()]).ended(0);
    network.run(&["check"]).ended(0);
    let added: usize = said.out.split_whitespace().next().unwrap().parse().unwrap();
    let left_out = said.err.matches("left out").count();
    assert_eq!(added + left_out, outlines, "{}{}", said.out, said.err);
}

#[test]
fn the_shipped_sources_are_exported() {
    let said = crate::support::program::run(repository(), &["opml", "export"]).ended(0);
    assert!(said.out.matches("xmlUrl=").count() > 30);
}
