//! Learning from decisions, through the store.

use super::*;
use plenary_model::decision::{Action, Decision};
use plenary_model::learned::Learning;
use plenary_model::piece::Piece;
use plenary_model::reason::Reason;
use plenary_model::review::{ReviewItem, ReviewKind};
use plenary_model::section::PlacementState;
use plenary_model::view::PieceFound;

/// Entries that staff decide about: every other one is about cells and belongs to `resources`.
const DECIDED: usize = 80;

/// Two texts in turn: of prisons and of schools, among words that say nothing.
fn words(n: usize) -> String {
    let about = ["prisoners wardens cells detention", "pupils teachers classrooms lessons"][n % 2];
    let noise: Vec<String> = (0..12).map(|word| format!("noise{}", n * 1000 + word)).collect();
    format!("{} {about} {}", noise[..6].join(" "), noise[6..].join(" "))
}

/// Sources that staff decided about, as many texts of each: models are tried on sources that they have not seen.
const SOURCES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// The source of a text; what comes later is of the first.
fn source_of(n: usize) -> &'static str {
    SOURCES.get(n / (DECIDED / SOURCES.len())).unwrap_or(&SOURCES[0])
}

fn document(numbers: std::ops::Range<usize>) -> String {
    let name = source_of(numbers.start);
    let mut body = format!("<rss version=\"2.0\"><channel><title>{name}</title><link>https://{name}.example/</link>");
    for n in numbers {
        let _ = write!(
            body,
            "<item><guid isPermaLink=\"false\">a-{n}</guid><title>Report noise{0}</title><link>https://{name}.example/{n}</link>\
             <pubDate>Mon, 31 May 2021 10:00:00 GMT</pubDate><description>{1}</description></item>",
            n * 1000 + 900,
            words(n)
        );
    }
    body + "</channel></rss>"
}

async fn piece(net: &Sandbox, n: usize) -> Piece {
    let id = net.store.find(&format!("https://{}.example/{n}", source_of(n))).await.unwrap().unwrap();
    match net.store.piece(&id).await.unwrap().unwrap() {
        PieceFound::Piece(view) => view.piece,
        PieceFound::MovedTo(other) => panic!("{n} is in {other}"),
    }
}

async fn record(net: &Sandbox, n: usize, action: Action) {
    let entry = Some(piece(net, n).await.lead);
    let decision = Decision { id: 0, at: START.parse().unwrap(), by: "staff".into(), entry, action };
    net.store.record(decision).await.unwrap();
}

/// A network whose sources go to `news` by default, and whose staff moved what is about prisons
/// to `resources`, and approved the rest.
async fn start_with_decisions(learning: Learning) -> Sandbox {
    let addresses = SOURCES.map(|source| format!("/{source}"));
    let feeds = addresses.each_ref().map(|address| [address.as_str()]);
    let sources: Vec<(&str, &[&str])> = SOURCES.into_iter().zip(feeds.iter().map(<[&str; 1]>::as_slice)).collect();
    let net = Sandbox::start(&sources).await;
    net.change_policy(|policy| policy.rules.learned = learning);
    net.worker.prepare().await.unwrap();
    let each = DECIDED / SOURCES.len();
    for (number, source) in SOURCES.iter().enumerate() {
        net.answer(&format!("/{source}"), "200 OK", &document(number * each..(number + 1) * each));
        net.poll(source).await;
    }
    for n in 0..DECIDED {
        let action = match n % 2 {
            0 => Action::Move { from: None, to: "resources".into() },
            _ => Action::Approve { section: Some("news".into()) },
        };
        record(&net, n, action).await;
    }
    net.worker.settle().await.unwrap();
    net.poll("a").await;
    net
}

/// Two entries more, 1000 of prisons and 1001 of schools.
async fn newcomers(net: &Sandbox) {
    net.script.lock().unwrap().answers.clear();
    net.answer("/a", "200 OK", &document(1000..1002));
    net.poll("a").await;
}

async fn item(net: &Sandbox, n: usize) -> Option<ReviewItem> {
    let id = piece(net, n).await.id;
    net.store.review(500).await.unwrap().into_iter().find(|item| item.id == id.0)
}

fn states(piece: &Piece) -> Vec<(&str, PlacementState)> {
    piece.placements.iter().map(|placement| (placement.section.as_str(), placement.state)).collect()
}

#[tokio::test]
async fn what_was_decided_is_suggested_and_staff_are_obeyed() {
    let net = start_with_decisions(Learning::Suggest).await;
    let (from, learned) = net.store.load_learned().await.unwrap().unwrap();
    assert_eq!((from.decision, learned.lessons), (i64::try_from(DECIDED).unwrap(), DECIDED));
    let trial = &learned.sections.iter().find(|model| model.section.as_str() == "resources").unwrap().trial;
    assert!(trial.is_on, "{trial:?}");
    assert!(trial.rules_f1 < 0.01, "{trial:?}");
    assert!(trial.model_f1 > 0.95, "{trial:?}");

    newcomers(&net).await;
    let prisons = piece(&net, 1000).await;
    assert_eq!(states(&prisons), [("news", PlacementState::Auto), ("resources", PlacementState::Pending)]);
    let suggested = item(&net, 1000).await.unwrap();
    assert_eq!((suggested.kind.as_str(), suggested.sections.len()), ("suggested", 1));
    assert!(suggested.score.unwrap() > 500, "{suggested:?}");
    assert!(suggested.reasons[0].to_string().starts_with("learned: 0."), "{suggested:?}");
    assert!(suggested.reasons[0].to_string().contains('+'), "{suggested:?}");
    assert!(item(&net, 1001).await.is_none(), "rules and models agree");

    record(&net, 1000, Action::Reject { section: Some("resources".into()) }).await;
    net.worker.settle().await.unwrap();
    net.pass(Which::All).await;
    let after = piece(&net, 1000).await;
    assert_eq!(states(&after), [("news", PlacementState::Auto), ("resources", PlacementState::Rejected)]);
    assert!(item(&net, 1000).await.is_none());
    assert!(after.placements.iter().all(|p| p.learned.is_none()));
}

#[tokio::test]
async fn the_same_decisions_make_the_same_bytes() {
    let net = start_with_decisions(Learning::Suggest).await;
    let first = net.store.load_learned().await.unwrap().unwrap();
    net.pass(Which::All).await;
    net.worker.prepare().await.unwrap();
    assert_eq!(net.store.load_learned().await.unwrap().unwrap(), first);
    // Another run, that has to learn anew under the same policy and decisions.
    let other = plenary_model::learned::LearnedFrom { decision: 0, ..first.0.clone() };
    net.store.put_learned(&other, &plenary_model::learned::Learned::default()).await.unwrap();
    net.pass(Which::All).await;
    let (from, learned) = net.store.load_learned().await.unwrap().unwrap();
    assert_eq!(from, first.0);
    assert_eq!(serde_json::to_string(&learned).unwrap(), serde_json::to_string(&first.1).unwrap());
    // What a decision changes is learned, and what undoes it is, too.
    record(&net, 0, Action::Undo { decision: 1 }).await;
    net.pass(Which::All).await;
    let (from, learned) = net.store.load_learned().await.unwrap().unwrap();
    assert_eq!((from.decision, learned.lessons), (first.0.decision + 1, DECIDED - 1));
}

#[tokio::test]
async fn a_policy_may_let_models_place_what_comes_in() {
    let net = start_with_decisions(Learning::Publish).await;
    let document = net.document("/sections/resources.atom").await;
    newcomers(&net).await;
    let prisons = piece(&net, 1000).await;
    assert_eq!(states(&prisons), [("resources", PlacementState::Auto)]);
    let reason = &prisons.placements[0].reasons[0];
    assert!(matches!(reason, Reason::Learned { .. }), "{reason}");
    assert_eq!(states(&piece(&net, 1001).await), [("news", PlacementState::Auto)]);
    assert_ne!(net.document("/sections/resources.atom").await, document);
    assert!(item(&net, 1000).await.is_none());

    // Judged again, and learned anew, it stays where readers saw it.
    record(&net, 1000, Action::Note { text: "looked at".into() }).await;
    net.pass(Which::All).await;
    assert_eq!(piece(&net, 1000).await.placements, prisons.placements);
    // Staff outrank the model, for ever.
    record(&net, 1000, Action::Move { from: None, to: "news".into() }).await;
    net.pass(Which::All).await;
    let moved = piece(&net, 1000).await;
    assert_eq!(states(&moved), [("news", PlacementState::Approved), ("resources", PlacementState::Rejected)]);
}

#[tokio::test]
async fn switched_off_nothing_is_learned_and_suggestions_go() {
    let net = start_with_decisions(Learning::Off).await;
    assert!(net.store.load_learned().await.unwrap().is_none());
    newcomers(&net).await;
    assert_eq!(states(&piece(&net, 1000).await), [("news", PlacementState::Auto)]);

    net.change_policy(|policy| policy.rules.learned = Learning::Suggest);
    net.worker.prepare().await.unwrap();
    assert_eq!(item(&net, 1000).await.unwrap().kind, ReviewKind::Suggested);
    net.change_policy(|policy| policy.rules.learned = Learning::Off);
    net.worker.prepare().await.unwrap();
    assert!(item(&net, 1000).await.is_none());
}

#[tokio::test]
async fn what_readers_see_and_the_model_doubts_is_asked() {
    let net = start_with_decisions(Learning::Suggest).await;
    net.change_policy(|policy| policy.sources[0].section = Some("resources".into()));
    net.worker.prepare().await.unwrap();
    newcomers(&net).await;
    let schools = piece(&net, 1001).await;
    assert_eq!(states(&schools), [("news", PlacementState::Pending), ("resources", PlacementState::Auto)]);
    let kinds: Vec<ReviewKind> = {
        let items = net.store.review(500).await.unwrap();
        items.into_iter().filter(|item| item.id == schools.id.0).map(|item| item.kind).collect()
    };
    assert!(kinds.contains(&ReviewKind::Doubted), "{kinds:?}");
    assert!(kinds.contains(&ReviewKind::Suggested), "{kinds:?}");
    record(&net, 1001, Action::Approve { section: Some("resources".into()) }).await;
    net.worker.settle().await.unwrap();
    assert!(item(&net, 1001).await.is_none());
}
