//! Looks, after everything ran once to its end, whether what was served is stored, once, and whether every document is
//! the one that is rendered anew.

use super::contents::{
    Contents, Documents, Held, copy_database, describe_difference, forget_documents, read_tree, remove,
};
use super::feeds::Key;
use super::process::get;
use super::rig::{DATABASE, Rig};
use super::{Outcome, Tally};
use plenary_publish::{archive_entries, is_archive};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Parts of the address of a month's archive of all languages, as in `/sections/rest/archive/2021-05`.
const ARCHIVE_PARTS: usize = 5;
/// What the name of an archive begins with: its month, as in `2021-05-002.atom`.
const MONTH_CHARS: usize = "2021-05".len();

/// The backup that is looked at.
const CHECKED: &str = "check.db";
/// Copies of it, of which one is judged and rendered again, and one is rendered from nothing.
const AGAIN: &str = "again.db";
const FRESH: &str = "fresh.db";
/// A policy that differs in a remark alone: another version of the same.
const AGAIN_POLICY: &str = "again.toml";
const REMARK: &str = "# The same policy, with another remark.";
/// Things of a kind that a finding names.
const NAMED_MAX: usize = 5;

impl Rig {
    /// Runs everything once to its end, and checks all that is stored.
    pub(super) fn check(&mut self, tally: &mut Tally) -> Outcome<()> {
        let run = self.program.must(&["poll", "--all", "--json"])?;
        let report: Value = serde_json::from_str(&run.out)?;
        let sources = report["sources"].as_array().map(Vec::as_slice).unwrap_or_default();
        if let Some(other) = sources.iter().find(|one| one["outcome"] != "updated" && one["outcome"] != "unchanged") {
            return Err(format!("a poll that nobody broke off was not made: {other}").into());
        }
        self.owed.extend(self.feeds.shown().into_keys());
        remove(&self.path(CHECKED))?;
        // It checks the copy from end to end, and with it every page of the database.
        self.program.must(&["backup", CHECKED])?;
        let stored = self.look(CHECKED)?;
        self.check_entries(&stored, tally)?;
        check_ids(&stored.documents, tally)?;
        self.check_rendering(&stored.documents, tally)?;
        self.check_site(&stored.documents, tally)?;
        tally.checks += 1;
        Ok(())
    }

    /// Nothing lost, nothing doubled, nothing that was never served, and each as it was last served.
    fn check_entries(&self, stored: &Contents, tally: &mut Tally) -> Outcome<()> {
        let (entries, shown, gone) = (&stored.entries, self.feeds.shown(), self.feeds.taken_back());
        let lost: Vec<&Key> = self.owed.iter().filter(|key| !entries.contains_key(*key)).collect();
        let is_old = |(key, title): &(&Key, &String)| {
            let wanted = Held { title: (*title).clone(), is_withdrawn: false };
            entries.get(*key).is_some_and(|held| !held.contains(&wanted))
        };
        let old: Vec<&Key> = shown.iter().filter(is_old).map(|(key, _)| key).collect();
        // One that came and went between two polls was never stored.
        let stands = |key: &&Key| entries.get(*key).is_some_and(|held| held.iter().any(|one| !one.is_withdrawn));
        let standing: Vec<&Key> = gone.iter().filter(stands).collect();
        let doubled: Vec<&Key> = entries.iter().filter(|(_, held)| held.len() > 1).map(|(key, _)| key).collect();
        let unserved: Vec<&Key> = entries.keys().filter(|key| !self.feeds.served().contains(*key)).collect();

        tally.entries += entries.len();
        tally.lost += lost.len() + old.len() + standing.len();
        tally.doubled += doubled.len() + unserved.len();
        for (what, keys) in [
            ("lost", lost),
            ("stored as they were before", old),
            ("stored, though they were taken back", standing),
            ("in more than one piece", doubled),
            ("stored, though they were never served", unserved),
        ] {
            if !keys.is_empty() {
                let named: Vec<&&Key> = keys.iter().take(NAMED_MAX).collect();
                return Err(format!("{} of {} entries are {what}: {named:?}", keys.len(), entries.len()).into());
            }
        }
        if stored.rows != entries.len() || stored.counted != entries.len() {
            let Contents { rows, counted, .. } = stored;
            let pieces = entries.len();
            return Err(format!("{rows} entries are stored, {pieces} belong to pieces, {counted} are counted").into());
        }
        if stored.decisions < self.decided {
            let (stored, decided) = (stored.decisions, self.decided);
            return Err(format!("{stored} decisions are stored, {decided} were recorded").into());
        }
        Ok(())
    }

    /// The program says of its database what is in it. Once a database, since each question is a process.
    pub(super) fn check_answers(&mut self) -> Outcome<()> {
        let stored = self.look(DATABASE)?;
        let status: Value = serde_json::from_str(&self.program.must(&["status", "--json"])?.out)?;
        if status["totals"]["entries"] != stored.entries.len() {
            return Err(format!("of {} entries the status says: {}", stored.entries.len(), status["totals"]).into());
        }
        let of_sources = status["sources"].as_array().map(Vec::as_slice).unwrap_or_default();
        for source in of_sources {
            let own = stored.entries.keys().filter(|(slug, _)| source["id"] == *slug).count();
            if source["entries"] != own {
                return Err(
                    format!("of {own} entries of {} the status says: {}", source["id"], source["entries"]).into()
                );
            }
        }
        let known: Vec<&Key> = stored.entries.keys().collect();
        let Some((_, id)) = self.chance.pick(&known) else { return Ok(()) };
        let told: Value = serde_json::from_str(&self.program.must(&["explain", id, "--json"])?.out)?;
        let entries = told["entries"].as_array().map(Vec::as_slice).unwrap_or_default();
        let times = entries.iter().filter(|entry| entry["id"] == *id).count();
        if times == 1 { Ok(()) } else { Err(format!("the explanation of {id} names it {times} times").into()) }
    }

    /// Every document is the one that is rendered anew.
    ///
    /// Another remark makes another version of the policy: under it, all pieces are judged again and every document is
    /// rendered over what is stored, which must change no byte. Then all documents are dropped and rendered from
    /// nothing. That must give the same bytes, but for archives: what these say of a piece stands as it was written
    /// when the piece entered, or last changed significantly, whatever becomes of its copies, its sources and the
    /// policy since. Of them the ids must be the same, or in the archive of one language more. Times of documents are not compared at all (see `Document`).
    fn check_rendering(&self, stored: &Documents, tally: &mut Tally) -> Outcome<()> {
        copy_database(&self.path(CHECKED), &self.path(AGAIN))?;
        fs::write(self.path(AGAIN_POLICY), self.policy.text(REMARK))?;
        self.program.must(&["poll", "--config", AGAIN_POLICY, "--db", AGAIN])?;
        let again = self.look(AGAIN)?.documents;
        tally.documents += compare("judged and rendered again", stored, &again, |_| true)?;

        copy_database(&self.path(CHECKED), &self.path(FRESH))?;
        self.runtime.block_on(forget_documents(&self.path(FRESH)))?;
        self.program.must(&["poll", "--db", FRESH])?;
        let fresh = self.look(FRESH)?.documents;
        tally.documents += compare("rendered from nothing", stored, &fresh, |path| !is_archive(path))?;
        let (stored, fresh) = (list_archived(stored), list_archived(&fresh));
        let none = BTreeSet::new();
        for month in stored.keys().chain(fresh.keys()) {
            let [stored, fresh] = [&stored, &fresh].map(|months| months.get(month).unwrap_or(&none));
            // The archive of one language keeps what it said of a piece whose text has another since.
            let is_of_language = month.split('/').count() > ARCHIVE_PARTS;
            if stored != fresh && !(is_of_language && stored.is_superset(fresh)) {
                return Err(format!("{month} has other entries when it is rendered from nothing").into());
            }
        }
        Ok(())
    }

    /// The site gives each document as it is stored.
    fn check_site(&self, stored: &Documents, tally: &mut Tally) -> Outcome<()> {
        let mut server = self.program.serve(&["--no-worker"])?;
        let site = server.wait_for_address()?;
        for (path, document) in stored {
            let body = get(site, path)?;
            if body != document.identity {
                let difference = describe_difference(&document.identity, &body);
                return Err(format!("{path} is served otherwise than it is stored, {difference}").into());
            }
        }
        tally.documents += stored.len();
        server.stop()
    }

    /// An export to the end holds every document as it is stored. Pages make it slow, so that it comes once a database.
    pub(super) fn check_export(&self, tally: &mut Tally) -> Outcome<()> {
        self.program.must(&["publish", "--out", "last"])?;
        let (stored, tree) = (self.look(DATABASE)?.documents, read_tree(&self.path("last"))?);
        for (path, document) in &stored {
            if tree.get(path.trim_start_matches('/')) != Some(&document.identity) {
                return Err(format!("{path} is not exported as it is stored").into());
            }
        }
        tally.documents += stored.len();
        Ok(())
    }
}

/// Ids of the entries that archives hold, by the address of their month: the parts of a month that was rendered at once
/// may be others.
fn list_archived(documents: &Documents) -> BTreeMap<String, BTreeSet<String>> {
    let mut months: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, document) in documents.iter().filter(|(path, _)| is_archive(path)) {
        let (folder, part) = path.rsplit_once('/').unwrap_or_default();
        let month = part.get(..MONTH_CHARS).unwrap_or(part);
        months.entry(format!("{folder}/{month}")).or_default().extend(list_ids(&document.identity));
    }
    months
}

/// Ids of the entries of an Atom document of ours, in their order.
fn list_ids(document: &[u8]) -> Vec<String> {
    let (_, entries) = archive_entries(&String::from_utf8_lossy(document));
    entries.into_iter().map(|entry| entry.id).collect()
}

/// No document shows an entry twice.
fn check_ids(documents: &Documents, tally: &mut Tally) -> Outcome<()> {
    for (path, document) in documents.iter().filter(|(path, _)| path.strip_suffix(".atom").is_some()) {
        let ids = list_ids(&document.identity);
        let each: BTreeSet<&String> = ids.iter().collect();
        if each.len() < ids.len() {
            tally.doubled += ids.len() - each.len();
            return Err(format!("{path} shows {} entries under {} ids", ids.len(), each.len()).into());
        }
    }
    Ok(())
}

/// Compares the documents at the addresses that are asked for, and answers how many there are.
fn compare(how: &str, stored: &Documents, other: &Documents, is_asked: impl Fn(&str) -> bool) -> Outcome<usize> {
    let paths: BTreeSet<&String> = stored.keys().chain(other.keys()).filter(|path| is_asked(path)).collect();
    let mut differing = Vec::new();
    for path in &paths {
        let what = match (stored.get(*path), other.get(*path)) {
            (Some(one), Some(another)) if one == another => continue,
            (Some(one), Some(another)) => describe_difference(&one.identity, &another.identity),
            (one, _) => format!("it is {}", if one.is_some() { "gone" } else { "new" }),
        };
        differing.push(format!("{path}: {what}"));
    }
    if differing.is_empty() {
        return Ok(paths.len());
    }
    let (count, all) = (differing.len(), paths.len());
    differing.truncate(NAMED_MAX);
    Err(format!("{count} of {all} documents differ when they are {how}:\n{}", differing.join("\n")).into())
}
