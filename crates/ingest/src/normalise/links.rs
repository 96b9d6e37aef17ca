//! Links made absolute, enclosures apart, and the one link that is the entry's page.

use super::Resolved;
use crate::parse::Fields;
use plenary_model::entry::Enclosure;
use plenary_model::link::{ADDRESS_BYTES_MAX, Link, unwrap_redirect};
use std::borrow::Cow;
use std::sync::Arc;
use url::Url;

/// Schemes that no link of ours has.
const REFUSED: [&str; 7] = ["about", "blob", "data", "file", "javascript", "vbscript", "view-source"];

/// All links of `fields`, absolute, without those that cannot be; enclosures apart.
pub(super) fn resolve(fields: &Fields<'_>, base: Option<&Arc<Url>>) -> Resolved {
    let mut links: Vec<Link> = Vec::with_capacity(fields.links.len());
    let mut enclosures: Vec<Enclosure> = Vec::new();
    let own = |text: &Option<Cow<'_, str>>| text.as_ref().map(|text| text.clone().into_owned());
    for link in &fields.links {
        let Some(href) = absolute(&link.href, link.base.as_ref().or(base)) else { continue };
        if link.rel == "enclosure" {
            enclosures.push(Enclosure { href, media_type: own(&link.media_type), length: link.length });
            continue;
        }
        let link = Link {
            href,
            rel: link.rel.clone().into_owned(),
            media_type: own(&link.media_type),
            hreflang: own(&link.hreflang),
            title: own(&link.title),
        };
        if !links.contains(&link) {
            links.push(link);
        }
    }
    for file in &fields.enclosures {
        let Some(href) = absolute(&file.href, file.base.as_ref().or(base)) else { continue };
        if enclosures.iter().all(|held| held.href != href) {
            enclosures.push(Enclosure { href, media_type: own(&file.media_type), length: file.length });
        }
    }
    (links, enclosures)
}

/// The entry's page: its original address before a redirector's, else the first link to a page, else a guid that is a
/// link.
pub(super) fn page(links: &[Link], fields: &Fields<'_>, base: Option<&Arc<Url>>) -> Option<String> {
    let is_page = |link: &&Link| link.media_type.as_deref().is_none_or(|kind| kind.contains("html"));
    let first = |rel: &str| links.iter().find(|link| link.rel == rel).map(|link| link.href.clone());
    let mut alternates = links.iter().filter(|link| link.rel == "alternate");
    let guid = || {
        let (_, id) = fields.id.as_ref().filter(|(_, id)| id.is_link)?;
        absolute(&id.value, id.base.as_ref().or(base)).filter(|href| href.starts_with("http"))
    };
    first("canonical")
        .or_else(|| alternates.find(is_page).map(|link| link.href.clone()))
        .or_else(guid)
        .or_else(|| first("alternate"))
        .or_else(|| first("content"))
        .map(unwrap)
}

/// The address itself instead of a redirector's that carries it.
fn unwrap(href: String) -> String {
    let target = || unwrap_redirect(&Url::parse(&href).ok()?).map(String::from);
    if href.contains('?') { target().unwrap_or(href) } else { href }
}

/// `href` as an absolute address; one that is absolute already stays as it was written.
pub(super) fn absolute(href: &str, base: Option<&Arc<Url>>) -> Option<String> {
    let href = if href.contains(['\n', '\r', '\t']) {
        Cow::Owned(href.replace(['\n', '\r', '\t'], ""))
    } else {
        Cow::Borrowed(href)
    };
    let href = href.trim();
    if href.is_empty() || href.len() > ADDRESS_BYTES_MAX {
        return None;
    }
    if is_plain(href) {
        return Some(href.to_owned());
    }
    let (url, written) = match Url::parse(href) {
        Ok(url) => (url, true),
        Err(_) => (base?.join(href).ok()?, false),
    };
    if REFUSED.contains(&url.scheme()) {
        return None;
    }
    let clean =
        written && !href.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>'));
    let web = matches!(url.scheme(), "http" | "https");
    // "http:/x" and "http:x" parse, but are not what they look like.
    let sound = !web || href.get(url.scheme().len()..).is_some_and(|rest| rest.starts_with("://"));
    Some(if clean && sound { href.to_owned() } else { url.into() })
}

/// True for the web addresses that nothing has to be done to, which are nearly all.
fn is_plain(href: &str) -> bool {
    let Some(rest) = href.strip_prefix("https://").or_else(|| href.strip_prefix("http://")) else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let sound_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        && host.contains('.')
        && host.bytes().any(|byte| byte.is_ascii_alphabetic());
    sound_host && rest.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_absolute_and_harmless() {
        let base = Url::parse("https://example.org/a/feed.xml").ok().map(Arc::new);
        let base = base.as_ref();
        assert_eq!(absolute("b?x=1", base).as_deref(), Some("https://example.org/a/b?x=1"));
        assert_eq!(absolute(" http://Example.org ", base).as_deref(), Some("http://Example.org"));
        assert_eq!(absolute("http://example.org/a b", base).as_deref(), Some("http://example.org/a%20b"));
        assert_eq!(absolute("java\nscript:alert(1)", base), None);
        assert_eq!(absolute("b", None), None);
        assert_eq!(absolute(&format!("https://example.org/{}", "x".repeat(ADDRESS_BYTES_MAX)), base), None);
    }
}
