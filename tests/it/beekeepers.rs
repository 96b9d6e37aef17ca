//! A network of another kind, with topics, genres and organisations of its own: nothing but the policy names
//! a network, so nothing of the shipped one shows.

use crate::serving::Server;
use crate::support::http::get;
use crate::support::network::{Network, item, rss};
use serde_json::Value;
use std::path::{Path, PathBuf};

const TOPICS: &str = r#"
[[topic]]
id = "swarms"
title = { en = "Swarms", fr = "Essaims" }
terms.en.strong = ["swarm*"]

[[topic]]
id = "honey"
title = { en = "Honey", fr = "Miel" }
terms.en.strong = ["honey"]
"#;

const GENRES: &str = r#"
[[genre]]
id = "recipe"
title = { en = "Recipe", fr = "Recette" }
terms.en.title = ["recipe*"]

[[genre]]
id = "order"
title = { en = "Order", fr = "Arrêté" }
role = "release"

[[genre]]
id = "report"
title = { en = "Report", fr = "Compte rendu" }
role = "news"

[[genre]]
id = "sundry"
title = { en = "Sundry", fr = "Divers" }
role = "other"
"#;

const ORGANISATIONS: &str = r#"
[[organisation]]
name = "Institute of Apiculture"
standing = "partner"
aliases = ["Apiculture Institute"]
"#;

const SECTIONS: &str = r#"
[[section]]
id = "orders"
title = { en = "Orders", fr = "Arrêtés" }
where = "genre:order"

[[section]]
id = "swarms"
title = { en = "Swarms", fr = "Essaims" }
where = "topic:swarms"
invite = { en = "You saw a swarm? Tell us where.", fr = "Vous avez vu un essaim ? Dites-nous où." }

[[section]]
id = "kitchen"
title = { en = "Kitchen", fr = "Cuisine" }
where = "topic:honey and genre:recipe"

[[section]]
id = "partners"
title = { en = "Partners", fr = "Partenaires" }
where = "issuer:partner"

[[section]]
id = "reports"
title = { en = "Reports", fr = "Comptes rendus" }
where = "genre:report or genre:sundry"
"#;

/// Sources: slug, name, standing.
const SOURCES: [(&str, &str, &str); 4] = [
    ("valley", "Beekeepers of the Valley", "own"),
    ("mill", "Mill Apiary", "member"),
    ("inspector", "Bee Inspectorate", "un"),
    ("gazette", "Valley Gazette", "media"),
];

/// Pieces: source, title, text, section.
const PIECES: [(&str, &str, &str, &str); 7] = [
    ("valley", "The hall is booked", "We meet there in autumn, as every year.", "reports"),
    ("mill", "Old tower occupied", "A swarm settled below the roof on Sunday.", "swarms"),
    ("mill", "Recipe: gingerbread", "Take a pound of honey and a spoon of cloves.", "kitchen"),
    ("mill", "Smokers mended", "Bring yours on Friday evening.", "reports"),
    ("mill", "Statement by the Apiculture Institute on mites", "Treat every colony before winter.", "partners"),
    ("inspector", "Foul brood at the river", "Colonies within three kilometres stay where they are.", "orders"),
    ("gazette", "Rain keeps foragers in", "June was the wettest in ten years.", "reports"),
];

/// What stands in no text of another network, in small letters.
const TRACES: [&str; 9] = [
    "children",
    "child right",
    "child-",
    "covid",
    "crc",
    "human right",
    "press-release",
    "news-story",
    "un-mechanisms",
];

/// The head of a policy with these sources, each trusted.
fn head(network: &Network, include: &str, sources: &[(&str, &str, &str)]) -> String {
    let mut text = format!(
        "[network]\nname = \"Beekeepers of the Valley\"\naddress = \"https://bees.example.org\"\n\
         contact = \"keeper@bees.example.org\"\nlanguages = [\"en\", \"fr\"]\n{include}\n[polling]\nallow = [\"{}\"]\n",
        network.origin.addr()
    );
    for (id, name, standing) in sources {
        text += &format!(
            "\n[[source]]\nid = \"{id}\"\nname = \"{name}\"\nfeed = \"{}\"\nstanding = \"{standing}\"\ntrust = \"trusted\"\n",
            network.origin.url(&format!("/{id}.xml"))
        );
    }
    text
}

fn put_pieces(network: &Network, source: &str) {
    let items = PIECES.iter().enumerate().filter(|(_, piece)| piece.0 == source);
    let items: Vec<String> = items.map(|(n, (_, title, text, _))| item(&format!("n{n}"), title, text, 2)).collect();
    network.put(&format!("/{source}.xml"), &rss(&items));
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[track_caller]
fn has_no_trace(what: &str, text: &str) {
    let small = text.to_lowercase();
    for trace in TRACES {
        if let Some(at) = small.find(trace) {
            let around: String = small.chars().skip(small[..at].chars().count().saturating_sub(60)).take(140).collect();
            panic!("{what} says \"{trace}\": … {around} …");
        }
    }
}

#[test]
fn a_network_of_its_own_shows_nothing_of_the_shipped_one() {
    let network = Network::new(&[]);
    for (name, text) in [("topics.toml", TOPICS), ("genres.toml", GENRES), ("organisations.toml", ORGANISATIONS)] {
        std::fs::write(network.folder().join(name), text).unwrap();
    }
    let include = "include = [\"topics.toml\", \"genres.toml\", \"organisations.toml\"]\n";
    network.write_policy(&(head(&network, include, &SOURCES) + SECTIONS));
    for (id, ..) in SOURCES {
        put_pieces(&network, id);
    }
    has_no_trace("check", &network.run(&["check"]).ended(0).out);
    let report = network.poll();
    assert_eq!(report["sources"].as_array().map(Vec::len), Some(SOURCES.len()), "{report}");
    network.run(&["publish", "--out", "site"]).ended(0);
    let site = network.folder().join("site");

    for (_, title, _, section) in PIECES {
        let page = std::fs::read_to_string(site.join(format!("sections/{section}/index.html"))).unwrap();
        assert!(page.contains(title), "{title} is not in {section}");
    }
    let mut read = 0;
    for file in files(&site) {
        let is_code = file.extension().is_some_and(|end| end == "css" || end == "js");
        if let (false, Ok(text)) = (is_code, std::fs::read_to_string(&file)) {
            has_no_trace(&file.display().to_string(), &text);
            read += 1;
        }
    }
    assert!(read > 50, "{read} files were read");
    let mut explained = 0;
    for piece in std::fs::read_dir(site.join("pieces")).unwrap() {
        let name = piece.unwrap().file_name().into_string().unwrap();
        for arguments in [vec!["explain", &name], vec!["explain", &name, "--json"]] {
            has_no_trace(&format!("explain {name}"), &network.run(&arguments).ended(0).out);
        }
        explained += 1;
    }
    assert_eq!(explained, PIECES.len());

    let server = Server::start(&network);
    for path in
        ["/how", "/fr/how", "/search", "/fr/search", "/search?q=genre:recipe", "/genres", "/topics", "/organisations"]
            .into_iter()
            .chain(["/api/v1/openapi.json", "/api/v1/sections", "/api/v1/pieces"])
    {
        let answer = get(server.address, path);
        assert_eq!(answer.status, 200, "{path}");
        has_no_trace(path, answer.text());
    }
    assert!(
        get(server.address, "/how").text().contains("You saw a swarm?"),
        "sections invite on the page of how it works"
    );
    server.stop();
}

#[test]
fn the_built_in_organisations_are_nobodys_own() {
    let network = Network::new(&[]);
    let sections = "\n[[section]]\nid = \"all\"\ntitle = { en = \"All\" }\nwhere = \"not topic:covid-19\"\n";
    network.write_policy(&(head(&network, "", &SOURCES[1..2]) + sections));
    network.put(
        "/mill.xml",
        &rss(&[
            item("1", "Statement by the NGO Group for the CRC", "They ask for more meadows.", 2),
            item("2", "Statement by the Beekeepers of the Valley", "We ask for more meadows, too.", 2),
        ]),
    );
    network.poll();
    network.run(&["publish", "--out", "site"]).ended(0);
    let mut issuers: Vec<(String, String)> = Vec::new();
    for piece in std::fs::read_dir(network.folder().join("site/pieces")).unwrap() {
        let name = piece.unwrap().file_name().into_string().unwrap();
        let run = network.run(&["explain", &name, "--json"]).ended(0);
        assert!(!run.out.contains("Child Rights Connect"), "{}", run.out);
        let said: Value = run.json();
        let word = |pointer| said.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
        issuers.push((word("/entries/0/title"), word("/piece/facets/issuer")));
    }
    issuers.sort();
    // The network is known by its name even where it has no source.
    let of = |title: &str, issuer: &str| (title.to_owned(), issuer.to_owned());
    assert_eq!(
        issuers,
        [
            of("Statement by the Beekeepers of the Valley", "own"),
            of("Statement by the NGO Group for the CRC", "member"),
        ]
    );
}
