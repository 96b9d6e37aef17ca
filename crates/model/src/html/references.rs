//! The character references of serialised fragments.

use std::borrow::Cow;

/// Longest reference that is looked for, in characters with its semicolon.
const REFERENCE_CHARS_MAX: usize = 10;

/// Resolves the references of a serialised fragment: the five of XML, `nbsp` and numeric ones.
pub(super) fn resolve(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        plain.push_str(before);
        let end = reference.char_indices().take(REFERENCE_CHARS_MAX).find(|(_, c)| *c == ';').map(|(at, _)| at);
        let resolved = end.and_then(|end| Some((character(reference.get(1..end)?)?, end)));
        if let Some((character, end)) = resolved {
            plain.push(character);
            rest = reference.get(end + 1..).unwrap_or_default();
        } else {
            plain.push('&');
            rest = reference.get(1..).unwrap_or_default();
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())
        }
    }
}
