//! The room that the database may take, by `[polling] disk_megabytes`. Above it nothing is fetched; what retention
//! removes makes room, and it goes on by itself.

use super::context::Context;
use plenary_model::policy::Polling;
use std::ffi::OsString;
use std::path::Path;

impl Context {
    /// Why nothing may be fetched for lack of room; noted for those who watch the health, too.
    pub(super) fn look_for_room(&self) -> Option<String> {
        let full = describe_excess(self.store.path(), &self.load_compiled().policy.polling);
        self.health.note_room(full.as_deref());
        full
    }
}

/// What is said when a database with its log takes more room than the policy lets it; `None` while it does not.
pub fn describe_excess(database: &Path, polling: &Polling) -> Option<String> {
    let most = polling.bytes_on_disk?;
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
    let mut log = OsString::from(database);
    log.push("-wal");
    let taken = size(database) + size(Path::new(&log));
    (taken > most).then(|| {
        format!(
            "the database and its log take {} MB, more than the {} MB of disk_megabytes under [polling]: raise it, or \
             have less kept (keep of sections, keep_unseen_days)",
            taken.div_ceil(1_000_000),
            most / 1_000_000
        )
    })
}
