//! What stands on the origin when.

use super::*;
use chrono::TimeDelta;

fn scene(network: &Network, elapsed: TimeDelta) -> Scene<'_> {
    let start = DateTime::UNIX_EPOCH + TimeDelta::days(18_000);
    Scene { network, base: "http://127.0.0.1:1", start, elapsed }
}

#[test]
fn an_entry_appears_when_its_time_has_come() {
    let network = Network::read().unwrap();
    let harbour = network.publishers.iter().find(|p| p.id == "harbour").unwrap();
    let (before, after) = (scene(&network, TimeDelta::zero()), scene(&network, TimeDelta::hours(2)));
    let supply = harbour.items.iter().filter(|item| item.after.is_some()).count();
    assert!(supply > 0);
    assert_eq!(before.feed(harbour).entries.len() + supply, after.feed(harbour).entries.len());
    assert!(after.feed(harbour).updated > before.feed(harbour).updated);
}

#[test]
fn entries_come_newest_first_and_with_unique_ids() {
    let network = Network::read().unwrap();
    for publisher in &network.publishers {
        let entries = scene(&network, TimeDelta::hours(2)).feed(publisher).entries;
        assert!(entries.is_sorted_by(|a, b| a.published >= b.published), "{}", publisher.id);
        let ids: std::collections::BTreeSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids.len(), entries.len(), "{}", publisher.id);
    }
}

#[test]
fn ids_do_not_depend_on_the_port() {
    let network = Network::read().unwrap();
    let here = scene(&network, TimeDelta::zero());
    let there = Scene { base: "http://127.0.0.1:2", ..here };
    for publisher in &network.publishers {
        let ids = |scene: &Scene<'_>| -> Vec<String> {
            scene.feed(publisher).entries.into_iter().map(|entry| entry.id).collect()
        };
        assert_eq!(ids(&here), ids(&there), "{}", publisher.id);
    }
}

#[test]
fn versions_of_a_work_name_each_other() {
    let network = Network::read().unwrap();
    let scene = scene(&network, TimeDelta::zero());
    for publisher in &network.publishers {
        for item in publisher.items.iter().filter(|item| item.work.is_some() && item.age.is_some()) {
            let shown = scene.entry(publisher, item).unwrap();
            assert!(!shown.alternates.is_empty(), "{}/{} has no version", publisher.id, item.slug);
            assert!(shown.alternates.iter().all(|(language, _)| *language != publisher.language));
        }
    }
}
