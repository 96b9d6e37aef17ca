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
    assert_eq!(detect("Права дітей в Україні під час війни", "").as_deref(), Some("uk"));
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
    assert_eq!(heard(english, None), (3, 3));
    assert_eq!(heard(arabic, None), (3, 3));
    assert_eq!(heard("Τα παιδιά έχουν δικαιώματα", None), (1, 1), "the script alone");
    let half = "Der Ausschuss ruft alle auf. They call on all States to protect all children from harm now.";
    assert_eq!(heard(half, None), (2, 3));
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
        ("pt", "O que devemos dizer às crianças hoje em dia?"),
    ];
    for (language, text) in short {
        assert_eq!(detect("", text).as_deref(), Some(language), "{text}");
    }
    // Nor does a place with a date before them stand in the way.
    assert_eq!(detect("", "<p>YAOUNDE, 12 May 2021 – They did not ask the children.</p>").as_deref(), Some("en"));
    // Names are no sentence.
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

/// Short texts of our own, about 60 letters each.
const WORLD: [(&str, &str); 62] = [
    ("af", "Alle kinders het die reg om skool toe te gaan en veilig te wees."),
    ("am", "ሁሉም ልጆች የመማር እና በሰላም የመኖር መብት አላቸው።"),
    ("az", "Bütün uşaqların məktəbə getmək və təhlükəsiz yaşamaq hüququ var."),
    ("be", "Усе дзеці маюць права хадзіць у школу і жыць у бяспецы."),
    ("bg", "Всички деца имат право да ходят на училище и да живеят в безопасност."),
    ("bn", "সব শিশুর স্কুলে যাওয়ার এবং নিরাপদে থাকার অধিকার আছে।"),
    ("ca", "Tots els infants tenen dret a anar a l'escola i a viure segurs."),
    ("ckb", "هەموو منداڵان مافی ئەوەیان هەیە بچنە قوتابخانە و بە سەلامەتی بژین."),
    ("cs", "Všechny děti mají právo chodit do školy a žít v bezpečí."),
    ("cy", "Mae gan bob plentyn yr hawl i fynd i'r ysgol ac i fyw yn ddiogel."),
    ("da", "Alle børn har ret til at gå i skole og til at leve i sikkerhed, siger udvalget."),
    ("de", "Alle Kinder haben das Recht, zur Schule zu gehen und sicher zu leben."),
    ("el", "Όλα τα παιδιά έχουν δικαίωμα να πηγαίνουν στο σχολείο."),
    ("eo", "Ĉiuj infanoj rajtas iri al lernejo kaj vivi en sekureco."),
    ("et", "Kõigil lastel on õigus koolis käia ja turvaliselt elada."),
    ("eu", "Haur guztiek dute eskolara joateko eta seguru bizitzeko eskubidea."),
    ("fa", "همه کودکان حق دارند به مدرسه بروند و در امنیت زندگی کنند."),
    ("fi", "Kaikilla lapsilla on oikeus käydä koulua ja elää turvassa."),
    ("ga", "Tá sé de cheart ag gach páiste dul ar scoil agus maireachtáil go sábháilte."),
    ("gu", "બધા બાળકોને શાળાએ જવાનો અને સુરક્ષિત રહેવાનો અધિકાર છે."),
    ("ha", "Dukkan yara suna da hakkin zuwa makaranta da zama cikin aminci."),
    ("he", "לכל הילדים יש זכות ללכת לבית הספר ולחיות בביטחון."),
    ("hi", "सभी बच्चों को स्कूल जाने और सुरक्षित रहने का अधिकार है।"),
    ("ht", "Tout timoun gen dwa pou yo ale lekòl epi pou yo viv an sekirite."),
    ("hu", "Minden gyermeknek joga van iskolába járni és biztonságban élni."),
    ("hy", "Բոլոր երեխաներն ունեն դպրոց գնալու իրավունք։"),
    ("id", "Semua anak berhak bersekolah dan hidup dengan aman, kata komite itu, karena mereka adalah warga."),
    ("is", "Öll börn eiga rétt á að ganga í skóla og búa við öryggi."),
    ("it", "Tutti i bambini hanno il diritto di andare a scuola e di vivere sicuri."),
    ("ja", "すべての子どもには学校に行く権利があります。"),
    ("ka", "ყველა ბავშვს აქვს სკოლაში სიარულის უფლება."),
    ("kk", "Барлық балалардың мектепке баруға және қауіпсіз өмір сүруге құқығы бар."),
    ("km", "កុមារទាំងអស់មានសិទ្ធិទៅសាលារៀន។"),
    ("ko", "모든 어린이는 학교에 갈 권리가 있습니다."),
    ("lt", "Visi vaikai turi teisę lankyti mokyklą ir gyventi saugiai."),
    ("lv", "Visiem bērniem ir tiesības apmeklēt skolu un dzīvot drošībā."),
    ("mg", "Ny ankizy rehetra dia manan-jo handeha any an-tsekoly sy hiaina ao anatin'ny filaminana."),
    ("mk", "Сите деца имаат право да одат на училиште и да живеат безбедно."),
    ("mn", "Бүх хүүхэд сургуульд явах, аюулгүй амьдрах эрхтэй."),
    ("my", "ကလေးအားလုံးတွင် ကျောင်းတက်ခွင့် ရှိသည်။"),
    ("ne", "सबै बालबालिकालाई विद्यालय जाने र सुरक्षित रहने अधिकार छ।"),
    ("nl", "Alle kinderen hebben het recht om naar school te gaan en veilig te leven."),
    ("pa", "ਸਾਰੇ ਬੱਚਿਆਂ ਨੂੰ ਸਕੂਲ ਜਾਣ ਦਾ ਹੱਕ ਹੈ।"),
    ("pl", "Wszystkie dzieci mają prawo chodzić do szkoły i żyć bezpiecznie."),
    ("ps", "ټول ماشومان حق لري چې ښوونځي ته لاړ شي او په امن کې ژوند وکړي."),
    ("ro", "Toți copiii au dreptul să meargă la școală și să trăiască în siguranță."),
    ("rw", "Abana bose bafite uburenganzira bwo kujya ku ishuri no kubaho mu mutekano."),
    ("si", "සියලුම ළමයින්ට පාසල් යාමට අයිතියක් ඇත."),
    ("sk", "Všetky deti majú právo chodiť do školy a žiť v bezpečí, uviedol výbor."),
    ("sl", "Vsi otroci imajo pravico hoditi v šolo in živeti na varnem."),
    ("so", "Dhammaan carruurtu waxay xaq u leeyihiin inay dugsiga aadaan oo ay ammaan ku noolaadaan."),
    ("sq", "Të gjithë fëmijët kanë të drejtë të shkojnë në shkollë dhe të jetojnë të sigurt."),
    ("sr", "Сва деца имају право да иду у школу и да живе безбедно."),
    ("sv", "Alla barn har rätt att gå i skolan och att leva i trygghet."),
    ("sw", "Watoto wote wana haki ya kwenda shule na kuishi kwa usalama."),
    ("ta", "எல்லாக் குழந்தைகளுக்கும் பள்ளிக்குச் செல்லும் உரிமை உண்டு."),
    ("th", "เด็กทุกคนมีสิทธิไปโรงเรียนและใช้ชีวิตอย่างปลอดภัย"),
    ("ti", "ኩሎም ቆልዑ ቤት ትምህርቲ ናይ ምኻድ መሰል ኣለዎም።"),
    ("tl", "Ang lahat ng bata ay may karapatang pumasok sa paaralan at mamuhay nang ligtas."),
    ("tr", "Bütün çocukların okula gitme ve güvende yaşama hakkı vardır."),
    ("uk", "Усі діти мають право ходити до школи та жити в безпеці."),
    ("ur", "تمام بچوں کو سکول جانے اور محفوظ رہنے کا حق حاصل ہے۔"),
];

#[test]
fn sixty_letters_show_a_language_of_the_world() {
    let found: Vec<_> = WORLD.iter().map(|(language, text)| (*language, detect("", text))).collect();
    let wrong: Vec<_> = found.iter().filter(|(is, found)| found.as_deref().is_some_and(|found| found != *is)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let none: Vec<_> = found.iter().filter(|(_, found)| found.is_none()).collect();
    assert!(none.len() * 20 <= WORLD.len(), "{none:?}");
}

#[test]
fn a_right_declaration_is_never_overruled() {
    for (language, text) in WORLD {
        for text in [text.to_owned(), [text; 5].join(" ")] {
            let declared = Language::parse(language).unwrap();
            assert_eq!(judge("", &text, Some(declared.clone())), Verdict::Declared(declared), "{text}");
        }
    }
    // Languages that the identifier does not know.
    for (language, text) in [
        ("wo", "Xale yépp am nañu sañ-sañu dem ekool te dund ci jàmm ak kaaraange."),
        ("fj", "O ira kece na gone e tiko na nodra dodonu mera vuli ka bula vakavinaka."),
        ("ee", "Ðeviwo katã kpɔ gome be woade suku eye woanɔ dedie."),
        ("mi", "He mōtika tō ngā tamariki katoa ki te haere ki te kura me te noho haumaru."),
    ] {
        let declared = Language::parse(language).unwrap();
        assert_eq!(judge("", &[text; 5].join(" "), Some(declared.clone())), Verdict::Declared(declared), "{text}");
        assert_eq!(detect("", text), None, "{text}");
    }
}

#[test]
fn a_script_foreign_to_the_declaration_overrules() {
    let english = Language::parse("en-US").unwrap();
    for (language, text) in WORLD {
        let is_foreign = !text.contains(|c: char| c.is_ascii_alphabetic());
        let verdict = judge("", text, Some(english.clone()));
        match verdict {
            Verdict::Overruled { found, .. } => assert!(is_foreign && found.as_str() == language, "{text}"),
            // In doubt, it is at least not English.
            Verdict::Unknown => assert!(is_foreign, "{text}"),
            _ => assert!(!is_foreign, "{text}"),
        }
        let long = judge("", &[text; 5].join(" "), Some(english.clone()));
        assert!(matches!(long, Verdict::Overruled { ref found, .. } if found.as_str() == language), "{text}: {long:?}");
    }
    let short = judge("حقوق الطفل", "", Some(english.clone()));
    assert!(!matches!(short, Verdict::Declared(_)), "{short:?}");
    // A name in another script is no text in it, and any language can be spelt in Latin letters.
    let name = "The Committee heard a statement by the delegation of Иван Петров on schools.";
    assert_eq!(judge("", name, Some(english.clone())), Verdict::Declared(english));
    let hindi = Language::parse("hi").unwrap();
    let spelt = "Sabhi bachchon ko school jaane aur surakshit rehne ka adhikar hai, samiti ne kaha.";
    assert_eq!(judge("", spelt, Some(hindi.clone())), Verdict::Declared(hindi));
    // Serbian is written in two, and a tag may name a script of its own.
    for tag in ["sr", "sr-latn", "uz-cyrl"] {
        let declared = Language::parse(tag).unwrap();
        let text = "Сва деца имају право да иду у школу и да живе безбедно.";
        assert_eq!(judge("", text, Some(declared.clone())), Verdict::Declared(declared), "{tag}");
    }
}
