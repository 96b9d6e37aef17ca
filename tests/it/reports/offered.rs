//! Feeds that are proposed for a lost one: only what was fetched and is a feed.

use crate::support::network::{Network, item, rss};
use plenary::demo::Served;

fn network(site: Option<&str>) -> Network {
    let network = Network::new(&[("a", "member", "/old.xml")]);
    if let Some(page) = site {
        network.origin.put("/", Served::new("text/html", page));
        let policy = network.policy(&[("a", "member", "/old.xml")]);
        let site = format!("standing = \"member\"\nsite = \"{}\"", network.origin.url("/"));
        network.write_policy(&policy.replace("standing = \"member\"", &site));
    }
    network
}

/// What is proposed, as `review` tells it.
fn proposed(network: &Network) -> Vec<String> {
    network.poll();
    let reviewed = network.run(&["review", "--json"]).json();
    let why = reviewed.as_array().unwrap().iter().filter_map(|item| item["why"].as_array()).flatten();
    why.filter_map(|line| line.as_str()?.strip_prefix("a feed is offered at ").map(str::to_owned)).collect()
}

fn feed() -> String {
    rss(&[item("1", "One", "Text.", 1)])
}

#[test]
fn an_address_that_gives_no_feed_is_not_proposed() {
    let page = "<html><head><link rel=alternate type='application/rss+xml' href='/dead.xml'>\
                <link rel=alternate type='application/atom+xml' href='/page'></head><a href='/news.rss'>RSS</a></html>";
    let network = network(Some(page));
    network.origin.put("/page", Served::new("text/html", "<html><title>No feed</title></html>"));
    network.put("/news.rss", &feed());
    let found = proposed(&network);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with(&network.origin.url("/news.rss")), "{found:?}");
}

#[test]
fn where_feeds_usually_are_is_asked_once() {
    for path in ["/rss", "/feeds/posts/default", "/index.xml", "/?feed=rss2"] {
        let network = network(None);
        network.put(path.split('?').next().unwrap(), &feed());
        let found = proposed(&network);
        assert_eq!(found.len(), 1, "{path}: {found:?}");
        assert!(found[0].starts_with(&network.origin.url(path)), "{path}: {found:?}");
    }
    let network = network(None);
    assert_eq!(proposed(&network), [""; 0], "none of them is there");
    assert_eq!(proposed(&network), [""; 0]);
    network.poll();
    let asked: Vec<String> = network.origin.requests().into_iter().map(|request| request.target).collect();
    for guess in asked.iter().filter(|target| *target != "/old.xml") {
        assert_eq!(asked.iter().filter(|target| *target == guess).count(), 1, "{guess}: {asked:?}");
    }
    assert!(asked.iter().any(|target| target == "/index.xml"), "{asked:?}");
}

#[test]
fn a_repair_is_checked_before_it_is_written() {
    let network = network(None);
    network.poll();
    let read = || std::fs::read_to_string(network.folder().join("feeds.toml")).unwrap();
    let before = read();
    network.origin.put("/page", Served::new("text/html", "<html><title>No feed</title></html>"));
    for path in ["/dead.xml", "/page"] {
        let told = network.run(&["decide", "repair", "a", &network.origin.url(path)]).ended(1).err;
        assert!(told.contains("nothing was changed") && told.contains(path), "{told}");
        assert_eq!(read(), before, "{path}");
    }
    network.put("/new.xml", &feed());
    network.run(&["decide", "repair", "a", &network.origin.url("/new.xml")]).ended(0);
    assert!(read().contains("/new.xml"));
}
