//! Which kind of document the shipped policy takes a text for.

use crate::categorise::Categoriser;
use crate::categorise::shipped::policy;
use crate::categorise::tests::{SHIPPED, carrier, entry, facets, judge};
use plenary_model::entry::Entry;
use plenary_model::language::Language;
use plenary_model::source::Standing;
use plenary_model::topic::GenreRole;

#[test]
fn genres_and_their_usual_ones() {
    for (expected, standing, title, text) in [
        ("statement", Standing::Partner, "Joint statement on birth registration", "We call on States to act."),
        ("press-release", Standing::Partner, "New shelter opens", "For immediate release"),
        ("open-letter", Standing::Member, "Lettre ouverte aux chefs d'État", "Nous soussignés"),
        ("guidance", Standing::Partner, "Toolkit for helplines", "This toolkit helps practitioners."),
        ("event", Standing::Partner, "Webinar: justice for children", "Register here"),
        ("child-friendly", Standing::Un, "A comic for children about rights", ""),
        ("session-notice", Standing::Un, "The 99th session is postponed", ""),
        ("news-story", Standing::Media, "Minister urges calm", "He called for patience."),
        ("press-release", Standing::Un, "Convoy reaches the north", ""),
        // However often a text urges, its title says what it is.
        ("guidance", Standing::Partner, "Checklist for shelters", "We urge, demand, warn, condemn and call on States."),
        ("other", Standing::Member, "Our year", ""),
        // Who calls for action asks nobody to send anything.
        ("statement", Standing::Un, "UN experts call for urgent action on child labour", ""),
        ("call-for-input", Standing::Partner, "Call for experts on child labour", ""),
        // A release that tells of a survey is no report of it.
        ("press-release", Standing::Member, "Girls leave school first", "NAIROBI, 12 May 2023 – A survey shows it."),
        ("research-report", Standing::Member, "Results of our survey of girls", ""),
        // In a newspaper a title term is not enough, unless more speaks for it.
        ("news-story", Standing::Media, "Call for drawings", ""),
        ("call-for-input", Standing::Media, "Call for drawings", "Send yours until 3 June 2023."),
        ("session-notice", Standing::Media, "Human Rights Council suspends its annual session", ""),
        ("session-notice", Standing::Media, "UN Commission on the Status of Women to shorten meeting", ""),
        // Whoever asks need not say "call", and comments may "be sent".
        ("call-for-input", Standing::Partner, "New surveys for carers", "We would love to hear from you!"),
        ("call-for-input", Standing::Partner, "A concept note", "Comments should be sent to the secretariat."),
        ("call-for-input", Standing::Partner, "Petition: keep the library open", ""),
        // What a newspaper tells of a petition asks for nothing.
        ("news-story", Standing::Media, "Petition to close pools passes 100,000 names", "It was signed by many."),
        // Speeches, abstracts, conferences and courses show by their text.
        ("statement", Standing::Un, "A year of drought", "Remarks by the director. Check against delivery."),
        ("research-report", Standing::Partner, "Sleep at sea", "BACKGROUND: little is known. METHODS: a diary."),
        ("research-report", Standing::Partner, "Sleep at sea", "In this article we examine the nights of sailors."),
        ("event", Standing::Partner, "Harbours of tomorrow", "Starts on 3 June 2023. Online conference."),
        ("guidance", Standing::Partner, "Unit 2", "This course takes an hour."),
    ] {
        let language = title.starts_with("Lettre").then(|| Language::parse("fr")).flatten();
        let entry = Entry { language, ..entry(title, text) };
        let (found, _) = judge(&SHIPPED, &entry, carrier("Somebody", standing));
        assert_eq!(found.genre, Some(expected.into()), "{title}: {:?}", found.genre_why);
    }
    let told = facets("UN News", Standing::Un, "Convoy reaches the north", "Drivers called for calm.");
    assert_eq!(told.genre, Some("news-story".into()), "{:?}", told.genre_why);
}

#[test]
fn what_shows_no_genre_has_the_one_with_the_role_whatever_it_is_called() {
    let genre_of = |roles: &[(&str, Option<GenreRole>)], standing, text: &str| {
        let categoriser = Categoriser::new(policy(|policy| {
            let genres = roles
                .iter()
                .map(|(id, role)| plenary_model::topic::Genre { role: *role, ..plenary_fixtures::genre(id) });
            policy.genres = genres.collect();
        }));
        judge(&categoriser, &entry("Our year", text), carrier("Somebody", standing)).0.genre
    };
    let bees = [
        ("hive-notes", None),
        ("announcement", Some(GenreRole::Release)),
        ("report", Some(GenreRole::News)),
        ("sundries", Some(GenreRole::Other)),
    ];
    assert_eq!(genre_of(&bees, Standing::Media, ""), Some("report".into()));
    assert_eq!(genre_of(&bees, Standing::Un, ""), Some("announcement".into()));
    assert_eq!(genre_of(&bees, Standing::Member, ""), Some("sundries".into()));
    assert_eq!(genre_of(&bees, Standing::Member, "NAIROBI, 12 May 2023 – They swarm."), Some("announcement".into()));
    // A role that no genre has falls to the last one, and where nothing is left a text has no genre.
    let few = [("hive-notes", None), ("sundries", Some(GenreRole::Other))];
    assert_eq!(genre_of(&few, Standing::Media, ""), Some("sundries".into()));
    assert_eq!(genre_of(&[("hive-notes", None)], Standing::Media, ""), None);
}
