//! `check`: the shipped policy passes, a broken one is explained.

use crate::support::program::run;
use crate::support::repository;

#[test]
fn the_shipped_policy_has_no_problems() {
    let said = run(repository(), &["check", "feeds.toml"]).ended(0);
    assert!(said.out.contains("no problems"), "{}", said.out);
    let policy = plenary_config::read(&repository().join("feeds.toml"), plenary::built_in::text).unwrap();
    let slugs: Vec<&str> = policy.sections.iter().map(|section| section.id.as_str()).collect();
    assert_eq!(
        slugs,
        [
            "un-sessions",
            "calls-and-inputs",
            "child-human-rights-defenders",
            "news",
            "un-statements",
            "member-statements",
            "resources",
            "child-rights",
            "in-the-media"
        ]
    );
    for section in &policy.sections {
        for language in ["en", "fr", "es", "ar"] {
            assert!(section.title.0.contains_key(language), "{} has no title in {language}", section.id);
        }
    }
    assert!(policy.sources.iter().filter(|source| !source.enabled).all(|source| source.reason.is_some()));
}

#[test]
fn a_broken_copy_names_every_problem_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read_to_string(repository().join("feeds.toml")).unwrap();
    // Three lines are spoiled; included files are left out, so that the copy stands alone.
    let broken: String = whole
        .lines()
        .filter(|line| !line.starts_with("include"))
        .map(|line| match line {
            l if l.starts_with("contact") => "contact = \"nobody\"\n".to_owned(),
            l if l.starts_with("standing = \"own\"") => "standing = \"ours\"\n".to_owned(),
            l if l.starts_with("where = \"standing:own") => l.replace("standing:own", "standin:own") + "\n",
            l => format!("{l}\n"),
        })
        .collect();
    std::fs::write(folder.path().join("broken.toml"), &broken).unwrap();
    let said = run(folder.path(), &["check", "broken.toml", "--json"]).ended(1).json();
    let problems = said["problems"].as_array().unwrap();
    for (wrong, words) in [("nobody", "e-mail"), ("ours", "own, member"), ("standin:", "no field")] {
        let line = broken.lines().position(|line| line.contains(wrong)).unwrap() + 1;
        let found = problems.iter().find(|p| p["line"] == line && p.to_string().contains(words));
        let found = found.unwrap_or_else(|| panic!("line {line}, {words}: {said:#}"));
        assert!(found["column"].as_u64().unwrap() > 1);
        assert!(!found["remedy"].as_str().unwrap().is_empty());
    }
}

#[test]
fn the_schema_is_the_one_shipped() {
    let said = run(repository(), &["check", "--schema"]).ended(0);
    assert_eq!(said.out, std::fs::read_to_string(repository().join("feeds.schema.json")).unwrap());
}

#[test]
fn what_cannot_begin_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let said = run(folder.path(), &["poll"]).ended(2);
    assert!(said.err.contains("feeds.toml"), "{}", said.err);
    assert!(said.err.contains("--config"), "{}", said.err);
    run(folder.path(), &["poll", "--nonsense"]).ended(2);
    std::fs::write(folder.path().join("plenary.db"), "not a database, surely").unwrap();
    std::fs::copy(repository().join("demo/feeds.toml"), folder.path().join("x")).unwrap();
    let network = crate::support::network::Network::new(&[]);
    std::fs::write(network.folder().join("plenary.db"), "not a database, surely").unwrap();
    let said = network.run(&["poll"]).ended(2);
    assert!(said.err.contains("no database"), "{}", said.err);
    assert!(said.err.matches("plenary.db").count() == 1, "{}", said.err);
    assert_eq!(std::fs::read(network.folder().join("plenary.db")).unwrap(), b"not a database, surely");
}
