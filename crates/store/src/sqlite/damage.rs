//! Whether a database is whole: its pages, indexes and search index by SQLite's own check, its references, its
//! structured values, its log.
//!
//! What cannot be seen by nature: bytes in space that nothing uses, where they do no harm; and a letter that became
//! another one inside a text. Stored documents have digests, which `app` compares.

use super::copy::with_suffix;
use crate::error::{Result, StoreError};
use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

/// Largest database that is looked at from end to end when only its health is asked, in bytes. A larger one is checked
/// without comparing each index with its table; a backup always compares them.
const WHOLE_BYTES_MAX: u64 = 1 << 30;

/// First bytes of a log of SQLite, up to the lowest bit of the last one ("WAL Format", section 4.1).
const LOG_MAGIC: [u8; 4] = [0x37, 0x7f, 0x06, 0x82];

/// Values that are JSON: table, column.
const STRUCTURED: [(&str, &str); 4] =
    [("source", "policy"), ("entry", "document"), ("piece", "facets"), ("placement", "reasons")];

/// How closely a database was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checked {
    Whole,
    /// Without comparing each index with its table: it is too large for that.
    Quick,
}

/// How closely a file of this size is looked at when its health is asked.
pub(crate) fn choose_depth(path: &Path) -> Result<Checked> {
    let bytes = fs::metadata(path).map_err(StoreError::file(path))?.len();
    Ok(if bytes > WHOLE_BYTES_MAX { Checked::Quick } else { Checked::Whole })
}

/// Fails with [`StoreError::Damaged`], which has the first finding, unless the database is whole.
pub(crate) fn check(read: &Connection, path: &Path, depth: Checked) -> Result<()> {
    match find(read, path, depth) {
        Ok(None) => Ok(()),
        Ok(Some(detail)) => Err(StoreError::Damaged { path: path.to_owned(), detail }),
        // A value that has not the type it must have is damage, too.
        Err(StoreError::Backend(error)) => match StoreError::Backend(error).of(path) {
            StoreError::Backend(error) => Err(StoreError::Damaged { path: path.to_owned(), detail: error.to_string() }),
            known => Err(known),
        },
        Err(error) => Err(error),
    }
}

fn find(read: &Connection, path: &Path, depth: Checked) -> Result<Option<String>> {
    if is_log_broken(path) {
        let log = with_suffix(path, "-wal");
        return Ok(Some(format!("its log {} is none of SQLite: what was written last is lost", log.display())));
    }
    let pragma = match depth {
        Checked::Whole => "PRAGMA integrity_check(1)",
        Checked::Quick => "PRAGMA quick_check(1)",
    };
    let finding: String = read.query_row(pragma, [], |row| row.get(0))?;
    if finding != "ok" {
        return Ok(Some(finding.replace('\n', " ")));
    }
    if read.prepare("PRAGMA foreign_key_check")?.exists([])? {
        return Ok(Some("rows refer to what is not there".to_owned()));
    }
    for (table, column) in STRUCTURED {
        let sql = format!("SELECT rowid FROM {table} WHERE NOT json_valid({column}) LIMIT 1");
        let sql = if table == "placement" { sql.replace("rowid", "piece") } else { sql };
        if read.query_row(&sql, [], |_| Ok(())).optional()?.is_some() {
            return Ok(Some(format!("a value of {table}.{column} cannot be read")));
        }
    }
    Ok(None)
}

/// True for a log that SQLite passes over because it does not begin as one.
fn is_log_broken(path: &Path) -> bool {
    let mut head = [0; LOG_MAGIC.len()];
    let Ok(mut log) = File::open(with_suffix(path, "-wal")) else { return false };
    match log.read(&mut head) {
        Ok(0) | Err(_) => false,
        Ok(_) => {
            head[LOG_MAGIC.len() - 1] &= !1;
            head != LOG_MAGIC
        }
    }
}
