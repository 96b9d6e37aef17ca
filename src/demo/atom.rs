//! Atom 1.0 (RFC 4287) as a careful publisher writes it.

use super::scene::{Feed, Shown};
use super::xml::{element, escape, teaser};
use chrono::{DateTime, SecondsFormat, Utc};
use std::fmt::Write as _;

const SUMMARY_WORDS: usize = 30;

pub(super) fn atom(feed: &Feed<'_>) -> String {
    let publisher = feed.publisher;
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n",
        publisher.language
    );
    out += &element("id", &format!("tag:{},2020:feed", publisher.domain));
    out += &element("title", &publisher.title);
    out += &element("subtitle", &publisher.subtitle);
    out += &element("updated", &time(feed.updated));
    let _ = writeln!(out, "<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>", escape(&feed.address));
    let _ = writeln!(out, "<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>", escape(&feed.site));
    let _ = writeln!(out, "<author><name>{}</name></author>", escape(&publisher.name));
    if let Some(rights) = &publisher.rights {
        out += &element("rights", rights);
    }
    for one in &feed.entries {
        out += &entry(one);
    }
    out + "</feed>\n"
}

fn entry(entry: &Shown) -> String {
    let mut out = String::from("<entry>\n");
    out += &element("id", &entry.id);
    out += &element("title", &entry.title);
    let _ = writeln!(out, "<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>", escape(&entry.link));
    for (language, address) in &entry.alternates {
        let _ = writeln!(
            out,
            "<link rel=\"alternate\" type=\"text/html\" hreflang=\"{language}\" href=\"{}\"/>",
            escape(address)
        );
    }
    out += &element("published", &time(entry.published));
    out += &element("updated", &time(entry.updated));
    for category in &entry.categories {
        let _ = writeln!(out, "<category term=\"{}\"/>", escape(category));
    }
    out += &element("summary", &teaser(&entry.html, SUMMARY_WORDS));
    let _ = writeln!(out, "<content type=\"html\">{}</content>", escape(&entry.html));
    if let Some((title, address)) = &entry.relayed {
        let _ = writeln!(
            out,
            "<source><id>{0}</id><title>{1}</title><updated>{2}</updated><link rel=\"self\" href=\"{0}\"/></source>",
            escape(address),
            escape(title),
            time(entry.updated)
        );
    }
    out + "</entry>\n"
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
