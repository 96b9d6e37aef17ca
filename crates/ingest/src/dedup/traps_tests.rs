//! The traps of sameness, one a test, on texts as organisations write them.

use super::*;
use serde_json::{Value, json};

const STATEMENT: &str = "Governments must keep schools open for as long as they can and reopen them first, the \
    Coalition for Learning said today as a new school year began for many children without a classroom. \
    Closures have lasted longer in poor regions than in rich ones, and girls, children with disabilities and \
    children on the move have been the last to return. “Every week without lessons costs a child far more than \
    a week of learning,” said its chair, Amara Diallo. “Meals, friends, protection and trust are lost with it, and \
    they do not come back by themselves.” The Coalition asks ministries to publish a date for reopening, to give \
    teachers priority for vaccination, to pay for water and soap in every school, and to ask children themselves \
    what they need. It also asks donors to honour the promises of last spring, of which less than a third has been \
    paid. A list of measures that worked in other countries is annexed, with the names of those who can be asked \
    about them. The Coalition will report on progress at the end of each quarter and invites all schools to take part.";

/// A story about the statement: its quotations are the statement's, the rest is its own.
const STORY: &str = "Pressure is growing on ministers to bring pupils back, after a group of charities criticised the \
    length of closures on Tuesday. Our correspondent has spoken to parents in two towns who have been teaching at \
    the kitchen table since March and who see no end of it. “Every week without lessons costs a child far more than \
    a week of learning,” said its chair, Amara Diallo. “Meals, friends, protection and trust are lost with it, and \
    they do not come back by themselves.” A spokesman for the ministry said that health came first and that a plan \
    would follow in autumn, while unions warned of crowded rooms and broken windows.";

fn line(value: &Value) -> EntryLine {
    EntryLine::parse(&value.to_string()).unwrap()
}

fn by(source: &str, title: &str, text: &str) -> Value {
    json!({"id": format!("{source} {title}"), "source": source, "title": title, "text": text,
        "date": "2021-05-12", "language": "en"})
}

/// The rung on which two entries are one piece; `related` or `-` when they are two.
fn rung(a: &Value, b: &Value) -> String {
    let found = partition(&[line(a), line(b)], 30);
    let are_two = found[0].piece != found[1].piece;
    if are_two {
        let is_related = found.iter().flat_map(|same| &same.evidence).any(|e| e.starts_with("related"));
        return if is_related { "related".into() } else { "-".into() };
    }
    let evidence = found.iter().flat_map(|same| &same.evidence).next().unwrap();
    evidence.split(' ').next().unwrap().into()
}

/// True when the pair waits for staff.
fn is_doubtful(a: &Value, b: &Value) -> bool {
    rung(a, b) == "-"
        && partition(&[line(a), line(b)], 30)
            .iter()
            .flat_map(|s| &s.evidence)
            .any(|e| e.starts_with("possible duplicate"))
}

fn words(text: &str, count: usize) -> String {
    text.split_whitespace().take(count).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_edited_copy_under_another_headline_is_the_same() {
    let edited = format!(
        "GENEVA, 12 May 2021 – {}",
        STATEMENT.replace("said today", "stated today").replace("It also asks", "It asks")
    );
    let copy = by("b", "NGOs: bring children back to class", &edited);
    assert_eq!(rung(&by("a", "Statement on reopening", STATEMENT), &copy), "near-text");
}

#[test]
fn a_truncated_copy_is_the_same() {
    let full = by("a", "Statement on reopening", STATEMENT);
    for count in [20, 35, 60, 90] {
        let cut = by("b", "Back to class", &format!("<p>{} […]</p>", words(STATEMENT, count)));
        assert_eq!(rung(&full, &cut), "part-of", "{count} words");
    }
    let cut_within_a_word: String = STATEMENT.chars().take(601).collect();
    assert_eq!(rung(&full, &by("b", "Back to class", &cut_within_a_word)), "part-of");
}

#[test]
fn a_page_around_the_full_text_is_a_copy() {
    let page =
        format!("Our members have signed the following statement. {STATEMENT} Share this page with your friends.");
    assert_eq!(rung(&by("a", "Statement on reopening", STATEMENT), &by("b", "We signed", &page)), "near-text");
}

#[test]
fn a_sentence_alone_is_a_teaser_and_a_letterhead_is_none() {
    let full = by(
        "a",
        "Statement on reopening",
        &format!("Coalition For Learning Bureau Geneva Press Office Chair A. Diallo. {STATEMENT}"),
    );
    let sentence = words(STATEMENT, 14);
    assert_eq!(rung(&full, &by("b", "Back to class", &sentence)), "part-of");
    let letterhead = "Coalition For Learning Bureau Geneva Press Office Chair Diallo";
    assert_eq!(rung(&full, &by("b", "Back to class", letterhead)), "-");
}

/// What is said of a pair that is two pieces.
fn list_evidence(a: &Value, b: &Value) -> Vec<String> {
    partition(&[line(a), line(b)], 30).into_iter().flat_map(|same| same.evidence).collect()
}

#[test]
fn a_story_about_a_statement_is_another_piece() {
    let (statement, story) = (by("a", "Statement on reopening", STATEMENT), by("b", "Pressure on ministers", STORY));
    assert_eq!(rung(&statement, &story), "related");
    let said = list_evidence(&statement, &story);
    assert!(said[0].starts_with("related to a Statement on reopening"), "{said:?}");
    assert!(said[0].contains("of them quoted"), "{said:?}");
    let found = partition(&[line(&statement), line(&story)], 30);
    assert_ne!(found[0].piece, found[1].piece);
}

/// A newsroom keeps most sentences of a release and opens it with a lede of its own.
#[test]
fn a_release_retold_under_a_lede_of_its_own_is_another_piece() {
    let lede = "Ministers have come under fire over empty classrooms as charities complain that poor regions, girls \
        and children on the move wait longest for school, and a coalition says governments that close schools \
        first should open them first when the new year begins.";
    let kept = STATEMENT.split_once("“Every week").map(|(_, rest)| format!("“Every week{rest}")).unwrap();
    let kept = kept.split_once(" A list of measures").map(|(kept, _)| kept.to_owned()).unwrap();
    let end = "A ministry spokesman declined to comment. Unions plan a march for Saturday, starting from the old harbour, \
        and teachers in two provinces have announced that they will not return before rooms are aired.";
    let retold = by("b", "Pressure on ministers", &format!("{lede} {kept} {end}"));
    let found = partition(&[line(&by("a", "Statement on reopening", STATEMENT)), line(&retold)], 30);
    assert_ne!(found[0].piece, found[1].piece, "{found:?}");
    assert!(
        found.iter().flat_map(|same| &same.evidence).any(|e| e.contains("each opens in its own words")),
        "{found:?}"
    );
}

#[test]
fn a_summary_is_another_piece() {
    let summary = "Today's digest: the Coalition for Learning wants schools to open again soon, teachers to be vaccinated \
        early and water to be paid for. Donors still owe two thirds of what they promised. More on their website.";
    assert_eq!(rung(&by("a", "Statement on reopening", STATEMENT), &by("b", "News in brief", summary)), "-");
}

#[test]
fn the_next_of_a_series_is_another_piece() {
    let session = |source: &str, number: &str, from: &str, to: &str| {
        let text = format!(
            "The Committee will hold its {number} session from {from} to {to} in Geneva. The agenda and the list of States \
             under review are on its page. Organisations that want to take part must register four weeks before the \
             {number} session opens and send their written submissions of at most ten pages by the same day. The pre-session \
             working group meets in the week after the {number} session closes, on {to} and the days that follow."
        );
        by(source, &format!("Committee: {number} session"), &text)
    };
    for source in ["a", "b"] {
        let (one, next) = (session("a", "88th", "6", "24"), session(source, "89th", "17", "28"));
        assert_eq!(rung(&one, &next), "-", "source {source}");
    }
    let report = |source: &str, number: u32, cases: u32| {
        let text = format!(
            "This report covers the week. {cases} children were reached with learning kits and {} families with cash, in \
             {} districts. Water was brought to {} schools. The teams met the authorities and agreed on the next steps; \
             needs stay high and funding stands at {number} per cent of the appeal.",
            cases * 3,
            cases % 97,
            cases % 89
        );
        by(source, &format!("Situation report {number}"), &text)
    };
    assert_eq!(rung(&report("a", 12, 1520), &report("b", 13, 1871)), "-");
    let day = |n: u32| by("a", &format!("Conference diary, day {n}"), &words(STATEMENT, 100));
    assert_eq!(rung(&day(1), &day(2)), "-");
}

#[test]
fn one_template_for_two_countries_is_two_pieces() {
    let about = |source: &str, country: &str, capital: &str| {
        let text = format!(
            "Children in {country} have waited long enough. The authorities in {capital} should adopt the bill on the rights \
             of the child before the summer, the network said after meeting the parliament of {country}. The bill would ban \
             all corporal punishment, raise the age of marriage to eighteen and give children a say in family courts. \
             Organisations in {capital} have worked on it for years and are ready to help."
        );
        by(source, &format!("{country}: adopt the child rights bill now"), &text)
    };
    for source in ["a", "b"] {
        assert_eq!(rung(&about("a", "Freedonia", "Fredville"), &about(source, "Sylvania", "Sylvatown")), "-");
    }
}

#[test]
fn a_yearly_statement_is_a_new_piece() {
    let at = |source: &str, date: &str| {
        let mut entry = by(source, "Statement on the day of the girl", STATEMENT);
        entry["date"] = json!(date);
        entry["id"] = json!(format!("{source} {date}"));
        entry
    };
    assert_eq!(rung(&at("a", "2020-10-11"), &at("b", "2021-10-11")), "-");
    assert_eq!(rung(&at("a", "2020-10-11"), &at("a", "2020-10-18")), "-", "within one source a week is enough");
}

#[test]
fn a_second_version_is_another_piece() {
    let call = |source: &str, deadline: &str, pages: &str, title: &str| {
        let text = format!(
            "The Special Rapporteur invites contributions to the next report. Please send at most {pages} pages in one of the \
             six languages to the secretariat by {deadline}. Contributions are published as received unless you ask \
             otherwise. Children may send drawings and recordings; please add a note of consent. Questions are answered \
             every Monday, and a second round follows in autumn for those who could not take part."
        );
        by(source, title, &text)
    };
    let (first, second) = (
        call("a", "1 June", "10", "Call for input: version 1"),
        call("b", "15 July", "12", "Call for input: version 2"),
    );
    assert_eq!(rung(&first, &second), "-");
}

#[test]
fn one_title_over_different_texts_joins_nothing() {
    let title = "Children’s rights in times of the pandemic: our answer";
    assert!(is_doubtful(&by("a", title, STATEMENT), &by("b", title, &STORY.repeat(2))));
    assert_eq!(rung(&by("a", "Statement", STATEMENT), &by("b", "Statement", STORY)), "related");
}

#[test]
fn a_distinctive_title_joins_teasers() {
    let title = "Governments must reopen schools first, says the Coalition for Learning";
    let teaser = by(
        "b",
        &format!("{title} | Education Weekly"),
        "Children with disabilities and girls return last after closures.",
    );
    assert_eq!(rung(&by("a", title, STATEMENT), &teaser), "same-title");
}

#[test]
fn a_rubric_joins_nothing() {
    let title = "What our members say about children and the pandemic";
    let other = "An association of midwives has opened a line for young mothers who cannot travel to a clinic.";
    let lines = [
        line(&by("a", title, STATEMENT)),
        line(&json!({"id": "a2", "source": "a", "title": title,
        "text": STORY, "date": "2021-05-12", "language": "en"})),
        line(&by("b", title, other)),
    ];
    let pieces: std::collections::BTreeSet<String> = partition(&lines, 30).into_iter().map(|same| same.piece).collect();
    assert_eq!(pieces.len(), 3);
}

#[test]
fn a_truncated_copy_joins_one_of_two_releases_that_begin_alike() {
    let head = words(STATEMENT, 70);
    let first = by(
        "a",
        "First release",
        &format!(
            "{head} {}",
            "The northern offices open again in the second week of the month after repairs. ".repeat(6)
        ),
    );
    let second = by(
        "a",
        "Second release",
        &format!(
            "{head} {}",
            "Southern teams keep to the phone until the rains have passed and roads are dry. ".repeat(6)
        ),
    );
    let cut = by("b", "Cut", &head);
    let found = partition(&[line(&first), line(&second), line(&cut)], 30);
    assert_ne!(found[0].piece, found[1].piece, "the cut copy must not chain the two: {found:?}");
}

#[test]
fn languages_keep_apart_whatever_else_agrees() {
    let mut french = by("b", "Déclaration sur la réouverture", STATEMENT);
    french["language"] = json!("fr");
    french["text"] = json!(format!("{STATEMENT} Traduction à suivre."));
    assert_eq!(rung(&by("a", "Statement on reopening", STATEMENT), &french), "-");
}

#[test]
fn translations_without_links_become_one_work() {
    let text = |language: &str| match language {
        "en" => {
            "The review met Amara Diallo and Ken Watanabe in Freetown. It found 1,450 classrooms closed and 320 teachers \
                 without pay since 2018, and asked the ministry to act before the end of the year."
        }
        _ => {
            "L’examen a rencontré Amara Diallo et Ken Watanabe à Freetown. Il a trouvé 1 450 classes fermées et 320 \
              enseignants sans salaire depuis 2018, et a demandé au ministère d’agir avant la fin de l’année."
        }
    };
    let entry = |source: &str, language: &str| {
        json!({"id": format!("{source}-{language}"), "source": source,
        "language": language, "text": text(language), "date": "2021-05-12"})
    };
    let works = |a: &Value, b: &Value| {
        let found = partition(&[line(a), line(b)], 30);
        assert_ne!(found[0].piece, found[1].piece);
        found[0].work == found[1].work
    };
    assert!(works(&entry("a", "en"), &entry("a", "fr")));
    assert!(!works(&entry("a", "en"), &entry("b", "fr")), "of two sources it is no proof");
}

/// A release and what becomes of it elsewhere.
const LETTER: &str = "Fifty-two organisations ask the government to end the placement of children in hotels by child \
    protection services. In an open letter published this morning they recall that nearly 9,000 minors live in \
    hotels, often alone, without an educator and without hot meals. “A hotel is not a home,” they write. They ask \
    for a ban without exceptions before the end of the year, a plan for 6,000 places in foster families, and an \
    independent inspection of local authorities. The letter is signed by unions of social workers, associations of \
    people who were in care, and three local ombudspersons. The bill will be debated in Parliament on 6 July.";

#[test]
fn a_copy_in_other_words_that_adds_nothing_is_the_same() {
    let reworded = "A total of fifty-two organisations want the government to end the placement of children in hotels \
        by child protection services. In their open letter, published this morning, they recall that minors live in \
        hotels, nearly 9,000 of them, without hot meals, without an educator and often alone: “A hotel is not a home.” \
        They ask for an independent inspection of local authorities, a plan for 6,000 places in foster families and, \
        before the end of the year, a ban without exceptions. Signed by three local ombudspersons, unions of social \
        workers and associations of people who were in care. Parliament will debate the bill on 6 July.";
    let letter = by("a", "Open letter on children in hotels", LETTER);
    assert_eq!(rung(&letter, &by("b", "No child in a hotel", reworded)), "near-text");
    // With one figure of its own it is news of its own.
    let with_news = reworded.replace("three local", "17 local");
    assert_ne!(rung(&letter, &by("b", "No child in a hotel", &with_news)), "near-text");
    // Around a long quotation that is kept they are a newsroom's words.
    let quoting = |text: &str| {
        format!(
            "{text} “Nobody who has seen a child of ten carry her bag from one room to the next, past the bar and the \
             minibar, will ever call that protection of children again,” says its first signatory."
        )
    };
    let (before, after) = reworded.split_once(" They ask").unwrap();
    let (quoted, story) = (quoting(LETTER), quoting(&format!("They ask{after} {before}")));
    assert_eq!(rung(&by("a", "Open letter on children in hotels", &quoted), &by("b", "No child", &story)), "related");
    // A summary is no copy, however faithful.
    let summary = words(reworded, 62);
    assert_ne!(rung(&letter, &by("b", "No child in a hotel", &summary)), "near-text");
}

#[test]
fn a_story_under_the_headline_of_its_release_is_in_doubt() {
    let story = "Fifty-two organisations ask the government to end the placement of children in hotels by child \
        protection services, in an open letter published on Monday. Nearly 9,000 minors live in hotels, often alone, \
        without an educator and without hot meals, recall the signatories. “A hotel is not a home,” they write. They \
        ask for a ban without exceptions before the end of the year. Asked by our agency, aides of junior minister \
        Adrien Tasset insisted that authorities wanted leeway when every other bed was taken, which opposition \
        members called a fig leaf.";
    let release = by("a", "Children in hotels: organisations challenge the government", LETTER);
    let told = |text: &str| by("b", "Children in hotels: organisations challenge government over care", text);
    assert!(is_doubtful(&release, &told(story)));
    // The same headlines over the same passages, without words of its own.
    let cut = format!("{} {}", words(LETTER, 52), "This is our appeal to the government and to Parliament.");
    assert_eq!(rung(&release, &told(&cut)), "part-of");
}

#[test]
fn two_organisations_speak_of_one_event_under_one_headline() {
    let title = "Statement on the attack on a school in Maru";
    let one = "I am appalled by the attack on a school in Maru this morning, in which at least eleven pupils were \
        killed and dozens were injured. A school must be a safe place. Children went there to sit an exam. I call on \
        all parties to the conflict to spare schools, pupils and teachers, and on the authorities to bring those \
        responsible to justice. Our teams are with the families and have brought supplies to the hospital.";
    let other = "We condemn in the strongest terms the attack on a school in Maru in which at least eleven pupils were \
        killed. Attacks on schools are a grave violation and must be investigated. Our health workers treat the \
        injured at the district hospital. We urge the parties to the conflict to endorse and to respect the Safe \
        Schools Declaration. There is no excuse for bombing a place of learning.";
    assert!(is_doubtful(&by("a", title, one), &by("b", title, other)));
    // Half as long, it may announce the other in its own words.
    let teaser = "Attacks on schools are a grave violation and must be investigated. Our health workers treat the \
        injured at the district hospital.";
    assert_eq!(rung(&by("a", title, one), &by("b", title, teaser)), "same-title");
}

#[path = "newsroom_tests.rs"]
mod newsroom;
