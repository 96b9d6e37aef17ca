//! What was mended in a document, and where.

use plenary_model::entry::Warning;
use plenary_model::warning::WarningCode;
use std::cell::{Cell, RefCell};
use std::fmt::Write;

/// Mends of one kind that are reported one by one; the rest are counted.
const MENDS_EACH_MAX: usize = 5;

/// One kind of mend: its code, the sentence about it, and where it was made.
struct Kind {
    code: WarningCode,
    message: String,
    places: Vec<usize>,
    more: usize,
}

/// Collects mends of one document. Shared by all readers of its tree, hence the cell.
#[derive(Default)]
pub(crate) struct Mends {
    kinds: RefCell<Vec<Kind>>,
    /// The first text construct of a type that Atom 1.0 does not have.
    old_type_at: Cell<Option<usize>>,
}

impl Mends {
    pub(crate) fn note(&self, code: WarningCode, message: &str, offset: usize) {
        let mut kinds = self.kinds.borrow_mut();
        if let Some(kind) = kinds.iter_mut().find(|kind| kind.code == code) {
            if kind.places.contains(&offset) {
                return;
            }
            if kind.places.len() < MENDS_EACH_MAX {
                kind.places.push(offset);
            } else {
                kind.more += 1;
            }
            return;
        }
        kinds.push(Kind { code, message: message.to_owned(), places: vec![offset], more: 0 });
    }

    /// Keeps where a text construct has a media type as its type: right in Atom 0.3, wrong in Atom 1.0 (RFC 4287
    /// 3.1.1). Which of the two a document is, is known at its end.
    pub(crate) fn keep_old_type(&self, offset: usize) {
        self.old_type_at.set(self.old_type_at.get().or(Some(offset)));
    }

    pub(crate) fn old_type_at(&self) -> Option<usize> {
        self.old_type_at.get()
    }

    /// The mends as warnings, in document order, with line and column in `text`.
    pub(crate) fn into_warnings(self, text: &str) -> Vec<Warning> {
        let mut found = Vec::new();
        for kind in self.kinds.into_inner() {
            let last = kind.places.len().saturating_sub(1);
            for (index, place) in kind.places.iter().enumerate() {
                let mut message = kind.message.clone();
                if index == last && kind.more > 0 {
                    let _ = write!(message, " ({} more)", kind.more);
                }
                found.push((*place, kind.code, message));
            }
        }
        found.sort_by_key(|(place, ..)| *place);
        let mut place = Place::default();
        found
            .into_iter()
            .map(|(offset, code, message)| {
                place.advance(text, offset);
                Warning { code, message, entry: None, line: Some(place.line), column: Some(place.column) }
            })
            .collect()
    }
}

/// A place in a text; moves forward only, so that many places are found in one reading.
#[derive(Debug)]
pub(crate) struct Place {
    offset: usize,
    /// From 1.
    pub(crate) line: usize,
    /// In characters, from 1.
    pub(crate) column: usize,
}

impl Default for Place {
    fn default() -> Self {
        Self { offset: 0, line: 1, column: 1 }
    }
}

impl Place {
    /// Moves to the byte `offset`, which is not before the present one.
    pub(crate) fn advance(&mut self, text: &str, offset: usize) {
        let end = text.floor_char_boundary(offset);
        let Some(passed) = text.get(self.offset..end) else { return };
        match passed.rfind('\n') {
            None => self.column += passed.chars().count(),
            Some(newline) => {
                self.line += passed.bytes().filter(|byte| *byte == b'\n').count();
                self.column = passed[newline + 1..].chars().count() + 1;
            }
        }
        self.offset = end;
    }

    pub(crate) fn locate(text: &str, offset: usize) -> Self {
        let mut place = Self::default();
        place.advance(text, offset);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_lines_and_characters() {
        let place = Place::locate("aé\nb&", 5);
        assert_eq!((place.line, place.column), (2, 2));
        let place = Place::locate("é&", 2);
        assert_eq!((place.line, place.column), (1, 2));
    }

    #[test]
    fn many_mends_of_a_kind_are_counted() {
        let mends = Mends::default();
        let text = "&".repeat(9);
        for offset in 0..9 {
            mends.note(WarningCode::BareAmpersand, "escaped", offset);
        }
        let warnings = mends.into_warnings(&text);
        assert_eq!(warnings.len(), MENDS_EACH_MAX);
        assert!(warnings.last().unwrap().message.ends_with("(4 more)"));
        assert_eq!(warnings[1].column, Some(2));
    }
}
