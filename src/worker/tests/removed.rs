//! A source that leaves the policy: its pieces stay, until staff say otherwise.

use super::*;
use plenary_model::decision::{Action, AfterRemoval, Decision};
use plenary_model::piece::Piece;
use plenary_model::review::{ReviewItem, ReviewKind, ReviewReason};
use plenary_model::view::PieceFound;

/// Two sources, each with a text of its own, and one text that both have.
async fn network() -> Sandbox {
    let net = Sandbox::start(&[("a", &["/a"]), ("b", &["/b"])]).await;
    let shared = feed("shared", 1);
    let item = &shared[shared.find("<item>").unwrap()..shared.find("</channel>").unwrap()];
    for name in ["a", "b"] {
        let body = feed(name, 1).replace("</channel>", &format!("{item}</channel>"));
        net.answer(&format!("/{name}"), "200 OK", &body);
    }
    net.pass(Which::All).await;
    assert_eq!(net.store.totals().await.unwrap().pieces, 3, "the test needs one piece of both");
    net
}

async fn leave(net: &Sandbox) {
    net.change_policy(|policy| policy.sources.retain(|source| source.id.as_str() != "a"));
    net.worker.prepare().await.unwrap();
    net.worker.publish_all().await.unwrap();
}

async fn decide(net: &Sandbox, action: Action) -> i64 {
    let at = *net.now.lock().unwrap();
    let decision = net.store.record(Decision { id: 0, at, by: "staff".into(), entry: None, action }).await.unwrap();
    net.worker.settle().await.unwrap();
    decision
}

fn about(pieces: AfterRemoval) -> Action {
    Action::Source { source: "a".into(), pieces }
}

async fn asked(net: &Sandbox) -> Vec<ReviewItem> {
    let items = net.store.review(50).await.unwrap();
    items.into_iter().filter(|item| item.kind == ReviewKind::Source).collect()
}

async fn piece(net: &Sandbox, name: &str) -> Piece {
    let id = net.store.find(&format!("https://{name}.example/0")).await.unwrap().unwrap();
    match net.store.piece(&id).await.unwrap().unwrap() {
        PieceFound::Piece(view) => view.piece,
        PieceFound::MovedTo(other) => panic!("{name} is in {other}"),
    }
}

async fn count(net: &Sandbox, document: &str, what: &str) -> usize {
    net.document(document).await.matches(what).count()
}

#[tokio::test]
async fn its_pieces_stay_and_staff_are_asked_once() {
    let net = network().await;
    net.worker.publish_all().await.unwrap();
    assert!(net.document("/feeds.opml").await.contains("text=\"A\""));
    leave(&net).await;
    let items = asked(&net).await;
    let why = ReviewReason::Removed { source: "a".into(), shown: 2 };
    assert_eq!((items.len(), &items[0].reasons[..], items[0].since), (1, &[why][..], *net.now.lock().unwrap()));
    let said = items[0].reasons[0].to_string();
    assert_eq!(said, "source a was removed; 2 pieces are still published: plenary decide source a keep, or withdraw");
    assert!(piece(&net, "a").await.is_shown());
    assert_eq!(count(&net, "/sections/news.atom", "\n<entry").await, 3);
    assert_eq!(count(&net, "/sources/a.atom", "\n<entry").await, 2, "its feed is there still");
    assert!(net.document("/sources/a.atom").await.contains("A · Example Network"), "under its name");
    assert!(!net.document("/feeds.opml").await.contains("text=\"A\""), "it is no source any more");

    net.advance(Duration::from_hours(1));
    let keep = decide(&net, about(AfterRemoval::Keep)).await;
    assert!(asked(&net).await.is_empty());
    assert_eq!(count(&net, "/sections/news.atom", "\n<entry").await, 3);
    decide(&net, Action::Undo { decision: keep }).await;
    assert_eq!(asked(&net).await.len(), 1, "undone, it is asked again");

    // It comes back, and leaves again later: what was decided about the first time does not count.
    decide(&net, about(AfterRemoval::Keep)).await;
    let address = net.url("/a");
    net.change_policy(|policy| policy.sources.push(source("a", &[address])));
    net.worker.prepare().await.unwrap();
    assert!(asked(&net).await.is_empty());
    assert_eq!(net.store.removed_source(&"a".into()).await.unwrap(), None);
    net.advance(Duration::from_hours(1));
    leave(&net).await;
    assert_eq!(asked(&net).await.len(), 1);
}

#[tokio::test]
async fn withdrawn_they_leave_with_tombstones_and_what_another_carries_stays() {
    let net = network().await;
    leave(&net).await;
    let before = piece(&net, "a").await;
    net.advance(Duration::from_hours(1));
    let withdraw = decide(&net, about(AfterRemoval::Withdraw)).await;
    assert!(asked(&net).await.is_empty());
    let gone = piece(&net, "a").await;
    assert_eq!(gone.withdrawn.as_ref().map(|gone| gone.at), Some(*net.now.lock().unwrap()));
    assert_eq!((&gone.id, &gone.atom_id), (&before.id, &before.atom_id));
    let shared = piece(&net, "shared").await;
    assert!(shared.is_shown() && shared.withdrawn.is_none());
    assert_eq!(shared.members.len(), 2);
    for document in ["/sections/news.atom", "/sources/a.atom"] {
        assert_eq!(count(&net, document, "<at:deleted-entry").await, 1, "{document}");
    }
    assert_eq!(count(&net, "/sections/news.atom", "\n<entry").await, 2);
    let removed = net.store.removed_source(&"a".into()).await.unwrap().unwrap();
    assert_eq!((removed.shown, removed.decided), (0, Some(AfterRemoval::Withdraw)));

    decide(&net, Action::Undo { decision: withdraw }).await;
    let back = piece(&net, "a").await;
    assert!(back.is_shown());
    assert_eq!((back.id, back.atom_id, &back.placements), (before.id, before.atom_id, &before.placements));
    assert_eq!(count(&net, "/sections/news.atom", "\n<entry").await, 3);
    assert_eq!(count(&net, "/sections/news.atom", "<at:deleted-entry").await, 0);
    assert_eq!(asked(&net).await.len(), 1);
}
