//! "What is new since": the spans that are offered, and the day that a visitor chose. The day stands in the
//! address: nothing is remembered of anyone.

use super::Scene;
use chrono::{Days, NaiveDate};

/// The spans that are offered, in days back from today.
const SPANS_DAYS: [u64; 3] = [0, 7, 30];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// `7 days`.
    pub(crate) title: String,
    pub(crate) href: String,
    /// True for the one that is shown.
    pub(crate) current: bool,
}

/// The spans of a view, and the form for any other day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Since {
    pub(crate) spans: Vec<Span>,
    /// The view of everything, when one day was chosen.
    pub(crate) all: Option<String>,
    /// Where the form leads.
    pub(crate) action: String,
    /// What the form must keep: names and values.
    pub(crate) kept: Vec<(String, String)>,
    /// The day that was chosen, `YYYY-MM-DD`; empty when none was.
    pub(crate) day: String,
    /// Today, `YYYY-MM-DD`: no later day can be chosen.
    pub(crate) today: String,
}

/// The spans, with `chosen` marked; `to` gives the address of the view since a day, or of everything. The
/// form leads there, too: what `to` puts into the query string besides the day, it keeps.
pub(crate) fn offer_spans(
    scene: &Scene<'_>,
    chosen: Option<NaiveDate>,
    to: impl Fn(Option<NaiveDate>) -> String,
) -> Since {
    let words = &scene.locale.words.since;
    let today = scene.now.date_naive();
    let titles = [&words.today, &words.week, &words.month];
    let spans = SPANS_DAYS.iter().zip(titles).map(|(days, title)| {
        let day = today.checked_sub_days(Days::new(*days)).unwrap_or(today);
        Span { title: title.to_owned().to_owned(), href: to(Some(day)), current: chosen == Some(day) }
    });
    let everything = to(None);
    let (action, query) = everything.split_once('?').unwrap_or((&everything, ""));
    Since {
        spans: spans.collect(),
        action: action.to_owned(),
        kept: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        all: chosen.is_some().then(|| everything.clone()),
        day: chosen.map_or_else(String::new, |day| day.to_string()),
        today: today.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;

    #[test]
    fn spans_are_counted_from_today_and_the_chosen_one_is_marked() {
        let policy = samples::policy();
        let scene = samples::scene(&policy, "en");
        let to = |day: Option<NaiveDate>| {
            day.map_or_else(|| "/x?topic=a+b".to_owned(), |day| format!("/x?topic=a+b&since={day}"))
        };
        let shown = offer_spans(&scene, "2021-06-03".parse().ok(), to);
        let spans: Vec<(&str, bool)> = shown.spans.iter().map(|span| (span.href.as_str(), span.current)).collect();
        let address = |day: &str| format!("/x?topic=a+b&since={day}");
        let (today, week, month) = (address("2021-06-10"), address("2021-06-03"), address("2021-05-11"));
        assert_eq!(spans, [(today.as_str(), false), (week.as_str(), true), (month.as_str(), false)]);
        assert_eq!((shown.action.as_str(), shown.all.as_deref()), ("/x", Some("/x?topic=a+b")));
        assert_eq!(shown.kept, [("topic".to_owned(), "a b".to_owned())]);
        assert_eq!(offer_spans(&scene, None, to).all, None);
    }
}
