//! Spans of time as the demo's texts write them: `45s`, `20m`, `5h`, `3d`, and together `3d5h20m`.

use chrono::TimeDelta;
use serde::{Deserialize, Deserializer, de};

/// A span of time, never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span(pub(super) TimeDelta);

impl Span {
    /// Reads a span; `None` when it is empty or has anything but numbers with a unit.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut seconds: i64 = 0;
        let mut digits = String::new();
        for c in text.chars() {
            let unit = match c {
                '0'..='9' => {
                    digits.push(c);
                    continue;
                }
                's' => 1,
                'm' => 60,
                'h' => 3_600,
                'd' => 86_400,
                _ => return None,
            };
            let number: i64 = digits.parse().ok()?;
            seconds = seconds.checked_add(number.checked_mul(unit)?)?;
            digits.clear();
        }
        let complete = digits.is_empty() && !text.is_empty();
        if complete { TimeDelta::try_seconds(seconds).map(Self) } else { None }
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format!("\"{text}\" is no span: write 3d5h20m or 45s")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_and_several_units() {
        assert_eq!(Span::parse("45s"), Some(Span(TimeDelta::seconds(45))));
        assert_eq!(Span::parse("3d5h20m"), Some(Span(TimeDelta::minutes(3 * 1440 + 5 * 60 + 20))));
    }

    #[test]
    fn refuses_what_is_not_a_span() {
        for text in ["", "3", "3w", "d", "-3d", "3d 5h", "99999999999999999999d"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }
}
