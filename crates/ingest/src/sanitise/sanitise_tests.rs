//! What the sanitiser keeps, drops and bounds.

use super::*;
use std::time::{Duration, Instant};

fn with_base(fragment: &str) -> String {
    html(fragment, Url::parse("https://example.org/a/b").ok().as_ref())
}

#[test]
fn what_can_run_is_dropped_and_text_stays() {
    for (fragment, wanted) in [
        ("<p onclick=\"x()\">a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ("<a href=\"javascript:alert(1)\">a</a>", "<a rel=\"noopener noreferrer\">a</a>"),
        ("<img src=x onerror=alert(1)>", "<img src=\"https://example.org/a/x\">"),
        ("<svg><script>alert(1)</script></svg>b", "b"),
        ("<iframe src=\"https://evil.example\">a<script>b</script></iframe>c", "ac"),
        ("<p style=\"background:url(javascript:x)\">a</p>", "<p>a</p>"),
        ("a < b & c", "a &lt; b &amp; c"),
    ] {
        assert_eq!(with_base(fragment), wanted, "{fragment}");
    }
}

#[test]
fn addresses_are_made_absolute_or_dropped() {
    assert_eq!(with_base("<img src='/c.png'>"), "<img src=\"https://example.org/c.png\">");
    assert_eq!(html("<img src='/c.png' alt='c'>", None), "<img alt=\"c\">");
}

#[test]
fn a_quotation_names_a_page_or_nothing() {
    for element in ["blockquote", "q", "del", "ins"] {
        for address in
            ["javascript:alert(1)", "JaVa\tScript:x", "data:text/html,x", "vbscript:x", "mailto:a@example.org", "://"]
        {
            let kept = with_base(&format!("<{element} cite=\"{address}\">a</{element}>"));
            assert!(!kept.contains(':') || kept.contains("https://example.org/"), "{address}: {kept}");
        }
    }
    assert_eq!(with_base("<q cite=c>a</q>"), "<q cite=\"https://example.org/a/c\">a</q>");
    assert_eq!(html("<q cite=c>a</q>", None), "<q>a</q>");
    assert_eq!(html("<q cite=https://example.com/d>a</q>", None), "<q cite=\"https://example.com/d\">a</q>");
}

#[test]
fn what_is_sound_stays_as_it_is() {
    let sound = "<div><p>a <b>b <i>c</i></b> <a href=\"https://example.org/\" rel=\"noopener noreferrer\">d</a></p>\
                 <ul><li>e</li><li>f<ol><li>g</li></ol></li></ul><table><tbody><tr><td>h</td></tr></tbody></table>\
                 <pre>i &amp; j</pre></div>";
    assert_eq!(html(sound, None), sound);
}

#[test]
fn the_guard_drops_what_can_run() {
    let hostile = "<i>x</i><script>a<b></script><svg><style><img src=x onerror=y></style>w</svg><xmp><p></xmp>z";
    assert_eq!(html(hostile, None), "<i>x</i>wz");
}

/// Inputs that make a tree builder slow or its output huge.
#[test]
fn hostile_fragments_cost_little() {
    let formatting = (0..4_000).fold(String::new(), |all, n| format!("{all}<b {n}>"));
    let both = (0..2_000).fold(String::new(), |all, n| format!("{all}<b {n}><i {n}>x</b></b>"));
    for hostile in [
        "<div>".repeat(50_000),
        "<ul><li>".repeat(30_000),
        format!("{formatting}{}", "<p>x".repeat(4_000)),
        format!("<table>{formatting}{}", "<tr>x".repeat(4_000)),
        format!("<table>{}", "<table><td><b>".repeat(4_000)),
        format!("{}{}", "<p><b 1><b 2><b 3>".repeat(20), "<p>x".repeat(30_000)),
        format!("{}{}", "<a><div>".repeat(4_000), "</a>".repeat(4_000)),
        both,
    ] {
        let before = Instant::now();
        let clean = html(&hostile, None);
        assert!(before.elapsed() < Duration::from_secs(10), "{} took {:?}", &hostile[..40], before.elapsed());
        assert!(clean.len() <= hostile.len() * 4 + 4_096, "{} became {}", hostile.len(), clean.len());
    }
}

#[test]
fn cleaning_twice_changes_nothing() {
    for fragment in [
        "<pre>\n\na</pre>",
        "&amp;lt;b&amp;gt;",
        "<p>a<p>b",
        "<b><p>a</b>b",
        "a&nbsp;b",
        "<td>x</td>",
        "<table><tfoot><tr><td>x",
        "&nbsp;a",
        "<h4>a<x-y><h4>b",
        "<table><colgroup><col><col>",
        "<pre>\u{1}\n\na</pre>",
        "<b>a&#13;b&#13;\nc</b>",
        // An element that is left out stood between the two.
        "<ruby>a<rt>b<font>c<rt>d</ruby>",
    ] {
        let once = with_base(fragment);
        assert_eq!(with_base(&once), once, "{fragment}");
    }
}

/// Beginnings without an end, each of which is searched for in all that follows.
#[test]
fn what_never_ends_is_searched_for_once() {
    let comments = format!("{}>", "<!--x".repeat(30_000));
    let quotes = format!("<a ='>{}", "<a ' ='>".repeat(10_000));
    for hostile in ["<a ".repeat(40_000), "</a".repeat(40_000), format!("{}>", "</ ".repeat(40_000)), comments, quotes]
    {
        let before = Instant::now();
        let _ = (html(&hostile, None), text(&hostile));
        // Quadratic, each takes minutes without optimisation.
        assert!(before.elapsed() < Duration::from_secs(10), "{} took {:?}", &hostile[..40], before.elapsed());
    }
}

/// The short ways give what the long way gives.
#[test]
fn text_without_tags_needs_no_parser() {
    let sanitiser = Sanitiser::new();
    let pieces = [
        "a",
        " ",
        "&amp;",
        "&lt;",
        "&gt;",
        "&quot;",
        "&#39;",
        "&#x3C;",
        "&#60;b&#62;",
        "&nbsp;",
        "&rsquo;",
        "& ",
        "\u{a0}",
        ">",
        "\"",
        "'",
        "é",
        "语",
        "\u{1F600}",
        "\n",
        "\t",
        "&unknown; ",
        "script",
        "/",
        "=",
        "&#8217;",
        "&#150;",
    ];
    let mut state = 1_usize;
    let mut pick = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        pieces[(state >> 33) % pieces.len()]
    };
    for length in 0..2_000 {
        let text: String = (0..length % 12).map(|_| pick()).collect();
        let long = sanitiser.builder.clean(&text).to_string();
        assert_eq!(sanitiser.html(&text, None), long.trim_ascii(), "{text:?}");
    }
}

#[test]
fn links_out_say_the_same_whatever_they_said() {
    assert_eq!(html("<a rel=me title=x>y</a>", None), "<a rel=\"noopener noreferrer\" title=\"x\">y</a>");
    // Its address cannot be kept, which changes the order of what is left.
    let once = html("<a href=x title=y>z</a>\u{FEFF}", None);
    assert_eq!(html(&once, None), once);
    assert_eq!(html("\u{FEFF} <b>x</b>", None), "<b>x</b>");
}

#[test]
fn attributes_that_no_element_may_have_make_no_difference() {
    let sanitiser = Sanitiser::new();
    let mut all = sanitiser.attributes.clone();
    all.extend(["class", "color", "id", "onclick", "rel", "style", "target", "type"]);
    all.sort_unstable();
    for fragment in [
        "<p class=x STYLE='a:b' title=t>a<a HREF='https://example.org/' onclick=x rel=me>b</a></p>",
        "<b class=1><b class=2><b class=3><b class=4>a</b>b</b>c</b>d</b>e",
        "<font color=red><p>a<font color=red>b</p>c</font>",
        "<img SRC=https://example.org/i.png onerror=x id=i width=1><table class=t><td style=s align=left>c",
        "<a href='https://example.org/' href='javascript:x' type=button>a</a>",
        "<i id=\"a>b\">c</i><q style='<b>' cite=https://example.org/>d</q>",
    ] {
        let whole = sanitiser.builder.clean(&guard::bound_and_nest(fragment, &all)).to_string();
        assert_eq!(sanitiser.html(fragment, None), whole, "{fragment}");
    }
}
