//! HTML as far as words go: where its tags are, and its text. Everything that turns HTML into text does
//! it here, so that pages, feeds, search and comparison read the same words.

mod references;
mod tags;
mod text;

pub use tags::{Search, Tag, read_tag, skip_element};
pub use text::{Part, paragraphs, read_parts, to_line};
