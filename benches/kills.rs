//! Kills: the release program, killed with SIGKILL at moments that chance chooses while it polls, serves, decides,
//! exports, backs up and restores, with a look each time at what is left.
//! `cargo bench --bench kills -- [KILLS] [SEED]`; on Linux, `cargo bench --bench kills -- writes [UPTO] [SEED]` kills
//! nothing, but lets each write of each phase fail in its turn, up to the one numbered so.
//!
//! The target is nothing lost, doubled or half written, and each document the one that is rendered anew. What is found
//! is listed with the seed of its database: `cargo bench --bench kills -- 100 SEED` begins with that one. As the moment
//! of a kill rests on how fast the machine is, it may have to be tried more than once.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]

#[path = "../tests/it/support/kills.rs"]
mod kills;

#[cfg(target_os = "linux")]
use kills::fail_writes;
use kills::{Outcome, Phase, Plan, Tally, run};
use std::path::PathBuf;
use std::time::Instant;

/// Kills and seed when the command line does not say.
const KILLS: usize = 1_000;
const SEED: u64 = 2021;
/// Kills after which another database is begun: some hundred entries are in the one before.
const KILLS_PER_DATABASE: usize = 100;
const ROUNDS_BETWEEN_CHECKS: usize = 10;
/// A line is printed after so many kills, or rounds in which a write fails.
const KILLS_PER_LINE: usize = 50;
/// Writes of a phase that fail when the command line does not say.
#[cfg(target_os = "linux")]
const WRITES: u64 = 500;
/// How many cards each phase has in the deck.
const DECK: [(Phase, usize); 7] = [
    (Phase::Poll, 8),
    (Phase::Edit, 4),
    (Phase::Serve, 4),
    (Phase::Decide, 2),
    (Phase::Publish, 2),
    (Phase::Backup, 3),
    (Phase::Restore, 4),
];

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs the program without this argument: then there is nothing to kill.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse::<u64>().ok());
    #[cfg(target_os = "linux")]
    if arguments.iter().any(|argument| argument == "writes") {
        return let_writes_fail(numbers.next().unwrap_or(WRITES), numbers.next().unwrap_or(SEED));
    }
    let kills = numbers.next().and_then(|kills| usize::try_from(kills).ok()).unwrap_or(KILLS);
    let seed = numbers.next().unwrap_or(SEED);
    let plan = Plan {
        program: PathBuf::from(env!("CARGO_BIN_EXE_plenary")),
        seed,
        kills,
        kills_per_database: KILLS_PER_DATABASE,
        rounds_between_checks: ROUNDS_BETWEEN_CHECKS,
        deck: DECK.to_vec(),
    };
    println!("{kills} kills, seed {seed}");
    let (began, mut next) = (Instant::now(), KILLS_PER_LINE);
    let tally = run(&plan, &mut |tally| {
        if tally.count_kills() >= next {
            next += KILLS_PER_LINE;
            println!(
                "{:>6.0} s {:>6} kills {:>6} rounds {:>5} checks {:>4} databases {:>3} findings",
                began.elapsed().as_secs_f64(),
                tally.count_kills(),
                tally.rounds,
                tally.checks,
                tally.databases + 1,
                tally.findings.len()
            );
        }
    });
    report(&tally, seed);
    if tally.findings.is_empty() { Ok(()) } else { Err(format!("{} findings", tally.findings.len()).into()) }
}

/// Each write of each phase that ends by itself.
#[cfg(target_os = "linux")]
fn let_writes_fail(upto: u64, seed: u64) -> Outcome<()> {
    let deck = [Phase::Decide, Phase::Backup, Phase::Restore, Phase::Edit, Phase::Publish, Phase::Poll];
    let plan = Plan {
        program: PathBuf::from(env!("CARGO_BIN_EXE_plenary")),
        seed,
        kills: 0,
        kills_per_database: 0,
        rounds_between_checks: ROUNDS_BETWEEN_CHECKS,
        deck: deck.map(|phase| (phase, 1)).to_vec(),
    };
    println!("writes 1 to {upto} of each phase, seed {seed}");
    let began = Instant::now();
    let tally = fail_writes(&plan, 1, upto, &mut |tally| {
        if tally.rounds.is_multiple_of(KILLS_PER_LINE) {
            let seconds = began.elapsed().as_secs_f64();
            println!(
                "{seconds:>6.0} s {:>6} rounds {:>5} checks {:>3} findings",
                tally.rounds,
                tally.checks,
                tally.findings.len()
            );
        }
    });
    report(&tally, seed);
    if tally.findings.is_empty() { Ok(()) } else { Err(format!("{} findings", tally.findings.len()).into()) }
}

fn report(tally: &Tally, seed: u64) {
    println!("\n{:>8} {:>7} {:>14} {:>8}", "phase", "killed", "ended before", "no disk");
    for phase in Phase::ALL {
        let [killed, done, starved] = tally.ends_of(phase);
        println!("{:>8} {killed:>7} {done:>14} {starved:>8}", phase.to_string());
    }
    println!(
        "\nseed {seed}: {} kills in {} rounds over {} databases, {} checks\n{} entries looked at: lost {}, doubled {}\n\
         {} documents compared",
        tally.count_kills(),
        tally.rounds,
        tally.databases,
        tally.checks,
        tally.entries,
        tally.lost,
        tally.doubled,
        tally.documents
    );
    for finding in &tally.findings {
        println!("\n{finding}");
    }
}
