//! What leaves: sources that the policy has no more, and what there is no room for.

use crate::support::network::{Network, item, rss};
use std::fs;

const SOURCES: [(&str, &str, &str); 2] = [("a", "member", "/a.xml"), ("b", "member", "/b.xml")];

fn network() -> Network {
    let network = Network::new(&SOURCES);
    network.put("/a.xml", &rss(&[item("a1", "COVID-19 and schools", "Schools and the coronavirus.", 1)]));
    network.put("/b.xml", &rss(&[item("b1", "Budget", "About the budget of next year.", 2)]));
    network.run(&["poll", "--all"]).ended(0);
    network
}

fn publish(network: &Network) -> impl Fn(&str) -> Option<String> {
    network.run(&["publish", "--out", "site"]).ended(0);
    let site = network.folder().join("site");
    move |path: &str| fs::read_to_string(site.join(path)).ok()
}

#[test]
fn of_a_source_that_left_the_policy_staff_say_what_becomes_of_its_pieces() {
    let network = network();
    assert!(network.run(&["decide", "source", "a", "keep"]).ended(1).err.contains("was removed"), "it is there still");
    network.write_policy(&network.policy(&SOURCES[1..]));
    network.run(&["poll"]).ended(0);
    let review = || network.run(&["review", "--json"]).ended(0).json();
    let asked = review();
    assert_eq!((&asked[0]["kind"], &asked[0]["id"]), (&"source".into(), &"a".into()), "{asked:#}");
    assert_eq!(asked[0]["reasons"][0]["shown"], 1);
    assert!(network.run(&["review"]).ended(0).out.contains("source a was removed; 1 piece is still published"));
    let read = publish(&network);
    let page = read("sources/a/index.html").unwrap();
    assert!(page.contains("No longer a source") && page.contains("Its items stay."), "{page}");
    assert!(page.contains("COVID-19 and schools"));
    assert!(read("fr/sources/a/index.html").unwrap().contains("N’est plus une source"));
    assert!(read("sources/a.atom").unwrap().contains("COVID-19 and schools"));
    assert!(!read("sources/index.html").unwrap().contains("Publisher a"));
    assert!(!read("feeds.opml").unwrap().contains("Publisher a"));

    let said = network.run(&["decide", "source", "a", "withdraw", "--by", "desk", "--json"]).ended(0).json();
    assert!(review().as_array().unwrap().iter().all(|item| item["id"] != "a"));
    let read = publish(&network);
    assert!(read("sources/a/index.html").unwrap().contains("Its items were withdrawn"));
    for document in ["sections/covid.atom", "sources/a.atom"] {
        let document = read(document).unwrap();
        assert!(document.contains("at:deleted-entry") && !document.contains("COVID-19 and schools"), "{document}");
    }
    network.run(&["decide", "undo", &said["decision"].to_string()]).ended(0);
    assert!(publish(&network)("sections/covid.atom").unwrap().contains("COVID-19 and schools"));
    network.write_policy(&network.policy(&SOURCES));
    network.run(&["poll"]).ended(0);
    assert!(review().as_array().unwrap().iter().all(|item| item["id"] != "a"), "it is back");
}

#[test]
fn a_database_beyond_its_bounds_fetches_nothing_and_says_how_to_go_on() {
    let network = network();
    let policy = network.policy(&SOURCES);
    let small = policy.replace("[polling]\n", "[polling]\ndisk_megabytes = 1\n");
    let pad = "Words of a long text. ".repeat(40_000);
    network.put("/b.xml", &rss(&[item("b2", "A long report", &pad, 1)]));
    network.run(&["poll", "--all"]).ended(0);
    network.write_policy(&small);
    network.put("/a.xml", &rss(&[item("a2", "COVID-19 again", "More on the coronavirus.", 1)]));
    let refused = network.run(&["poll", "--all"]);
    assert_ne!(refused.code, 0, "{}", refused.out);
    assert!(refused.err.contains("disk_megabytes under [polling]: raise it"), "{}", refused.err);
    let status = network.run(&["status", "--json"]).ended(0).json();
    assert_eq!((&status["totals"]["entries"], &status["disk"]["most"]), (&3.into(), &1_000_000.into()));
    assert!(status["disk"]["file"].as_u64().unwrap() > 1_000_000, "{status:#}");
    assert!(status["disk"]["full"].as_str().unwrap().contains("disk_megabytes"));
    let words = network.run(&["status"]).ended(0).out;
    assert!(words.contains("database ") && words.contains("nothing is fetched: the database"), "{words}");

    network.write_policy(&policy);
    network.run(&["poll", "--all"]).ended(0);
    let status = network.run(&["status", "--json"]).ended(0).json();
    assert_eq!((&status["totals"]["entries"], &status["disk"]["full"]), (&4.into(), &serde_json::Value::Null));
}
