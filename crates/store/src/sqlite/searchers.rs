//! Searches that visitors make up: few at once, bounded in work, on threads that give way to all others.
//!
//! A crowd of expensive searches is as much work as a machine has, however few run at once. Where they share its
//! processors with pages and feeds, these must come first each time they have something to do, which is the scheduler's
//! to decide: threads that search have the lowest priority. They cannot be those that every operation borrows, since a
//! thread may not raise its priority again.

use super::database::{Answer, Reading, take};
use crate::error::{Result, StoreError};
use deadpool_sqlite::Pool;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::runtime::Runtime;

/// Most searches that run at once. They are half of the processors: a crowd of searches leaves the other half, and all
/// readers, to pages and feeds.
const SEARCHERS_MAX: usize = 4;

/// Work that one search may cost, in steps of SQLite's virtual machine: some seconds. A word of which half of a
/// million pieces have forms costs a tenth of it.
const SEARCH_STEPS_MAX: u64 = 50_000_000;

/// Steps between two looks at what is left.
const STEPS_PER_LOOK: i32 = 10_000;

/// Longest that a search waits for its turn, and how many may wait.
const SEARCH_WAIT_MAX: Duration = Duration::from_secs(3);
const SEARCHES_WAITING_MAX: usize = 32;

/// Nice value of threads that search: the lowest priority of those that still get a share of a busy machine.
#[cfg(target_os = "linux")]
const SEARCH_NICE: i32 = 19;

/// How many searches run at once on this machine.
pub(super) fn count() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    (processors / 2).clamp(1, SEARCHERS_MAX)
}

/// The connections that search, and the threads that they search on.
#[derive(Clone)]
pub(super) struct Searchers {
    connections: Pool,
    threads: Arc<Threads>,
}

impl Searchers {
    pub(super) fn new(connections: Pool) -> Result<Self> {
        Ok(Self { connections, threads: Arc::new(Threads::new()?) })
    }

    pub(super) fn close(&self) {
        self.connections.close();
    }

    /// Runs a search when its turn comes.
    ///
    /// # Errors
    /// [`StoreError::TooCostly`] when it is not done within its bound, [`StoreError::Busy`] when too many are under way.
    pub(super) async fn run(&self, work: Reading) -> Result<Answer> {
        if self.connections.status().waiting >= SEARCHES_WAITING_MAX {
            return Err(StoreError::Busy);
        }
        let turn = tokio::time::timeout(SEARCH_WAIT_MAX, take(&self.connections));
        let searcher = turn.await.map_err(|_| StoreError::Busy)??;
        let search = move || {
            let mut connection = searcher.lock().map_err(StoreError::interruption)?;
            search_within(&mut connection, SEARCH_STEPS_MAX, work)
        };
        self.threads.run(search).await
    }
}

/// Threads of the lowest priority. The runtime is there for these alone: nothing is ever driven by it.
struct Threads(Option<Runtime>);

impl Threads {
    fn new() -> Result<Self> {
        let threads = tokio::runtime::Builder::new_current_thread()
            .thread_name("search")
            .max_blocking_threads(count())
            .on_thread_start(give_way)
            .build();
        Ok(Self(Some(threads.map_err(StoreError::interruption)?)))
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let runtime = self.0.as_ref().ok_or(StoreError::Closed)?;
        runtime.spawn_blocking(work).await.map_err(StoreError::interruption)?
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // Waiting for the threads is not allowed where others are driven.
            runtime.shutdown_background();
        }
    }
}

/// Lowers the priority of the thread that calls. On Linux it is a thread's own (setpriority(2), "C library/kernel
/// differences"); elsewhere it would be that of the whole program, which stays as it is.
fn give_way() {
    // A sandbox may refuse it; searches are bounded all the same.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, SEARCH_NICE);
}

/// Runs `work` for so many steps at the most.
fn search_within<T>(connection: &mut Connection, steps: u64, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    let spent = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&spent);
    let per_look = u64::from(STEPS_PER_LOOK.unsigned_abs());
    connection.progress_handler(
        STEPS_PER_LOOK,
        Some(move || counted.fetch_add(per_look, Ordering::Relaxed) + per_look > steps),
    )?;
    let transaction = connection.transaction()?;
    let found = work(&transaction);
    drop(transaction);
    connection.progress_handler(0, None::<fn() -> bool>)?;
    if found.is_err() && spent.load(Ordering::Relaxed) > steps { Err(StoreError::TooCostly) } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_stops_when_its_work_is_spent() {
        let mut connection = Connection::open_in_memory().unwrap();
        let count = |read: &Connection, up_to: i64| -> Result<i64> {
            let sql =
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT count(*) FROM n";
            Ok(read.query_row(sql, [up_to], |row| row.get(0))?)
        };
        let spent = search_within(&mut connection, 100_000, |read| count(read, 10_000_000));
        assert!(matches!(spent, Err(StoreError::TooCostly)), "{spent:?}");
        assert_eq!(search_within(&mut connection, 100_000, |read| count(read, 1_000)).unwrap(), 1_000);
        assert_eq!(count(&connection, 1_000_000).unwrap(), 1_000_000, "the bound is that of one search");
        let broken = search_within(&mut connection, 100_000, |_| -> Result<()> { Err(StoreError::Closed) });
        assert!(matches!(broken, Err(StoreError::Closed)), "{broken:?}");
    }

    /// Seen by the thread itself, and by one that others run on.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn searches_give_way_and_nobody_else_does() {
        let nice = || Ok(rustix::process::getpriority_process(None).unwrap());
        let usual = nice().unwrap();
        let threads = Threads::new().unwrap();
        assert_eq!(threads.run(nice).await.unwrap(), SEARCH_NICE);
        assert_eq!(nice().unwrap(), usual);
        assert_eq!(tokio::task::spawn_blocking(nice).await.unwrap().unwrap(), usual);
        drop(threads);
    }
}
