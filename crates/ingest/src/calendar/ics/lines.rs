//! The lines of an iCalendar file: unfolded (RFC 5545 3.1), numbered, and taken apart into properties.

use chrono::{Duration, NaiveDate, NaiveDateTime};
use plenary_model::whitespace::collapse;

/// Longest unfolded line that is kept, in bytes.
const LINE_BYTES_MAX: usize = 64 * 1024;
/// Longest text that is kept, in characters.
const TEXT_CHARS_MAX: usize = 300;

/// Joins folded lines, whatever ends them; each with the number of its first line, from 1. Empty lines are left out,
/// overlong ones cut. A fold may stand within a character, so bytes are joined, not text. Lazy.
pub(super) fn unfold(file: &[u8]) -> impl Iterator<Item = (usize, String)> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let lines = file.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut lines = (1..).zip(lines).filter(|(_, line)| is_fold(line) || !line.trim_ascii().is_empty()).peekable();
    std::iter::from_fn(move || {
        let (number, first) = lines.find(|(_, line)| !line.trim_ascii().is_empty())?;
        let mut joined = first.get(..LINE_BYTES_MAX).unwrap_or(first).to_vec();
        while let Some((_, fold)) = lines.next_if(|(_, line)| is_fold(line)) {
            joined.extend(fold.iter().skip(1).take(LINE_BYTES_MAX.saturating_sub(joined.len())));
        }
        Some((number, String::from_utf8_lossy(&joined).into_owned()))
    })
}

fn is_fold(line: &[u8]) -> bool {
    matches!(line, [b' ' | b'\t', ..])
}

/// A day, with the time of day where one is given.
pub(super) type Moment = (NaiveDateTime, bool);

/// One property: its name in capitals and its value as written. Parameters do not matter: a value shows whether it is a
/// day or a time.
pub(super) struct Property {
    pub(super) name: String,
    pub(super) value: String,
}

impl Property {
    /// Takes a line apart; `None` when it has no colon outside quotes.
    pub(super) fn read(line: &str) -> Option<Self> {
        let mut is_quoted = false;
        let colon = line.find(|c| {
            is_quoted ^= c == '"';
            c == ':' && !is_quoted
        })?;
        let (head, value) = line.split_at(colon);
        let name = head.split(';').next().unwrap_or_default();
        Some(Self {
            name: name.trim().to_ascii_uppercase(),
            value: value.get(1..).unwrap_or_default().trim().to_owned(),
        })
    }

    /// The value of a text (RFC 5545 3.3.11), in one line.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => text.push(match chars.next() {
                    Some('n' | 'N') | None => ' ',
                    Some(other) => other,
                }),
                c => text.push(c),
            }
        }
        let text = collapse(&text);
        text.chars().take(TEXT_CHARS_MAX).collect()
    }

    /// The first `most` moments of a list of dates or times, as written whatever the zone; a period counts by its
    /// beginning.
    pub(super) fn moments(&self, most: usize) -> Result<Vec<Moment>, String> {
        self.value.split(',').take(most).map(|value| moment(value.trim())).collect()
    }

    pub(super) fn moment(&self) -> Result<Moment, String> {
        moment(&self.value)
    }
}

fn moment(value: &str) -> Result<Moment, String> {
    let start = value.split('/').next().unwrap_or_default();
    let plain = start.trim_end_matches(['Z', 'z']);
    let read = || match plain.split_once('T') {
        None => Some((day(plain)?.into(), true)),
        Some((date, time)) => {
            let [hour, minute, second] = digits(time, [2, 2, 2])?;
            // A leap second ends the minute that it is in.
            Some((day(date)?.and_hms_opt(hour, minute, second.min(59))?, false))
        }
    };
    read().ok_or_else(|| format!("\"{}\" is no date: write 20210517 or 20210517T090000Z", short(value)))
}

fn day(text: &str) -> Option<NaiveDate> {
    let [year, month, day] = digits(text, [4, 2, 2])?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// The numbers that a text of digits alone has, by their widths.
fn digits(text: &str, widths: [usize; 3]) -> Option<[u32; 3]> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (mut numbers, mut rest) = ([0; 3], text);
    for (number, width) in numbers.iter_mut().zip(widths) {
        let (head, tail) = rest.split_at_checked(width)?;
        (*number, rest) = (head.parse().ok()?, tail);
    }
    rest.is_empty().then_some(numbers)
}

/// A length such as `P5D`, `P1W` or `PT2H` (RFC 5545 3.3.6), above zero.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let read = || {
        let (mut total, mut number) = (Duration::zero(), 0_i64);
        for c in text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?.chars() {
            let unit = match c {
                'T' => continue,
                '0'..='9' => {
                    number = number.checked_mul(10)?.checked_add(i64::from(c.to_digit(10)?))?;
                    continue;
                }
                'W' => Duration::try_weeks(number)?,
                'D' => Duration::try_days(number)?,
                'H' => Duration::try_hours(number)?,
                'M' => Duration::try_minutes(number)?,
                'S' => Duration::try_seconds(number)?,
                _ => return None,
            };
            total = total.checked_add(&unit)?;
            number = 0;
        }
        (total > Duration::zero()).then_some(total)
    };
    read().ok_or_else(|| format!("\"{}\" is no length of time: write P5D or PT2H", short(text)))
}

pub(super) fn short(text: &str) -> String {
    const QUOTED_CHARS: usize = 40;
    let mut quoted: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(QUOTED_CHARS).collect();
    if text.chars().nth(QUOTED_CHARS).is_some() {
        quoted.push('…');
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_are_joined_and_keep_their_number() {
        let lines: Vec<_> = unfold(b"\xef\xbb\xbfA:1\r\n\r\nB:tw\r\n o\n\tx\r\nC:\xc3\r\n \xa9").collect();
        assert_eq!(lines, [(1, "A:1".to_owned()), (3, "B:twox".to_owned()), (6, "C:é".to_owned())]);
    }

    #[test]
    fn a_line_without_end_is_cut_off() {
        let long = format!("A:{}\n {}\n x", "a".repeat(LINE_BYTES_MAX), "b".repeat(LINE_BYTES_MAX));
        let [(1, line)] = <[_; 1]>::try_from(unfold(long.as_bytes()).collect::<Vec<_>>()).unwrap() else {
            panic!("one line")
        };
        assert_eq!(line.len(), LINE_BYTES_MAX);
    }

    #[test]
    fn properties_are_taken_apart_at_the_colon_outside_quotes() {
        let property = Property::read("dtstart;tzid=\"A:B\";Value=date:20210517").unwrap();
        assert_eq!((property.name.as_str(), property.value.as_str()), ("DTSTART", "20210517"));
        assert!(Property::read("nothing").is_none());
    }

    #[test]
    fn lengths_are_above_zero() {
        assert_eq!(duration("P1DT2H").unwrap(), Duration::hours(26));
        assert_eq!(duration("+P2W").unwrap(), Duration::weeks(2));
        for wrong in ["", "P", "-P1D", "5D", "P9999999999999999999D", "P1X"] {
            assert!(duration(wrong).unwrap_err().contains("write P5D"), "{wrong}");
        }
    }
}
