//! RSS 2.0 and RSS 1.0 as publishers write them.

use super::scene::{Feed, Shown};
use super::xml::{cdata, element, escape, teaser};
use std::fmt::Write as _;

/// Words in the description of a WordPress feed, the software's default.
const TEASER_WORDS: usize = 55;

/// RSS 2.0: in WordPress's way (teaser, `content:encoded`, numbered guid), or plain with the text in the description.
pub(super) fn rss2(feed: &Feed<'_>) -> String {
    let publisher = feed.publisher;
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"\n");
    for (prefix, namespace) in [
        ("content", "http://purl.org/rss/1.0/modules/content/"),
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("atom", "http://www.w3.org/2005/Atom"),
    ] {
        let _ = writeln!(out, "\txmlns:{prefix}=\"{namespace}\"");
    }
    out += ">\n<channel>\n";
    out += &element("title", &publisher.title);
    let _ = writeln!(out, "<atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\" />", escape(&feed.address));
    out += &element("link", &feed.site);
    out += &element("description", &publisher.subtitle);
    out += &element("lastBuildDate", &feed.updated.to_rfc2822());
    out += &element("language", &publisher.language);
    if let Some(rights) = &publisher.rights {
        out += &element("copyright", rights);
    }
    if publisher.wordpress {
        out += &element("generator", "https://wordpress.org/?v=5.7.2");
    }
    for entry in &feed.entries {
        out += &item(feed, entry);
    }
    out + "</channel>\n</rss>\n"
}

fn item(feed: &Feed<'_>, entry: &Shown) -> String {
    let publisher = feed.publisher;
    let mut out = String::from("<item>\n");
    out += &element("title", &entry.title);
    out += &element("link", &entry.link);
    out += &cdata("dc:creator", &publisher.name);
    out += &element("pubDate", &entry.published.to_rfc2822());
    for category in &entry.categories {
        out += &cdata("category", category);
    }
    let _ = writeln!(out, "<guid isPermaLink=\"false\">{}</guid>", escape(&entry.id));
    if publisher.wordpress {
        out += &cdata("description", &format!("<p>{}</p>", escape(&teaser(&entry.html, TEASER_WORDS))));
        out += &cdata("content:encoded", &entry.html);
    } else {
        out += &element("description", &entry.html);
    }
    if entry.updated > entry.published {
        out += &element("atom:updated", &entry.updated.to_rfc3339());
    }
    for (language, address) in &entry.alternates {
        let _ = writeln!(out, "<atom:link rel=\"alternate\" hreflang=\"{language}\" href=\"{}\" />", escape(address));
    }
    if let Some((title, address)) = &entry.relayed {
        let _ = writeln!(out, "<source url=\"{}\">{}</source>", escape(address), escape(title));
    }
    out + "</item>\n"
}

pub(super) fn rss1(feed: &Feed<'_>) -> String {
    let publisher = feed.publisher;
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"\n \
         xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n",
    );
    let _ = writeln!(out, "<channel rdf:about=\"{}\">", escape(&feed.address));
    out += &element("title", &publisher.title);
    out += &element("link", &feed.site);
    out += &element("description", &publisher.subtitle);
    out += &element("dc:language", &publisher.language);
    out += &element("dc:date", &feed.updated.to_rfc3339());
    if let Some(rights) = &publisher.rights {
        out += &element("dc:rights", rights);
    }
    out += "<items><rdf:Seq>\n";
    for entry in &feed.entries {
        let _ = writeln!(out, "<rdf:li rdf:resource=\"{}\" />", escape(&entry.id));
    }
    out += "</rdf:Seq></items>\n</channel>\n";
    for entry in &feed.entries {
        let _ = writeln!(out, "<item rdf:about=\"{}\">", escape(&entry.id));
        out += &element("title", &entry.title);
        out += &element("link", &entry.link);
        out += &element("dc:creator", &publisher.name);
        out += &element("dc:date", &entry.updated.to_rfc3339());
        for category in &entry.categories {
            out += &element("dc:subject", category);
        }
        out += &element("description", &teaser(&entry.html, TEASER_WORDS));
        out += &cdata("content:encoded", &entry.html);
        out += "</item>\n";
    }
    out + "</rdf:RDF>\n"
}
