//! What an operator needs: sockets, metrics, health checks, a log for machines, names that are not ours.

use crate::support::http::{answer, get, send};
use crate::support::network::{Network, item, rss};
use crate::support::program::command;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// How long a debug build may take for what a test waits for.
const PATIENCE: Duration = Duration::from_secs(30);

struct Server {
    child: Child,
    /// What it said on standard output before it listened.
    lines: Vec<String>,
}

impl Server {
    fn start(network: &Network, arguments: &[&str], said: usize) -> Self {
        let all = [&["serve"], arguments].concat();
        let mut child = command(network.folder(), &all)
            .env("RUST_LOG", "info")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let lines = out.lines().take(said).map(Result::unwrap).collect();
        Self { child, lines }
    }

    /// The address in a line such as `the site is at http://127.0.0.1:4711/`.
    fn address(&self, line: &str) -> SocketAddr {
        let line = self.lines.iter().find(|said| said.contains(line)).expect("the server says where it listens");
        let from = line.split("http://").nth(1).unwrap();
        from.split('/').next().unwrap().parse().unwrap()
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Stops it; what it logged.
    fn stop(mut self) -> String {
        self.signal("TERM");
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        self.child.wait().unwrap();
        log
    }
}

fn network() -> Network {
    let network = Network::new(&[("a", "member", "/a.xml"), ("lost", "member", "/lost.xml")]);
    network.put("/a.xml", &rss(&[item("1", "COVID-19 and schools", "Schools and the coronavirus.", 1)]));
    network.run(&["poll", "--all"]);
    network
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "{what} within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The value of a line of the metrics.
fn figure(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not in:\n{text}")).parse().unwrap()
}

#[test]
fn metrics_have_an_address_of_their_own() {
    let network = network();
    let server = Server::start(&network, &["--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"], 3);
    let (site, metrics) = (server.address("the site is at"), server.address("metrics are at"));
    assert_eq!(get(site, "/metrics").status, 404, "not for visitors");
    assert_eq!(get(site, "/all.atom").status, 200);
    assert_eq!(get(site, "/sections/covid").status, 200);
    let answer = get(metrics, "/metrics");
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"), "{answer:?}");
    let text = answer.text();
    assert!(text.ends_with("# EOF\n"), "{text}");
    for (name, value) in [
        ("plenary_http_requests_total{route=\"stored document\",status=\"200\"}", 1.0),
        ("plenary_http_requests_total{route=\"/sections/{slug}\",status=\"200\"}", 1.0),
        ("plenary_http_requests_total{route=\"/{lang}\",status=\"404\"}", 1.0),
        ("plenary_entries", 1.0),
        ("plenary_pieces", 1.0),
        ("plenary_worker_working", 1.0),
        ("plenary_sources{state=\"Working\"}", 1.0),
        ("plenary_sources{state=\"Failing\"}", 1.0),
    ] {
        assert!((figure(text, name) - value).abs() < f64::EPSILON, "{name} is not {value}:\n{text}");
    }
    assert!(figure(text, "plenary_database_size_bytes") > 10_000.0);
    assert!(figure(text, "plenary_disk_free_bytes") > 0.0);
    // Addresses that visitors make up must not become labels without end.
    for n in 0..20 {
        get(site, &format!("/sections/made-up-{n}"));
    }
    assert!(!get(metrics, "/metrics").text().contains("made-up"));
    server.stop();
}

#[test]
fn a_socket_serves_a_proxy_and_the_health_check() {
    let network = network();
    let path = network.folder().join("plenary.sock");
    let listen = format!("unix:{}", path.display());
    let none = network.run(&["health", &listen]).ended(1);
    assert!(none.err.contains("cannot be asked"), "{none:?}");
    let server = Server::start(&network, &["--no-worker", "--listen", &listen], 2);
    network.run(&["health", &listen]).ended(0);
    network.run(&["health", "--ready", &listen]).ended(0);
    let mut stream = UnixStream::connect(&path).unwrap();
    stream.write_all(b"GET /all.atom HTTP/1.1\r\nHost: feeds.example.org\r\nConnection: close\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    assert!(answer(&bytes).text().contains("COVID-19 and schools"));
    server.stop();
    assert!(!path.exists(), "the socket is taken away");
}

#[test]
fn a_server_that_is_not_ready_says_so_to_the_health_check() {
    let network = Network::new(&[("lost", "member", "/lost.xml")]);
    let server = Server::start(&network, &["--no-worker", "--listen", "127.0.0.1:0"], 2);
    let address = server.address("the site is at").to_string();
    network.run(&["health", &address]).ended(0);
    let said = network.run(&["health", "--ready", &address]).ended(1);
    assert!(said.err.contains("answers 503 to /readyz: nothing is published yet"), "{said:?}");
    server.stop();
}

#[test]
fn requests_name_this_site_and_proxies_name_their_visitors() {
    let network = network();
    let policy = std::fs::read_to_string(network.folder().join("feeds.toml")).unwrap();
    let serve = "[serve]\nhosts = [\"feeds.example.org\"]\ntrusted_proxies = [\"127.0.0.1\"]\n\n[[section]]";
    network.write_policy(&policy.replacen("[[section]]", serve, 1));
    let server = Server::start(&network, &["--no-worker", "--listen", "127.0.0.1:0"], 2);
    let site = server.address("the site is at");
    let ask = |head: &str| {
        let mut stream = TcpStream::connect(site).unwrap();
        stream.write_all(format!("{head}\r\n\r\n").as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        answer(&bytes).status
    };
    let close = "Connection: close";
    assert_eq!(ask(&format!("GET /all.atom HTTP/1.1\r\nHost: feeds.example.org\r\n{close}")), 200);
    assert_eq!(ask(&format!("GET /all.atom HTTP/1.1\r\nHost: FEEDS.example.org:443\r\n{close}")), 200);
    assert_eq!(ask(&format!("GET /all.atom HTTP/1.1\r\nHost: other.example\r\n{close}")), 421);
    assert_eq!(ask(&format!("GET /healthz HTTP/1.1\r\nHost: other.example\r\n{close}")), 200);
    assert_eq!(ask(&format!("GET /all.atom HTTP/1.1\r\n{close}")), 400, "HTTP/1.1 without a host");
    assert_eq!(send(site, "GET", "/healthz", &[("x-forwarded-for", "203.0.113.9")]).status, 200);
    server.stop();
}

#[test]
fn the_policy_is_read_again_when_asked_and_the_log_is_for_machines() {
    let network = network();
    let server = Server::start(&network, &["--log-format", "json", "--no-worker", "--listen", "127.0.0.1:0"], 2);
    let site = server.address("the site is at");
    server.signal("HUP");
    // The signal must not end the process.
    std::thread::sleep(Duration::from_millis(500));
    wait_until("it answers", || get(site, "/healthz").status == 200);
    let log = server.stop();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let asked = lines.iter().find(|line| line["message"].as_str().is_some_and(|text| text.contains("is read again")));
    let asked = asked.unwrap_or_else(|| panic!("{log}"));
    assert_eq!(asked["level"], "INFO");
    assert!(asked["policy.version"].is_string(), "{asked}");
}

#[test]
fn shells_and_manuals_know_every_command() {
    let network = Network::new(&[]);
    for shell in ["bash", "zsh", "fish"] {
        let script = network.run(&["completions", shell]).ended(0).out;
        for command in ["serve", "restore", "health", "log-format"] {
            assert!(script.contains(command), "{command} in {shell}");
        }
    }
    network.run(&["manual", "--out", "man"]).ended(0);
    let page = |name: &str| std::fs::read_to_string(network.folder().join("man").join(name)).unwrap();
    assert!(page("plenary.1").contains("feed aggregator"));
    assert!(page("plenary-serve.1").contains("SIGHUP"));
    assert!(network.run(&["serve", "--help"]).ended(0).out.contains("SIGHUP"), "all that is said of a command");
    assert!(page("plenary-opml-import.1").contains(".TH"));
}

#[test]
fn a_poll_beside_a_running_worker_is_done_by_it() {
    let network = network();
    let server = Server::start(&network, &["--listen", "127.0.0.1:0"], 2);
    let site = server.address("the site is at");
    network.put("/a.xml", &rss(&[item("2", "COVID-19 and homes", "Homes and the coronavirus.", 0)]));
    let asked = || network.origin.requests().iter().filter(|request| request.target == "/a.xml").count();
    let before = asked();
    let report = network.run(&["poll", "--source", "a", "--json"]).ended(0).json();
    assert_eq!(report["sources"].as_array().unwrap().len(), 1);
    assert_eq!(
        (report["sources"][0]["outcome"].as_str(), report["totals"]["new"].as_u64()),
        (Some("updated"), Some(1))
    );
    assert_eq!(asked() - before, 1, "asked once, by one of the two");
    assert!(get(site, "/all.atom").text().contains("COVID-19 and homes"), "what changed is published");
    let all = network.run(&["poll", "--all", "--json"]).ended(1).json();
    assert_eq!(all["totals"]["failed"], 1, "its failures are the exit code, too");
    // Two that ask at once have their turns.
    let both: Vec<_> = (0..2)
        .map(|_| command(network.folder(), &["poll", "--source", "a"]).stdout(Stdio::null()).spawn().unwrap())
        .collect();
    for mut one in both {
        assert!(one.wait().unwrap().success());
    }
    let log = server.stop();
    assert_eq!(log.matches("another process asks for a pass").count(), 4, "{log}");
    // Nobody is left to ask: it polls by itself.
    assert_eq!(network.run(&["poll", "--source", "a", "--json"]).ended(0).json()["totals"]["sources"], 1);
}
