//! Pictures that a script puts in when they scroll into view: their address stands elsewhere than in `src`, which holds
//! a placeholder or nothing.

use crate::repair::{Attributes, html_references};

/// Attributes of one picture that are looked at; lazy ones have more than others.
const ATTRIBUTES_MAX: usize = 48;
/// Candidates of one `srcset` that are looked at.
const CANDIDATES_MAX: usize = 50;

/// Names by which scripts find the address, those that most of them use first. A list of candidates may stand in each.
const NAMES: [&str; 13] = [
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-srcset",
    "data-lazy-srcset",
    "data-original-src",
    "data-img-src",
    "data-image-src",
    "data-url",
    "data-echo",
    "nitro-lazy-src",
    "data-orig-file",
];

/// The address that a lazy picture has instead of its `src`, as written in its attributes; `None` when `src` is the one.
pub(super) fn find_address(inside: &str) -> Option<String> {
    let all = || Attributes::new(inside).take(ATTRIBUTES_MAX);
    let value = |name: &str| all().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let of_script = NAMES.iter().find_map(|name| address_in(value(name)?));
    let has_own = value("src").is_some_and(is_address);
    of_script.or_else(|| value("srcset").filter(|_| !has_own).and_then(address_in))
}

/// The address that a `source` beside a picture offers.
pub(super) fn find_offered(inside: &str) -> Option<String> {
    let all = || Attributes::new(inside).take(ATTRIBUTES_MAX);
    let value = |name: &str| all().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    ["data-srcset", "data-lazy-srcset", "srcset"].iter().find_map(|name| address_in(value(name)?))
}

/// True when the picture has an address of its own.
pub(super) fn has_address(inside: &str) -> bool {
    let mut all = Attributes::new(inside).take(ATTRIBUTES_MAX);
    all.find(|(key, _)| key.eq_ignore_ascii_case("src")).is_some_and(|(_, value)| is_address(value))
}

/// The address of the largest of the candidates (HTML 4.8.4.2.1), or the only address.
fn address_in(value: &str) -> Option<String> {
    let mut rest = value;
    let mut best: Option<(f64, &str)> = None;
    for _ in 0..CANDIDATES_MAX {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (address, tail) = rest.split_at(end);
        let (address, descriptor) = match address.strip_suffix(',') {
            Some(address) => (address, ""),
            None => (address, &tail[..tail.find(',').unwrap_or(tail.len())]),
        };
        rest = if descriptor.is_empty() { tail } else { tail.get(descriptor.len()..).unwrap_or_default() };
        let size = descriptor.trim().trim_end_matches(['w', 'x', 'h']).parse().unwrap_or(1.0);
        if is_address(address) && best.is_none_or(|(held, _)| held < size) {
            best = Some((size, address));
        }
    }
    best.map(|(_, address)| address.to_owned())
}

/// True for what a picture can be fetched from, absolute or relative.
fn is_address(value: &str) -> bool {
    let value = html_references(value.trim());
    let lower = value.get(..value.floor_char_boundary(12)).unwrap_or_default().to_ascii_lowercase();
    let has_scheme = lower.split_once(':').is_some_and(|(scheme, _)| scheme.bytes().all(|b| b.is_ascii_alphanumeric()));
    let is_path = value.contains(['/', '.']) && !value.starts_with(['{', '[', '#']);
    !value.is_empty() && (lower.starts_with("http:") || lower.starts_with("https:") || (!has_scheme && is_path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_of_the_candidates_is_taken() {
        let found = |value: &str| address_in(value).unwrap_or_default();
        assert_eq!(found("a.jpg 80w, b.jpg 800w, c.jpg 400w"), "b.jpg");
        assert_eq!(found("https://x.example/a,b.jpg 1x,https://x.example/c.jpg 2x"), "https://x.example/c.jpg");
        assert_eq!(found("data:image/gif;base64,R0lGOD 1w, /d.png"), "/d.png");
        assert_eq!(found("one.png, two.png"), "one.png");
        assert_eq!(found("true"), "");
        assert_eq!(found("{\"a\":\"b.png\"}"), "");
    }

    #[test]
    fn the_own_address_counts_unless_a_script_would_replace_it() {
        assert_eq!(find_address("img src='a.jpg' srcset='b.jpg 2x'"), None);
        assert_eq!(find_address("img src='s.gif' data-src='b.jpg'").as_deref(), Some("b.jpg"));
        assert_eq!(find_address("img src='data:image/gif;base64,R0' srcset='b.jpg 2x'").as_deref(), Some("b.jpg"));
    }
}
