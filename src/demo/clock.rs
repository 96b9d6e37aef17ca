//! The demo's clock: the demo always plays on Monday 14 June 2021, from 09:00 UTC, whatever the real date. Its texts
//! name sessions, deadlines and terms of that summer, all of which would be over on a real calendar.

use chrono::{DateTime, TimeDelta, Utc};
use plenary_model::port::Clock;
use std::sync::Arc;

/// When the demo begins: 2021-06-14T09:00:00Z, in seconds since 1970.
const BEGIN_UNIX_SECONDS: i64 = 1_623_661_200;

/// A clock that begins at the demo's first instant and stands still, or runs at the pace of a real one.
#[derive(Clone)]
pub struct DemoClock {
    /// The real clock and what it showed when the demo began; `None` when time stands still.
    real: Option<(Arc<dyn Clock>, DateTime<Utc>)>,
}

impl DemoClock {
    pub fn begin() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(BEGIN_UNIX_SECONDS)
    }

    pub fn still() -> Self {
        Self { real: None }
    }

    /// A clock that shows [`DemoClock::begin`] now and runs with `real` from here on.
    pub fn running(real: Arc<dyn Clock>) -> Self {
        let began = real.now();
        Self { real: Some((real, began)) }
    }
}

impl Clock for DemoClock {
    fn now(&self) -> DateTime<Utc> {
        match &self.real {
            None => Self::begin(),
            Some((real, began)) => Self::begin() + (real.now() - *began),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    struct Hand(Mutex<DateTime<Utc>>);

    impl Clock for Hand {
        fn now(&self) -> DateTime<Utc> {
            *self.0.lock().unwrap()
        }
    }

    #[test]
    fn begins_on_the_day_that_the_texts_speak_of() {
        assert_eq!(DemoClock::still().now().to_rfc3339(), "2021-06-14T09:00:00+00:00");
    }

    #[test]
    fn runs_at_the_pace_of_the_real_clock() {
        let hand = Arc::new(Hand(Mutex::new(DateTime::UNIX_EPOCH)));
        let clock = DemoClock::running(hand.clone());
        *hand.0.lock().unwrap() += TimeDelta::seconds(90);
        assert_eq!(clock.now() - DemoClock::begin(), TimeDelta::seconds(90));
    }
}
