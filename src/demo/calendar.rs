//! The calendar file of the sample network: dates that differ from the policy's, one that moves while the
//! demo runs, and a meeting that is called off.

use super::scene::Scene;
use super::span::Span;
use chrono::{DateTime, TimeDelta, Utc};

pub(super) const PATH: &str = "/sessions/calendar.ics";
pub(super) const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";
/// Its events. One with `X-DEMO-FROM` appears so long after the start; with `X-DEMO-UNTIL` it goes then.
const FILE: &str = include_str!("../../demo/sessions.ics");
const BEGIN: &str = "BEGIN:VEVENT\n";

/// The file as it stands at an instant, and when it last changed.
pub(super) fn file(scene: &Scene<'_>) -> (String, DateTime<Utc>) {
    let mut last = TimeDelta::zero();
    let mut is_shown = |event: &&str| {
        let edge = |name: &str| event.lines().find_map(|line| Span::parse(line.strip_prefix(name)?)).map(|span| span.0);
        let (from, until) = (edge("X-DEMO-FROM:"), edge("X-DEMO-UNTIL:"));
        let passed = from.into_iter().chain(until).filter(|edge| *edge <= scene.elapsed);
        last = passed.chain([last]).max().unwrap_or(last);
        from.is_none_or(|from| from <= scene.elapsed) && until.is_none_or(|until| until > scene.elapsed)
    };
    // The last event is followed by the end of the file, so none of the last may come or go.
    let (head, events) = FILE.split_once(BEGIN).unwrap_or((FILE, ""));
    let shown = events.split(BEGIN).filter(|event| is_shown(event)).flat_map(|event| [BEGIN, event]);
    let whole: String = std::iter::once(head).chain(shown).collect();
    let lines = whole.lines().filter(|line| !line.starts_with("X-DEMO-"));
    (lines.flat_map(|line| [line, "\r\n"]).collect(), scene.start + last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::network::Network;

    #[test]
    fn one_date_moves_and_the_rest_stays() {
        let (network, start) = (Network::default(), DateTime::UNIX_EPOCH);
        let at = |seconds| {
            let elapsed = TimeDelta::seconds(seconds);
            file(&Scene { network: &network, base: "http://127.0.0.1:1", start, elapsed })
        };
        let (before, after) = (at(0), at(120));
        assert_eq!((before.1, after.1), (start, start + TimeDelta::seconds(120)));
        assert!(before.0.contains("20220912"), "{}", before.0);
        assert!(!before.0.contains("20221003"), "{}", before.0);
        assert!(after.0.contains("20221003"), "{}", after.0);
        assert!(!after.0.contains("20220912"), "{}", after.0);
        assert_eq!(at(119), before);
        for (file, _) in [before, after] {
            assert!(file.ends_with("END:VEVENT\r\nEND:VCALENDAR\r\n"), "{file}");
            assert!(!file.contains("X-DEMO"), "{file}");
            assert_eq!((file.matches("BEGIN:VEVENT").count(), file.matches("END:VEVENT").count()), (4, 4));
        }
    }
}
