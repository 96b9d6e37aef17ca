//! Cases of what stands in a document: ids, dates, links and titles that are not what they seem, and markup that is not
//! quite XML or JSON, or no feed at all.

use super::documents::{listed, served};
use super::origin::{Answer, Case, case};
use super::texts::{atom, feed, item, item_of, item_with, mark, text, title};

const JSON_TYPE: &str = "content-type: application/feed+json\r\n";
/// Lists inside each other.
const DEEP: usize = 100_000;
/// Marks on one letter.
const PILED: usize = 10_000;

pub fn cases() -> Vec<Case> {
    [identities(), dates(), links(), titles(), shapes(), other_documents(), json()].into_iter().flatten().collect()
}

fn identities() -> Vec<Case> {
    let as_if = |id: &str, number: u32, other: &str| item(id, number).replace(&format!(">{id}-{number}<"), other);
    let same_id: Vec<String> = (1..=3).map(|number| as_if("same-ids", number, ">one-for-all<")).collect();
    let no_ids: Vec<String> = (1..=2).map(|n| format!("<item><title>{}</title></item>", title("no-ids", n))).collect();
    let tombstone = |id: &str| {
        format!(
            "<at:deleted-entry xmlns:at=\"http://purl.org/atompub/tombstones/1.0\" ref=\"{id}\" \
             when=\"2099-01-01T00:00:00Z\"/>"
        )
    };
    // Nothing like the entry whose id it takes: else it would rightly count as a copy.
    let pretender = item_of(
        "pretender",
        1,
        "Cheap watches for everybody (pretender 1)",
        "Buy cheap watches now; everybody gets cheap watches overnight, without questions.",
    );
    vec![
        listed(
            "same-ids",
            "gives three entries one id",
            "outcome=updated; entries=3; published=3; warning=shared-id",
            &same_id,
        ),
        listed(
            "same-entry",
            "sends an entry three times",
            "outcome=updated; entries=1; published=1; warning=repeated-entry",
            &[item("same-entry", 1), item("same-entry", 1), item("same-entry", 1)],
        ),
        listed("no-ids", "sends entries with neither id nor link", "outcome=updated; entries=2; published=2", &no_ids),
        listed(
            "pretender",
            "takes the id of another's entry",
            "outcome=updated; entries=1; published=1",
            &[pretender.replace(">pretender-1</guid>", ">healthy-00-1</guid>")],
        ),
        listed(
            "undertaker",
            "says that another's entries are gone",
            "outcome=updated; entries=1; published=1",
            &[
                item("undertaker", 1),
                tombstone("healthy-00-1"),
                tombstone("tag:pub.example.org,2005:healthy-00-1"),
                tombstone("https://pub.example.org/healthy-00-1"),
            ],
        ),
    ]
}

fn dates() -> Vec<Case> {
    let dated = |id: &str, dates: &[&str]| -> Vec<String> {
        let numbered = (1..).zip(dates);
        numbered.map(|(number, date)| item_with(id, number, &format!("<pubDate>{date}</pubDate>"))).collect()
    };
    let digits = "9".repeat(60);
    let hours: String = (0..24).map(|hour| format!("<hour>{hour}</hour>")).collect();
    let week = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let days: String = week.iter().map(|day| format!("<day>{day}</day>")).collect();
    let skips = format!("<skipHours>{hours}</skipHours><skipDays>{days}</skipDays>");
    vec![
        listed(
            "dates-ahead",
            "dates entries in the far future",
            "outcome=updated; entries=2; published=2; warning=bad-date; no-text=2090-01; no-text=9999-12",
            &dated("dates-ahead", &["Sun, 01 Jan 2090 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"]),
        ),
        listed(
            "dates-past",
            "dates entries in the far past",
            "outcome=updated; entries=3; published=3; warning=bad-date; no-text=1970-01; no-text=1601-01",
            &dated(
                "dates-past",
                &["Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 01 Jan 1601 00:00:00 GMT", "Sat, 01 Jan 0000 00:00:00 GMT"],
            ),
        ),
        listed(
            "dates-none",
            "dates entries by what are no dates",
            "outcome=updated; entries=4; published=4; warning=bad-date",
            &dated("dates-none", &["yesterday or so", &digits, "Tue, 30 Feb 2021 25:61:61 +9999", "\u{661}/\u{662}"]),
        ),
        listed(
            "skips",
            "never wants to be asked, at no hour and on no day",
            "outcome=updated; entries=1; published=1; due<=1",
            &[skips, item("skips", 1)],
        ),
    ]
}

fn links() -> Vec<Case> {
    let read = "outcome=updated; entries=1; published=1";
    let planted = "<a href=\"javascript:plantedscript()\">a</a><img src=\"x\" onerror=\"plantedscript()\">\
        <script>plantedscript()</script><iframe srcdoc=\"<script>plantedscript()</script>\"></iframe>\
        <svg onload=\"plantedscript()\"></svg><style>plantedscript { }</style>";
    let body = format!("<![CDATA[<p>{}</p>{planted}]]>", text("scripts", 1));
    let script = "<enclosure url=\"javascript:plantedscript()\" type=\"audio/mpeg\" length=\"-1\"/>";
    let scripts = item_of("scripts", 1, &title("scripts", 1), &body)
        .replace("https://pub.example.org/scripts-1", "javascript:plantedscript()")
        .replace("</item>", &format!("{script}</item>"));
    let odd = "<link>file:///etc/passwd</link><enclosure url=\"data:text/html,x\" type=\"text/html\"/>\
        <enclosure url=\"vbscript:x\" type=\"text/plain\"/>";
    let based = item("base-script", 1)
        .replace("<item>", "<item xml:base=\"javascript:plantedscript()//\">")
        .replace("https://pub.example.org/base-script-1", "page");
    let xhtml = "http://www.w3.org/1999/xhtml";
    let script = "<script>plantedscript()</script>";
    let contents = [
        format!(
            "<content type=\"xhtml\"><div xmlns=\"{xhtml}\">{script}<p onclick=\"plantedscript()\">{}</p></div></content>",
            text("atom-scripts", 1)
        ),
        format!(
            "<content type=\"TEXT/HTML\">&lt;script&gt;plantedscript()&lt;/script&gt;&lt;p&gt;{}</content>",
            text("atom-scripts", 2)
        ),
        format!(
            "<content type=\"application/xhtml+xml\"><p xmlns=\"{xhtml}\">{script}{}</p></content>",
            text("atom-scripts", 3)
        ),
    ];
    let contents: Vec<&str> = contents.iter().map(String::as_str).collect();
    vec![
        listed("scripts", "puts scripts wherever an address goes", &format!("{read}; no-text=javascript:"), &[scripts]),
        listed(
            "schemes",
            "links to files and data",
            &format!("{read}; no-text=file:///; no-text=vbscript:; no-text=data:text"),
            &[item_with("schemes", 1, odd)],
        ),
        listed("base-script", "has a script for a base", &format!("{read}; no-text=javascript:"), &[based]),
        served(
            "atom-scripts",
            "declares its scripts as three kinds of text",
            "outcome=updated; entries=3; published=3; no-text=<script",
            atom("atom-scripts", &contents),
        ),
    ]
}

fn titles() -> Vec<Case> {
    let read = "outcome=updated; entries=1; published=1";
    let titled = |id: &'static str, does: &'static str, expected: &str, title: &str| {
        listed(id, does, &format!("{read}; {expected}"), &[item_of(id, 1, title, &text(id, 1))])
    };
    let bidi = format!("bill\u{202e}fdp.exe \u{2066}{}", title("title-bidi", 1));
    let zalgo = format!("a{}", "\u{301}".repeat(PILED));
    let lines = format!("One&#13;&#10;x-planted: yes&#13;&#10; {}", title("title-lines", 1));
    let markup = format!("&lt;script&gt;alert(1)&lt;/script&gt; {}", title("title-markup", 1));
    let paths = "<category>../../etc/passwd</category><category>CON</category><category>..%2f..%2f</category>";
    vec![
        titled("title-bidi", "turns a title around", "no-text=\u{202e}", &bidi),
        titled("title-zalgo", "piles 10,000 marks on a letter", "warning=too-long; size<=100000", &zalgo),
        titled("title-blank", "has a title that nobody sees", "size<=100000", "&#160;\u{3164}"),
        titled("title-lines", "puts a field of HTTP into a title", "no-text=\r", &lines),
        titled("title-markup", "puts a script into a title", "no-text=<script", &markup),
        listed("paths", "has categories that lead out of a folder", read, &[item_with("paths", 1, paths)]),
    ]
}

/// Markup that is not quite XML.
fn shapes() -> Vec<Case> {
    let read = "outcome=updated; entries=1; published=1";
    let warned = |code: &str| format!("{read}; warning={code}");
    let error = "<br />\n<b>Warning</b>: something is not there in <b>feed.php</b> on line <b>7</b><br />\n";
    let open = feed("cdata-open", 2);
    let open = &open[..open.rfind("]]>").unwrap_or_default()];
    let signs = format!("Bread & butter &nbsp; &bogus; {}", title("signs", 1));
    vec![
        served(
            "junk-before",
            "reports an error first",
            &warned("junk-before-root"),
            error.to_owned() + &feed("junk-before", 1),
        ),
        served(
            "junk-after",
            "puts a script behind the end",
            &warned("junk-after-end"),
            feed("junk-after", 1) + "<script>plantedscript()</script>",
        ),
        listed(
            "signs",
            "escapes nothing",
            &format!("{read}; warning=bare-ampersand; warning=html-entity; warning=unknown-entity"),
            &[item_of("signs", 1, &signs, &text("signs", 1))],
        ),
        served("cdata-open", "never ends its last text", &warned("unclosed-cdata"), open),
        served(
            "crossed",
            "forgets the end of a title",
            "outcome=updated; entries=2; published=2; warning=unclosed-element",
            feed("crossed", 2).replacen("</title><guid", "<guid", 1),
        ),
        listed("no-entries", "has nothing to say", "outcome=updated; entries=0; published=0", &[]),
    ]
}

/// Documents that are no feed.
fn other_documents() -> Vec<Case> {
    let refused = "outcome=failed; cause=not-a-feed; published=0";
    vec![
        served("catalogue", "sends other XML", refused, "<?xml version=\"1.0\"?><catalogue><item/></catalogue>"),
        served("opml", "sends a list of feeds", refused, "<opml version=\"2.0\"><body/></opml>"),
        served(
            "site-map",
            "sends its site map",
            refused,
            "<urlset><url><loc>https://pub.example.org/</loc></url></urlset>",
        ),
        served("words", "sends plain words", refused, "The database is being repaired. Please come back later.\n"),
        served("bracket", "sends a bracket", "outcome=failed; cause=not-well-formed; published=0", "<"),
        served("json-error", "sends an error in JSON", refused, "{\"error\":\"no such feed\"}"),
        served("json-list", "sends a list in JSON", refused, "[1,2,3]"),
    ]
}

fn json() -> Vec<Case> {
    let version = "\"version\":\"https://jsonfeed.org/version/1.1\"";
    let sent = |id: &str, does: &'static str, expected: &str, body: String| {
        case(id, does, expected, Answer::whole("200 OK", JSON_TYPE, body))
    };
    let entry = |id: &str, number: u32| {
        let (title, text) = (title(id, number), text(id, number));
        format!("{{\"id\":\"{id}-{number}\",\"title\":\"{title}\",\"content_text\":\"{text}\"}}")
    };
    let cut = format!("{{{version},\"items\":[{},{{\"id\":\"json-cut-2\",\"ti", entry("json-cut", 1));
    let numbered = entry("json-types", 1).replace("\"json-types-1\"", "4711,\"tags\":null,\"authors\":\"none\"");
    let types = format!("{{{version},\"title\":7,\"items\":[{numbered},{}]}}", entry("json-types", 2));
    let deep_field =
        format!("{{{version},\"x\":{}{},\"items\":[{}]}}", "[".repeat(DEEP), "]".repeat(DEEP), entry("json-extra", 1));
    let read = format!("outcome=updated; entries=1; published=1; text={}", mark("json-extra", 1));
    vec![
        sent("json-cut", "breaks off within JSON", "outcome=updated; entries=1; published=1; warning=truncated", cut),
        sent(
            "json-types",
            "sends JSON of the wrong types",
            "outcome=updated; entries=2; published=2; warning=numeric-id",
            types,
        ),
        sent("json-extra", "nests 100,000 lists in a field that nobody reads", &read, deep_field),
        sent(
            "json-deep",
            "nests 100,000 lists where entries should be",
            "outcome=failed; cause=not-well-formed; published=0",
            format!("{{{version},\"items\":{}", "[".repeat(DEEP)),
        ),
    ]
}
