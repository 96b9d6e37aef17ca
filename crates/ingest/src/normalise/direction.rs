//! Marks of writing direction in titles (Unicode UAX 9 2): one that is left open turns whatever stands behind the
//! title, on pages, in other people's readers and in terminals.

/// Embeddings, overrides and the mark that ends them. An override shows letters in another order than they are read.
const EMBEDDINGS: [char; 5] = ['\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}'];
/// Beginnings of isolates.
const ISOLATES: [char; 3] = ['\u{2066}', '\u{2067}', '\u{2068}'];
const ISOLATE_END: char = '\u{2069}';

/// Leaves out embeddings and overrides, and closes isolates that are left open.
pub(super) fn contain_directions(text: String) -> String {
    if !text.contains(EMBEDDINGS) && !text.contains(ISOLATES) && !text.contains(ISOLATE_END) {
        return text;
    }
    let mut open = 0_usize;
    let mut contained = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !EMBEDDINGS.contains(c)) {
        if ISOLATES.contains(&c) {
            open += 1;
        } else if c == ISOLATE_END {
            // One that ends nothing of the title would end what stands around it.
            let Some(left) = open.checked_sub(1) else { continue };
            open = left;
        }
        contained.push(c);
    }
    contained.extend(std::iter::repeat_n(ISOLATE_END, open));
    contained
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_title_turns_ends_with_it() {
        for (title, contained) in [
            ("plain", "plain"),
            ("bill\u{202e}fdp.exe", "billfdp.exe"),
            ("\u{202b}مدرسة\u{202c} 1", "مدرسة 1"),
            ("\u{2067}مدرسة\u{2069} 1", "\u{2067}مدرسة\u{2069} 1"),
            ("\u{2067}open", "\u{2067}open\u{2069}"),
            ("closed\u{2069} twice", "closed twice"),
            ("left \u{200e}mark", "left \u{200e}mark"),
        ] {
            assert_eq!(contain_directions(title.to_owned()), contained, "{title:?}");
        }
    }
}
