//! Archives over months: whoever walks them has every piece that was ever published, once.

use super::*;
use chrono::Months;
use plenary_model::decision::{Action, Decision};
use plenary_model::id::{EntryKey, PieceId};
use std::collections::{BTreeMap, BTreeSet};

/// An RSS document with the items of these numbers, all of the day.
pub(super) fn render_rss(numbers: impl IntoIterator<Item = usize>, day: DateTime<Utc>, suffix: &str) -> String {
    let mut body = "<rss version=\"2.0\"><channel><title>a</title><link>https://a.example/</link>\
                    <language>en</language>"
        .to_owned();
    for n in numbers {
        let words: Vec<String> = (0..30).map(|w| format!("word{}", n * 1000 + w)).collect();
        let _ = write!(
            body,
            "<item><guid isPermaLink=\"false\">tag:a.example,2021:{n}</guid><title>Report {n} on {}{suffix}</title>\
             <link>https://a.example/{n}</link><pubDate>{}</pubDate><description>{}</description></item>",
            words[0],
            day.to_rfc2822(),
            words.join(" ")
        );
    }
    body + "</channel></rss>"
}

/// What a document says: the ids of its entries and of its tombstones, and its links by relation.
pub(super) struct Read {
    pub(super) entries: Vec<String>,
    pub(super) gone: Vec<String>,
    pub(super) links: BTreeMap<String, String>,
}

pub(super) fn read(document: &str) -> Read {
    let between = |text: &str, start: &str, end: &str| {
        text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map(|(found, _)| found.to_owned())
    };
    let mut entries = document.split("\n<entry");
    let head = entries.next().unwrap();
    let links = head.split("<link ").skip(1).filter_map(|link| {
        let path = between(link, "href=\"https://feeds.example.org", "\"")?;
        Some((between(link, "rel=\"", "\"")?, path))
    });
    Read {
        links: links.collect(),
        gone: head.split("<at:deleted-entry ").skip(1).map(|gone| between(gone, "ref=\"", "\"").unwrap()).collect(),
        entries: entries.map(|entry| between(entry, "<id>", "</id>").unwrap()).collect(),
    }
}

/// Walks a feed from its current document back: ids of entries and of tombstones, and the archives.
pub(super) async fn walk(net: &Sandbox, feed: &str) -> (BTreeSet<String>, BTreeSet<String>, Vec<String>) {
    let (mut entries, mut gone, mut paths) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut newer: Option<String> = None;
    let mut path = format!("{feed}.atom");
    loop {
        let document = net.document(&path).await;
        let found = read(&document);
        assert_eq!(found.links["self"], path);
        let has_neighbour = ["prev-archive", "next-archive"].iter().any(|rel| found.links.contains_key(*rel));
        assert_eq!(document.contains("<fh:archive"), !paths.is_empty() && has_neighbour, "{path}");
        if !paths.is_empty() {
            assert_eq!(found.links["current"], format!("{feed}.atom"));
            assert_eq!(found.links.get("next-archive"), newer.as_ref(), "of {path}");
            newer = Some(path.clone());
        }
        let own: BTreeSet<&String> = found.entries.iter().collect();
        assert_eq!(own.len(), found.entries.len(), "an id stands twice in {path}");
        assert!(found.gone.iter().all(|id| !own.contains(id)), "a withdrawn entry stands in {path}");
        entries.extend(found.entries);
        gone.extend(found.gone);
        paths.push(path);
        match found.links.get("prev-archive") {
            Some(previous) => path = previous.clone(),
            None => return (entries, gone, paths),
        }
    }
}

pub(super) fn tag(n: usize) -> String {
    format!("tag:a.example,2021:{n}")
}

pub(super) async fn decide(net: &Sandbox, n: usize, action: Action) -> i64 {
    let id: PieceId = net.store.find(&tag(n)).await.unwrap().unwrap();
    let entry: EntryKey = net.store.dossier(&id).await.unwrap().unwrap().piece.lead;
    let now = *net.now.lock().unwrap();
    let decision = Decision { id: 0, at: now, by: "staff".into(), entry: Some(entry), action };
    let number = net.store.record(decision).await.unwrap();
    net.worker.settle().await.unwrap();
    number
}

/// Sets the clock to the tenth of a month, so many months after the start.
pub(super) fn in_month(net: &Sandbox, months: u32) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2021-06-10T12:00:00Z".parse().unwrap();
    let now = start + Months::new(months);
    *net.now.lock().unwrap() = now;
    now
}

/// Publishes twenty pieces in a month, counted from the start; the current document holds fifty.
async fn publish_month(net: &Sandbox, month: u32) {
    let now = in_month(net, month);
    let first = month as usize * 20;
    net.script.lock().unwrap().answers.remove("/a");
    net.answer("/a", "200 OK", &render_rss(first..first + 20, now - chrono::TimeDelta::days(1), ""));
    net.poll("a").await;
}

async fn publish_months(net: &Sandbox, months: u32) {
    for month in 0..months {
        publish_month(net, month).await;
    }
}

#[tokio::test]
async fn a_walk_finds_every_piece_that_was_ever_published() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    let mut seen = BTreeSet::new();
    for month in 0..5 {
        publish_month(&net, month).await;
        seen.extend(read(&net.document("/sections/news.atom").await).entries);
        let (entries, gone, _) = walk(&net, "/sections/news").await;
        assert_eq!((entries, gone.len()), (seen.clone(), 0), "in month {month}");
    }
    assert_eq!(seen.len(), 100);
    let (_, _, paths) = walk(&net, "/sections/news").await;
    let archives: Vec<String> = (6..11).rev().map(|m| format!("/sections/news/archive/2021-{m:02}.atom")).collect();
    assert_eq!(paths[1..], archives);
    assert_eq!(walk(&net, "/sections/resources").await.2, ["/sections/resources.atom"], "an empty feed has no archive");
}

#[tokio::test]
async fn past_months_are_final_but_for_withdrawals() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    publish_months(&net, 3).await;
    let june = net.document("/sections/news/archive/2021-06.atom").await;

    // A piece of June is rewritten, one moves away, a section gets another title.
    let now = in_month(&net, 2);
    net.script.lock().unwrap().answers.remove("/a");
    net.answer("/a", "200 OK", &render_rss(0..2, now, " as it is told now, with quite another end"));
    net.poll("a").await;
    decide(&net, 3, Action::Move { from: None, to: "resources".into() }).await;
    net.worker.publish_all().await.unwrap();
    assert_eq!(net.document("/sections/news/archive/2021-06.atom").await, june);
    let moved = walk(&net, "/sections/resources").await;
    assert_eq!((moved.0, moved.2.len()), ([tag(3)].into(), 2), "it entered its new section in August");
    assert!(walk(&net, "/sections/news").await.0.contains(&tag(3)), "and is not gone from where it was");

    decide(&net, 4, Action::Withdraw { reason: "a mistake".into() }).await;
    let after = net.document("/sections/news/archive/2021-06.atom").await;
    let kept: Vec<&str> = june.split("\n<entry").skip(1).filter(|entry| !entry.contains(&tag(4))).collect();
    let now: Vec<&str> = after.split("\n<entry").skip(1).collect();
    assert_eq!(now, kept, "the others stand as they stood");
    let (entries, gone, _) = walk(&net, "/sections/news").await;
    assert!(!entries.contains(&tag(4)));
    assert!(gone == [tag(4)].into());
    assert_eq!(entries.len(), 59);

    decide(&net, 3, Action::Withdraw { reason: "a mistake, too".into() }).await;
    for feed in ["/sections/news", "/sections/resources"] {
        let (entries, gone, _) = walk(&net, feed).await;
        assert!(!entries.contains(&tag(3)), "{feed}: it was seen there");
        assert!(gone.contains(&tag(3)), "{feed}: it was seen there");
    }
}

#[tokio::test]
async fn a_joined_piece_leaves_a_tombstone_and_comes_back_when_split() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    publish_months(&net, 2).await;
    let id = net.store.find(&tag(21)).await.unwrap().unwrap();
    let other = net.store.dossier(&id).await.unwrap().unwrap().piece.lead;
    let merged = decide(&net, 1, Action::Merge { other }).await;
    let (entries, gone, _) = walk(&net, "/sections/news").await;
    assert_eq!((entries.len(), gone.len()), (39, 1));
    assert!(entries.is_disjoint(&gone));
    decide(&net, 1, Action::Undo { decision: merged }).await;
    let (entries, gone, _) = walk(&net, "/sections/news").await;
    assert_eq!((entries.len(), gone.len()), (40, 0));
}

#[tokio::test]
async fn rendering_all_again_changes_no_archive_and_only_touched_months_are_written() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    publish_months(&net, 3).await;
    let before = net.store.edition_digests().await.unwrap();
    assert!(before.contains_key("/sections/news/en/archive/2021-06.atom"), "each language has its own");
    net.advance(Duration::from_hours(1));
    net.worker.publish_all().await.unwrap();
    assert_eq!(net.store.edition_digests().await.unwrap(), before);
    publish_month(&net, 3).await;
    let after = net.store.edition_digests().await.unwrap();
    let changed: Vec<&String> = after
        .iter()
        .filter(|(path, digest)| before.get(*path) != Some(digest))
        .map(|(path, _)| path)
        .filter(|path| path.contains("/archive/"))
        .collect();
    let expected = [
        "/sections/news/archive/2021-08.atom",
        "/sections/news/archive/2021-09.atom",
        "/sections/news/en/archive/2021-08.atom",
        "/sections/news/en/archive/2021-09.atom",
    ];
    assert_eq!(changed, expected, "the month itself, and the one before, which now names it");
}

/// What leaves a full document makes no room for older pieces, and none is lost when it comes back.
#[tokio::test]
async fn a_withdrawal_undone_brings_the_piece_back_into_the_current_document() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    publish_months(&net, 3).await;
    let current = "/sections/news.atom";
    let before = read(&net.document(current).await).entries;
    assert_eq!(before.len(), 50, "the document is full");
    let oldest = before.last().unwrap();
    let number = oldest.rsplit(':').next().unwrap().parse().unwrap();
    let decision = decide(&net, number, Action::Withdraw { reason: "a mistake".into() }).await;
    assert_eq!(read(&net.document(current).await).entries, before[..49]);
    decide(&net, 0, Action::Undo { decision }).await;
    assert_eq!(read(&net.document(current).await).entries, before);
}
