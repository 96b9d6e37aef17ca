//! Whom we leave alone for how long, and names that are looked up as told.

use super::*;

#[tokio::test]
async fn nobody_is_asked_within_its_retry_after_not_even_by_a_redirect() {
    let origin = Origin::start(|path, _| match path {
        "/busy" => Reply::new(
            "503 Busy",
            "Date: Tue, 01 Jun 2021 11:00:00 GMT\r\nRetry-After: Tue, 01 Jun 2021 11:02:00 GMT\r\n",
            "",
        ),
        "/broken" => Reply::new("500 Oops", "Retry-After: 60\r\n", ""),
        "/to-busy" => Reply::new("302 Found", "Location: /busy\r\n", ""),
        _ => Reply::new("200 OK", "Retry-After: 60\r\n", FEED),
    })
    .await;
    let fetcher = origin.fetcher();
    let get = async |path: &str| {
        let ended = fetcher.fetch(&request(&origin.url(path))).await;
        (ended.cause.kind, ended.retry_after.map(|wait| wait.as_secs()), origin.hits())
    };
    assert_eq!(get("/busy").await, (CauseKind::Busy, Some(120), 1), "by the server's own clock");
    assert_eq!(get("/busy").await, (CauseKind::Waiting, Some(120), 1));
    assert_eq!(get("/to-busy").await, (CauseKind::Waiting, Some(120), 2));
    assert_eq!(get("/broken").await, (CauseKind::Status, Some(60), 3));
    assert_eq!(get("/broken").await, (CauseKind::Waiting, Some(60), 3));
    assert_eq!(get("/feed").await, (CauseKind::Ok, None, 4), "an allowed address does not wait for its host");
    assert_eq!(get("/feed").await, (CauseKind::Ok, None, 5));
    let other = origin.fetcher();
    let until = "2021-06-01T13:00:00Z".parse().unwrap();
    other.note_waits(&[(origin.url("/feed"), until), ("not an address".to_owned(), until)]);
    let waiting = other.fetch(&request(&origin.url("/feed"))).await;
    assert_eq!((waiting.cause, origin.hits()), (Cause::new(CauseKind::Waiting, "until 2021-06-01 13:00 UTC"), 5));
}

#[tokio::test]
async fn a_name_is_looked_up_as_told_and_guarded_all_the_same() {
    let origin = Origin::start(|_, _| Reply::new("200 OK", "", FEED)).await;
    let (port, settings) = (origin.address.port(), settings(&[origin.address.to_string()], Duration::from_secs(5)));
    let lookup: Lookup = Arc::new(|name| {
        Box::pin(async move {
            match name.as_str() {
                "one.example" => Ok(vec!["127.0.0.1".parse().unwrap()]),
                "two.example" => Ok(vec!["127.0.0.2".parse().unwrap()]),
                _ => Err(std::io::ErrorKind::NotFound.into()),
            }
        })
    });
    let fetcher = Fetcher::new(&settings, Arc::new(At("2021-06-01T12:00:00Z".parse().unwrap())), &lookup).unwrap();
    for (name, expected) in
        [("one", CauseKind::Ok), ("two", CauseKind::RefusedAddress), ("three", CauseKind::Unresolved)]
    {
        let ended = fetcher.fetch(&request(&format!("http://{name}.example:{port}/"))).await;
        assert_eq!(ended.cause.kind, expected, "{name}: {}", ended.cause);
    }
}
