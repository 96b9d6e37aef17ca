//! Which dates are deadlines.

use super::*;
use plenary_model::language::Language;

fn deadline(language: &str, text: &str) -> Option<String> {
    let mut builder = Builder::default();
    add_leads(&mut builder);
    let words = FoldedText::from_fields(["", text, "", ""]);
    let occurrences = builder.build().find(&words, Language::parse(language).as_ref());
    let dated = DateTime::parse_from_rfc3339("2020-05-20T10:00:00Z").unwrap().to_utc();
    find_deadline(&occurrences, &words, dated).map(|found| found.at.format("%Y-%m-%d").to_string())
}

fn show_deadline(language: &str, text: &str) -> String {
    deadline(language, text).unwrap_or_else(|| "none".into())
}

#[test]
fn dates_after_a_deadline_in_four_languages() {
    for (language, text) in [
        ("en", "The new deadline for alternative reports is 1st November 2020."),
        ("en", "Closing date: November 1, 2020"),
        ("en", "Deadline 2020-11-01"),
        ("en", "Please send your inputs by 1 November."),
        ("fr", "Date limite de soumission : 1er novembre 2020"),
        ("fr", "Les contributions sont à envoyer avant le 1er novembre 2020."),
        ("es", "La fecha límite es el 1 de noviembre de 2020."),
        ("es", "Se pueden enviar aportes hasta el 1 de noviembre de 2020."),
        ("ar", "الموعد النهائي لتقديم الطلبات هو ١ نوفمبر ٢٠٢٠"),
        ("en", "Deadline for comments: 01/11/2020"),
        ("en", "Submissions are due by Sunday, 1 November 2020."),
        ("en", "The deadline was extended from 1 October to 1 November 2020."),
        ("fr", "Date limite de dépôt des candidatures : dimanche 1er novembre 2020 à minuit"),
        ("fr", "Le délai de soumission est prolongé du 1er octobre au 1er novembre 2020."),
        ("es", "Plazo de envío de aportes: 1 de noviembre"),
        ("es", "Se amplía el plazo: prorrogado al 1 de noviembre de 2020."),
        ("ar", "آخر موعد للتقديم ١ تشرين الثاني ٢٠٢٠"),
        ("ar", "يرجى إرسال المساهمات قبل 1 نوفمبر 2020"),
        ("en", "Deadline: 1 ноября 2020"),
        ("en", "Deadline: 1. November 2020, 1 novembre 2020"),
        ("es", "Tienen hasta el 1 de noviembre para mandar su dibujo."),
        ("fr", "Ils peuvent participer jusqu'au 1er novembre."),
        ("es", "El plazo se abre el 23 de octubre y finaliza el 1 de noviembre."),
        ("es", "El plazo de inscripción inicia el 5 de octubre y cierra el 1 de noviembre de 2020."),
    ] {
        assert_eq!(show_deadline(language, text), "2020-11-01", "{text}");
    }
}

#[test]
fn other_dates_are_no_deadlines() {
    for text in [
        "Schools stay closed until 1 November 2020.",
        "The session was held on 1 November 2020.",
        "The deadline was 1 November 2019.",
        "The deadline is 31 February 2021.",
        "The deadline has been extended.",
        "Deadline 99999999999999999999",
        "Please comment before 3 out of 10 children have left school.",
        "Deadline: 5 set texts",
    ] {
        assert_eq!(show_deadline("en", text), "none", "{text}");
    }
    assert_eq!(show_deadline("es", "El plazo se abre el 23 de octubre de 2020."), "none");
}

#[test]
fn a_date_without_a_year_is_the_next_one() {
    assert_eq!(show_deadline("en", "Deadline: 3 February"), "2021-02-03");
    assert_eq!(show_deadline("en", "Deadline: 20 May"), "2020-05-20");
}

#[test]
fn the_words_of_a_deadline_are_quoted_with_their_place() {
    let mut builder = Builder::default();
    add_leads(&mut builder);
    let words = FoldedText::from_fields(["", "We ask: the closing date is 1 November 2020.", "", ""]);
    let found =
        find_deadline(&builder.build().find(&words, None), &words, DateTime::UNIX_EPOCH + TimeDelta::days(18_000))
            .unwrap();
    let term = "closing date is 1 november 2020".to_owned();
    assert_eq!(found.why.sign, Sign::Words { term, place: Place::Text, offset: 3 });
}
