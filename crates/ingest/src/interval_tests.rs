//! When: floors, waits, back-off and moves, by example and by property.

use super::*;
use proptest::prelude::*;

const EVERY_20_MIN: &str = "0 */20 * * * *";

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn next(schedule: &str, ending: Ending, freshness: &Freshness, jitter: f64) -> Next {
    // A Tuesday.
    next_poll(&Ended { at: time("2021-06-01T12:05:00Z"), schedule, ending, freshness, rhythm: None, jitter }).unwrap()
}

fn plain(ending: Ending) -> Next {
    next(EVERY_20_MIN, ending, &Freshness::default(), 0.0)
}

#[test]
fn the_schedule_is_the_rule() {
    assert_eq!(plain(Ending::Success), Next { at: Some(time("2021-06-01T12:20:00Z")), reason: Reason::Schedule });
    let none = Freshness::default();
    let (at, schedule, ending) = (time("2021-06-01T12:20:00Z"), EVERY_20_MIN, Ending::Success);
    let ended = Ended { at, schedule, ending, freshness: &none, rhythm: None, jitter: 0.0 };
    assert_eq!(next_poll(&ended).unwrap().at, Some(time("2021-06-01T12:40:00Z")), "polled at a time of the schedule");
    let spread = next(EVERY_20_MIN, Ending::Success, &Freshness::default(), 1.0);
    assert_eq!(spread.at, Some(time("2021-06-01T12:21:00Z")));
    let seconds = next("*/5 * * * * *", Ending::Success, &Freshness::default(), 1.0).at.unwrap();
    assert!(seconds < time("2021-06-01T12:05:06Z"), "{seconds}");
    assert_eq!(plain(Ending::Gone).at, None);
    // 1 is Sunday in six-field schedules.
    let sundays = next("0 0 9 * * 1", Ending::Success, &Freshness::default(), 0.0);
    assert_eq!(sundays.at, Some(time("2021-06-06T09:00:00Z")));
    let broken = Ended {
        at: time("2021-06-01T12:05:00Z"),
        schedule: "0 9 * *",
        ending: Ending::Success,
        freshness: &none,
        rhythm: None,
        jitter: 0.0,
    };
    assert!(next_poll(&broken).is_err());
}

#[test]
fn the_publishers_freshness_is_a_floor_within_a_cap() {
    let hour = Some(Duration::from_hours(1));
    let of = |http, feed| Freshness { http, feed, ..Freshness::default() };
    let at = |freshness: &Freshness| next(EVERY_20_MIN, Ending::Success, freshness, 0.0).at.unwrap();
    assert_eq!(at(&of(hour, None)), time("2021-06-01T13:20:00Z"));
    assert_eq!(at(&of(hour, Some(Duration::from_hours(2)))), time("2021-06-01T14:20:00Z"));
    assert_eq!(at(&of(Some(Duration::MAX), None)), time("2021-06-02T12:20:00Z"));
    assert_eq!(at(&of(None, Some(Duration::MAX))), time("2021-06-08T12:20:00Z"));
}

#[test]
fn hours_and_days_are_skipped_unless_nothing_is_left() {
    let at = |skip_hours: Vec<u32>, skip_days: Vec<u32>| {
        let freshness = Freshness { skip_hours, skip_days, ..Freshness::default() };
        next(EVERY_20_MIN, Ending::Success, &freshness, 1.0).at.unwrap()
    };
    assert_eq!(at(vec![12, 13, 99], vec![]), time("2021-06-01T14:01:00Z"));
    assert_eq!(at(vec![], vec![1, 2]), time("2021-06-03T00:01:00Z"));
    assert_eq!(at(vec![0], vec![1]), time("2021-06-02T01:01:00Z"));
    assert_eq!(at((0..24).collect(), (0..7).collect()), time("2021-06-01T12:21:00Z"));
}

#[test]
fn retry_after_is_obeyed_and_a_long_one_probed_once() {
    let busy = |seconds| plain(Ending::Busy(Some(Duration::from_secs(seconds))));
    assert_eq!(busy(120).at, Some(time("2021-06-01T12:20:00Z")));
    assert_eq!(busy(3 * 86_400), Next { at: Some(time("2021-06-04T12:20:00Z")), reason: Reason::RetryAfter });
    assert_eq!(busy(315_360_000), Next { at: Some(time("2021-06-08T12:20:00Z")), reason: Reason::Probe });
    assert_eq!(busy(u64::MAX).reason, Reason::Probe);
    assert_eq!(plain(Ending::Busy(None)).at, Some(time("2021-06-01T13:20:00Z")));
}

#[test]
fn what_brings_news_seldom_is_asked_seldomer() {
    let now = time("2021-06-01T12:05:00Z");
    let ago = |hours: i64| now - chrono::Duration::hours(hours);
    let rhythm = |hours: &[i64]| find_rhythm(&hours.iter().map(|hours| ago(*hours)).collect::<Vec<_>>(), now);
    let hours = |hours| Some(Duration::from_hours(hours));
    assert_eq!(rhythm(&[]), None);
    assert_eq!(rhythm(&[0]), hours(0));
    assert_eq!(rhythm(&[30]), hours(30));
    assert_eq!(rhythm(&[1, 3, 13]), hours(6), "the mean of what lies between");
    assert_eq!(rhythm(&[40, 42, 52]), hours(40), "silent for longer than that");
    assert_eq!(rhythm(&[-7, -5]), hours(2), "a clock that ran ahead");

    let next = |rhythm, freshness: &Freshness| {
        let (schedule, ending) = (EVERY_20_MIN, Ending::Success);
        let next = next_poll(&Ended { at: now, schedule, ending, freshness, rhythm, jitter: 0.0 }).unwrap();
        (next.at.unwrap().format("%H:%M").to_string(), next.reason)
    };
    let none = Freshness::default();
    let expect = |at: &str, reason| (at.to_owned(), reason);
    assert_eq!(next(None, &none), expect("12:20", Reason::Schedule));
    assert_eq!(next(hours(23), &none), expect("12:20", Reason::Schedule));
    assert_eq!(next(hours(24), &none), expect("13:20", Reason::Rhythm));
    assert_eq!(next(hours(72), &none), expect("15:20", Reason::Rhythm));
    assert_eq!(next(hours(5_000), &none), expect("18:20", Reason::Rhythm));
    let fresh = Freshness { http: hours(8), ..Freshness::default() };
    assert_eq!(next(hours(5_000), &fresh), expect("20:20", Reason::Freshness));
}

#[test]
fn a_move_is_believed_after_six_days_with_entries_in_common() {
    let (old, new) = ("http://a.example/feed", "https://a.example/feed");
    let day = |n: i64| time("2021-06-01T12:00:00Z") + chrono::Duration::days(n);
    let first = observe_move(None, old, Some(new), true, day(0)).unwrap();
    assert!(!first.adopted);
    let early = observe_move(Some(&first), old, Some(new), true, day(5)).unwrap();
    assert!(!early.adopted);
    assert!(early.since == day(0));
    assert!(!observe_move(Some(&early), old, Some(new), false, day(6)).unwrap().adopted);
    let adopted = observe_move(Some(&early), old, Some(new), true, day(6)).unwrap();
    assert!(adopted.adopted);
    assert_eq!(observe_move(Some(&adopted), new, None, true, day(9)), Some(adopted.clone()));
    // Another target, or none, begins anew.
    assert_eq!(observe_move(Some(&early), old, Some("https://b.example/"), true, day(7)).unwrap().since, day(7));
    assert_eq!(observe_move(Some(&early), old, None, true, day(7)), None);

    let feeds = vec![old.to_owned(), "https://a.example/rss".to_owned()];
    assert_eq!(addresses(&feeds, None, Some(&adopted)), [new, "https://a.example/rss", old]);
    assert_eq!(addresses(&feeds, Some("https://a.example/rss"), None), ["https://a.example/rss", old]);
    assert_eq!(addresses(&feeds, Some("https://gone.example/"), Some(&early)), feeds);
    assert_eq!(addresses(&feeds[1..], None, Some(&adopted)), ["https://a.example/rss"]);
}

fn endings() -> impl Strategy<Value = Ending> {
    prop_oneof![
        Just(Ending::Success),
        any::<u64>().prop_map(|seconds| Ending::Busy(Some(Duration::from_secs(seconds)))),
        (0_u64..10_000_000).prop_map(|seconds| Ending::Busy(Some(Duration::from_secs(seconds)))),
        Just(Ending::Busy(None)),
        any::<u32>().prop_map(Ending::Failure),
    ]
}

proptest! {
    #[test]
    fn back_off_grows_and_stays_within_its_cap(failures in 1_u32..200, jitter in 0.0..=1.0_f64) {
        prop_assert!(backoff(failures, jitter) <= backoff(failures + 1, jitter));
        prop_assert!(backoff(failures, jitter) <= BACKOFF_MAX);
        prop_assert!(backoff(failures, jitter) >= BACKOFF_FIRST / 2);
    }

    #[test]
    fn the_next_poll_is_never_too_early_and_always_comes(
        ending in endings(),
        at in 0_i64..4_000_000_000,
        http in proptest::option::of(any::<u32>()),
        feed in proptest::option::of(any::<u32>()),
        skip_hours in proptest::collection::vec(0_u32..26, 0..30),
        skip_days in proptest::collection::vec(0_u32..9, 0..9),
        rhythm in proptest::option::of(any::<u32>()),
        schedule in prop_oneof![Just(EVERY_20_MIN), Just("* * * * * *"), Just("30 17 3 * * 2")],
        jitter in 0.0..=1.0_f64,
    ) {
        let at = DateTime::from_timestamp(at, 0).unwrap();
        let seconds = |n: u32| Duration::from_secs(n.into());
        let freshness = Freshness { http: http.map(seconds), feed: feed.map(seconds), skip_hours, skip_days };
        let rhythm = rhythm.map(seconds);
        let next = next_poll(&Ended { at, schedule, ending, freshness: &freshness, rhythm, jitter }).unwrap();
        let next = next.at.unwrap();
        prop_assert!(next >= at);
        let wait = match ending {
            Ending::Busy(Some(asked)) => asked.min(RETRY_AFTER_MAX),
            Ending::Failure(times) => backoff(times, jitter),
            _ => Duration::ZERO,
        };
        prop_assert!(next >= at + wait, "{next} is before the end of the wait");
        // The wait, at most a week for hours and days to skip, a week for the schedule, and spread.
        let latest = at + FEED_FLOOR_MAX.max(wait) + Duration::from_hours(22 * 24);
        prop_assert!(next <= latest, "{next} comes too late");
        // A schedule of Mondays alone outranks a publisher who wants no Mondays.
        let is_skipped = Skips::from_freshness(&freshness).end_of_skip(next).is_some();
        prop_assert!(!is_skipped || schedule == "30 17 3 * * 2", "{next} is to be skipped");
    }
}
