//! The machine's clock, the only place where the time is read.

use chrono::{DateTime, Utc};
use plenary_model::port::Clock;

#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}
