//! The lines of an iCalendar file: found whatever ends or indents them, unfolded (RFC 5545 3.1), decoded and numbered.

use crate::charset;

/// Longest unfolded line that is kept, in bytes.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// Names of properties (RFC 5545 8.3.2, RFC 7986 5) and of what begins and ends components.
const PROPERTIES: [&str; 53] = [
    "ACTION",
    "ATTACH",
    "ATTENDEE",
    "BEGIN",
    "CALSCALE",
    "CATEGORIES",
    "CLASS",
    "COLOR",
    "COMMENT",
    "COMPLETED",
    "CONFERENCE",
    "CONTACT",
    "CREATED",
    "DESCRIPTION",
    "DTEND",
    "DTSTAMP",
    "DTSTART",
    "DUE",
    "DURATION",
    "END",
    "EXDATE",
    "EXRULE",
    "FREEBUSY",
    "GEO",
    "IMAGE",
    "LAST-MODIFIED",
    "LOCATION",
    "METHOD",
    "NAME",
    "ORGANIZER",
    "PERCENT-COMPLETE",
    "PRIORITY",
    "PRODID",
    "RDATE",
    "RECURRENCE-ID",
    "REFRESH-INTERVAL",
    "RELATED-TO",
    "REPEAT",
    "RESOURCES",
    "RRULE",
    "SEQUENCE",
    "SOURCE",
    "STATUS",
    "SUMMARY",
    "TRANSP",
    "TRIGGER",
    "TZID",
    "TZNAME",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "UID",
    "URL",
    "VERSION",
];
/// Those with which no folded text goes on: a line that begins so, indented or not, is one.
const NEVER_FOLDED: [&str; 7] = ["DTEND", "DTSTAMP", "DTSTART", "RECURRENCE-ID", "RRULE", "UID", "EXDATE"];

pub(super) struct Lines {
    /// Unfolded, each with the number of its first line, from 1; empty lines are left out.
    pub(super) lines: Vec<(usize, String)>,
    /// What had to be passed over to read its letters.
    pub(super) remark: Option<String>,
}

/// The lines of a file, at most `most` and one; overlong ones are cut. `content_type` is what HTTP says.
pub(super) fn read(file: &[u8], content_type: Option<&str>, most: usize) -> Lines {
    let wide = charset::decode_wide(file, content_type);
    let file = wide.as_ref().map_or(file, String::as_bytes);
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let lines = unfold(file, most);
    // A fold may stand within a character, so bytes are joined, not text.
    let (numbers, lines): (Vec<usize>, Vec<Vec<u8>>) = lines.into_iter().unzip();
    let own = named_charset(&lines).filter(|_| !content_type.is_some_and(|text| text.contains("charset")));
    let joined = lines.join(&b'\n');
    let content_type = own.as_deref().or(content_type).filter(|_| wide.is_none());
    let decoded = charset::decode(&joined, content_type);
    let texts = decoded.text.split('\n').map(|line| line.trim_matches('\u{feff}').to_owned());
    Lines { lines: numbers.into_iter().zip(texts).collect(), remark: decoded.remark }
}

/// What the first property that names its encoding says (vCalendar 1.0 had it).
fn named_charset(lines: &[Vec<u8>]) -> Option<String> {
    let heads = lines.iter().filter_map(|line| line.get(..line.iter().position(|byte| *byte == b':')?));
    let mut named = heads.filter_map(|head| {
        let head = std::str::from_utf8(head).ok()?.to_ascii_uppercase();
        let name = head.split_once(";CHARSET=")?.1.split(';').next()?.trim_matches('"').to_owned();
        Some(format!("text/calendar; charset={name}"))
    });
    named.next()
}

fn unfold(file: &[u8], most: usize) -> Vec<(usize, Vec<u8>)> {
    let mut lines: Vec<(usize, Vec<u8>)> = Vec::new();
    // Blanks before each line, when the file is indented: a line that goes on has one more.
    let mut indent: Option<usize> = None;
    for (number, line) in (1..).zip(physical(file)) {
        let text = line.trim_ascii_start();
        let blanks = line.len() - text.len();
        let is_empty = text.trim_ascii_end().is_empty();
        match lines.last_mut() {
            Some((_, last)) if is_broken_off(last) && !begins_property(text) => {
                last.pop();
                join(last, line);
            }
            Some((_, last)) if blanks > 0 && !is_new(text, last, indent.is_some()) => {
                join(last, line.get(indent.unwrap_or_default().min(blanks - 1) + 1..).unwrap_or_default());
            }
            _ if is_empty => {}
            _ => {
                if lines.len() > most {
                    break;
                }
                indent = (blanks > 0).then_some(blanks);
                let mut begun = Vec::new();
                join(&mut begun, text);
                lines.push((number, begun));
            }
        }
    }
    lines
}

fn join(line: &mut Vec<u8>, more: &[u8]) {
    let room = LINE_BYTES_MAX.saturating_sub(line.len());
    line.extend_from_slice(more.get(..room).unwrap_or(more));
    if more.len() > room {
        // Not in the middle of a character of UTF-8.
        while line.last().is_some_and(|byte| byte & 0xC0 == 0x80) {
            line.pop();
        }
    }
}

/// True when a line that is indented is none that goes on: the one before cannot, or the whole file is indented.
fn is_new(text: &[u8], last: &[u8], is_indented: bool) -> bool {
    let is_closed = last.len() < 40 && {
        let last = last.trim_ascii().to_ascii_uppercase();
        last.starts_with(b"BEGIN:") || last.starts_with(b"END:")
    };
    let name = property_name(text);
    let is_own = NEVER_FOLDED.contains(&name) || text.starts_with(b"BEGIN:V") || text.starts_with(b"END:V");
    (is_closed || is_indented || is_own) && begins_property(text)
}

/// True for a value in quoted-printable that goes on in the next line (RFC 2045 6.7), which has no blank before it.
fn is_broken_off(line: &[u8]) -> bool {
    let colon = || line.iter().position(|byte| *byte == b':');
    let Some(colon) = Some(()).filter(|()| line.ends_with(b"=")).and_then(|()| colon()) else { return false };
    line[..colon].to_ascii_uppercase().windows(16).any(|part| part == b"QUOTED-PRINTABLE")
}

fn property_name(text: &[u8]) -> &str {
    let end = text.iter().position(|byte| matches!(byte, b':' | b';')).unwrap_or_default();
    text.get(..end).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default()
}

fn begins_property(text: &[u8]) -> bool {
    let name = property_name(text);
    let is_own = name.starts_with("X-") && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_own || PROPERTIES.contains(&name)
}

/// The lines of a file as they stand: ended by CR LF, LF, or CR alone.
fn physical(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_carriage_alone = memchr::memchr(b'\n', file).is_none();
    let mut rest = Some(file);
    std::iter::from_fn(move || {
        let text = rest?;
        let ends = |at: &usize| {
            let after = text.get(at + 1..).unwrap_or_default();
            let is_end = text.get(*at) == Some(&b'\n') || is_carriage_alone || after.is_empty();
            is_end || after.starts_with(b"\r") || after.starts_with(b"\n") || begins_property(after.trim_ascii_start())
        };
        let Some(end) = memchr::memchr2_iter(b'\r', b'\n', text).find(ends) else {
            rest = None;
            return Some(text).filter(|text| !text.is_empty());
        };
        let both = text.get(end..end + 2) == Some(b"\r\n");
        rest = text.get(end + 1 + usize::from(both)..);
        text.get(..end)
    })
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

    fn lines(file: &[u8]) -> Vec<(usize, String)> {
        read(file, None, 1_000).lines
    }

    #[test]
    fn folded_lines_are_joined_and_keep_their_number() {
        let lines = lines(b"\xef\xbb\xbfA:1\r\n\r\nB:tw\r\n o\n\tx\r\nC:\xc3\r\n \xa9");
        assert_eq!(lines, [(1, "A:1".to_owned()), (3, "B:twox".to_owned()), (6, "C:é".to_owned())]);
    }

    #[test]
    fn a_line_without_end_is_cut_off() {
        let long = format!("A:{}\n {}\n x", "a".repeat(LINE_BYTES_MAX), "b".repeat(LINE_BYTES_MAX));
        let [(1, line)] = <[_; 1]>::try_from(lines(long.as_bytes())).unwrap() else { panic!("one line") };
        assert_eq!(line.len(), LINE_BYTES_MAX);
    }

    #[test]
    fn indented_files_have_lines_and_folds() {
        let found = |file: &str| lines(file.as_bytes()).into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("|");
        let file =
            "BEGIN:VCALENDAR\n  BEGIN:VEVENT\n    SUMMARY:one\n      and more\n    UID:1\n  END:VEVENT\nEND:VCALENDAR";
        let plain = "BEGIN:VCALENDAR|BEGIN:VEVENT|SUMMARY:one and more|UID:1|END:VEVENT|END:VCALENDAR";
        assert_eq!(found(file), plain);
        assert_eq!(found("DESCRIPTION:a\n NOTE: b\n SUMMARY:c"), "DESCRIPTION:aNOTE: bSUMMARY:c", "a fold is a fold");
        assert_eq!(found("A:1\rB:2\r 3\rC:4"), "A:1|B:23|C:4");
        assert_eq!(found("UID:1\nSUMMARY:2\rDTSTART:3\nURL:4\r5"), "UID:1|SUMMARY:2|DTSTART:3|URL:4\r5");
    }
}
