//! What has had its time: pieces of sections that keep them only so long, archives, texts that nobody sees, room.

use super::*;
use plenary_model::decision::{Action, Decision};
use plenary_model::id::SourceId;
use plenary_model::piece::Dossier;
use plenary_model::section::PlacementState::{self, Auto, Pinned, Rejected};
use plenary_model::view::{Order, Pruned, Search, Selection};

const DAY: Duration = Duration::from_hours(24);

async fn dossier(net: &Sandbox, n: usize) -> Dossier {
    let id = net.store.find(&format!("https://a.example/{n}")).await.unwrap().unwrap();
    net.store.dossier(&id).await.unwrap().unwrap()
}

async fn state(net: &Sandbox, n: usize) -> Option<PlacementState> {
    dossier(net, n).await.piece.placement("news").map(|placement| placement.state)
}

async fn has_text(net: &Sandbox, n: usize) -> bool {
    let entry = &dossier(net, n).await.entries[0];
    assert_eq!(entry.is_bare, entry.entry.body().is_empty(), "{n}");
    assert!(entry.entry.title.contains(&format!("number {n}")) && entry.entry.link.is_some());
    !entry.is_bare
}

async fn decide(net: &Sandbox, n: usize, action: Action) {
    let entry = Some(dossier(net, n).await.piece.lead);
    let at = *net.now.lock().unwrap();
    net.store.record(Decision { id: 0, at, by: "staff".into(), entry, action }).await.unwrap();
    net.worker.settle().await.unwrap();
}

async fn poll(net: &Sandbox, document: &str) -> SourceReport {
    net.script.lock().unwrap().answers.clear();
    net.answer("/a", "200 OK", document);
    net.poll("a").await
}

/// A network whose section keeps pieces for 30 days, with so many pieces in it.
async fn network(pieces: usize) -> Sandbox {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.change_policy(|policy| policy.sections[0].limits.keep_days = Some(30));
    net.worker.prepare().await.unwrap();
    assert_eq!(poll(&net, &feed("a", pieces)).await.new, pieces);
    net
}

async fn count_bytes(net: &Sandbox) -> u64 {
    net.store.intakes(vec!["a".into()], START.parse().unwrap()).await.unwrap()[&SourceId::from("a")].bytes_kept
}

async fn count_found(net: &Sandbox, words: &str) -> usize {
    let asked = Search {
        per_work: None,
        query: plenary_model::query::Query::parse(words).unwrap(),
        announced_only: false,
        order: Order::Date,
        now: *net.now.lock().unwrap(),
        cursor: None,
        offset: 0,
        limit: 10,
    };
    net.store.search(&asked).await.unwrap().total
}

#[tokio::test]
async fn a_piece_leaves_its_section_after_its_time_and_brings_nothing_when_it_is_announced_again() {
    let net = network(3).await;
    decide(&net, 2, Action::Pin { section: "news".into() }).await;
    let before = dossier(&net, 0).await;
    let kept = count_bytes(&net).await;
    assert_eq!(count_found(&net, "report").await, 3);
    net.advance(29 * DAY);
    poll(&net, &feed("a", 3)).await;
    assert_eq!(state(&net, 0).await, Some(Auto));

    net.advance(2 * DAY);
    let report = poll(&net, &feed("a", 4)).await;
    assert_eq!((report.new, report.changed), (1, 0));
    assert_eq!((state(&net, 0).await, state(&net, 1).await), (Some(Rejected), Some(Rejected)));
    assert_eq!((state(&net, 2).await, state(&net, 3).await), (Some(Pinned), Some(Auto)), "what staff pinned stays");
    let after = dossier(&net, 0).await;
    assert!(after.piece.has_expired());
    assert_eq!((&after.piece.id, &after.piece.atom_id), (&before.piece.id, &before.piece.atom_id));
    assert_eq!((&after.entries[0].key, &after.entries[0].hash), (&before.entries[0].key, &before.entries[0].hash));
    assert_eq!((has_text(&net, 0).await, has_text(&net, 2).await, has_text(&net, 3).await), (false, true, true));
    assert_eq!(count_found(&net, "report").await, 2);
    let then = count_bytes(&net).await;
    assert!(then < kept + kept / 3, "{then} of {kept}: as many entries as before, and one more");
    for document in ["/sections/news.atom", "/all.atom", "/sources/a.atom"] {
        assert!(!net.document(document).await.contains("https://a.example/0"), "{document}");
    }
    let removed = net.store.pruned().await.unwrap().unwrap();
    assert_eq!((removed.expired, removed.dropped, removed.archives), (2, 2, 0), "{removed:?}");
    assert!(removed.bytes > 0);

    // Announced again as it was, and with another text.
    let documents = net.store.edition_digests().await.unwrap();
    let report = poll(&net, &(feed("a", 4) + "<!-- again -->")).await;
    assert_eq!((report.seen, report.new, report.changed), (4, 0, 0));
    let report = poll(&net, &feed("a", 4).replace("aword1 ", "otherwise ")).await;
    assert_eq!((report.new, report.changed), (0, 1));
    assert_eq!(state(&net, 0).await, Some(Rejected));
    assert_eq!(net.entries().await, 4);
    assert_eq!(net.store.edition_digests().await.unwrap(), documents, "no reader sees a difference");

    // Nor does a policy that keeps longer, or for ever, bring it back.
    net.change_policy(|policy| policy.sections[0].limits.keep_days = None);
    net.worker.prepare().await.unwrap();
    assert_eq!(state(&net, 1).await, Some(Rejected));
    decide(&net, 1, Action::Add { section: "news".into() }).await;
    assert_eq!(state(&net, 1).await, Some(PlacementState::Approved), "staff outrank it");
}

#[tokio::test]
async fn archives_end_month_by_month() {
    let net = network(2).await;
    let archives = "/sections/news/archive/";
    assert_eq!(net.store.edition_paths(archives).await.unwrap(), [format!("{archives}2021-06.atom")]);
    net.advance(31 * DAY);
    poll(&net, &feed("a", 3)).await;
    let paths = net.store.edition_paths(archives).await.unwrap();
    assert_eq!(paths.len(), 2, "the month is not wholly over its time: {paths:?}");
    assert!(net.document(&paths[1]).await.contains("prev-archive"));

    net.advance(29 * DAY);
    net.pass(Which::All).await;
    let only = format!("{archives}2021-07.atom");
    assert_eq!(net.store.edition_paths(archives).await.unwrap(), [only.as_str()]);
    assert!(!net.document(&only).await.contains("prev-archive"), "the chain begins here");
    assert!(net.document("/sections/news.atom").await.contains("archive/2021-07.atom"));
    assert!(!net.store.is_unpublished().await.unwrap());

    // Rendering everything brings none back.
    net.worker.publish_all().await.unwrap();
    assert_eq!(net.store.edition_paths(archives).await.unwrap(), [only]);
    net.advance(100 * DAY);
    net.pass(Which::All).await;
    assert_eq!(net.store.edition_paths(archives).await.unwrap(), Vec::<String>::new());
    assert!(!net.document("/sections/news.atom").await.contains("prev-archive"));
}

#[tokio::test]
async fn a_stop_in_the_middle_is_gone_on_from() {
    let net = network(250).await;
    net.advance(31 * DAY);
    let first = net.worker.context.prune(&mut Pruned::default()).await.unwrap().unwrap();
    assert_eq!(first.sections, ["news".into()]);
    let shown = Selection { section: Some("news".into()), limit: 300, ..Selection::default() };
    assert_eq!(net.store.pieces(&shown).await.unwrap().total, 50, "one slice");
    assert!(net.store.is_unpublished().await.unwrap(), "a stop here leaves the mark");

    net.worker.prepare().await.unwrap();
    net.pass(Which::All).await;
    assert_eq!(net.store.pieces(&shown).await.unwrap().total, 0);
    assert!(!has_text(&net, 0).await && !has_text(&net, 249).await);
    assert_eq!(net.document("/sections/news.atom").await.matches("\n<entry").count(), 0);
    assert!(!net.store.is_unpublished().await.unwrap());
    assert_eq!(net.worker.context.prune(&mut Pruned::default()).await.unwrap().map(|_| ()), None, "nothing is left");
}

#[tokio::test]
async fn a_running_server_removes_and_publishes_by_itself() {
    let net = network(2).await;
    net.advance(31 * DAY);
    let (stop, stopped) = watch::channel(false);
    let worker = net.worker.clone();
    let running = tokio::spawn(async move { worker.run(stopped).await });
    let gone = async {
        while has_text(&net, 0).await || net.document("/sections/news.atom").await.contains("\n<entry") {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap();
    stop.send_replace(true);
    running.await.unwrap().unwrap();
    assert_eq!(state(&net, 0).await, Some(Rejected));
    assert!(!net.store.is_unpublished().await.unwrap());
}

#[tokio::test]
async fn staff_are_asked_before_many_leave() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    poll(&net, &feed("a", 8)).await;
    net.advance(31 * DAY);
    net.change_policy(|policy| policy.sections[0].limits.keep_days = Some(30));
    net.worker.prepare().await.unwrap();
    net.pass(Which::All).await;
    assert!(net.store.policy_question().await.unwrap().is_some());
    assert_eq!(state(&net, 0).await, Some(Auto), "a slip of the pen empties no section");
    assert!(has_text(&net, 0).await);
    net.change_policy(|policy| policy.rules.apply_at_once = true);
    net.worker.prepare().await.unwrap();
    net.pass(Which::All).await;
    assert_eq!(state(&net, 0).await, Some(Rejected));
    assert!(!has_text(&net, 0).await);
}

#[tokio::test]
async fn texts_that_nobody_sees_are_dropped_in_time() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.change_policy(|policy| {
        policy.sources[0].section = None;
        policy.polling.keep_unseen_days = 10;
    });
    net.worker.prepare().await.unwrap();
    poll(&net, &feed("a", 3)).await;
    assert_eq!(state(&net, 0).await, None, "no rule takes it");
    decide(&net, 1, Action::Reject { section: None }).await;
    net.advance(9 * DAY);
    poll(&net, &feed("a", 3)).await;
    assert!(has_text(&net, 0).await);
    net.advance(2 * DAY);
    let report = poll(&net, &(feed("a", 3) + "<!-- again -->")).await;
    assert_eq!((report.new, report.changed), (0, 0), "it is known without its text");
    assert_eq!((has_text(&net, 0).await, has_text(&net, 1).await), (false, true), "models learn from what was decided");
    net.change_policy(|policy| policy.sources[0].section = Some("news".into()));
    net.worker.prepare().await.unwrap();
    assert_eq!((state(&net, 0).await, state(&net, 2).await), (None, None), "nothing without a text is placed by rule");
    assert_eq!(net.store.pruned().await.unwrap().unwrap().dropped, 2);
}

#[tokio::test]
async fn a_database_that_may_not_grow_fetches_nothing_until_it_may() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "200 OK", &feed("a", 2));
    net.change_policy(|policy| policy.polling.bytes_on_disk = Some(1_000));
    net.worker.prepare().await.unwrap();
    let trouble = net.worker.health().subscribe();
    let error = net.worker.pass(&Which::All, &|_| {}).await.unwrap_err().to_string();
    assert!(error.contains("disk_megabytes") && error.contains("keep_unseen_days"), "{error}");
    assert!(trouble.borrow().as_deref().is_some_and(|why| why.contains("disk_megabytes")));
    assert_eq!((net.entries().await, net.heads().len()), (0, 0));
    net.change_policy(|policy| policy.polling.bytes_on_disk = Some(1_000_000_000));
    net.worker.prepare().await.unwrap();
    assert_eq!(net.poll("a").await.new, 2);
    assert_eq!(*trouble.borrow(), None);
}
