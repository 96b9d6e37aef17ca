//! Decisions and new policies.

use super::*;
use plenary_model::decision::{Action, Decision};
use plenary_model::entry::StoredEntry;
use plenary_model::poll::Outcome;
use plenary_model::review::{ReviewKind, ReviewReason};
use plenary_model::view::Selection;

async fn in_section(net: &Sandbox, section: &str) -> usize {
    let selection = Selection { section: Some(section.into()), limit: 100, ..Selection::default() };
    net.store.pieces(&selection).await.unwrap().total
}

async fn some_entry(net: &Sandbox) -> StoredEntry {
    let selection = Selection { limit: 1, ..Selection::default() };
    net.store.pieces(&selection).await.unwrap().pieces.remove(0).lead
}

fn decision(action: Action, entry: Option<plenary_model::id::EntryKey>) -> Decision {
    Decision { id: 0, at: START.parse().unwrap(), by: "staff".into(), entry, action }
}

#[tokio::test]
async fn a_decision_is_settled_and_published() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "200 OK", &feed("a", 3));
    net.poll("a").await;
    let entry = some_entry(&net).await;
    let withdraw = decision(Action::Withdraw { reason: "a mistake".into() }, Some(entry.key.clone()));
    net.store.record(withdraw).await.unwrap();
    net.worker.settle().await.unwrap();
    assert!(net.store.list_unsettled().await.unwrap().is_empty());
    let document = net.document("/sections/news.atom").await;
    assert_eq!(document.matches("<entry").count(), 2);
    assert!(document.contains("a mistake"), "its tombstone is missing");
}

#[tokio::test]
async fn a_repair_points_the_source_elsewhere() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "410 Gone", "").answer("/b", "200 OK", &feed("a", 2));
    net.poll("a").await;
    let repair = Action::Repair { source: "a".into(), feed: net.url("/b") };
    net.store.record(decision(repair, None)).await.unwrap();
    net.worker.settle().await.unwrap();
    let report = net.pass(Which::Due).await;
    assert_eq!((report.sources[0].outcome, report.sources[0].requests), (Outcome::Updated, 1));
    assert_eq!(net.heads().last().unwrap().split(' ').nth(1), Some("/b"));
}

#[tokio::test]
async fn a_policy_that_moves_many_pieces_asks_first() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "200 OK", &feed("a", 8));
    net.poll("a").await;
    assert_eq!(in_section(&net, "news").await, 8);

    net.change_policy(|policy| policy.sources[0].section = Some("resources".into()));
    net.worker.prepare().await.unwrap();
    assert_eq!((in_section(&net, "news").await, in_section(&net, "resources").await), (8, 0));
    let review = net.store.review(10).await.unwrap();
    let question = review.iter().find(|item| item.kind == ReviewKind::Policy).unwrap();
    let moves = ReviewReason::Moves { section: "news".into(), entering: 0, leaving: 8 };
    assert!(question.reasons.contains(&moves), "{question:?}");

    net.change_policy(|policy| policy.rules.apply_at_once = true);
    net.worker.prepare().await.unwrap();
    assert_eq!((in_section(&net, "news").await, in_section(&net, "resources").await), (0, 8));
    assert!(net.store.review(10).await.unwrap().iter().all(|item| item.kind != ReviewKind::Policy));
    assert_eq!(net.document("/sections/news.atom").await.matches("<entry").count(), 0);
}

#[tokio::test]
async fn a_policy_that_moves_few_pieces_is_applied() {
    let net = Sandbox::start(&[("a", &["/a"]), ("b", &["/b"])]).await;
    net.answer("/a", "200 OK", &feed("a", 2)).answer("/b", "200 OK", &feed("b", 3));
    net.pass(Which::All).await;
    net.change_policy(|policy| {
        policy.sources[0].section = Some("resources".into());
        policy.sources[1].enabled = false;
    });
    net.worker.prepare().await.unwrap();
    assert_eq!((in_section(&net, "news").await, in_section(&net, "resources").await), (3, 2));
    assert!(net.document("/sections/resources.atom").await.contains("a report number 1"));
    let report = net.pass(Which::All).await;
    assert_eq!(report.sources[1].outcome, Outcome::Skipped);
}

#[tokio::test]
async fn what_the_policy_drops_is_no_longer_published() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    assert!(net.store.edition("/sections/resources.atom").await.unwrap().is_some());
    net.change_policy(|policy| policy.sections.truncate(1));
    net.worker.prepare().await.unwrap();
    assert!(net.store.edition("/sections/resources.atom").await.unwrap().is_none());
    assert!(net.store.edition("/feeds.opml").await.unwrap().is_some());
}

#[tokio::test]
async fn preparing_again_changes_no_byte() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "200 OK", &feed("a", 3));
    net.poll("a").await;
    let before = net.store.edition_digests().await.unwrap();
    net.advance(Duration::from_hours(1));
    net.worker.prepare().await.unwrap();
    assert_eq!(net.store.edition_digests().await.unwrap(), before);
}
