//! Forms of sentences, with gaps for what varies.

/// What stands in a sentence for each `{}` of a form; `None` when it is not of this form.
pub(super) fn values<const N: usize>(form: &str, sentence: &str) -> Option<[String; N]> {
    let mut parts = form.split("{}");
    let mut rest = sentence.strip_prefix(parts.next()?)?;
    let mut found = Vec::with_capacity(N);
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let at =
            if parts.peek().is_none() && rest.ends_with(part) { rest.len() - part.len() } else { rest.find(part)? };
        found.push(rest.get(..at)?.to_owned());
        rest = rest.get(at + part.len()..)?;
    }
    if rest.is_empty() { found.try_into().ok() } else { None }
}
