//! The cases of `shared/data/reports`, which are not part of the project, where they lie beside it: their inputs with
//! the right values that stand in their table.

use super::{Case, judge};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn inputs() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/reports/inputs");
    folder.is_dir().then_some(folder)
}

/// Number, input, check, right value; those whose right value is about polls stand elsewhere.
fn table() -> Vec<(&'static str, &'static str, &'static str, Value)> {
    let latin = "titles text/calendar; charset=ISO-8859-1";
    vec![
        ("calendar 502", "502.ics", "days", json!(["2027-09-04"])),
        ("calendar 509", "509.ics", "days", json!(["2027-01-05", "2027-01-26"])),
        ("calendar 513", "513.ics", "titles", json!(["Crew meets", "Nets are mended", "Boats are painted"])),
        ("calendar 513d", "513.ics", "told", json!(true)),
        ("calendar 517", "517.ics", "titles", json!(["Robin's place & crew – n°2"])),
        ("calendar 518", "518.ics", latin, json!(["Kinder hören - Ärzte"])),
        ("calendar 518b", "518b.ics", "titles", json!(["L’été à l’école"])),
        ("calendar 519", "519.ics", "days", json!(["2027-01-05"])),
        ("calendar 520", "520.ics", "days", json!(["2027-01-05"])),
        ("calendar 524", "524.ics", "days", json!(["2027-08-26..2027-08-27"])),
        ("calendar 524b", "524b.ics", "days", json!(["2027-08-26"])),
        ("calendar 512", "512.ics", "days", json!(["2027-01-05", "2027-01-13", "2027-01-20", "2027-01-27"])),
        ("zones 503", "503.ics", "days", json!(["2027-05-17..2027-06-04"])),
        ("zones 507", "507.ics", "days", json!(["2027-01-05", "2027-01-14", "2027-01-19"])),
        ("zones 508", "508.ics", "days", json!(["2027-01-05", "2027-01-19"])),
        ("zones 510", "510.ics", "days", json!(["2027-01-07", "2027-01-14"])),
        ("json 115a", "115a-json-raw-newlines.json", "parse entries.*.title", json!(["One", "Two"])),
        (
            "json 115b",
            "115b-json-authors-object.json",
            "parse entries.*.title entries.*.author",
            json!(["One", "Two", "Three", "Four", "Ana Ruiz", "Bo", "Cy", "Dee"]),
        ),
        ("references 106", "106-surrogate-refs.xml", "parse entries.*.title", json!(["Good news 😉 today 😀"])),
        ("references 106b", "106b.xml", "parse entries.*.summary", json!(["<p>a 😉 b 😀 c</p>"])),
        (
            "references 116",
            "116-empty-categories.xml",
            "parse entries.*.categories.*.term",
            json!(["Children & Youth", "Health, Schools"]),
        ),
        ("opml 550", "550.opml", "opml names", json!(["Wallace & Grommet", "Nets"])),
        (
            "opml 550",
            "550.opml",
            "opml feeds",
            json!(["https://a.example.org/rss?x=1&y=2", "https://b.example.org/rss"]),
        ),
        ("opml 551", "551.opml", "opml names", json!(["Café d’enfants 2"])),
        ("opml 556", "556.opml", "opml standings", json!(["media"])),
        ("opml 558a", "558a.opml", "opml names", json!(["Été à l'école"])),
        ("opml 569", "569.opml", "opml names", json!(["Bold & sons"])),
        (
            "reading 118",
            "118-lazy.html",
            "sanitise",
            json!(
                "<p>Text</p><img src=\"https://p.example.org/real.jpg\" alt=\"A well\">\
                 <img src=\"https://p.example.org/800.jpg\" alt=\"B\"><img src=\"https://p.example.org/c.jpg\" alt=\"C\">\
                 <img src=\"https://p.example.org/real.jpg\" alt=\"A well\">"
            ),
        ),
        ("words 608", "608.jsonl", "topics", json!({})),
        ("words 608b", "608b.jsonl", "topics", json!({})),
        (
            "reading 131",
            "131.xml",
            "parse entries.*.link entries.*.content",
            json!(["https://a.example.org/157/", "<article>Body</article>"]),
        ),
    ]
}

#[test]
fn given_cases_are_right() {
    let Some(folder) = inputs() else { return };
    let cases = table().into_iter().map(|(name, file, check, right)| {
        let (kind, number) = name.split_once(' ').unwrap();
        let document = std::fs::read(folder.join(file)).unwrap();
        Case { kind: kind.to_owned(), name: number.to_owned(), check: check.to_owned(), document, right }
    });
    judge(&cases.collect::<Vec<_>>());
}
