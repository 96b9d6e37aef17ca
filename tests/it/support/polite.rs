//! Days of polling in minutes: the worker itself with its store, on a clock that is moved by hand, against a loopback
//! origin of sources of all manners, each at a host name of its own or with others. Only the spacing of requests is real
//! time, and short.

#![allow(dead_code, reason = "the tests and the bench read different parts of what is counted")]

#[path = "polite/judge.rs"]
pub mod judge;
#[path = "polite/manners.rs"]
pub mod manners;
#[path = "polite/origin.rs"]
mod origin;

pub use judge::Figures;

use chrono::{DateTime, TimeDelta, Utc};
use judge::{Ledger, Sample};
use manners::{Manner, SCHEDULE, Site};
use origin::Origin;
use plenary::worker::{Parts, Which, Worker};
use plenary_fetch::Lookup;
use plenary_fixtures as fixtures;
use plenary_model::policy::{Policy, Polling};
use plenary_model::port::Clock;
use plenary_store::Store;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// When the simulated time begins: a time of the schedule.
const START: &str = "2021-06-01T12:00:00Z";
/// Shortest real time between two requests to one host, as the policy of the simulation says.
pub const SPACING: Duration = Duration::from_millis(20);
/// Requests under way at once to one host, likewise.
pub const PER_HOST: usize = 2;
/// Longest real time for one request, likewise. An origin that answers answers within milliseconds.
const TIMEOUT: Duration = Duration::from_secs(1);
/// Every so many-th source is at a host with others, and so many are at one host.
const SHARED_EVERY: usize = 4;
const SOURCES_OF_HOST: usize = 20;
/// Times, in minutes, after which sources bring news; `None` brings none after its first document.
const PERIODS: [Option<u32>; 4] = [Some(60), Some(200), Some(720), None];

#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    pub sources: usize,
    /// Simulated hours. News come in the first half of them.
    pub hours: u32,
}

struct Hands(Arc<Mutex<DateTime<Utc>>>);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// Simulates. `each_hour` hears of every simulated hour.
pub fn run(plan: Plan, each_hour: &mut dyn FnMut(u32, &Sample)) -> Outcome<Figures> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let figures = runtime.block_on(simulate(plan, folder.path(), each_hour));
    runtime.shutdown_timeout(TIMEOUT);
    figures
}

async fn simulate(plan: Plan, folder: &Path, each_hour: &mut dyn FnMut(u32, &Sample)) -> Outcome<Figures> {
    plenary_fetch::install_tls();
    let start: DateTime<Utc> = START.parse()?;
    let half = start + TimeDelta::minutes(i64::from(plan.hours) * 30);
    let now = Arc::new(Mutex::new(start));
    let clock: Arc<dyn Clock> = Arc::new(Hands(Arc::clone(&now)));
    let mut chance = fastrand::Rng::with_seed(plan.seed);
    let sites: Vec<Site> = (0..plan.sources).map(|number| make_site(number, start, half, &mut chance)).collect();
    let origin = Origin::start(sites, Arc::clone(&clock), Ledger::new(half)).await?;
    let database = folder.join("plenary.db");
    let store = Store::open(&database).await?;
    let (_policy, receiver) = tokio::sync::watch::channel(Arc::new(write_policy(&origin)));
    let everywhere: Lookup = Arc::new(|_| Box::pin(async { Ok(vec![Ipv4Addr::LOCALHOST.into()]) }));
    let chance = Mutex::new(chance);
    let worker = Worker::new(Parts {
        store: store.clone(),
        policy: receiver,
        clock,
        lookup: everywhere,
        jitter: Arc::new(move || chance.lock().unwrap().f64()),
        secret: Arc::new(|| Ok("s".repeat(64))),
    })?;
    worker.prepare().await?;
    let mut samples = Vec::new();
    for minute in 0..=plan.hours * 60 {
        let at = start + TimeDelta::minutes(minute.into());
        *now.lock().unwrap() = at;
        if !store.due(at).await?.is_empty() {
            worker.pass(&Which::Due, &|_| {}).await?;
        }
        if minute % 60 == 0 {
            let sample = Sample::take(&database)?;
            each_hour(minute / 60, &sample);
            samples.push(sample);
        }
    }
    store.close().await?;
    Ok(origin.take_ledger().judge(samples))
}

fn make_site(number: usize, start: DateTime<Utc>, half: DateTime<Utc>, chance: &mut fastrand::Rng) -> Site {
    let manner = Manner::ALL[number % Manner::ALL.len()];
    let host = if chance.usize(..SHARED_EVERY) == 0 {
        format!("shared-{}.example", number / (SOURCES_OF_HOST * SHARED_EVERY))
    } else {
        format!("own-{number}.example")
    };
    let period = PERIODS[chance.usize(..PERIODS.len())];
    Site { number, manner, host, period, start, news_end: half }
}

/// Every source, in one section, polled on [`SCHEDULE`].
fn write_policy(origin: &Origin) -> Policy {
    let sources = origin.sites().iter().map(|site| plenary_model::source::Source {
        feeds: vec![origin.url(&site.host, &site.path())],
        site: None,
        section: Some("news".into()),
        ..fixtures::source(&format!("source-{}", site.number))
    });
    Policy {
        polling: Polling {
            schedule: SCHEDULE.to_owned(),
            per_host: PER_HOST,
            spacing: SPACING,
            timeout: TIMEOUT,
            allow: vec![format!("127.0.0.1:{}", origin.port())],
            ..fixtures::polling()
        },
        sources: sources.collect(),
        sections: vec![fixtures::section_with_rule("news", "topic:none")],
        ..fixtures::policy("1")
    }
}
