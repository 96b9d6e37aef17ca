//! The worker against an origin on loopback and a store in a temporary folder: a small network with
//! a clock that only moves when told.

mod again;
mod archives;
mod changes;
mod knobs;
mod languages;
mod learning;
mod parts;
mod polls;
mod removed;
mod retention;
mod sameness;
mod stop;
mod turns;
mod withdrawals;

use super::reader::Reader;
use super::{Parts, PassReport, SourceReport, Which, Worker};
use chrono::{DateTime, Utc};
use plenary_fixtures::{self as fixtures, section_with_rule};
use plenary_model::policy::{Policy, Polling, Rules};
use plenary_model::poll::PollState;
use plenary_model::port::Clock;
use plenary_model::section::Section;
use plenary_model::source::Source;
use plenary_publish::PartSize;
use plenary_store::Store;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;

const START: &str = "2021-06-01T12:00:00Z";

/// A policy with two sections and no sources.
pub(super) fn policy() -> Policy {
    Policy {
        polling: Polling {
            concurrency: 4,

            spacing: Duration::ZERO,
            timeout: Duration::from_secs(5),
            ..fixtures::polling()
        },
        rules: Rules { ask_above: 5, ..fixtures::rules() },
        sections: vec![section("news"), section("resources")],
        ..fixtures::policy("1")
    }
}

/// A section whose rule takes nothing: pieces come by their source's default.
pub(super) fn section(id: &str) -> Section {
    section_with_rule(id, "topic:none")
}

pub(super) fn source(id: &str, feeds: &[String]) -> Source {
    Source {
        name: id.to_uppercase(),
        site: None,
        feeds: feeds.to_vec(),
        section: Some("news".into()),
        ..fixtures::source(id)
    }
}

/// An RSS document with so many entries.
pub(super) fn feed(name: &str, entries: usize) -> String {
    let mut body = format!("<rss version=\"2.0\"><channel><title>{name}</title><link>https://{name}.example/</link>");
    for n in 0..entries {
        // Texts of their own, so that no two are taken for copies of one another.
        let words: Vec<String> = (0..30).map(|w| format!("{name}word{}", n * 1000 + w)).collect();
        let _ = write!(
            body,
            "<item><guid isPermaLink=\"false\">{name}-{n}</guid><title>{name} report number {n} on {}</title>\
             <link>https://{name}.example/{n}</link><pubDate>Mon, 31 May 2021 10:00:00 GMT</pubDate>\
             <description>{}</description></item>",
            words[0],
            words.join(" ")
        );
    }
    body + "</channel></rss>"
}

/// What the origin answers at a path: the answers in turn, the last one for ever. An empty one
/// means silence.
#[derive(Default)]
struct Script {
    answers: HashMap<String, Vec<String>>,
    heads: Vec<String>,
}

pub(super) struct Sandbox {
    pub(super) worker: Worker,
    pub(super) store: Store,
    pub(super) policy: watch::Sender<Arc<Policy>>,
    origin: SocketAddr,
    script: Arc<Mutex<Script>>,
    now: Arc<Mutex<DateTime<Utc>>>,
    _folder: tempfile::TempDir,
}

struct Hands(Arc<Mutex<DateTime<Utc>>>);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

impl Sandbox {
    /// A network with a source for each id, whose feeds are at the paths given.
    pub(super) async fn start(sources: &[(&str, &[&str])]) -> Self {
        plenary_fetch::install_tls();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = listener.local_addr().unwrap();
        let script = Arc::new(Mutex::new(Script::default()));
        tokio::spawn(serve(listener, Arc::clone(&script)));
        let mut policy = policy();
        policy.polling.allow = vec![origin.to_string()];
        for (id, paths) in sources {
            let feeds: Vec<String> = paths.iter().map(|path| format!("http://{origin}{path}")).collect();
            policy.sources.push(source(id, &feeds));
        }
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("test.db")).await.unwrap();
        let now = Arc::new(Mutex::new(START.parse().unwrap()));
        let (sender, receiver) = watch::channel(Arc::new(policy));
        let clock: Arc<dyn Clock> = Arc::new(Hands(Arc::clone(&now)));
        let parts = Parts {
            store: store.clone(),
            policy: receiver,
            clock,
            lookup: plenary_fetch::system_lookup(),
            jitter: Arc::new(|| 0.0),
            secret: Arc::new(|| Ok("s".repeat(64))),
        };
        let worker = Worker::new(parts).unwrap();
        worker.prepare().await.unwrap();
        Self { worker, store, policy: sender, origin, script, now, _folder: folder }
    }

    /// The next answer at a path: status with fields, and the body.
    pub(super) fn answer(&self, path: &str, head: &str, body: &str) -> &Self {
        let fields = head.split_once('|').map_or(String::new(), |(_, fields)| fields.replace('|', "\r\n") + "\r\n");
        let status = head.split('|').next().unwrap_or_default();
        let length =
            if status.starts_with("304") { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let text = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{length}{fields}\r\n{body}");
        self.script.lock().unwrap().answers.entry(path.to_owned()).or_default().push(text);
        self
    }

    /// Puts another reader in the place of the worker's, before anything is polled.
    pub(super) fn read_with(&mut self, reader: Reader) {
        Arc::get_mut(&mut self.worker.context).expect("nothing else uses the context yet").reader = reader;
    }

    /// Sets when a part of an archive is full.
    pub(super) fn limit_parts(&mut self, max: PartSize) {
        Arc::get_mut(&mut self.worker.context).expect("nothing else uses the context").part_max = max;
    }

    pub(super) fn silence(&self, path: &str) {
        self.script.lock().unwrap().answers.entry(path.to_owned()).or_default().push(String::new());
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.origin)
    }

    /// The heads of all requests so far.
    pub(super) fn heads(&self) -> Vec<String> {
        self.script.lock().unwrap().heads.clone()
    }

    pub(super) fn advance(&self, by: Duration) {
        *self.now.lock().unwrap() += by;
    }

    pub(super) async fn pass(&self, which: Which) -> PassReport {
        self.worker.pass(&which, &|_| {}).await.unwrap()
    }

    /// Polls everything and answers how it went for one source.
    pub(super) async fn poll(&self, id: &str) -> SourceReport {
        let report = self.pass(Which::All).await;
        report.sources.into_iter().find(|report| report.id.as_str() == id).unwrap()
    }

    pub(super) async fn state(&self, id: &str) -> PollState {
        let states = self.store.poll_states().await.unwrap();
        states.into_iter().find(|state| state.source.as_str() == id).unwrap()
    }

    pub(super) async fn document(&self, path: &str) -> String {
        let edition = self.store.edition(path).await.unwrap().unwrap();
        String::from_utf8(edition.identity).unwrap()
    }

    /// Entries stored.
    pub(super) async fn entries(&self) -> usize {
        self.store.totals().await.unwrap().entries
    }

    /// Puts a changed policy in force.
    pub(super) fn change_policy(&self, change: impl FnOnce(&mut Policy)) {
        self.policy.send_modify(|policy| {
            let mut new = Policy::clone(policy);
            new.version.push('+');
            change(&mut new);
            *policy = Arc::new(new);
        });
    }
}

async fn serve(listener: TcpListener, script: Arc<Mutex<Script>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let script = Arc::clone(&script);
        tokio::spawn(async move {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => return,
                }
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let answer = {
                let mut script = script.lock().unwrap();
                script.heads.push(head);
                match script.answers.get_mut(&path) {
                    Some(answers) if answers.len() > 1 => answers.remove(0),
                    Some(answers) => answers.first().cloned().unwrap_or_default(),
                    None => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
                }
            };
            if answer.is_empty() {
                tokio::time::sleep(Duration::from_mins(2)).await;
            }
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        });
    }
}
