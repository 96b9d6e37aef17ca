//! The connections of an open database: one that writes, several that read.
//!
//! Every operation runs on a blocking thread. A write is one `BEGIN IMMEDIATE` transaction on the
//! only connection that writes; a read is one deferred transaction, so that it sees one state of
//! the database even when it takes several queries.

use super::migrations::Migrated;
use super::schema;
use crate::error::{Result, StoreError};
use deadpool_sqlite::{Config, Hook, HookError, Object, Pool, PoolError, Runtime};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Connections that read at once.
const READERS: usize = 4;

#[derive(Clone)]
pub(crate) struct Database {
    path: PathBuf,
    writer: Pool,
    readers: Pool,
    /// Transactions that changed a row, through this handle and its clones.
    changes: Arc<AtomicU64>,
}

impl Database {
    /// Opens the database at `path`, makes it when there is none, and brings its schema up to date; with what
    /// that did to one that was there.
    pub(crate) async fn open(path: &Path) -> Result<(Self, Option<Migrated>)> {
        let file = path.to_owned();
        let migrated = on_thread(move || schema::prepare(&file)).await?;
        let database = Self {
            path: path.to_owned(),
            writer: pool(path, 1, schema::configure_writer)?,
            readers: pool(path, READERS, schema::configure_reader)?,
            changes: Arc::default(),
        };
        // Holds a connection from now on: others see that the database is in use.
        database.read(|_| Ok(())).await?;
        Ok((database, migrated))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the log back into the file and closes every connection.
    pub(crate) async fn close(&self) -> Result<()> {
        let writer = take(&self.writer).await?;
        let done = writer
            .interact(|connection| {
                connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
                Ok(())
            })
            .await
            .map_err(StoreError::broken_off)?;
        self.readers.close();
        self.writer.close();
        done
    }

    /// Rises after each transaction of this process that changed a row.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        read_on(&self.readers, work).await
    }

    /// Runs `work`, which only reads, on the connection that writes: what a change is judged by is what it
    /// alters, and no other connection's writes empty this one's page cache in between.
    pub(crate) async fn read_to_change<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        read_on(&self.writer, work).await
    }

    /// Runs `work` in a transaction that writes; an error leaves nothing of it.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    {
        let writer = take(&self.writer).await?;
        let changes = Arc::clone(&self.changes);
        writer
            .interact(move |connection| {
                let before = connection.total_changes();
                let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let out = work(&transaction)?;
                transaction.commit()?;
                if connection.total_changes() != before {
                    changes.fetch_add(1, Ordering::Release);
                }
                Ok(out)
            })
            .await
            .map_err(StoreError::broken_off)?
    }
}

fn pool(path: &Path, size: usize, configure: fn(&Connection) -> rusqlite::Result<()>) -> Result<Pool> {
    Config::new(path)
        .builder(Runtime::Tokio1)
        .map_err(StoreError::backend)?
        .max_size(size)
        .post_create(Hook::async_fn(move |connection, _| {
            Box::pin(async move {
                connection
                    .interact(move |connection| configure(connection))
                    .await
                    .map_err(|error| HookError::message(error.to_string()))?
                    .map_err(HookError::Backend)
            })
        }))
        .build()
        .map_err(StoreError::backend)
}

async fn take(pool: &Pool) -> Result<Object> {
    pool.get().await.map_err(|error| match error {
        PoolError::Closed => StoreError::Closed,
        other => StoreError::backend(other),
    })
}

async fn read_on<T, F>(pool: &Pool, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&Connection) -> Result<T> + Send + 'static,
{
    take(pool)
        .await?
        .interact(move |connection| {
            let transaction = connection.transaction()?;
            work(&transaction)
        })
        .await
        .map_err(StoreError::broken_off)?
}

/// Runs blocking work that has no connection yet.
pub(crate) async fn on_thread<T, F>(work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T> + Send + 'static,
{
    tokio::task::spawn_blocking(work).await.map_err(StoreError::broken_off)?
}
