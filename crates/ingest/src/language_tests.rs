//! Which language texts are said to be in, and when nothing is said.

use super::*;

fn judge(title: &str, body: &str, inherited: Option<Language>) -> Verdict {
    LanguageSample::take(title, body).judge(inherited, None)
}

fn detect(title: &str, body: &str) -> Option<String> {
    match judge(title, body, None) {
        Verdict::Detected(language, _) => Some(language.to_string()),
        _ => None,
    }
}

const TEXTS: [(&str, &str); 6] = [
    ("en", "The Committee adopted its concluding observations and called on all States to protect children."),
    ("fr", "Le Comité a adopté ses observations finales et appelle tous les États à protéger les enfants."),
    ("es", "El Comité aprobó sus observaciones finales y pide a todos los Estados que protejan a la infancia."),
    ("ar", "اعتمدت اللجنة ملاحظاتها الختامية ودعت جميع الدول إلى حماية الأطفال من العنف في كل مكان وزمان"),
    ("zh", "委员会通过了结论性意见，并呼吁所有国家保护儿童免遭一切形式的暴力侵害"),
    ("ru", "Комитет принял заключительные замечания и призвал все государства защищать детей от насилия."),
];

#[test]
fn sentences_show_their_language() {
    for (language, text) in TEXTS {
        assert_eq!(detect("", &format!("<p>{text}</p>")).as_deref(), Some(language));
    }
}

#[test]
fn a_script_shows_what_few_words_do_not() {
    assert_eq!(detect("Четверо студентов университета Roma Tre", "").as_deref(), Some("ru"));
    assert_eq!(detect("Права дітей в Україні під час війни", ""), None);
    assert_eq!(detect("歷史學家David Crouch建議Stephen放棄現在的挑戰", "").as_deref(), Some("zh"));
    assert_eq!(detect("子どもの権利条約について考える会議", "").as_deref(), Some("ja"));
    assert_eq!(detect("UNICEF: حماية الأطفال في أوقات النزاع", "").as_deref(), Some("ar"));
}

#[test]
fn a_detected_language_is_as_sure_as_the_readings_that_hear_it() {
    let heard = |title: &str, likely: Option<&Language>| match LanguageSample::take(title, "").judge(None, likely) {
        Verdict::Detected(_, heard) => (heard.heard, heard.readings),
        other => panic!("{other:?}"),
    };
    let [(_, english), _, _, (_, arabic), ..] = TEXTS;
    assert_eq!(heard(english, None), (4, 4));
    assert_eq!(heard(english, Language::parse("en").as_ref()), (1, 1), "the feed's other entries are in it");
    assert_eq!(heard(arabic, None), (2, 2), "a detector and the script");
    let half = "Der Ausschuss ruft alle Staaten auf. Call on all States to protect all children from harm now.";
    assert_eq!(heard(half, None), (3, 4));
}

#[test]
fn short_titles_are_not_trusted() {
    assert_eq!(detect("Budget 2026", ""), None);
    assert_eq!(detect("Joint statement", "<p>PDF</p>"), None);
}

#[test]
fn few_words_show_their_language_where_every_reading_agrees() {
    let short = [
        ("en", "What should we tell the children?"),
        ("fr", "Que faut-il dire aux enfants ?"),
        ("es", "¿Qué debemos decir a los niños?"),
        ("pt", "O que devemos dizer às crianças?"),
    ];
    for (language, text) in short {
        assert!(letters(text) < LETTERS_MIN, "{text}");
        assert_eq!(detect("", text).as_deref(), Some(language), "{text}");
    }
    // Nor does a place with a date before them stand in the way.
    assert_eq!(detect("", "<p>YAOUNDE, 12 May 2021 – They did not ask the children.</p>").as_deref(), Some("en"));
    // Names that sound like a language to one of them.
    assert_eq!(detect("Maria Da Silva, Rio Grande do Sul", ""), None);
    assert_eq!(detect("UNICEF Data Portal 2021 Yemen Sana'a", ""), None);
}

#[test]
fn only_long_plain_texts_overrule_a_declaration() {
    let english = Language::parse("en-GB");
    let (_, french) = TEXTS[1];
    assert_eq!(judge("", french, english.clone()), Verdict::Declared(english.clone().unwrap()));
    let long = french.repeat(4);
    let Verdict::Overruled { found, .. } = judge("", &long, english.clone()) else { panic!("not overruled") };
    assert_eq!(found.as_str(), "fr");
    let (_, text) = TEXTS[0];
    assert_eq!(judge("", &text.repeat(4), english.clone()), Verdict::Declared(english.unwrap()));
}

#[test]
fn tags_that_name_no_language_are_none() {
    for bad in ["und", "mul", "zxx", "cn", "jp", "english", "xx-yy", "", "en_US.UTF-8"] {
        assert_eq!(read_declared(bad), None, "{bad}");
    }
    for (written, tag) in [("EN_gb", "en-gb"), ("fra", "fr"), ("zho-Hans", "zh-hans"), ("gsw", "gsw"), ("iw", "he")] {
        assert_eq!(read_declared(written).as_ref().map(Language::as_str), Some(tag));
    }
}

fn detect_two(parts: &[&str]) -> Option<(String, String)> {
    let body = format!("<p>{}</p>", parts.join("</p><p>"));
    LanguageSample::take("", &body).find_two().map(|(first, last)| (first.to_string(), last.to_string()))
}

#[test]
fn a_text_in_two_languages_is_noticed() {
    let [english, french, _, arabic, chinese, russian] = TEXTS.map(|(_, text)| [text, text].join(" "));
    assert_eq!(detect_two(&[&english, &french]), Some(("en".into(), "fr".into())));
    assert_eq!(detect_two(&[&arabic, &english]), Some(("ar".into(), "en".into())));
    assert_eq!(detect_two(&[&russian, &chinese.repeat(2)]), Some(("ru".into(), "zh".into())));
    let long = french.repeat(12);
    assert_eq!(detect_two(&[&long, &english]), Some(("fr".into(), "en".into())));
    assert_eq!(detect_two(&[&long, &french, &long]), None);
    // A name or a quotation makes no second language.
    assert_eq!(detect_two(&[&french, "Child Rights Connect"]), None);
    assert_eq!(detect_two(&[&french, "The post appeared first on Example."]), None);
    assert_eq!(detect_two(&["Oui.", "No."]), None);
}
