//! What the query language accepts, means and refuses.

use super::*;
use crate::reason::sentences;

struct Sample;

impl Subject for Sample {
    fn has(&self, field: Field, value: &str) -> bool {
        matches!(
            (field, value),
            (Field::Topic, "covid-19" | "child-rights") | (Field::Issuer, "un") | (Field::Genre, "press-release")
        )
    }

    fn contains(&self, words: &str) -> bool {
        "schools close again".contains(words)
    }
}

fn holds(text: &str) -> bool {
    Query::parse(text).unwrap().ask(&Sample).holds
}

#[test]
fn rules_hold_or_not() {
    assert!(holds("topic:covid-19 and topic:child-rights and issuer:un and genre:(statement or press-release)"));
    assert!(!holds("topic:covid-19 and not issuer:un"));
    assert!(holds("topic:health or topic:covid-19"));
    assert!(holds("(topic:health or topic:covid-19) issuer:un"));
    assert!(holds(""));
    assert!(holds("\"close again\" -open"));
    assert!(!holds("close open"));
}

#[test]
fn and_binds_tighter_than_or() {
    assert!(holds("topic:covid-19 or topic:health and issuer:media"));
    assert!(!holds("(topic:covid-19 or topic:health) and issuer:media"));
}

#[test]
fn says_why() {
    let verdict = Query::parse("topic:covid-19 and (genre:statement or genre:press-release)").unwrap().ask(&Sample);
    assert_eq!(sentences(&verdict.because), ["topic:covid-19", "genre:press-release"]);
    let verdict = Query::parse("topic:covid-19 and issuer:media").unwrap().ask(&Sample);
    assert_eq!((verdict.holds, sentences(&verdict.because)), (false, vec!["issuer:media".to_owned()]));
}

#[test]
fn errors_name_the_column() {
    for (text, column) in [
        ("topik:covid-19", 1),
        ("topic:covid-19 and (issuer:un", 20),
        ("topic:covid-19)", 15),
        ("topic: and issuer:un", 8),
        ("issuer:un and", 14),
        ("or issuer:un", 1),
        ("\"open", 1),
        ("genre:(statement press-release)", 18),
        ("before:soon", 8),
    ] {
        let outcome = Query::parse(text);
        assert_eq!(outcome.clone().map_err(|e| e.column), Err(column), "{text}: {outcome:?}");
    }
}

#[test]
fn a_rule_has_no_bare_words() {
    let error = Query::parse_rule("topic:covid-19 and children").unwrap_err();
    assert_eq!(error.column, 20);
    assert!(Query::parse_rule("").is_err());
}

#[test]
fn depth_is_bounded() {
    let deep = format!("{}topic:a{}", "(".repeat(500), ")".repeat(500));
    assert!(Query::parse(&deep).is_err());
}

#[test]
fn a_query_is_printed_as_it_can_be_read() {
    for (typed, printed) in [
        ("", ""),
        ("topic:covid-19   and  lang:FR", "topic:covid-19 language:fr"),
        ("a b or c", "((a b) or c)"),
        ("-(a or b) not \"or\" organisation:\"Save the Day\"", "-(a or b) -\"or\" organisation:\"save the day\""),
        ("“a: b” genre:(statement or event)", "\"a: b\" (genre:statement or genre:event)"),
    ] {
        let query = Query::parse(typed).unwrap();
        assert_eq!(query.to_string(), printed);
        assert_eq!(Query::parse(printed).unwrap().to_string(), printed, "{typed}");
    }
}

#[test]
fn conditions_are_added_once_and_taken_away() {
    let field = |value: &str| Node::Field { field: Field::Topic, value: value.into(), column: 0 };
    let query = Query::parse("a or b").unwrap().and(field("x")).and(field("x"));
    assert_eq!(query.to_string(), "(a or b) topic:x");
    assert_eq!(query.without(0).to_string(), "topic:x");
    assert_eq!(query.without(1).to_string(), "(a or b)");
    assert_eq!(Query::parse("").unwrap().and(field("x")).to_string(), "topic:x");
}
