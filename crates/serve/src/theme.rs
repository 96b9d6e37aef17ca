//! The theme of the network in force: its accent as a style sheet, its icon, its logo. Served as files, so
//! that pages need no inline style.

use super::address::OFFLINE;
use super::respond::digest;
use plenary_model::theme::{Accent, Colour, NIGHT, Theme};
use serde_json::json;

/// The worker, with places for what it keeps.
const WORKER: &str = include_str!("static/worker.js");
/// The icon of the site, drawn in the site's own accent.
const ICON: &str = include_str!("static/favicon.svg");
/// The site's own accent as the icon writes it.
const ICON_ACCENT: &str = "#0f5c63";

/// The style sheet of an accent, to be read after the site's own; on screens only, since print is black.
pub(super) fn style(accent: Accent) -> String {
    let Accent { day, night } = accent;
    let [_, _, day_tint] = day.grounds_day();
    let [_, _, night_tint] = night.grounds_night();
    let [ink, _] = NIGHT;
    let rule = |accent: Colour, ink: Colour, tint: Colour| {
        format!(":root{{--accent:{accent};--accent-ink:{ink};--tint:{tint}}}")
    };
    format!(
        "@media screen{{{}}}\n@media screen and (prefers-color-scheme:dark){{{}}}\n",
        rule(day, Colour::WHITE, day_tint),
        rule(night, ink, night_tint)
    )
}

/// The worker that shows a page of ours when there is no network: it keeps that page in every language of
/// `prefixes`, the first of which is empty, with the style sheets `files`.
pub(super) fn worker(prefixes: &[String], files: &[String]) -> String {
    let pages: Vec<(&String, String)> = prefixes.iter().map(|prefix| (prefix, format!("{prefix}{OFFLINE}"))).collect();
    // Lists of texts are JSON, and JSON is JavaScript.
    let (pages, files) = (json!(pages).to_string(), json!(files).to_string());
    let text = WORKER.replace("{pages}", &pages).replace("{files}", &files);
    let version = digest(text.as_bytes());
    text.replace("{version}", version.get(..12).unwrap_or_default())
}

pub(super) fn icon(theme: &Theme) -> String {
    match &theme.accent {
        Some(accent) => ICON.replace(ICON_ACCENT, &accent.day.to_string()),
        None => ICON.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plenary_model::theme::{CONTRAST_MIN, DAY};

    #[test]
    fn the_colours_of_the_sheet_are_those_that_accents_are_checked_against() {
        let css = include_str!("static/site.css");
        for (name, [paper, sheet]) in [("day", DAY), ("night", NIGHT)] {
            assert!(css.contains(&format!("--paper: {paper};")), "{name}");
            assert!(css.contains(&format!("--sheet: {sheet};")), "{name}");
        }
        assert!(ICON.contains(ICON_ACCENT));
    }

    #[test]
    fn the_worker_keeps_a_page_in_every_language() {
        let text = worker(&[String::new(), "/ar".to_owned()], &["/static/a.css".to_owned()]);
        assert!(text.contains(r#"const PAGES = [["","/offline"],["/ar","/ar/offline"]];"#), "{text}");
        assert!(text.contains(r#"const FILES = ["/static/a.css"];"#), "{text}");
        assert!(!text.contains("{version}"), "{text}");
        assert_ne!(text, worker(&[String::new()], &[]), "what changes has another name");
    }

    #[test]
    fn every_colour_of_a_theme_can_be_read() {
        for text in ["#6a3d9a", "#0f5c63", "#8a1c3b", "#004b87"] {
            let day = Colour::parse(text).unwrap();
            let accent = Accent { day, night: day.readable_by_night() };
            let css = style(accent);
            assert!(css.contains(text), "{css}");
            assert!(!css.contains("http"), "{css}");
            let [ink, _] = NIGHT;
            assert!(Colour::WHITE.contrast(accent.day) >= CONTRAST_MIN);
            assert!(ink.contrast(accent.night) >= CONTRAST_MIN);
            assert!(icon(&Theme { accent: Some(accent), logo: None }).contains(text));
        }
    }
}
