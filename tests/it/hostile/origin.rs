//! The origin: raw bytes on loopback, so that it can misbehave as no HTTP library would let it; and a canary, which
//! stands for everything that must never be asked.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Hosts of the origin. The program asks one host only so often at once, and slow answers keep those places taken.
const HOSTS: [Ipv4Addr; 3] = [Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 0, 0, 2), Ipv4Addr::new(127, 0, 0, 3)];
/// Longest wait for a client: longer than a client waits for us, so that it is the client who gives up.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest wait for a client that has its answer to hang up.
const FAREWELL: Duration = Duration::from_secs(1);
/// Time between two bytes that are sent one by one.
const DRIP: Duration = Duration::from_millis(100);
/// Longest head of a request that is read, in bytes.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// First byte of a TLS handshake (RFC 8446 5.1).
const TLS_HANDSHAKE: u8 = 0x16;
/// What the canary answers. A program that hears it repeats it.
const SONG: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/rss+xml\r\nconnection: close\r\n\r\n\
    <rss version=\"2.0\"><channel><title>canary-song</title><item><title>canary-song</title></item></channel></rss>";

/// One thing that an origin does, once it has read a request.
#[derive(Clone, Debug)]
enum Part {
    Bytes(Vec<u8>),
    /// These, one by one.
    Drip(Vec<u8>),
    /// This block again and again, with a pause after each, until the client hangs up.
    Endless(Vec<u8>, Duration),
    /// Nothing, until the client hangs up.
    Silence,
    /// The next request is read from the same connection.
    NextRequest,
}

/// Everything that an origin does about one request. Unless it reads the next, it hangs up afterwards.
#[derive(Clone, Debug)]
pub struct Answer(Vec<Part>);

impl Answer {
    /// These bytes and nothing more, not even a head.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self(vec![Part::Bytes(bytes.into())])
    }

    /// A sound answer, after which the connection stays open. `fields` end with their line.
    pub fn whole(status: &str, fields: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let head = format!("HTTP/1.1 {status}\r\n{fields}content-length: {}\r\n\r\n", body.len());
        Self::raw(head).bytes(body).and(Part::NextRequest)
    }

    fn and(mut self, part: Part) -> Self {
        self.0.push(part);
        self
    }

    pub fn bytes(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.and(Part::Bytes(bytes.into()))
    }

    pub fn drip(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.and(Part::Drip(bytes.into()))
    }

    pub fn endless(self, block: impl Into<Vec<u8>>, pause: Duration) -> Self {
        self.and(Part::Endless(block.into(), pause))
    }

    pub fn silence(self) -> Self {
        self.and(Part::Silence)
    }

    pub fn stay_open(self) -> Self {
        self.and(Part::NextRequest)
    }
}

/// The address at which a case is polled.
pub enum Address {
    Http,
    /// The same port, which speaks no TLS.
    Https,
    /// A port at which nobody listens.
    Closed,
    /// One that is no part of the origin.
    Elsewhere(String),
}

/// What is done about a request, by what follows the name of the case in its path.
type Play = Box<dyn Fn(&str) -> Answer + Send + Sync>;

/// One row of the table.
pub struct Case {
    /// Its path, and the id of its source.
    pub id: String,
    /// What the origin does, after "an origin that".
    pub does: &'static str,
    /// What is expected, in the language of the judge.
    pub expected: String,
    address: Address,
    play: Play,
}

/// A case with the same answer to every request.
pub fn case(id: &str, does: &'static str, expected: &str, answer: Answer) -> Case {
    staged(id, does, expected, move |_| answer.clone())
}

/// A case with an answer by path.
pub fn staged(
    id: &str,
    does: &'static str,
    expected: &str,
    play: impl Fn(&str) -> Answer + Send + Sync + 'static,
) -> Case {
    Case { id: id.to_owned(), does, expected: expected.to_owned(), address: Address::Http, play: Box::new(play) }
}

/// A case in which the address itself is the matter.
pub fn addressed(id: &str, does: &'static str, expected: &str, address: Address) -> Case {
    Case { address, ..case(id, does, expected, not_found()) }
}

fn not_found() -> Answer {
    Answer::whole("404 Not Found", "content-type: text/plain\r\n", "nothing here\n")
}

/// A running origin. Its threads end with the test.
pub struct Origin {
    stage: Arc<Stage>,
    hosts: Vec<SocketAddr>,
    closed: SocketAddr,
}

struct Stage {
    cases: Vec<Case>,
    /// The head of each request, in lower case, with the case that it is about.
    heads: Mutex<Vec<(String, String)>>,
}

impl Origin {
    pub fn start(cases: Vec<Case>) -> Self {
        let stage = Arc::new(Stage { cases, heads: Mutex::default() });
        let hosts = HOSTS.iter().map(|host| start_host(*host, &stage)).collect();
        // Bound last and given back at once: what was bound before has other ports.
        let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        Self { stage, hosts, closed }
    }

    pub fn cases(&self) -> &[Case] {
        &self.stage.cases
    }

    /// What a policy must allow, since it is on loopback.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.hosts.iter().copied().chain([self.closed])
    }

    /// The address of the case at this place of the table.
    pub fn url(&self, place: usize) -> String {
        let case = &self.stage.cases[place];
        let host = self.hosts[place % self.hosts.len()];
        match &case.address {
            Address::Http => format!("http://{host}/{}", case.id),
            Address::Https => format!("https://{host}/{}", case.id),
            Address::Closed => format!("http://{}/{}", self.closed, case.id),
            Address::Elsewhere(address) => address.clone(),
        }
    }

    /// The heads of all requests about a case.
    pub fn requests(&self, id: &str) -> Vec<String> {
        let heads = self.stage.heads.lock().unwrap();
        heads.iter().filter(|(about, _)| about == id).map(|(_, head)| head.clone()).collect()
    }
}

fn start_host(host: Ipv4Addr, stage: &Arc<Stage>) -> SocketAddr {
    // Some systems have no loopback address but the first.
    let listener = TcpListener::bind((host, 0)).or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let address = listener.local_addr().unwrap();
    let stage = Arc::clone(stage);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let stage = Arc::clone(&stage);
            // A client that hangs up is how many cases end.
            thread::spawn(move || drop(serve(stream, &stage)));
        }
    });
    address
}

fn serve(mut stream: TcpStream, stage: &Stage) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    while let Some(head) = read_head(&mut stream)? {
        let (id, rest) = split_target(&head);
        stage.heads.lock().unwrap().push((id.to_owned(), head.to_ascii_lowercase()));
        let case = stage.cases.iter().find(|case| case.id == id);
        let answer = case.map_or_else(not_found, |case| (case.play)(rest));
        if !act(&mut stream, answer)? {
            return hang_up(&mut stream);
        }
    }
    Ok(())
}

/// The head of a request, or the first byte of TLS; `None` when the client has hung up.
fn read_head(stream: &mut TcpStream) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && !head.starts_with(&[TLS_HANDSHAKE]) && head.len() < HEAD_BYTES_MAX {
        if stream.read(&mut byte)? == 0 {
            return Ok(None);
        }
        head.push(byte[0]);
    }
    Ok(Some(String::from_utf8_lossy(&head).into_owned()))
}

/// The first segment of the path that is asked for, and what follows it.
fn split_target(head: &str) -> (&str, &str) {
    let target = head.split(' ').nth(1).unwrap_or_default().trim_start_matches('/');
    target.split_at(target.find(['/', '?']).unwrap_or(target.len()))
}

/// True when the next request is to be read.
fn act(stream: &mut TcpStream, answer: Answer) -> io::Result<bool> {
    for part in answer.0 {
        match part {
            Part::Bytes(bytes) => stream.write_all(&bytes)?,
            Part::Drip(bytes) => {
                for byte in bytes {
                    stream.write_all(&[byte])?;
                    thread::sleep(DRIP);
                }
            }
            Part::Endless(block, pause) => loop {
                stream.write_all(&block)?;
                thread::sleep(pause);
            },
            Part::Silence => {
                let mut unread = [0; 64];
                while stream.read(&mut unread)? > 0 {}
            }
            Part::NextRequest => return Ok(true),
        }
    }
    Ok(false)
}

/// Hangs up in order. What the client still says is read: else the system resets the connection, which can overtake
/// the answer.
fn hang_up(stream: &mut TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(FAREWELL))?;
    stream.shutdown(Shutdown::Write)?;
    io::copy(stream, &mut io::sink()).map(drop)
}

/// A server on loopback that no policy allows. Its first path segment names the case that leads there.
pub struct Canary {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Canary {
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let id = sing(stream).unwrap_or_default();
                record.lock().unwrap().push(id);
            }
        });
        Self { address, asked }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn url(&self, id: &str) -> String {
        format!("http://{}/{id}", self.address)
    }

    /// How often it was asked because of a case. A connection that asks for nothing counts for every case.
    pub fn count(&self, id: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|about| about.is_empty() || *about == id).count()
    }
}

fn sing(mut stream: TcpStream) -> io::Result<String> {
    stream.set_read_timeout(Some(FAREWELL))?;
    let head = read_head(&mut stream)?.unwrap_or_default();
    stream.write_all(SONG.as_bytes())?;
    Ok(split_target(&head).0.to_owned())
}
