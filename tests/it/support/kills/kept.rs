//! What the program keeps beside its database: exports, backups, and databases that a restore has put aside.

use super::contents::{Contents, read_tree, remove, remove_database};
use super::rig::{BACKUP, DATABASE, GOOD_BACKUP, Rig, SITE};
use super::{End, Outcome};
use std::fs;
use std::time::Duration;

/// Where an export keeps the former one while it puts the new one in its place.
const FORMER_SITE: &str = ".site.old";
/// How the names of databases begin that a restore has put aside.
const PUT_ASIDE: &str = "plenary.db.before-restore";
/// Endings of files that are documents, which say the same whenever they are exported.
const DOCUMENT_ENDINGS: [&str; 5] = [".atom", ".rss", ".json", ".opml", ".ics"];

impl Rig {
    /// Makes a backup to its end.
    pub(super) fn back_up(&mut self) -> Outcome<Duration> {
        remove(&self.path(BACKUP))?;
        let run = self.program.must(&["backup", BACKUP])?;
        self.take_over_backup(BACKUP)?;
        Ok(run.took)
    }

    /// Notes a whole backup as the one that is restored from now on.
    fn take_over_backup(&mut self, name: &str) -> Outcome<()> {
        self.backup = Some((self.look(name)?, self.decided));
        Ok(fs::rename(self.path(name), self.path(GOOD_BACKUP))?)
    }

    /// Expects what the last backup holds, and no more.
    pub(super) fn take_up_backup(&mut self) {
        if let Some((contents, decided)) = &self.backup {
            self.owed = contents.entries.keys().cloned().collect();
            self.decided = *decided;
        }
    }

    /// An export is the former one or the new one, and whole.
    pub(super) fn look_at_export(&mut self, end: End) -> Outcome<()> {
        let place = self.path(SITE);
        if !place.exists() {
            // Between its two renames an export has put the former one aside; the next one puts it back first.
            if end != End::Done && self.path(FORMER_SITE).exists() {
                return Ok(());
            }
            return Err("the export is gone".into());
        }
        let tree = read_tree(&place)?;
        if end == End::Done || self.export.as_ref() == Some(&tree) {
            self.export = Some(tree);
            return Ok(());
        }
        // It is the new one, put in place before the kill: what the same program exports of the same database.
        self.program.must(&["publish", "--out", SITE])?;
        let whole = read_tree(&place)?;
        if !tree.keys().eq(whole.keys()) {
            return Err(format!("the export had {} files instead of {}", tree.len(), whole.len()).into());
        }
        for (path, body) in &tree {
            let is_document = DOCUMENT_ENDINGS.iter().any(|ending| path.ends_with(ending));
            // A page tells how long ago something was, so that it may differ; it has an end.
            let is_whole = match (is_document, path.strip_suffix(".html").is_some()) {
                (true, _) => whole.get(path) == Some(body),
                (_, true) => body.trim_ascii_end().ends_with(b"</html>"),
                _ => true,
            };
            if !is_whole {
                return Err(format!("in the export {path} was not whole").into());
            }
        }
        self.export = Some(whole);
        Ok(())
    }

    /// A backup under its name is whole, or there is none.
    pub(super) fn look_at_backup(&mut self, end: End) -> Outcome<()> {
        if !self.path(BACKUP).exists() {
            // What the kill left under another name must not be in the way of the next one.
            return if end == End::Done { Err("there is no backup".into()) } else { Ok(()) };
        }
        self.program.must(&["restore", BACKUP, "--db", "scratch.db"])?;
        if self.look("scratch.db")? != self.look(DATABASE)? {
            return Err("the backup holds something else than the database".into());
        }
        remove_database(&self.path("scratch.db"))?;
        self.take_over_backup(BACKUP)
    }

    /// After a restore the database is as it was, or as the backup; then the former one is kept.
    pub(super) fn look_at_restored(&mut self, before: &Contents, end: End) -> Outcome<()> {
        let after = self.look(DATABASE)?;
        let (backup, _) = self.backup.as_ref().ok_or("there is no backup to restore")?;
        let (is_restored, is_former) = (after == *backup, after == *before);
        if !is_restored && (end == End::Done || !is_former) {
            let [is, was, wanted] = [&after, before, backup].map(|contents| contents.entries.len());
            return Err(format!("it holds {is} entries; there were {was}, and the backup has {wanted}").into());
        }
        if is_restored && !is_former {
            let kept = self.list_put_aside()?;
            let is_kept = kept.iter().any(|name| self.look(name).is_ok_and(|kept| kept == *before));
            if !is_kept {
                return Err(format!("the former database is not kept; there are {kept:?}").into());
            }
            self.take_up_backup();
        }
        self.forget_put_aside()
    }

    /// Names of the databases that restores have put aside.
    fn list_put_aside(&self) -> Outcome<Vec<String>> {
        let mut names = Vec::new();
        for found in fs::read_dir(self.folder.path())? {
            let name = found?.file_name().to_string_lossy().into_owned();
            let is_number = |rest: &str| rest.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
            if name.strip_prefix(PUT_ASIDE).is_some_and(is_number) {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// Removes them: each is as large as the database.
    pub(super) fn forget_put_aside(&self) -> Outcome<()> {
        self.list_put_aside()?.iter().try_for_each(|name| remove_database(&self.path(name)))
    }
}
