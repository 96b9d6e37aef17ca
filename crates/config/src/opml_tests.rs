//! Lists of feeds as other programs and people write them.

use super::*;

fn policy() -> Policy {
    let text = "[network]\nname = \"N\"\naddress = \"https://f.example.org\"\ncontact = \"w@example.org\"\nlanguages = [\"en\"]\n\n[[source]]\nid = \"a\"\nname = \"A\"\nfeed = \"https://a.example.org/feed\"\nstanding = \"member\"\n";
    super::super::read_text("feeds.toml", text, &|_| Ok(String::new()), crate::tests::read_shipped).unwrap()
}

fn read(text: &str) -> Result<Import, OpmlError> {
    let texts = TextReader { references: |text| text.replace("&amp;", "&"), words: str::to_owned };
    let defaults = ImportDefaults { standing: Standing::Member, trust: Trust::Review };
    import(text, &policy(), defaults, texts)
}

const LIST: &str = r#"<?xml version="1.0"?><opml version="2.0"><body>
  <outline text="Partners"><outline text="Étoile &amp; Co" xmlUrl="https://e.example.org/rss" htmlUrl="https://e.example.org/"/>
    <outline text="A again" xmlUrl="http://www.a.example.org/feed/"/></outline>
  <outline text="étoile co" xmlUrl="https://e2.example.org/rss" language="fr"/>
  <outline text="Bad" xmlUrl="feed:nothing"/></body></opml>"#;

#[test]
fn groups_give_the_standing_and_known_feeds_are_left_out() {
    let import = read(LIST).unwrap();
    let got: Vec<(&str, Option<Standing>)> = import.added.iter().map(|b| (b.id.as_str(), b.standing)).collect();
    assert_eq!(got, [("etoile-co", Some(Standing::Partner)), ("etoile-co-2", Some(Standing::Member))]);
    assert_eq!(import.added[0].name, "Étoile & Co");
    let skipped: Vec<&str> = import.skipped.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(skipped, ["A again", "Bad"]);
}

#[test]
fn what_is_no_opml_is_named() {
    assert!(read("<rss/>").is_err());
    let error = read("<opml>\n<body>\n<outline text=\"x\" </body>").unwrap_err();
    assert!(error.line >= 3, "{error}");
}

#[test]
fn every_outline_is_taken_or_told() {
    let found = read(
        "<opml><body><outline text='A' xmlUrl='https://x.example.org/rss'/><outline text='Empty'></outline>\
         <outline text='Page' type='link' url='https://x.example.org/'/><outline text='Media' trust='trusted'>\
         <outline text='A' xmlUrl='https://x.example.org/rss'/><outline text='B' xmlUrl='feed://y.example.org/rss'/>\
         <outline/></outline><outline text='C' xmlUrl='https://z.example.org/rss' trust='blocked'/></body></opml>",
    )
    .unwrap();
    let got: Vec<_> = found.added.iter().map(|b| (b.id.as_str(), b.standing.unwrap(), b.trust.unwrap())).collect();
    let expected = [
        ("a-2", Standing::Media, Trust::Review),
        ("b", Standing::Media, Trust::Trusted),
        ("c", Standing::Member, Trust::Blocked),
    ];
    assert_eq!(got, expected);
    assert_eq!(found.added[1].feeds, ["http://y.example.org/rss"]);
    let told: Vec<String> = found.skipped.into_iter().map(|(name, why)| format!("{name}: {why}")).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    for (told, words) in told.iter().zip([
        "Empty: it names no feed",
        "Page: it is of type",
        "A: the list has its feed twice; it is one source, a-2, as media",
        "an outline without a name",
    ]) {
        assert!(told.starts_with(words), "{told}");
    }
}
