//! `WebSub`: one Plenary subscribes to another, strangers subscribe to its hub, a foreign hub brings news.

use crate::support::http::{Answer, get};
use crate::support::network::{Network, item, rss};
use crate::support::program::command;
use plenary_ingest::push::signature;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A server as a process, ended with the test.
struct Server(Child);

impl Server {
    fn start(network: &Network, listen: SocketAddr) -> Self {
        let child = command(network.folder(), &["serve", "--listen", &listen.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self(child);
        wait_until("the server is ready", || {
            TcpStream::connect(listen).is_ok() && get(listen, "/readyz").status == 200
        });
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn wait_until(what: &str, mut done: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(30), "not within 30 s: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
    began.elapsed()
}

/// An address that nobody listens on yet.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A policy of a site at `site` with pushing on, which may talk to `others`.
fn policy(network: &Network, site: SocketAddr, feed: &str, others: &[SocketAddr]) {
    let allow: Vec<String> = others.iter().chain([&network.origin.addr()]).map(|a| format!("\"{a}\"")).collect();
    network.write_policy(&format!(
        "[network]\nname = \"Test Network\"\naddress = \"http://{site}\"\ncontact = \"webmaster@example.org\"\n\
         languages = [\"en\"]\n[push]\nhub = true\nsubscribe = true\n[polling]\nspacing = \"0s\"\nallow = [{}]\n\
         [[source]]\nid = \"a\"\nname = \"A\"\nfeed = \"{feed}\"\nstanding = \"member\"\n\
         [[section]]\nid = \"rest\"\ntitle = {{ en = \"All\" }}\nwhere = \"not topic:covid-19\"\n",
        allow.join(", ")
    ));
}

/// A request as a stranger received it.
#[derive(Clone, Debug)]
struct Heard {
    method: String,
    target: String,
    head: String,
    body: Vec<u8>,
}

impl Heard {
    fn field(&self, name: &str) -> String {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")));
        line.and_then(|line| line.split_once(':')).map_or(String::new(), |(_, value)| value.trim().to_owned())
    }

    fn query(&self, name: &str) -> String {
        let query = if self.method == "GET" { self.target.split_once('?').unwrap().1.as_bytes() } else { &self.body };
        let found = url::form_urlencoded::parse(query).find(|(known, _)| known == name);
        found.map_or(String::new(), |(_, value)| value.into_owned())
    }
}

/// A stranger's server: what it heard, answered by a function; `None` means silence.
struct Stranger {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Stranger {
    fn start(answer: impl Fn(&Heard) -> Option<(u16, String)> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (list, answer) = (Arc::clone(&heard), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (list, answer) = (Arc::clone(&list), Arc::clone(&answer));
                std::thread::spawn(move || {
                    let Some(asked) = receive(&stream) else { return };
                    let said = answer(&asked);
                    list.lock().unwrap().push(asked);
                    let Some((status, body)) = said else {
                        return std::thread::sleep(Duration::from_mins(1));
                    };
                    let reply =
                        format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                    let _ = (&stream).write_all((reply + &body).as_bytes());
                });
            }
        });
        Self { address, heard }
    }

    fn heard(&self, path: &str, method: &str) -> Vec<Heard> {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|h| h.target.starts_with(path) && h.method == method).cloned().collect()
    }
}

fn receive(mut stream: &TcpStream) -> Option<Heard> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let mut words = head.split(' ').map(str::to_owned);
            let message = Heard { method: words.next()?, target: words.next()?, head, body: bytes[end + 4..].to_vec() };
            if message.body.len() >= message.field("content-length").parse().unwrap_or(0) {
                return Some(message);
            }
        }
        match stream.read(&mut buffer).ok()? {
            0 => return None,
            read => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

fn post(site: SocketAddr, path: &str, fields: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(site).unwrap();
    let mut head =
        format!("POST {path} HTTP/1.1\r\nhost: {site}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in fields {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    crate::support::http::answer(&bytes)
}

fn form(fields: &[(&str, &str)]) -> Vec<u8> {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

fn subscribe(site: SocketAddr, topic: &str, callback: &str) -> u16 {
    let fields =
        [("hub.mode", "subscribe"), ("hub.topic", topic), ("hub.callback", callback), ("hub.secret", "between us")];
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    post(site, "/hub", &kind, &form(&fields)).status
}

fn news(number: u32) -> String {
    let words: Vec<String> = (0..20).map(|word| format!("word{number}x{word}")).collect();
    item(&number.to_string(), &format!("Report {number} of the {}", words[0]), &words.join(" "), 1)
}

#[test]
fn one_plenary_pushes_to_another() {
    let (first, second) = (Network::new(&[]), Network::new(&[]));
    let (site, reader) = (free(), free());
    policy(&first, site, &first.origin.url("/a.xml"), &[site, reader]);
    policy(&second, reader, &format!("http://{site}/all.atom"), &[site, reader]);
    first.put("/a.xml", &rss(&[news(1)]));
    let _first = Server::start(&first, site);
    wait_until("the first has its news", || get(site, "/all.atom").text().contains("Report 1"));
    let feed = get(site, "/all.atom");
    assert!(feed.text().contains(&format!("<link href=\"http://{site}/hub\" rel=\"hub\"/>")), "{}", feed.text());
    assert_eq!(
        feed.header("link"),
        format!("<http://{site}/hub>; rel=\"hub\", <http://{site}/all.atom>; rel=\"self\"")
    );
    let json: serde_json::Value = serde_json::from_slice(&get(site, "/all.json").body).unwrap();
    assert_eq!(json["hubs"], serde_json::json!([{ "type": "WebSub", "url": format!("http://{site}/hub") }]));
    assert!(get(site, "/all.rss").text().contains("rel=\"hub\""));

    let _second = Server::start(&second, reader);
    let status = || second.run(&["status", "--json"]).json();
    wait_until("the hub has verified", || status()["push"]["subscriptions"][0]["state"] == "active");
    assert!(first.run(&["status"]).out.contains("hub: 1 subscriber"));
    let polled = status()["sources"][0]["polled_at"].clone();

    first.put("/a.xml", &rss(&[news(1), news(2)]));
    first.poll();
    let took = wait_until("the news are pushed", || get(reader, "/all.atom").text().contains("Report 2"));
    assert!(took < Duration::from_secs(10), "{took:?}");
    let now = status();
    assert_eq!(now["sources"][0]["detail"], "brought by its hub");
    assert_ne!(now["sources"][0]["polled_at"], polled);
    let next: chrono::DateTime<chrono::Utc> = serde_json::from_value(now["sources"][0]["next_at"].clone()).unwrap();
    assert!(next > chrono::Utc::now() + chrono::Duration::hours(5), "polling goes on, but seldom: {next}");
    assert_eq!(now["push"]["subscriptions"][0]["bad_signatures"], 0);
}

#[test]
fn strangers_subscribe_to_the_hub() {
    let network = Network::new(&[]);
    let site = free();
    let stranger = Stranger::start(|heard| match heard.target.split('?').next().unwrap() {
        "/wrong" => Some((200, "something else".to_owned())),
        "/hang" if heard.method == "POST" => None,
        "/gone" if heard.method == "POST" => Some((410, String::new())),
        _ => Some((200, if heard.method == "GET" { heard.query("hub.challenge") } else { String::new() })),
    });
    let other = free();
    policy(&network, site, &network.origin.url("/a.xml"), &[stranger.address]);
    network.put("/a.xml", &rss(&[news(1)]));
    let _server = Server::start(&network, site);
    wait_until("the first news", || get(site, "/all.atom").text().contains("Report 1"));

    let topic = format!("http://{site}/all.atom");
    let callback = |path: &str| format!("http://{}{path}", stranger.address);
    for path in ["/good?mine=1", "/wrong", "/hang", "/gone"] {
        assert_eq!(subscribe(site, &topic, &callback(path)), 202, "{path}");
    }
    // Not in the list of allowed addresses: the guard refuses it, and nobody is asked.
    assert_eq!(subscribe(site, &topic, &format!("http://{other}/inner")), 202);
    assert_eq!(subscribe(site, &format!("http://{site}/none.atom"), &callback("/denied")), 202);
    assert_eq!(subscribe(site, "http://elsewhere.example/all.atom", &callback("/good")), 400);
    let hub = || network.run(&["status", "--json"]).json()["push"]["hub"].clone();
    wait_until("all are verified or refused", || hub()["pending"] == 0);
    assert_eq!(hub()["subscribers"], 3, "good, hang, gone");
    wait_until("the denial is told", || !stranger.heard("/denied", "GET").is_empty());
    assert_eq!(stranger.heard("/denied", "GET")[0].query("hub.mode"), "denied");
    let verified = &stranger.heard("/good", "GET")[0];
    assert_eq!((verified.query("mine"), verified.query("hub.topic")), ("1".to_owned(), topic.clone()));
    assert_eq!(verified.query("hub.lease_seconds"), "864000");

    network.put("/a.xml", &rss(&[news(1), news(2)]));
    network.poll();
    wait_until("the news are brought", || !stranger.heard("/good", "POST").is_empty());
    let brought = &stranger.heard("/good", "POST")[0];
    let served = get(site, "/all.atom");
    assert_eq!(brought.body, served.body, "the whole document");
    assert_eq!(brought.field("content-type"), served.header("content-type"));
    assert_eq!(brought.field("x-hub-signature"), signature("between us", &brought.body));
    assert!(brought.field("link").contains("rel=\"hub\""));
    assert!(brought.field("link").contains(&topic));
    wait_until("410 ends a subscription", || hub()["subscribers"] == 2);
    wait_until("the silent one is tried again later", || hub()["failing"] == 1);

    let fields =
        [("hub.mode", "unsubscribe"), ("hub.topic", topic.as_str()), ("hub.callback", &callback("/good?mine=1"))];
    assert_eq!(post(site, "/hub", &[], &form(&fields)).status, 202);
    wait_until("the subscription is ended", || hub()["subscribers"] == 1);
}

#[test]
fn a_foreign_hub_brings_news() {
    let network = Network::new(&[]);
    let (site, topic) = (free(), "http://pub.example.org/feed");
    let hub = Stranger::start(|_| Some((202, String::new())));
    policy(&network, site, &network.origin.url("/a.xml"), &[hub.address]);
    let announcing = |items: &[String]| {
        let links = format!(
            "<atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"hub\" href=\"http://{}/\"/>\
             <atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"self\" href=\"{topic}\"/>",
            hub.address
        );
        rss(items).replace("<description>d</description>", &format!("<description>d</description>{links}"))
    };
    network.put("/a.xml", &announcing(&[news(1)]));
    let _server = Server::start(&network, site);
    wait_until("the hub is asked", || !hub.heard("/", "POST").is_empty());
    let asked = &hub.heard("/", "POST")[0];
    let (callback, secret) = (asked.query("hub.callback"), asked.query("hub.secret"));
    assert_eq!((asked.query("hub.mode").as_str(), asked.query("hub.topic").as_str()), ("subscribe", topic));
    assert_eq!(secret.len(), 64);
    let path = callback.strip_prefix(&format!("http://{site}")).unwrap().to_owned();
    let verify = |path: &str, topic: &str| {
        let query = form(&[
            ("hub.mode", "subscribe"),
            ("hub.topic", topic),
            ("hub.challenge", "c<h>"),
            ("hub.lease_seconds", "3600"),
        ]);
        get(site, &format!("{path}?{}", String::from_utf8(query).unwrap()))
    };
    assert_eq!(verify("/push/guessed", topic).status, 404);
    assert_eq!(verify(&path, "http://pub.example.org/other").status, 404);
    let verified = verify(&path, topic);
    assert_eq!(
        (verified.status, verified.text(), verified.header("content-type")),
        (200, "c<h>", "text/plain; charset=utf-8")
    );

    let body = announcing(&[news(2)]).into_bytes();
    let kind = ("content-type", "application/rss+xml");
    for signed in [signature("guessed", &body), "sha256=zz".to_owned()] {
        assert_eq!(post(site, &path, &[kind, ("x-hub-signature", &signed)], &body).status, 202);
    }
    assert_eq!(post(site, &path, &[kind], &body).status, 202, "without a signature");
    let subscription = || network.run(&["status", "--json"]).json()["push"]["subscriptions"][0].clone();
    wait_until("bad signatures are counted", || subscription()["bad_signatures"] == 3);
    assert!(network.run(&["status"]).out.contains("3 documents ignored: bad signature"));
    assert!(!get(site, "/all.atom").text().contains("Report 2"));

    assert_eq!(post(site, &path, &[kind, ("x-hub-signature", &signature(&secret, &body))], &body).status, 202);
    wait_until("a good one is read", || get(site, "/all.atom").text().contains("Report 2"));
    assert!(get(site, "/all.atom").text().contains("Report 1"), "what a push does not carry stays");
    assert_eq!(post(site, "/push/guessed", &[kind], &body).status, 410);
}
