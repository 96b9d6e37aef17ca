//! What one source may bring: so many entries a day, so many bytes in all. A feed of a thousand new entries a poll
//! would fill a disk in weeks, and its neighbours' sections at once.

use chrono::{DateTime, Days, NaiveTime, Utc};
use plenary_model::change::{Incoming, Intake};
use plenary_model::entry::Entry;
use plenary_model::policy::Polling;
use plenary_model::poll::{AddressState, Cause, CauseKind, PollRecord};

/// What an entry takes beside its texts: ids, dates, links, indexes. In bytes.
const ENTRY_BYTES: u64 = 1_000;

/// Entries that a source brought beyond what it may, and why they were left out.
pub(super) struct Excess {
    cause: Cause,
    /// True when they may come in on the next day.
    is_of_day: bool,
}

/// Leaves out what goes beyond the quotas of a source: the last of the document, which are the oldest of most feeds.
pub(super) fn limit(incoming: &mut Vec<Incoming>, intake: Intake, polling: &Polling) -> Option<Excess> {
    let came = incoming.len();
    incoming.truncate(polling.entries_per_day.saturating_sub(intake.entries_today));
    if incoming.len() < came {
        let detail = format!(
            "{} of {came} new or changed entries wait for tomorrow: a source may bring {} a day",
            came - incoming.len(),
            polling.entries_per_day
        );
        return Some(Excess { cause: Cause::new(CauseKind::OverQuota, detail), is_of_day: true });
    }
    let mut room = polling.bytes_kept.saturating_sub(intake.bytes_kept);
    let fitting = incoming.iter().take_while(|one| {
        let size = estimate_size(&one.stored.entry);
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    });
    let fitting = fitting.count();
    incoming.truncate(fitting);
    (fitting < came).then(|| {
        let megabytes = polling.bytes_kept / 1_000_000;
        let left_out = came - fitting;
        let detail = format!(
            "{left_out} of {came} new or changed entries were left out: {megabytes} MB are kept of a source at the most"
        );
        Excess { cause: Cause::new(CauseKind::OverQuota, detail), is_of_day: false }
    })
}

impl Excess {
    /// Notes in the record of a poll that entries were left out. Those that wait are asked for again when there is
    /// room, and then whatever the validators say.
    pub(super) fn note_in(self, record: &mut PollRecord, now: DateTime<Utc>) {
        if self.is_of_day {
            for (_, state) in &mut record.addresses {
                *state = AddressState { retry_at: state.retry_at, ..AddressState::default() };
            }
            let tomorrow =
                now.date_naive().checked_add_days(Days::new(1)).map(|day| day.and_time(NaiveTime::MIN).and_utc());
            record.state.next_at = record.state.next_at.max(tomorrow);
        }
        record.state.last = Some((record.outcome, self.cause.clone()));
        record.cause = self.cause;
    }
}

fn estimate_size(entry: &Entry) -> u64 {
    let texts = [Some(&entry.title), entry.summary.as_ref(), entry.content.as_ref()];
    let bytes: usize = texts.into_iter().flatten().map(String::len).sum();
    u64::try_from(bytes).unwrap_or(u64::MAX).saturating_add(ENTRY_BYTES)
}
