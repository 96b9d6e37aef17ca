//! Numbers of the index's rows: they rise with the time of the pieces.

use crate::error::Result;
use chrono::{DateTime, Utc};
use rusqlite::Connection;

/// Rows that one minute has room for; further ones stand in the next minute.
const ROWS_PER_MINUTE: i64 = 65_536;

/// The first row of the minute of `at`; times before a minute are smaller, times after it larger.
pub(super) fn row_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(60).saturating_mul(ROWS_PER_MINUTE)
}

/// A row that is free, in the minute of `at` or in the first one after it that has room.
pub(super) fn find_free_row(read: &Connection, at: DateTime<Utc>) -> Result<i64> {
    let mut first = row_of(at);
    loop {
        let next: i64 = read
            .prepare_cached("SELECT coalesce(max(id) + 1, ?1) FROM search_piece WHERE id >= ?1 AND id < ?2")?
            .query_row([first, first.saturating_add(ROWS_PER_MINUTE)], |row| row.get(0))?;
        if next < first.saturating_add(ROWS_PER_MINUTE) {
            return Ok(next);
        }
        first = first.saturating_add(ROWS_PER_MINUTE);
    }
}
