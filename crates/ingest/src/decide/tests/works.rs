//! Works and their versions.

use super::shelf::{Shelf, incoming, text, with};
use plenary_model::change::{Changeset, DoubtKind, Incoming};
use plenary_model::decision::Action;
use plenary_model::language::Language;
use plenary_model::link::Link;

fn version(source: &str, language: &str, other: &str, n: usize) -> Incoming {
    with(incoming(source, language, "First", n, 0), |entry| {
        entry.language = Language::parse(language);
        entry.links.push(Link {
            href: format!("https://{source}.example.org/{other}"),
            rel: "alternate".into(),
            media_type: None,
            hreflang: Some(other.into()),
            title: None,
        });
    })
}

#[test]
fn declared_translations_share_a_work_and_not_a_piece() {
    let mut shelf = Shelf::new();
    let (en, fr) = (version("one", "en", "fr", 1), version("one", "fr", "en", 2));
    shelf.poll(0, vec![en.clone()]);
    shelf.poll(1, vec![fr.clone()]);
    assert_ne!(shelf.piece(&en).id, shelf.piece(&fr).id);
    assert_eq!((&shelf.piece(&en).work, &shelf.piece(&fr).work), (&shelf.piece(&en).id, &shelf.piece(&en).id));
    assert_eq!(shelf.settle(2), Changeset::default());
}

#[test]
fn staff_make_and_unmake_versions() {
    let mut shelf = Shelf::new();
    let (a, b) = (incoming("one", "a", "First", 1, 0), incoming("two", "b", "Premier", 2, 1));
    shelf.poll(1, vec![a.clone(), b.clone()]);
    let decision = shelf.decide(2, &b, Action::Version { other: a.stored.key.clone() });
    assert_eq!(shelf.piece(&a).work, shelf.piece(&b).work);
    // A version that is not at hand is not taken back.
    shelf.poll(3, vec![with(b.clone(), |entry| entry.content = Some(text(5)))]);
    assert_eq!(shelf.piece(&b).work, shelf.piece(&a).id);
    shelf.undo(4, decision);
    assert_ne!(shelf.piece(&a).work, shelf.piece(&b).work);
}

/// Two Spanish notes keep the figures and names of the English one: which is its translation is for staff
/// to say.
#[test]
fn a_translation_with_a_rival_is_a_doubt() {
    let told = |id: &str, language: &str, content: String| {
        with(incoming("one", id, id, 1, 0), |entry| {
            entry.language = Language::parse(language);
            entry.content = Some(content);
        })
    };
    let english = told(
        "en",
        "en",
        "The review met Amara Diallo and Ken Watanabe in Freetown. It found 1,450 classrooms closed and 320 teachers \
         without pay, and asked the ministry to act."
            .into(),
    );
    let spanish = |id: &str, verb: &str| {
        let content = format!(
            "La misión {verb} con Amara Diallo y Ken Watanabe en Freetown. Halló 1 450 aulas cerradas y 320 maestros sin \
             sueldo, y pidió al ministerio que actuara."
        );
        told(id, "es", content)
    };
    let mut shelf = Shelf::new();
    let change =
        shelf.poll(0, vec![english.clone(), spanish("es-1", "se reunió"), spanish("es-2", "habló largamente")]);
    let kinds: Vec<DoubtKind> = change.doubts.iter().map(|doubt| doubt.kind).collect();
    assert!(kinds.contains(&DoubtKind::PossibleTranslation), "{:?}", change.doubts);
    assert_eq!(shelf.piece(&english).work, shelf.piece(&english).id);
}
