//! Properties of an iCalendar file: name, parameters and value (RFC 5545 3.1), and what values say.

use super::lines::short;
use super::moment::Moment;
use crate::charset;
use crate::parse::{base64_bytes, plain_words};
use chrono::Duration;
use plenary_model::whitespace::collapse;
use std::borrow::Cow;

/// Longest text that is kept, in characters.
const TEXT_CHARS_MAX: usize = 300;
/// Colons of a line at which its value is looked for.
const COLONS_MAX: usize = 20;

/// One property: its name in capitals, its parameters with their names in capitals, and its value as written.
pub(super) struct Property {
    pub(super) name: String,
    parameters: Vec<(String, String)>,
    pub(super) value: String,
}

impl Property {
    /// Takes a line apart; `None` when it has no colon. The value begins after the first colon outside quotes, but many
    /// forget to quote a parameter with a colon in it: then after the first one that such a value can stand behind.
    pub(super) fn read(line: &str) -> Option<Self> {
        let name_end = line.find([';', ':'])?;
        let name = line.get(..name_end)?.trim().to_ascii_uppercase();
        // Without parameters the first colon is the one.
        if let Some(value) = line.get(name_end..)?.strip_prefix(':') {
            return Some(Self { name, parameters: Vec::new(), value: value.trim().to_owned() });
        }
        let mut is_quoted = false;
        let outside = line.match_indices(['"', ':']).filter(|(_, mark)| {
            is_quoted ^= *mark == "\"";
            *mark == ":" && !is_quoted
        });
        let mut colons: Vec<usize> = outside.map(|(at, _)| at).take(COLONS_MAX).collect();
        if colons.is_empty() {
            // A quotation mark that is never closed.
            colons = line.match_indices(':').map(|(at, _)| at).take(COLONS_MAX).collect();
        }
        let first = *colons.first()?;
        let fits = |at: &usize| {
            let value = line.get(at + 1..).unwrap_or_default().trim();
            is_value_of(&name, value) && !is_in_address(line.get(name_end..*at).unwrap_or_default(), value)
        };
        let colon = colons.iter().copied().find(fits).unwrap_or(first);
        let (head, value) = line.split_at(colon);
        let parameters = split_outside_quotes(head.get(name_end..).unwrap_or_default())
            .filter(|text| !text.trim().is_empty())
            .map(|parameter| {
                let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
                (key.trim().to_ascii_uppercase(), value.trim().trim_matches('"').to_owned())
            });
        let parameters = parameters.collect();
        Some(Self { name, parameters, value: value.get(1..).unwrap_or_default().trim().to_owned() })
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a text (RFC 5545 3.3.11) in one line: decoded, without the markup that some programs put there.
    pub(super) fn text(&self) -> String {
        let value = self.decoded();
        let mut text = String::new();
        let mut chars = value.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => text.push(match chars.next() {
                    Some('n' | 'N') | None => ' ',
                    Some(other) => other,
                }),
                c => text.push(c),
            }
        }
        let text = collapse(&plain_words(&text));
        text.chars().take(TEXT_CHARS_MAX).collect()
    }

    /// The value without its transfer encoding (`ENCODING`, of vCalendar 1.0 and RFC 5545 3.2.7).
    fn decoded(&self) -> Cow<'_, str> {
        let is = |wanted: &[&str]| {
            let one = |(key, value): &(String, String)| {
                let named = if key == "ENCODING" { value.as_str() } else { key.as_str() };
                wanted.iter().any(|name| named.eq_ignore_ascii_case(name))
            };
            self.parameters.iter().any(one)
        };
        let bytes = if is(&["QUOTED-PRINTABLE"]) {
            quoted_printable(&self.value)
        } else if is(&["BASE64", "B"]) {
            let Some(bytes) = base64_bytes(&self.value) else { return Cow::Borrowed(&self.value) };
            bytes
        } else {
            return Cow::Borrowed(&self.value);
        };
        let content_type = self.parameter("CHARSET").map(|name| format!("text/plain; charset={name}"));
        Cow::Owned(charset::decode(&bytes, content_type.as_deref()).text.into_owned())
    }

    /// The moments of a list of dates or times, at most `most`, and what is wrong with those that are none.
    pub(super) fn moments(&self, most: usize) -> (Vec<Moment>, Vec<String>) {
        let (mut found, mut wrong) = (Vec::new(), Vec::new());
        for value in self.value.split([',', ';']).map(str::trim).filter(|value| !value.is_empty()).take(most) {
            match self.moment_of(value) {
                Ok(moment) => found.push(moment),
                Err(problem) => wrong.push(problem),
            }
        }
        (found, wrong)
    }

    pub(super) fn moment(&self) -> Result<Moment, String> {
        self.moment_of(&self.value)
    }

    fn moment_of(&self, value: &str) -> Result<Moment, String> {
        let is_day = self.parameter("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("DATE"));
        let zone = self.parameter("TZID").map(str::trim).filter(|zone| !zone.is_empty());
        Moment::read(value, zone, is_day)
    }
}

/// True when a value can be one of that property: tells where parameters end.
fn is_value_of(name: &str, value: &str) -> bool {
    match name {
        "DTSTART" | "DTEND" | "RECURRENCE-ID" | "DTSTAMP" | "LAST-MODIFIED" | "CREATED" | "EXDATE" | "RDATE" => {
            value.split(',').any(|one| Moment::read(one, None, false).is_ok())
        }
        "DURATION" => duration(value).is_ok(),
        "RRULE" => {
            let key = value.split('=').next().unwrap_or_default().trim().to_ascii_uppercase();
            matches!(key.as_str(), "FREQ" | "INTERVAL" | "COUNT" | "UNTIL" | "WKST") || key.starts_with("BY")
        }
        "URL" => value.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http")),
        "SEQUENCE" => value.parse::<u32>().is_ok(),
        _ => true,
    }
}

/// True when the colon after `head` is one of an address that is the value of a parameter (`ALTREP`, `DIR`).
fn is_in_address(head: &str, value: &str) -> bool {
    const SCHEMES: [&str; 8] = ["cid", "file", "ftp", "http", "https", "mailto", "urn", "webcal"];
    let Some((_, written)) = head.rsplit_once('=') else { return false };
    let written = written.trim_start_matches('"').to_ascii_lowercase();
    let has_port = || {
        let digits = value.bytes().take_while(u8::is_ascii_digit).count();
        written.contains("://")
            && !written.contains([';', '"'])
            && digits > 0
            && value.get(digits..).is_some_and(|rest| rest.starts_with('/'))
    };
    SCHEMES.contains(&written.as_str()) || has_port()
}

fn split_outside_quotes(text: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    text.split(move |c| {
        is_quoted ^= c == '"';
        c == ';' && !is_quoted
    })
}

/// RFC 2045 6.7. What is no escape stays.
fn quoted_printable(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let code = code.filter(|two| two.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = code.filter(|_| *first == b'=').and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    bytes
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> (String, String) {
        let property = Property::read(line).unwrap();
        (property.name.clone(), property.value)
    }

    #[test]
    fn properties_are_taken_apart_at_the_colon_that_values_stand_behind() {
        for (line, name, value) in [
            ("dtstart;tzid=\"A:B\";Value=date:20210517", "DTSTART", "20210517"),
            ("DTSTART;TZID=GMT+05:30:20270904T020000", "DTSTART", "20270904T020000"),
            ("DTSTART;TZID=Europe/Berlin:2027-08-26T15:30:00", "DTSTART", "2027-08-26T15:30:00"),
            ("DTSTART;TZID=\"Europe/Berlin:20270826T153000", "DTSTART", "20270826T153000"),
            ("SUMMARY;ALTREP=http://a.example.org:8080/x:Title: more", "SUMMARY", "Title: more"),
            ("SUMMARY;LANGUAGE=en:Title: more", "SUMMARY", "Title: more"),
            ("SUMMARY:http://a.example.org/", "SUMMARY", "http://a.example.org/"),
            ("URL;X-A=b:c:https://a.example.org/", "URL", "https://a.example.org/"),
            ("RRULE;X-A=b:c:FREQ=DAILY", "RRULE", "FREQ=DAILY"),
        ] {
            assert_eq!(read(line), (name.to_owned(), value.to_owned()), "{line}");
        }
        assert!(Property::read("nothing").is_none());
    }

    #[test]
    fn texts_are_decoded_from_what_they_were_sent_in() {
        for (line, text) in [
            ("SUMMARY;ENCODING=QUOTED-PRINTABLE:=C3=A9t=C3=A9 = 1", "été = 1"),
            ("SUMMARY;CHARSET=ISO-8859-1;ENCODING=quoted-printable:=E9t=E9", "été"),
            ("SUMMARY;QUOTED-PRINTABLE:a=20b", "a b"),
            ("SUMMARY;ENCODING=BASE64:w6l0w6k=", "été"),
            ("SUMMARY:=E9 stays", "=E9 stays"),
        ] {
            assert_eq!(Property::read(line).unwrap().text(), text, "{line}");
        }
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
