//! The connections of an open database: one that writes, several that read.
//!
//! Every operation runs on a blocking thread. A write is one `BEGIN IMMEDIATE` transaction on the
//! only connection that writes; a read is one deferred transaction, so that it sees one state of
//! the database even when it takes several queries.

use super::migrations::Migrated;
use super::read_only::Place;
use super::schema;
use super::searchers::{self, Searchers};
use crate::error::{Result, StoreError};
use deadpool_sqlite::{Config, Hook, HookError, Object, Pool, PoolError, Runtime};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::any::Any;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Connections that read at once.
const READERS: usize = 4;

#[derive(Clone)]
pub(crate) struct Database {
    path: PathBuf,
    /// Where it is read, when nothing is to be written.
    read_only: Option<Arc<Place>>,
    writer: Pool,
    readers: Pool,
    searchers: Searchers,
    /// Transactions that changed what pages show, through this handle and its clones.
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
            read_only: None,
            writer: pool(path, 1, schema::configure_writer)?,
            readers: pool(path, READERS, schema::configure_reader)?,
            searchers: Searchers::new(pool(path, searchers::count(), schema::configure_reader)?)?,
            changes: Arc::default(),
        };
        // Holds a connection from now on: others see that the database is in use.
        database.read(|_| Ok(())).await?;
        Ok((database, migrated))
    }

    /// Opens the database at `path` to read alone: its folder need not be writable, and nothing is migrated.
    pub(crate) async fn open_to_read(path: &Path) -> Result<Self> {
        let file = path.to_owned();
        let place = on_thread(move || {
            let place = Place::find(&file)?;
            schema::check_current(&place.connect()?, &file).map_err(|error| error.of(&file))?;
            Ok(place)
        })
        .await?;
        let address = place.address();
        Ok(Self {
            path: path.to_owned(),
            writer: pool(address, 1, schema::configure_reader)?,
            readers: pool(address, READERS, schema::configure_reader)?,
            searchers: Searchers::new(pool(address, searchers::count(), schema::configure_reader)?)?,
            changes: Arc::default(),
            read_only: Some(Arc::new(place)),
        })
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.read_only.is_some()
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the log back into the file and closes every connection.
    pub(crate) async fn close(&self) -> Result<()> {
        let writer = take(&self.writer).await?;
        let is_read_only = self.is_read_only();
        let done = writer
            .interact(move |connection| {
                if is_read_only {
                    return Ok(());
                }
                connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
                Ok(())
            })
            .await
            .map_err(StoreError::interruption)?;
        self.readers.close();
        self.searchers.close();
        self.writer.close();
        done
    }

    /// Rises after each transaction of this process that changed a row, but for those of [`Self::write_unseen`].
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        open_answer(run_read(self.readers.clone(), close_answer(work)).await.map_err(|error| error.of(&self.path))?)
    }

    /// Runs a search that a visitor made up, within bounds of work and of waiting.
    ///
    /// # Errors
    /// [`StoreError::TooCostly`] when it is not done within its bound, [`StoreError::Busy`] when too many are under way.
    pub(crate) async fn search<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        open_answer(run_search(self.searchers.clone(), close_answer(work)).await.map_err(|error| error.of(&self.path))?)
    }

    /// Runs `work`, which only reads, on the connection that writes: what a change is judged by is what it
    /// alters, and no other connection's writes empty this one's page cache in between.
    pub(crate) async fn read_to_change<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        open_answer(run_read(self.writer.clone(), close_answer(work)).await.map_err(|error| error.of(&self.path))?)
    }

    /// Runs `work` in a transaction that writes; an error leaves nothing of it.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    {
        self.write_counting(&self.changes, work).await
    }

    /// The same for what no page shows, or need not show at once: documents, what hubs and subscribers say, what polls
    /// bring. A worker writes some of it many times a second; if each made all pages anew, a busy site would do nothing
    /// else.
    pub(crate) async fn write_unseen<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    {
        self.write_counting(&Arc::default(), work).await
    }

    async fn write_counting<T, F>(&self, changes: &Arc<AtomicU64>, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    {
        if self.is_read_only() {
            return Err(StoreError::OpenedToRead { path: self.path.clone() });
        }
        let work = Box::new(move |transaction: &Transaction<'_>| Ok(Box::new(work(transaction)?) as Answer));
        let done = run_write(self.writer.clone(), Arc::clone(changes), work).await;
        open_answer(done.map_err(|error| error.of(&self.path))?)
    }
}

/// What an operation found, its type left out. Each operation of the store is a future of its own type in every crate
/// that awaits it; only what stands before and after [`Running`] is compiled again for each.
pub(super) type Answer = Box<dyn Any + Send>;
type Running = Pin<Box<dyn Future<Output = Result<Answer>> + Send>>;
pub(super) type Reading = Box<dyn FnOnce(&Connection) -> Result<Answer> + Send>;
type Writing = Box<dyn FnOnce(&Transaction<'_>) -> Result<Answer> + Send>;

fn close_answer<T, F>(work: F) -> Reading
where
    T: Send + 'static,
    F: FnOnce(&Connection) -> Result<T> + Send + 'static,
{
    Box::new(move |connection| Ok(Box::new(work(connection)?)))
}

fn open_answer<T: 'static>(answer: Answer) -> Result<T> {
    answer.downcast().map(|answer| *answer).map_err(|_| StoreError::interruption("an answer of another type"))
}

fn run_read(pool: Pool, work: Reading) -> Running {
    Box::pin(async move {
        let connection = take(&pool).await?;
        let done = connection.interact(move |connection| work(&*connection.transaction()?)).await;
        done.map_err(StoreError::interruption)?
    })
}

fn run_search(searchers: Searchers, work: Reading) -> Running {
    Box::pin(async move { searchers.run(work).await })
}

fn run_write(pool: Pool, changes: Arc<AtomicU64>, work: Writing) -> Running {
    Box::pin(async move {
        let writer = take(&pool).await?;
        let done = writer.interact(move |connection| {
            let before = connection.total_changes();
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let answer = work(&transaction)?;
            transaction.commit()?;
            if connection.total_changes() != before {
                changes.fetch_add(1, Ordering::Release);
            }
            Ok(answer)
        });
        done.await.map_err(StoreError::interruption)?
    })
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

pub(super) async fn take(pool: &Pool) -> Result<Object> {
    pool.get().await.map_err(|error| match error {
        PoolError::Closed => StoreError::Closed,
        other => StoreError::backend(other),
    })
}

/// Runs blocking work that has no connection yet.
pub(crate) async fn on_thread<T, F>(work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T> + Send + 'static,
{
    open_answer(run_on_thread(Box::new(move || Ok(Box::new(work()?)))).await?)
}

fn run_on_thread(work: Box<dyn FnOnce() -> Result<Answer> + Send>) -> Running {
    Box::pin(async move { tokio::task::spawn_blocking(work).await.map_err(StoreError::interruption)? })
}
