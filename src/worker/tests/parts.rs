//! Archives of long months, in parts: each stays as it is while the month goes on after it.

use super::archives::{Read, decide, in_month, read, render_rss, tag, walk};
use super::*;
use plenary_model::decision::Action;
use plenary_publish::PartSize;
use std::collections::{BTreeMap, BTreeSet};

const FEED: &str = "/sections/news";

/// A network whose parts are full at ten entries.
async fn start() -> Sandbox {
    let mut net = Sandbox::start(&[("a", &["/a"])]).await;
    net.limit_parts(PartSize { entries: 10, ..PartSize::MAX });
    net
}

/// Publishes the items of these numbers, with what is added to their titles.
async fn publish(net: &Sandbox, numbers: impl IntoIterator<Item = usize>, suffix: &str) {
    let now = *net.now.lock().unwrap();
    net.script.lock().unwrap().answers.remove("/a");
    net.answer("/a", "200 OK", &render_rss(numbers, now - chrono::TimeDelta::days(1), suffix));
    net.poll("a").await;
    net.advance(Duration::from_mins(10));
}

fn path(month: &str) -> String {
    format!("{FEED}/archive/{month}.atom")
}

/// What the archives say, by their addresses, oldest first. Every one must be well-formed and marked, every link must
/// lead on, and no piece may stand in two of them.
async fn read_chain(net: &Sandbox) -> Vec<(String, Read)> {
    let (_, _, paths) = walk(net, FEED).await;
    let (mut chain, mut seen) = (Vec::new(), BTreeSet::new());
    for path in paths.into_iter().skip(1).rev() {
        let document = net.document(&path).await;
        check_form(&document);
        let found = read(&document);
        for id in found.entries.iter().chain(&found.gone) {
            assert!(seen.insert(id.clone()), "{id} stands twice in the archives");
        }
        chain.push((path, found));
    }
    let newer: Vec<Option<String>> = chain.iter().map(|(_, found)| found.links.get("next-archive").cloned()).collect();
    let expected = chain.iter().skip(1).map(|(path, _)| Some(path.clone())).chain([None]);
    assert_eq!(newer, expected.collect::<Vec<_>>());
    chain
}

/// An Atom document with all that a feed must have (RFC 4287 4.1.1), and the mark of an archive (RFC 5005 4).
fn check_form(document: &str) {
    let feed = atom_syndication::Feed::read_from(document.as_bytes()).unwrap();
    assert!(!feed.id.is_empty() && !feed.title.value.is_empty());
    assert!(feed.entries.iter().all(|entry| !entry.id.is_empty() && !entry.title.value.is_empty()));
    assert!(feed.extensions["fh"].contains_key("archive"), "{document}");
}

/// The entries as they are written, without the head.
fn entries(document: &str) -> &str {
    document.split_once("\n<entry").map_or("", |(_, entries)| entries)
}

/// The numbers of the entries of each part, the oldest first.
fn numbers(chain: &[(String, Read)]) -> Vec<Vec<usize>> {
    let of = |id: &String| id.rsplit(':').next().unwrap().parse().unwrap();
    chain.iter().map(|(_, found)| found.entries.iter().rev().map(of).collect()).collect()
}

#[tokio::test]
async fn a_long_month_goes_on_in_parts_and_the_full_ones_stand() {
    let net = start().await;
    in_month(&net, 0);
    let (mut before, mut published): (BTreeMap<String, String>, usize) = (BTreeMap::new(), 0);
    for _ in 0..6 {
        publish(&net, published..published + 7, "").await;
        published += 7;
        let (ids, _, _) = walk(&net, FEED).await;
        assert_eq!(ids.len(), published);
        let chain = if published > 10 { read_chain(&net).await } else { Vec::new() };
        for (path, document) in &before {
            let now = net.document(path).await;
            assert!(entries(&now).ends_with(entries(document)), "{path} does not go on from what it was");
            let is_full = document.matches("\n<entry").count() == 10;
            let is_last = chain.last().is_some_and(|(last, _)| last == path);
            assert!(!is_full || is_last || entries(&now) == entries(document), "{path} was full");
        }
        before.clear();
        for (path, _) in &chain {
            before.insert(path.clone(), net.document(path).await);
        }
    }
    let chain = read_chain(&net).await;
    let paths: Vec<&String> = chain.iter().map(|(path, _)| path).collect();
    let months = ["2021-06", "2021-06-002", "2021-06-003", "2021-06-004", "2021-06-005"];
    assert_eq!(paths, months.map(path).iter().collect::<Vec<_>>());
    assert_eq!(numbers(&chain).iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 10, 10, 2]);
    let all: BTreeSet<usize> = numbers(&chain).into_iter().flatten().collect();
    assert_eq!(all, (0..42).collect());

    in_month(&net, 1);
    publish(&net, 42..45, "").await;
    let chain = read_chain(&net).await;
    assert_eq!(chain.last().unwrap().0, path("2021-07"), "the next month begins with a part of its own");
    assert_eq!(chain.len(), 6);
}

#[tokio::test]
async fn only_parts_that_change_are_written() {
    let net = start().await;
    in_month(&net, 0);
    publish(&net, 0..25, "").await;
    let before = net.store.edition_digests().await.unwrap();
    publish(&net, 25..27, "").await;
    let after = net.store.edition_digests().await.unwrap();
    let changed: Vec<&String> = after.keys().filter(|path| before.get(*path) != after.get(*path)).collect();
    let changed: Vec<&&String> = changed.iter().filter(|path| path.starts_with(&format!("{FEED}/archive"))).collect();
    assert_eq!(changed, [&&path("2021-06-003")]);
    net.worker.publish_all().await.unwrap();
    assert_eq!(net.store.edition_digests().await.unwrap(), after, "rendering all again changes nothing");
}

#[tokio::test]
async fn what_changes_or_goes_does_so_where_it_stands() {
    let net = start().await;
    in_month(&net, 0);
    publish(&net, 0..25, "").await;
    let chain = read_chain(&net).await;
    let standing = numbers(&chain);
    let (in_first, in_second) = (standing[0][4], standing[1][3]);

    publish(&net, [in_first], " as it is told now, with quite another end").await;
    assert_eq!(numbers(&read_chain(&net).await), standing);
    assert!(net.document(&path("2021-06")).await.contains("quite another end"));

    let decision = decide(&net, in_second, Action::Withdraw { reason: "a mistake".into() }).await;
    let chain = read_chain(&net).await;
    assert_eq!(chain[1].1.gone, [tag(in_second)]);
    assert!(chain[0].1.gone.is_empty() && chain[2].1.gone.is_empty());
    publish(&net, 25..40, "").await;
    let chain = read_chain(&net).await;
    assert_eq!(chain[1].1.gone, [tag(in_second)], "it stays there while the month goes on");
    assert_eq!(chain[1].1.entries.len(), 9, "and nothing takes its place");

    decide(&net, 0, Action::Undo { decision }).await;
    let chain = read_chain(&net).await;
    assert!(chain[1].1.gone.is_empty());
    assert!(chain[1].1.entries.contains(&tag(in_second)), "it comes back where it stood");
}

#[tokio::test]
async fn a_month_rendered_at_once_is_filled_oldest_first() {
    let net = start().await;
    in_month(&net, 0);
    for published in 0..5 {
        publish(&net, published * 5..published * 5 + 5, "").await;
    }
    decide(&net, 3, Action::Withdraw { reason: "a mistake".into() }).await;
    in_month(&net, 1);
    publish(&net, 25..27, "").await;
    let stored: Vec<String> = net.store.edition_digests().await.unwrap().into_keys().collect();
    net.store.drop_editions(&stored).await.unwrap();
    net.worker.publish_all().await.unwrap();
    assert_eq!(net.store.edition_digests().await.unwrap().into_keys().collect::<Vec<_>>(), stored);
    let chain = read_chain(&net).await;
    let numbers = numbers(&chain);
    assert_eq!(numbers.iter().map(Vec::len).collect::<Vec<_>>(), [9, 10, 5, 2]);
    assert_eq!(chain[0].1.gone, [tag(3)]);
    assert!(numbers[0].iter().all(|n| *n < 11) && numbers[2].iter().all(|n| *n >= 20), "{numbers:?}");
    let digests = net.store.edition_digests().await.unwrap();
    net.worker.publish_all().await.unwrap();
    assert_eq!(net.store.edition_digests().await.unwrap(), digests);
}

/// As after a stop between two parts, or with a document of a month from before there were parts.
#[tokio::test]
async fn what_is_missing_is_added_after_what_is_stored() {
    let mut net = start().await;
    net.limit_parts(PartSize::MAX);
    in_month(&net, 0);
    publish(&net, 0..25, "").await;
    let whole = net.document(&path("2021-06")).await;
    net.limit_parts(PartSize { entries: 10, ..PartSize::MAX });
    publish(&net, 25..37, "").await;
    let chain = read_chain(&net).await;
    assert_eq!(numbers(&chain).iter().map(Vec::len).collect::<Vec<_>>(), [25, 10, 2]);
    assert_eq!(entries(&net.document(&path("2021-06")).await), entries(&whole));

    net.store.drop_editions(&[path("2021-06-003")]).await.unwrap();
    net.worker.publish_all().await.unwrap();
    let again = read_chain(&net).await;
    assert_eq!(numbers(&again), numbers(&chain));
}
