//! JSON Feed documents, parsed back.

use crate::target::Target;
use crate::{documents, sample};
use plenary_model::piece::PieceView;
use plenary_model::source::Republish;
use plenary_model::view::Tombstone;
use serde_json::{Value, json};

fn feed(change: impl FnOnce(&mut PieceView)) -> Value {
    let mut view = sample::view("a");
    change(&mut view);
    let mut contents = sample::contents(vec![view]);
    contents.tombstones = vec![Tombstone { atom_id: "tag:x,2021:b".into(), at: sample::at(1), reason: String::new() }];
    let target = Target::Section { section: "news".into(), language: None };
    let rendered = documents(&sample::policy(), &target, &contents).swap_remove(2);
    assert_eq!(rendered.path, "/sections/news.json");
    serde_json::from_slice(&rendered.body).unwrap()
}

#[test]
fn reasons_are_said_as_the_policy_allows() {
    let target = Target::Section { section: "news".into(), language: None };
    for (allowed, why) in [(true, json!(["topic:education"])), (false, Value::Null)] {
        let mut policy = sample::policy();
        policy.rules.publish_reasons = allowed;
        let contents = sample::contents(vec![sample::view("a")]);
        let [atom, rss, json, _] = documents(&policy, &target, &contents).try_into().unwrap();
        let feed: Value = serde_json::from_slice(&json.body).unwrap();
        assert_eq!(feed["items"][0]["_plenary"]["placements"][0]["why"], why);
        let reasons = json!([{"code": "rule", "field": "topic", "value": "education"}]);
        let reasons = if allowed { reasons } else { Value::Null };
        assert_eq!(feed["items"][0]["_plenary"]["placements"][0]["reasons"], reasons);
        assert_eq!(feed["items"][0]["_plenary"]["placements"][0]["state"], "auto");
        let atom = String::from_utf8(atom.body).unwrap();
        assert_eq!(atom.contains("<plenary:why code=\"rule\">topic:education</plenary:why>"), allowed);
        assert!(atom.contains("<plenary:placement "));
        // RSS has no place for them.
        assert!(!String::from_utf8(rss.body).unwrap().contains("topic:education"));
    }
}

#[test]
fn every_item_has_one_of_the_two_contents() {
    for republish in [Republish::Full, Republish::Excerpt, Republish::Title] {
        let feed = feed(|view| view.sources.get_mut(&"member".into()).unwrap().republish = republish);
        let item = &feed["items"][0];
        let html = item.get("content_html").is_some();
        assert_ne!(html, item.get("content_text").is_some());
        assert_eq!(html, republish == Republish::Full);
    }
}
