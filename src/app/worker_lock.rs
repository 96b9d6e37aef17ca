//! One worker for one database: two would poll everything twice and each overwrite what the other judged. The system
//! gives the lock back when the process ends, however it ends.

use super::setup::StartError;
use chrono::Utc;
use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// Held by the process whose worker works on a database.
#[derive(Debug)]
pub struct WorkerLock {
    _file: File,
}

impl WorkerLock {
    /// Takes the lock of a database; the error names the process that has it.
    pub fn take(database: &Path) -> Result<Self, StartError> {
        let path = lock_path(database);
        let failed = |error: std::io::Error| StartError::Lock { path: path.clone(), error };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Whoever is starting has not written its name yet.
                let _ = file.read_to_string(&mut holder);
                let holder =
                    if holder.trim().is_empty() { "another process".to_owned() } else { holder.trim().to_owned() };
                return Err(StartError::SecondWorker { database: database.to_owned(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let holder = format!("process {}, since {}\n", std::process::id(), Utc::now().format("%F %T UTC"));
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(holder.as_bytes()))
            .map_err(failed)?;
        Ok(Self { _file: file })
    }
}

/// Beside the database, so that whoever may use the one may use the other.
fn lock_path(database: &Path) -> PathBuf {
    let mut path = OsString::from(database);
    path.push(".worker");
    PathBuf::from(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_worker_is_refused_and_told_of_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("plenary.db");
        let lock = WorkerLock::take(&database).unwrap();
        let refused = WorkerLock::take(&database).unwrap_err().to_string();
        assert!(refused.contains(&format!("process {}, since 20", std::process::id())), "{refused}");
        assert!(refused.contains("--no-worker"), "{refused}");
        WorkerLock::take(&folder.path().join("other.db")).unwrap();
        drop(lock);
        WorkerLock::take(&database).unwrap();
    }
}
