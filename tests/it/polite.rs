//! Politeness: some simulated hours of polling sources of all manners, and the judge of it shown each fault.

use crate::support::polite::judge::{Ledger, Request};
use crate::support::polite::manners::{Manner, Site};
use crate::support::polite::{Plan, SPACING, run};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::{Duration, Instant};

#[test]
fn whoever_publishes_is_polled_as_asked() {
    let plan = Plan { seed: 2021, sources: 52, hours: 5 };
    let figures = run(plan, &mut |_, _| {}).unwrap();
    let wrong: Vec<_> = figures.lines.iter().filter(|line| !line.is_met).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(figures.requests > 500, "only {} requests", figures.requests);
    assert!(figures.hosts > 20, "only {} hosts", figures.hosts);
    assert!(figures.nearest.is_some(), "no host was asked twice");
}

fn start() -> DateTime<Utc> {
    "2021-06-01T12:00:00Z".parse().unwrap()
}

fn site(number: usize, manner: Manner) -> Site {
    let (host, period, start) = (format!("own-{number}.example"), None, start());
    Site { number, manner, host, period, start, news_end: start }
}

/// What the judge finds wrong with requests: host, path and fields, minutes from the start, and real time in spacings.
fn judge(manner: Manner, requests: &[(&str, &str, i64, u32)]) -> Vec<&'static str> {
    let mut ledger = Ledger::new(start());
    let began = Instant::now();
    for (host, path_and_fields, minutes, spacings) in requests {
        let (path, fields) = path_and_fields.split_once('|').unwrap_or((path_and_fields, ""));
        let head = format!("GET {path} HTTP/1.1\r\nHost: {host}:80\r\n{}\r\n\r\n", fields.replace('|', "\r\n"));
        let request = Request::parse(head.as_bytes()).unwrap();
        let site = site(request.number, manner);
        let at = start() + TimeDelta::minutes(*minutes);
        ledger.take(&request, &site, 80, at, began + SPACING * *spacings);
        ledger.end(host);
    }
    let figures = ledger.judge(Vec::new());
    figures.lines.into_iter().filter(|line| !line.is_met && line.found != "0.00 of 0").map(|line| line.what).collect()
}

#[test]
fn the_judge_sees_each_fault_and_nothing_else() {
    let (host, late) = ("a.example", 1_000);
    let exact = "repeat polls conditional and byte-exact, %";
    let tag = "/1|If-None-Match: \"1-0\"";
    assert_eq!(judge(Manner::Etag, &[(host, "/1", 0, 0), (host, tag, 20, late)]), Vec::<&str>::new());
    for sent in ["/1", "/1|If-None-Match: W/\"1-0\"", "/1|If-None-Match: 1-0", "/1|If-Modified-Since: \"1-0\""] {
        assert_eq!(judge(Manner::Etag, &[(host, "/1", 0, 0), (host, sent, 20, late)]), [exact], "{sent}");
    }
    let both = "/1|If-None-Match: \"1-0\"|If-Modified-Since: Tue, 01 Jun 2021 12:00:00 GMT";
    assert_eq!(judge(Manner::Both, &[(host, "/1", 0, 0), (host, both, 20, late)]), Vec::<&str>::new());
    assert_eq!(judge(Manner::Both, &[(host, "/1", 0, 0), (host, tag, 20, late)]), [exact]);
    assert_eq!(judge(Manner::Etag, &[(host, "/1|Cookie: a=1", 0, 0)]), ["cookies or referrers sent"]);
    assert_eq!(judge(Manner::Etag, &[(host, "/1|Referer: x", 0, 0)]), ["cookies or referrers sent"]);
    assert_eq!(judge(Manner::Etag, &[(host, "/1", 0, 0), (host, tag, 19, late)]), ["polls beyond the schedule"]);
    let fresh = "polls inside max-age, ttl or sy:updatePeriod";
    for manner in [Manner::MaxAge, Manner::Ttl, Manner::UpdatePeriod] {
        assert_eq!(judge(manner, &[(host, "/1", 0, 0), (host, tag, 100, late)]), [fresh]);
        assert_eq!(judge(manner, &[(host, "/1", 0, 0), (host, tag, 180, late)]), Vec::<&str>::new());
    }
    let night = 13 * 60;
    assert_eq!(
        judge(Manner::SkipHours, &[(host, "/1", 0, 0), (host, tag, night, late)]),
        ["polls in hours to be skipped"]
    );
    let mut gone = vec![(host, "/1", 0, 0)];
    gone.extend((1..4).map(|n| (host, tag, i64::from(n) * 20, n * late)));
    assert_eq!(judge(Manner::Gone, &gone), Vec::<&str>::new());
    gone.push((host, tag, 100, 9 * late));
    assert_eq!(judge(Manner::Gone, &gone), ["polls after 410"]);
}

#[test]
fn the_judge_sees_waits_and_spacing_by_host() {
    let host = "busy.example";
    let busy = |path: &'static str| (0..3).map(move |n: u32| (host, path, i64::from(n) * 20, 100 + n * 1_000));
    let own = "requests inside a Retry-After";
    let wide = "requests inside the Retry-After of a host";
    let mut asked: Vec<_> = busy("/1/busy").collect();
    assert_eq!(judge(Manner::Etag, &asked), Vec::<&str>::new());
    let again = |path, minutes| (host, path, minutes, 9_000);
    assert_eq!(judge(Manner::Etag, &[asked.clone(), vec![again("/1/busy", 99)]].concat()), [own]);
    assert_eq!(judge(Manner::Etag, &[asked.clone(), vec![again("/1/busy", 100)]].concat()), Vec::<&str>::new());
    assert_eq!(judge(Manner::Etag, &[asked.clone(), vec![again("/3/busy", 99)]].concat()), Vec::<&str>::new());
    asked.extend(busy("/2/busy").map(|(host, path, minutes, real)| (host, path, minutes, real + 50)));
    asked.sort_by_key(|(_, _, _, real)| *real);
    assert_eq!(judge(Manner::Etag, &[asked.clone(), vec![again("/3/busy", 99)]].concat()), [wide]);
    assert_eq!(judge(Manner::Etag, &[asked, vec![again("/3/busy", 100)]].concat()), Vec::<&str>::new());

    let paths = ["/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9", "/10", "/11", "/12"];
    let every =
        |apart: u32| -> Vec<_> { paths.iter().zip(0..).map(|(path, n)| ("a.example", *path, 0, n * apart)).collect() };
    assert_eq!(judge(Manner::Etag, &every(1)), Vec::<&str>::new());
    assert_eq!(judge(Manner::Etag, &every(0)), ["requests too close for the spacing of a host"]);
    assert!(SPACING >= Duration::from_millis(10), "a spacing that the machine's own delays would hide");
}
