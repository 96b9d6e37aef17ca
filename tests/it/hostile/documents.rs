//! Cases of the document as a whole: encodings that lie, entities that multiply or ask elsewhere, more of everything
//! than there should be.

use super::origin::{Answer, Canary, Case, case};
use super::texts::{atom, feed, feed_after, item, item_of, item_with, text, title};
use crate::support::network::rss;

const TYPE: &str = "content-type: application/rss+xml\r\n";

/// Levels of entities that each stand for ten of the one below.
const LAUGHS: usize = 9;
/// Length of an entity, in bytes, and how often it is named.
const BIG_ENTITY: (usize, usize) = (50_000, 2_000);
const DEEP: usize = 100_000;
/// Elements of HTML inside each other.
const DEEP_HTML: usize = 20_000;
const ATTRIBUTES: usize = 1_000_000;
const NAMESPACES: usize = 20_000;
/// Length of the one text of a feed, in bytes.
const HUGE_TEXT_BYTES: usize = 3 * 1024 * 1024;
const HUGE_TITLE_WORDS: usize = 40_000;
const HUGE_ADDRESS_BYTES: usize = 100_000;
const CATEGORIES: usize = 10_000;
const FLOOD: u32 = 3_000;
/// Entries that one source may bring in a day, by the policy of the test: fewer than are read of a flood.
pub const ENTRIES_PER_DAY: usize = 400;
const OPEN_COMMENTS: usize = 50_000;
const NOISE_BYTES: usize = 64 * 1024;

pub fn cases(canary: &Canary) -> Vec<Case> {
    [encodings(), entities(canary), errands(canary), depths(), masses()].into_iter().flatten().collect()
}

pub fn served(id: &str, does: &'static str, expected: &str, body: impl AsRef<[u8]>) -> Case {
    case(id, does, expected, Answer::whole("200 OK", TYPE, body))
}

/// An RSS document of these items.
pub fn listed(id: &str, does: &'static str, expected: &str, items: &[String]) -> Case {
    served(id, does, expected, rss(items))
}

fn encodings() -> Vec<Case> {
    let named = |id: &str| rss(&[item_of(id, 1, &format!("Zürich: {}", title(id, 1)), &text(id, 1))]);
    let declared = |id: &str, encoding: &str| named(id).replace("UTF-8", encoding);
    let right = "outcome=updated; entries=1; published=1; text=Zürich";
    let warned = format!("{right}; warning=encoding");
    let broken = feed("utf8-broken", 2);
    let (before, after) = broken.split_at(broken.find("<p>").unwrap_or_default());
    let broken = [before.as_bytes(), b"\xff\xfe\x80 ", after.as_bytes()].concat();
    let latin_1: Vec<u8> = named("latin1-as-utf8").chars().map(|c| u8::try_from(c).unwrap()).collect();
    let wide = named("utf16").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let hidden = item_of("utf7", 1, &format!("+ADw-script+AD4- {}", title("utf7", 1)), &text("utf7", 1));
    let controls = format!("A\0B\u{1}C\u{8}D\u{fffe}E&#0;F&#xD800; {}", title("controls", 1));
    let mut noise = vec![0; NOISE_BYTES];
    fastrand::Rng::with_seed(1).fill(&mut noise);
    vec![
        served(
            "utf8-broken",
            "sends bytes that are no UTF-8",
            "outcome=updated; entries=2; published=2; warning=encoding",
            broken,
        ),
        served("utf8-as-latin1", "calls UTF-8 Latin-1", &warned, declared("utf8-as-latin1", "ISO-8859-1")),
        served(
            "latin1-as-utf8",
            "calls Latin-1 UTF-8",
            "outcome=updated; entries=1; published=1; warning=encoding",
            latin_1,
        ),
        served("utf16", "sends UTF-16 and calls it UTF-8", right, [b"\xff\xfe".to_vec(), wide].concat()),
        case(
            "charset-unknown",
            "names an encoding that there is not",
            &warned,
            Answer::whole("200 OK", "content-type: text/xml; charset=x-none\r\n", named("charset-unknown")),
        ),
        served(
            "utf7",
            "hides a script in UTF-7",
            "outcome=updated; entries=1; warning=encoding; no-text=<script",
            rss(&[hidden]).replace("UTF-8", "UTF-7"),
        ),
        listed(
            "controls",
            "sends NULs and other characters that XML does not have",
            "outcome=updated; entries=1; published=1; warning=illegal-character; warning=illegal-reference",
            &[item_of("controls", 1, &controls, &text("controls", 1))],
        ),
        served("noise", "sends noise", "outcome=failed; published=0", noise),
        served(
            "picture",
            "sends a picture",
            "outcome=failed; cause=not-a-feed; published=0",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        ),
    ]
}

fn entities(canary: &Canary) -> Vec<Case> {
    let read = "outcome=updated; entries=1; published=1";
    let named = |id: &str, entity: &str| item_of(id, 1, &title(id, 1), &format!("{} {entity}", text(id, 1)));
    let mut laughs = "<!DOCTYPE rss [<!ENTITY lol0 \"ha\">".to_owned();
    for level in 1..=LAUGHS {
        laughs += &format!("<!ENTITY lol{level} \"{}\">", format!("&lol{};", level - 1).repeat(10));
    }
    let (length, times) = BIG_ENTITY;
    let big = format!("<!DOCTYPE rss [<!ENTITY big \"{}\">]>", "a".repeat(length));
    let external = |id: &str| format!("<!DOCTYPE rss [<!ENTITY remote SYSTEM \"{}\">]>", canary.url(id));
    let file = "<!DOCTYPE rss [<!ENTITY remote SYSTEM \"file:///etc/passwd\">]>";
    let definition = format!("<!DOCTYPE rss SYSTEM \"{}\">", canary.url("entity-definition"));
    let parameter =
        format!("<!DOCTYPE rss [<!ENTITY % remote SYSTEM \"{}\"> %remote;]>", canary.url("entity-parameter"));
    let sheet = format!("<?xml-stylesheet type=\"text/xsl\" href=\"{}\"?>", canary.url("include"));
    let include = canary.url("include");
    let include = format!("<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"{include}\"/>");
    vec![
        served(
            "entity-laughs",
            "nests entities, ten in each",
            &format!("{read}; size<=20000"),
            feed_after(&format!("{laughs}]>"), &[named("entity-laughs", &format!("&lol{LAUGHS};"))]),
        ),
        served(
            "entity-big",
            "names a big entity again and again",
            &format!("{read}; warning=unknown-entity; size<=150000"),
            feed_after(&big, &[named("entity-big", &"&big;".repeat(times))]),
        ),
        served(
            "entity-file",
            "asks for a file of ours",
            &format!("{read}; warning=unknown-entity; no-text=root:"),
            feed_after(file, &[named("entity-file", "&remote;")]),
        ),
        served(
            "entity-remote",
            "asks for an entity on loopback",
            &format!("{read}; warning=unknown-entity; no-canary"),
            feed_after(&external("entity-remote"), &[named("entity-remote", "&remote;")]),
        ),
        served(
            "entity-definition",
            "keeps its definition on loopback",
            &format!("{read}; no-canary"),
            feed_after(&definition, &[item("entity-definition", 1)]),
        ),
        served(
            "entity-parameter",
            "keeps a parameter entity on loopback",
            &format!("{read}; no-canary"),
            feed_after(&parameter, &[item("entity-parameter", 1)]),
        ),
        served(
            "include",
            "includes what is on loopback",
            &format!("{read}; no-canary"),
            feed_after(&sheet, &[item_with("include", 1, &include)]),
        ),
    ]
}

/// Addresses that a document only mentions: nobody asked us to look.
fn errands(canary: &Canary) -> Vec<Case> {
    let at = canary.url("errands");
    let inside = format!(
        "<enclosure url=\"{at}\" type=\"audio/mpeg\" length=\"1\"/><source url=\"{at}\">Other</source>\
         <comments>{at}</comments><content:encoded><![CDATA[<p>{}</p><img src=\"{at}\">]]></content:encoded>",
        text("errands", 2)
    );
    let links = format!(
        "<atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"hub\" href=\"{at}\"/>\
         <image><url>{at}</url><title>x</title><link>{at}</link></image>"
    );
    let content = format!("<content type=\"text/html\" src=\"{}\"/>", canary.url("content-elsewhere"));
    let read = "outcome=updated; entries=1; published=1; no-canary; asked=1";
    vec![
        listed("errands", "mentions addresses on loopback", read, &[links, item_with("errands", 1, &inside)]),
        served("content-elsewhere", "keeps its texts on loopback", read, atom("content-elsewhere", &[&content])),
    ]
}

fn depths() -> Vec<Case> {
    let cut = "outcome=updated; entries=1; published=1; warning=too-big";
    let deep = format!("{}{}", "<a>".repeat(DEEP), "</a>".repeat(DEEP));
    let in_html = |id: &str, markup: &str| {
        item_of(id, 1, &title(id, 1), &format!("<![CDATA[{}{}]]>", markup.repeat(DEEP_HTML), text(id, 1)))
    };
    let read = "outcome=updated; entries=1; published=1; size<=1000000";
    let attributes = item("attributes", 1).replacen("<item>", &format!("<item{}>", " a=''".repeat(ATTRIBUTES)), 1);
    let names: String = (0..NAMESPACES).map(|n| format!(" xmlns:n{n}=\"urn:n{n}\"")).collect();
    vec![
        listed("deep-xml", "nests 100,000 elements", cut, &[item_with("deep-xml", 1, &deep)]),
        listed("deep-html", "nests 20,000 elements in a text", read, &[in_html("deep-html", "<div>")]),
        listed("deep-lists", "nests 20,000 lists in a text", read, &[in_html("deep-lists", "<ul><li>")]),
        listed("deep-tables", "nests 20,000 tables in a text", read, &[in_html("deep-tables", "<table><tr><td>")]),
        listed("deep-letters", "never ends 40,000 changes of letters", read, &[in_html("deep-letters", "<b><i>")]),
        listed("attributes", "gives an entry a million attributes", cut, &[attributes]),
        served(
            "namespaces",
            "declares 20,000 namespaces",
            cut,
            feed("namespaces", 1).replacen("<rss", &format!("<rss{names}"), 1),
        ),
    ]
}

fn masses() -> Vec<Case> {
    let long = "outcome=updated; entries=1; published=1; warning=too-long";
    let once = text("huge-text", 1);
    let huge = once.repeat(HUGE_TEXT_BYTES / once.len());
    let address = format!("https://pub.example.org/{}", "a".repeat(HUGE_ADDRESS_BYTES));
    let addressed = format!(
        "<item><title>{}</title><guid>{address}</guid><link>{address}</link><description>{}</description></item>",
        title("huge-address", 1),
        text("huge-address", 1)
    );
    let categories: String = (0..CATEGORIES).map(|n| format!("<category>kind {n}</category>")).collect();
    let flood: Vec<String> = (1..=FLOOD)
        .map(|n| {
            format!("<item><guid isPermaLink=\"false\">flood-{n}</guid><title>{}</title></item>", title("flood", n))
        })
        .collect();
    let flooded = format!(
        "outcome=updated; cause=over-quota; entries=1000; new={ENTRIES_PER_DAY}; published=50; \
         warning=too-many-entries; due<=1"
    );
    let comments = "<!--x>".repeat(OPEN_COMMENTS);
    vec![
        listed(
            "huge-text",
            "sends one text of 3 MiB",
            &format!("{long}; size<=1000000"),
            &[item_of("huge-text", 1, &title("huge-text", 1), &huge)],
        ),
        listed(
            "huge-title",
            "sends a title of 40,000 words",
            &format!("{long}; size<=100000"),
            &[item_of("huge-title", 1, &"lantern ".repeat(HUGE_TITLE_WORDS), &text("huge-title", 1))],
        ),
        listed("huge-address", "sends an id and a link of 100 KB", &format!("{long}; size<=100000"), &[addressed]),
        listed(
            "categories",
            "sends 10,000 categories",
            "outcome=updated; entries=1; published=1; warning=too-many; size<=100000",
            &[item_with("categories", 1, &categories)],
        ),
        listed("flood", "sends 3,000 entries", &flooded, &flood),
        listed(
            "comments",
            "begins 50,000 comments and ends none",
            "outcome=updated; entries=1; published=1; warning=unclosed-comment",
            &[item("comments", 1), comments],
        ),
    ]
}
