//! The traps that newsrooms set: teasers in two texts, quotations kept whole, headlines and names of their own.

use super::*;

/// Another newsroom's own report of the day that opens with two sentences of the statement.
fn report() -> String {
    format!(
        "The week in schools. {} Elsewhere the harbour town of Lune has put its pupils on boats: three ferries that lost \
         their tourists now carry desks, and each class sails in the morning or after lunch. Parents queue on the quay, a \
         teacher counts life jackets, and the captain reads the register. In the hills the old railway runs again for \
         children from farms, and a retired driver has painted the carriages. Our readers sent us photographs of kitchens, \
         barns and a bandstand in which lessons were held, and we print the best of them below with thanks to all.",
        words(STATEMENT, 34)
    )
}

#[test]
fn a_teaser_that_stands_in_two_texts_does_not_bridge_them() {
    let release = by("a", "Statement on reopening", STATEMENT);
    let teaser = by("b", "Back to class", &words(STATEMENT, 30));
    let other = by("c", "From our readers", &report());
    let lines = [line(&release), line(&other), line(&teaser)];
    let found = partition(&lines, 30);
    assert_eq!(found[0].piece, found[2].piece, "the teaser belongs where the text begins with it: {found:?}");
    assert_ne!(found[0].piece, found[1].piece, "{found:?}");
    let said: Vec<&String> = found.iter().flat_map(|same| &same.evidence).collect();
    assert!(said.iter().any(|e| e.contains("bring together texts that are not alike")), "{said:?}");
    // Two copies cut at other places are alike, and the teaser is one of them.
    let cut = by("c", "From our readers", &words(STATEMENT, 80));
    let found = partition(&[line(&release), line(&cut), line(&teaser)], 30);
    assert!(found.iter().all(|same| same.piece == found[0].piece), "{found:?}");
}

#[test]
fn a_copy_joins_a_page_that_was_written_anew() {
    let at = |source: &str, text: &str| {
        let mut entry = by(source, "Statement on reopening", text);
        entry["link"] = json!("https://a.example.org/statement");
        entry
    };
    let copy = by("c", "Back to class", &format!("GENEVA, 12 May 2021 – {STATEMENT}"));
    let found = partition(&[line(&at("a", STATEMENT)), line(&at("b", &report())), line(&copy)], 30);
    assert!(found.iter().all(|same| same.piece == found[0].piece), "{found:?}");
}

#[test]
fn whole_quotations_do_not_make_a_story_a_copy() {
    let said = "“Every week without lessons costs a child far more than a week of learning. Meals, friends, protection and \
        trust are lost with it, and they do not come back by themselves. Nobody can teach a child who has gone to work in \
        the fields, and nobody can teach a girl who has been married in the meantime”";
    let release = format!(
        "A report on two years of closed schools comes out today in Bern. {said}, writes its author, Amara Diallo, who \
         spoke with nine hundred families in four provinces. The report asks for water, soap and open windows in all rooms."
    );
    let story = format!(
        "Amara Diallo does not like to sit down when she is angry. {said}, she says over coffee and is on her feet again, \
         off to the next village, where two fathers and a goat wait for her under a tree."
    );
    let (release, story) =
        (by("a", "Report on closed schools", &release), by("b", "A walk with an angry woman", &story));
    assert_eq!(rung(&release, &story), "related");
    // A statement that is all quotation is copied with another page's furniture around it.
    let page = |furniture: &str| format!("{furniture} {}”", said.trim_end_matches('”'));
    let one = by("a", "Statement", &page("Bern, 3 May 2021."));
    let other = by("b", "On closed schools", &page("Contact our press office by telephone."));
    assert_eq!(rung(&one, &other), "near-text");
}

#[test]
fn a_short_text_with_another_name_is_another_piece() {
    let call = |name: &str, verb: &str| {
        format!(
            "The network is deeply worried about the arrest of {name}, who teaches children in the northern camps, and \
             {verb} the authorities to say where the teacher is held and to let a lawyer in without delay."
        )
    };
    let first = by("a", "A teacher is held", &call("Ilse Brandt", "asks"));
    assert_eq!(rung(&first, &by("b", "Where is the teacher?", &call("Omar Farouk", "asks"))), "-");
    assert_eq!(rung(&first, &by("b", "Where is the teacher?", &call("Ilse Brandt", "urges"))), "near-text");
}

#[test]
fn numbers_in_titles_are_compared_whatever_is_written_around_them() {
    let teaser = "Ministers of seven countries met by video on Thursday.";
    let release = |title: &str| by("a", title, STATEMENT);
    let title = |group: &str| format!("{group} ministers ask all countries of the world to reopen schools first");
    assert_eq!(rung(&release(&title("G-7")), &by("b", &title("G7"), teaser)), "same-title");
    let annex = |number: &str| format!("Reopening schools in all countries, annex {number} to the report");
    assert_eq!(rung(&release(&annex("2a")), &by("b", &annex("2b"), teaser)), "-");
    let session = |number: u32| format!("儿童权利委员会2021年第{number}届会议通过的声明全文");
    assert_eq!(rung(&release(&session(88)), &by("b", &session(88), teaser)), "same-title");
    assert_eq!(rung(&release(&session(88)), &by("b", &session(89), teaser)), "-");
}

#[test]
fn a_text_outweighs_the_numbers_of_its_headlines() {
    let text = |schools: &str| {
        format!(
            "In the lowlands at least {schools} schools stay shut after the flood of last week, and children in the \
             shelters need books, pencils and somebody to read with them, the relief office said after its round."
        )
    };
    let first = by("a", "Flood shuts 43 schools in the lowlands", &format!("{} {STATEMENT}", text("forty")));
    let title = "Flood in the lowlands shuts over 40 schools";
    assert_eq!(rung(&first, &by("b", title, &text("forty"))), "part-of");
    let numbered = by("a", "Flood shuts 43 schools in the lowlands", &format!("{} {STATEMENT}", text("43")));
    assert_eq!(rung(&numbered, &by("b", title, &text("40"))), "-");
}

#[test]
fn names_spelt_otherwise_are_no_other_names() {
    let text = |programme: &str, plan: &str, are: &str, all: &str, must: &str| {
        format!(
            "The {programme} for Learning opens two hundred rooms in the hills before winter. Stoves and lamps {are} on \
             their way, and teachers {must} sign up by Friday at the town hall. The {plan} pays for {all} meals, boots and \
             the bus. Families who live beyond the pass can ask for a bed in the hostel, where two nurses look after the \
             younger ones until the roads are clear again in spring."
        )
    };
    let british = by("a", "Rooms in the hills, says the Programme", &text("Programme", "scheme", "are", "all", "must"));
    let american = by("b", "Rooms in the hills, says the Program", &text("Program", "plan", "were", "free", "should"));
    assert_eq!(rung(&british, &american), "near-text");
}

#[test]
fn headlines_that_differ_by_a_word_are_two_newsrooms_own() {
    let title = "Coalition for Learning wins the great prize for peace";
    let other = "Coalition for Learning wins this year the great prize for peace";
    let teaser =
        "Girls, children with disabilities and children on the move return last after closures, the jury heard.";
    let release = by("a", title, STATEMENT);
    assert!(is_doubtful(&release, &by("b", other, teaser)));
    // Its own headline with a rubric before it or the name of a site behind it is still its own.
    for own in [format!("Norway: {title}"), format!("{title} - Radio Lune")] {
        assert_eq!(rung(&release, &by("b", &own, teaser)), "same-title", "{own}");
    }
}

#[test]
fn a_headline_makes_no_copy_of_a_story_that_quotes() {
    let title = "Governments must reopen schools first";
    let lede = "Girls, children with disabilities and children on the move return last after closures that lasted longer in poor \
        regions, and teachers should have priority for vaccination.";
    let quote = "“Every week without lessons costs a child far more than a week of learning,” said its chair, Amara Diallo. \
        “Meals, friends, protection and trust are lost with it, and they do not come back by themselves.”";
    assert!(is_doubtful(&by("a", title, STATEMENT), &by("b", title, &format!("{lede} {quote}"))));
    assert_eq!(rung(&by("a", title, STATEMENT), &by("b", title, lede)), "same-title");
}
