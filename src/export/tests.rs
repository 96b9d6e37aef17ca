//! Exports are whole, repeatable, and never replace what is not theirs.

use super::*;
use chrono::DateTime;
use plenary_model::edition::Edition;
use plenary_model::port::BoxFuture;
use std::cell::RefCell;
use std::fs;

/// A site of three kinds of pages: there, withdrawn, broken.
struct ThreePages;

impl Site for ThreePages {
    fn page<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Page> {
        let (status, media_type) = match path {
            "/static/site.css" => (200, "text/css"),
            "/pieces/withdrawn" => (410, "text/html; charset=utf-8"),
            "/broken" => (500, "text/html; charset=utf-8"),
            _ => (200, "text/html; charset=utf-8"),
        };
        let page = Page { status, media_type: media_type.to_owned(), body: format!("page {path}").into_bytes() };
        Box::pin(async move { page })
    }
}

async fn store(directory: &Path) -> Store {
    let store = Store::open(&directory.join("plenary.db")).await.unwrap();
    let edition = |path: &str, body: &str| Edition {
        path: path.to_owned(),
        media_type: "application/atom+xml".to_owned(),
        digest: body.to_owned(),
        updated: DateTime::UNIX_EPOCH,
        identity: body.as_bytes().to_vec(),
        gzip: Vec::new(),
        brotli: Vec::new(),
    };
    store
        .put_editions(
            vec![edition("/sections/news.atom", "news"), edition("/sections/news/fr.atom", "nouvelles")],
            DateTime::UNIX_EPOCH,
        )
        .await
        .unwrap();
    store
}

fn paths(list: &[&str]) -> Vec<String> {
    list.iter().map(|path| (*path).to_owned()).collect()
}

#[tokio::test]
async fn the_addresses_of_the_site_become_files() {
    let dir = tempfile::tempdir().unwrap();
    let (store, out) = (store(dir.path()).await, dir.path().join("out"));
    let pages = paths(&["/", "/sections/news", "/pieces/withdrawn", "/static/site.css", "/sections/news.atom"]);
    let progress = RefCell::new(Vec::new());
    let seen = |done, total| progress.borrow_mut().push((done, total));
    let exported = export(&store, &ThreePages, &pages, &out, &seen).await.unwrap();
    let expected = [
        ("index.html", "page /"),
        ("sections/news/index.html", "page /sections/news"),
        ("sections/news.atom", "news"),
        ("sections/news/fr.atom", "nouvelles"),
        ("static/site.css", "page /static/site.css"),
    ];
    for (file, body) in expected {
        assert_eq!(fs::read_to_string(out.join(file)).unwrap(), body, "{file}");
    }
    let time = |file: &str| fs::metadata(out.join(file)).unwrap().modified().unwrap();
    assert_eq!(time("sections/news.atom"), SystemTime::UNIX_EPOCH, "a document's file is as old as the document");
    assert!(time("index.html") > SystemTime::UNIX_EPOCH);
    assert_eq!((exported.files, exported.written, exported.absent), (5, 5, paths(&["/pieces/withdrawn"])));
    assert_eq!(progress.borrow().last(), Some(&(6, 6)));
    let again = export(&store, &ThreePages, &pages, &out, &|_, _| {}).await.unwrap();
    assert_eq!((again.files, again.written), (5, 0), "nothing changed, nothing is written");
}

#[tokio::test]
async fn a_broken_page_stops_the_export_and_the_earlier_one_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (store, out) = (store(dir.path()).await, dir.path().join("out"));
    export(&store, &ThreePages, &paths(&["/"]), &out, &|_, _| {}).await.unwrap();
    let broken = export(&store, &ThreePages, &paths(&["/a", "/broken"]), &out, &|_, _| {}).await;
    assert!(matches!(broken, Err(ExportError::Page { status: 500, .. })));
    assert!(out.join("index.html").exists());
    assert!(!out.join("a").exists());
}

#[test]
fn addresses_that_lead_astray_are_refused() {
    for bad in [
        "",
        "a",
        "/",
        "/../etc/passwd",
        "/a/./b",
        "/.git/config",
        "/%2E%2e/a",
        "/a?b",
        "/a\\b",
        "/a\0",
        "/a%2F",
        "/a%2F..%2Fb",
        "/%",
        "/%+f",
        "/%ff",
    ] {
        assert_eq!(file_of(bad, false), None, "{bad}");
    }
    assert_eq!(file_of(&format!("/organisations/{}", "a".repeat(NAME_BYTES_MAX + 1)), true), None);
    assert_eq!(file_of("/sources/a.b", true).unwrap(), Path::new("sources/a.b/index.html"));
    assert_eq!(file_of("/404.html", true).unwrap(), Path::new("404.html"));
    assert_eq!(
        file_of("/organisations/a%20b%C3%A9.html", true).unwrap(),
        Path::new("organisations/a bé.html/index.html")
    );
    assert_eq!(file_of("/a%2Fb", true).unwrap(), Path::new("a/b/index.html"));
    assert_eq!(file_of("/", true).unwrap(), Path::new("index.html"));
}
