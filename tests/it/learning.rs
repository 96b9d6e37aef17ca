//! Staff teach: what they decide comes back as suggestions with reasons, in figures, and never against
//! them.

use crate::support::network::{Network, item, rss};
use plenary::app::{App, Request, Setup};
use plenary_model::decision::Action;
use serde_json::Value;

/// Pieces that staff decide about.
const DECIDED: usize = 60;

/// What a piece is about: every other one of prisons, of which no rule knows.
fn text(n: usize) -> (String, String) {
    let about = ["Prisoners, wardens and cells", "Pupils, teachers and lessons"][n % 2];
    let noise: Vec<String> = (0..10).map(|word| format!("noise{}", n * 100 + word)).collect();
    (format!("Report noise{}", n * 100 + 50), format!("{} {about} {}", noise[..5].join(" "), noise[5..].join(" ")))
}

/// Sources that publish them in turn: a model is tried on sources that it has not seen.
const SOURCES: [(&str, &str, &str); 6] = [
    ("a", "member", "/a.xml"),
    ("b", "member", "/b.xml"),
    ("c", "member", "/c.xml"),
    ("d", "member", "/d.xml"),
    ("e", "member", "/e.xml"),
    ("f", "member", "/f.xml"),
];

/// Serves the pieces of these numbers, ten of each source in a row.
fn put(network: &Network, numbers: std::ops::Range<usize>) {
    for (at, (_, _, path)) in SOURCES.iter().enumerate() {
        let own = numbers.clone().filter(|n| n / 10 % SOURCES.len() == at);
        network.put(path, &document(own));
    }
}

fn document(numbers: impl Iterator<Item = usize>) -> String {
    let one = |n: usize| {
        let (title, text) = text(n);
        item(&n.to_string(), &title, &text, 1)
    };
    rss(&numbers.map(one).collect::<Vec<_>>())
}

/// Staff move what is of prisons from `rest` to `covid`, and approve the others where they are.
fn decide_all(network: &Network) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let folder = network.folder();
        let setup = Setup { config: folder.join("feeds.toml"), database: folder.join("plenary.db") };
        let app = App::open(&setup).await.unwrap();
        for n in 0..DECIDED {
            let action = match n % 2 {
                0 => Action::Move { from: None, to: "covid".into() },
                _ => Action::Approve { section: Some("rest".into()) },
            };
            let piece = Some(format!("https://pub.example.org/{n}"));
            app.decide(Request { piece, action }, "desk").await.unwrap();
        }
        app.close().await.unwrap();
    });
}

fn placements(network: &Network, what: &str) -> Vec<(String, String)> {
    let told = network.run(&["explain", what, "--json"]).ended(0).json();
    let word = |placement: &Value, key: &str| placement[key].as_str().unwrap().to_owned();
    let placements = told["piece"]["placements"].as_array().unwrap();
    placements.iter().map(|p| (word(p, "section"), word(p, "state"))).collect()
}

#[test]
fn what_staff_decided_comes_back_as_a_suggestion_that_they_may_approve() {
    let network = Network::new(&SOURCES);
    put(&network, 0..DECIDED);
    network.run(&["poll", "--all"]).ended(0);
    assert!(network.run(&["status"]).ended(0).out.contains("nothing yet"));
    decide_all(&network);
    network.put("/a.xml", &document(1000..1004));
    network.run(&["poll", "--all"]).ended(0);

    let status = network.run(&["status", "--json"]).ended(0).json();
    let covid = &status["learned"]["sections"][0];
    assert_eq!(
        (&covid["section"], &covid["on"], &covid["decisions"]),
        (&"covid".into(), &true.into(), &DECIDED.into())
    );
    assert!(covid["rules_f1"].as_f64() < Some(0.1), "{covid}");
    assert!(covid["model_f1"].as_f64() > Some(0.9), "{covid}");
    let queue = network.run(&["review", "--json"]).ended(0).json();
    let suggested: Vec<&Value> = queue.as_array().unwrap().iter().filter(|item| item["kind"] == "suggested").collect();
    assert_eq!(suggested.len(), 2, "{queue:#}");
    let why = suggested[0]["why"][0].as_str().unwrap();
    assert!(why.starts_with("learned: 0."), "{why}");
    assert!(why.contains("\"priso*\" +"), "{why}");
    assert_eq!(suggested[0]["reasons"][0]["code"], "placement");
    assert_eq!(suggested[0]["reasons"][0]["reason"]["code"], "learned");
    let told = network.run(&["explain", "https://pub.example.org/1000"]).ended(0).out;
    assert!(told.contains("covid on: rule 0.000, model"), "{told}");
    assert!(told.contains("the model would place it"), "{told}");

    let (yes, no) = ("https://pub.example.org/1000", "https://pub.example.org/1002");
    assert!(network.run(&["decide", "approve", yes]).ended(0).out.contains("(in covid)"));
    network.run(&["decide", "reject", no, "--section", "covid"]).ended(0);
    network.run(&["poll"]).ended(0);
    let pair = |section: &str, state: &str| (section.to_owned(), state.to_owned());
    assert_eq!(placements(&network, yes), [pair("covid", "approved"), pair("rest", "rejected")]);
    assert_eq!(placements(&network, no), [pair("covid", "rejected"), pair("rest", "auto")]);
    let queue = network.run(&["review", "--json"]).ended(0).json();
    assert!(queue.as_array().unwrap().iter().all(|item| item["kind"] != "suggested"), "{queue:#}");
}
