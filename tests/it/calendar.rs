//! The calendar: `.ics` files are polled, what sources say is settled, staff choose, changes are told.

use crate::support::network::Network;
use plenary::demo::Served;

const TITLE: &str = "title = { en = \"Committee on the Rights of Apples, 87th session\", fr = \"Comité des droits des pommes, 87e session\" }";

fn network(from: &str, to: &str) -> Network {
    let network = Network::new(&[]);
    write(&network, from, to);
    network
}

fn write(network: &Network, from: &str, to: &str) {
    let event = format!("\n[[event]]\nid = \"apples-87\"\n{TITLE}\nfrom = {from}\nto = {to}\n");
    let calendar = format!(
        "\n[[calendar]]\nid = \"office\"\nname = \"The Office\"\nfeed = \"{}\"\n",
        network.origin.url("/c.ics")
    );
    network.write_policy(&(network.policy(&[]) + &event + &calendar));
}

fn put(network: &Network, events: &[(&str, &str, &str, &str)]) {
    let event = |(uid, title, from, end): &(&str, &str, &str, &str)| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{title}\r\nDTSTART;VALUE=DATE:{from}\r\nDTEND;VALUE=DATE:{end}\r\nEND:VEVENT\r\n"
        )
    };
    let events: String = events.iter().map(event).collect();
    let body = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n");
    network.origin.put("/c.ics", Served::new("text/calendar", body.as_str()));
}

/// The calendar and the feed of its changes, as published.
fn published(network: &Network) -> (String, String) {
    network.poll();
    let site = network.folder().join("site");
    network.run(&["publish", "--out", site.to_str().unwrap()]).ended(0);
    let read = |name: &str| std::fs::read_to_string(site.join(name)).unwrap();
    (read("calendar.ics").replace("\r\n ", ""), read("calendar.atom"))
}

/// The lines of the event with this id.
fn event<'a>(ics: &'a str, id: &str) -> &'a str {
    ics.split("BEGIN:VEVENT").find(|event| event.contains(&format!("UID:{id}@"))).expect("it is there")
}

#[test]
fn a_changed_date_in_the_policy_is_announced() {
    let network = network("2020-06-01", "2020-06-30");
    put(&network, &[]);
    let (ics, atom) = published(&network);
    assert!(event(&ics, "apples-87").contains("SEQUENCE:0"), "{ics}");
    assert_eq!(atom.matches("<entry").count(), 0);
    assert_eq!(published(&network), (ics.clone(), atom), "nothing changed, the same bytes");

    write(&network, "2020-09-28", "2020-10-02");
    let (ics, atom) = published(&network);
    let moved = event(&ics, "apples-87");
    assert!(moved.contains("SEQUENCE:1"), "{moved}");
    assert!(moved.contains("DTSTART;VALUE=DATE:20200928"), "{moved}");
    let said = "87th session: moved from June 2020 to 28 September to 2 October 2020";
    assert!(atom.contains(said), "{atom}");
    write(&network, "2021-05-17", "2021-06-04");
    let (ics, atom) = published(&network);
    assert!(event(&ics, "apples-87").contains("SEQUENCE:2"));
    assert_eq!(atom.matches("<entry").count(), 2, "one entry for each revision");
}

#[test]
fn sources_disagree_and_staff_choose() {
    let network = network("2021-05-17", "2021-06-04");
    put(
        &network,
        &[
            ("1", "87th session of the Committee on the Rights of Apples", "20210518", "20210605"),
            ("2", "Apples Day", "20210701", "20210702"),
        ],
    );
    let (ics, _) = published(&network);
    assert!(event(&ics, "apples-87").contains("DTSTART;VALUE=DATE:20210517"), "the policy comes first");
    assert!(ics.contains("SUMMARY:Apples Day"), "what only the calendar has is there, too");
    let page = std::fs::read_to_string(network.folder().join("site/calendar.html"))
        .or_else(|_| std::fs::read_to_string(network.folder().join("site/calendar/index.html")))
        .unwrap();
    assert!(page.contains("The Office"), "side by side: {page}");
    assert!(page.contains("18 May to 4 June 2021"), "side by side: {page}");

    let told = network.run(&["status"]).out;
    assert!(!told.contains("choose with"), "what is over needs nobody: {told}");

    let decided = network.run(&["decide", "event", "apples-87", "--choose", "office", "--json"]).ended(0).json();
    let (ics, atom) = published(&network);
    assert!(event(&ics, "apples-87").contains("DTSTART;VALUE=DATE:20210518"));
    assert!(atom.contains("Source: The Office"), "{atom}");
    network.run(&["decide", "undo", &decided["decision"].to_string()]).ended(0);
    let (ics, _) = published(&network);
    let undone = event(&ics, "apples-87");
    assert!(undone.contains("DTSTART;VALUE=DATE:20210517"), "{undone}");
    assert!(undone.contains("SEQUENCE:2"), "{undone}");
    network.run(&["decide", "event", "apples-87", "--choose", "office"]).ended(0);
    network.run(&["decide", "event", "apples-87", "--status", "cancelled", "--note", "A strike."]).ended(0);
    let (ics, atom) = published(&network);
    let off = event(&ics, "apples-87");
    assert!(off.contains("STATUS:CANCELLED"), "both hold: {off}");
    assert!(off.contains("DTSTART;VALUE=DATE:20210518"), "both hold: {off}");
    assert!(off.contains("SEQUENCE:4"), "{off}{atom}");
    assert!(atom.contains("87th session: cancelled"), "{off}{atom}");
    assert!(atom.contains("A strike. Source: the editors"), "{atom}");
    assert_eq!(atom.matches("<entry").count(), 4, "one entry for each revision");

    assert!(network.run(&["decide", "event", "pears-1", "--status", "cancelled"]).ended(1).err.contains("there are"));
    assert!(network.run(&["decide", "event", "apples-87", "--status", "maybe"]).ended(2).err.contains("tentative"));
    assert!(network.run(&["decide", "event", "apples-87", "--from", "June"]).ended(2).err.contains("YYYY-MM"));
    assert!(network.run(&["decide", "event", "apples-87", "--choose", "pears"]).ended(1).err.contains("office"));
}

#[test]
fn a_month_becomes_days_and_the_question_stands_in_status_until_it_is_answered() {
    let network = network("\"2030-06\"", "\"2030-06\"");
    put(&network, &[("1", "Committee on the Rights of Apples - 87th session", "20300928", "20301003")]);
    let (ics, _) = published(&network);
    let month = event(&ics, "apples-87");
    assert!(month.contains("STATUS:TENTATIVE"), "{month}");
    assert!(month.contains("DTEND;VALUE=DATE:20300701"), "{month}");
    let told = network.run(&["status"]).out;
    let choices = [
        "shown: policy says 2030-06-01 to 2030-06-30, tentative; \
         choose with: plenary decide event apples-87 --choose policy",
        "office says 2030-09-28 to 2030-10-02; choose with: plenary decide event apples-87 --choose office",
    ];
    let reviewed = network.run(&["review"]).out;
    for choice in choices {
        assert!(told.contains(choice), "{choice}: {told}{reviewed}");
        assert!(reviewed.contains(choice), "{choice}: {told}{reviewed}");
    }
    let item = network.run(&["review", "--json"]).json()[0].clone();
    assert_eq!((item["kind"].as_str(), item["id"].as_str()), (Some("event"), Some("apples-87")), "{item}");
    assert_eq!(item["why"], serde_json::json!(choices));
    let codes: Vec<&str> = item["reasons"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
    assert_eq!(codes, ["dates", "dates"]);
    assert_eq!(network.run(&["status", "--json"]).json()["worker"]["review"], 1);
    network.run(&["decide", "event", "apples-87", "--choose", "policy"]).ended(0);
    assert!(!network.run(&["review"]).out.contains("apples-87"), "the policy's dates were chosen");
    network.run(&["decide", "undo", "1"]).ended(0);
    network
        .run(&["decide", "event", "apples-87", "--from", "2030-09-28", "--to", "2030-10-02", "--status", "confirmed"])
        .ended(0);
    let said = "87th session: moved from June 2030 to 28 September to 2 October 2030";
    assert!(published(&network).1.contains(said), "{}", published(&network).1);
    let told = network.run(&["status"]).out;
    assert!(!told.contains("choose with"), "{told}");
    assert!(!network.run(&["review"]).out.contains("event"), "{told}");
}

#[test]
fn two_files_that_name_one_meeting_make_one_event() {
    let network = network("2021-05-17", "2021-06-04");
    let other =
        format!("\n[[calendar]]\nid = \"un\"\nname = \"The UN\"\nfeed = \"{}?un\"\n", network.origin.url("/c.ics"));
    network.write_policy(&(std::fs::read_to_string(network.folder().join("feeds.toml")).unwrap() + &other));
    put(&network, &[("1", "Apples Day", "20300701", "20300702")]);
    let (ics, _) = published(&network);
    assert_eq!(ics.matches("SUMMARY:Apples Day").count(), 1, "{ics}");
}

#[test]
fn what_is_wrong_with_a_file_is_told_by_line_and_costs_nothing_else() {
    let network = network("2021-05-17", "2021-06-04");
    // A series is followed around today only.
    let start = chrono::Utc::now().format("%Y%m%d");
    let body = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Pears Day\r\nDTSTART:soon\r\nEND:VEVENT\r\n\
         BEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Apples Day\r\nDTSTART;VALUE=DATE:{start}\r\n\
         RRULE:FREQ=WEEKLY;COUNT=3\r\nEND:VEVENT\r\n"
    );
    network.origin.put("/c.ics", Served::new("text/calendar", body.as_str()));
    let (ics, _) = published(&network);
    assert_eq!(ics.matches("SUMMARY:Apples Day").count(), 3, "a series is its days: {ics}");
    let polled = network.run(&["poll", "--all"]).out;
    assert!(polled.contains("line 5: DTSTART \"soon\" is no date: write 20210517"), "{polled}");
    let calendar = network.run(&["status", "--json"]).json()["calendars"][0].clone();
    assert_eq!(calendar["problems"].as_array().unwrap().len(), 3, "{calendar}");
    assert!(calendar["problems"][2].as_str().unwrap().contains("END:VCALENDAR is missing"), "{calendar}");
}

#[test]
fn a_lost_calendar_keeps_what_it_said_and_is_named() {
    let network = network("2021-05-17", "2021-06-04");
    put(&network, &[("2", "Apples Day", "20300701", "20300702")]);
    assert!(published(&network).0.contains("Apples Day"));
    network.origin.put("/c.ics", Served::new("text/html", "<html><title>Gone fishing</title></html>"));
    assert!(published(&network).0.contains("Apples Day"));
    let calendar = network.run(&["status", "--json"]).json()["calendars"][0].clone();
    assert_eq!((calendar["id"].as_str(), calendar["failures"].as_u64()), (Some("office"), Some(1)));
    assert!(network.run(&["status"]).out.contains("calendar office: 1 event,"));
}

#[test]
fn what_left_a_whole_file_is_marked_asked_and_answered() {
    let network = network("2021-05-17", "2021-06-04");
    let both = [("1", "Crew meets", "20300701", "20300702"), ("2", "Nets are mended", "20300801", "20300802")];
    put(&network, &both);
    assert!(published(&network).0.contains("SUMMARY:Nets are mended"));
    network.origin.put("/c.ics", Served::new("text/calendar", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"));
    assert!(!published(&network).0.contains("STATUS:TENTATIVE"), "an empty file takes nothing back");
    put(&network, &both[..1]);
    let (ics, atom) = published(&network);
    let nets = |ics: &str| {
        let found = ics.split("BEGIN:VEVENT").find(|event| event.contains("SUMMARY:Nets are mended"));
        found.expect("it is there").to_owned()
    };
    assert!(nets(&ics).contains("STATUS:TENTATIVE"), "{}", nets(&ics));
    assert!(nets(&ics).contains("No longer listed by its calendar"), "{}", nets(&ics));
    assert!(atom.contains("Nets are mended: no longer listed by its calendar"), "{atom}");
    let item = network.run(&["review", "--json"]).json()[0].clone();
    let id = item["id"].as_str().unwrap().to_owned();
    assert!(item["why"][0].as_str().unwrap().starts_with("office no longer lists it (2030-08-01)"), "{item}");
    assert!(network.run(&["status"]).out.contains(&format!("plenary decide event {id} --status cancelled")));
    network.run(&["decide", "event", &id, "--status", "cancelled"]).ended(0);
    let (ics, _) = published(&network);
    assert!(nets(&ics).contains("STATUS:CANCELLED"), "{}", nets(&ics));
    assert!(!network.run(&["review"]).out.contains(&id), "it was answered");
    network.run(&["decide", "undo", "1"]).ended(0);
    put(&network, &both);
    assert!(nets(&published(&network).0).contains("STATUS:CONFIRMED"), "it is listed again");
}

#[test]
fn a_day_left_out_later_and_a_series_made_shorter_are_no_longer_listed() {
    let network = network("2021-05-17", "2021-06-04");
    let start = (chrono::Utc::now() + chrono::Duration::days(7)).date_naive();
    let serve = |rule: &str| {
        let body = format!(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Tea\r\nDTSTART;VALUE=DATE:{}\r\n{rule}\r\nEND:VEVENT\r\n\
             END:VCALENDAR\r\n",
            start.format("%Y%m%d")
        );
        network.origin.put("/c.ics", Served::new("text/calendar", body.as_str()));
        published(&network).0.matches("STATUS:TENTATIVE").count()
    };
    assert_eq!(serve("RRULE:FREQ=WEEKLY;COUNT=4"), 0);
    let second = (start + chrono::Duration::days(7)).format("%Y%m%d").to_string();
    assert_eq!(serve(&format!("RRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE;VALUE=DATE:{second}")), 1);
    assert_eq!(serve("RRULE:FREQ=WEEKLY;COUNT=3"), 1, "the day is back, the last is gone");
}
