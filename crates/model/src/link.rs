//! Links, and the cleaned form under which two links are the same (`CanonicalLink`).

use serde::{Deserialize, Serialize};
use url::Url;

/// Longest address that we keep, in bytes. Longer ones are dropped with a warning.
pub const ADDRESS_BYTES_MAX: usize = 2_048;

/// An `atom:link` (RFC 4287 4.2.7). `rel` is never empty; `alternate` is the default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub href: String,
    pub rel: String,
    #[serde(rename = "type")]
    pub media_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hreflang: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// Query parameters that say how a reader came, not what is shown.
const TRACKING: [&str; 18] = [
    "_ga", "_hsenc", "_hsmi", "cmpid", "fbclid", "gclid", "igshid", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "ncid",
    "ref", "ref_src", "rss", "share", "source", "sr_share",
];

const SESSION: [&str; 5] = ["jsessionid", "phpsessid", "sessionid", "sid", "aspsessionid"];

/// The comparison key of a link; never shown. Scheme, `www.`, default port, fragment, tracking and
/// session parameters, AMP marks and the trailing slash do not count; parameters are sorted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CanonicalLink(String);

impl CanonicalLink {
    /// `None` for what is no http(s) address, or names a site's front page, which many pieces may share.
    pub fn from_address(href: &str) -> Option<Self> {
        let url = Url::parse(href.trim()).ok()?;
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let url = unwrap_redirect(&url).unwrap_or(url);
        let host = url.host_str()?;
        let host = host.strip_prefix("www.").unwrap_or(host);
        let host = host.strip_prefix("amp.").unwrap_or(host);
        let mut path = url.path().trim_end_matches('/');
        if let Some((before, _)) = path.split_once(";jsessionid=") {
            path = before;
        }
        path = path.strip_suffix("/amp").unwrap_or(path);
        // What some content systems put in feeds, and redirect to the page itself.
        path = path.strip_prefix("/feed/view").filter(|rest| rest.starts_with('/')).unwrap_or(path);
        for index in ["/index.html", "/index.htm", "/index.php"] {
            path = path.strip_suffix(index).unwrap_or(path);
        }
        let mut pairs: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !is_ignored_parameter(name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        pairs.sort();
        if path.is_empty() && pairs.is_empty() {
            return None;
        }
        let mut key = host.to_owned();
        if let Some(port) = url.port() {
            key.push(':');
            key.push_str(&port.to_string());
        }
        key.push_str(path);
        for (index, (name, value)) in pairs.iter().enumerate() {
            key.push(if index == 0 { '?' } else { '&' });
            key.push_str(name);
            key.push('=');
            key.push_str(value);
        }
        Some(Self(key))
    }

    pub fn host(&self) -> &str {
        self.0.split(['/', '?']).next().unwrap_or_default()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when both name one page and differ in nothing but parameters made for each request. A number is no such
    /// token: it may be the item's own.
    pub fn differs_in_tokens(&self, other: &Self) -> bool {
        let (Some((page, query)), Some((other_page, other_query))) = (self.0.split_once('?'), other.0.split_once('?'))
        else {
            return false;
        };
        let (ours, theirs): (Vec<&str>, Vec<&str>) = (query.split('&').collect(), other_query.split('&').collect());
        let is_alike = |(one, other): (&&str, &&str)| {
            one == other
                || matches!((one.split_once('='), other.split_once('=')), (Some((name, value)), Some((other_name, other_value)))
                    if name == other_name && is_token(value) && is_token(other_value))
        };
        page == other_page && self != other && ours.len() == theirs.len() && ours.iter().zip(&theirs).all(is_alike)
    }
}

/// True for what a machine made up: so many letters and digits in one stretch, both kinds among them.
fn is_token(value: &str) -> bool {
    const LETTERS_MIN: usize = 12;
    let is_made_up = |stretch: &str| {
        stretch.len() >= LETTERS_MIN
            && stretch.bytes().any(|byte| byte.is_ascii_digit())
            && stretch.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    value.split(|c: char| !c.is_ascii_alphanumeric()).any(is_made_up)
}

fn is_ignored_parameter(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_")
        || name.starts_with("at_")
        || name == "amp"
        || TRACKING.contains(&name.as_str())
        || SESSION.contains(&name.as_str())
}

/// Last parts of paths, and parameters, of pages that do nothing but send a reader on.
const REDIRECTORS: [&str; 11] =
    ["apiclick.aspx", "away.php", "goto", "l", "l.php", "link", "linkfilter", "out", "redir", "redirect", "url"];
const TARGETS: [&str; 8] = ["url", "u", "q", "to", "dest", "target", "uddg", "z"];

/// The address that a redirector carries in a parameter: `google.com/url?…&url=https://…` and its like. `None` for an
/// address that is its own.
pub fn unwrap_redirect(url: &Url) -> Option<Url> {
    let last = url.path().trim_end_matches('/').rsplit('/').next()?;
    let is_redirector = REDIRECTORS.contains(&last)
        || url.host_str().is_some_and(|host| host.ends_with("safelinks.protection.outlook.com"));
    if !is_redirector {
        return None;
    }
    let target = |name: &&str| {
        let (_, value) = url.query_pairs().find(|(found, _)| found == name)?;
        Url::parse(&value).ok().filter(|target| matches!(target.scheme(), "http" | "https") && target.has_host())
    };
    TARGETS.iter().find_map(target)
}

/// The host of an http(s) address without `www.`, in lower case.
pub fn host_of(href: &str) -> Option<String> {
    let url = Url::parse(href.trim()).ok()?;
    let host = url.host_str()?.to_ascii_lowercase();
    Some(host.strip_prefix("www.").map_or(host.clone(), str::to_owned))
}

/// Without percent-encoding (RFC 3986 2.1); `None` when a `%` lacks its digits or it is no UTF-8.
pub fn percent_decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(part.get(2..)?.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(href: &str) -> String {
        CanonicalLink::from_address(href).map_or_else(|| "-".into(), |k| k.0)
    }

    #[test]
    fn what_does_not_count_is_left_out() {
        let plain = key("https://example.org/a/b");
        for same in [
            "http://www.example.org/a/b/",
            "https://example.org:443/a/b?utm_source=x&utm_medium=rss",
            "https://example.org/a/b#comments",
            "https://example.org/a/b/amp/",
            "https://EXAMPLE.org/a/b?fbclid=1",
            "https://example.org/a/b/index.html",
            "https://example.org/feed/view/a/b",
        ] {
            assert_eq!(key(same), plain, "{same}");
        }
    }

    #[test]
    fn what_counts_is_kept() {
        assert_eq!(key("https://example.org/?p=12"), "example.org?p=12");
        assert_ne!(key("https://example.org/?p=12"), key("https://example.org/?p=13"));
        assert_ne!(key("https://example.org/a"), key("https://example.org/A"));
        assert_eq!(key("https://example.org/?b=2&a=1"), key("https://example.org/?a=1&b=2"));
    }

    #[test]
    fn a_redirector_is_not_the_page() {
        let page = key("https://news.example.net/a/1?p=2");
        for wrapped in [
            "https://www.google.com/url?rct=j&sa=t&url=https://news.example.net/a/1%3Fp%3D2&ct=ga&cd=X&usg=Y",
            "https://www.google.com/url?q=https%3A%2F%2Fnews.example.net%2Fa%2F1%3Fp%3D2&sa=D",
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example.net%2Fa%2F1%3Fp%3D2&h=AT0",
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnews.example.net%2Fa%2F1%3Fp%3D2&data=05",
        ] {
            assert_eq!(key(wrapped), page, "{wrapped}");
        }
        let search = key("https://example.org/search?q=https://news.example.net/a/1");
        assert!(search.starts_with("example.org/search"), "{search}");
        assert!(key("https://example.org/redirect?to=/a/1").starts_with("example.org/redirect"));
    }

    #[test]
    fn a_token_is_made_for_a_request_and_a_number_is_the_items() {
        let differ = |one: &str, other: &str| {
            let link = |href: &str| CanonicalLink::from_address(href).unwrap();
            link(one).differs_in_tokens(&link(other))
        };
        let at = |value: &str| format!("https://j.example.org/detail?v={value}&platform=N");
        assert!(differ(&at("fb96549631c835eb239c"), &at("ddfe163345d338193ac2")));
        assert!(!differ(&at("fb96549631c835eb239c"), &at("fb96549631c835eb239c")));
        assert!(!differ(&at("12"), &at("13")));
        assert!(!differ(&at("1700000000000"), &at("1700000000001")));
        assert!(!differ(&at("open-days-in-may"), &at("open-days-in-june")));
        assert!(!differ("https://example.org/?p=12", "https://example.org/?p=13"));
        assert!(!differ(
            "https://example.org/a?v=fb96549631c835eb239c",
            "https://example.org/b?v=ddfe163345d338193ac2"
        ));
    }

    #[test]
    fn a_front_page_is_no_key() {
        assert_eq!(key("https://example.org/"), "-");
        assert_eq!(key("https://example.org/?utm_source=rss"), "-");
        assert_eq!(key("mailto:a@example.org"), "-");
        assert_eq!(key("not a link"), "-");
    }

    #[test]
    fn percent_encoding_is_taken_away_once() {
        assert_eq!(percent_decoded("a%20b%C3%A9%2520").as_deref(), Some("a bé%20"));
        assert_eq!(percent_decoded("a+b").as_deref(), Some("a+b"));
        for bad in ["100%", "%+f", "%zz", "%ff", "%é"] {
            assert_eq!(percent_decoded(bad), None, "{bad}");
        }
    }
}
