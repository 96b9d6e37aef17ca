//! What is published: stored documents, and the ids of feeds.

use super::flags;
use super::value::{Count, Json, Millis};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::edition::{Codings, ContentCoding, Edition, StoredBody, StoredEdition, Uncoded};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::BTreeMap;

/// Codings in which a document is stored, as [`get_for_sending`] reads them: the smaller ones first.
const CODINGS: [ContentCoding; 3] = [ContentCoding::Brotli, ContentCoding::Gzip, ContentCoding::Identity];

/// Stores documents and answers how many differ from what was stored. One that differs though nothing
/// it shows is newer (a title of the policy changed, a piece left) is as new as its storing: else
/// `If-Modified-Since` would keep it from readers.
pub(crate) fn put(write: &Transaction<'_>, editions: &[Edition], at: DateTime<Utc>) -> Result<usize> {
    let mut changed = 0;
    let mut statement = write.prepare_cached(
        "INSERT INTO edition (path, media_type, digest, updated, identity, gzip, brotli)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (path) DO UPDATE SET media_type = excluded.media_type, digest = excluded.digest,
           updated = CASE WHEN excluded.updated / 1000 > updated / 1000 THEN excluded.updated
             ELSE max(updated, ?8) END,
           identity = excluded.identity, gzip = excluded.gzip, brotli = excluded.brotli
         WHERE digest <> excluded.digest OR media_type <> excluded.media_type",
    )?;
    for edition in editions {
        changed += statement.execute(params![
            edition.path,
            edition.media_type,
            edition.digest,
            Millis(edition.updated),
            edition.identity,
            edition.gzip,
            edition.brotli,
            Millis(at)
        ])?;
    }
    if changed > 0 {
        flags::count_change_of_editions(write)?;
    }
    Ok(changed)
}

/// Documents that are not coded yet, as many as fit in so many bytes and one at least.
pub(crate) fn list_uncoded(read: &Connection, bytes: usize) -> Result<Vec<Uncoded>> {
    let mut query =
        read.prepare_cached("SELECT path, digest, identity FROM edition WHERE length(gzip) = 0 ORDER BY path")?;
    let mut rows = query.query([])?;
    let (mut found, mut size) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let one = Uncoded { path: row.get(0)?, digest: row.get(1)?, body: row.get(2)? };
        size += one.body.len();
        if size > bytes && !found.is_empty() {
            break;
        }
        found.push(one);
    }
    Ok(found)
}

/// Stores the codings of documents; of one that changed meanwhile they are not stored.
pub(crate) fn put_codings(write: &Transaction<'_>, coded: &[(String, String, Codings)]) -> Result<()> {
    let mut statement =
        write.prepare_cached("UPDATE edition SET gzip = ?3, brotli = ?4 WHERE path = ?1 AND digest = ?2")?;
    for (path, digest, codings) in coded {
        statement.execute(params![path, digest, codings.gzip, codings.brotli])?;
    }
    flags::count_change_of_editions(write)
}

pub(crate) fn get(read: &Connection, path: &str) -> Result<Option<Edition>> {
    let mut query = read.prepare_cached("SELECT * FROM edition WHERE path = ?1")?;
    let edition = query.query_row([path], |row| {
        Ok(Edition {
            path: row.get("path")?,
            media_type: row.get("media_type")?,
            digest: row.get("digest")?,
            updated: row.get::<_, Millis>("updated")?.0,
            identity: row.get("identity")?,
            gzip: row.get("gzip")?,
            brotli: row.get("brotli")?,
        })
    });
    Ok(edition.optional()?)
}

pub(crate) fn get_for_sending(read: &Connection, path: &str, whole_bytes_max: usize) -> Result<Option<StoredEdition>> {
    // The length of a value is read without the value.
    let mut query = read.prepare_cached(
        "SELECT media_type, digest, updated,
           length(brotli), CASE WHEN length(brotli) <= ?2 THEN brotli END,
           length(gzip), CASE WHEN length(gzip) <= ?2 THEN gzip END,
           length(identity), CASE WHEN length(identity) <= ?2 THEN identity END
         FROM edition WHERE path = ?1",
    )?;
    let edition = query.query_row(params![path, Count(whole_bytes_max)], |row| {
        let mut bodies = Vec::with_capacity(CODINGS.len());
        for (at, coding) in CODINGS.into_iter().enumerate() {
            let length = row.get::<_, Count>(3 + 2 * at)?.0;
            // A coding that was not worth the time is stored empty.
            if length > 0 || coding == ContentCoding::Identity {
                let whole: Option<Vec<u8>> = row.get(4 + 2 * at)?;
                bodies.push((coding, whole.map_or(StoredBody::Long(length), StoredBody::Whole)));
            }
        }
        Ok(StoredEdition {
            path: path.to_owned(),
            media_type: row.get(0)?,
            digest: row.get(1)?,
            updated: row.get::<_, Millis>(2)?.0,
            bodies,
        })
    });
    Ok(edition.optional()?)
}

/// Reads the pages of the slice alone, where `substr` would read the value up to its end.
pub(crate) fn slice(
    read: &Connection,
    path: &str,
    digest: &str,
    coding: ContentCoding,
    from: usize,
    bytes: usize,
) -> Result<Option<Vec<u8>>> {
    let mut query = read.prepare_cached("SELECT rowid FROM edition WHERE path = ?1 AND digest = ?2")?;
    let Some(row) = query.query_row([path, digest], |row| row.get(0)).optional()? else { return Ok(None) };
    let column = match coding {
        ContentCoding::Identity => "identity",
        ContentCoding::Gzip => "gzip",
        ContentCoding::Brotli => "brotli",
    };
    let body = read.blob_open("main", "edition", column, row, true)?;
    let mut slice = vec![0; body.len().saturating_sub(from).min(bytes)];
    if slice.is_empty() {
        return Ok(None);
    }
    body.read_at_exact(&mut slice, from)?;
    Ok(Some(slice))
}

pub(crate) fn body(read: &Connection, path: &str) -> Result<Option<Vec<u8>>> {
    let mut query = read.prepare_cached("SELECT identity FROM edition WHERE path = ?1")?;
    Ok(query.query_row([path], |row| row.get(0)).optional()?)
}

pub(crate) fn digests(read: &Connection) -> Result<BTreeMap<String, String>> {
    let mut query = read.prepare_cached("SELECT path, digest FROM edition")?;
    Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn digests_of(read: &Connection, paths: &[String]) -> Result<BTreeMap<String, String>> {
    let mut query =
        read.prepare_cached("SELECT e.path, e.digest FROM json_each(?1) a CROSS JOIN edition e ON e.path = a.value")?;
    Ok(query.query_map([Json(paths)], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn drop(write: &Transaction<'_>, paths: &[String]) -> Result<()> {
    write
        .prepare_cached("DELETE FROM edition WHERE path IN (SELECT value FROM json_each(?1))")?
        .execute([Json(paths)])?;
    flags::count_change_of_editions(write)
}

pub(crate) fn paths(read: &Connection, prefix: &str) -> Result<Vec<String>> {
    let mut query = read.prepare_cached(
        "SELECT path FROM edition WHERE path >= ?1 AND substr(path, 1, length(?1)) = ?1
           AND path < ?1 || char(1114111) ORDER BY path",
    )?;
    Ok(query.query_map([prefix], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// The id of the feed at `path`, fixed to `proposed` at first use, and since when.
pub(crate) fn feed_id(
    write: &Transaction<'_>,
    path: &str,
    proposed: &str,
    at: DateTime<Utc>,
) -> Result<(String, DateTime<Utc>)> {
    write
        .prepare_cached("INSERT INTO feed (path, id, since) VALUES (?1, ?2, ?3) ON CONFLICT (path) DO NOTHING")?
        .execute(params![path, proposed, Millis(at)])?;
    let mut query = write.prepare_cached("SELECT id, since FROM feed WHERE path = ?1")?;
    Ok(query.query_row([path], |row| Ok((row.get(0)?, row.get::<_, Millis>(1)?.0)))?)
}
