//! The files of `policy/`, the policy's words. A release build compiles them in, only here; a debug build reads them
//! from the repository, so that trying out a word takes no compiler.

use std::io;

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
        "policy/authorship.toml" => text_of!("policy/authorship.toml"),
        "policy/countries.tsv" => text_of!("policy/countries.tsv"),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}
