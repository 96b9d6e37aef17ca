//! JSON Feed as publishers write it, whole and broken.

use super::*;

fn read(text: &str) -> Result<Raw<'static>, Refusal> {
    parse(text, 0, None, &mut Vec::new())
}

#[test]
fn what_publishers_write_is_read() {
    let raw = read(
        r#"{"version":"https://jsonfeed.org/version/1","title":7,"items":[
           {"id":12,"content_text":"a < b","author":{"name":"A"},"tags":["x",3],"attachments":null,"authors":7},
           {"id":"b","title":null,"url":"u","date_published":"2020-01-01T00:00:00Z"}]}"#,
    )
    .unwrap();
    assert_eq!(raw.feed.title.unwrap().1.value, "7");
    assert_eq!(raw.entries.len(), 2);
    assert_eq!(raw.entries[0].fields.id.as_ref().unwrap().1.value, "12");
    assert_eq!(raw.entries[0].fields.categories.len(), 2);
    let authors: Vec<_> = raw.entries[0].fields.authors.iter().map(|author| author.name.as_str()).collect();
    assert_eq!(authors, ["A"], "a number in the place of authors is none");
}

#[test]
fn what_is_over_the_limits_is_never_kept() {
    let items = "{},".repeat(5_000);
    let mut warnings = Vec::new();
    let raw = parse(&format!("{{\"items\":[{items}{{}}]}}"), 0, None, &mut warnings).unwrap();
    assert_eq!(raw.entries.len(), ENTRIES_MAX);
    assert!(warnings.iter().any(|warning| warning.code == WarningCode::TooManyEntries));
}

#[test]
fn whole_items_of_broken_documents_are_kept() {
    let read = |text: &str| {
        let mut warnings = Vec::new();
        let raw = parse(text, 0, None, &mut warnings).unwrap();
        let ids: Vec<_> = raw.entries.iter().map(|entry| entry.fields.id.clone().unwrap().1.value).collect();
        (ids.join(" "), warnings.into_iter().map(|w| (w.code.as_str(), w.line, w.column)).collect::<Vec<_>>())
    };
    let place = |code: &'static str, line, column| (code, Some(line), Some(column));
    let version = "\"version\":\"https://jsonfeed.org/version/1.1\"";
    assert_eq!(
        read(&format!("{{{version},\n\"items\":[{{\"id\":\"a\"}},{{\"id\":\"b\"}},{{\"id\":\"c")),
        ("a b".to_owned(), vec![place("truncated", 2, 40)])
    );
    assert_eq!(
        read(&format!("{{\"items\":[\n{{\"id\":\"a\"}}\n{{\"id\":nope}},null,{{\"id\":\"c\"}},],{version}}}")),
        ("a c".to_owned(), vec![place("bad-entry", 3, 1), place("repaired", 1, 11)])
    );
    assert_eq!(
        read(&format!("{{{version},\n\"items\":[{{\"id\":7}}]}}")),
        ("7".to_owned(), vec![place("numeric-id", 2, 10)])
    );
}

#[test]
fn other_json_is_refused_by_name() {
    assert!(matches!(read("[1]"), Err(Refusal::NotAFeed(_))));
    assert!(matches!(read("{\"a\":1}"), Err(Refusal::NotAFeed(_))));
    let Err(Refusal::NotWellFormed(place)) = read("{\"items\":\n [}") else { panic!("not refused") };
    assert_eq!((place.line, place.column), (2, 3));
}
