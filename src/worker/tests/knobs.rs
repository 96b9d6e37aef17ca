//! What a section and a source set beside the rule: caps per source and day, languages, age, trust.

use super::*;
use plenary_model::decision::{Action, Decision};
use plenary_model::id::PieceId;
use plenary_model::piece::Piece;
use plenary_model::query::Query;
use plenary_model::reason::Reason;
use plenary_model::review::{ReviewKind, ReviewReason};
use plenary_model::section::PlacementState::{self, Approved, Auto, Held, Pending};
use plenary_model::source::Trust;
use plenary_model::view::PieceFound;

/// An RSS document of items: number, hour of 31 May at which it is dated, text.
fn document(items: &[(usize, usize, &str)]) -> String {
    let mut body = "<rss version=\"2.0\"><channel><title>a</title><link>https://a.example/</link>".to_owned();
    for (n, hour, text) in items {
        let own: Vec<String> = (0..12).map(|word| format!("own{}", n * 1000 + word)).collect();
        let _ = write!(
            body,
            "<item><guid isPermaLink=\"false\">a-{n}</guid><title>{text} {}</title><link>https://a.example/{n}</link>\
             <pubDate>Mon, 31 May 2021 {hour:02}:00:00 GMT</pubDate><description>{text} {}</description></item>",
            own[0],
            own.join(" ")
        );
    }
    body + "</channel></rss>"
}

async fn piece(net: &Sandbox, n: usize) -> Piece {
    let id: PieceId = net.store.find(&format!("https://a.example/{n}")).await.unwrap().unwrap();
    match net.store.piece(&id).await.unwrap().unwrap() {
        PieceFound::Piece(view) => view.piece,
        PieceFound::MovedTo(other) => panic!("{n} is in {other}"),
    }
}

async fn state(net: &Sandbox, n: usize, section: &str) -> Option<PlacementState> {
    piece(net, n).await.placement(section).map(|placement| placement.state)
}

async fn states(net: &Sandbox, numbers: std::ops::Range<usize>) -> Vec<Option<PlacementState>> {
    let mut states = Vec::new();
    for n in numbers {
        states.push(state(net, n, "news").await);
    }
    states
}

async fn decide(net: &Sandbox, n: usize, action: Action) {
    let entry = Some(piece(net, n).await.lead);
    let at = *net.now.lock().unwrap();
    net.store.record(Decision { id: 0, at, by: "staff".into(), entry, action }).await.unwrap();
    net.worker.settle().await.unwrap();
}

#[tokio::test]
async fn a_flooding_source_enters_day_by_day() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.change_policy(|policy| policy.sections[0].limits.per_source_per_day = Some(2));
    net.worker.prepare().await.unwrap();
    net.answer("/a", "200 OK|ETag: \"1\"", &document(&[(100, 1, "before the flood")]));
    net.poll("a").await;
    net.advance(Duration::from_hours(24));
    // The later ones stand first, as in feeds: the earliest come through.
    let flood: Vec<(usize, usize, &str)> = (0..7).rev().map(|n| (n, 10 + n, "a piece of the flood")).collect();
    net.script.lock().unwrap().answers.clear();
    net.answer("/a", "200 OK|ETag: \"2\"", &document(&flood)).answer("/a", "304 Not Modified", "");
    net.poll("a").await;
    let (shown, held) = (Some(Auto), Some(Held));
    assert_eq!(states(&net, 0..7).await, [shown, shown, held, held, held, held, held]);
    assert_eq!(net.document("/sections/news.atom").await.matches("\n<entry").count(), 3);

    let queue = net.store.review(50).await.unwrap();
    let waiting: Vec<_> = queue.iter().filter(|item| item.kind == ReviewKind::Held).collect();
    assert_eq!(waiting.len(), 5);
    let why = ReviewReason::Placement { reason: Reason::Quota { most: 2, source: "A".into() } };
    assert!(waiting.iter().all(|item| item.reasons[0] == why), "{waiting:#?}");

    // The same day lets nobody in but those whom staff let in.
    net.pass(Which::All).await;
    net.worker.prepare().await.unwrap();
    assert_eq!(states(&net, 2..7).await, [held; 5]);
    decide(&net, 6, Action::Approve { section: None }).await;
    assert_eq!(state(&net, 6, "news").await, Some(Approved));
    decide(&net, 5, Action::Release).await;
    assert_eq!(state(&net, 5, "news").await, shown);
    assert_eq!(net.document("/sections/news.atom").await.matches("\n<entry").count(), 5);

    // The next day lets in the earliest two, without a new document of the source.
    net.advance(Duration::from_hours(24));
    net.pass(Which::All).await;
    assert_eq!(states(&net, 2..5).await, [shown, shown, held]);
    assert_eq!(net.document("/sections/news.atom").await.matches("\n<entry").count(), 7);
    net.advance(Duration::from_hours(24));
    net.pass(Which::All).await;
    assert_eq!(state(&net, 4, "news").await, shown);
    assert!(net.store.review(50).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_cap_that_is_taken_away_lets_everybody_in() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "200 OK", &document(&[(100, 1, "before the flood")]));
    net.poll("a").await;
    net.change_policy(|policy| policy.sections[0].limits.per_source_per_day = Some(1));
    net.worker.prepare().await.unwrap();
    net.script.lock().unwrap().answers.clear();
    net.answer("/a", "200 OK", &document(&[(0, 10, "one piece"), (1, 11, "another one"), (2, 12, "the third one")]));
    net.poll("a").await;
    assert_eq!(states(&net, 0..3).await, [Some(Held); 3], "what entered today before the cap counts");
    net.change_policy(|policy| policy.sections[0].limits.per_source_per_day = None);
    net.worker.prepare().await.unwrap();
    assert_eq!(states(&net, 0..3).await, [Some(Auto); 3]);
}

#[tokio::test]
async fn languages_are_taken_by_rule_and_by_limit() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.change_policy(|policy| {
        policy.sections[0].limits.languages = vec!["fr".into()];
        policy.sections[1].rule = Query::parse_rule("language:en").unwrap();
    });
    net.worker.prepare().await.unwrap();
    let french = "Les enfants ont le droit d'être entendus dans toutes les décisions qui les concernent";
    let english = "Children have the right to be heard in all the decisions that are about them";
    let spanish = "Los niños tienen derecho a ser escuchados en todas las decisiones que los afectan";
    net.answer("/a", "200 OK", &document(&[(0, 1, french), (1, 2, english), (2, 3, spanish)]));
    net.poll("a").await;
    assert_eq!((state(&net, 0, "news").await, state(&net, 0, "resources").await), (Some(Auto), None));
    assert_eq!((state(&net, 1, "news").await, state(&net, 1, "resources").await), (None, Some(Auto)));
    assert_eq!(
        (state(&net, 2, "news").await, state(&net, 2, "resources").await),
        (None, None),
        "the limit binds defaults"
    );
}

#[tokio::test]
async fn what_was_too_old_when_first_seen_is_not_taken_and_nothing_ages_out() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.change_policy(|policy| policy.sections[0].limits.max_age_days = Some(10));
    net.worker.prepare().await.unwrap();
    let old = document(&[(1, 1, "an old text")]).replace("31 May", "19 May").replace("Mon,", "Wed,");
    let both =
        document(&[(0, 1, "a young text")]).replace("</channel></rss>", "") + &old[old.find("<item>").unwrap()..];
    net.answer("/a", "200 OK", &both);
    net.poll("a").await;
    assert_eq!(states(&net, 0..2).await, [Some(Auto), None]);
    net.advance(Duration::from_hours(24 * 60));
    decide(&net, 0, Action::Note { text: "judged again".into() }).await;
    assert_eq!(state(&net, 0, "news").await, Some(Auto));
    decide(&net, 1, Action::Add { section: "news".into() }).await;
    assert_eq!(state(&net, 1, "news").await, Some(Approved), "staff outrank limits");
}

#[tokio::test]
async fn trust_decides_who_waits() {
    let net = Sandbox::start(&[("a", &["/a"]), ("b", &["/b"]), ("c", &["/c"])]).await;
    net.change_policy(|policy| {
        policy.sources[1].trust = Trust::Review;
        policy.sources[2].trust = Trust::Blocked;
    });
    net.worker.prepare().await.unwrap();
    for (n, path) in ["/a", "/b", "/c"].into_iter().enumerate() {
        net.answer(path, "200 OK", &document(&[(n, 1, "one text")]));
    }
    net.pass(Which::All).await;
    assert_eq!(states(&net, 0..3).await, [Some(Auto), Some(Pending), None]);
    let queue: Vec<ReviewKind> = net.store.review(50).await.unwrap().into_iter().map(|item| item.kind).collect();
    assert_eq!(queue, [ReviewKind::Pending]);
    // Trusted from now on, it is placed without being approved one by one.
    net.change_policy(|policy| policy.sources[1].trust = Trust::Trusted);
    net.worker.prepare().await.unwrap();
    assert_eq!(state(&net, 1, "news").await, Some(Auto));
}
