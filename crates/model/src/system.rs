//! What the operating system refuses, in plain words with the way out. In one place, so that every command says it
//! alike; what was asked for (a path, an address) is named by whoever asked.

use std::fmt::Display;
use std::io::{Error, ErrorKind};

/// Numbers of errors for which [`ErrorKind`] has no name, as Linux gives them (`errno(3)`).
const DISK_FAILED: i32 = 5;
const TOO_MANY_FILES: [i32; 2] = [23, 24];

/// The refusal with what it is about: `SUBJECT: what is wrong; what to do`. What the system says in words that are not
/// known here stays as it is.
pub fn name_refusal(subject: impl Display, error: &Error) -> String {
    match explain(error) {
        Some((wrong, remedy)) => format!("{subject}: {wrong}; {remedy}"),
        None => format!("{subject}: {error}"),
    }
}

/// What is wrong, and what to do.
fn explain(error: &Error) -> Option<(&'static str, &'static str)> {
    if let Some(number) = error.raw_os_error() {
        if number == DISK_FAILED {
            return Some(("the disk failed", "look at the log of the system, and restore a backup on another disk"));
        }
        if TOO_MANY_FILES.contains(&number) {
            return Some(("too many files are open", "raise the limit (`ulimit -n`, LimitNOFILE of systemd)"));
        }
    }
    Some(match error.kind() {
        ErrorKind::NotFound => ("there is no such file or folder", "check the path, and that its folder is there"),
        ErrorKind::PermissionDenied => {
            ("this account may not do that there", "run as the account that owns it, or change its permissions")
        }
        ErrorKind::IsADirectory => ("this is a folder", "name a file in it"),
        ErrorKind::NotADirectory => ("a part of the path is a file, not a folder", "check the path"),
        ErrorKind::AlreadyExists => ("it is there already", "name another, or remove it first"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            ("the disk is full", "make room there, or name a place on another disk")
        }
        ErrorKind::FileTooLarge => {
            ("the file may not grow so large", "raise the limit (`ulimit -f`), or name another disk")
        }
        ErrorKind::ReadOnlyFilesystem => {
            ("it can only be read there", "mount the file system for writing, or name a place that can be written")
        }
        ErrorKind::InvalidFilename => ("a file cannot have this name", "name it shorter"),
        ErrorKind::AddrInUse => ("another program listens there", "stop that one, or name another address"),
        ErrorKind::AddrNotAvailable => ("this machine has no such address", "name one of its own, such as 127.0.0.1"),
        ErrorKind::ConnectionRefused => ("nothing answers there", "start the server, or name the address that it has"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_a_subject_a_cause_and_a_remedy() {
        let said = name_refusal("/data/plenary.db", &ErrorKind::StorageFull.into());
        assert_eq!(said, "/data/plenary.db: the disk is full; make room there, or name a place on another disk");
        let said = name_refusal("a", &Error::from_raw_os_error(TOO_MANY_FILES[1]));
        assert!(said.starts_with("a: too many files are open; raise"), "{said}");
        assert_eq!(name_refusal("a", &Error::other("odd")), "a: odd");
    }
}
