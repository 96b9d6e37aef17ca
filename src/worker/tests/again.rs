//! The same item again, poll by poll, as publishers bring it.

use super::*;

/// An RSS item of day `day` of May 2021; `id` is its `guid`, none when empty.
fn item(id: &str, title: &str, link: &str, day: u8, text: &str) -> String {
    let guid = if id.is_empty() { String::new() } else { format!("<guid isPermaLink=\"false\">{id}</guid>") };
    format!(
        "<item>{guid}<title>{title}</title><link>{}</link><pubDate>{day} May 2021 10:00:00 GMT</pubDate>\
         <description>{text}</description></item>",
        link.replace('&', "&amp;")
    )
}

fn rss(items: &[String]) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>a</title><link>https://a.example/</link>{}</channel></rss>",
        items.concat()
    )
}

/// How many entries the feed of the section has after each of the documents.
async fn poll_all(documents: &[String]) -> Vec<usize> {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    for document in documents {
        net.answer("/a", "200 OK", document);
    }
    let mut counts = Vec::new();
    for _ in documents {
        net.poll("a").await;
        net.advance(Duration::from_hours(1));
        counts.push(net.document("/sections/news.atom").await.matches("<entry").count());
    }
    counts
}

#[tokio::test]
async fn a_token_in_every_link_makes_no_new_entries() {
    let titles = [
        "Tides in the northern estuary",
        "Ferry timetables and fuel",
        "Seaweed under winter ice",
        "Rope made by hand",
        "Fog measured with two lamps",
        "A census of gulls",
        "Schools of the harbour",
        "Stone or timber for piers",
    ];
    let document = |poll: usize| {
        let link = |n: usize| {
            format!("https://journal.example.org/detail?v={:016x}a1b2c3d4{:x}&p=N", n * 7919 + poll * 104_729, poll)
        };
        rss(&titles.iter().enumerate().map(|(n, title)| item("", title, &link(n), 27, "")).collect::<Vec<_>>())
    };
    assert_eq!(poll_all(&[document(1), document(2), document(3)]).await, [8, 8, 8]);
}

#[tokio::test]
async fn incidents_under_one_headline_on_one_page_are_entries_each() {
    let incident = |day: u8, text: &str| item("", "Service disrupted", "https://status.example.org/", day, text);
    let (one, two) =
        (incident(27, "The mail relay is slow in region one."), incident(28, "Object storage is down in region two."));
    let three = incident(29, "The name server answers late in region three.");
    let documents = [rss(std::slice::from_ref(&one)), rss(&[two.clone(), one]), rss(&[three, two])];
    assert_eq!(poll_all(&documents).await, [1, 2, 3]);
}

#[tokio::test]
async fn a_counter_moves_nothing_that_readers_sort_by() {
    let body = "The north committee met on the harbour wall and agreed to mend the north pumps before winter. Members of the \
        crew will count every north valve, write the numbers in a ledger and send a copy to the port office.";
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    for day in [24, 25, 24, 26] {
        let text = format!("{body} Updated Jul {day}");
        net.answer("/a", "200 OK", &rss(&[item("1", "North pumps to be mended", "https://a.example/1", 27, &text)]));
    }
    let mut told = Vec::new();
    for _ in 0..4 {
        let report = net.poll("a").await;
        net.advance(Duration::from_hours(1));
        let document = net.document("/sections/news.atom").await;
        let entry = document.split("<entry").nth(1).unwrap().to_owned();
        let updated = entry.split("<updated>").nth(1).unwrap().split('<').next().unwrap().to_owned();
        told.push((report.new, report.changed, updated, entry.contains("Updated Jul")));
    }
    assert!(told[1..].iter().all(|one| (one.0, one.1, &one.2) == (0, 0, &told[0].2)), "{told:?}");
}
