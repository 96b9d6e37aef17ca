use super::*;
use std::collections::BTreeSet;

fn network() -> Network {
    Network::read().unwrap()
}

#[test]
fn every_file_is_read() {
    let on_disk = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/demo/network")).unwrap().count();
    assert_eq!(network().publishers.len(), on_disk);
}

#[test]
fn slugs_are_unique_within_a_publisher() {
    for publisher in &network().publishers {
        let slugs: BTreeSet<&str> = publisher.items.iter().map(|item| item.slug.as_str()).collect();
        assert_eq!(slugs.len(), publisher.items.len(), "{}", publisher.id);
    }
}

#[test]
fn an_entry_has_a_time_a_title_and_a_text_of_its_own_or_an_original() {
    let network = network();
    for publisher in &network.publishers {
        for item in &publisher.items {
            let name = format!("{}/{}", publisher.id, item.slug);
            assert!(item.age.is_some() != item.after.is_some(), "{name}: either age or after");
            match item.copy_of.as_deref() {
                None => assert!(!item.title.is_empty() && !item.html.is_empty(), "{name}: title and text"),
                Some(original) => {
                    let (_, original) = network.item(original).unwrap_or_else(|| panic!("{name}: no {original}"));
                    assert!(original.copy_of.is_none(), "{name}: a copy of a copy");
                    for [from, _] in &item.edits {
                        assert!(original.html.contains(from.as_str()), "{name}: \"{from}\" is not in the original");
                    }
                }
            }
        }
    }
}
