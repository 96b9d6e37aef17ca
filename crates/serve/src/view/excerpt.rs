//! The beginning of a text. What is shown of a publisher's HTML is its words alone: no markup, no image,
//! no link of theirs reaches a page.

use plenary_model::html::to_line;

/// At most `limit` characters of paragraphs, cut at the end of a word; true when something was cut.
pub(crate) fn begin(paragraphs: &[String], limit: usize) -> (Vec<String>, bool) {
    let mut left = limit;
    let mut shown = Vec::new();
    for paragraph in paragraphs {
        let length = paragraph.chars().count();
        if length <= left {
            left -= length;
            shown.push(paragraph.clone());
            continue;
        }
        let cut = cut_at_word(paragraph, left);
        if !cut.is_empty() {
            shown.push(format!("{cut}…"));
        } else if let Some(last) = shown.last_mut() {
            last.push_str(" …");
        }
        return (shown, true);
    }
    (shown, false)
}

/// The beginning of sanitised HTML in one line; `None` where there are no words.
pub(crate) fn teaser(html: &str, limit: usize) -> Option<String> {
    let line = to_line(html);
    let (shown, _) = begin(&[line], limit);
    shown.into_iter().next().filter(|text| !text.is_empty())
}

fn cut_at_word(text: &str, limit: usize) -> &str {
    let end = text.char_indices().nth(limit).map_or(text.len(), |(at, _)| at);
    let head = text.get(..end).unwrap_or_default();
    let ends_a_word = text.get(end..).is_none_or(|rest| rest.starts_with(' '));
    let last_space = if ends_a_word { Some(head.len()) } else { head.rfind(' ') };
    let at_word = last_space.and_then(|at| head.get(..at)).unwrap_or_default();
    // A text without spaces, or one long word: cut inside it rather than show nothing.
    let cut = if at_word.len() * 2 < head.len() { head } else { at_word };
    cut.trim_end_matches([' ', '.', ',', ';', ':', '،', '؛', '-', '–'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_words() {
        assert_eq!(teaser("<p>Children have rights, everywhere</p>", 21).unwrap(), "Children have rights…");
        assert_eq!(teaser("<p>Children have</p>", 40).unwrap(), "Children have");
        assert_eq!(teaser("<p>儿童权利委员会第八十七届会议</p>", 5).unwrap(), "儿童权利委…");
        assert_eq!(teaser("<p> </p>", 10), None);
    }

    #[test]
    fn paragraphs_are_kept_up_to_the_limit() {
        let text = ["one two".to_owned(), "three four".to_owned()];
        assert_eq!(begin(&text, 100), (text.to_vec(), false));
        assert_eq!(begin(&text, 13), (vec!["one two".to_owned(), "three…".to_owned()], true));
        assert_eq!(begin(&text, 7), (vec!["one two …".to_owned()], true));
    }
}
