//! What the tests share: running the program, asking a site, a folder with a policy.

pub mod http;
pub mod kills;
pub mod network;
pub mod polite;
pub mod program;

use std::path::{Path, PathBuf};

/// The repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file or folder of the data that lies beside the repository, when it is there. A test that needs
/// it and gets `None` is counted as skipped.
pub fn shared(path: &str, test: &str) -> Option<PathBuf> {
    let found = repository().parent()?.join("shared").join(path);
    if found.exists() {
        return Some(found);
    }
    if let Some(list) = std::env::var_os("PLENARY_SKIPPED") {
        use std::io::Write as _;
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(list).unwrap();
        writeln!(file, "{test}: {path} is not there").unwrap();
    }
    None
}
