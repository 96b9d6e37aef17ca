//! Damaged databases: `status` says so, or the damage does no harm.

use crate::support::kills::chance::Chance;
use crate::support::network::{Network, item, rss};
use plenary_model::edition::Edition;
use plenary_store::Store;
use std::fs;
use std::path::Path;

/// Bytes of a page of SQLite, unless told otherwise.
const PAGE: usize = 4_096;

/// A way to damage a database: the file, its log, chance.
type Harm = fn(&mut Vec<u8>, &mut Vec<u8>, &mut Chance);

/// Ways to damage a database, and how often each is tried.
const HARMS: [(&str, usize, Harm); 9] = [
    ("a byte of the header", 12, |file, _, chance| {
        let place = chance.below(100);
        file[place] ^= 1 << chance.below(8);
    }),
    ("bytes in a page", 16, |file, _, chance| {
        let place = chance.below(file.len() - 16);
        for byte in &mut file[place..place + 16] {
            *byte = u8::try_from(chance.below(256)).unwrap();
        }
    }),
    ("one bit", 8, |file, _, chance| {
        let place = chance.below(file.len());
        file[place] ^= 1 << chance.below(8);
    }),
    ("cut off", 8, |file, _, chance| {
        let length = chance.below(file.len());
        file.truncate(length);
    }),
    ("a page of zeros", 8, |file, _, chance| {
        let page = chance.below(file.len() / PAGE);
        file[page * PAGE..(page + 1) * PAGE].fill(0);
    }),
    ("two pages changed places", 6, |file, _, chance| {
        let pages = file.len() / PAGE;
        let (one, other) = (1 + chance.below(pages - 1), 1 + chance.below(pages - 1));
        for byte in 0..PAGE {
            file.swap(one * PAGE + byte, other * PAGE + byte);
        }
    }),
    ("a log of garbage", 2, |_, log, chance| {
        log.extend((0..PAGE).map(|_| u8::try_from(chance.below(256)).unwrap()));
    }),
    ("no database", 1, |file, _, _| {
        file.clear();
        file.extend(b"Dear diary, ".repeat(1_000));
    }),
    ("an empty file", 1, |file, _, _| file.clear()),
];

/// Every document of a database.
fn read_editions(path: &Path) -> Vec<Edition> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = Store::open_to_read(path).await.unwrap();
        let mut editions = Vec::new();
        for path in store.edition_paths("").await.unwrap() {
            editions.push(store.edition(&path).await.unwrap().unwrap());
        }
        store.close().await.unwrap();
        editions
    })
}

#[test]
fn what_is_damaged_is_said_or_does_no_harm() {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    let items: Vec<String> = (0..30)
        .map(|n| {
            item(&n.to_string(), &format!("COVID-19 and school {n}"), &format!("Words of text {n}. ").repeat(60), n)
        })
        .collect();
    network.put("/a.xml", &rss(&items));
    network.run(&["poll", "--all"]).ended(0);
    network.run(&["status"]).ended(0);
    let (path, log_path) = (network.folder().join("plenary.db"), network.folder().join("plenary.db-wal"));
    let whole = fs::read(&path).unwrap();
    let editions = read_editions(&path);
    assert!(editions.len() > 10 && whole.len() > 20 * PAGE, "{} documents", editions.len());

    let (mut seen, mut harmless) = (0, 0);
    for (what, times, harm) in HARMS {
        for time in 0..times {
            let (mut file, mut log) = (whole.clone(), Vec::new());
            harm(&mut file, &mut log, &mut Chance::new(time as u64));
            for suffix in ["-wal", "-shm", "-journal"] {
                let _ = fs::remove_file(network.folder().join(format!("plenary.db{suffix}")));
            }
            fs::write(&path, &file).unwrap();
            if !log.is_empty() {
                fs::write(&log_path, log).unwrap();
            }
            let said = network.run(&["status"]);
            if said.code == 0 {
                harmless += 1;
                assert_eq!(read_editions(&path), editions, "{what}, {time}: no word of it, and documents differ");
                continue;
            }
            seen += 1;
            assert!(said.err.contains("plenary.db"), "{what}, {time}: the file is named: {said:?}");
            let remedies = ["plenary restore", "name another file", "restore a backup", "start the server"];
            assert!(remedies.iter().any(|remedy| said.err.contains(remedy)), "{what}, {time}: {said:?}");
            assert!(!said.err.contains("panicked"), "{what}, {time}: {said:?}");
            // A copy of it is refused, or whole: what is no damage of structure is copied as it stands.
            let copied = network.run(&["backup", "copy.db"]);
            if copied.code == 0 {
                fs::remove_file(network.folder().join("copy.db")).unwrap();
            }
            assert!(!network.folder().join("copy.db").exists(), "{what}, {time}: {copied:?}");
            assert!(!network.folder().join("copy.db.partial").exists(), "{what}, {time}: {copied:?}");
        }
    }
    println!("{seen} damages were said, {harmless} do no harm");
    assert!(seen + harmless >= 55 && seen > 40, "{seen} of {}", seen + harmless);
}
