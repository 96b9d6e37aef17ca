//! The origin: one server on loopback that plays all hosts, and tells the ledger of every request before it answers.

use super::judge::{Ledger, Request};
use super::manners::{Answer, Site, http_date};
use super::{Outcome, TIMEOUT};
use plenary_model::port::Clock;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Longest head of a request that is read, in bytes.
const HEAD_BYTES_MAX: u64 = 32_768;

pub struct Origin {
    stage: Arc<Stage>,
}

struct Stage {
    sites: Vec<Site>,
    port: u16,
    clock: Arc<dyn Clock>,
    ledger: Mutex<Ledger>,
}

impl Origin {
    pub async fn start(sites: Vec<Site>, clock: Arc<dyn Clock>, ledger: Ledger) -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let stage = Arc::new(Stage { sites, port, clock, ledger: Mutex::new(ledger) });
        let serving = Arc::clone(&stage);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let stage = Arc::clone(&serving);
                // Whoever hangs up ends its own connection.
                tokio::spawn(async move { stage.converse(stream).await });
            }
        });
        Ok(Self { stage })
    }

    pub fn sites(&self) -> &[Site] {
        &self.stage.sites
    }

    pub fn port(&self) -> u16 {
        self.stage.port
    }

    pub fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.stage.port)
    }

    /// What was noted; the ledger is empty afterwards.
    pub fn take_ledger(&self) -> Ledger {
        std::mem::take(&mut self.stage.ledger.lock().unwrap())
    }
}

impl Stage {
    /// Answers the requests of one connection until it is closed.
    async fn converse(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let (reader, mut writer) = stream.into_split();
        let mut reader = BufReader::new(reader);
        loop {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                if (&mut reader).take(HEAD_BYTES_MAX).read_until(b'\n', &mut head).await? == 0 {
                    return Ok(());
                }
            }
            let Some(request) = Request::parse(&head) else { return Ok(()) };
            let Some(site) = self.sites.get(request.number) else { return Ok(()) };
            let now = self.clock.now();
            let answer = self.ledger.lock().unwrap().take(&request, site, self.port, now, Instant::now());
            // Nobody waits longer than that, and whoever gives up may do so a moment before it is noticed here.
            let waited = answer.delay.min(TIMEOUT.saturating_sub(super::judge::JITTER));
            tokio::time::sleep(waited).await;
            // Before the bytes go out: whoever has them may ask again.
            self.ledger.lock().unwrap().end(&request.host);
            tokio::time::sleep(answer.delay.saturating_sub(waited)).await;
            writer.write_all(&write_answer(&answer, &http_date(now))).await?;
        }
    }
}

fn write_answer(answer: &Answer, date: &str) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {} Answer\r\n", answer.status).into_bytes();
    let mut field = |name: &str, value: &[u8]| {
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
    };
    for (name, value) in &answer.fields {
        field(name, value);
    }
    if answer.value("date").is_none() {
        field("date", date.as_bytes());
    }
    if answer.status != 304 {
        field("content-type", b"application/rss+xml; charset=utf-8");
        field("content-length", answer.body.len().to_string().as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(answer.body.as_bytes());
    bytes
}
