//! JSON Feed 1.1.

use super::scene::{Feed, Shown};
use super::xml::teaser;
use serde_json::{Value, json};

const SUMMARY_WORDS: usize = 30;

pub(super) fn json_feed(feed: &Feed<'_>) -> String {
    let publisher = feed.publisher;
    let document = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": publisher.title,
        "home_page_url": feed.site,
        "feed_url": feed.address,
        "description": publisher.subtitle,
        "language": publisher.language,
        "authors": [{ "name": publisher.name, "url": feed.site }],
        "items": feed.entries.iter().map(item).collect::<Vec<_>>(),
    });
    format!("{document:#}")
}

fn item(entry: &Shown) -> Value {
    json!({
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        "summary": teaser(&entry.html, SUMMARY_WORDS),
        "content_html": entry.html,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "tags": entry.categories,
    })
}
