//! The fetcher against an origin of raw bytes on loopback, so that it can misbehave as no HTTP
//! library would let it.

mod waiting;

use super::*;
use chrono::{DateTime, Utc};
use plenary_model::policy::Network;
use plenary_model::poll::{Cause, CauseKind, FetchRequest, Fetched};
use plenary_model::port::Clock;
use plenary_model::validators::Validators;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const FEED: &str = "<rss version=\"2.0\"><channel><title>t</title></channel></rss>";

struct At(DateTime<Utc>);

impl Clock for At {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

/// What the origin does once it has sent its bytes.
enum After {
    Close,
    Stall,
}

struct Reply(Vec<u8>, After);

impl Reply {
    fn new(status: &str, fields: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut bytes =
            format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{fields}\r\n", body.len())
                .into_bytes();
        bytes.extend_from_slice(body);
        Self(bytes, After::Close)
    }

    fn raw(text: &str) -> Self {
        Self(text.as_bytes().to_vec(), After::Close)
    }
}

struct Origin {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Origin {
    /// Answers each request by `reply(path, head)`.
    async fn start(reply: impl Fn(&str, &str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (seen, reply) = (Arc::clone(&heads), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (seen, reply) = (Arc::clone(&seen), Arc::clone(&reply));
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    // A client that wants TLS says so in its first byte; it gets plain HTTP back.
                    while !head.ends_with(b"\r\n\r\n") && !head.starts_with(&[0x16]) {
                        match stream.read_u8().await {
                            Ok(byte) => head.push(byte),
                            Err(_) => return,
                        }
                    }
                    let head = String::from_utf8_lossy(&head).into_owned();
                    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                    seen.lock().unwrap().push(head.clone());
                    let Reply(bytes, after) = reply(&path, &head);
                    let _ = stream.write_all(&bytes).await;
                    match after {
                        After::Close => {
                            let _ = stream.shutdown().await;
                        }
                        After::Stall => tokio::time::sleep(Duration::from_mins(1)).await,
                    }
                });
            }
        });
        Self { address, heads }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn hits(&self) -> usize {
        self.heads.lock().unwrap().len()
    }

    fn last_head(&self) -> String {
        self.heads.lock().unwrap().last().cloned().unwrap_or_default()
    }

    fn fetcher(&self) -> Fetcher {
        fetcher(&[self.address.to_string()], Duration::from_secs(5))
    }

    async fn get(&self, path: &str) -> Fetched {
        self.fetcher().fetch(&request(&self.url(path))).await
    }
}

fn settings(allow: &[String], timeout: Duration) -> Settings {
    install_tls();
    Settings {
        user_agent: "Plenary/0 (test; contact@example.org)".into(),
        timeout,
        allow: allow.to_vec(),
        per_host: 2,
        spacing: Duration::ZERO,
    }
}

fn fetcher(allow: &[String], timeout: Duration) -> Fetcher {
    Fetcher::new(&settings(allow, timeout), Arc::new(At("2021-06-01T12:00:00Z".parse().unwrap())), &system_lookup())
        .unwrap()
}

fn request(url: &str) -> FetchRequest {
    FetchRequest { url: url.to_owned(), validators: Validators::default() }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    coder.write_all(body).unwrap();
    coder.finish().unwrap()
}

#[tokio::test]
async fn a_document_comes_with_what_was_said_about_it() {
    let origin = Origin::start(|_, _| {
        let fields = "ETag: W/\"1\"\r\nLast-Modified: sometime\r\nCache-Control: max-age=60\r\nContent-Type: text/xml\r\nSet-Cookie: a=1\r\n";
        Reply::new("200 OK", fields, FEED)
    })
    .await;
    let fetched = origin.get("/feed?secret=1#part").await;
    assert_eq!(fetched.cause, Cause::new(CauseKind::Ok, ""));
    assert_eq!((fetched.status, fetched.conditional), (Some(200), false));
    let document = fetched.document.unwrap();
    assert_eq!((document.body.as_slice(), document.content_type.as_deref()), (FEED.as_bytes(), Some("text/xml")));
    assert_eq!(fetched.validators.etag.as_deref(), Some(&b"W/\"1\""[..]));
    assert_eq!(fetched.fresh_for, Some(Duration::from_mins(1)));
    assert_eq!((fetched.final_url, fetched.permanent_url), (origin.url("/feed?secret=1"), None));

    let head = origin.last_head().to_ascii_lowercase();
    assert!(head.contains("user-agent: plenary/0 (test; contact@example.org)"), "{head}");
    assert!(head.contains("application/atom+xml"), "{head}");
    for coding in ["gzip", "br", "deflate"] {
        assert!(head.contains(coding), "{coding} in {head}");
    }
    for absent in ["cookie", "referer", "if-none-match", "if-modified-since"] {
        assert!(!head.contains(absent), "{absent} in {head}");
    }
}

#[tokio::test]
async fn both_validators_go_out_and_a_304_keeps_what_it_does_not_refresh() {
    let origin = Origin::start(|_, _| Reply::raw("HTTP/1.1 304 Not Modified\r\nETag: \"2\"\r\n\r\n")).await;
    let validators = Validators { etag: Some(b"\"1\"".to_vec()), last_modified: Some(b"odd, date".to_vec()) };
    let asked = FetchRequest { url: origin.url("/"), validators: validators.clone() };
    let fetched = origin.fetcher().fetch(&asked).await;
    assert_eq!(fetched.cause.kind, CauseKind::NotModified);
    assert!(fetched.conditional);
    assert_eq!(fetched.validators.etag.as_deref(), Some(&b"\"2\""[..]));
    assert_eq!(fetched.validators.last_modified, validators.last_modified);
    let head = origin.last_head();
    assert!(head.contains("if-none-match: \"1\"\r\n"), "{head}");
    assert!(head.contains("if-modified-since: odd, date\r\n"), "{head}");

    assert_eq!(origin.get("/").await.cause.kind, CauseKind::BadAnswer, "a 304 that was not asked for");
}

#[tokio::test]
async fn redirects_are_followed_by_hand_and_end() {
    let origin = Origin::start(|path, _| match path {
        "/301" => Reply::new("301 Moved", "Location: 308\r\n", ""),
        "/308" => Reply::new("308 Moved", "Location: /feed\r\n", ""),
        "/302" => Reply::new("302 Found", "Location: /301\r\nSet-Cookie: a=1\r\n", ""),
        "/loop" => Reply::new("302 Found", "Location: /pool\r\n", ""),
        "/pool" => Reply::new("302 Found", "Location: /loop\r\n", ""),
        "/nowhere" => Reply::new("302 Found", "", ""),
        "/file" => Reply::new("302 Found", "Location: file:///etc/passwd\r\n", ""),
        "/inner" => Reply::new("301 Found", "Location: http://127.0.0.9:1/\r\n", ""),
        "/user" => Reply::new("302 Found", "Location: http://a:b@127.0.0.1/\r\n", ""),
        "/feed" => Reply::new("200 OK", "", FEED),
        chain => {
            let hop: usize = chain.trim_start_matches("/chain").parse().unwrap_or_default();
            Reply::new("302 Found", &format!("Location: /chain{}\r\n", hop + 1), "")
        }
    })
    .await;
    let fetched = origin.get("/301").await;
    assert_eq!(fetched.cause.kind, CauseKind::Ok);
    assert_eq!(fetched.permanent_url, Some(origin.url("/feed")));
    let fetched = origin.get("/302").await;
    assert_eq!((fetched.cause.kind, fetched.permanent_url), (CauseKind::Ok, None));
    assert!(!origin.last_head().to_ascii_lowercase().contains("cookie"));

    for (path, kind) in [
        ("/loop", CauseKind::RedirectLoop),
        ("/nowhere", CauseKind::BadAnswer),
        ("/file", CauseKind::RefusedAddress),
        ("/inner", CauseKind::RefusedAddress),
        ("/user", CauseKind::RefusedAddress),
    ] {
        assert_eq!(origin.get(path).await.cause.kind, kind, "{path}");
    }
    let before = origin.hits();
    assert_eq!(origin.get("/chain0").await.cause.kind, CauseKind::RedirectLoop);
    assert_eq!(origin.hits() - before, REDIRECTS_MAX + 1);
}

#[tokio::test]
async fn statuses_have_names() {
    let origin = Origin::start(|path, _| {
        let fields = match path {
            "/429" => "Retry-After: 120\r\n",
            "/503" => "Retry-After: Tue, 01 Jun 2021 12:02:00 GMT\r\n",
            "/403" => "cf-mitigated: challenge\r\n",
            _ => "Retry-After: 5\r\n",
        };
        let body = if path == "/202" { "<!doctype html><p><a href='/.well-known/sgcaptcha/?r=1'>" } else { "" };
        Reply::new(&format!("{} Word", path.trim_start_matches('/')), fields, body)
    })
    .await;
    for (path, kind, wait) in [
        ("/401", CauseKind::Forbidden, Some(5)),
        ("/403", CauseKind::Challenge, None),
        ("/202", CauseKind::Challenge, None),
        ("/404", CauseKind::NotFound, Some(5)),
        ("/410", CauseKind::Gone, Some(5)),
        ("/429", CauseKind::Busy, Some(120)),
        ("/503", CauseKind::Busy, Some(120)),
        ("/500", CauseKind::Status, Some(5)),
        ("/204", CauseKind::Status, None),
        ("/206", CauseKind::Status, None),
        ("/999", CauseKind::Status, None),
    ] {
        let fetched = origin.get(path).await;
        assert_eq!(fetched.cause.kind, kind, "{path}");
        assert_eq!(fetched.retry_after, wait.map(Duration::from_secs), "{path}");
        assert_eq!(fetched.document, None, "{path}");
    }
}

#[tokio::test]
async fn what_a_location_has_beyond_ascii_is_asked_as_it_came() {
    let origin = Origin::start(|path, _| match path {
        "/latin" => Reply(b"HTTP/1.1 301 X\r\nLocation: /caf\xe9\r\nContent-Length: 0\r\n\r\n".to_vec(), After::Close),
        "/utf" => Reply("HTTP/1.1 301 X\r\nLocation: /é\r\nContent-Length: 0\r\n\r\n".into(), After::Close),
        "/caf%E9" | "/%C3%A9" => Reply::new("200 OK", "", FEED),
        _ => Reply::new("404 Not Found", "", ""),
    })
    .await;
    for path in ["/latin", "/utf"] {
        assert_eq!(origin.get(path).await.cause.kind, CauseKind::Ok, "{path}");
    }
}

#[tokio::test]
async fn bodies_are_decoded_within_limits() {
    let bomb = gzip(&vec![b' '; BODY_BYTES_MAX + 1]);
    let origin = Origin::start(move |path, _| match path {
        "/gzip" => Reply::new("200 OK", "Content-Encoding: gzip\r\n", gzip(FEED.as_bytes())),
        "/bomb" => Reply::new("200 OK", "Content-Encoding: gzip\r\n", &bomb),
        "/lie" => Reply::new("200 OK", "Content-Encoding: gzip\r\n", FEED),
        "/cut" => Reply::new("200 OK", "Content-Encoding: gzip\r\n", &gzip(FEED.as_bytes())[..30]),
        "/twice" => Reply::new("200 OK", "Content-Encoding: gzip, gzip\r\n", gzip(&gzip(FEED.as_bytes()))),
        "/unknown" => Reply::new("200 OK", "Content-Encoding: x-evil\r\n", FEED),
        "/odd" => Reply::new("200 OK", "Content-Encoding: x-evil\r\n", "\u{1}\u{2} odd"),
        "/huge" => Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 100000000000000\r\n\r\n<rss>"),
        "/long" => Reply::new("200 OK", "", vec![b' '; BODY_BYTES_MAX + 1]),
        _ => Reply::new("200 OK", "", vec![b' '; BODY_BYTES_MAX]),
    })
    .await;
    for path in ["/gzip", "/twice", "/unknown"] {
        assert_eq!(origin.get(path).await.document.unwrap().body, FEED.as_bytes(), "{path}");
    }
    assert_eq!(origin.get("/whole").await.document.unwrap().body.len(), BODY_BYTES_MAX);
    for (path, kind) in [
        ("/bomb", CauseKind::TooBig),
        ("/huge", CauseKind::TooBig),
        ("/long", CauseKind::TooBig),
        ("/lie", CauseKind::BadAnswer),
        ("/odd", CauseKind::BadAnswer),
        ("/cut", CauseKind::Interrupted),
    ] {
        let fetched = origin.get(path).await;
        assert_eq!(fetched.cause.kind, kind, "{path}: {}", fetched.cause);
        assert!(fetched.validators.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn answers_that_break_http_are_named() {
    let many = "X-A: b\r\n".repeat(20_000);
    let giant = format!("X-A: {}\r\n", "b".repeat(8_000_000));
    let origin = Origin::start(move |path, _| match path {
        "/short" => Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<rss>"),
        "/chunk" => Reply::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\nzz\r\n"),
        "/cut-chunk" => Reply::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n<rss>"),
        "/negative" => Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n<rss>"),
        "/two" => Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n<rss>x"),
        "/many" => Reply::raw(&format!("HTTP/1.1 200 OK\r\n{many}\r\n{FEED}")),
        "/giant" => Reply::raw(&format!("HTTP/1.1 200 OK\r\n{giant}\r\n{FEED}")),
        "/09" => Reply::raw(FEED),
        "/nothing" => Reply::raw(""),
        _ => Reply::raw(&format!("HTTP/1.0 200 OK\r\n\r\n{FEED}")),
    })
    .await;
    assert_eq!(origin.get("/10").await.cause.kind, CauseKind::Ok);
    for (path, kind) in [
        ("/short", CauseKind::Interrupted),
        ("/chunk", CauseKind::Interrupted),
        ("/cut-chunk", CauseKind::Interrupted),
        ("/negative", CauseKind::BadAnswer),
        ("/two", CauseKind::BadAnswer),
        ("/many", CauseKind::BadAnswer),
        ("/giant", CauseKind::BadAnswer),
        ("/09", CauseKind::BadAnswer),
        ("/nothing", CauseKind::Interrupted),
    ] {
        let fetched = origin.get(path).await;
        assert_eq!(fetched.cause.kind, kind, "{path}: {}", fetched.cause);
    }
}

#[tokio::test]
async fn silence_ends() {
    let origin = Origin::start(|path, _| match path {
        "/body" => Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<rss>".to_vec(), After::Stall),
        _ => Reply(Vec::new(), After::Stall),
    })
    .await;
    let fetcher = fetcher(&[origin.address.to_string()], Duration::from_millis(200));
    for path in ["/body", "/head"] {
        let watch = Stopwatch::start();
        let ended = fetcher.fetch(&request(&origin.url(path))).await;
        assert_eq!(ended.cause.kind, CauseKind::Timeout, "{path}");
        assert!(watch.elapsed() < Duration::from_secs(3));
    }
}

#[tokio::test]
async fn what_may_not_be_asked_is_not_asked() {
    let origin = Origin::start(|_, _| Reply::new("200 OK", "", FEED)).await;
    let port = origin.address.port();
    let strict = fetcher(&[], Duration::from_secs(2));
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost", "me:pw@127.0.0.1"] {
        let fetched = strict.fetch(&request(&format!("http://{host}:{port}/"))).await;
        assert_eq!(fetched.cause.kind, CauseKind::RefusedAddress, "{host}");
        assert!(!fetched.cause.detail.contains("pw"), "{}", fetched.cause);
    }
    assert_eq!(strict.fetch(&request("no address")).await.cause.kind, CauseKind::RefusedAddress);
    assert_eq!(origin.hits(), 0);

    let by_name = fetcher(&[format!("localhost:{port}")], Duration::from_secs(2));
    assert_eq!(by_name.fetch(&request(&format!("http://localhost:{port}/"))).await.cause.kind, CauseKind::Ok);
    assert_eq!(by_name.fetch(&request(&origin.url("/"))).await.cause.kind, CauseKind::RefusedAddress);
}

#[tokio::test]
async fn a_connection_that_fails_is_named() {
    let origin = Origin::start(|_, _| Reply::new("200 OK", "", FEED)).await;
    let plain = origin.fetcher().fetch(&request(&format!("https://{}/", origin.address))).await;
    assert_eq!(plain.cause.kind, CauseKind::Tls, "{}", plain.cause);
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let fetcher = fetcher(&[closed.to_string()], Duration::from_secs(2));
    let refused = fetcher.fetch(&request(&format!("http://{closed}/"))).await;
    assert_eq!(refused.cause.kind, CauseKind::Unreachable, "{}", refused.cause);
    let unknown = fetcher.fetch(&request("http://no-such-name.invalid/")).await;
    assert_eq!(unknown.cause.kind, CauseKind::Unresolved, "{}", unknown.cause);
}

#[test]
fn the_user_agent_is_a_header_whatever_the_network_is_called() {
    let network = Network { name: "Réseau (enfants)\r\nX: y".into(), ..plenary_fixtures::network() };
    let agent = settings::name_agent(&network);
    assert!(agent.starts_with("Plenary/"), "{agent}");
    assert!(agent.contains(&network.contact), "{agent}");
    assert!(agent.bytes().all(|b| (0x20..0x7f).contains(&b)), "{agent}");
}
