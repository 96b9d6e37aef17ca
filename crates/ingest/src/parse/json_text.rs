//! JSON that is not quite JSON (RFC 8259) as JSON: raw control characters in strings, halves of surrogate pairs, commas
//! too many or too few, comments, and text after the end.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

/// Objects and lists inside each other; the reader behind it takes no more.
const DEPTH_MAX: usize = 100;

/// The first value of `text` as sound JSON; what is left open at the end is closed. `None` when there is no value, or it
/// is nested too deep.
pub(super) fn mend(text: &str) -> Option<String> {
    let mut writer = Mend { rest: text.chars().peekable(), out: String::with_capacity(text.len()) };
    writer.value(0).then_some(writer.out)
}

struct Mend<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
}

impl Mend<'_> {
    /// Writes the next value; false when there is none.
    fn value(&mut self, depth: usize) -> bool {
        if depth > DEPTH_MAX {
            return false;
        }
        match self.next_mark() {
            Some('{') => self.container('{', '}', depth),
            Some('[') => self.container('[', ']', depth),
            Some(quote @ ('"' | '\'')) => {
                self.rest.next();
                self.string(quote);
                true
            }
            Some(c) if is_of_word(c) => {
                let word = self.word();
                self.write_word(&word)
            }
            _ => false,
        }
    }

    /// Writes an object or a list, with its commas and colons as they should be.
    fn container(&mut self, open: char, close: char, depth: usize) -> bool {
        self.rest.next();
        self.out.push(open);
        let mut is_first = true;
        loop {
            match self.next_mark() {
                None => break,
                Some('}' | ']') => {
                    self.rest.next();
                    break;
                }
                Some(',' | ':') => {
                    self.rest.next();
                    continue;
                }
                Some(_) => {}
            }
            if !is_first {
                self.out.push(',');
            }
            is_first = false;
            if open == '{' && !self.key() {
                return false;
            }
            let has_value = !matches!(self.next_mark(), None | Some(',' | '}' | ']'));
            if !has_value {
                self.out.push_str("null");
            } else if !self.value(depth + 1) {
                return false;
            }
        }
        self.out.push(close);
        true
    }

    fn key(&mut self) -> bool {
        match self.next_mark() {
            Some(quote @ ('"' | '\'')) => {
                self.rest.next();
                self.string(quote);
            }
            Some(c) if is_of_word(c) => {
                let word = self.word();
                self.write_text(&word);
            }
            _ => return false,
        }
        if self.next_mark() == Some(':') {
            self.rest.next();
        }
        self.out.push(':');
        true
    }

    /// The next character that is neither a blank nor part of a comment.
    fn next_mark(&mut self) -> Option<char> {
        loop {
            let c = *self.rest.peek()?;
            if c == '/' {
                self.skip_comment();
            } else if c.is_whitespace() || c.is_control() || c == '\u{feff}' {
                self.rest.next();
            } else {
                return Some(c);
            }
        }
    }

    fn skip_comment(&mut self) {
        self.rest.next();
        if self.rest.peek() != Some(&'*') {
            while self.rest.next_if(|c| *c != '\n').is_some() {}
            return;
        }
        let mut before = ' ';
        for c in self.rest.by_ref() {
            if before == '*' && c == '/' {
                return;
            }
            before = c;
        }
    }

    /// The rest of a string whose quotation mark was read.
    fn string(&mut self, quote: char) {
        self.out.push('"');
        while let Some(c) = self.rest.next() {
            match c {
                c if c == quote => break,
                '\\' => self.escape(),
                c => self.write_char(c),
            }
        }
        self.out.push('"');
    }

    fn escape(&mut self) {
        match self.rest.next() {
            None => {}
            Some(c @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't')) => self.out.extend(['\\', c]),
            Some('u') => {
                let mut ahead = self.rest.clone();
                let Some(first) = unit(&mut ahead) else { return self.out.push('u') };
                self.rest = ahead.clone();
                let is_pair = |low| char::decode_utf16([first, low]).next().and_then(Result::ok);
                let second =
                    (ahead.next() == Some('\\') && ahead.next() == Some('u')).then(|| unit(&mut ahead)).flatten();
                match (char::from_u32(first.into()), second.and_then(is_pair)) {
                    (Some(c), _) => self.write_char(c),
                    (None, Some(c)) => {
                        self.rest = ahead;
                        self.write_char(c);
                    }
                    (None, None) => self.out.push(char::REPLACEMENT_CHARACTER),
                }
            }
            Some(c) => self.write_char(c),
        }
    }

    fn write_char(&mut self, c: char) {
        match c {
            '"' => self.out.push_str("\\\""),
            '\\' => self.out.push_str("\\\\"),
            '\n' => self.out.push_str("\\n"),
            '\r' => self.out.push_str("\\r"),
            '\t' => self.out.push_str("\\t"),
            c if c < ' ' => {
                // Writing into memory does not fail.
                let _ = write!(self.out, "\\u{:04x}", u32::from(c));
            }
            c => self.out.push(c),
        }
    }

    fn write_text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            self.write_char(c);
        }
        self.out.push('"');
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(c) = self.rest.next_if(|c| is_of_word(*c)) {
            word.push(c);
        }
        word
    }

    /// A number as it stands when it is one, else as a text; the words of JSON, and nothing for what other languages
    /// have. False for any other word.
    fn write_word(&mut self, word: &str) -> bool {
        match word.to_ascii_lowercase().as_str() {
            known @ ("true" | "false" | "null") => self.out.push_str(known),
            "nan" | "undefined" | "none" | "infinity" | "-infinity" => self.out.push_str("null"),
            _ if serde_json::from_str::<serde_json::Number>(word).is_ok() => self.out.push_str(word),
            _ if word.starts_with(|c: char| c.is_ascii_digit()) => self.write_text(word),
            _ => return false,
        }
        true
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '+' | '-' | '.')
}

fn unit(digits: &mut Peekable<Chars<'_>>) -> Option<u16> {
    let four: String = digits.by_ref().take(4).collect();
    (four.len() == 4 && four.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| u16::from_str_radix(&four, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearly_json_becomes_json() {
        for (broken, sound) in [
            ("{\"a\":\"x\ny\t\u{1}\"}", r#"{"a":"x\ny\t\u0001"}"#),
            (r#"{"a":[1,2,],,"b":3,}"#, r#"{"a":[1,2],"b":3}"#),
            (r#"{"a":1 "b":2}"#, r#"{"a":1,"b":2}"#),
            (r#"["\ud83d","\ud83d\ude00","\ude00\ud83d x","\u00e9","\uZ"]"#, r#"["�","😀","�� x","é","uZ"]"#),
            (r#"{"a":1}<!-- cached -->"#, r#"{"a":1}"#),
            (r#"{"a":1}{"b":2}"#, r#"{"a":1}"#),
            (
                "{a:'it\\'s', // one\n b:/* two */NaN, c: 007, d: -1.5e3, e: True}",
                r#"{"a":"it's","b":null,"c":"007","d":-1.5e3,"e":true}"#,
            ),
            (r#"{"a":{"b":"c"#, r#"{"a":{"b":"c"}}"#),
            (r#"{"a":,"b":}"#, r#"{"a":null,"b":null}"#),
        ] {
            assert_eq!(mend(broken).as_deref(), Some(sound), "{broken}");
            serde_json::from_str::<serde_json::Value>(sound).unwrap();
        }
        for nothing in ["", "}", "{\"a\":}}]{", "{{}"] {
            assert!(
                mend(nothing).is_none_or(|json| serde_json::from_str::<serde_json::Value>(&json).is_ok()),
                "{nothing}"
            );
        }
        assert_eq!(mend(&"[".repeat(1_000)), None);
    }
}
