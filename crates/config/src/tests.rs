//! What the policy file accepts, and what it says when something is wrong.

use super::*;
use plenary_model::event::EventStatus;
use plenary_model::source::{Republish, Standing, Trust};
use plenary_model::topic::GenreRole;

const TOPICS: &str = r#"
[[topic]]
id = "covid-19"
title = { en = "COVID-19" }
[topic.terms.en]
strong = ["covid-19"]
"#;

fn read_one(text: &str) -> Result<plenary_model::policy::Policy, Problems> {
    let include = |name: &str| match name {
        "topics.toml" => Ok(TOPICS.to_owned()),
        _ => Err(std::io::Error::from(std::io::ErrorKind::NotFound)),
    };
    read_text("feeds.toml", text, &include, read_shipped)
}

/// A file of the repository.
pub(crate) fn read_shipped(path: &str) -> std::io::Result<String> {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path))
}

const GOOD: &str = r#"
[network]
name = "Example Network"
address = "https://feeds.example.org/"
contact = "webmaster@example.org"
languages = ["en", "fr"]
include = ["topics.toml"]

[[source]]
id = "member"
name = "Member"
feed = "https://member.example.org/feed"
standing = "member"
schedule = "0 9 * * 1"

[[source]]
id = "paper"
name = "Paper"
feed = ["https://paper.example.org/a", "https://paper.example.org/b"]
standing = "media"

[[section]]
id = "covid"
title = { en = "COVID-19" }
where = "topic:covid-19 and standing:member"
"#;

#[test]
fn defaults_are_filled_in() {
    let policy = read_one(GOOD).unwrap();
    assert_eq!(policy.network.address, "https://feeds.example.org");
    assert_eq!((policy.polling.concurrency, policy.rules.announce_days), (16, 30));
    assert!(policy.rules.publish_reasons);
    assert!(!read_one(&format!("{GOOD}\n[policy]\nreasons = false\n")).unwrap().rules.publish_reasons);
    let [member, paper] = policy.sources.as_slice() else { panic!("{:?}", policy.sources) };
    assert_eq!((member.standing, member.trust, member.republish), (Standing::Member, Trust::Trusted, Republish::Full));
    assert_eq!(member.schedule.as_deref(), Some("0 0 9 * * MON"));
    assert_eq!((paper.trust, paper.republish, paper.feeds.len()), (Trust::Review, Republish::Excerpt, 2));
    assert_eq!((policy.sections[0].recent, policy.sections[0].front), (50, true));
    assert_eq!(policy.topics.len(), 1);
}

#[test]
fn a_default_is_what_its_help_says() {
    fn write<T: table::Keys>() -> String {
        let defaults = T::KEYS.iter().filter_map(|key| Some((key.name, key.default?)));
        defaults.map(|(name, show)| name.to_owned() + " = " + &show() + "\n").collect()
    }
    let event = "[[event]]\nid = \"e\"\ntitle = { en = \"E\" }\nfrom = 2021-05-17\n";
    let topic = "[[topic]]\nid = \"t\"\ntitle = { en = \"T\" }\nterms.en = { strong = [\"t\"] }\n";
    let source = "[[source]]\nid = \"s\"\nname = \"S\"\nfeed = \"https://s.example/f\"\nstanding = \"un\"\n";
    let silent = read_one(&format!("{GOOD}{event}{topic}{source}")).unwrap();
    let written = [
        write::<keys::SectionKeys>(),
        event.to_owned(),
        write::<keys::EventKeys>(),
        topic.to_owned(),
        write::<keys::TopicKeys>(),
        source.to_owned(),
        write::<keys::SourceKeys>(),
        "[polling]\n".to_owned(),
        write::<keys::PollingKeys>(),
        "[policy]\n".to_owned(),
        write::<keys::RulesKeys>(),
    ];
    let written = written.concat();
    assert_eq!(written.matches(" = ").count(), 13 + 22, "{written}");
    let read = read_one(&format!("{GOOD}{written}")).unwrap();
    assert_eq!(read, plenary_model::policy::Policy { version: read.version.clone(), ..silent });
}

#[test]
fn a_span_is_read_in_days() {
    let kept = |span: &str| {
        let text = GOOD.replace("[[section]]", &format!("[[section]]\nkeep = \"{span}\""));
        read_one(&text).unwrap().sections[0].limits.keep_days
    };
    for (span, days) in [("1 day", 1), ("90d", 90), ("2 weeks", 14), ("6 months", 180), ("2 years", 730)] {
        assert_eq!(kept(span), Some(days), "{span}");
    }
    assert_eq!(read_one(GOOD).unwrap().sections[0].limits.keep_days, None);
}

#[test]
fn standings_have_the_same_words_as_in_queries() {
    let words: Vec<(&str, Standing)> = Standing::ALL.map(|standing| (standing.as_str(), standing)).into();
    assert_eq!(<Standing as words::Word>::WORDS, words);
}

#[test]
fn the_version_follows_every_file() {
    let version = |text: &str| read_one(text).unwrap().version;
    assert_eq!(version(GOOD), version(GOOD));
    assert_ne!(version(GOOD), version(&format!("{GOOD}\n# a comment")));
}

/// (a line of the file, what replaces it, the place and the words of the problem)
const BROKEN: &[(&str, &str, &str, &str)] = &[
    ("standing = \"media\"", "standing = \"press\"", "20:12", "own, member, partner, un, media"),
    ("name = \"Paper\"", "nam = \"Paper\"", "18:1", "did you mean \"name\""),
    ("contact = \"webmaster@example.org\"", "contact = \"nobody\"", "5:11", "not an e-mail address"),
    ("schedule = \"0 9 * * 1\"", "schedule = \"soon\"", "14:12", "5 fields"),
    ("languages = [\"en\", \"fr\"]", "languages = [\"en\", \"french\"]", "6:20", "no language"),
    ("id = \"paper\"", "id = \"member\"", "17:6", "second time"),
    ("https://paper.example.org/b\"]", "https://www.member.example.org/feed/\"]", "19:40", "has this address already"),
    ("topic:covid-19 and", "topic:covid19 and", "25:16", "did you mean \"covid-19\""),
    ("standing:member\"", "standing:(member or\"", "25:48", "rule cannot be read"),
    ("include = [\"topics.toml\"]", "include = [\"none.toml\"]", "7:12", "cannot be read"),
    ("title = { en = \"COVID-19\" }\nwhere", "title = \"COVID-19\"\nwhere", "24:9", "by language"),
    ("[[section]]", "[[section]]\nrecent = 0", "23:10", "out of bounds"),
    ("[[section]]", "[[section]]\nkeep = \"two years\"", "23:8", "no span of days"),
    ("[[section]]", "[[section]]\nkeep = \"200 years\"", "23:8", "out of bounds"),
];

#[test]
fn each_problem_names_its_place_and_its_remedy() {
    for (from, to, place, words) in BROKEN {
        let text = GOOD.replace(from, to);
        assert_ne!(text, GOOD, "{from} is not in the sample");
        let said = read_one(&text).unwrap_err();
        let found =
            said.0.iter().any(|p| format!("{}:{}", p.line, p.column) == *place && p.to_string().contains(words));
        assert!(found, "{to}: wanted {words} at {place}, got\n{said}");
        assert!(said.0.iter().all(|p| !p.remedy.is_empty()), "{said}");
    }
}

#[test]
fn all_problems_come_at_once_and_in_order() {
    let text = GOOD
        .replace("contact = \"webmaster@example.org\"", "contact = \"nobody\"")
        .replace("standing = \"media\"", "standing = \"press\"")
        .replace("id = \"covid\"\n", "");
    let lines: Vec<usize> = read_one(&text).unwrap_err().0.iter().map(|p| p.line).collect();
    assert_eq!(lines, [5, 20, 22]);
}

#[test]
fn a_genres_rule_names_what_there_is_unless_it_is_built_in() {
    let genre = "\n[[genre]]\nid = \"letter\"\ntitle = { en = \"Letter\" }\nfavoured = \"topic:covid-19\"\n";
    let policy = read_one(&format!("{GOOD}{genre}")).unwrap();
    assert_eq!(policy.genres[0].favoured.as_deref(), Some("topic:covid-19"));
    let said = read_one(&format!("{GOOD}{}", genre.replace("covid-19", "covid-20"))).unwrap_err();
    assert!(said.to_string().contains("there is no topic \"covid-20\""), "{said}");
    let built_in = read_one(GOOD).unwrap();
    let rules: Vec<&str> = built_in.genres.iter().filter_map(|genre| genre.favoured.as_deref()).collect();
    assert!(rules.iter().any(|rule| rule.contains("topic:un-mechanisms")), "{rules:?}");
}

#[test]
fn a_genres_role_is_one_of_three_and_given_once() {
    let genres = "\n[[genre]]\nid = \"a\"\ntitle = { en = \"A\" }\nrole = \"release\"\n\
                  [[genre]]\nid = \"b\"\ntitle = { en = \"B\" }\nrole = \"news\"\n";
    let policy = read_one(&format!("{GOOD}{genres}")).unwrap();
    let roles: Vec<Option<GenreRole>> = policy.genres.iter().map(|genre| genre.role).collect();
    assert_eq!(roles, [Some(GenreRole::Release), Some(GenreRole::News)]);
    let said = read_one(&format!("{GOOD}{}", genres.replace("news", "release"))).unwrap_err().to_string();
    assert!(said.contains("the genre \"a\" has the role \"release\" already"), "{said}");
    let said = read_one(&format!("{GOOD}{}", genres.replace("news", "story"))).unwrap_err().to_string();
    assert!(said.contains("\"genre.role\""), "{said}");
    let built_in = read_one(GOOD).unwrap();
    for role in [GenreRole::Release, GenreRole::News, GenreRole::Other] {
        assert!(built_in.genres.iter().any(|genre| genre.role == Some(role)), "{role:?}");
    }
}

#[test]
fn broken_toml_is_named_with_its_line() {
    let said = read_one(&GOOD.replace("name = \"Member\"", "name = \"Member")).unwrap_err();
    assert_eq!(said.0.first().map(|p| p.line), Some(11), "{said}");
}

#[test]
fn a_missing_file_is_a_problem_with_a_remedy() {
    let said = read(std::path::Path::new("no-such-file.toml"), read_shipped).unwrap_err().to_string();
    assert!(said.contains("no-such-file.toml:1:1: cannot be read"), "{said}");
    assert!(said.contains("--config"), "{said}");
}

#[test]
fn events_have_days() {
    let event = "\n[[event]]\nid = \"crc-87\"\ntitle = { en = \"87th session\" }\nfrom = 2021-05-17\nto = 2021-06-04\n";
    let policy = read_one(&format!("{GOOD}{event}")).unwrap();
    assert_eq!(policy.events[0].to.to_string(), "2021-06-04");
    let said = read_one(&format!("{GOOD}{}", event.replace("2021-06-04", "2021-05-04"))).unwrap_err();
    assert!(said.to_string().contains("before the first"), "{said}");
    let said = read_one(&format!("{GOOD}{}", event.replace("2021-06-04", "\"2021-06-04\""))).unwrap_err();
    assert!(said.to_string().contains("without quotes"), "{said}");
}

#[test]
fn a_month_is_enough_and_tentative() {
    let event = "\n[[event]]\nid = \"crc-87\"\ntitle = { en = \"87th session\" }\nfrom = \"2020-06\"\n";
    let policy = read_one(&format!("{GOOD}{event}")).unwrap();
    let read = &policy.events[0];
    assert_eq!((read.from.to_string().as_str(), read.to.to_string().as_str()), ("2020-06-01", "2020-06-30"));
    assert_eq!(read.status, EventStatus::Tentative);
    let policy = read_one(&format!("{GOOD}{event}to = \"2020-07\"\nstatus = \"confirmed\"\n")).unwrap();
    assert_eq!(
        (policy.events[0].to.to_string().as_str(), policy.events[0].status),
        ("2020-07-31", EventStatus::Confirmed)
    );
    let said = read_one(&format!("{GOOD}{}", event.replace("2020-06", "2020-13"))).unwrap_err();
    assert!(said.to_string().contains("\"event.from\" is no month"), "{said}");
    let said = read_one(&format!("{GOOD}{event}to = 2020-05-01\n")).unwrap_err();
    assert!(said.to_string().contains("before the first"), "{said}");
}

#[test]
fn a_calendar_is_not_called_as_those_who_decide_are() {
    let calendar = "\n[[calendar]]\nid = \"office\"\nname = \"Office\"\nfeed = \"https://office.example/c.ics\"\n";
    let policy = read_one(&format!("{GOOD}{calendar}")).unwrap();
    assert_eq!(policy.calendars[0].feed, "https://office.example/c.ics");
    let said = read_one(&format!("{GOOD}{}", calendar.replace("\"office\"", "\"staff\""))).unwrap_err();
    assert!(said.to_string().contains("cannot be called \"staff\""), "{said}");
    let said = read_one(&format!("{GOOD}{calendar}{calendar}")).unwrap_err();
    assert!(said.to_string().contains("a second time"), "{said}");
}

#[test]
fn the_schema_knows_every_key() {
    let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
    let sources = &schema["properties"]["source"]["items"];
    assert_eq!(sources["required"], serde_json::json!(["id", "name", "feed", "standing"]));
    assert_eq!(sources["properties"]["standing"]["enum"][3], "un");
    assert_eq!(sources["additionalProperties"], false);
}

#[test]
fn limits_of_sections_and_learning_are_read() {
    let text = |more: &str| {
        format!(
            "[network]\nname = \"N\"\naddress = \"https://n.example\"\ncontact = \"a@n.example\"\nlanguages = [\"en\"]\n\
             [policy]\nlearned = \"publish\"\n[[section]]\nid = \"s\"\ntitle = {{ en = \"S\" }}\nwhere = \"topic:health\"\n{more}"
        )
    };
    let none = |_: &str| Err(std::io::ErrorKind::NotFound.into());
    let more = "languages = [\"en\", \"pt-BR\"]\nmax_age_days = 90\nper_source_per_day = 5\n";
    let policy = read_text("f", &text(more), &none, read_shipped).unwrap();
    assert_eq!(policy.rules.learned, plenary_model::learned::Learning::Publish);
    let limits = &policy.sections[0].limits;
    assert_eq!(
        (limits.languages.join(" "), limits.max_age_days, limits.per_source_per_day),
        ("en pt".into(), Some(90), Some(5))
    );
    let open = read_text("f", &text(""), &none, read_shipped).unwrap();
    assert_eq!(open.sections[0].limits, plenary_model::section::Limits::default());
    let problems = read_text("f", &text("per_source_per_day = 0\n"), &none, read_shipped).unwrap_err().to_string();
    assert!(problems.contains("f:12:"), "{problems}");
    assert!(problems.contains("from 1 to 1000"), "{problems}");
}

#[test]
fn an_accent_that_cannot_be_read_is_named_with_one_that_can() {
    let with = |keys: &str| GOOD.replace("contact =", &format!("{keys}\ncontact ="));
    let theme = read_one(&with("accent = \"#6a3d9a\"")).unwrap().network.theme;
    let accent = theme.accent.unwrap();
    assert_eq!(accent.day.to_string(), "#6a3d9a");
    assert!(accent.night.contrast_on(&accent.night.grounds_night()) >= 4.5, "derived");
    let problem = read_one(&with("accent = \"#8ecae6\"")).unwrap_err().to_string();
    assert!(problem.contains("can hardly be read on the light pages"), "{problem}");
    assert!(problem.contains("take a darker shade"), "{problem}");
    let problem = read_one(&with("accent = \"#6a3d9a\"\naccent_dark = \"#6a3d9a\"")).unwrap_err().to_string();
    assert!(problem.contains("on the dark pages"), "{problem}");
    assert!(problem.contains("take a lighter shade"), "{problem}");
    assert!(read_one(&with("accent = \"teal\"")).unwrap_err().to_string().contains("is no colour"));
    assert!(read_one(&with("logo = \"logo.svg\"")).unwrap_err().to_string().contains("the logo"));
    assert!(read_one(&with("logo = \"topics.toml\"")).unwrap_err().to_string().contains("is no SVG drawing"));
}
