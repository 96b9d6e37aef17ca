//! What polls plan, and what is believed of it.

use crate::Store;
use chrono::{DateTime, Duration, TimeZone as _, Utc};
use plenary_model::change::Changeset;
use plenary_model::poll::{AddressState, Cause, CauseKind, Outcome, PollRecord, PollState};

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2021, 6, 10, 12, 0, 0).unwrap()
}

/// A poll of source `a` by a clock that shows `at`, which plans the next one a day later.
fn poll(at: DateTime<Utc>) -> PollRecord {
    let next = Some(at + Duration::days(1));
    let waiting = AddressState { retry_at: next, ..AddressState::default() };
    PollRecord {
        state: PollState { next_at: next, polled_at: Some(at), ..PollState::new("a".into()) },
        addresses: vec![("https://a.example.org/feed".into(), waiting)],
        at,
        outcome: Outcome::Deferred,
        cause: Cause::new(CauseKind::Busy, ""),
        seen: 0,
        new: 0,
        changed: 0,
        body_bytes: 0,
        duration_ms: 0,
        conditional: false,
        replay: None,
    }
}

#[tokio::test]
async fn what_a_clock_planned_that_ran_ahead_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("plenary.db")).await.unwrap();
    store.sync_sources(&[plenary_fixtures::source("a")], now()).await.unwrap();
    let week = Duration::days(7);
    for (clock, is_due, waits) in
        [(now(), false, 1), (now() + Duration::minutes(20), false, 1), (now() + Duration::days(3_650), true, 0)]
    {
        store.apply(Changeset::default(), Some(poll(clock)), clock).await.unwrap();
        assert_eq!(!store.due(now()).await.unwrap().is_empty(), is_due, "{clock}");
        assert_eq!(store.waiting(now(), week).await.unwrap().len(), waits, "{clock}");
    }
    store.apply(Changeset::default(), Some(poll(now())), now()).await.unwrap();
    assert!(store.due(now()).await.unwrap().is_empty(), "a poll by the right clock plans again");
}

#[tokio::test]
async fn polls_that_brought_nothing_are_kept_for_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("plenary.db")).await.unwrap();
    store.sync_sources(&[plenary_fixtures::source("a")], now()).await.unwrap();
    let outcomes = [Outcome::Unchanged, Outcome::Updated, Outcome::Failed];
    for n in 0..300 {
        let at = now() + Duration::minutes(n);
        let new = usize::from(n % 100 == 1);
        let outcome = outcomes[usize::try_from(n % 3).unwrap()];
        store.apply(Changeset::default(), Some(PollRecord { outcome, new, ..poll(at) }), at).await.unwrap();
    }
    let kept = store.polls(&"a".into(), 1_000).await.unwrap();
    let count = |outcome| kept.iter().filter(|line| line.outcome == outcome).count();
    assert_eq!(count(Outcome::Failed), 100, "failures stay");
    let idle = kept.iter().filter(|line| line.outcome != Outcome::Failed && line.new == 0);
    assert_eq!(idle.count(), 72);
    let news: Vec<_> = [201, 101, 1].into_iter().map(|n| now() + Duration::minutes(n)).collect();
    assert_eq!(
        store.remembered(vec!["a".into()], 8).await.unwrap()[&"a".into()].news,
        news,
        "news stay, whatever their age"
    );
    assert_eq!(store.remembered(vec!["a".into()], 2).await.unwrap()[&"a".into()].news, news[..2]);
}
