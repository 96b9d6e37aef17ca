//! What polls cost, and what they remember.

use super::*;
use plenary_ingest::read::ReadError;
use plenary_model::poll::{CauseKind, Outcome};
use plenary_model::warning::WarningCode;

#[tokio::test]
async fn a_second_poll_is_conditional_and_costs_nothing() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "200 OK|ETag: W/\"1\"|Last-Modified: odd", &feed("a", 3));
    net.answer("/a", "304 Not Modified|ETag: W/\"2\"", "");
    let first = net.poll("a").await;
    assert_eq!((first.outcome, first.cause, first.seen, first.new), (Outcome::Updated, CauseKind::Ok, 3, 3));
    assert!(!first.conditional);
    assert!(first.body_bytes > 0);
    assert_eq!(net.entries().await, 3);
    assert_eq!(net.document("/sections/news.atom").await.matches("<entry").count(), 3);
    assert!(net.store.is_first_pass_done().await.unwrap());
    let state = net.state("a").await;
    assert_eq!(state.next_at, Some("2021-06-01T12:20:00Z".parse::<DateTime<Utc>>().unwrap()));
    assert_eq!(state.address, Some(net.url("/a")));

    let before = net.store.edition_digests().await.unwrap();
    let second = net.poll("a").await;
    assert_eq!((second.outcome, second.cause, second.new), (Outcome::Unchanged, CauseKind::NotModified, 0));
    assert!(second.conditional);
    assert!(second.body_bytes == 0);
    assert_eq!(net.entries().await, 3);
    assert_eq!(net.store.edition_digests().await.unwrap(), before);
    net.poll("a").await;
    let heads = net.heads();
    assert!(!heads[0].contains("if-none-match"), "{}", heads[0]);
    assert!(!heads[0].contains("if-modified-since"), "{}", heads[0]);
    assert!(heads[1].contains("if-none-match: W/\"1\"\r\n"));
    assert!(heads[1].contains("if-modified-since: odd\r\n"));
    assert!(heads[2].contains("if-none-match: W/\"2\"\r\n"));
    assert!(heads[2].contains("if-modified-since: odd\r\n"));
}

#[tokio::test]
async fn the_same_bytes_are_not_read_again() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "200 OK|ETag: \"1\"", &feed("a", 2)).answer("/a", "200 OK|ETag: \"2\"", &feed("a", 2));
    net.poll("a").await;
    let again = net.poll("a").await;
    assert_eq!((again.outcome, again.cause), (Outcome::Unchanged, CauseKind::SameBody));
    assert_eq!(again.seen, 0, "it was not parsed");
    let remembered = net.store.addresses(&"a".into()).await.unwrap();
    assert_eq!(remembered[&net.url("/a")].validators.etag.as_deref(), Some(&b"\"2\""[..]));
}

#[tokio::test]
async fn a_changed_body_is_read_whatever_its_validators() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "200 OK|ETag: \"1\"", &feed("a", 2)).answer("/a", "200 OK|ETag: \"1\"", &feed("a", 3));
    net.poll("a").await;
    let again = net.poll("a").await;
    assert_eq!((again.outcome, again.seen, again.new, again.changed), (Outcome::Updated, 3, 1, 0));
}

#[tokio::test]
async fn retry_after_is_obeyed_even_when_everything_is_asked() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "429 Too Many Requests|Retry-After: 7200", "").answer("/a", "200 OK", &feed("a", 1));
    let first = net.poll("a").await;
    assert_eq!((first.outcome, first.cause, first.status), (Outcome::Deferred, CauseKind::Busy, Some(429)));
    assert_eq!(net.state("a").await.failures, 0, "a 429 is no failure");
    net.advance(Duration::from_secs(7199));
    let waiting = net.poll("a").await;
    assert_eq!((waiting.outcome, waiting.cause, waiting.requests), (Outcome::Deferred, CauseKind::Waiting, 0));
    assert_eq!(net.heads().len(), 1);
    assert!(net.state("a").await.next_at.unwrap() >= "2021-06-01T14:00:00Z".parse::<DateTime<Utc>>().unwrap());
    net.advance(Duration::from_secs(1));
    assert_eq!(net.poll("a").await.outcome, Outcome::Updated);
}

#[tokio::test]
async fn a_wait_of_ten_years_is_probed_after_a_week_and_shown() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "503 Busy|Retry-After: 315360000", "");
    assert_eq!(net.poll("a").await.outcome, Outcome::Deferred);
    let state = net.state("a").await;
    assert_eq!(state.next_at, Some("2021-06-08T12:00:00Z".parse::<DateTime<Utc>>().unwrap()));
    assert!(state.warnings.iter().any(|warning| warning.code == WarningCode::LongWait), "{:?}", state.warnings);
    net.advance(Duration::from_hours(6 * 24));
    assert_eq!(net.poll("a").await.requests, 0);
    net.advance(Duration::from_hours(24));
    assert_eq!(net.poll("a").await.requests, 1);
}

#[tokio::test]
async fn a_503_without_a_time_is_a_failure_that_backs_off() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "503 Busy|Retry-After: soon", "");
    let mut last = net.poll("a").await;
    for _ in 0..5 {
        last = net.poll("a").await;
    }
    assert_eq!((last.outcome, last.cause), (Outcome::Failed, CauseKind::Busy));
    let state = net.state("a").await;
    assert_eq!(state.failures, 6);
    assert!(state.next_at.unwrap() - state.polled_at.unwrap() >= chrono::Duration::minutes(160));
    assert!(net.pass(Which::Due).await.sources.is_empty(), "it is not due");
}

#[tokio::test]
async fn the_first_address_that_works_is_used_and_kept() {
    let net = Sandbox::start(&[("a", &["/gone", "/b"])]).await;
    net.answer("/b", "200 OK", &feed("a", 2));
    let first = net.poll("a").await;
    assert_eq!((first.outcome, first.requests), (Outcome::Updated, 2));
    assert_eq!(net.state("a").await.address, Some(net.url("/b")));
    assert_eq!(net.poll("a").await.requests, 1, "the dead address is left alone");
}

#[tokio::test]
async fn a_passing_failure_does_not_change_the_address() {
    let net = Sandbox::start(&[("a", &["/a", "/b"])]).await;
    net.answer("/a", "200 OK", &feed("a", 2)).answer("/a", "500 Oops", "").answer("/b", "200 OK", &feed("a", 2));
    net.poll("a").await;
    assert_eq!(net.poll("a").await.outcome, Outcome::Updated);
    assert_eq!(net.state("a").await.address, Some(net.url("/a")));
}

#[tokio::test]
async fn failure_never_empties_what_is_stored() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    let empty = "<rss version=\"2.0\"><channel><title>a</title></channel></rss>";
    net.answer("/a", "200 OK|ETag: \"1\"", &feed("a", 3));
    for body in ["", "  \n", empty, "<!doctype html><title>Parked</title><p>Buy this domain"] {
        net.answer("/a", "200 OK|ETag: \"2\"", body);
    }
    net.poll("a").await;
    let digests = net.store.edition_digests().await.unwrap();
    for expected in [CauseKind::Empty, CauseKind::Empty, CauseKind::Empty, CauseKind::Html] {
        let report = net.poll("a").await;
        assert_eq!((report.outcome, report.cause), (Outcome::Failed, expected), "{}", report.detail);
        assert_eq!(net.entries().await, 3);
    }
    let now = net.store.edition_digests().await.unwrap();
    assert_eq!(now.get("/sections/news.atom"), digests.get("/sections/news.atom"));
    assert_eq!(net.state("a").await.failures, 4);
}

#[tokio::test]
async fn validators_of_what_did_not_parse_are_forgotten() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "200 OK|ETag: \"1\"", "{\"error\":\"none\"}").answer("/a", "200 OK|ETag: \"1\"", &feed("a", 3));
    assert_eq!(net.poll("a").await.outcome, Outcome::Failed);
    let second = net.poll("a").await;
    assert_eq!((second.outcome, second.new, second.conditional), (Outcome::Updated, 3, false));
}

#[tokio::test]
async fn a_broken_document_without_entries_is_not_taken_for_an_empty_feed() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    let cut = "<rss version=\"2.0\"><channel><title>a";
    net.answer("/a", "200 OK|ETag: \"1\"", cut).answer("/a", "200 OK", &feed("a", 1));
    let first = net.poll("a").await;
    assert_eq!((first.outcome, first.cause), (Outcome::Failed, CauseKind::Empty), "{}", first.detail);
    assert!(!net.poll("a").await.conditional);
}

#[tokio::test]
async fn a_page_instead_of_a_feed_brings_a_proposal() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    let page = "<!doctype html><html><head><title>News</title>\
                <link rel=\"alternate\" type=\"application/rss+xml\" href=\"/real.xml\" title=\"News\"></head></html>";
    net.answer("/a", "200 OK|Content-Type: text/html", page).answer("/real.xml", "200 OK", &feed("a", 1));
    let report = net.poll("a").await;
    assert_eq!((report.outcome, report.cause), (Outcome::Failed, CauseKind::Html));
    let warnings = net.state("a").await.warnings;
    let proposal = warnings.iter().find(|warning| warning.code == WarningCode::Proposal).unwrap();
    assert!(proposal.message.contains(&net.url("/real.xml")), "{}", proposal.message);
    net.poll("a").await;
    let asked = |path: &str| net.heads().iter().filter(|head| head.starts_with(&format!("GET {path} "))).count();
    assert_eq!((asked("/real.xml"), asked("/a")), (1, 2), "it was read once, and nothing is switched by itself");
    assert_eq!(net.state("a").await.warnings.len(), warnings.len());
}

#[tokio::test]
async fn a_410_ends_polling_until_staff_name_the_source() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "410 Gone", "");
    assert_eq!(net.poll("a").await.cause, CauseKind::Gone);
    let state = net.state("a").await;
    assert!(state.gone);
    assert!(state.next_at.is_none());
    let again = net.poll("a").await;
    assert_eq!((again.outcome, again.cause, again.requests), (Outcome::Skipped, CauseKind::Gone, 0));
    assert!(net.pass(Which::Due).await.sources.is_empty());
    net.pass(Which::Sources(vec!["a".into()])).await;
    let asked = net.heads().into_iter().filter(|head| head.starts_with("GET /a ")).count();
    assert_eq!(asked, 2);
}

#[tokio::test]
async fn a_permanent_redirect_is_adopted_after_six_days() {
    let net = Sandbox::start(&[("a", &["/old"])]).await;
    let to = format!("301 Moved|Location: {}", net.url("/new"));
    net.answer("/old", &to, "").answer("/new", "200 OK|ETag: \"1\"", &feed("a", 2));
    let first = net.poll("a").await;
    assert_eq!(first.outcome, Outcome::Updated);
    assert!(first.detail.contains("moving to"), "{}", first.detail);
    net.advance(Duration::from_hours(5 * 24));
    net.poll("a").await;
    assert_eq!(net.state("a").await.address, Some(net.url("/old")));
    net.advance(Duration::from_hours(24));
    assert_eq!(net.poll("a").await.cause, CauseKind::Moved);
    assert_eq!(net.state("a").await.address, Some(net.url("/new")));
    let before = net.heads().len();
    let last = net.poll("a").await;
    assert_eq!((last.requests, last.conditional), (1, true));
    assert!(net.heads()[before..].iter().all(|head| head.starts_with("GET /new ")));
}

#[tokio::test]
async fn one_bad_source_ends_nothing() {
    let net = Sandbox::start(&[("a", &["/a"]), ("b", &["/b"]), ("c", &["/c"])]).await;
    net.answer("/b", "200 OK", &feed("b", 1)).answer("/c", "200 OK", "{\"error\": 1}").answer("/a", "500 No", "");
    let report = net.pass(Which::All).await;
    let ids: Vec<&str> = report.sources.iter().map(|source| source.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!((report.totals.updated, report.totals.failed, report.totals.new), (1, 2, 1));
    assert!(net.worker.pass(&Which::Sources(vec!["nobody".into()]), &|_| {}).await.is_err());
}

#[tokio::test]
async fn a_document_on_which_the_reader_fails_is_kept_byte_for_byte() {
    let mut net = Sandbox::start(&[("a", &["/a"])]).await;
    // What is kept is what came, not what could be made of it.
    let first = feed("a", 2) + "\u{fffd}\0<";
    let second = feed("a", 3);
    net.answer("/a", "200 OK|ETag: \"1\"", &first).answer("/a", "200 OK|ETag: \"2\"", &second);
    let known = Reader::default();
    net.read_with(Reader { read: |_, _, _, _, _| panic!("planted"), ..known });
    let polled = net.poll("a").await;
    assert_eq!(
        (polled.outcome, polled.cause, polled.detail.as_str()),
        (Outcome::Failed, CauseKind::Reader, "it panicked")
    );
    let kept = net.store.replay(&"a".into()).await.unwrap().unwrap();
    assert_eq!((kept.body, kept.cause.contains("it panicked")), (first.into_bytes(), true));

    let slow = |_: &_, _: &_, _: &_, _: &_, _| {
        std::thread::sleep(Duration::from_millis(500));
        Err(ReadError::Empty)
    };
    net.read_with(Reader { read: slow, deadline: Duration::from_millis(20) });
    let polled = net.poll("a").await;
    assert_eq!((polled.outcome, polled.cause), (Outcome::Failed, CauseKind::Reader));
    let kept = net.store.replay(&"a".into()).await.unwrap().unwrap();
    assert_eq!((kept.body, kept.at), (second.clone().into_bytes(), START.parse::<DateTime<Utc>>().unwrap()));

    // Nothing of the failure keeps the next poll from reading the very same document.
    net.read_with(known);
    assert_eq!(net.poll("a").await.new, 3);
    assert!(net.store.replay(&"a".into()).await.unwrap().is_some(), "it stays for whoever mends the reader");
    assert!(net.store.replay(&"b".into()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_source_brings_no_more_than_it_may_in_a_day() {
    let net = Sandbox::start(&[("a", &["/a"]), ("b", &["/b"])]).await;
    net.change_policy(|policy| policy.polling.entries_per_day = 4);
    net.worker.prepare().await.unwrap();
    net.answer("/a", "200 OK|ETag: \"1\"", &feed("a", 6)).answer("/b", "200 OK", &feed("b", 3));
    let report = net.pass(Which::All).await;
    let [first, other] = report.sources.as_slice() else { panic!("{report:?}") };
    assert_eq!((other.cause, other.new), (CauseKind::Ok, 3), "another source has a quota of its own");
    assert_eq!((first.outcome, first.cause, first.seen, first.new), (Outcome::Updated, CauseKind::OverQuota, 6, 4));
    assert!(first.detail.starts_with("2 of 6 new or changed entries wait for tomorrow"), "{}", first.detail);
    let midnight: DateTime<Utc> = "2021-06-02T00:00:00Z".parse().unwrap();
    assert_eq!(net.state("a").await.next_at, Some(midnight), "it is not asked again before there is room");

    // Named by staff, it is asked on the same day: there is no room yet.
    net.answer("/a", "200 OK|ETag: \"2\"", &feed("a", 6));
    assert_eq!(net.poll("a").await.new, 0);
    net.advance(Duration::from_hours(13));
    net.answer("/a", "200 OK|ETag: \"3\"", &feed("a", 6));
    let later = net.poll("a").await;
    assert_eq!((later.cause, later.new), (CauseKind::Ok, 2), "what waited comes in");
    assert!(!net.heads().last().unwrap().contains("if-none-match"), "a 304 would have kept it out");
    assert_eq!(net.entries().await, 9);
}

#[tokio::test]
async fn so_many_bytes_are_kept_of_a_source() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.change_policy(|policy| policy.polling.bytes_kept = 4_000);
    net.worker.prepare().await.unwrap();
    net.answer("/a", "200 OK", &feed("a", 40));
    let first = net.poll("a").await;
    assert_eq!(first.cause, CauseKind::OverQuota);
    assert!((1..4).contains(&first.new), "{}", first.new);
    assert!(first.detail.contains("0 MB are kept of a source at the most"), "{}", first.detail);
    let kept = net.store.intakes(vec!["a".into()], net_now()).await.unwrap()[&"a".into()];
    assert!(kept.bytes_kept > 0 && kept.bytes_kept <= 4_000, "{kept:?}");
}

fn net_now() -> DateTime<Utc> {
    START.parse().unwrap()
}
