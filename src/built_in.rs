//! The files of `policy/`, the policy's words. A release build compiles them in, only here; a debug build reads them
//! from the repository, so that trying out a word takes no compiler.

use plenary_ingest::recognise::Recogniser;
use std::io;
use std::sync::{Arc, LazyLock};

#[cfg(debug_assertions)]
macro_rules! text_of {
    ($path:literal) => {
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path))
    };
}
#[cfg(not(debug_assertions))]
macro_rules! text_of {
    ($path:literal) => {
        Ok(include_str!(concat!("../", $path)).to_owned())
    };
}

/// The text of the file at `path` in the repository; fails for a file that is not among them.
pub fn text(path: &str) -> io::Result<String> {
    match path {
        "policy/topics.toml" => text_of!("policy/topics.toml"),
        "policy/genres.toml" => text_of!("policy/genres.toml"),
        "policy/organisations.toml" => text_of!("policy/organisations.toml"),
        "policy/facets.md" => text_of!("policy/facets.md"),
        "policy/authorship.toml" => text_of!("policy/authorship.toml"),
        "policy/countries.tsv" => text_of!("policy/countries.tsv"),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

/// The models of facets, which are read from the file when the first text is judged; one for the whole program.
pub fn recogniser() -> Arc<Recogniser> {
    static RECOGNISER: LazyLock<Arc<Recogniser>> = LazyLock::new(|| Recogniser::reading(models));
    Arc::clone(&RECOGNISER)
}

#[cfg(debug_assertions)]
fn models() -> io::Result<Vec<u8>> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/policy/facets.model"))
}

#[cfg(not(debug_assertions))]
#[expect(clippy::unnecessary_wraps, reason = "as in a debug build, where reading can fail")]
fn models() -> io::Result<Vec<u8>> {
    Ok(include_bytes!("../policy/facets.model").to_vec())
}
