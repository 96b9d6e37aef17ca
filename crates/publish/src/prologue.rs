//! What all our documents begin with.

/// Style sheet for feeds that are opened in a browser, served by the site.
const STYLESHEET: &str = "/static/feed.css";

pub(super) const GENERATOR: &str = "Plenary";

/// What comes before the root of an XML document: the declaration and the style sheet.
pub(super) fn prologue() -> String {
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?xml-stylesheet type=\"text/css\" href=\"{STYLESHEET}\"?>\n")
}
