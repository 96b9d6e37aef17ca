//! The machine's clock, the only place where the time is read.

use crate::model::port::Clock;
use chrono::{DateTime, Utc};

/// The time as the machine has it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}
