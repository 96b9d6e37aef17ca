//! What kills leave: the program is killed at moments that chance chooses, and nothing may be lost, doubled or half
//! written. `benches/kills.rs` does the same some thousand times over the release build.

#[cfg(target_os = "linux")]
use crate::support::kills::fail_writes;
use crate::support::kills::{Phase, Plan, Tally, run};
use std::path::PathBuf;

/// Each test has its own. What fails names the seed of its database.
const SEED: u64 = 2021;
const KILLS_IN_WORK: usize = 25;
const KILLS_OF_WHAT_IS_KEPT: usize = 25;
/// A check takes as long as some rounds.
const ROUNDS_BETWEEN_CHECKS: usize = 20;

/// Kills the program so many times over one database; `deck` is how many cards each phase has.
fn kill(seed: u64, kills: usize, deck: &[(Phase, usize)]) -> Tally {
    let plan = Plan {
        program: PathBuf::from(env!("CARGO_BIN_EXE_plenary")),
        seed,
        kills,
        kills_per_database: kills,
        rounds_between_checks: ROUNDS_BETWEEN_CHECKS,
        deck: deck.to_vec(),
    };
    let tally = run(&plan, &mut |_| {});
    assert!(tally.findings.is_empty(), "{}", tally.findings.join("\n\n"));
    assert!(tally.count_kills() >= kills && tally.checks > 1 && tally.documents > 0, "{tally:#?}");
    assert_eq!((tally.lost, tally.doubled), (0, 0), "{tally:#?}");
    tally
}

#[test]
fn nothing_is_lost_or_doubled_when_work_is_killed() {
    let deck = [(Phase::Poll, 8), (Phase::Edit, 3), (Phase::Serve, 2), (Phase::Decide, 2)];
    let tally = kill(SEED, KILLS_IN_WORK, &deck);
    for phase in [Phase::Poll, Phase::Edit, Phase::Serve] {
        assert!(tally.ends_of(phase)[0] > 0, "no {phase} was killed: {tally:#?}");
    }
}

#[test]
fn what_is_kept_is_whole_or_absent_when_its_making_is_killed() {
    let deck = [(Phase::Poll, 4), (Phase::Backup, 5), (Phase::Restore, 5), (Phase::Publish, 1)];
    let tally = kill(SEED + 1, KILLS_OF_WHAT_IS_KEPT, &deck);
    for phase in [Phase::Backup, Phase::Restore] {
        assert!(tally.ends_of(phase)[0] > 0, "no {phase} was killed: {tally:#?}");
    }
}

/// Writes between two that fail, a prime, so that pages, logs and other files have their turn; the bench tries each.
#[cfg(target_os = "linux")]
const WRITES_BETWEEN: usize = 23;
#[cfg(target_os = "linux")]
const WRITES_MAX: u64 = 230;

#[test]
#[cfg(target_os = "linux")]
fn whichever_write_fails_nothing_is_lost_and_the_program_goes_on() {
    let deck = [Phase::Decide, Phase::Backup, Phase::Restore, Phase::Poll];
    let plan = Plan {
        program: PathBuf::from(env!("CARGO_BIN_EXE_plenary")),
        seed: SEED + 2,
        kills: 0,
        kills_per_database: 0,
        rounds_between_checks: ROUNDS_BETWEEN_CHECKS,
        deck: deck.map(|phase| (phase, 1)).to_vec(),
    };
    let tally = fail_writes(&plan, WRITES_BETWEEN, WRITES_MAX, &mut |_| {});
    assert!(tally.findings.is_empty(), "{}", tally.findings.join("\n\n"));
    assert_eq!((tally.lost, tally.doubled), (0, 0), "{tally:#?}");
    for phase in deck {
        assert!(tally.ends_of(phase)[2] > 1, "no write of {phase} failed: {tally:#?}");
    }
}
