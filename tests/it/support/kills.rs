//! Kills the real program at moments that chance chooses, over and over, and looks at what is left: the entries, the
//! documents, exports, backups, and what a restored database holds.
//!
//! A [`Plan`] is carried out over an origin of its own (`feeds`), whose publishers go on publishing, changing and
//! taking back, and a policy (`policy`) that is edited while the program runs. `rig` plays the rounds: in each one
//! phase of the program runs as a process (`process`) and is killed with SIGKILL somewhere in, or soon after, the time
//! that it takes when nothing kills it. Now and then nothing is killed, but the disk takes no more: the process may
//! make no file longer than chance allows, so that some write fails, as on a full disk. Apart from that, each write of a
//! phase may be made to fail in its turn (`writes`). After some rounds everything
//! runs once to its end, and `check` compares what is stored with what was served, and every document with one that is
//! rendered anew. `contents` reads a database from a copy of its files, so that the live one is opened by the program
//! alone, just as the kill left it; `kept` looks at what stands beside it.
//!
//! The seed decides what is published, edited and decided, which phase has its turn and how far into it the kill
//! comes. It cannot decide how fast the machine is: a seed that failed once may have to be tried some times.
#![allow(dead_code, reason = "the tests and the bench read different parts of what is counted")]

#[path = "kills/chance.rs"]
pub(crate) mod chance;
#[path = "kills/check.rs"]
mod check;
#[path = "kills/contents.rs"]
mod contents;
#[path = "kills/feeds.rs"]
mod feeds;
#[path = "kills/kept.rs"]
mod kept;
#[path = "kills/policy.rs"]
mod policy;
#[path = "kills/process.rs"]
mod process;
#[path = "kills/rig.rs"]
mod rig;
#[cfg(target_os = "linux")]
#[path = "kills/writes.rs"]
mod writes;

#[cfg(target_os = "linux")]
pub(crate) use writes::fail_writes;

use rig::Rig;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::path::PathBuf;

/// What could be done, or what was found wrong, in words.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// After so many findings a run ends: what is broken that often needs no more kills.
const FINDINGS_MAX: usize = 5;

/// What the program does when it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// `poll --all`, with something new at the origin.
    Poll,
    /// `poll` after an edit of the policy: stored pieces are placed again and every document is rendered. Sometimes the
    /// file is put back after the kill.
    Edit,
    /// `serve` with its worker, with something new at the origin, while the policy file is edited.
    Serve,
    /// `decide` about a piece.
    Decide,
    /// `publish --out`, over an earlier export.
    Publish,
    Backup,
    /// `restore` of the last backup over the database.
    Restore,
}

impl Phase {
    pub(crate) const ALL: [Self; 7] =
        [Self::Poll, Self::Edit, Self::Serve, Self::Decide, Self::Publish, Self::Backup, Self::Restore];
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Poll => "poll",
            Self::Edit => "edit",
            Self::Serve => "serve",
            Self::Decide => "decide",
            Self::Publish => "publish",
            Self::Backup => "backup",
            Self::Restore => "restore",
        })
    }
}

/// How the process of a round ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Killed,
    /// By itself and well, before it was to be killed.
    Done,
    /// On a disk that took no more.
    Starved,
}

/// What is to be done.
#[derive(Clone)]
pub(crate) struct Plan {
    /// The program.
    pub(crate) program: PathBuf,
    pub(crate) seed: u64,
    pub(crate) kills: usize,
    /// Kills after which another database and another origin are begun, so that rounds do not grow longer for ever. The
    /// seed of the n-th database is the plan's and n, counted from 0.
    pub(crate) kills_per_database: usize,
    pub(crate) rounds_between_checks: usize,
    /// How many cards each phase has in the deck that is shuffled and dealt, round by round, again and again.
    pub(crate) deck: Vec<(Phase, usize)>,
}

/// What was done and found.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    ends: BTreeMap<Phase, [usize; 3]>,
    pub(crate) databases: usize,
    pub(crate) rounds: usize,
    pub(crate) checks: usize,
    /// Stored entries looked at, over all checks.
    pub(crate) entries: usize,
    /// Entries that should have been stored and were not, or not as they were last served.
    pub(crate) lost: usize,
    /// Entries that were stored, or shown in one document, more than once, or never served.
    pub(crate) doubled: usize,
    /// Documents compared with one that was rendered anew, asked of the site or exported, over all checks.
    pub(crate) documents: usize,
    /// What was wrong, each with the seed and the round that show it.
    pub(crate) findings: Vec<String>,
}

impl Tally {
    fn count(&mut self, phase: Phase, end: End) {
        self.rounds += 1;
        let [killed, done, starved] = self.ends.entry(phase).or_default();
        match end {
            End::Killed => *killed += 1,
            End::Done => *done += 1,
            End::Starved => *starved += 1,
        }
    }

    /// Rounds of a phase that were killed, that ended by themselves before, and that had no disk.
    pub(crate) fn ends_of(&self, phase: Phase) -> [usize; 3] {
        self.ends.get(&phase).copied().unwrap_or_default()
    }

    pub(crate) fn count_kills(&self) -> usize {
        self.ends.values().map(|[killed, ..]| killed).sum()
    }
}

/// Carries out a plan; `told` hears of each round. What is found wrong is in the tally, and ends its database, not the
/// run.
pub(crate) fn run(plan: &Plan, told: &mut dyn FnMut(&Tally)) -> Tally {
    let mut tally = Tally::default();
    let mut seed = plan.seed;
    while tally.count_kills() < plan.kills && tally.findings.len() < FINDINGS_MAX {
        let upto = plan.kills.min(tally.count_kills() + plan.kills_per_database);
        match Rig::set_up(plan, seed) {
            Err(error) => tally.findings.push(error.to_string()),
            Ok(mut rig) => {
                if let Err(error) = rig.play(plan, upto, &mut tally, told) {
                    let (round, files) = (rig.describe_round(), rig.keep());
                    let files = files.display();
                    tally.findings.push(format!("seed {seed}, {round}: {error}\n(its files are in {files})"));
                }
            }
        }
        tally.databases += 1;
        seed = seed.wrapping_add(1);
    }
    tally
}
