//! The publishers' own pages, so that every link of the demo leads somewhere.

use super::network::{Format, Publisher};
use super::scene::{Feed, Shown};
use super::xml::escape;
use std::fmt::Write as _;

pub(super) fn entry(publisher: &Publisher, entry: &Shown) -> String {
    let mut head = format!("<link rel=\"canonical\" href=\"{}\">\n", escape(&entry.link));
    for (language, address) in &entry.alternates {
        let _ = writeln!(head, "<link rel=\"alternate\" hreflang=\"{language}\" href=\"{}\">", escape(address));
    }
    let body = format!(
        "<article>\n<h1>{}</h1>\n<p><small>{} · <time datetime=\"{}\">{}</time></small></p>\n{}\n</article>\n",
        escape(&entry.title),
        escape(&publisher.name),
        entry.published.to_rfc3339(),
        entry.published.format("%Y-%m-%d"),
        entry.html
    );
    page(&publisher.language, &entry.title, &head, &body)
}

/// The front page of a publisher, with the feed to be discovered.
pub(super) fn site(feed: &Feed<'_>) -> String {
    let publisher = feed.publisher;
    let head = format!(
        "<link rel=\"alternate\" type=\"{}\" title=\"{}\" href=\"{}\">\n",
        media_type(publisher.format),
        escape(&publisher.title),
        escape(&feed.address)
    );
    let mut body = format!("<h1>{}</h1>\n<p>{}</p>\n<ul>\n", escape(&publisher.name), escape(&publisher.subtitle));
    for entry in &feed.entries {
        let _ = writeln!(body, "<li><a href=\"{}\">{}</a></li>", escape(&entry.link), escape(&entry.title));
    }
    page(&publisher.language, &publisher.name, &head, &(body + "</ul>\n"))
}

pub(super) fn notice(title: &str, text: &str) -> String {
    page("en", title, "", &format!("<h1>{}</h1>\n<p>{}</p>\n", escape(title), escape(text)))
}

pub(super) fn media_type(format: Format) -> &'static str {
    match format {
        Format::Rss2 => "application/rss+xml",
        Format::Rss1 => "application/rdf+xml",
        Format::Atom => "application/atom+xml",
        Format::Json => "application/feed+json",
    }
}

fn page(language: &str, title: &str, head: &str, body: &str) -> String {
    let direction = if language == "ar" { " dir=\"rtl\"" } else { "" };
    format!(
        "<!doctype html>\n<html lang=\"{language}\"{direction}>\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n{head}\
         <style>body{{max-width:40em;margin:2em auto;padding:0 1em;font:1.1em/1.6 serif}}</style>\n</head>\n<body>\n\
         {body}<hr><p><small>Invented for the demo of Plenary.</small></p>\n</body>\n</html>\n",
        escape(title)
    )
}
