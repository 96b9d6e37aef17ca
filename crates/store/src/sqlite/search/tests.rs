//! What a search finds, in which order, and that the index follows every change.

use super::*;
use crate::sqlite::{apply, counters, flags, schema, selections, sync};
use plenary_fixtures::{self as fixtures, entry, incoming, midnight as day, placement, stored_entry, topic_hit};
use plenary_model::change::Changeset;
use plenary_model::entry::{Entry, StoredEntry};
use plenary_model::language::Language;
use plenary_model::piece::{Facets, Piece};
use plenary_model::query::Query;
use plenary_model::section::Placement;
use plenary_model::source::{Source, Standing};
use plenary_model::view::{Order, PerWork, Search, Selection};
use plenary_model::withdrawal::Withdrawal;
use rusqlite::Connection;
use std::collections::BTreeSet;
use tempfile::TempDir;

struct Desk {
    connection: Connection,
    folder: TempDir,
}

fn source() -> Source {
    Source { name: "Save the Day".to_owned(), ..fixtures::source("a") }
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plenary.db");
    schema::prepare(&path).unwrap();
    let mut connection = Connection::open(&path).unwrap();
    let write = connection.transaction().unwrap();
    sync::sync_sources(&write, &[source()], day("2021-06-01")).unwrap();
    write.commit().unwrap();
    Desk { connection, folder }
}

impl Desk {
    fn apply(&mut self, pieces: &[(Piece, StoredEntry)]) {
        self.change(&Changeset {
            entries: pieces.iter().map(|(_, e)| incoming(e.clone())).collect(),
            pieces: pieces.iter().map(|(piece, _)| piece.clone()).collect(),
            ..Changeset::default()
        });
    }

    fn change(&mut self, change: &Changeset) {
        let write = self.connection.transaction().unwrap();
        apply::apply(&write, change, &[], day("2021-06-10")).unwrap();
        write.commit().unwrap();
        let (counted, kept) = counters::recount(&self.connection);
        assert_eq!(kept, counted, "what is kept is what would be counted");
    }

    fn find(&self, query: &str) -> Vec<String> {
        let found = find(&self.connection, &search(query)).unwrap();
        assert_eq!(found.total, found.pieces.len(), "{query}");
        found.pieces.into_iter().map(|view| view.piece.id.0).collect()
    }
}

fn search(query: &str) -> Search {
    Search {
        query: Query::parse(query).unwrap(),
        announced_only: false,
        order: Order::Relevance,
        now: day("2021-06-10"),
        cursor: None,
        per_work: None,
        offset: 0,
        limit: 50,
    }
}

fn piece(id: &str, date: &str, title: &str, body: &str) -> (Piece, StoredEntry) {
    let entry = Entry {
        title: title.to_owned(),
        content: Some(format!("<p>{body}</p>")),
        language: Language::parse("fr-CH"),
        ..entry("a", id)
    };
    let lead = StoredEntry { text_hash: format!("{title}{body}"), ..stored_entry("a", entry, day(date)) };
    let piece = Piece {
        id: id.into(),
        work: id.into(),
        facets: Facets {
            topics: vec![topic_hit("covid-19")],
            genre: Some("statement".into()),
            issuer: Standing::Un,
            organisations: vec!["Défense des Enfants".into()],
            countries: vec!["CH".into()],
            ..fixtures::facets(&lead)
        },
        placements: vec![Placement { announced: false, ..placement("news", day(date)) }],
        ..fixtures::piece(&lead)
    };
    (piece, lead)
}

fn fill_desk() -> Desk {
    let mut desk = desk();
    desk.apply(&[
        piece("a", "2021-01-05", "Réouverture des écoles", "Les élèves rentrent en classe."),
        piece("b", "2021-03-01", "Statement on education", "All children have a right to go to school again."),
        piece("c", "2021-05-01", "Ball boys wanted", "A match. Schools of thought. The right to children."),
        piece("d", "2021-05-02", "حقوق الأطفال", "بيان حول كوفيد-١٩"),
    ]);
    desk
}

#[test]
fn words_phrases_and_exclusions_are_found() {
    let desk = fill_desk();
    assert_eq!(desk.find("children"), ["c", "b"]);
    assert_eq!(desk.find("\"children have\""), ["b"]);
    assert_eq!(desk.find("children -match"), ["b"]);
    assert_eq!(desk.find("(ecoles or match) -\"a match\""), ["a"]);
    assert_eq!(desk.find("scho*"), ["c", "b"]);
    assert_eq!(desk.find("").len(), 4);
    assert!(desk.find("NEAR title:nothing".trim_end_matches("title:nothing")).is_empty());
}

#[test]
fn diacritics_and_arabic_forms_are_folded() {
    let desk = fill_desk();
    for query in ["ECOLES", "réouverture", "Eleves", "defense enfants"] {
        assert!(desk.find(query).contains(&"a".to_owned()), "{query}");
    }
    for query in ["أطفال", "والاطفال", "\"كوفيد 19\"", "كـوفيد"] {
        assert_eq!(desk.find(query), ["d"], "{query}");
    }
}

#[test]
fn words_are_found_however_they_are_joined() {
    let mut desk = desk();
    desk.apply(&[
        piece("a", "2021-01-05", "COVID-19 and the children’s ombudsman", "On hand."),
        piece("b", "2021-02-05", "Covid19: the womens council", "Join #ChildRights and #DroitsDeLEnfant now."),
        piece("c", "2021-03-05", "A childrenʼs day", "Text."),
        piece("d", "2021-04-05", "Under 19", "What covid did."),
    ]);
    for (query, found) in [
        ("covid19", &["b", "a"][..]),
        ("covid-19", &["b", "a"]),
        ("\"covid 19\"", &["b", "a"]),
        ("childrens", &["a", "c"]),
        ("children's", &["a", "c"]),
        ("childrenʼs", &["a", "c"]),
        ("women's", &["b"]),
        ("womens", &["b"]),
        ("\"child rights\"", &["b"]),
        ("childrights", &["b"]),
        ("\"droits de l'enfant\"", &["b"]),
        ("covid19 -children", &["b"]),
    ] {
        let mut have = desk.find(query);
        have.sort();
        let mut found = found.to_vec();
        found.sort_unstable();
        assert_eq!(have, found, "{query}");
    }
}

#[test]
fn fields_narrow_and_combine_with_dates() {
    let desk = fill_desk();
    assert_eq!(desk.find("topic:covid-19 section:news lang:fr country:ch source:a").len(), 4);
    assert_eq!(desk.find("organisation:\"defense des enfants\" genre:statement issuer:un standing:member").len(), 4);
    assert!(desk.find("section:other").is_empty());
    assert!(desk.find("lang:en").is_empty());
    assert_eq!(desk.find("after:2021-03 before:2021-05-02"), ["c", "b"]);
    assert_eq!(desk.find("before:2021-02 or match"), ["c", "a"]);
    assert_eq!(desk.find("not after:2021-03"), ["a"]);
    assert_eq!(desk.find("-lang:fr"), Vec::<String>::new());
}

#[test]
fn a_title_counts_more_than_a_text() {
    let mut desk = fill_desk();
    desk.apply(&[
        piece("e", "2020-01-01", "Education", "Of teachers."),
        piece("f", "2021-06-01", "Other", "education"),
    ]);
    assert_eq!(desk.find("education").last().unwrap(), "f");
}

#[test]
fn the_index_follows_every_change() {
    let mut desk = fill_desk();
    let before = flags::search_revision(&desk.connection).unwrap();
    let (mut piece, mut entry) = piece("b", "2021-04-01", "Renamed", "Nothing of before.");
    entry.hash = "2".into();
    desk.apply(&[(piece.clone(), entry.clone())]);
    assert!(desk.find("education").is_empty());
    assert_eq!(desk.find("renamed"), ["b"]);
    let changed = flags::search_revision(&desk.connection).unwrap();
    assert!(changed > before);
    desk.apply(&[(piece.clone(), entry.clone())]);
    assert_eq!(flags::search_revision(&desk.connection).unwrap(), changed, "nothing changed");
    piece.withdrawn = Some(Withdrawal { at: day("2021-06-10"), reason: String::new() });
    desk.apply(&[(piece, entry)]);
    assert!(desk.find("renamed").is_empty());
    assert_eq!(desk.find("").len(), 3);
}

#[test]
fn the_index_follows_what_a_change_does_not_name() {
    let mut desk = fill_desk();
    let (mut a, entry_a) = piece("a", "2021-01-05", "Réouverture des écoles", "Les élèves rentrent en classe.");
    let (b, entry_b) = piece("b", "2021-03-01", "Statement on education", "All children have a right to go to school.");
    a.work = "b".into();
    desk.apply(&[(a.clone(), entry_a.clone()), (b, entry_b)]);
    assert_eq!(desk.find("has:translation"), ["b", "a"]);
    a.work = "a".into();
    desk.apply(&[(a, entry_a)]);
    assert!(desk.find("has:translation").is_empty(), "the other has no version any more");

    let renamed = Source { name: "Rescue the Night".to_owned(), ..source() };
    let write = desk.connection.transaction().unwrap();
    sync::sync_sources(&write, &[renamed], day("2021-06-01")).unwrap();
    write.commit().unwrap();
    assert!(desk.find("\"save the day\"").is_empty());
    assert_eq!(desk.find("\"rescue the night\"").len(), 4);
}

#[test]
fn an_older_store_is_filled_when_it_is_opened() {
    let desk = fill_desk();
    let empty = "INSERT INTO search (search) VALUES ('delete-all'); DELETE FROM search_piece;
                 DELETE FROM flag WHERE name = 'search-version';";
    desk.connection.execute_batch(empty).unwrap();
    assert!(desk.find("").is_empty());
    schema::prepare(&desk.folder.path().join("plenary.db")).unwrap();
    assert_eq!(desk.find("children"), ["c", "b"]);
}

#[test]
fn values_are_counted() {
    let desk = fill_desk();
    let (counts, _) = facets(&desk.connection, &search("children")).unwrap();
    let of = |value: &str| counts.iter().find(|count| count.value == value).map(|count| count.pieces);
    assert_eq!((of("news"), of("covid-19"), of("CH"), of("2021")), (Some(2), Some(2), Some(2), Some(2)));
    assert_eq!(of("has"), None);
}

#[test]
fn what_is_typed_wrongly_is_recognised() {
    let desk = fill_desk();
    let meant = |query: &str| spelling(&desk.connection, &Query::parse(query).unwrap()).unwrap();
    assert_eq!(meant("the eductaion"), [(5, "eductaion".to_owned(), "education".to_owned())]);
    assert_eq!(meant("\"statment on\""), [(1, "statment".to_owned(), "statement".to_owned())]);
    assert!(meant("education").is_empty());
    assert!(meant("zzzzzzzz").is_empty());
    assert!(meant("teh").is_empty());
}

#[test]
fn pages_by_mark_leave_nothing_out() {
    let mut desk = desk();
    let many: Vec<_> = (0..25).map(|n| piece(&format!("p{n:02}"), "2021-05-01", "Same day", "x")).collect();
    desk.apply(&many);
    let (mut seen, mut cursor) = (BTreeSet::new(), None);
    loop {
        let asked = Search { order: Order::Date, cursor, limit: 10, ..search("") };
        let found = find(&desk.connection, &asked).unwrap();
        assert_eq!(found.total, 25);
        seen.extend(found.pieces.into_iter().map(|view| view.piece.id));
        cursor = found.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 25);
}

#[test]
fn the_numbers_follow_every_change() {
    let mut desk = fill_desk();
    let number = |desk: &Desk, kind, name| counters::read_number(&desk.connection, kind, name).unwrap();
    let numbers = |desk: &Desk| {
        [(counters::SECTION, "news"), (counters::SOURCE, "a"), (counters::ENTRY, "a")]
            .map(|(kind, name)| number(desk, kind, name))
    };
    assert_eq!(numbers(&desk), [4, 4, 4]);
    let mut again = piece("b", "2021-03-01", "Statement on education", "Another text.");
    again.0.placements[0].section = "other".into();
    desk.apply(&[again]);
    assert_eq!(numbers(&desk), [3, 4, 4], "it left for another section, and its entry is the same");
    assert_eq!(number(&desk, counters::SECTION, "other"), 1);
    let mut withdrawn = piece("c", "2021-05-01", "Ball boys wanted", "A match.");
    withdrawn.0.withdrawn = Some(Withdrawal { at: day("2021-06-01"), reason: String::new() });
    desk.apply(&[withdrawn]);
    assert_eq!(numbers(&desk), [2, 3, 4]);
    let (mut survivor, entry) = piece("a", "2021-01-05", "Réouverture des écoles", "Les élèves rentrent en classe.");
    let (other, other_entry) = piece("d", "2021-05-02", "حقوق الأطفال", "بيان حول كوفيد-١٩");
    survivor.members.extend(other.members);
    let entries = [entry, other_entry].map(incoming);
    desk.change(&Changeset {
        entries: entries.into(),
        pieces: vec![survivor],
        absorbed: vec![("d".into(), "a".into())],
        ..Changeset::default()
    });
    assert_eq!(numbers(&desk), [1, 2, 4]);
}

/// A work in three languages and one piece of its own.
fn fill_desk_with_versions() -> Desk {
    let version = |id: &str, date: &str, language: &str, title: &str| {
        let (mut piece, mut lead) = piece(id, date, title, "The same words of the right.");
        lead.entry.language = Language::parse(language);
        piece.facets.language = Language::parse(language);
        (Piece { work: "en".into(), ..piece }, lead)
    };
    let mut desk = desk();
    desk.apply(&[
        version("en", "2021-05-01", "en", "Open the schools"),
        version("fr", "2021-05-02", "fr", "Ouvrez les écoles"),
        version("ar", "2021-05-03", "ar", "افتحوا المدارس"),
        piece("b", "2021-05-02", "Another", "Words of its own."),
    ]);
    desk
}

fn per_work(languages: &[&str]) -> PerWork {
    PerWork { languages: languages.iter().map(|language| (*language).to_owned()).collect() }
}

#[test]
fn a_work_is_found_once_in_the_language_of_who_asks() {
    let desk = fill_desk_with_versions();
    let ask = |query: &str, languages: &[&str], order| {
        let asked = Search { per_work: Some(per_work(languages)), order, ..search(query) };
        let found = find(&desk.connection, &asked).unwrap();
        let ids: Vec<String> = found.pieces.into_iter().map(|view| view.piece.id.0).collect();
        assert_eq!(found.total, ids.len(), "{query} in {languages:?}");
        ids
    };
    for order in [Order::Date, Order::Relevance] {
        assert_eq!(ask("words", &["en"], order).iter().filter(|id| *id != "b").collect::<Vec<_>>(), ["en"]);
        assert_eq!(ask("words", &["fr", "en"], order).iter().filter(|id| *id != "b").collect::<Vec<_>>(), ["fr"]);
        assert_eq!(ask("words lang:ar", &["en"], order), ["ar"], "of those that are asked for");
    }
    assert_eq!(ask("", &["en"], Order::Date), ["b", "en"]);
    assert_eq!(ask("", &["de"], Order::Date), ["ar", "b"], "else the newest");
    assert_eq!(ask("after:2021-05-02 or topic:none", &["en"], Order::Date), ["ar", "b"]);
    let counts = |per_work| {
        let (counts, _) = facets(&desk.connection, &Search { per_work, ..search("") }).unwrap();
        let of_topic = counts.iter().find(|count| count.value == "covid-19").unwrap();
        of_topic.pieces
    };
    assert_eq!((counts(None), counts(Some(per_work(&["en"])))), (4, 2));
}

#[test]
fn a_section_shows_a_work_once() {
    let mut desk = fill_desk_with_versions();
    let list = |desk: &Desk, languages: &[&str], limit| {
        let selection = Selection {
            section: Some("news".into()),
            per_work: Some(per_work(languages)),
            limit,
            ..Selection::default()
        };
        let found = selections::pieces(&desk.connection, &selection).unwrap();
        (found.pieces.into_iter().map(|view| view.piece.id.0).collect::<Vec<_>>(), found.total)
    };
    assert_eq!(list(&desk, &["en"], 9), (vec!["b".to_owned(), "en".to_owned()], 2));
    assert_eq!(list(&desk, &["ar", "en"], 1), (vec!["ar".to_owned()], 2));
    assert_eq!(list(&desk, &[], 9), (vec!["ar".to_owned(), "b".to_owned()], 2));
    let since = |day: &str| {
        let since = Some(fixtures::midnight(day));
        let found = selections::newest(&desk.connection, &["news".into()], since, &per_work(&["en"]), 9).unwrap();
        (found[0].pieces.iter().map(|view| view.piece.id.0.clone()).collect::<Vec<_>>(), found[0].total)
    };
    assert_eq!(since("2021-05-03"), (vec!["ar".to_owned()], 1));
    assert_eq!(since("2021-05-01"), (vec!["b".to_owned(), "en".to_owned()], 2));
    // One version leaves: the work stays, and is counted once still.
    let (mut gone, lead) = piece("en", "2021-05-01", "Open the schools", "The same words of the right.");
    gone.work = "fr".into();
    gone.placements.clear();
    desk.apply(&[(gone, lead)]);
    assert_eq!(list(&desk, &["fr", "en"], 9).1, 2);
}
