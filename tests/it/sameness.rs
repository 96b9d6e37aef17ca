//! The same piece once: pairs in doubt are asked about side by side, and what staff say holds, for later
//! copies too, over polls and restarts (every command here is a process of its own).

use crate::support::network::{Network, item, rss};
use serde_json::Value;

const SOURCES: [(&str, &str, &str); 3] =
    [("a", "member", "/a.xml"), ("b", "member", "/b.xml"), ("c", "member", "/c.xml")];

/// Sixty words; another `n` has none of them.
fn words(n: usize) -> String {
    (0..60).map(|word| format!("word{}", (word * 7 + n * 1000) % 9973)).collect::<Vec<_>>().join(" ")
}

fn page(guid: &str) -> String {
    format!("https://pub.example.org/{guid}")
}

/// Words in which a text differs from the other: too many for a copy, too few for another telling.
const OWN_WORDS: usize = 36;

fn text(n: usize) -> String {
    let own: Vec<String> = words(n).split(' ').take(OWN_WORDS).map(str::to_owned).collect();
    format!("{} {}", words(1), own.join(" "))
}

/// Two sources whose texts have five words of eight in common.
fn network() -> Network {
    let network = Network::new(&SOURCES);
    let title = "Children and the pandemic: the answer of our members";
    network.put("/a.xml", &rss(&[item("a1", title, &text(2), 5)]));
    network.put("/b.xml", &rss(&[item("b1", "Quite another headline", &text(3), 4)]));
    network.put("/c.xml", &rss(&[]));
    network.run(&["poll", "--all"]).ended(0);
    network
}

/// The pairs that staff are asked about.
fn asked(network: &Network) -> Vec<Value> {
    let items = network.run(&["review", "--json"]).ended(0).json();
    items.as_array().unwrap().iter().filter(|item| item["kind"] == "possible-duplicate").cloned().collect()
}

fn explain(network: &Network, guid: &str) -> Value {
    network.run(&["explain", &page(guid), "--json"]).ended(0).json()
}

fn piece(network: &Network, guid: &str) -> String {
    explain(network, guid)["piece"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_pair_in_doubt_is_shown_side_by_side() {
    let network = network();
    let pairs = asked(&network);
    assert_eq!(pairs.len(), 1, "{pairs:#?}");
    let pair = &pairs[0]["pair"];
    let mut publishers = [&pair["one"]["publisher"], &pair["other"]["publisher"]].map(|name| name.as_str().unwrap());
    publishers.sort_unstable();
    assert_eq!(publishers, ["Publisher a", "Publisher b"]);
    assert!(pair["matched"][0].as_str().unwrap().starts_with("word1000 word1007"), "{pair:#}");
    let text = network.run(&["review"]).ended(0).out;
    assert!(text.contains("Publisher a"), "{text}");
    assert!(text.contains("Publisher b"), "{text}");
    assert!(text.contains("both: \"word1000"), "{text}");
    let told = network.run(&["explain", &page("a1")]).ended(0).out;
    assert!(told.contains("Perhaps the same"), "{told}");
    assert!(told.contains("Quite another headline"), "{told}");
    network.run(&["poll", "--all"]).ended(0);
    assert_eq!(asked(&network), pairs, "a poll without news leaves the question as it was");
}

#[test]
fn what_is_kept_apart_is_never_asked_again_until_undone() {
    let network = network();
    let apart = network.run(&["decide", "apart", &page("a1"), &page("b1"), "--json"]).ended(0).json();
    assert!(asked(&network).is_empty());
    network.put("/b.xml", &rss(&[item("b1", "Quite another headline, mended", &text(3), 4)]));
    // A later copy of the one is not asked about, nor joined to the other.
    network.put("/c.xml", &rss(&[item("c1", "Quite another headline", &text(3), 3)]));
    network.run(&["poll", "--all"]).ended(0);
    assert_eq!(piece(&network, "c1"), piece(&network, "b1"));
    assert_ne!(piece(&network, "a1"), piece(&network, "b1"));
    assert!(asked(&network).is_empty(), "{:#?}", asked(&network));
    network.run(&["decide", "undo", &apart["decision"].to_string()]).ended(0);
    assert_eq!(asked(&network).len(), 1, "one question for one pair of pieces");
    let same = network.run(&["decide", "apart", &page("b1"), &page("c1")]).ended(1);
    assert!(same.err.contains("decide split"), "{}", same.err);
}

#[test]
fn a_merge_settles_the_question_and_holds() {
    let network = network();
    let merged = network.run(&["decide", "merge", &page("a1"), &page("b1"), "--json"]).ended(0).json();
    assert!(asked(&network).is_empty());
    network.put("/c.xml", &rss(&[item("c1", "Quite another headline", &text(3), 3)]));
    network.run(&["poll", "--all"]).ended(0);
    assert_eq!(piece(&network, "c1"), piece(&network, "a1"));
    assert!(asked(&network).is_empty());
    network.run(&["decide", "undo", &merged["decision"].to_string()]).ended(0);
    assert_ne!(piece(&network, "a1"), piece(&network, "b1"));
    assert_eq!(piece(&network, "c1"), piece(&network, "b1"));
    assert_eq!(asked(&network).len(), 1);
}

#[test]
fn explain_quotes_what_matched_and_names_the_publisher() {
    let network = network();
    network.put("/c.xml", &rss(&[item("c1", "Quite another headline", &text(3), 3)]));
    network.run(&["poll", "--all"]).ended(0);
    let told = explain(&network, "c1");
    assert_eq!(told["joins"].as_array().unwrap().len(), 1, "{told:#}");
    let join = &told["joins"][0];
    assert_eq!(join["rung"], "same-text");
    assert!(join["matched"][0].as_str().unwrap().starts_with("word1000 word1007"), "{join:#}");
    let text = network.run(&["explain", &page("c1")]).ended(0).out;
    let key = join["with"].as_str().unwrap();
    assert!(text.contains("same-text: as Publisher"), "{text}");
    assert!(!text.contains(&format!("as {key}")), "{text}");
}

#[test]
fn a_text_that_changes_ends_the_doubt() {
    let network = network();
    network.put("/b.xml", &rss(&[item("b1", "Quite another headline", &words(7), 4)]));
    network.run(&["poll", "--all"]).ended(0);
    assert!(asked(&network).is_empty(), "{:#?}", asked(&network));
}

const ENGLISH: &str = "The review mission met Amara Diallo and Ken Watanabe in Freetown on Tuesday. It found 1,450 classrooms \
    closed and 320 teachers without pay since 2018, and asked the ministry to act before the end of the year, so that \
    children in the north can return to their lessons.";
const FRENCH: &str = "La mission d’examen a rencontré Amara Diallo et Ken Watanabe à Freetown mardi. Elle a trouvé 1 450 classes \
    fermées et 320 enseignants sans salaire depuis 2018, et a demandé au ministère d’agir avant la fin de l’année, afin que \
    les enfants du nord puissent retrouver leurs leçons.";

#[test]
fn a_translation_that_comes_by_another_poll_is_a_version() {
    let network = Network::new(&SOURCES);
    network.put("/b.xml", &rss(&[]));
    network.put("/c.xml", &rss(&[]));
    network.put("/a.xml", &rss(&[item("en", "Classrooms closed in the north", ENGLISH, 30)]));
    network.run(&["poll", "--all"]).ended(0);
    network.put("/b.xml", &rss(&[item("fr", "Des classes fermées dans le nord", FRENCH, 4)]));
    network.run(&["poll", "--all"]).ended(0);
    let (english, french) = (explain(&network, "en"), explain(&network, "fr"));
    assert_ne!(english["piece"]["id"], french["piece"]["id"]);
    assert_eq!(english["piece"]["work"], french["piece"]["work"], "{french:#}");
    // A third that keeps the same figures and names is a rival: now staff are asked.
    network.put("/c.xml", &rss(&[item("fr-2", "Nouvelles du nord", &FRENCH.replace("mardi", "longuement"), 3)]));
    network.run(&["poll", "--all"]).ended(0);
    let copy = explain(&network, "fr-2");
    assert_eq!(copy["piece"]["id"], french["piece"]["id"], "a copy of the translation is no rival: {copy:#}");
    assert_eq!(explain(&network, "en")["piece"]["work"], copy["piece"]["work"]);
}

#[test]
fn a_split_holds_for_later_copies_and_its_undoing_joins_again() {
    let network = Network::new(&SOURCES);
    network.put("/a.xml", &rss(&[item("a1", "Children and the pandemic", &text(2), 5)]));
    network.put("/b.xml", &rss(&[item("b1", "Quite another headline", &text(2), 4)]));
    network.put("/c.xml", &rss(&[]));
    network.run(&["poll", "--all"]).ended(0);
    assert_eq!(piece(&network, "a1"), piece(&network, "b1"));
    let split = network.run(&["decide", "split", &page("b1"), "--json"]).ended(0).json();
    network.put("/c.xml", &rss(&[item("c1", "A third headline", &text(2), 3)]));
    network.run(&["poll", "--all"]).ended(0);
    let pieces = ["a1", "b1", "c1"].map(|guid| piece(&network, guid));
    assert_ne!(pieces[0], pieces[1]);
    assert!(pieces[..2].contains(&pieces[2]), "{pieces:?}");
    network.run(&["decide", "undo", &split["decision"].to_string()]).ended(0);
    let pieces = ["a1", "b1", "c1"].map(|guid| piece(&network, guid));
    assert!(pieces.iter().all(|piece| *piece == pieces[0]), "{pieces:?}");
}

/// Two English texts with the same figures and names in the same places, and the French one that may be a
/// translation of either.
const MAYBE: [&str; 3] = [
    "On Monday the delegation reached Hamburg where Amara Diallo spoke to 1250 pupils and 340 teachers about \
     the reopening of their schools after the long closure",
    "For a week the organisers in Hamburg let Amara Diallo collect what 1250 children and 340 adults think of \
     the meals that are served at noon everywhere",
    "Lundi la délégation a rejoint Hamburg où Amara Diallo a parlé à 1250 élèves et 340 enseignants de la \
     réouverture de leurs écoles après la longue fermeture",
];

#[test]
fn a_possible_translation_that_comes_in_a_later_poll_is_asked_about_and_linked_by_staff_alone() {
    let network = Network::new(&SOURCES);
    network.put("/a.xml", &rss(&[item("e1", "Schools reopen", MAYBE[0], 30), item("e2", "Meals", MAYBE[1], 29)]));
    for path in ["/b.xml", "/c.xml"] {
        network.put(path, &rss(&[]));
    }
    network.run(&["poll", "--all"]).ended(0);
    let french = rss(&[item("f1", "Les écoles rouvrent", MAYBE[2], 2)]);
    network.put("/b.xml", &french.replace("<language>en</language>", "<language>fr</language>"));
    network.run(&["poll", "--all"]).ended(0);
    let asked = |guid: &str| {
        let items = network.run(&["review", "--json"]).ended(0).json();
        let sides = |item: &Value| [&item["pair"]["one"], &item["pair"]["other"]].map(|side| side["link"].clone());
        let is_asked =
            |item: &&Value| item["kind"] == "possible-translation" && sides(item).contains(&page(guid).into());
        items.as_array().unwrap().iter().find(is_asked).cloned()
    };
    let item = asked("e1").unwrap();
    let pair = &item["pair"];
    let mut languages = [&pair["one"]["language"], &pair["other"]["language"]].map(|tag| tag.as_str().unwrap());
    languages.sort_unstable();
    assert_eq!(languages, ["en", "fr"]);
    assert!(pair["evidence"].as_str().unwrap().contains("figures and names in common"), "{pair:#}");
    let text = network.run(&["review"]).ended(0).out;
    assert!(text.contains("possible-translation"), "{text}");
    assert!(text.contains("Les écoles rouvrent"), "{text}");
    assert_ne!(explain(&network, "e1")["piece"]["work"], explain(&network, "f1")["piece"]["work"]);

    network.run(&["decide", "version", &page("e1"), &page("f1")]).ended(0);
    network.run(&["poll", "--all"]).ended(0);
    let told = explain(&network, "e1");
    assert_eq!(told["piece"]["work"], explain(&network, "f1")["piece"]["work"]);
    assert_eq!(told["versions"][0]["title"], "Les écoles rouvrent", "{told:#}");
    assert_ne!(piece(&network, "e1"), piece(&network, "f1"), "two pieces of one work");
    assert!(asked("e1").is_none());
}
