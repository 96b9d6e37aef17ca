//! A tree of files that appears at its place whole or not at all.
//!
//! It is built in a sibling directory, `.NAME.new`, synced, and put in place by rename. A crash leaves the earlier tree
//! or the new one; between two renames the earlier one is at `.NAME.old`, and the next export puts it back first. A
//! lock on the directory that holds all three keeps two exports apart.

use super::ExportError;
use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Marks a tree as ours: only such a tree is ever replaced.
const MARKER: &str = ".plenary-export";
const MARKER_TEXT: &str = "Made by plenary publish. The next export replaces this directory and everything in it.\n";

/// A tree under construction. Dropped before it is published, it leaves nothing behind.
pub(super) struct Tree {
    place: PathBuf,
    new: PathBuf,
    old: PathBuf,
    /// Files that must reach the disk before it is published.
    written: Vec<PathBuf>,
    directories: BTreeSet<PathBuf>,
    /// Held until the end; the system releases it when the process dies.
    _lock: File,
}

fn wrap_error<T>(what: &'static str, path: &Path, result: io::Result<T>) -> Result<T, ExportError> {
    result.map_err(|error| ExportError::Io { what, path: path.to_owned(), error })
}

impl Tree {
    /// Begins a tree for `place`, after making sure that it may stand there.
    pub(super) fn begin(place: &Path) -> Result<Self, ExportError> {
        let unfit = || ExportError::Place(place.to_owned());
        let name = place.file_name().ok_or_else(unfit)?.to_string_lossy().into_owned();
        let parent = match place.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        wrap_error("create", &parent, fs::create_dir_all(&parent))?;
        // A place that is a link is replaced where the link leads.
        let (parent, name) = match fs::canonicalize(place) {
            Ok(real) => (
                real.parent().ok_or_else(unfit)?.to_owned(),
                real.file_name().ok_or_else(unfit)?.to_string_lossy().into_owned(),
            ),
            Err(_) => (parent, name),
        };
        let beside = |kind: &str| parent.join(format!(".{name}.{kind}"));
        let place = parent.join(&name);
        let lock = wrap_error("open", &parent, File::open(&parent))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ExportError::Busy(parent)),
            Err(TryLockError::Error(source)) => return wrap_error("lock", &parent, Err(source)),
        }
        let mut tree = Self {
            new: beside("new"),
            old: beside("old"),
            place,
            written: Vec::new(),
            directories: BTreeSet::new(),
            _lock: lock,
        };
        tree.recover()?;
        tree.check_place()?;
        wrap_error("create", &tree.new, fs::create_dir(&tree.new))?;
        tree.directories.insert(tree.new.clone());
        tree.put(Path::new(MARKER), MARKER_TEXT.as_bytes(), None)?;
        Ok(tree)
    }

    /// Tidies up after an export that was killed.
    fn recover(&self) -> Result<(), ExportError> {
        remove(&self.new)?;
        if fs::symlink_metadata(&self.place).is_ok() {
            return remove(&self.old);
        }
        match fs::rename(&self.old, &self.place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => wrap_error("put back", &self.old, result),
        }
    }

    fn check_place(&self) -> Result<(), ExportError> {
        match fs::symlink_metadata(&self.place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return wrap_error("read", &self.place, Err(error)),
            Ok(found) if !found.is_dir() => return Err(ExportError::Place(self.place.clone())),
            Ok(_) => {}
        }
        let is_ours = fs::symlink_metadata(self.place.join(MARKER)).is_ok_and(|found| found.is_file());
        let is_empty = wrap_error("read", &self.place, fs::read_dir(&self.place))?.next().is_none();
        if is_ours || is_empty { Ok(()) } else { Err(ExportError::NotOurs(self.place.clone())) }
    }

    /// Puts a file in the tree, with the time given, else that of writing. One with the bytes of the earlier tree's is
    /// taken over with its time. Returns whether it was written.
    pub(super) fn put(&mut self, file: &Path, body: &[u8], time: Option<SystemTime>) -> Result<bool, ExportError> {
        let (before, path) = (self.place.join(file), self.new.join(file));
        if let Some(directory) = path.parent() {
            wrap_error("create", directory, fs::create_dir_all(directory))?;
            self.directories.extend(directory.ancestors().take_while(|d| d.starts_with(&self.new)).map(Path::to_owned));
        }
        if is_same(&before, body) && fs::hard_link(&before, &path).is_ok() {
            return Ok(false);
        }
        let mut out = wrap_error("create", &path, File::create_new(&path))?;
        wrap_error("write", &path, out.write_all(body))?;
        if let Some(time) = time {
            wrap_error("date", &path, out.set_modified(time))?;
        }
        self.written.push(path);
        Ok(true)
    }

    pub(super) fn publish(self) -> Result<(), ExportError> {
        for file in &self.written {
            wrap_error("write", file, File::open(file).and_then(|file| file.sync_all()))?;
        }
        for directory in self.directories.iter().rev() {
            sync_directory(directory)?;
        }
        let replaces = fs::symlink_metadata(&self.place).is_ok();
        if replaces {
            wrap_error("move aside", &self.place, fs::rename(&self.place, &self.old))?;
        }
        if let Err(error) = fs::rename(&self.new, &self.place) {
            if replaces {
                wrap_error("put back", &self.old, fs::rename(&self.old, &self.place))?;
            }
            return wrap_error("put in place", &self.place, Err(error));
        }
        if let Some(parent) = self.place.parent() {
            sync_directory(parent)?;
        }
        remove(&self.old)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        // After `publish` there is nothing here; before it, the next export tidies up what this leaves.
        let _ = remove(&self.new);
    }
}

/// True when the file holds exactly `body`. Links are not followed: what they lead to is not ours.
fn is_same(file: &Path, body: &[u8]) -> bool {
    fs::symlink_metadata(file).is_ok_and(|found| found.is_file() && found.len() == body.len() as u64)
        && fs::read(file).is_ok_and(|bytes| bytes == body)
}

/// Removes a tree; one that is not there is no failure.
fn remove(tree: &Path) -> Result<(), ExportError> {
    match fs::remove_dir_all(tree) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => wrap_error("remove", tree, result),
    }
}

/// Brings the names in a directory to the disk, where the system can.
fn sync_directory(directory: &Path) -> Result<(), ExportError> {
    if cfg!(unix) {
        wrap_error("write", directory, File::open(directory).and_then(|opened| opened.sync_all()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export_files(place: &Path, files: &[(&str, &str)]) -> Result<Vec<bool>, ExportError> {
        let mut tree = Tree::begin(place)?;
        let put = files.iter().map(|(file, body)| tree.put(Path::new(file), body.as_bytes(), None));
        let written = put.collect::<Result<Vec<bool>, _>>()?;
        tree.publish()?;
        Ok(written)
    }

    /// Names in a directory.
    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_tree_takes_the_place_of_the_earlier_one() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("deep/out");
        assert_eq!(export_files(&place, &[("a/b.html", "1"), ("gone.html", "x")]).unwrap(), [true, true]);
        let time = fs::metadata(place.join("a/b.html")).unwrap().modified().unwrap();
        assert_eq!(export_files(&place, &[("a/b.html", "1"), ("c.html", "2")]).unwrap(), [false, true]);
        assert_eq!(
            fs::metadata(place.join("a/b.html")).unwrap().modified().unwrap(),
            time,
            "an old file keeps its time"
        );
        assert_eq!(names(&place), [".plenary-export", "a", "c.html"]);
        assert_eq!(names(place.parent().unwrap()), ["out"]);
    }

    #[test]
    fn what_is_not_ours_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("home");
        fs::create_dir(&place).unwrap();
        fs::write(place.join("letter.txt"), "dear").unwrap();
        assert!(matches!(Tree::begin(&place), Err(ExportError::NotOurs(_))));
        assert_eq!(fs::read_to_string(place.join("letter.txt")).unwrap(), "dear");
        assert!(matches!(Tree::begin(&place.join("letter.txt")), Err(ExportError::Place(_))));
        assert!(matches!(Tree::begin(Path::new("/")), Err(ExportError::Place(_))));
        fs::remove_file(place.join("letter.txt")).unwrap();
        assert!(export_files(&place, &[("a", "1")]).is_ok(), "an empty directory may be replaced");
    }

    #[test]
    fn an_export_that_fails_leaves_the_earlier_one() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("out");
        export_files(&place, &[("a", "1")]).unwrap();
        let mut tree = Tree::begin(&place).unwrap();
        tree.put(Path::new("b"), b"2", None).unwrap();
        drop(tree);
        assert_eq!(names(&place), [".plenary-export", "a"]);
        assert_eq!(names(dir.path()), ["out"]);
    }

    #[test]
    fn an_export_that_was_killed_is_tidied_up() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("out");
        export_files(&place, &[("a", "1")]).unwrap();
        // Killed between the two renames, with a new tree that was not put in place.
        fs::rename(&place, dir.path().join(".out.old")).unwrap();
        fs::create_dir(dir.path().join(".out.new")).unwrap();
        fs::write(dir.path().join(".out.new/half"), "").unwrap();
        assert_eq!(export_files(&place, &[("a", "1")]).unwrap(), [false], "the earlier tree was put back");
        assert_eq!(names(dir.path()), ["out"]);
    }

    #[test]
    fn two_exports_to_one_place_keep_apart() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("out");
        let first = Tree::begin(&place).unwrap();
        assert!(matches!(Tree::begin(&place), Err(ExportError::Busy(_))));
        drop(first);
        assert!(Tree::begin(&place).is_ok());
    }
}
