//! The origin of the benches that poll: feeds with entity tags on loopback.
#![allow(dead_code, reason = "each bench measures with a part of it")]
#![allow(unreachable_pub, reason = "nothing outside uses a bench")]

use plenary_fixtures::prose;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;

/// Entries in each feed.
pub const ENTRIES: usize = 20;
/// Every so many-th statement is about the pandemic.
const COVID_EVERY: usize = 3;
/// Words in an entry.
const WORDS_IN_ENTRY: usize = 120;
/// An HTTP/1.1 server of feeds, with entity tags.
pub struct Origin {
    pub address: SocketAddr,
    pub bytes: usize,
    documents: Arc<Documents>,
    requests: Arc<AtomicUsize>,
    not_modified: Arc<AtomicUsize>,
}

/// Each feed with the number of its news so far.
type Documents = RwLock<Vec<(usize, Arc<String>)>>;

impl Origin {
    pub fn start(feeds: usize) -> io::Result<Self> {
        let listener = TcpListener::bind(("0.0.0.0", 0))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, listener.local_addr()?.port()));
        let texts: Vec<_> = (0..feeds).map(|feed| (0, Arc::new(document(feed, 0)))).collect();
        let bytes = texts.iter().map(|(_, text)| text.len()).sum();
        let documents: Arc<Documents> = Arc::new(RwLock::new(texts));
        let (requests, not_modified) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let counters = (Arc::clone(&requests), Arc::clone(&not_modified));
        let served = Arc::clone(&documents);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (documents, counters) = (Arc::clone(&served), counters.clone());
                thread::spawn(move || answer(&connection, &documents, &counters.0, &counters.1));
            }
        });
        Ok(Self { address, bytes, documents, requests, not_modified })
    }

    /// Where a feed is found: each is at a host of its own, an address of loopback, so that polls are not spaced.
    pub fn url_of(&self, feed: usize) -> String {
        let [high, low] = u16::try_from(feed).unwrap_or_default().to_be_bytes();
        let host = SocketAddr::from((Ipv4Addr::new(127, 1, high, low), self.address.port()));
        format!("http://{host}/{feed}")
    }

    /// Gives a feed one more entry.
    pub fn renew(&self, feed: usize) {
        let mut documents = self.documents.write().unwrap_or_else(PoisonError::into_inner);
        if let Some((news, text)) = documents.get_mut(feed) {
            *news += 1;
            *text = Arc::new(document(feed, *news));
        }
    }

    /// Requests, and those of them that were answered 304.
    pub fn counts(&self) -> (usize, usize) {
        (self.requests.load(Ordering::SeqCst), self.not_modified.load(Ordering::SeqCst))
    }
}

/// Answers the requests of one connection until it is closed.
fn answer(
    connection: &TcpStream,
    documents: &Documents,
    requests: &AtomicUsize,
    not_modified: &AtomicUsize,
) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let (mut reader, mut writer) = (BufReader::new(connection), connection);
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let mut conditional = None;
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header)? == 0 || header.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("if-none-match")
            {
                conditional = Some(value.trim().to_owned());
            }
        }
        requests.fetch_add(1, Ordering::SeqCst);
        let number =
            request.split_whitespace().nth(1).and_then(|path| path.trim_start_matches('/').parse::<usize>().ok());
        let found = {
            let documents = documents.read().unwrap_or_else(PoisonError::into_inner);
            number.and_then(|number| documents.get(number).cloned())
        };
        let tag = number.zip(found.as_ref()).map(|(number, (news, _))| format!("\"{number}-{news}\""));
        let response = match found {
            None => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
            Some(_) if conditional.is_some() && conditional == tag => {
                not_modified.fetch_add(1, Ordering::SeqCst);
                format!("HTTP/1.1 304 Not Modified\r\nETag: {}\r\n\r\n", tag.unwrap_or_default())
            }
            Some((_, body)) => format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: {}\r\nContent-Length: {}\r\n\r\n{body}",
                tag.unwrap_or_default(),
                body.len()
            ),
        };
        writer.write_all(response.as_bytes())?;
    }
}

/// A feed after so many news. Every tenth entry is the same in ten feeds, as syndicated statements are.
fn document(feed: usize, news: usize) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>Source {feed}</title>\
         <link>https://source-{feed}.example.org/</link><description>News</description>"
    );
    for entry in news..news + ENTRIES {
        let shared = entry % 10 == 9;
        let seed = if shared {
            (feed / 10) * ENTRIES + entry + 1_000_000
        } else {
            feed * ENTRIES + entry % ENTRIES + entry / ENTRIES * 7_000_000
        };
        let _ = write!(
            xml,
            "<item><title>{}{}</title><link>https://source-{feed}.example.org/{entry}</link><guid>https://source-{feed}.example.org/{entry}</guid>\
             <pubDate>{:02} Jun 2021 10:00:00 GMT</pubDate><description>&lt;p&gt;{}&lt;/p&gt;</description></item>",
            if seed % COVID_EVERY == 0 { "Coronavirus " } else { "" },
            prose(seed as u64, 9),
            entry % 28 + 1,
            prose(seed as u64 + 7_000_000_000, WORDS_IN_ENTRY),
        );
    }
    xml.push_str("</channel></rss>");
    xml
}
