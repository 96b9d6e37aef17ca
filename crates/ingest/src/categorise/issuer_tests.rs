//! Whose text the shipped policy takes texts to be, written for these tests.

use crate::categorise::tests::{SHIPPED, carrier, entry, facets, judge};
use plenary_model::entry::{Entry, EntrySource, Person};
use plenary_model::evidence::IssuerReason;
use plenary_model::source::Standing;

#[test]
fn a_story_about_a_statement_is_the_papers_own_and_a_copy_is_not() {
    let issuer = |name, standing, title, text| facets(name, standing, title, text).issuer;
    assert_eq!(issuer("A Paper", Standing::Media, "UNICEF warns of hunger", "UNICEF said so."), Standing::Media);
    assert_eq!(issuer("A Paper", Standing::Media, "UNICEF statement on hunger", "Full text."), Standing::Un);
    assert_eq!(issuer("A Charity", Standing::Partner, "UNICEF warns of hunger", ""), Standing::Un);
    assert_eq!(issuer("A Charity", Standing::Partner, "Hunger", "Originally published by UNICEF."), Standing::Un);
    assert_eq!(issuer("A Charity", Standing::Partner, "We met UNICEF", "A visit to their office."), Standing::Partner);
    assert_eq!(issuer("A Paper", Standing::Media, "Full text: UNICEF's appeal on hunger", ""), Standing::Un);
    let wired = "Berlin (ots) - More children go hungry.";
    assert_eq!(issuer("A Paper", Standing::Media, "UNICEF warns of hunger", wired), Standing::Un);
    assert_eq!(issuer("EIN Presswire", Standing::Media, "UNICEF warns of hunger", ""), Standing::Un);
    assert_eq!(issuer("A Paper", Standing::Media, "A firm warns of hunger", wired), Standing::Media);
    let letter = "Letter to leaders: the full text signed by Save the Children";
    assert_eq!(issuer("A Paper", Standing::Media, letter, ""), Standing::Member);
    assert_eq!(issuer("A Charity", Standing::Partner, "A treaty signed by UNICEF", "We saw it."), Standing::Partner);
    let own = "Child Rights Connect";
    assert_eq!(issuer(own, Standing::Own, "Child Rights Connect welcomes UNICEF's plan", ""), Standing::Own);
    assert_eq!(issuer(own, Standing::Own, "Open letter from Save the Children", ""), Standing::Member);
}

#[test]
fn words_of_one_language_say_nothing_in_another() {
    let issuer = |title, text| facets("A Charity", Standing::Partner, title, text).issuer;
    let own = Standing::Partner;
    // Spanish "insta" and French "met" begin these words.
    let lead = "Water runs again in twelve schools of the town, and the pupils wash their hands before each meal.";
    assert_eq!(issuer("UNICEF installs taps in twelve schools", lead), own);
    assert_eq!(issuer("UNICEF metric tons of rice reach the port", lead), own);
    let spanish = "El agua vuelve a doce escuelas de la ciudad y los alumnos se lavan las manos antes de comer.";
    assert_eq!(issuer("UNICEF en la calle mayor de la ciudad", spanish), own);
    assert_eq!(issuer("UNICEF insta a los gobiernos a reabrir las escuelas", spanish), Standing::Un);
    let french = "L'eau est revenue dans douze écoles de la ville et les élèves se lavent les mains avant de manger.";
    assert_eq!(issuer("L'UNICEF et les métiers de demain", french), own);
    assert_eq!(issuer("L'UNICEF met en garde contre la fermeture des écoles", french), Standing::Un);
}

#[test]
fn what_a_relay_carries_is_its_authors_text() {
    let issuer = |name, title, text| facets(name, Standing::Media, title, text).issuer;
    let lead = "Twelve schools have water again.";
    assert_eq!(issuer("Mynewsdesk", "UNICEF installs taps in twelve schools", lead), Standing::Un);
    assert_eq!(
        issuer("Scoop News", "Water for schools", "Press Release: UNICEF. Twelve schools have water."),
        Standing::Un
    );
    assert_eq!(issuer("A Paper", "Water for schools", "Distributed by APO Group on behalf of UNICEF."), Standing::Un);
    assert_eq!(issuer("A Paper", "Water for schools", "The mayor spoke on behalf of UNICEF."), Standing::Media);
    assert_eq!(issuer("A Paper", "UNICEF installs taps in twelve schools", lead), Standing::Media);
    // The relay is nobody's author, whatever its own standing is.
    let page =
        Entry { link: Some("https://reliefweb.int/report/1".into()), ..entry("Water for schools", "Source: UNICEF") };
    let (found, _) = judge(&SHIPPED, &page, carrier("ReliefWeb, updates", Standing::Un));
    assert_eq!(found.organisations.first().map(String::as_str), Some("UNICEF"));
    let other =
        Entry { link: Some("https://reliefweb.int/report/2".into()), ..entry("Water", "Source: Save the Children") };
    let (found, _) = judge(&SHIPPED, &other, carrier("ReliefWeb, updates", Standing::Un));
    assert_eq!(found.issuer, Standing::Member);
}

#[test]
fn bylines_sources_and_pages_name_the_issuer() {
    let byline = Entry { authors: vec![Person { name: "UNICEF".into(), ..Person::default() }], ..entry("Hunger", "") };
    let (found, _) = judge(&SHIPPED, &byline, carrier("A Paper", Standing::Media));
    assert_eq!(found.issuer, Standing::Un);
    assert_eq!(found.organisations, ["UNICEF", "A Paper"]);
    let source = EntrySource { id: None, title: None, link: Some("https://www.unicef.org/feed".into()) };
    let (found, _) =
        judge(&SHIPPED, &Entry { source: Some(source), ..entry("Hunger", "") }, carrier("Planet", Standing::Partner));
    assert_eq!(found.issuer, Standing::Un);
    let page = Entry { link: Some("https://data.unicef.org/x".into()), ..entry("Hunger", "") };
    let (found, _) = judge(&SHIPPED, &page, carrier("Planet", Standing::Partner));
    assert_eq!(found.issuer, Standing::Un);
    let host = IssuerReason::Host { name: "UNICEF".into(), host: "data.unicef.org".into() };
    assert_eq!(found.issuer_why, Some(host));
}
