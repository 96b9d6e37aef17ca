//! What is said in a request, and what is read from the fields of an answer: validators, freshness,
//! `Retry-After`.

use chrono::{DateTime, Utc};
use plenary_model::validators::Validators;
use reqwest::Url;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AGE, CACHE_CONTROL, CONTENT_TYPE, DATE, ETAG, EXPIRES, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LINK, RETRY_AFTER,
};
use std::time::Duration;

/// What we read, in the order in which we like it. Feeds first; a publisher who has only a page may
/// say so, since feeds are discovered in it.
const ACCEPTED: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
                        application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.4, */*;q=0.1";

/// Longest validator that is kept, in bytes. A longer one is dropped whole: half a tag matches nothing.
const VALIDATOR_BYTES_MAX: usize = 2_048;
/// Links of one answer that are kept.
const LINKS_MAX: usize = 32;
const CONTENT_TYPE_BYTES_MAX: usize = 256;

/// The fields of a request. Validators go out byte for byte as they came in, both when both are
/// known (RFC 9110 13.1.3 lets the server choose).
pub(super) fn request(validators: &Validators) -> HeaderMap {
    let mut fields = HeaderMap::new();
    fields.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
    fields.insert(ACCEPT_ENCODING, HeaderValue::from_static(super::coding::ACCEPTED));
    for (name, value) in [(IF_NONE_MATCH, &validators.etag), (IF_MODIFIED_SINCE, &validators.last_modified)] {
        if let Some(value) = value.as_deref().and_then(|bytes| HeaderValue::from_bytes(bytes).ok()) {
            fields.insert(name, value);
        }
    }
    fields
}

pub(super) fn is_conditional(fields: &HeaderMap) -> bool {
    fields.contains_key(IF_NONE_MATCH) || fields.contains_key(IF_MODIFIED_SINCE)
}

pub(super) fn validators(fields: &HeaderMap) -> Validators {
    Validators { etag: only(fields, &ETAG), last_modified: only(fields, &LAST_MODIFIED) }
}

/// The value of a field that must stand once. Twice with different values means nothing.
fn only(fields: &HeaderMap, name: &HeaderName) -> Option<Vec<u8>> {
    let mut values = fields.get_all(name).iter().map(HeaderValue::as_bytes);
    let first = values.next()?;
    let fits = !first.is_empty() && first.len() <= VALIDATOR_BYTES_MAX && values.all(|other| other == first);
    fits.then(|| first.to_vec())
}

/// Stored validators with what a 304 refreshes put in their place (RFC 9111 4.3.4).
pub(super) fn refresh(stored: &Validators, answered: Validators) -> Validators {
    Validators {
        etag: answered.etag.or_else(|| stored.etag.clone()),
        last_modified: answered.last_modified.or_else(|| stored.last_modified.clone()),
    }
}

/// `Content-Type` as received; bytes that are not UTF-8 are replaced.
pub(super) fn content_type(fields: &HeaderMap) -> Option<String> {
    let value = fields.get(CONTENT_TYPE)?.as_bytes();
    let kept = value.get(..CONTENT_TYPE_BYTES_MAX).unwrap_or(value);
    Some(String::from_utf8_lossy(kept).into_owned())
}

/// The links of the answer (RFC 8288 3), as relation and absolute address.
pub(super) fn links(fields: &HeaderMap, base: &Url) -> Vec<(String, String)> {
    let values = fields.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
    let links = values.flat_map(|line| split_outside_quotes(line, ',')).filter_map(|link| {
        let (href, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        Some((base.join(href.trim()).ok()?, relations(parameters)?))
    });
    let pairs = links.flat_map(|(href, relations)| {
        let of = |relation: &str| (relation.to_ascii_lowercase(), href.to_string());
        relations.split_whitespace().map(of).collect::<Vec<_>>()
    });
    pairs.take(LINKS_MAX).collect()
}

/// The relations that the parameters of a link name. Only the first `rel` counts (RFC 8288 3.3).
fn relations(parameters: &str) -> Option<&str> {
    let named = split_outside_quotes(parameters, ';').filter_map(|parameter| parameter.split_once('='));
    let mut relations = named.filter(|(name, _)| name.trim().eq_ignore_ascii_case("rel"));
    relations.next().map(|(_, value)| value.trim().trim_matches('"'))
}

/// The parts of a list. What stands in quotes or between `<` and `>` is not separated (RFC 8288 B.2).
fn split_outside_quotes(list: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped, mut is_address) = (false, false, false);
    list.split(move |c| {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' if !is_address => is_quoted = !is_quoted,
            '<' if !is_quoted => is_address = true,
            '>' if !is_quoted => is_address = false,
            _ => return c == separator && !is_quoted && !is_address,
        }
        false
    })
}

/// How long the answer stays fresh: `max-age`, else `Expires` minus `Date` (RFC 9111 4.2.1), less its
/// `Age`. `None` when it does not say, or forbids to keep it.
pub(super) fn fresh_for(fields: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let mut max_age = None;
    for line in fields.get_all(CACHE_CONTROL) {
        for directive in line.to_str().unwrap_or_default().split(',') {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" | "no-cache" => return None,
                "max-age" => max_age = max_age.or(seconds(value.trim().trim_matches('"'))),
                _ => {}
            }
        }
    }
    let lifetime = max_age.or_else(|| {
        let expires = date(fields, &EXPIRES)?;
        (expires - date(fields, &DATE).unwrap_or(now)).to_std().ok()
    })?;
    let age = fields.get(AGE).and_then(|value| seconds(value.to_str().ok()?)).unwrap_or_default();
    lifetime.checked_sub(age).filter(|left| !left.is_zero())
}

/// `Retry-After` in seconds or as a date (RFC 9110 10.2.3), counted from the answer. A negative,
/// past or unreadable one is ignored; a large one is not cut.
pub(super) fn retry_after(fields: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let value = fields.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = seconds(value).or_else(|| {
        let until = DateTime::<Utc>::from(httpdate::parse_http_date(value).ok()?);
        // The host's own clock, when it tells it, says how long it means.
        (until - date(fields, &DATE).unwrap_or(now)).to_std().ok()
    })?;
    (!wait.is_zero()).then_some(wait)
}

/// Digits alone as seconds. More digits than fit count as the largest number (RFC 9111 1.2.2).
fn seconds(text: &str) -> Option<Duration> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}

fn date(fields: &HeaderMap, name: &HeaderName) -> Option<DateTime<Utc>> {
    let text = fields.get(name)?.to_str().ok()?;
    httpdate::parse_http_date(text.trim()).ok().map(DateTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(lines: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap())
        };
        let mut fields = HeaderMap::new();
        for (name, value) in lines.iter().map(pair) {
            fields.append(name, value);
        }
        fields
    }

    fn now() -> DateTime<Utc> {
        "2021-06-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn validators_go_back_as_they_came() {
        let odd = fields(&[("etag", "W/\"é;,\"\""), ("last-modified", "Tuesday, sometime")]);
        let kept = validators(&odd);
        let sent = request(&kept);
        assert_eq!(sent.get(IF_NONE_MATCH), odd.get(ETAG));
        assert_eq!(sent.get(IF_MODIFIED_SINCE), odd.get(LAST_MODIFIED));
        assert!(is_conditional(&sent));
        assert!(!is_conditional(&request(&Validators::default())));
    }

    #[test]
    fn a_validator_that_cannot_be_trusted_is_dropped() {
        assert!(validators(&fields(&[("etag", "\"a\""), ("etag", "\"b\"")])).is_empty());
        assert!(validators(&fields(&[("etag", &"x".repeat(VALIDATOR_BYTES_MAX + 1))])).is_empty());
        let injected = Validators { etag: Some(b"\"a\"\r\nX-Evil: 1".to_vec()), last_modified: None };
        assert!(!is_conditional(&request(&injected)));
    }

    #[test]
    fn a_304_refreshes_what_it_carries() {
        let stored = Validators { etag: Some(b"\"1\"".to_vec()), last_modified: Some(b"then".to_vec()) };
        let answered = Validators { etag: Some(b"\"2\"".to_vec()), last_modified: None };
        let both = refresh(&stored, answered);
        assert_eq!(both.etag.as_deref(), Some(&b"\"2\""[..]));
        assert_eq!(both.last_modified, stored.last_modified);
    }

    #[test]
    fn freshness_is_max_age_then_expires() {
        let day = "Tue, 01 Jun 2021 12:00:00 GMT";
        let hour_later = "Tue, 01 Jun 2021 13:00:00 GMT";
        for (lines, expected) in [
            (vec![("cache-control", "public, Max-Age=3600")], Some(3600)),
            (vec![("cache-control", "max-age=\"60\""), ("expires", hour_later)], Some(60)),
            (vec![("cache-control", "max-age=3600"), ("age", "600")], Some(3000)),
            (vec![("cache-control", "max-age=60"), ("age", "600")], None),
            (vec![("cache-control", "max-age=3600, no-store")], None),
            (vec![("cache-control", "max-age=60"), ("cache-control", "no-cache")], None),
            (vec![("cache-control", "max-age=-1")], None),
            (vec![("date", day), ("expires", hour_later)], Some(3600)),
            (vec![("expires", hour_later)], Some(3600)),
            (vec![("date", hour_later), ("expires", day)], None),
            (vec![("expires", "0")], None),
            (vec![], None),
        ] {
            assert_eq!(fresh_for(&fields(&lines), now()), expected.map(Duration::from_secs), "{lines:?}");
        }
    }

    #[test]
    fn links_name_hub_and_self() {
        let base = Url::parse("https://a.example/feed").unwrap();
        let found =
            links(&fields(&[("link", "<https://hub.example/>; rel=\"hub\", </feed>;rel=self"), ("link", "<x")]), &base);
        let pair = |rel: &str, href: &str| (rel.to_owned(), href.to_owned());
        assert_eq!(found, [pair("hub", "https://hub.example/"), pair("self", "https://a.example/feed")]);
        for (line, expected) in [
            ("<h>;rel=hub,<s>;rel=self", vec![("hub", "h"), ("self", "s")]),
            ("<h>;rel=hub ,\t<s> ; rel = \"self\"", vec![("hub", "h"), ("self", "s")]),
            ("<h?a,b;c>;title=\"x, <y>;rel=up\";rel=\"hub self\"", vec![("hub", "h?a,b;c"), ("self", "h?a,b;c")]),
            ("<a>;title=\"\\\",\\\\\";rel=hub,<b>;rel=self", vec![("hub", "a"), ("self", "b")]),
            ("<a>;REL=Hub;rel=self", vec![("hub", "a")]),
            ("<a>,<b>;rel=self", vec![("self", "b")]),
            ("a;rel=hub,<b>;rel=self,", vec![("self", "b")]),
            ("<a>;rel=hub,<b", vec![("hub", "a")]),
            (",,;", vec![]),
        ] {
            let expected: Vec<_> =
                expected.iter().map(|(rel, href)| pair(rel, &format!("https://a.example/{href}"))).collect();
            assert_eq!(links(&fields(&[("link", line)]), &base), expected, "{line}");
        }
    }

    #[test]
    fn retry_after_is_a_number_or_a_date() {
        let two_minutes_later = "Tue, 01 Jun 2021 12:02:00 GMT";
        for (value, expected) in [
            ("120", Some(120)),
            (two_minutes_later, Some(120)),
            ("315360000", Some(315_360_000)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("-5", None),
            ("0", None),
            ("soon", None),
            ("1.5", None),
            ("Mon, 01 Jan 2001 00:00:00 GMT", None),
        ] {
            let lines = fields(&[("retry-after", value)]);
            assert_eq!(retry_after(&lines, now()), expected.map(Duration::from_secs), "{value}");
        }
        let by_its_clock = fields(&[("date", "Tue, 01 Jun 2021 12:01:00 GMT"), ("retry-after", two_minutes_later)]);
        assert_eq!(retry_after(&by_its_clock, now()), Some(Duration::from_mins(1)));
    }
}
