//! White space and what nobody sees: runs of blanks become one, controls go.

/// Makes runs of white space one blank, none at either end, and drops controls and what is no character.
pub fn collapse(text: &str) -> String {
    let mut collapsed = Collapsed::with_capacity(text.len());
    collapsed.push(text);
    collapsed.finish()
}

/// As [`collapse`], without the characters that have no width: for texts that are compared.
pub fn collapse_to_visible(text: &str) -> String {
    let mut collapsed = Collapsed::with_capacity(text.len()).without_zero_width();
    collapsed.push(text);
    collapsed.finish()
}

/// A text in the making, in which runs of blanks are one.
#[derive(Clone, Debug)]
pub struct Collapsed {
    out: String,
    /// True at the start and after a blank.
    is_after_blank: bool,
    keeps_zero_width: bool,
}

impl Collapsed {
    pub fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes), is_after_blank: true, keeps_zero_width: true }
    }

    /// Leaves out the zero width space, where lines of Thai or Khmer may break, and the byte order mark.
    #[must_use]
    pub fn without_zero_width(self) -> Self {
        Self { keeps_zero_width: false, ..self }
    }

    pub fn push(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            // Most of most texts: letters and marks of ASCII.
            let plain = rest.bytes().position(|byte| !byte.is_ascii_graphic()).unwrap_or(rest.len());
            let (head, tail) = rest.split_at(plain);
            if !head.is_empty() {
                self.out.push_str(head);
                self.is_after_blank = false;
            }
            let mut others = tail.chars();
            rest = loop {
                let before = others.as_str();
                match others.next() {
                    None => break "",
                    Some(c) if c.is_ascii_graphic() => break before,
                    Some(c) => self.push_char(c),
                }
            };
        }
    }

    fn push_char(&mut self, c: char) {
        if c.is_whitespace() {
            if !self.is_after_blank {
                self.out.push(' ');
                self.is_after_blank = true;
            }
        } else if !self.drops(c) {
            self.out.push(c);
            self.is_after_blank = false;
        }
    }

    fn drops(&self, c: char) -> bool {
        match c {
            '\u{200B}' | '\u{FEFF}' => !self.keeps_zero_width,
            '\u{FFFE}' | '\u{FFFF}' => true,
            _ => c.is_control(),
        }
    }

    /// The text so far, of which nothing is kept.
    pub fn take(&mut self) -> String {
        if self.out.ends_with(' ') {
            self.out.pop();
        }
        self.is_after_blank = true;
        std::mem::take(&mut self.out)
    }

    pub fn finish(mut self) -> String {
        self.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_blanks_become_one() {
        assert_eq!(collapse(" a\n\t b\u{a0}\u{2003}c\u{85}d "), "a b c d");
        assert_eq!(collapse("a \u{0} \u{1} b\u{7f}\u{fffe}c"), "a bc");
        assert_eq!(collapse(" \u{0} "), "");
    }

    #[test]
    fn what_has_no_width_goes_where_texts_are_compared() {
        assert_eq!(collapse("\u{feff}ក\u{200b}ខ"), "\u{feff}ក\u{200b}ខ");
        assert_eq!(collapse_to_visible("\u{feff}ក\u{200b}ខ"), "កខ");
    }

    #[test]
    fn a_text_may_come_in_parts() {
        let mut collapsed = Collapsed::with_capacity(0);
        for part in ["one ", " two", "\n"] {
            collapsed.push(part);
        }
        assert_eq!(collapsed.take(), "one two");
        collapsed.push(" three");
        assert_eq!(collapsed.finish(), "three");
    }
}
