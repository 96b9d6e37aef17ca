//! What the reasons say today is what earlier versions kept: each is read back from its own sentence.

use super::*;
use plenary_model::evidence::{Evidence, IssuerReason, Place, Sign};
use plenary_model::language::{Heard, LanguageGround};
use plenary_model::learned::{OpinionReason, WeightedFeature};
use plenary_model::piece::Facets;
use plenary_model::query::{Condition, Field};
use plenary_model::reason::{Basis, Reason};
use plenary_model::sameness::{Bar, Join, Sameness, SecondSign, Telling, TitleOver};
use plenary_model::source::Standing;

fn words(term: &str, place: Place) -> Sign {
    Sign::Words { term: term.into(), place, offset: 0 }
}

#[test]
fn reasons_are_read_back_from_their_sentences() {
    let rule = |field, value: &str, basis| Reason::Rule { condition: Condition::new(field, value), basis };
    let not = Condition::new(Field::Standing, "media").negate();
    let features = OpinionReason::Features {
        belongs: true,
        probability: 87,
        threshold: 42,
        features: vec![
            WeightedFeature { name: "\"labour\"".into(), log_odds: 81 },
            WeightedFeature { name: "topic:health".into(), log_odds: -40 },
        ],
    };
    for told in [
        rule(Field::Topic, "covid-19", Some(Basis::Topic { points: 4.5, sign: words("covid 19", Place::Title) })),
        rule(
            Field::Topic,
            "health",
            Some(Basis::Topic { points: 3.0, sign: Sign::AllOfSource { source: "A".into() } }),
        ),
        rule(Field::Genre, "statement", Some(Basis::Genre { sign: words("calls on", Place::Text) })),
        rule(Field::Genre, "news-story", Some(Basis::Genre { sign: Sign::Usual { standing: Standing::Un } })),
        rule(
            Field::Issuer,
            "un",
            Some(Basis::Issuer { reason: IssuerReason::Host { name: "UN".into(), host: "un.org".into() } }),
        ),
        rule(Field::Organisation, "one, two", None),
        Reason::Rule { condition: not, basis: None },
        Reason::SourceDefault { source: "A, B and C".into() },
        Reason::Approved,
        Reason::Rejected,
        Reason::MovedHere,
        Reason::MovedTo { section: "news".into() },
        Reason::Added,
        Reason::Pinned,
        Reason::Quota { most: 3, source: "A".into() },
        Reason::Learned { why: features },
        Reason::Learned { why: OpinionReason::EarlierModel },
        Reason::ShownBefore,
        Reason::NoRuleAnyMore,
    ] {
        assert_eq!(reason(&told.to_string()), told, "{told}");
    }
    assert_eq!(reason("rejected by A. Editor"), Reason::Rejected, "early versions named who decided");
    assert_eq!(reason("a reason of yore"), Reason::Note { text: "a reason of yore".into() });
}

#[test]
fn grounds_of_sameness_are_read_back_from_their_sentences() {
    let overlap = |telling| Sameness::Overlap { matched: 90, shorter: 100, longest: 40, fidelity: 96, telling };
    let title = |over| Sameness::Title { words: 9, share: 100, over };
    let id = |second| Sameness::Id { id: "urn:a: b".into(), second };
    for told in [
        Sameness::Staff { on: "2021-06-01".parse().unwrap() },
        id(None),
        id(Some(SecondSign::Link { link: "a.org/x".into() })),
        id(Some(SecondSign::Title)),
        id(Some(SecondSign::Text)),
        id(Some(SecondSign::Words { share: 62 })),
        Sameness::Link { link: "a.org/x".into(), under_one_title: false },
        Sameness::Link { link: "a.org/x".into(), under_one_title: true },
        Sameness::Text { words: 120, within_a_day: false },
        Sameness::Text { words: 120, within_a_day: true },
        overlap(None),
        overlap(Some(Telling::Reworded)),
        overlap(Some(Telling::Retold { quoted: 17, opens_anew: true })),
        overlap(Some(Telling::Retold { quoted: 17, opens_anew: false })),
        title(TitleOver::OtherWord),
        title(TitleOver::WeekApart),
        title(TitleOver::TeaserOfTheDay),
        title(TitleOver::LittleInCommon),
        title(TitleOver::Teaser),
        title(TitleOver::InCommon { words: 45 }),
        title(TitleOver::OtherTexts),
        Sameness::TitleAndText {
            title: Box::new(title(TitleOver::OtherTexts)),
            text: Box::new(overlap(Some(Telling::Retold { quoted: 17, opens_anew: true }))),
        },
        Sameness::Barred { found: Box::new(overlap(Some(Telling::Reworded))), bar: Bar::UnlikeTexts },
        Sameness::Barred { found: Box::new(title(TitleOver::Teaser)), bar: Bar::OtherPieces },
        Sameness::FiguresAndNames,
    ] {
        let joined = Join { with: "0a1b".into(), found: told.clone() };
        assert_eq!(sameness(&told.to_string()), told, "{told}");
        assert_eq!(join(&joined.to_string()), Some(joined));
    }
    assert_eq!(join(""), None, "a founder joined nothing");
    assert_eq!(sameness("much"), Sameness::Note { text: "much".into() });
}

#[test]
fn facets_of_earlier_versions_are_read() {
    let name = || "A: B".to_owned();
    let kept = serde_json::json!({
        "topics": [{"topic": "covid-19", "score": 4.5, "why": [
            {"field": "title", "term": "covid 19", "points": 3.0, "offset": 2},
            {"field": "source", "term": "everything from A is about it", "points": 0.0, "offset": null},
            {"field": "rule", "term": "issuer:un and not has:deadline", "points": 3.0, "offset": null}]}],
        "genre": "statement",
        "genre_why": [{"field": "source", "term": "usual for un", "points": 0.0, "offset": null}],
        "issuer": "un",
        "issuer_why": "A: B: the text says \"statement by a b\"",
        "standings": [], "sources": [], "organisations": [], "countries": [],
        "language": "en", "deadline": null,
        "grounds": [
            {"facet": "issuer", "value": "un", "why": [{"field": "source", "term": "A: B: its page is on b.org", "points": 0.0, "offset": null}]},
            {"facet": "language", "value": "en", "why": [{"field": "text", "term": "not declared; heard in 3 of 4 readings of the text", "points": 0.0, "offset": null}]},
            {"facet": "organisation", "value": "A", "why": [{"field": "source", "term": "a source that carries it", "points": 0.0, "offset": null}]},
            {"facet": "country", "value": "CH", "why": [{"field": "source", "term": "the country of A", "points": 0.0, "offset": null}]},
            {"facet": "country", "value": "FR", "why": [{"field": "text", "term": "of yore", "points": 0.0, "offset": null}]}]
    });
    let read: Facets = serde_json::from_str(&facets(&kept.to_string())).unwrap();
    let signs: Vec<Sign> = read.topics[0].why.iter().map(|evidence| evidence.sign.clone()).collect();
    let issuer = Condition::new(Field::Issuer, "un");
    let deadline = Condition::new(Field::Has, "deadline").negate();
    assert_eq!(
        signs,
        [
            Sign::Words { term: "covid 19".into(), place: Place::Title, offset: 2 },
            Sign::AllOfSource { source: "A".into() },
            Sign::Rule { conditions: vec![issuer, deadline] },
        ]
    );
    assert_eq!(read.genre_why, [Evidence::from_sign(Sign::Usual { standing: Standing::Un })]);
    let says = IssuerReason::Says { name: name(), place: Place::Text, phrase: "statement by a b".into() };
    assert_eq!(read.issuer_why, Some(says));
    let grounds: Vec<Sign> = read.grounds.iter().map(|ground| ground.why[0].sign.clone()).collect();
    assert_eq!(
        grounds,
        [
            Sign::Issuer { reason: IssuerReason::Host { name: name(), host: "b.org".into() } },
            Sign::Language { ground: Some(LanguageGround::Detected(Heard { heard: 3, readings: 4 })) },
            Sign::Carrier,
            Sign::CountryOf { source: "A".into() },
            Sign::Note { text: "of yore".into(), place: Place::Text },
        ]
    );
}
