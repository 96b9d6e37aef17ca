//! What leaves, and what there is no room for.

use crate::support::network::{Network, item, rss};

const SOURCES: [(&str, &str, &str); 2] = [("a", "member", "/a.xml"), ("b", "member", "/b.xml")];

fn network() -> Network {
    let network = Network::new(&SOURCES);
    network.put("/a.xml", &rss(&[item("a1", "COVID-19 and schools", "Schools and the coronavirus.", 1)]));
    network.put("/b.xml", &rss(&[item("b1", "Budget", "About the budget of next year.", 2)]));
    network.run(&["poll", "--all"]).ended(0);
    network
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
