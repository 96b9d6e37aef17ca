//! What the sample network holds: formats, languages, copies, special cases.

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
                None => {
                    assert!(!item.title.is_empty(), "{name}: no title");
                    assert!(!item.html.is_empty(), "{name}: no text");
                }
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

#[test]
fn the_network_is_as_large_and_as_mixed_as_the_product_needs() {
    let network = network();
    let readable: Vec<&Publisher> =
        network.publishers.iter().filter(|p| !matches!(p.fault, Some(Fault::ServerError | Fault::HtmlPage))).collect();
    assert!(readable.len() >= 14, "{} feeds", readable.len());
    let formats: BTreeSet<Format> = readable.iter().map(|p| p.format).collect();
    assert_eq!(formats.len(), 4, "{formats:?}");
    let written = readable.iter().flat_map(|p| &p.items).filter(|item| item.copy_of.is_none()).count();
    assert!(written >= 160, "{written} written entries");
    for language in ["en", "fr", "es", "ar"] {
        let entries: usize = readable.iter().filter(|p| p.language == language).map(|p| p.items.len()).sum();
        assert!(entries >= 24, "{language}: {entries}");
    }
    let supply: Vec<Span> = network.publishers.iter().flat_map(|p| &p.items).filter_map(|item| item.after).collect();
    assert!(supply.len() >= 20, "{} entries appear later", supply.len());
    assert!(supply.iter().all(|after| *after <= Span::parse("10m").unwrap()));
}

#[test]
fn every_special_case_is_there() {
    let network = network();
    let publishers = || network.publishers.iter();
    let items = || publishers().flat_map(|p| &p.items);
    assert!(publishers().any(|p| p.moved_from.is_some()));
    assert!(publishers().any(|p| p.gone.is_some()));
    for fault in [Fault::BareAmpersand, Fault::ServerError, Fault::HtmlPage] {
        assert!(publishers().any(|p| p.fault == Some(fault)), "{fault:?}");
    }
    assert!(publishers().any(|p| p.gzip));
    assert!(publishers().any(|p| p.wordpress));
    for shares in [Shares::Id, Shares::Link, Shares::Text] {
        assert!(items().filter(|item| item.copy_of.is_some() && item.shares == shares).count() >= 2, "{shares:?}");
    }
    assert!(items().any(|item| !item.edits.is_empty()), "a light edit");
    assert!(items().filter(|item| item.update.is_some()).count() >= 2, "updates");
    let works: BTreeSet<&str> = items().filter_map(|item| item.work.as_deref()).collect();
    assert!(works.len() >= 5, "{works:?}");
    assert!(works.iter().all(|work| network.versions(work).count() >= 2));
}

#[test]
fn texts_are_of_a_length_that_publishers_write() {
    for publisher in &network().publishers {
        for item in publisher.items.iter().filter(|item| item.copy_of.is_none()) {
            let words = item.html.split_whitespace().count();
            assert!((30..=200).contains(&words), "{}/{}: {words} words", publisher.id, item.slug);
            assert!(item.html.contains("<p>"), "{}/{}", publisher.id, item.slug);
        }
    }
}

#[test]
fn the_policy_polls_every_publisher_at_an_address_it_has() {
    let policy: toml::Table = toml::from_str(&crate::demo::policy_text(([127, 0, 0, 1], 8900).into())).unwrap();
    let sources = policy.get("source").and_then(toml::Value::as_array).unwrap();
    let network = network();
    assert_eq!(sources.len(), network.publishers.len());
    for source in sources {
        let id = source.get("id").and_then(toml::Value::as_str).unwrap();
        let publisher = network.publishers.iter().find(|p| p.id == id).unwrap_or_else(|| panic!("no publisher {id}"));
        let paths = [Some(&publisher.path), publisher.moved_from.as_ref(), publisher.gone.as_ref()];
        let feeds = match source.get("feed").unwrap() {
            toml::Value::Array(feeds) => feeds.clone(),
            one => vec![one.clone()],
        };
        for feed in &feeds {
            let path = feed.as_str().unwrap().strip_prefix("http://127.0.0.1:8900").unwrap();
            assert!(paths.iter().flatten().any(|known| *known == path), "{id}: {path}");
        }
    }
}

#[test]
fn the_policy_is_accepted_and_has_the_sections_of_the_contract() {
    let text = crate::demo::policy_text(([127, 0, 0, 1], 8900).into());
    let none = |path: &str| Err(io::Error::new(io::ErrorKind::NotFound, path.to_owned()));
    let policy = plenary_config::read_text("demo/feeds.toml", &text, &none, crate::built_in::text)
        .unwrap_or_else(|problems| panic!("{problems}"));
    let sections: Vec<&str> = policy.sections.iter().map(|section| section.id.as_str()).collect();
    let contract = [
        "un-sessions",
        "calls-and-inputs",
        "child-human-rights-defenders",
        "news",
        "un-statements",
        "member-statements",
        "resources",
        "child-rights",
        "in-the-media",
    ];
    assert_eq!(sections, contract);
    for section in &policy.sections {
        for text in [&section.title, &section.policy] {
            let said: BTreeSet<&str> = policy.network.languages.iter().map(|language| text.get(language)).collect();
            assert_eq!(said.len(), policy.network.languages.len(), "{}: a text for each language", section.id.as_str());
        }
    }
}
