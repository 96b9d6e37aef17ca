//! The server as a process: it makes its database, follows its policy file, stops when asked.

use crate::support::http::{get, send};
use crate::support::network::{Network, item, rss};
use crate::support::program::command;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start(network: &Network) -> Self {
        let mut child = command(network.folder(), &["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .find_map(|line| line.unwrap().split("http://").nth(1)?.split('/').next()?.parse().ok())
            .expect("the server says where it listens");
        Self { child, address }
    }

    pub(crate) fn stop(mut self) -> (Option<i32>, Duration) {
        let began = Instant::now();
        let killed = std::process::Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().unwrap();
        assert!(killed.success());
        (self.child.wait().unwrap().code(), began.elapsed())
    }
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(20), "not within 20 s: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn it_serves_follows_its_policy_and_stops() {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    network.put("/a.xml", &rss(&[item("1", "COVID-19 and schools", "Coronavirus text.", 1)]));
    let server = Server::start(&network);
    let site = server.address;
    assert_eq!(get(site, "/healthz").status, 200);
    wait_until("the piece is shown", || get(site, "/sections/covid").text().contains("COVID-19 and schools"));
    assert!(network.folder().join("plenary.db").exists());
    wait_until("ready", || get(site, "/readyz").status == 200);

    let feed = "/sections/covid.atom";
    let since = get(site, feed).header("last-modified").to_owned();
    let unchanged = send(site, "GET", feed, &[("if-modified-since", &since)]);
    assert_eq!((unchanged.status, unchanged.header("last-modified")), (304, since.as_str()));
    // A second is the finest that the header tells.
    std::thread::sleep(Duration::from_millis(1_100));

    let good = network.policy(&[("a", "member", "/a.xml")]);
    network.write_policy(&good.replace("title = { en = \"COVID-19\",", "title = { en = \"Pandemic\","));
    wait_until("the new title is shown", || get(site, "/sections/covid").text().contains("Pandemic"));
    let changed = || send(site, "GET", feed, &[("if-modified-since", &since)]);
    // The end of the first pass may have changed it before.
    wait_until("a feed that changed in nothing but its title is sent again", || {
        let answer = changed();
        answer.status == 200 && answer.text().contains("Pandemic")
    });
    network.write_policy("[network]\nname = ");
    wait_until("the broken file is known", || {
        network.run(&["status", "--json", "--config", "good.toml"]).code == 0 || {
            std::fs::write(network.folder().join("good.toml"), &good).unwrap();
            false
        }
    });
    assert_eq!(get(site, "/sections/covid").status, 200, "the former policy stays in force");
    let said = network.run(&["status", "--json", "--config", "good.toml"]).ended(0).json();
    let problem =
        || network.run(&["status", "--json", "--config", "good.toml"]).json()["worker"]["policy_problem"].clone();
    wait_until("the problem is kept for staff", || {
        problem().as_str().is_some_and(|text| text.contains("feeds.toml:2:"))
    });
    assert_eq!(said["totals"]["entries"], 1);

    let (code, took) = server.stop();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn a_second_worker_is_refused_and_the_first_leaves_no_lock_behind() {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    network.put("/a.xml", &rss(&[item("1", "COVID-19 and schools", "Coronavirus text.", 1)]));
    let mut server = Server::start(&network);
    let refused = network.run(&["serve", "--listen", "127.0.0.1:0"]).ended(2);
    let first = format!("process {}, since ", server.child.id());
    assert!(refused.err.contains(&first), "{}", refused.err);
    assert!(refused.err.contains("--no-worker"), "{}", refused.err);
    assert_eq!(get(server.address, "/healthz").status, 200);
    // What looks and decides runs beside it.
    network.run(&["status"]).ended(0);
    network.run(&["review"]).ended(0);
    // However it ends.
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    Server::start(&network).stop();
}

#[test]
fn a_stop_in_the_middle_of_a_poll_is_quick() {
    let network = Network::new(&[("a", "member", "/slow.xml")]);
    let slow = plenary::demo::Served::new("text/xml", rss(&[])).with_delay(Duration::from_secs(30));
    network.origin.put("/slow.xml", slow);
    let server = Server::start(&network);
    wait_until("the poll has begun", || {
        !network.origin.requests().is_empty() || get(server.address, "/healthz").status == 200
    });
    std::thread::sleep(Duration::from_millis(500));
    let (code, took) = server.stop();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn an_address_that_is_taken_is_named() {
    let network = Network::new(&[]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = network.run(&["serve", "--listen", &address]).ended(2);
    assert!(said.err.contains(&address), "{}", said.err);
    assert!(said.err.contains("--listen"), "{}", said.err);
}

#[test]
fn a_query_that_cannot_be_read_is_not_repeated_at_length() {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    network.put("/a.xml", &rss(&[item("1", "COVID-19 and schools", "Coronavirus text.", 1)]));
    let server = Server::start(&network);
    let page = |letters: usize| get(server.address, &format!("/search?q=({}", "x".repeat(letters)));
    let (short, long) = (page(10), page(6_000));
    assert_eq!((short.status, long.status), (400, 400));
    assert!(short.text().contains("(xxxxxxxxxx"), "a short one is there to be mended");
    assert!(long.body.len() < short.body.len() + 8_000, "{} and {} bytes", short.body.len(), long.body.len());
    for path in [format!("/{}", "x".repeat(6_000)), format!("/search.atom?q=({}", "x".repeat(6_000))] {
        let length = get(server.address, &path).body.len();
        assert!(length < short.body.len() + 8_000, "{length} bytes");
    }
    server.stop();
}
