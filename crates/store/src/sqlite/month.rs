//! Months (UTC) as archives are named, `YYYY-MM`, and the times between which they lie.

use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};
use plenary_model::query::day_of;

/// The month (UTC) of a time, as archives are named.
pub(super) fn name_of(at: DateTime<Utc>) -> String {
    at.format("%Y-%m").to_string()
}

/// The milliseconds between which a month `YYYY-MM` lies (UTC, half open); `None` when it is none.
pub(super) fn span_of(month: &str) -> Option<(i64, i64)> {
    let first = day_of(month).filter(|_| month.len() == "YYYY-MM".len())?;
    let next = first.checked_add_months(Months::new(1))?;
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
    Some((midnight(first), midnight(next)))
}
