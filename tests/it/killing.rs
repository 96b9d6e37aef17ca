//! What kills leave: the program is killed at moments that chance chooses, and nothing may be lost, doubled or half
//! written. `benches/kills.rs` does the same some thousand times over the release build.

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
