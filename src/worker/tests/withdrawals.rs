//! What publishers take back: by a tombstone or by leaving it out of a complete feed, never by absence.

use super::*;
use crate::worker::commit::commit;
use crate::worker::poll::UnjudgedPoll;
use plenary_fetch::Stopwatch;
use plenary_model::id::EntryKey;
use plenary_model::piece::Piece;
use plenary_model::poll::Received;
use plenary_model::view::PieceFound;

/// A text long enough to tell entries apart.
fn text(n: usize) -> String {
    (0..40).map(|word| format!("word{}", n * 1000 + word)).collect::<Vec<_>>().join(" ")
}

fn entry(host: &str, n: usize, title: &str) -> String {
    format!(
        "<entry><id>tag:{host}.example,2021:{n}</id><title>{title}</title><link href=\"https://{host}.example/{n}\"/>\
         <updated>2021-05-31T10:00:00Z</updated><content>{}</content></entry>",
        text(n)
    )
}

fn atom(host: &str, entries: &[String], more: &str) -> String {
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:at=\"http://purl.org/atompub/tombstones/1.0\" \
         xmlns:fh=\"http://purl.org/syndication/history/1.0\"><id>tag:{host}.example,2021:feed</id><title>{host}</title>\
         <updated>2021-05-31T10:00:00Z</updated>{more}{}</feed>",
        entries.concat()
    )
}

fn tombstone(n: usize, when: &str, comment: &str) -> String {
    format!(
        "<at:deleted-entry ref=\"tag:a.example,2021:{n}\" when=\"{when}\"><at:comment>{comment}</at:comment></at:deleted-entry>"
    )
}

/// Serves a document from now on, and polls everything.
async fn serve_and_poll(net: &Sandbox, path: &str, body: &str) {
    net.script.lock().unwrap().answers.remove(path);
    net.answer(path, "200 OK", body);
    net.pass(Which::All).await;
}

async fn piece(net: &Sandbox, id: &str) -> Piece {
    let id = net.store.find(id).await.unwrap().unwrap();
    match net.store.piece(&id).await.unwrap().unwrap() {
        PieceFound::Piece(view) => view.piece,
        PieceFound::MovedTo(other) => panic!("it is {other} now"),
    }
}

#[tokio::test]
async fn a_tombstone_takes_the_piece_out_of_every_feed() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    let three = ["First words", "Second words", "Third words"].map(str::to_owned);
    let all: Vec<String> = three.iter().enumerate().map(|(n, title)| entry("a", n, title)).collect();
    serve_and_poll(&net, "/a", &atom("a", &all, "")).await;
    serve_and_poll(&net, "/a", &atom("a", &all[1..], "")).await;
    assert!(piece(&net, "tag:a.example,2021:0").await.withdrawn.is_none(), "absence says nothing");

    net.advance(Duration::from_hours(1));
    let gone = tombstone(0, "2021-06-01T11:00:00Z", "Published &lt;b&gt;too&lt;/b&gt; early");
    serve_and_poll(&net, "/a", &atom("a", &all[1..], &gone)).await;
    let withdrawn = piece(&net, "tag:a.example,2021:0").await.withdrawn.unwrap();
    assert_eq!(withdrawn.reason, "Its publisher took it back: Published too early");
    for path in ["/sections/news.atom", "/sections/news/archive/2021-06.atom", "/all.atom", "/sources/a.atom"] {
        let document = net.document(path).await;
        assert_eq!(document.matches("\n<entry").count(), 2, "{path}");
        assert!(document.contains("<at:deleted-entry ref=\"tag:a.example,2021:0\""), "{path}: {document}");
    }
    let before = net.store.edition_digests().await.unwrap();
    net.advance(Duration::from_hours(1));
    serve_and_poll(&net, "/a", &atom("a", &all[1..], &format!("{gone}<!-- again -->"))).await;
    assert_eq!(net.store.edition_digests().await.unwrap(), before, "saying it twice changes nothing");

    net.advance(Duration::from_hours(1));
    serve_and_poll(&net, "/a", &atom("a", &all, "")).await;
    assert!(piece(&net, "tag:a.example,2021:0").await.withdrawn.is_none(), "its publisher shows it again");
    assert_eq!(net.document("/sections/news.atom").await.matches("\n<entry").count(), 3);
}

#[tokio::test]
async fn an_entry_newer_than_its_tombstone_stands() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    let all = [entry("a", 0, "First words"), entry("a", 1, "Second words")];
    let older = tombstone(0, "2021-05-30T10:00:00Z", "");
    let newer = tombstone(1, "2021-05-31T12:00:00Z", "");
    serve_and_poll(&net, "/a", &atom("a", &all, &format!("{older}{newer}"))).await;
    assert_eq!(net.entries().await, 1);
    assert!(piece(&net, "tag:a.example,2021:0").await.withdrawn.is_none());
}

#[tokio::test]
async fn only_a_complete_feed_takes_back_by_leaving_out() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    let all = [entry("a", 0, "First words"), entry("a", 1, "Second words")];
    serve_and_poll(&net, "/a", &atom("a", &all, "<fh:complete/>")).await;
    serve_and_poll(&net, "/a", &atom("a", &[], "<fh:complete/>")).await;
    assert!(piece(&net, "tag:a.example,2021:1").await.withdrawn.is_none(), "an empty document is a failure");
    serve_and_poll(&net, "/a", &atom("a", &all[..1], "<fh:complete/>")).await;
    assert!(piece(&net, "tag:a.example,2021:0").await.withdrawn.is_none());
    assert!(piece(&net, "tag:a.example,2021:1").await.withdrawn.is_some());
    let broken = atom("a", &[], "<fh:complete/>").replace("</feed>", &entry("a", 0, "First words")[..60]);
    serve_and_poll(&net, "/a", &broken).await;
    assert!(piece(&net, "tag:a.example,2021:0").await.withdrawn.is_none(), "the document broke off");
}

/// A hub may bring only what is new.
#[tokio::test]
async fn what_a_hub_leaves_out_is_not_taken_back() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    let all = [entry("a", 0, "First words"), entry("a", 1, "Second words"), entry("a", 2, "Third words")];
    serve_and_poll(&net, "/a", &atom("a", &all[..2], "<fh:complete/>")).await;
    let context = &net.worker.context;
    let source = net.policy.borrow().source(&"a".into()).unwrap().clone();
    let body = atom("a", &all[2..], "<fh:complete/>").into_bytes();
    let received = Received { body, content_type: Some("application/atom+xml".into()) };
    let remembered = net.store.remembered(vec!["a".into()], 0).await.unwrap().remove(&"a".into()).unwrap();
    let brought =
        UnjudgedPoll::from_push(context, source, remembered, received, &net.url("/a"), Stopwatch::start()).await;
    let brought = brought.unwrap().unwrap_or_else(|cause| panic!("{cause}"));
    commit(context, brought, None).await.unwrap();
    for number in 0..3 {
        assert!(piece(&net, &format!("tag:a.example,2021:{number}")).await.withdrawn.is_none(), "{number}");
    }
}

#[tokio::test]
async fn what_another_publisher_carries_stays_with_it() {
    let net = Sandbox::start(&[("a", &["/a"]), ("b", &["/b"])]).await;
    net.answer("/a", "200 OK", &atom("a", &[entry("a", 0, "The same words")], ""));
    net.answer("/b", "200 OK", &atom("b", &[entry("b", 0, "The same words")], ""));
    net.pass(Which::All).await;
    let before = piece(&net, "tag:a.example,2021:0").await;
    assert_eq!(before.members.len(), 2, "the test needs two publishers of one piece");
    let (first, second) = if before.lead == key("a") { ("a", "b") } else { ("b", "a") };
    let gone = |host: &str| tombstone(0, "2021-06-01T11:00:00Z", "").replace("a.example", &format!("{host}.example"));

    serve_and_poll(&net, &format!("/{first}"), &atom(first, &[], &gone(first))).await;
    let after = piece(&net, &before.atom_id).await;
    assert!(after.withdrawn.is_none());
    assert_eq!((after.lead == before.lead, &after.atom_id), (false, &before.atom_id), "under its id, led by the other");
    let document = net.document("/sections/news.atom").await;
    assert!(document.contains(&format!("https://{second}.example/0")));
    assert!(!document.contains(&format!("https://{first}.example/0")), "{document}");
    assert_eq!(net.document(&format!("/sources/{first}.atom")).await.matches("\n<entry").count(), 0);

    serve_and_poll(&net, &format!("/{second}"), &atom(second, &[], &gone(second))).await;
    assert!(piece(&net, &before.atom_id).await.withdrawn.is_some(), "now nobody carries it");
    assert!(net.document("/sections/news.atom").await.contains("<at:deleted-entry"));
}

/// The numbers of the entries that a document shows.
async fn list_shown(net: &Sandbox, path: &str) -> Vec<usize> {
    let document = net.document(path).await;
    let ids = document.split("<id>tag:a.example,2021:").skip(1).map(|rest| rest.split('<').next().unwrap());
    ids.filter_map(|id| id.parse().ok()).collect()
}

#[tokio::test]
async fn nothing_old_takes_the_place_of_what_is_gone() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.change_policy(|policy| policy.sections[0].recent = 3);
    net.worker.prepare().await.unwrap();
    let mut all: Vec<String> = (0..6).map(|n| entry("a", n, &format!("Report {n}"))).collect();
    serve_and_poll(&net, "/a", &atom("a", &all, "")).await;
    let feed = "/sections/news.atom";
    let before = list_shown(&net, feed).await;
    assert_eq!(before.len(), 3);

    net.advance(Duration::from_hours(1));
    let gone = tombstone(before[0], "2021-06-01T12:30:00Z", "");
    serve_and_poll(&net, "/a", &atom("a", &all, &gone)).await;
    assert_eq!(list_shown(&net, feed).await, before[1..], "three more entries are as old, but unseen");

    net.advance(Duration::from_hours(1));
    all.push(entry("a", 9, "Report 9").replace("05-31T10", "06-01T13"));
    serve_and_poll(&net, "/a", &atom("a", &all, &gone)).await;
    assert_eq!(list_shown(&net, feed).await, [9, before[1], before[2]]);

    net.change_policy(|policy| policy.sections[0].recent = 5);
    net.worker.prepare().await.unwrap();
    net.worker.publish_all().await.unwrap();
    assert_eq!(list_shown(&net, feed).await.len(), 5, "a longer feed is filled");
}

fn key(host: &str) -> EntryKey {
    EntryKey::derive(&host.into(), &format!("tag:{host}.example,2021:0"))
}
