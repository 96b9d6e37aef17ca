//! The machine's clock, the only place where the time is read.

use chrono::{DateTime, Utc};
use plenary_model::port::Clock;

/// The time as the machine has it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}
