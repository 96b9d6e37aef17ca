//! Conditional requests: RFC 9110 13, evaluated in the order of its section 13.2.2.

use axum::http::{HeaderMap, HeaderName, header};
use chrono::{DateTime, SubsecRound, Utc};

/// What the preconditions of a request say about a representation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precondition {
    /// Send it.
    Holds,
    /// The reader has it already: 304.
    NotModified,
    /// The reader wanted another one: 412.
    Failed,
}

/// Evaluates the preconditions of a `GET` or `HEAD` against the selected representation. A header
/// that cannot be read counts as absent (RFC 9110 13.1.3, 13.1.4).
pub(crate) fn evaluate(headers: &HeaderMap, etag: &str, modified: Option<DateTime<Utc>>) -> Precondition {
    let modified = modified.map(|at| at.trunc_subsecs(0));
    if headers.contains_key(header::IF_MATCH) {
        if !names(headers, &header::IF_MATCH, |tag| tag == etag && !tag.starts_with("W/")) {
            return Precondition::Failed;
        }
    } else if let (Some(since), Some(modified)) = (date(headers, &header::IF_UNMODIFIED_SINCE), modified)
        && modified > since
    {
        return Precondition::Failed;
    }
    if headers.contains_key(header::IF_NONE_MATCH) {
        let held = names(headers, &header::IF_NONE_MATCH, |tag| opaque(tag) == opaque(etag));
        return if held { Precondition::NotModified } else { Precondition::Holds };
    }
    match (date(headers, &header::IF_MODIFIED_SINCE), modified) {
        (Some(since), Some(modified)) if modified <= since => Precondition::NotModified,
        _ => Precondition::Holds,
    }
}

/// The opaque part of a tag: what weak comparison compares (RFC 9110 8.8.3.2).
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// Whether the list of entity tags in `name` is `*` or has a tag that `is` the one sought. All lines
/// of the header make one list (RFC 9110 5.3).
fn names(headers: &HeaderMap, name: &HeaderName, is: impl Fn(&str) -> bool) -> bool {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        let value = value.trim();
        value == "*" || tags(value).any(&is)
    })
}

/// The entity tags of a list. A comma inside quotes belongs to the tag; what is no tag ends the list.
fn tags(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = list;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([',', ' ', '\t']);
        let start = if rest.starts_with("W/\"") { 3 } else { usize::from(rest.starts_with('"')) };
        if start == 0 {
            return None;
        }
        let end = start + rest.get(start..)?.find('"')? + 1;
        let tag = rest.get(..end)?;
        rest = rest.get(end..)?;
        Some(tag)
    })
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<DateTime<Utc>> {
    let text = headers.get(name)?.to_str().ok()?;
    httpdate::parse_http_date(text.trim()).ok().map(DateTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Precondition::{Failed, Holds, NotModified};
    use chrono::TimeZone;

    const TAG: &str = "\"a,b-gzip\"";
    const BEFORE: &str = "Wed, 09 Jun 2021 08:00:00 GMT";
    const SAME: &str = "Thu, 10 Jun 2021 08:00:00 GMT";

    fn ask(pairs: &[(HeaderName, &str)]) -> Precondition {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, value.parse().unwrap());
        }
        let modified = Utc.with_ymd_and_hms(2021, 6, 10, 8, 0, 0).unwrap() + chrono::Duration::milliseconds(700);
        evaluate(&headers, TAG, Some(modified))
    }

    #[test]
    fn a_list_a_star_and_a_weak_tag_match() {
        for value in [TAG, "W/\"a,b-gzip\"", "*", "\"x\", \"a,b-gzip\"", "\"x\" ,W/\"y\",,W/\"a,b-gzip\" , \"z\""] {
            assert_eq!(ask(&[(header::IF_NONE_MATCH, value)]), NotModified, "{value}");
        }
        for value in ["\"a,b\"", "\"b-gzip\"", "", "a,b-gzip", "\"a,b-gzip", "junk \"a,b-gzip\""] {
            assert_eq!(ask(&[(header::IF_NONE_MATCH, value)]), Holds, "{value}");
        }
    }

    #[test]
    fn several_lines_are_one_list() {
        assert_eq!(ask(&[(header::IF_NONE_MATCH, "\"x\""), (header::IF_NONE_MATCH, TAG)]), NotModified);
    }

    #[test]
    fn if_modified_since_counts_in_whole_seconds() {
        assert_eq!(ask(&[(header::IF_MODIFIED_SINCE, SAME)]), NotModified);
        assert_eq!(ask(&[(header::IF_MODIFIED_SINCE, BEFORE)]), Holds);
        assert_eq!(ask(&[(header::IF_MODIFIED_SINCE, "Thursday, 10-Jun-21 08:00:00 GMT")]), NotModified);
        assert_eq!(ask(&[(header::IF_MODIFIED_SINCE, "yesterday")]), Holds);
    }

    #[test]
    fn if_none_match_outranks_the_date() {
        assert_eq!(ask(&[(header::IF_NONE_MATCH, "\"old\""), (header::IF_MODIFIED_SINCE, SAME)]), Holds);
        assert_eq!(ask(&[(header::IF_NONE_MATCH, TAG), (header::IF_MODIFIED_SINCE, BEFORE)]), NotModified);
    }

    #[test]
    fn a_failed_precondition_outranks_both() {
        assert_eq!(ask(&[(header::IF_MATCH, "\"old\""), (header::IF_NONE_MATCH, TAG)]), Failed);
        assert_eq!(ask(&[(header::IF_MATCH, "W/\"a,b-gzip\"")]), Failed, "strong comparison");
        assert_eq!(ask(&[(header::IF_MATCH, "*")]), Holds);
        assert_eq!(ask(&[(header::IF_UNMODIFIED_SINCE, BEFORE)]), Failed);
        assert_eq!(ask(&[(header::IF_MATCH, TAG), (header::IF_UNMODIFIED_SINCE, BEFORE)]), Holds);
    }
}
