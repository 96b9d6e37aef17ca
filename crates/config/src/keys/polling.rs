//! `[polling]`: how sources are polled.

use crate::kinds::{Count, Host, Length, List, Schedule};
use crate::table::keys;
use plenary_model::policy::Polling;
use std::time::Duration;

keys! {
    PollingKeys {
        /// When sources may be polled: cron, UTC, five fields.
        may schedule: Schedule = "0 */20 * * * *".to_owned(),
        /// Polls under way at once.
        may concurrency: Count<usize, 1, 256> = 16,
        /// Requests under way at once to one host.
        may per_host: Count<usize, 1, 16> = 2,
        /// Shortest time between two requests to one host.
        may spacing: Length = Duration::from_secs(1),
        /// Longest time for one request.
        may timeout: Length = Duration::from_secs(30),
        /// Entries, new and changed, that one source may bring in a day; the rest waits for the next.
        may entries_per_day: Count<usize, 1, 100_000> = 2_000,
        /// Megabytes that are kept of one source; nothing new of it is taken above.
        may megabytes_kept: Count<usize, 1, 1_000_000> = 2_000,
        /// Days for which the texts of what no reader sees are kept: what was rejected or withdrawn, or waits in
        /// vain. Then title, address, dates and ids are left, so that it does not come in again.
        may keep_unseen_days: Count<i64, 1, 36_500> = 365,
        /// Megabytes that the database and its log may take; above, nothing is fetched until there is room again.
        /// Default: as much as the disk has.
        may disk_megabytes: Count<usize, 1, 100_000_000>,
        /// Addresses refused otherwise: host[:port], IP[:port] or CIDR[:port]. Default none.
        may allow: List<Host>,
    }
}

impl PollingKeys {
    pub(crate) fn into_polling(self) -> Polling {
        Polling {
            schedule: self.schedule,
            concurrency: self.concurrency,
            per_host: self.per_host,
            spacing: self.spacing,
            timeout: self.timeout,
            entries_per_day: self.entries_per_day,
            bytes_kept: bytes(self.megabytes_kept),
            keep_unseen_days: self.keep_unseen_days,
            bytes_on_disk: self.disk_megabytes.map(bytes),
            allow: self.allow.unwrap_or_default(),
        }
    }
}

fn bytes(megabytes: usize) -> u64 {
    u64::try_from(megabytes).unwrap_or(u64::MAX).saturating_mul(1_000_000)
}
