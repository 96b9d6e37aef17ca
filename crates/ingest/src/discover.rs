//! Finds a site's feeds in one of its pages: what it declares, what its links look like, and where sites of that make
//! usually keep them. Each candidate says why it is one.

use crate::repair::{Attributes, html_references};
use plenary_model::html::{Search, Tag, read_tag, skip_element};
use plenary_model::link::ADDRESS_BYTES_MAX;
use plenary_model::whitespace::collapse_to_visible;
use std::collections::HashMap;
use url::Url;

const PAGE_BYTES_MAX: usize = 1024 * 1024;
const CANDIDATES_MAX: usize = 25;
const LINKS_MAX: usize = 5_000;
const ATTRIBUTES_MAX: usize = 32;
/// Addresses in which marks of the site's maker are looked for, in bytes.
const MARKS_BYTES_MAX: usize = 64 * 1024;
const TITLE_CHARS_MAX: usize = 200;

const FEED_TYPES: [&str; 6] = [
    "application/atom+xml",
    "application/rss+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/x-rss+xml",
    "text/rss+xml",
];

/// Addresses where feeds usually are, by the maker of the site; an empty name is any.
const USUAL: [(&str, &str); 16] = [
    ("wordpress", "/feed/"),
    ("wordpress", "/?feed=rss2"),
    ("drupal", "/rss.xml"),
    ("joomla", "/?format=feed&type=rss"),
    ("ghost", "/rss/"),
    ("squarespace", "/blog?format=rss"),
    ("wix", "/blog-feed.xml"),
    ("blogger", "/feeds/posts/default"),
    ("", "/feed"),
    ("", "/rss.xml"),
    ("", "/atom.xml"),
    ("", "/feed.xml"),
    ("", "/index.xml"),
    ("", "/rss"),
    ("", "/feeds/posts/default"),
    ("", "/feed.json"),
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub href: String,
    pub title: Option<String>,
    /// Why it is a candidate, in one sentence.
    pub why: String,
    /// The higher, the likelier.
    pub score: i32,
    /// True when nothing on the page speaks for it: feeds are often at such addresses.
    pub is_guess: bool,
}

/// Where feeds usually are on the site of `address`, the likeliest first: all guesses.
pub fn usual(address: &str) -> Vec<Candidate> {
    let Ok(base) = Url::parse(address) else { return Vec::new() };
    let mut found = Candidates { base: base.clone(), list: Vec::new(), places: HashMap::new() };
    for (order, (_, path)) in USUAL.iter().enumerate() {
        let Ok(url) = base.join(path) else { continue };
        let order = i32::try_from(order).unwrap_or(0);
        found.add(url.as_str(), "", "feeds are often at this address".to_owned(), -order, true);
    }
    // Addresses of any maker's first, then those of one.
    found.list.sort_by_key(|candidate| {
        let of_any = USUAL.iter().any(|(of, path)| of.is_empty() && candidate.href.ends_with(path));
        (!of_any, -candidate.score)
    });
    found.list
}

/// The candidates in a page, best first. `base` is the page's address.
pub fn candidates(html: &str, base: &str) -> Vec<Candidate> {
    let Ok(address) = Url::parse(base) else { return Vec::new() };
    let page = Page::read(&html[..html.floor_char_boundary(PAGE_BYTES_MAX)]);
    let base = page.base.as_deref().and_then(|base| address.join(base).ok()).unwrap_or_else(|| address.clone());
    let mut found = Candidates { base, list: Vec::new(), places: HashMap::new() };
    for link in &page.declared {
        found.add_declared(link);
    }
    for link in &page.anchors {
        found.add_anchor(link, &address);
    }
    found.usual(&address, &page.maker());
    found.rank()
}

#[derive(Default)]
struct Linked {
    href: String,
    media_type: String,
    title: String,
    rel: String,
}

#[derive(Default)]
struct Page {
    base: Option<String>,
    declared: Vec<Linked>,
    anchors: Vec<Linked>,
    /// True while the text of the last anchor is read.
    in_anchor: bool,
    generator: String,
    marks: String,
}

impl Page {
    fn maker(&self) -> String {
        let generator = self.generator.to_ascii_lowercase();
        let marks = [
            ("/wp-content/", "wordpress"),
            ("/wp-json/", "wordpress"),
            ("/sites/default/files/", "drupal"),
            ("/core/misc/drupal", "drupal"),
            ("/media/jui/", "joomla"),
            ("/media/system/js/", "joomla"),
            ("static.wixstatic.com", "wix"),
            ("static1.squarespace.com", "squarespace"),
        ];
        let named = USUAL.iter().map(|(maker, _)| *maker).find(|maker| !maker.is_empty() && generator.contains(maker));
        let marked = marks.iter().find(|(mark, _)| self.marks.contains(mark)).map(|(_, maker)| *maker);
        named.or(marked).unwrap_or_default().to_owned()
    }
}

impl Page {
    fn read(html: &str) -> Self {
        let mut page = Self::default();
        let mut search = Search::begin(html);
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            page.text(&rest[..at]);
            rest = &rest[at..];
            let Some(found) = read_tag(rest, &mut search) else {
                rest = &rest[1..];
                continue;
            };
            rest = &rest[found.length..];
            page.tag(&found);
            let raw = ["script", "style"].into_iter().find(|name| found.name.eq_ignore_ascii_case(name));
            if let Some(name) = raw.filter(|_| !found.is_end) {
                rest = skip_element(rest, name);
            }
        }
        page
    }

    fn text(&mut self, text: &str) {
        if self.in_anchor
            && let Some(anchor) = self.anchors.last_mut().filter(|anchor| anchor.title.len() < TITLE_CHARS_MAX)
        {
            anchor.title.push_str(&html_references(text));
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        let name = tag.name.to_ascii_lowercase();
        if tag.is_end {
            self.in_anchor &= name != "a";
            return;
        }
        let attribute = |wanted: &str| {
            let mut all = Attributes::new(tag.inside).take(ATTRIBUTES_MAX);
            let found = all.find(|(name, value)| name.eq_ignore_ascii_case(wanted) && value.len() <= ADDRESS_BYTES_MAX);
            found.map(|(_, value)| html_references(value).trim().to_owned()).unwrap_or_default()
        };
        let linked = |text: String| Linked {
            href: attribute("href"),
            media_type: attribute("type").to_ascii_lowercase(),
            title: text,
            rel: attribute("rel").to_ascii_lowercase(),
        };
        match name.as_str() {
            "base" if self.base.is_none() => self.base = Some(attribute("href")).filter(|href| !href.is_empty()),
            "link" if self.declared.len() < LINKS_MAX => {
                let link = linked(attribute("title"));
                self.mark(&link.href);
                self.declared.push(link);
            }
            "a" if self.anchors.len() < LINKS_MAX => {
                self.in_anchor = true;
                // What the link is called may stand in its label when it shows an icon alone.
                self.anchors.push(linked(format!("{} {} ", attribute("title"), attribute("aria-label"))));
            }
            "meta" if attribute("name").eq_ignore_ascii_case("generator") => self.generator = attribute("content"),
            "script" | "img" => self.mark(&attribute("src")),
            _ => {}
        }
    }

    fn mark(&mut self, address: &str) {
        if self.marks.len() < MARKS_BYTES_MAX {
            self.marks.push_str(address);
            self.marks.push(' ');
        }
    }
}

struct Candidates {
    base: Url,
    list: Vec<Candidate>,
    places: HashMap<String, usize>,
}

impl Candidates {
    fn add(&mut self, href: &str, title: &str, why: String, score: i32, is_guess: bool) {
        let Ok(url) = self.base.join(href) else { return };
        if !matches!(url.scheme(), "http" | "https") || url.as_str().len() > ADDRESS_BYTES_MAX {
            return;
        }
        let mut title: String = collapse_to_visible(title);
        if let Some((end, _)) = title.char_indices().nth(TITLE_CHARS_MAX) {
            title.truncate(end);
        }
        let title = Some(title).filter(|title| !title.is_empty());
        let href: String = url.into();
        let place = *self.places.entry(href.clone()).or_insert(self.list.len());
        match self.list.get_mut(place) {
            Some(held) if held.score < score => {
                *held = Candidate { title: title.or(held.title.take()), href, why, score, is_guess }
            }
            Some(_) => {}
            None => self.list.push(Candidate { href, title, why, score, is_guess }),
        }
    }

    /// `<link rel="alternate" type="application/rss+xml">`.
    fn add_declared(&mut self, link: &Linked) {
        let rel = |word: &str| link.rel.split_ascii_whitespace().any(|rel| rel == word);
        let kind = link.media_type.split(';').next().unwrap_or_default().trim();
        let feed = FEED_TYPES.contains(&kind);
        let json = kind == "application/json" && looks_like_feed(&link.href);
        if link.href.is_empty() || !(rel("alternate") || rel("feed")) || !(feed || json || rel("feed")) {
            return;
        }
        let score = 100 + penalty(&link.href, &link.title);
        let kind = if kind.is_empty() { "a feed" } else { kind };
        self.add(&link.href, &link.title, format!("the page declares it as {kind}"), score, false);
    }

    /// A link whose address or words say feed.
    fn add_anchor(&mut self, link: &Linked, page: &Url) {
        if link.href.is_empty() || link.href.starts_with('#') {
            return;
        }
        let Ok(url) = self.base.join(&link.href) else { return };
        let words = link.title.to_lowercase();
        let by_words =
            words.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "rss" | "atom" | "feed" | "feeds"));
        let by_address = looks_like_feed(&link.href);
        let (score, why) = match (by_address, by_words) {
            (true, true) => (70, "a link on the page is named and addressed like a feed"),
            (true, false) => (55, "a link on the page is addressed like a feed"),
            (false, true) => (30, "a link on the page is named like a feed"),
            (false, false) => return,
        };
        let foreign = if url.host_str() == page.host_str() { 0 } else { -25 };
        let score = score + foreign + penalty(&link.href, &link.title);
        self.add(&link.href, &link.title, why.to_owned(), score, false);
    }

    fn usual(&mut self, page: &Url, maker: &str) {
        for (order, (of, path)) in USUAL.iter().enumerate() {
            let Ok(url) = page.join(path) else { continue };
            let order = i32::try_from(order).unwrap_or(0);
            if of.is_empty() {
                self.add(url.as_str(), "", "feeds are often at this address".to_owned(), 15 - order, true);
            } else if *of == maker {
                self.add(
                    url.as_str(),
                    "",
                    format!("the site looks made with {maker}, whose feeds are here"),
                    45 - order,
                    true,
                );
            }
        }
    }

    fn rank(mut self) -> Vec<Candidate> {
        self.list.sort_by_key(|candidate| std::cmp::Reverse(candidate.score));
        self.list.truncate(CANDIDATES_MAX);
        self.list
    }
}

fn looks_like_feed(href: &str) -> bool {
    let href = href.to_ascii_lowercase();
    let (path, query) = href.split_once('?').unwrap_or((&href, ""));
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let named = ["rss", "atom", "feed", "feeds", "rss2", "index.rdf", "feed.json", "index.xml"].contains(&last);
    let (stem, extension) = last.rsplit_once('.').unwrap_or((last, ""));
    let xml =
        ["xml", "php", "aspx"].contains(&extension) && ["rss", "atom", "feed"].iter().any(|word| stem.contains(word));
    let extension = ["rss", "atom", "rdf"].contains(&extension);
    let asked = query
        .split('&')
        .any(|pair| matches!(pair, "format=feed" | "feed=rss2" | "feed=atom" | "type=rss" | "format=rss"));
    named || extension || xml || asked
}

/// Feeds of comments, podcasts' players and single pages are rarely what is wanted.
fn penalty(href: &str, title: &str) -> i32 {
    let text = format!("{href} {title}").to_lowercase();
    let mut points = 0;
    if ["comment", "commentaire", "comentario", "التعليقات"].iter().any(|word| text.contains(word)) {
        points -= 60;
    }
    if ["/tag/", "/category/", "/author/", "oembed", "replies"].iter().any(|word| text.contains(word)) {
        points -= 20;
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(html: &str) -> Candidate {
        candidates(html, "https://example.org/news/").remove(0)
    }

    #[test]
    fn what_the_page_declares_comes_first() {
        let html = "<head><base href='/x/'><link rel='alternate' type='application/rss+xml' title='Comments' href='/comments/feed'>\
                    <LINK REL='Alternate Home' TYPE='application/atom+xml; charset=utf-8' title='News &amp; views' HREF='feed.atom'></head>\
                    <a href='/other.rss'>RSS</a>";
        let found = candidates(html, "https://example.org/");
        assert_eq!(found[0].href, "https://example.org/x/feed.atom");
        assert_eq!(found[0].title.as_deref(), Some("News & views"));
        assert!(found[0].why.contains("application/atom+xml"));
        assert_eq!(found[1].href, "https://example.org/other.rss");
        assert!(found.iter().any(|candidate| candidate.href.ends_with("/comments/feed")));
    }

    #[test]
    fn makers_are_told_by_their_marks() {
        let wordpress = "<meta name=generator content='WordPress 6.4'><p>x";
        assert_eq!(best(wordpress).href, "https://example.org/feed/");
        let drupal = "<img src='/sites/default/files/a.png'>";
        assert_eq!(best(drupal).href, "https://example.org/rss.xml");
        let joomla = "<meta name='generator' content='Joomla! - Open Source Content Management'>";
        assert_eq!(best(joomla).href, "https://example.org/?format=feed&type=rss");
    }

    #[test]
    fn links_are_read_by_their_words_and_addresses() {
        assert_eq!(
            best("<a href='/n.php?format=feed'><img>Subscribe</a>").href,
            "https://example.org/n.php?format=feed"
        );
        assert_eq!(best("<a href='/abo' aria-label='RSS'><svg/></a>").href, "https://example.org/abo");
        let none =
            candidates("<a href='javascript:rss'>RSS</a><script>'<a href=/rss.xml>'</script>", "https://example.org/");
        assert!(none.iter().all(|candidate| candidate.score <= 15), "{none:?}");
        assert!(candidates("", "not an address").is_empty());
    }

    #[test]
    fn hostile_pages_cost_little() {
        let long = "x".repeat(500_000);
        let links = (0..5_000).fold(String::new(), |all, number| format!("{all}<a href='feed?{number}'>rss</a>"));
        for page in [
            format!("<a {}>", " a".repeat(400_000)),
            format!("<base href='/{long}'>{links}"),
            "<a href='feed".repeat(80_000),
        ] {
            let before = std::time::Instant::now();
            let found = candidates(&page, "https://example.org/");
            assert!(found.iter().all(|candidate| candidate.href.len() <= ADDRESS_BYTES_MAX));
            assert!(before.elapsed().as_secs() < 10, "{} took {:?}", &page[..30], before.elapsed());
        }
    }
}
