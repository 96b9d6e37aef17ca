//! What the shipped policy makes of texts written for these tests.

use super::shipped::policy;
use super::*;
use plenary_model::language::Language;
use plenary_model::query::Query;
use plenary_model::term::Term;
use proptest::prelude::*;
use std::sync::LazyLock;

pub(super) static SHIPPED: LazyLock<Categoriser> = LazyLock::new(|| Categoriser::new(policy(|_| {})));

/// An entry with this title and text.
pub(super) fn entry(title: &str, text: &str) -> Entry {
    Entry { title: title.into(), content: Some(text.into()), ..Entry::default() }
}

pub(super) fn carrier(name: &str, standing: Standing) -> Carrier {
    Carrier { source: "somebody".into(), name: name.into(), standing, countries: vec!["CH".into()] }
}

pub(super) fn judge(categoriser: &Categoriser, entry: &Entry, carrier: Carrier) -> (Facets, Vec<Suggestion>) {
    let carriers = [carrier];
    let dated = DateTime::parse_from_rfc3339("2023-05-20T10:00:00Z").unwrap().to_utc();
    let dated = entry.published.unwrap_or(dated);
    let case = Case {
        entry,
        carriers: &carriers,
        dated,
        has_copies: false,
        has_versions: false,
        age: chrono::TimeDelta::zero(),
    };
    let facets = categoriser.facets(&case);
    let sections = categoriser.sections(&case, &facets);
    (facets, sections)
}

pub(super) fn facets(name: &str, standing: Standing, title: &str, text: &str) -> Facets {
    judge(&SHIPPED, &entry(title, text), carrier(name, standing)).0
}

/// The primary section.
fn section(name: &str, standing: Standing, title: &str, text: &str) -> String {
    let (_, sections) = judge(&SHIPPED, &entry(title, text), carrier(name, standing));
    sections.first().map_or_else(|| "none".into(), |suggestion| suggestion.section.to_string())
}

fn has(facets: &Facets, topic: &str) -> bool {
    facets.topics.iter().any(|hit| hit.topic.as_str() == topic)
}

fn is_about_covid_and_children(facets: &Facets) -> bool {
    has(facets, "covid-19") && has(facets, "child-rights")
}

#[test]
fn the_shipped_policy_has_the_topics_and_genres_of_the_design() {
    let policy = policy(|_| {});
    let topics: Vec<&str> = policy.topics.iter().map(|topic| topic.id.as_str()).collect();
    for slug in
        "covid-19 child-rights violence-protection education health participation justice migration environment \
                 business poverty-budget digital equality-discrimination family-care humanitarian un-mechanisms"
            .split_whitespace()
    {
        assert!(topics.contains(&slug), "{slug}");
    }
    let mut genres: Vec<&str> = policy.genres.iter().map(|genre| genre.id.as_str()).collect();
    genres.sort_unstable();
    let mut expected: Vec<&str> = "statement press-release open-letter call-for-input guidance research-report event \
                                   session-notice publication child-friendly news-story other"
        .split_whitespace()
        .collect();
    expected.sort_unstable();
    assert_eq!(genres, expected);
    let languages = |terms: Vec<&String>| terms.into_iter().cloned().collect::<Vec<_>>();
    let topics =
        policy.topics.iter().map(|topic| (topic.id.as_str(), &topic.title, languages(topic.terms.keys().collect())));
    let genres =
        policy.genres.iter().map(|genre| (genre.id.as_str(), &genre.title, languages(genre.terms.keys().collect())));
    for (id, title, terms) in topics.chain(genres) {
        for language in ["en", "fr", "es", "ar"] {
            assert!(title.0.contains_key(language), "title of {id} in {language}");
            assert!(id == "other" || terms.iter().any(|known| known == language), "terms of {id} in {language}");
        }
    }
    for topic in policy.topics.iter().take(2) {
        for language in ["pt", "de", "it", "ru", "sw"] {
            assert!(topic.terms.contains_key(language), "terms of {} in {language}", topic.id);
        }
    }
}

#[test]
fn every_shipped_term_can_be_read() {
    let policy = policy(|_| {});
    let of_topics = policy.topics.iter().flat_map(|topic| topic.terms.values());
    let of_topics = of_topics.flat_map(|terms| [&terms.strong, &terms.likely, &terms.hint, &terms.never]);
    let of_genres = policy.genres.iter().flat_map(|genre| genre.terms.values());
    let of_genres = of_genres.flat_map(|terms| [&terms.title, &terms.text]);
    for term in of_topics.chain(of_genres).flatten() {
        assert!(Term::parse(term).is_ok(), "{term}");
    }
    let also = policy.topics.iter().filter_map(|topic| topic.also.as_deref());
    for rule in also.chain(policy.genres.iter().filter_map(|genre| genre.favoured.as_deref())) {
        assert!(Query::parse_rule(rule).is_ok(), "{rule}");
    }
}

#[test]
fn topics_come_with_their_evidence() {
    let found =
        facets("A Paper", Standing::Media, "Lessons lost", "<p>After the lockdown, <b>school closures</b> hurt.</p>");
    let education = found.topics.iter().find(|hit| hit.topic.as_str() == "education").unwrap();
    let why = education.why.iter().find(|why| why.sign.to_string() == "school closures").unwrap();
    assert_eq!((why.sign.place(), why.points, why.sign.offset()), (Place::Text, 3.0, Some(3)));
}

#[test]
fn covid_and_children_are_found_in_every_language_of_the_policy() {
    for (language, title, text) in [
        ("en", "Coronavirus leaves girls at risk", "Shelters for children are full."),
        ("fr", "Covid-19 : les enfants plus exposés aux violences", "Les écoles restent fermées."),
        ("es", "La pandemia agrava el hambre de niñas y niños", "Piden proteger sus derechos."),
        ("ar", "كورونا يهدد حقوق الأطفال", "تدعو المنظمة إلى حماية الأطفال من العنف"),
        ("pt", "Pandemia deixa crianças em risco", "Escolas fechadas"),
        ("de", "Corona: Kinder leiden unter Armut", "Die Schulen bleiben zu."),
        ("it", "Covid, i bambini più vulnerabili", "Scuole chiuse"),
        ("ru", "Пандемия и права детей", "Дети страдают от насилия"),
        ("sw", "Corona: haki za watoto hatarini", "Shule zimefungwa"),
    ] {
        let entry = Entry { language: Language::parse(language), ..entry(title, text) };
        let (found, _) = judge(&SHIPPED, &entry, carrier("A Paper", Standing::Media));
        assert!(is_about_covid_and_children(&found), "{title}: {:?}", found.topics);
    }
}

#[test]
fn words_for_children_alone_are_no_child_rights() {
    for (title, text) in [
        ("Manager sorry after shouting at ball boy", "The ball boy had thrown the ball back late."),
        ("Backstreet Boys announce tour", "The boys are back."),
        ("Kids and dogs enjoy the first snow", "Children built snowmen in the park."),
        ("Covid clinic patient: I miss running with my kids", "She caught coronavirus in spring."),
        ("Retailers fear a third lockdown", "Covid rules may close shops again, a father of two children said."),
    ] {
        assert!(!is_about_covid_and_children(&facets("A Paper", Standing::Media, title, text)), "{title}");
    }
}

#[test]
fn what_is_mentioned_far_down_is_not_what_a_text_is_about() {
    let filler = "The council debated roads and bridges at length. ".repeat(20);
    let late = facets("A Paper", Standing::Media, "Roads", &format!("{filler} The bridge closed during covid."));
    assert!(!has(&late, "covid-19"));
    let early = facets("A Paper", Standing::Media, "Roads", &format!("The bridge closed during covid. {filler}"));
    assert!(has(&early, "covid-19"));
}

#[test]
fn a_never_with_nearness_takes_out_both_its_sides() {
    let passing = "The owner of the kiln, wearing a face mask as Covid rules ask, said nothing.";
    assert!(!has(&facets("A Paper", Standing::Media, "Boys freed", passing), "covid-19"));
    assert!(has(
        &facets("A Paper", Standing::Media, "Boys freed", &format!("{passing} Covid had made him.")),
        "covid-19"
    ));
}

#[test]
fn one_repeated_hint_proves_nothing() {
    let found = facets("A Paper", Standing::Media, "Children", &"Children. ".repeat(60));
    assert!(!has(&found, "child-rights"), "{:?}", found.topics);
}

#[test]
fn many_hints_prove_nothing() {
    let text = "Families and parents met a teacher at school; students and pupils sang.";
    let found = facets("A Paper", Standing::Media, "A concert", text);
    assert!(!has(&found, "child-rights"), "{:?}", found.topics);
}

#[test]
fn a_tag_that_names_no_language_is_no_language() {
    let entry = Entry { language: Language::parse("und"), ..entry("Pandemia", "Los derechos de la infancia") };
    let (found, _) = judge(&SHIPPED, &entry, carrier("A Paper", Standing::Media));
    assert!(is_about_covid_and_children(&found));
    assert_ne!(found.language, entry.language);
}

#[test]
fn the_ground_for_a_language_says_who_named_it() {
    use plenary_model::language::{Heard, LanguageGround};
    let ground = |language: &str, ground| {
        let language = Language::parse(language);
        let text = "The Committee adopted its concluding observations and called on all States to act.";
        let entry = Entry { language, language_ground: ground, ..entry("A title", text) };
        let (found, _) = judge(&SHIPPED, &entry, carrier("A Paper", Standing::Media));
        let ground = found.grounds.into_iter().find(|ground| ground.facet == GroundOf::Language).unwrap();
        format!("{} {}: {}", ground.value, ground.why[0].sign.place(), ground.why[0].sign)
    };
    assert_eq!(ground("en", Some(LanguageGround::Feed)), "en feed: declared by the feed");
    let heard = Heard { heard: 3, readings: 4 };
    let detected = "en text: not declared; heard in 3 of 4 readings of the text";
    assert_eq!(ground("en", Some(LanguageGround::Detected(heard))), detected);
    assert_eq!(ground("eng", None), "en entry: given with the entry");
    // What is no language's code is not taken for one.
    assert_eq!(ground("cn", None), "en text: not declared; heard in 3 of 3 readings of the text");
}

#[test]
fn sources_give_their_topics_and_members_share_theirs() {
    let title = "Annual accounts published";
    let mut ecpat = carrier("ECPAT International", Standing::Member);
    ecpat.source = "ecpat".into();
    let (found, _) = judge(&SHIPPED, &entry(title, ""), ecpat);
    let hit = found.topics.iter().find(|hit| hit.topic.as_str() == "child-rights").unwrap();
    assert_eq!(hit.why.last().unwrap().sign.place(), Place::Source);
    assert!(has(&facets("A new member", Standing::Member, title, ""), "child-rights"));
    assert!(!has(&facets("A partner", Standing::Partner, title, ""), "child-rights"));
}

#[test]
fn pieces_go_where_they_belong() {
    use Standing::{Media, Member, Own, Partner, Un};
    for (expected, name, standing, title, text) in [
        ("un-sessions", "OHCHR", Un, "Treaty bodies: summer sessions postponed", "New dates will follow."),
        (
            "un-sessions",
            "A Charity",
            Partner,
            "91st session of the Committee on the Rights of the Child moved online",
            "",
        ),
        ("calls-and-inputs", "OHCHR", Un, "Call for inputs: children's rights in cities", "Deadline 3 June 2023"),
        (
            "child-human-rights-defenders",
            "A Charity",
            Partner,
            "Meet our child human rights defenders",
            "They spoke up.",
        ),
        ("news", "Child Rights Connect", Own, "Our General Assembly", "We met in Geneva on Covid-19 and children."),
        ("un-statements", "UNICEF", Un, "COVID-19: UNICEF calls for schools to reopen", "Children suffer."),
        ("un-statements", "A Charity", Partner, "UNICEF warns that Covid-19 harms children", ""),
        (
            "member-statements",
            "Eurochild",
            Member,
            "Joint statement: children in the pandemic",
            "We urge governments to act.",
        ),
        ("resources", "A Charity", Partner, "Guidance: child protection during COVID-19", "This guidance helps."),
        ("resources", "UNICEF", Un, "Toolkit on children's mental health in the pandemic", ""),
        ("child-rights", "A Paper", Media, "Child labour on cocoa farms", "Children work instead of going to school."),
        ("in-the-media", "A Paper", Media, "Covid closes schools: girls at risk of marriage", ""),
        ("un-sessions", "A Paper", Media, "Human Rights Council suspends its annual session", ""),
        ("none", "A Paper", Media, "Parliament suspends its annual session", ""),
        ("in-the-media", "A Paper", Media, "Covid surge raises number of hospitalized kids", ""),
        ("resources", "WHO", Un, "Checklist to support schools re-opening after COVID-19", ""),
        ("none", "A Paper", Media, "Spectacular northern lights", "Photographs from the coast."),
        ("none", "A Paper", Media, "Covid vaccine approved", "The regulator gave its consent."),
    ] {
        assert_eq!(section(name, standing, title, text), expected, "{title}");
    }
}

#[test]
fn in_the_pandemic_guidance_on_children_counts_unnamed() {
    let by = |standing, date: &str| {
        let published = Some(DateTime::parse_from_rfc3339(date).unwrap().to_utc());
        let entry = Entry { published, ..entry("Guidance on child protection hotlines", "") };
        judge(&SHIPPED, &entry, carrier("A Charity", standing))
    };
    let guidance = |date| by(Standing::Partner, date);
    let (found, sections) = guidance("2020-06-01T00:00:00Z");
    let hit = found.topics.iter().find(|hit| hit.topic.as_str() == "covid-19").unwrap();
    assert_eq!(hit.why[0].sign.place(), Place::Rule);
    assert_eq!(sections[0].section.as_str(), "resources");
    for before_or_after in ["2019-12-31T00:00:00Z", "2020-02-07T00:00:00Z", "2023-06-01T00:00:00Z"] {
        assert!(!has(&guidance(before_or_after).0, "covid-19"), "{before_or_after}");
    }
    // Of the first of January only the year is known.
    assert!(has(&guidance("2020-01-01T00:00:00Z").0, "covid-19"));
    assert!(!has(&by(Standing::Own, "2020-06-01T00:00:00Z").0, "covid-19"));
}

#[test]
fn one_primary_section_and_the_ones_alongside() {
    let categoriser = Categoriser::new(policy(|policy| {
        for section in &mut policy.sections {
            section.alongside = section.id.as_str() == "in-the-media";
        }
    }));
    let piece = entry("COVID-19: UNICEF calls for schools to reopen", "Children suffer.");
    let (_, sections) = judge(&categoriser, &piece, carrier("UNICEF", Standing::Un));
    let found: Vec<(&str, bool)> = sections.iter().map(|s| (s.section.as_str(), s.primary)).collect();
    assert_eq!(found, [("un-statements", true), ("in-the-media", false)]);
    assert!(sections[0].score > 3.0);
    assert!(sections[0].why.iter().any(|why| why.to_string().starts_with("topic:covid-19, ")), "{:?}", sections[0].why);
}

#[test]
fn a_source_has_a_section_for_what_no_rule_places() {
    let categoriser = Categoriser::new(policy(|policy| {
        policy.sources[0].section = Some("child-rights".into());
    }));
    let first = categoriser.policy.sources[0].clone();
    let carrier = Carrier { source: first.id, name: first.name, standing: Standing::Media, countries: Vec::new() };
    let (_, sections) = judge(&categoriser, &entry("Northern lights", ""), carrier);
    assert_eq!((sections[0].section.as_str(), sections[0].primary), ("child-rights", true));
}

#[test]
fn rules_can_ask_for_every_field() {
    let rule = "language:pt and language:pt-br and country:ch and organisation:unicef and has:deadline and has:copy \
                and not has:translation and source:somebody and standing:un and before:2023-06 and after:2023-05-20 \
                and not section:news";
    let categoriser = Categoriser::new(policy(|policy| {
        policy.sections.truncate(1);
        policy.sections[0].rule = Query::parse_rule(rule).unwrap();
    }));
    let language = Language::parse("pt-br");
    let entry = Entry { language, ..entry("Title", "Deadline: 3 June 2023") };
    let carriers = [carrier("United Nations Children's Fund", Standing::Un)];
    let dated = DateTime::parse_from_rfc3339("2023-05-20T10:00:00Z").unwrap().to_utc();
    let case = Case {
        entry: &entry,
        carriers: &carriers,
        dated,
        has_copies: true,
        has_versions: false,
        age: chrono::TimeDelta::zero(),
    };
    let facets = categoriser.facets(&case);
    assert_eq!(categoriser.sections(&case, &facets).len(), 1);
    let later = Case { dated: dated + chrono::TimeDelta::days(60), ..case };
    assert_eq!(categoriser.sections(&later, &facets).len(), 0);
}

proptest! {
    #[test]
    fn no_text_is_too_odd(title in "\\PC{0,40}", text in "\\PC{0,400}", tail in "[\\x00-\\u{7ff}<>&;أ-ي ]{0,80}") {
        let (found, _) = judge(&SHIPPED, &entry(&title, &format!("{text}{tail}")), carrier("A Paper", Standing::Media));
        for hit in &found.topics {
            let sum: f64 = hit.why.iter().map(|why| why.points).sum();
            prop_assert!((hit.score - sum).abs() < 1e-9, "points do not add up: {hit:?}");
        }
    }
}
