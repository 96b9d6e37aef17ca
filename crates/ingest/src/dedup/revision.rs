//! Whether a changed text is news: counters and times at the edges of a text change without anybody writing.

use super::super::similarity::{Token, common_runs};
use super::features::Features;
use plenary_model::entry::Entry;

/// Words at the beginning and at the end of a text where counters, times and "updated on" stand, and at most this part
/// of the text on either side.
const EDGE_WORDS: usize = 12;
const EDGE_PART: usize = 4;

/// Words of weight, numbers left out, that such a place may change: hours become minutes.
const EDGE_CHANGED_MAX: usize = 1;

/// True when what changed between two states of an entry is more than a counter: words of its title, words within its
/// text, or more than one word of weight at an edge of it.
pub(crate) fn is_news(older: &Entry, newer: &Entry) -> bool {
    let (older, newer) = (Features::take(older), Features::take(newer));
    if older.title.digest != newer.title.digest {
        return true;
    }
    let runs = common_runs(&older.text, &newer.text);
    let is_kept = |at: usize, in_older: bool| {
        runs.iter().any(|run| {
            let from = if in_older { run.a } else { run.b };
            (from..from + run.words).contains(&at)
        })
    };
    let is_written = |tokens: &[Token], in_older: bool| {
        let edge = EDGE_WORDS.min(tokens.len() / EDGE_PART);
        let changed = || tokens.iter().enumerate().filter(|(at, _)| !is_kept(*at, in_older));
        let is_within = |at: usize| at >= edge && at + edge < tokens.len();
        let of_weight = changed().filter(|(_, token)| token.is_weighty() && !token.is_number()).count();
        changed().any(|(at, _)| is_within(at)) || of_weight > EDGE_CHANGED_MAX
    };
    is_written(&older.text.tokens, true) || is_written(&newer.text.tokens, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "The north committee met on the harbour wall and agreed to mend the pumps before winter. Members of \
        the crew will count every valve, write 12 numbers in a ledger and send a copy to the port office.";

    fn entry(text: &str) -> Entry {
        Entry { title: "Pumps to be mended".into(), content: Some(text.into()), ..Entry::default() }
    }

    #[test]
    fn a_counter_is_no_news() {
        for (was, is) in [
            (format!("{BODY} Updated Jul 24"), format!("{BODY} Updated Jul 25")),
            (format!("{BODY} 3 comments"), format!("{BODY} 4 comments")),
            (format!("59 minutes ago. {BODY}"), format!("2 hours ago. {BODY}")),
            (BODY.to_owned(), format!("{BODY} 1 comment")),
            (
                "The pumps are mended at last, and tea is served. 3 comments".into(),
                "The pumps are mended at last, and tea is served. 4 comments".into(),
            ),
        ] {
            assert!(!is_news(&entry(&was), &entry(&is)), "{was} / {is}");
            assert!(!is_news(&entry(&is), &entry(&was)), "{is} / {was}");
        }
    }

    #[test]
    fn what_somebody_wrote_is_news() {
        for is in [
            BODY.replace("12 numbers", "40 numbers"),
            BODY.replace("before winter", "after winter"),
            format!("{BODY} The minister resigned."),
            format!("Correction: the committee did not meet. {BODY}"),
            String::new(),
        ] {
            assert!(is_news(&entry(BODY), &entry(&is)), "{is}");
        }
        let retitled = Entry { title: "Pumps are not to be mended".into(), ..entry(BODY) };
        assert!(is_news(&entry(BODY), &retitled));
    }
}
