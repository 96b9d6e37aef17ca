//! The rounds: one phase of the program after another, each killed on the way, and a look at what it left.

use super::chance::Chance;
use super::contents::{Contents, Tree, copy_database, read_tree};
use super::feeds::{Feeds, Key};
use super::policy::Policy;
use super::process::{Program, get};
use super::{End, Outcome, Phase, Plan, Tally};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The signal that no process can catch.
const SIGKILL: i32 = 9;
/// A kill comes at most after so many times the time that the phase takes by itself: a little beyond its end, since a
/// busy machine is slower than when that was measured.
const WAIT_MAX: f64 = 1.3;
/// Of so many rounds in one nothing is killed, but the disk takes no more.
const STARVED_ONE_IN: usize = 8;
/// Smallest limit of a file then, in bytes: less, and not even the log of an empty database can be begun.
const STARVED_BYTES_MIN: usize = 64 * 1024;
/// Of so many edits of the policy that were broken off one is taken back to the letter.
const PUT_BACK_ONE_IN: usize = 4;
/// How long a server may take to show what changed.
const SHOWN_MAX: Duration = Duration::from_mins(1);
/// Between two looks at what a server shows, and at whether it is time for the next step.
const LOOK_EVERY: Duration = Duration::from_millis(5);

pub(super) const DATABASE: &str = "plenary.db";
const POLICY: &str = "feeds.toml";
/// Where the site is exported to.
pub(super) const SITE: &str = "site";
pub(super) const BACKUP: &str = "copy.db";
/// The last backup that is known to be whole, under a name that no backup is written to.
pub(super) const GOOD_BACKUP: &str = "good.db";
/// The document by which a server is seen to have taken over another title.
const TITLED: &str = "/sections/covid.atom";

/// A database, its origin, and what is known of both.
pub(super) struct Rig {
    // Before the runtime, on which it lives.
    pub(super) feeds: Feeds,
    pub(super) program: Program,
    pub(super) policy: Policy,
    pub(super) chance: Chance,
    /// How long each phase takes when nothing ends it.
    times: BTreeMap<Phase, Duration>,
    /// Entries that must be stored: they stood at the origin all the while that a poll ran to its end.
    pub(super) owed: BTreeSet<Key>,
    /// Decisions that must be stored: the program said that they are.
    pub(super) decided: usize,
    /// The export that stands, when it is known to be whole.
    pub(super) export: Option<Tree>,
    /// What the last whole backup holds, and how many decisions it must hold.
    pub(super) backup: Option<(Contents, usize)>,
    /// Which write fails in the round that is played, when it is one of those (`writes`).
    pub(super) failing: Option<u64>,
    pub(super) round: usize,
    pub(super) doing: String,
    pub(super) folder: TempDir,
    pub(super) runtime: Runtime,
}

impl Rig {
    /// Makes the origin and the database, and measures each phase of the plan.
    pub(super) fn set_up(plan: &Plan, seed: u64) -> Outcome<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let feeds = {
            let _inside = runtime.enter();
            Feeds::start()?
        };
        let folder = tempfile::tempdir()?;
        let mut rig = Self {
            program: Program::new(&plan.program, folder.path()),
            policy: Policy::new(feeds.address()),
            feeds,
            chance: Chance::new(seed),
            times: BTreeMap::new(),
            owed: BTreeSet::new(),
            decided: 0,
            export: None,
            backup: None,
            failing: None,
            round: 0,
            doing: String::new(),
            folder,
            runtime,
        };
        rig.write_policy()?;
        for (phase, cards) in &plan.deck {
            if *cards > 0 {
                rig.measure(*phase).map_err(|error| format!("seed {seed}, measuring {phase}: {error}"))?;
            }
        }
        Ok(rig)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Keeps the folder, for whoever looks into what was found.
    pub(super) fn keep(self) -> PathBuf {
        self.folder.keep()
    }

    pub(super) fn describe_round(&self) -> String {
        format!("round {}, {}", self.round, self.doing)
    }

    /// What a database in the folder holds, read from a copy.
    pub(super) fn look(&self, database: &str) -> Outcome<Contents> {
        let copy = self.path("look.db");
        copy_database(&self.path(database), &copy)?;
        self.runtime.block_on(Contents::read(&copy))
    }

    pub(super) fn write_policy(&self) -> Outcome<()> {
        // As editors do: a program that starts just then finds the one or the other, never half of it.
        let half = self.path("feeds.toml.new");
        fs::write(&half, self.policy.text(""))?;
        Ok(fs::rename(half, self.path(POLICY))?)
    }

    /// Runs everything once to its end.
    fn poll(&mut self) -> Outcome<Duration> {
        let run = self.program.must(&["poll", "--all"])?;
        self.owed.extend(self.feeds.shown().into_keys());
        Ok(run.took)
    }

    /// Measures how long a phase takes when nothing ends it.
    pub(super) fn measure(&mut self, phase: Phase) -> Outcome<()> {
        if !self.path(DATABASE).exists() {
            // The first pass is another work than later ones.
            self.poll()?;
        }
        let took = match phase {
            Phase::Poll => {
                self.feeds.advance(&mut self.chance);
                self.poll()?
            }
            Phase::Edit => {
                self.policy.edit(&mut self.chance);
                self.write_policy()?;
                self.program.must(&["poll"])?.took
            }
            Phase::Serve => self.measure_serving()?,
            Phase::Decide => {
                let arguments = self.choose_decision();
                self.decided += 1;
                self.program.must(&borrow(&arguments))?.took
            }
            Phase::Publish => {
                let run = self.program.must(&["publish", "--out", SITE])?;
                self.export = Some(read_tree(&self.path(SITE))?);
                run.took
            }
            Phase::Backup => self.back_up()?,
            Phase::Restore => {
                if self.backup.is_none() {
                    self.back_up()?;
                }
                let run = self.program.must(&["restore", GOOD_BACKUP])?;
                self.forget_put_aside()?;
                self.take_up_backup();
                run.took
            }
        };
        self.times.insert(phase, took);
        Ok(())
    }

    /// From the start of a server until it has polled, and shows an edit of the policy.
    fn measure_serving(&mut self) -> Outcome<Duration> {
        self.policy.move_feeds(&mut self.chance);
        self.write_policy()?;
        let began = Instant::now();
        let mut server = self.program.serve(&[])?;
        let site = server.wait_for_address()?;
        // The worker is still preparing then: an edit must not be missed for that.
        self.policy.retitle();
        self.write_policy()?;
        server.signal("HUP")?;
        let title = self.policy.title();
        while !get(site, TITLED).is_ok_and(|body| String::from_utf8_lossy(&body).contains(title)) {
            if began.elapsed() > SHOWN_MAX {
                return Err(format!("an edit of the policy is not shown within {SHOWN_MAX:?}").into());
            }
            thread::sleep(LOOK_EVERY);
        }
        let took = began.elapsed();
        server.stop()?;
        Ok(took)
    }

    /// Plays rounds until the plan has so many kills.
    pub(super) fn play(
        &mut self,
        plan: &Plan,
        upto: usize,
        tally: &mut Tally,
        told: &mut dyn FnMut(&Tally),
    ) -> Outcome<()> {
        let deck: Vec<Phase> = plan.deck.iter().flat_map(|(phase, cards)| vec![*phase; *cards]).collect();
        let (mut cards, mut unchecked) = (Vec::new(), 0);
        while tally.count_kills() < upto {
            if cards.is_empty() {
                cards.clone_from(&deck);
                self.chance.shuffle(&mut cards);
            }
            let phase = cards.pop().ok_or("the deck has no cards")?;
            self.round += 1;
            self.doing = phase.to_string();
            let was_put_back = self.play_round(phase, tally)?;
            told(tally);
            unchecked += 1;
            // The next edit would cover up what one that was put back has left.
            if was_put_back || unchecked >= plan.rounds_between_checks {
                unchecked = 0;
                self.doing += ", checked";
                self.check(tally)?;
            }
        }
        "the last check".clone_into(&mut self.doing);
        self.check(tally)?;
        self.check_answers()?;
        if self.times.contains_key(&Phase::Publish) { self.check_export(tally) } else { Ok(()) }
    }

    /// Plays one round; true when the policy was put back.
    pub(super) fn play_round(&mut self, phase: Phase, tally: &mut Tally) -> Outcome<bool> {
        match phase {
            Phase::Poll => {
                self.feeds.advance(&mut self.chance);
                if self.interrupt(phase, &["poll", "--all"], tally)? == End::Done {
                    self.owed.extend(self.feeds.shown().into_keys());
                }
            }
            Phase::Edit => {
                let before = self.policy.clone();
                self.policy.edit(&mut self.chance);
                self.write_policy()?;
                let end = self.interrupt(phase, &["poll"], tally)?;
                return self.put_back(before, end != End::Done);
            }
            Phase::Serve => return self.interrupt_server(tally),
            Phase::Decide => {
                let arguments = self.choose_decision();
                if self.interrupt(phase, &borrow(&arguments), tally)? == End::Done {
                    self.decided += 1;
                }
            }
            Phase::Publish => {
                let end = self.interrupt(phase, &["publish", "--out", SITE], tally)?;
                self.look_at_export(end)?;
            }
            Phase::Backup => {
                let end = self.interrupt(phase, &["backup", BACKUP], tally)?;
                self.look_at_backup(end)?;
            }
            Phase::Restore => {
                let before = self.look(DATABASE)?;
                let end = self.interrupt(phase, &["restore", GOOD_BACKUP], tally)?;
                self.look_at_restored(&before, end)?;
            }
        }
        Ok(false)
    }

    /// How long a phase is left alone.
    fn choose_wait(&mut self, phase: Phase) -> Duration {
        let usual = self.times.get(&phase).copied().unwrap_or_default();
        usual.mul_f64(WAIT_MAX * self.chance.share())
    }

    /// Runs a phase until a kill, its own end, the end of the disk, or a write that fails.
    fn interrupt(&mut self, phase: Phase, arguments: &[&str], tally: &mut Tally) -> Outcome<End> {
        let command = arguments.join(" ");
        #[cfg(target_os = "linux")]
        if let Some(nth) = self.failing {
            return self.fail_write(phase, arguments, nth, tally);
        }
        if self.chance.one_in(STARVED_ONE_IN) {
            let size = usize::try_from(fs::metadata(self.path(DATABASE))?.len()).unwrap_or(usize::MAX);
            // A little beyond its size, since it grows, and its log may be longer.
            let limit = STARVED_BYTES_MIN + self.chance.below(size.saturating_add(size / 5));
            self.doing = format!("`plenary {command}` with files of at most {limit} bytes");
            let run = self.program.starve(arguments, limit as u64)?;
            let end = match run.status.code() {
                Some(0) => End::Done,
                Some(1 | 2) => End::Starved,
                _ => return Err(format!("it ended with {}:\n{}{}", run.status, run.out, run.err).into()),
            };
            tally.count(phase, End::Starved);
            return Ok(end);
        }
        let wait = self.choose_wait(phase);
        self.doing = format!("`plenary {command}`, killed after {wait:?}");
        let began = Instant::now();
        let status = self.program.start(arguments)?.kill_after(wait)?;
        let end = match (status.signal(), status.code()) {
            (Some(SIGKILL), _) => End::Killed,
            (_, Some(0)) => End::Done,
            _ => return Err(format!("it ended by itself with {status}").into()),
        };
        if end == End::Done {
            // The database grows, and so does the time.
            let took = began.elapsed();
            if let Some(usual) = self.times.get_mut(&phase) {
                *usual = (*usual + took) / 2;
            }
        }
        tally.count(phase, end);
        Ok(end)
    }

    /// Runs the server until a kill, and edits its policy meanwhile; true when the policy was put back.
    fn interrupt_server(&mut self, tally: &mut Tally) -> Outcome<bool> {
        self.feeds.advance(&mut self.chance);
        self.policy.move_feeds(&mut self.chance);
        self.write_policy()?;
        let (before, wait) = (self.policy.clone(), self.choose_wait(Phase::Serve));
        let edit_after = wait.mul_f64(self.chance.share());
        self.doing = format!("`plenary serve`, its policy edited after {edit_after:?}, killed after {wait:?}");
        let mut server = self.program.serve(&[])?;
        let began = Instant::now();
        let (mut is_edited, mut is_told) = (false, false);
        while let Some(left) = wait.checked_sub(began.elapsed()) {
            if !is_edited && began.elapsed() >= edit_after {
                self.policy.edit(&mut self.chance);
                self.write_policy()?;
                is_edited = true;
            }
            // The file is looked at every other second; the signal makes that now.
            if is_edited && !is_told && server.listens() {
                server.signal("HUP")?;
                is_told = true;
            }
            if let Some(status) = server.status()? {
                return Err(format!("it ended by itself with {status}").into());
            }
            thread::sleep(left.min(LOOK_EVERY));
        }
        server.kill()?;
        tally.count(Phase::Serve, End::Killed);
        self.put_back(before, is_edited)
    }

    /// Puts the policy back to the letter, if it was left half taken over and chance wants it; true when it did.
    fn put_back(&mut self, before: Policy, is_half: bool) -> Outcome<bool> {
        let does = self.chance.one_in(PUT_BACK_ONE_IN) && is_half;
        if does {
            self.doing += ", the policy put back";
            self.policy = before;
            self.write_policy()?;
        }
        Ok(does)
    }

    /// The arguments of some decision about an entry that is stored.
    fn choose_decision(&mut self) -> Vec<String> {
        let known: Vec<&Key> = self.owed.iter().collect();
        let id = self.chance.pick(&known).map(|(_, id)| id.clone()).unwrap_or_default();
        let kinds: [&[&str]; 5] = [
            &["pin", &id, "--section", "rest"],
            &["unpin", &id, "--section", "rest"],
            &["note", &id, "Seen."],
            &["reject", &id],
            &["approve", &id],
        ];
        let kind = kinds[self.chance.below(kinds.len())];
        [&["decide"], kind].concat().into_iter().map(str::to_owned).collect()
    }
}

fn borrow(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}
