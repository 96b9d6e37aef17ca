//! Writes that fail: each phase is run again and again, and each time another of its writes fails, the first, the
//! second and so on, until it has no more of them. What is left must be whole, and the program must go on.

use super::contents::remove;
use super::rig::Rig;
use super::{End, Outcome, Phase, Plan, Tally};
use plenary_fixtures::{Failing, FailingWrites};

/// The backup by which every page is looked at after each failure.
const LOOKED_AT: &str = "whole.db";

/// Lets writes of each phase in the plan's deck fail: the first, and each that is `stride` after one that failed, up to
/// the one numbered `upto`. What is found wrong is in the tally and ends its phase.
pub(crate) fn fail_writes(plan: &Plan, stride: usize, upto: u64, told: &mut dyn FnMut(&Tally)) -> Tally {
    let mut tally = Tally::default();
    for phase in plan.deck.iter().map(|(phase, _)| *phase) {
        let seed = plan.seed.wrapping_add(tally.databases as u64);
        let alone = Plan { deck: vec![(phase, 1)], ..plan.clone() };
        tally.databases += 1;
        match Rig::set_up(&alone, seed) {
            Err(error) => tally.findings.push(error.to_string()),
            Ok(mut rig) => {
                if let Err(error) = rig.fail_each(phase, (1..=upto).step_by(stride), plan, &mut tally, told) {
                    let (round, files) = (rig.describe_round(), rig.keep());
                    let files = files.display();
                    tally.findings.push(format!("seed {seed}, {round}: {error}\n(its files are in {files})"));
                }
            }
        }
    }
    tally
}

impl Rig {
    fn fail_each(
        &mut self,
        phase: Phase,
        writes: impl Iterator<Item = u64>,
        plan: &Plan,
        tally: &mut Tally,
        told: &mut dyn FnMut(&Tally),
    ) -> Outcome<()> {
        let library = FailingWrites::build(self.folder.path())?;
        for nth in writes {
            self.round += 1;
            self.failing = Some(nth);
            let played = self.play_round(phase, tally);
            self.failing = None;
            played?;
            told(tally);
            if !library.have_come() {
                // It has ended before: it has no more writes than these.
                break;
            }
            remove(&self.path(LOOKED_AT))?;
            self.program.must(&["backup", LOOKED_AT])?;
            if self.round.is_multiple_of(plan.rounds_between_checks) {
                self.doing += ", checked";
                self.check(tally)?;
            }
        }
        "the last check".clone_into(&mut self.doing);
        self.check(tally)
    }

    /// Runs a phase whose `nth` write fails.
    pub(super) fn fail_write(&mut self, phase: Phase, arguments: &[&str], nth: u64, tally: &mut Tally) -> Outcome<End> {
        let failing = if self.chance.one_in(2) { Failing::Once } else { Failing::Lastingly };
        self.doing = format!("`plenary {}`, whose write {nth} fails {failing:?}", arguments.join(" "));
        let library = FailingWrites::built_in(self.folder.path());
        let run = self.program.fail(arguments, &library, nth, failing)?;
        let end = match run.status.code() {
            Some(0) => End::Done,
            Some(1 | 2) if library.have_come() => End::Starved,
            _ => return Err(format!("it ended with {}:\n{}{}", run.status, run.out, run.err).into()),
        };
        // Counted by what came, not by how it ended: many a write is made again.
        tally.count(phase, if library.have_come() { End::Starved } else { End::Done });
        Ok(end)
    }
}
