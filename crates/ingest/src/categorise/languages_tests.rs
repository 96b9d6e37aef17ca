//! What the shipped policy makes of texts in the languages of the world, and of words that look like its own; all texts
//! are written for these tests.

use super::tests::{SHIPPED, facets};
use super::*;

/// The forty languages that most people speak, those of the regions that the network works in, and others.
const LANGUAGES: &str = "en zh hi es ar fr bn pt ru ur id de ja mr te tr ta vi tl ko fa ha sw jv it pa gu th kn am yo pl uk \
    my ml or uz sd ps ro nl ne si so km mg az zu xh ig rw om ti ku ckb ht kk mn lo be bg mk hr sr bs ms cs sk sl el sv nb \
    no nn da fi et lv lt hu sq ca gl eu he hy ka af cy ga su";

#[test]
fn the_policy_has_terms_in_the_languages_of_the_world() {
    let policy = super::shipped::policy(|_| {});
    let lacking: Vec<&str> = LANGUAGES.split_whitespace().filter(|tag| policy.lacks_terms(tag)).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
    for tag in ["fj", "wo", "qu", "la"] {
        assert!(policy.lacks_terms(tag), "{tag}");
    }
}

/// Of each language a headline about child rights in the pandemic.
const HEADLINES: [(&str, &str); 34] = [
    ("am", "የሕፃናት መብቶች በኮቪድ-19 ወቅት"),
    ("ar", "لأطفال غزة الحق في التعليم: أثر كوفيد-19 على حقوقهم"),
    ("bg", "Правата на детето по време на пандемията от COVID-19"),
    ("bn", "করোনা মহামারিতে শিশুদের অধিকার ও সুরক্ষা"),
    ("cs", "Práva dětí v době pandemie: děti a násilí doma"),
    ("da", "Børns rettigheder under pandemien må ikke glemmes i skolen"),
    ("el", "Τα δικαιώματα του παιδιού στην πανδημία"),
    ("fa", "حقوق کودکان در دوران همه‌گیری کرونا"),
    ("fi", "Lapsen oikeudet koronapandemian aikana ovat uhattuina"),
    ("ha", "Hakkin yara a lokacin annobar korona a makarantu"),
    ("he", "זכויות הילד בתקופת הקורונה"),
    ("hi", "कोविड महामारी के दौरान बच्चों के अधिकार"),
    ("hr", "Prava djeteta u pandemiji koronavirusa i zaštita djece"),
    ("hu", "Gyermekjogok a koronavírus-járvány idején"),
    ("id", "Hak anak di masa pandemi COVID-19"),
    ("ja", "コロナ禍における子どもの権利"),
    ("ko", "코로나19 시대의 아동권리 보장"),
    ("km", "សិទ្ធិកុមារក្នុងអំឡុងពេលកូវីដ-១៩"),
    ("my", "ကိုဗစ်ကာလ ကလေးသူငယ်အခွင့်အရေး"),
    ("ne", "कोभिड महामारीमा बालबालिकाको अधिकार"),
    ("nb", "Barns rettigheter under pandemien: barnekonvensjonen gjelder fortsatt"),
    ("pl", "Prawa dziecka w czasie pandemii"),
    ("ps", "د کرونا پر مهال د ماشومانو حقونه"),
    ("ro", "Drepturile copilului în timpul pandemiei"),
    ("so", "Xuquuqda carruurta xilliga covid-19 iyo dugsiyada la xidhay"),
    ("sr", "Права детета током пандемије корона вируса"),
    ("sv", "Barns rättigheter under pandemin: skolor stängs"),
    ("sw", "Haki za watoto wakati wa janga la corona"),
    ("ta", "கொரோனா காலத்தில் குழந்தைகளின் உரிமைகள்"),
    ("th", "สิทธิเด็กในช่วงโควิด-19"),
    ("tr", "Pandemi sürecinde çocuk hakları"),
    ("uk", "Права дитини під час пандемії коронавірусу"),
    ("ur", "کورونا وائرس کے دوران بچوں کے حقوق"),
    ("vi", "Quyền trẻ em trong đại dịch COVID-19"),
];

fn topics(tag: Option<&str>, title: &str, text: &str) -> Vec<String> {
    let language = tag.and_then(Language::parse);
    let entry = Entry { language, ..super::tests::entry(title, text) };
    let (facets, _) = super::tests::judge(&SHIPPED, &entry, super::tests::carrier("A Paper", Standing::Media));
    facets.topics.iter().map(|hit| hit.topic.to_string()).collect()
}

#[test]
fn the_filter_reads_headlines_of_many_languages() {
    for (tag, headline) in HEADLINES {
        let found = topics(Some(tag), headline, "");
        for topic in ["child-rights", "covid-19"] {
            assert!(found.iter().any(|known| known == topic), "{tag} {headline}: {found:?}");
        }
    }
}

#[test]
fn plain_words_name_the_kind_of_document() {
    for (tag, title, genre) in [
        ("tr", "Açık mektup: okulları açın", "open-letter"),
        ("pl", "List otwarty do ministra zdrowia", "open-letter"),
        ("el", "Δελτίο Τύπου για τα σχολεία", "press-release"),
        ("ko", "보도자료: 학교가 다시 문을 연다", "press-release"),
        ("uk", "Спільна заява щодо шкіл", "statement"),
        ("vi", "Hội thảo về trường học", "event"),
        ("bn", "খোলা চিঠি", "open-letter"),
        ("sv", "Pressmeddelande om skolan", "press-release"),
        ("zh", "公开信：请重开学校", "open-letter"),
    ] {
        let entry = Entry { language: Language::parse(tag), ..super::tests::entry(title, "") };
        let (found, _) = super::tests::judge(&SHIPPED, &entry, super::tests::carrier("A Charity", Standing::Partner));
        assert_eq!(found.genre.as_ref().map(ToString::to_string).as_deref(), Some(genre), "{title}");
    }
}

#[test]
fn words_that_look_alike_are_neither_child_rights_nor_covid() {
    for (tag, title, text) in [
        ("fr", "Les mineurs de charbon votent la grève", "Au fond de la mine, les mineurs attendent."),
        ("fr", "Sonate en sol mineur au théâtre", "Un rôle mineur pour le violon."),
        ("fr", "Accident mineur à la gare", "Des dégâts mineurs, aucun blessé."),
        ("fr", "Le prix du livre jeunesse au salon", "Le salon du livre jeunesse ouvre samedi."),
        ("es", "El Niño trae lluvias intensas al norte", "El fenómeno El Niño calienta el Pacífico."),
        ("es", "Sonata en la menor y ventas al por menor", "Menores precios en la tienda."),
        ("en", "Covidien recalls a stapler", "The maker Covidien sells staplers."),
        ("en", "Children's book festival opens in the old mill", "Authors read at the children's book festival."),
        ("de", "Kinderbuchpreis geht an einen Zeichner", "Der Preis der Kinderbuchmesse."),
        ("it", "Concerto in la minore", "Il pianista suona."),
    ] {
        let found = topics(Some(tag), title, text);
        assert!(!found.iter().any(|topic| topic == "child-rights" || topic == "covid-19"), "{title}: {found:?}");
    }
    // And what is meant stays.
    for (tag, title) in [
        ("fr", "Les mineurs non accompagnés privés de leurs droits"),
        ("es", "Los derechos del niño y de la niña en la escuela"),
        ("en", "Children's rights festival against child labour"),
    ] {
        assert!(topics(Some(tag), title, "").iter().any(|topic| topic == "child-rights"), "{title}");
    }
    assert!(facets("A Paper", Standing::Media, "COVID-19 closes schools", "").topics.len() > 1);
}

#[test]
fn one_word_of_several_languages_counts_once() {
    // In the terms of Bulgarian, Macedonian, Kazakh, Serbian and Ukrainian, as a likely one.
    let found = facets("A Paper", Standing::Media, "", "Карантин на складе для груза бананов и апельсинов из порта");
    assert!(!found.topics.iter().any(|hit| hit.topic.as_str() == "covid-19"), "{:?}", found.topics);
}
