//! Politeness: two simulated days of polling 1,000 sources of all manners, of which the second brings no news, and what
//! their origins saw of it. `cargo bench --bench polite -- [SEED] [SOURCES] [HOURS]`; it takes some minutes.
//!
//! It fails when a line is not met. What is judged, and how, stands in `tests/it/support/polite/judge`.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the bench")]
#![allow(unreachable_pub, reason = "nothing outside uses a bench")]

#[path = "../tests/it/support/polite.rs"]
mod polite;

use polite::{Figures, Outcome, Plan, SPACING, run};
use std::time::Instant;

/// Seed, sources and simulated hours when the command line does not say.
const SEED: u64 = 2021;
const SOURCES: u64 = 1_000;
const HOURS: u64 = 48;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs the program without this argument: then there is nothing to simulate.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse::<u64>().ok());
    let mut next = |default: u64| numbers.next().unwrap_or(default);
    let (seed, sources, hours) = (next(SEED), next(SOURCES), next(HOURS));
    let plan = Plan { seed, sources: usize::try_from(sources)?, hours: u32::try_from(hours)? };
    println!("{sources} sources, {hours} simulated hours, seed {seed}\n");
    println!("{:>5} {:>8} {:>12} {:>13}", "hour", "real s", "memory MiB", "database KB");
    let began = Instant::now();
    let figures = run(plan, &mut |hour, sample| {
        println!(
            "{hour:>5} {:>8.1} {:>12} {:>13}",
            began.elapsed().as_secs_f64(),
            sample.memory >> 20,
            sample.database / 1_000
        );
    })?;
    report(&figures);
    let missed = figures.lines.iter().filter(|line| !line.is_met).count();
    if missed == 0 { Ok(()) } else { Err(format!("{missed} lines are not met").into()) }
}

fn report(figures: &Figures) {
    println!("\n{:<64} {:>18} {:>18}", "", "found", "goal");
    for line in &figures.lines {
        println!("{:<64} {:>18} {:>18}{}", line.what, line.found, line.goal, if line.is_met { "" } else { "  MISSED" });
        for example in line.examples.iter().filter(|_| !line.is_met) {
            println!("    {example}");
        }
    }
    println!(
        "\n{} requests to {} hosts, the nearest two {:.1} ms apart where the spacing is {} ms",
        figures.requests,
        figures.hosts,
        figures.nearest.unwrap_or_default().as_secs_f64() * 1_000.0,
        SPACING.as_millis()
    );
}
