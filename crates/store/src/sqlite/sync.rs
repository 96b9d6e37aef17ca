//! Takes over the sources of the policy.

use super::search;
use super::value::{Json, Millis, ReadId};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::id::{PieceId, SourceId};
use plenary_model::source::Source;
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::BTreeSet;

pub(crate) fn sync_sources(write: &Transaction<'_>, sources: &[Source], at: DateTime<Utc>) -> Result<()> {
    let ids: Vec<&SourceId> = sources.iter().map(|source| &source.id).collect();
    write.execute(
        "UPDATE source SET listed = 0, enabled = 0, removed_at = ?2
         WHERE listed = 1 AND id NOT IN (SELECT value FROM json_each(?1))",
        params![Json(ids), Millis(at)],
    )?;
    for source in sources {
        let before: Option<(bool, Json<Source>)> = write
            .prepare_cached("SELECT enabled, policy FROM source WHERE id = ?1")?
            .query_row([source.id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        write
            .prepare_cached(
                "INSERT INTO source (id, name, listed, enabled, policy) VALUES (?1, ?2, 1, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, listed = 1, enabled = excluded.enabled,
                   policy = excluded.policy, removed_at = NULL",
            )?
            .execute(params![source.id.as_str(), source.name, source.enabled, Json(source)])?;
        write
            .prepare_cached("INSERT INTO poll_state (source) VALUES (?1) ON CONFLICT (source) DO NOTHING")?
            .execute([source.id.as_str()])?;
        let is_renamed = before.as_ref().is_some_and(|(_, Json(old))| old.name != source.name);
        if is_renamed {
            // Pieces are found by the names of their publishers.
            let carried: BTreeSet<PieceId> = write
                .prepare_cached("SELECT piece FROM carrier WHERE source = ?1")?
                .query_map([source.id.as_str()], |row| row.id(0))?
                .collect::<rusqlite::Result<_>>()?;
            search::index(write, &carried, &BTreeSet::new())?;
        }
        let acted_on =
            before.is_some_and(|(enabled, Json(old))| (source.enabled && !enabled) || old.feeds != source.feeds);
        if acted_on {
            write
                .prepare_cached(
                    "UPDATE poll_state SET gone = 0, next_at = NULL, failures = 0, address = NULL, moving = NULL
                     WHERE source = ?1",
                )?
                .execute([source.id.as_str()])?;
        }
    }
    Ok(())
}
