//! Tests of the roster and of a source's page.

use super::*;
use crate::view::samples;
use chrono::Duration;
use plenary_model::poll::{CauseKind, Moving, Outcome, PollState};
use plenary_model::warning::WarningCode;

fn health(id: &str, outcome: Outcome, kind: CauseKind) -> SourceHealth {
    let mut state = PollState::new(id.into());
    state.last = Some((outcome, Cause::new(kind, "3:14")));
    state.polled_at = Some(samples::now());
    if outcome == Outcome::Failed {
        state.failures = 4;
    } else {
        state.succeeded_at = Some(samples::now());
    }
    SourceHealth { state, entries: 1_200, shown: 2, newest: Some(samples::now() - Duration::days(200)) }
}

#[test]
fn the_roster_has_every_source_of_the_policy() {
    let mut policy = samples::policy();
    policy.sources[1].standing = Standing::Un;
    let mut off = samples::source("c");
    off.enabled = false;
    off.reason = Some("closed".into());
    policy.sources.push(off);
    let stored =
        [health("a", Outcome::Failed, CauseKind::Tls), health("not-in-policy", Outcome::Updated, CauseKind::Ok)];
    let totals = Totals { sources: 3, entries: 1_200, pieces: 3, works: 2 };
    let rhythm = HashMap::from([("a".into(), vec![2, 1])]);
    let known = SourceFigures { health: &stored, totals: &totals, rhythm: &rhythm };
    let roster = build_roster(&samples::scene(&policy, "en"), known);
    let names: Vec<(&str, Vec<&str>)> = roster
        .benches
        .iter()
        .map(|bench| (bench.heading.as_str(), bench.rows.iter().map(|row| row.name.as_str()).collect()))
        .collect();
    let un = "United Nations and international organisations";
    assert_eq!(names, [("Members", vec!["Source a", "Source c"]), (un, vec!["Source b"])]);
    assert_eq!(roster.totals, "3 sources, 1,200 posts, 3 items, 2 when translations are counted once");
    let rows = &roster.benches[0].rows;
    assert_eq!(rows[0].cause.as_ref().unwrap().text, "the secure connection failed");
    assert_eq!(rows[1].cause.as_ref().unwrap().text, "closed");
    assert_eq!(rows[0].rhythm.words, "3 posts in the last year");
    assert_eq!((rows[0].language.as_str(), rows[0].countries.len()), ("English", 0));
    assert_eq!(list_troubled(&roster).len(), 1);
}

#[test]
fn a_failing_source_is_told_how_to_mend_it() {
    let policy = samples::policy();
    let stored = health("a", Outcome::Failed, CauseKind::NotWellFormed);
    let page = build_profile(&samples::scene(&policy, "en"), &policy.sources[0], Some(&stored), &[], &[]);
    assert_eq!(page.particulars, "3:14");
    assert!(page.remedy.contains("XML"));
    assert_eq!(page.failures, "4 failed checks in a row");
    assert_eq!(page.silent, "", "silence is said of sources that answer");
}

#[test]
fn a_silent_source_is_called_so() {
    let policy = samples::policy();
    let stored = health("a", Outcome::Unchanged, CauseKind::NotModified);
    let page = build_profile(&samples::scene(&policy, "en"), &policy.sources[0], Some(&stored), &[], &[]);
    assert!(page.silent.contains("22 November 2020"));
    assert_eq!((page.remedy.as_str(), page.particulars.as_str()), ("", ""));
}

#[test]
fn another_address_than_the_configured_one_is_said() {
    let policy = samples::policy();
    let mut stored = health("a", Outcome::Updated, CauseKind::Ok);
    let page = |stored: &SourceHealth| {
        build_profile(&samples::scene(&policy, "en"), &policy.sources[0], Some(stored), &[], &[])
    };
    assert_eq!(page(&stored).moved_to, None);
    stored.state.moving = Some(Moving {
        from: "https://a.example.org/feed".into(),
        to: "https://a.example/new".into(),
        since: samples::now(),
        adopted: true,
    });
    assert_eq!(page(&stored).moved_to.as_deref(), Some("https://a.example/new"));
    assert_eq!(page(&stored).other_addresses, ["https://a.example.org/feed"]);
}

#[test]
fn the_next_poll_is_a_time_a_promise_or_none() {
    let mut policy = samples::policy();
    let mut stored = health("a", Outcome::Updated, CauseKind::Ok);
    stored.state.next_at = Some(samples::now() + Duration::minutes(20));
    let next = |policy: &plenary_model::policy::Policy, stored: &SourceHealth| {
        build_profile(&samples::scene(policy, "en"), &policy.sources[0], Some(stored), &[], &[]).next
    };
    assert_eq!(next(&policy, &stored), "10 June 2021, 12:20 UTC");
    stored.state.next_at = None;
    assert_eq!(next(&policy, &stored), "as soon as possible");
    policy.sources[0].enabled = false;
    assert_eq!(next(&policy, &stored), "none planned");
}

#[test]
fn a_remark_says_where() {
    let policy = samples::policy();
    let mut stored = health("a", Outcome::Updated, CauseKind::Ok);
    let warning =
        |line, column| Warning { code: WarningCode::BareAmpersand, message: "m".into(), entry: None, line, column };
    stored.state.warnings = vec![warning(Some(3), Some(9)), warning(Some(3), None), warning(None, None)];
    let page = build_profile(&samples::scene(&policy, "fr"), &policy.sources[0], Some(&stored), &[], &[]);
    let places: Vec<&str> = page.remarks.iter().map(|remark| remark.place.as_str()).collect();
    assert_eq!(places, ["ligne 3, colonne 9", "ligne 3", ""]);
}
