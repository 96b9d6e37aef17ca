//! Each kind of reason has a text of its own in every language, with nothing left to fill in.

use super::*;
use crate::view::samples;
use plenary_model::language::{Heard, Language};
use plenary_model::learned::WeightedFeature;
use std::collections::BTreeSet;

/// What stands in the sentences: text of none of the languages.
const NAME: &str = "NAME";

fn reasons() -> Vec<Reason> {
    let name = || NAME.to_owned();
    let features = vec![WeightedFeature { name: name(), log_odds: 10 }];
    let model = OpinionReason::Features { belongs: true, probability: 90, threshold: 50, features };
    vec![
        Reason::Rule { condition: Condition::new(Field::Source, "a"), basis: None },
        Reason::SourceDefault { source: name() },
        Reason::Approved,
        Reason::Rejected,
        Reason::MovedHere,
        Reason::MovedTo { section: "news".into() },
        Reason::Added,
        Reason::Pinned,
        Reason::Quota { most: 3, source: name() },
        Reason::AnnouncedAgain { source: name() },
        Reason::Learned { why: model },
        Reason::Learned { why: OpinionReason::EarlierModel },
        Reason::ShownBefore,
        Reason::NoRuleAnyMore,
        Reason::Expired { days: 730 },
    ]
}

fn leads() -> [LeadReason; 9] {
    use LeadReason::{First, Fullest, Kept, Key, Only, Original, OthersBlocked, OthersTakeOver, Staff};
    [Staff, Kept, Only, OthersBlocked, Original, OthersTakeOver, First, Fullest, Key]
}

fn issuers() -> Vec<IssuerReason> {
    let name = || NAME.to_owned();
    vec![
        IssuerReason::Carrier { name: name() },
        IssuerReason::Feed { name: name() },
        IssuerReason::Host { name: name(), host: name() },
        IssuerReason::NamedFirst { name: name(), carrier: name() },
        IssuerReason::Byline { name: name(), byline: name() },
        IssuerReason::Speaks { name: name(), place: Place::Title },
        IssuerReason::Speaks { name: name(), place: Place::Text },
        IssuerReason::Says { name: name(), place: Place::Title, phrase: name() },
        IssuerReason::Says { name: name(), place: Place::Text, phrase: name() },
    ]
}

fn signs() -> Vec<Sign> {
    let name = || NAME.to_owned();
    let heard = Heard { heard: 3, readings: 4 };
    let declared = Language::parse("de").unwrap();
    let grounds = [
        None,
        Some(LanguageGround::Feed),
        Some(LanguageGround::Source),
        Some(LanguageGround::Detected(heard)),
        Some(LanguageGround::Overruled { declared, heard }),
    ];
    let mut signs: Vec<Sign> = grounds.into_iter().map(|ground| Sign::Language { ground }).collect();
    signs.extend([
        Sign::Rule { conditions: vec![Condition::new(Field::Topic, "health").negate()] },
        Sign::Usual { standing: Standing::Media },
        Sign::AllOfSource { source: name() },
        Sign::AllOfStanding { standing: Standing::Media },
        Sign::Carrier,
        Sign::CountryOf { source: name() },
    ]);
    signs
}

/// All that is told in one language.
fn tell_all(scene: &Scene<'_>) -> Vec<Phrase> {
    let rungs = [
        Rung::Staff,
        Rung::SameId,
        Rung::SameLink,
        Rung::SameText,
        Rung::NearText,
        Rung::PartOf,
        Rung::SameTitle,
        Rung::FiguresAndNames,
    ];
    let mut told: Vec<Phrase> = reasons().iter().map(|reason| tell_reason(scene, reason)).collect();
    told.extend(leads().iter().map(|reason| tell_lead(scene, reason)));
    told.extend(issuers().iter().map(|reason| tell_issuer(scene, reason)));
    told.extend(signs().iter().filter_map(|sign| tell_sign(scene, sign)));
    told.extend(rungs.into_iter().filter_map(|rung| tell_rung(scene, rung, NAME)));
    told
}

#[test]
fn every_reason_has_a_text_of_its_own_in_every_language() {
    let policy = samples::policy();
    let english = tell_all(&samples::scene(&policy, "en"));
    let different: BTreeSet<&str> = english.iter().map(|phrase| phrase.text.as_str()).collect();
    assert_eq!(different.len(), english.len(), "{english:#?}");
    for language in ["fr", "es", "ar"] {
        let told = tell_all(&samples::scene(&policy, language));
        for (theirs, ours) in told.iter().zip(&english) {
            assert_eq!(theirs.lang, language, "{}", theirs.text);
            assert!(!theirs.text.contains(['{', '}']), "{}", theirs.text);
            assert!(!theirs.text.is_empty(), "{}", ours.text);
        }
        let same: Vec<&str> =
            told.iter().zip(&english).filter(|(a, b)| a.text == b.text).map(|(a, _)| a.text.as_str()).collect();
        assert!(same.len() <= 1, "{language}: {same:?}");
        assert_eq!(
            told.iter().filter(|phrase| phrase.text.contains(NAME)).count(),
            english.iter().filter(|phrase| phrase.text.contains(NAME)).count(),
            "{language}"
        );
    }
}

#[test]
fn what_nobody_could_read_is_shown_as_english() {
    let policy = samples::policy();
    let scene = samples::scene(&policy, "fr");
    let text = || "because it was so".to_owned();
    for told in [
        tell_reason(&scene, &Reason::Note { text: text() }),
        tell_lead(&scene, &LeadReason::Note { text: text() }),
        tell_issuer(&scene, &IssuerReason::Note { text: text() }),
    ] {
        assert_eq!((told.text.as_str(), told.lang.as_str()), ("because it was so", "en"));
    }
}
