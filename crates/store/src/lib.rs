//! The store: everything that is remembered, behind one type that speaks the language of the domain.
//!
//! [`Store`] says nothing of the back end; SQL stands under `sqlite/` alone. Every write is one
//! transaction. Times are kept in UTC milliseconds: what is finer is cut off when it is stored. The
//! questions of pages and feeds are in `reading.rs`.

mod error;
mod events;
mod flags;
mod learned;
mod push;
mod reading;
mod retention;
mod sqlite;
#[cfg(test)]
mod tests;

pub use error::{Result, StoreError};
pub use sqlite::apply::Basis;
pub use sqlite::backup::Restored;
pub use sqlite::damage::Checked;
pub use sqlite::migrations::Migrated;

use chrono::{DateTime, Duration, Utc};
use plenary_model::change::{Asked, CandidateSet, Changeset, Entered, Incoming, Intake, Screen, Touched};
use plenary_model::decision::Decision;
use plenary_model::edition::{Codings, Edition, Uncoded};
use plenary_model::entry::StoredEntry;
use plenary_model::id::{EntryKey, PieceId, SectionSlug, SourceId};
use plenary_model::piece::Dossier;
use plenary_model::poll::{AddressState, PollRecord, PollState, Remembered, Replay};
use plenary_model::source::Source;
use plenary_model::view::Totals;
use rusqlite::Transaction;
use sqlite::pieces::Extent;
use sqlite::{
    Database, apply, backup, counters, damage, decisions, duplicate_index, editions, entries, pieces, polls, sections,
    sync,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The store. Clones share the same connections.
#[derive(Clone)]
pub struct Store {
    database: Database,
    migrated: Option<Migrated>,
    /// Changes of documents through this store, for whoever keeps copies of them.
    published: Arc<AtomicU64>,
}

impl Store {
    /// Opens the database at `path`: makes it when there is none, brings its schema up to date, and keeps a
    /// copy of what it was before beside it, as `….schema-N`. A file that is no database of ours, or is of
    /// a newer schema, is refused and not touched.
    pub async fn open(path: &Path) -> Result<Self> {
        let (database, migrated) = Database::open(path).await?;
        Ok(Self { database, migrated, published: Arc::default() })
    }

    /// Opens the database at `path` to read alone. Its folder need not be writable, and nothing is migrated: one of an
    /// older schema is refused, too. Whatever would write fails with [`StoreError::OpenedToRead`].
    pub async fn open_to_read(path: &Path) -> Result<Self> {
        Ok(Self { database: Database::open_to_read(path).await?, migrated: None, published: Arc::default() })
    }

    /// True for a store that was opened to read alone.
    pub fn is_read_only(&self) -> bool {
        self.database.is_read_only()
    }

    /// Looks whether the database is whole, as far as its structure shows it, and answers how closely.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first finding.
    pub async fn check(&self) -> Result<Checked> {
        let path = self.path().to_owned();
        let look = move |read: &rusqlite::Connection| {
            let depth = damage::choose_depth(&path)?;
            damage::check(read, &path, depth)?;
            Ok(depth)
        };
        self.database.read(look).await
    }

    /// What opening did to a database of an older schema, to be told to whoever opened it.
    pub fn migration(&self) -> Option<&Migrated> {
        self.migrated.as_ref()
    }

    pub fn path(&self) -> &Path {
        self.database.path()
    }

    /// Waits for the write under way, folds the log into the file and closes all connections. Every
    /// later call, on any clone, answers [`StoreError::Closed`].
    pub async fn close(&self) -> Result<()> {
        self.database.close().await
    }

    // Sources and polls.

    /// Takes over the sources of the policy. One that left stays with its history, switched off. One whose
    /// addresses changed or that is switched on again is polled afresh, even after a 410: staff acted on it.
    pub async fn sync_sources(&self, list: &[Source], at: DateTime<Utc>) -> Result<()> {
        let list = list.to_vec();
        self.database.write(move |write| sync::sync_sources(write, &list, at)).await
    }

    /// What is remembered of every source, by id; those that left the policy included.
    pub async fn poll_states(&self) -> Result<Vec<PollState>> {
        self.database.read(polls::states).await
    }

    /// The enabled sources that may be polled now, longest due first, those gone left out. What was planned by a
    /// clock that ran ahead is due.
    pub async fn due(&self, now: DateTime<Utc>) -> Result<Vec<SourceId>> {
        self.database.read(move |read| polls::due(read, now)).await
    }

    /// The sources that their hosts said are gone for good.
    pub async fn list_gone(&self) -> Result<HashSet<SourceId>> {
        self.database.read(polls::list_gone).await
    }

    /// What is remembered of the sources named, for their next polls, with the last `news_max` times of news.
    pub async fn remembered(&self, sources: Vec<SourceId>, news_max: usize) -> Result<HashMap<SourceId, Remembered>> {
        self.database.read(move |read| polls::remembered(read, &sources, news_max)).await
    }

    pub async fn addresses(&self, source: &SourceId) -> Result<BTreeMap<String, AddressState>> {
        let source = source.clone();
        self.database.read(move |read| polls::addresses(read, &source)).await
    }

    /// The last document of a source on which the reader failed, as it came; `None` when it never did.
    pub async fn replay(&self, source: &SourceId) -> Result<Option<Replay>> {
        let source = source.clone();
        self.database.read(move |read| polls::replay(read, &source)).await
    }

    /// The addresses, of all sources, whose host asked us to wait, and until when. No wait is longer than `longest`:
    /// what is further ahead was written by a clock that ran ahead.
    pub async fn waiting(&self, now: DateTime<Utc>, longest: Duration) -> Result<Vec<(String, DateTime<Utc>)>> {
        self.database.read(move |read| polls::waiting(read, now, longest)).await
    }

    // What is known, and what changes.

    /// The digest as received of every entry of a source.
    pub async fn hashes(&self, source: &SourceId) -> Result<HashMap<EntryKey, String>> {
        let source = source.clone();
        self.database.read(move |read| entries::hashes(read, &source)).await
    }

    /// How much each of the sources named has brought so far.
    pub async fn intakes(&self, sources: Vec<SourceId>, now: DateTime<Utc>) -> Result<HashMap<SourceId, Intake>> {
        self.database.read(move |read| counters::intakes(read, &sources, now)).await
    }

    /// What a judgement that begins now will rest on; read before what is known is loaded.
    pub async fn basis(&self) -> Result<Basis> {
        self.database.read(apply::basis).await
    }

    /// Every piece that holds one of the entries or keys asked for, or may belong to what is sought, whole. `screen` rules
    /// out what shares a key alone.
    pub async fn load_candidates(&self, asked: &Asked, screen: Option<Arc<dyn Screen>>) -> Result<CandidateSet> {
        let asked = asked.clone();
        self.database
            .read_to_change(move |read| duplicate_index::load_candidates(read, &asked, screen.as_deref()))
            .await
    }

    /// At most `limit` entries after one, in order of their keys, of those that are dated since a time and have their
    /// texts: a walk over what may meet news.
    pub async fn entries_since(
        &self,
        since: DateTime<Utc>,
        after: &EntryKey,
        limit: usize,
    ) -> Result<Vec<StoredEntry>> {
        let after = after.clone();
        self.database.read(move |read| entries::list_since(read, since, &after, limit)).await
    }

    /// Writes under which keys stored entries are found.
    pub async fn put_keys(&self, entries: Vec<Incoming>) -> Result<()> {
        self.database
            .write(move |write| duplicate_index::write(write, entries.iter().map(|incoming| (incoming, false))))
            .await
    }

    /// Applies a change and records the polls that brought it, in one transaction: an error leaves
    /// nothing of them. Answers the sections and sources whose documents readers would see
    /// differ; applying the same change again touches nothing.
    ///
    /// An entry keeps its earliest `first_seen`, and its `changed` unless its text changed; a text
    /// that changed is kept as a revision. A piece that was absorbed or has no entries left
    /// disappears; decisions stay, since they name entries. A shown piece that left a section and
    /// returns keeps the `entered` it had.
    pub async fn apply(
        &self,
        change: Changeset,
        polls: impl IntoIterator<Item = PollRecord>,
        at: DateTime<Utc>,
    ) -> Result<Touched> {
        let polls: Vec<PollRecord> = polls.into_iter().collect();
        self.apply_with(!polls.is_empty(), move |write| apply::apply(write, &change, &polls, at)).await
    }

    /// What a poll brought shows on pages when they are made again; what staff decided, and a policy, at once.
    async fn apply_with(
        &self,
        is_poll: bool,
        work: impl FnOnce(&Transaction<'_>) -> Result<Touched> + Send + 'static,
    ) -> Result<Touched> {
        if is_poll { self.database.write_unseen(work).await } else { self.database.write(work).await }
    }

    /// As [`Store::apply`], for what was judged by what was known at `basis`.
    ///
    /// # Errors
    /// [`StoreError::Outdated`] when this or another process has judged or decided since: nothing is stored then.
    pub async fn apply_on(
        &self,
        basis: Basis,
        change: Changeset,
        polls: Vec<PollRecord>,
        at: DateTime<Utc>,
    ) -> Result<Touched> {
        self.apply_with(!polls.is_empty(), move |write| apply::apply_on(write, basis, &change, &polls, at)).await
    }

    /// The dossiers of the pieces named, in that order; unknown ones are left out.
    pub async fn dossiers(&self, ids: &[PieceId]) -> Result<Vec<Dossier>> {
        let ids = ids.to_vec();
        self.database.read(move |read| pieces::dossiers(read, &ids, Extent::Whole)).await
    }

    /// As [`Store::dossiers`], but without the pieces' facets, the largest part of them.
    pub async fn dossiers_without_facets(&self, ids: &[PieceId]) -> Result<Vec<Dossier>> {
        let ids = ids.to_vec();
        self.database.read(move |read| pieces::dossiers(read, &ids, Extent::WithoutFacets)).await
    }

    pub async fn dossiers_of(&self, keys: &[EntryKey]) -> Result<Vec<Dossier>> {
        let keys = keys.to_vec();
        self.database.read(move |read| pieces::dossiers_of(read, &keys)).await
    }

    /// At most `limit` dossiers after a piece, in order of their ids: a walk over everything.
    pub async fn dossiers_after(&self, after: Option<&PieceId>, limit: usize) -> Result<Vec<Dossier>> {
        let after = after.cloned();
        self.database.read(move |read| pieces::dossiers_after(read, after.as_ref(), limit)).await
    }

    /// At most `limit` ids of pieces after one, in their order, for a walk that loads dossiers apart.
    pub async fn ids_after(&self, after: Option<&PieceId>, limit: usize) -> Result<Vec<PieceId>> {
        let after = after.cloned();
        self.database.read(move |read| pieces::ids_after(read, after.as_ref(), limit)).await
    }

    /// The works of which more than one piece is stored.
    pub async fn works_in_versions(&self) -> Result<HashSet<PieceId>> {
        self.database.read(pieces::works_in_versions).await
    }

    pub async fn dossier(&self, id: &PieceId) -> Result<Option<Dossier>> {
        Ok(self.dossiers(std::slice::from_ref(id)).await?.pop())
    }

    /// How many pieces of each source entered each of the sections named since a time, as news.
    pub async fn count_entered(&self, sections: &[SectionSlug], since: DateTime<Utc>) -> Result<Entered> {
        let list = sections.to_vec();
        self.database.read(move |read| sections::count_entered(read, &list, since)).await
    }

    /// Pieces that caps hold back, by date and key: of each source in each section the first `limit`.
    pub async fn list_held_back(&self, limit: usize) -> Result<Vec<PieceId>> {
        self.database.read(move |read| sections::list_held_back(read, limit)).await
    }

    // Decisions.

    /// Records a decision and answers its number. An `undo` is stored with the entry of the
    /// decision it undoes; undoing an `undo` puts that decision in force again.
    /// Fails with [`StoreError::NoDecision`] or [`StoreError::AlreadyUndone`] for an `undo` that cannot be.
    pub async fn record(&self, decision: Decision) -> Result<i64> {
        self.database.write(move |write| decisions::record(write, &decision)).await
    }

    /// Every decision about an entry, oldest first: the whole history, so undone ones and the acts
    /// that undid them are among them. A [`Dossier`] holds those in force.
    pub async fn decisions(&self, entry: &EntryKey) -> Result<Vec<Decision>> {
        let entry = entry.clone();
        self.database.read(move |read| decisions::about(read, &entry)).await
    }

    /// The decision that an `undo` of decision `target` is about in the end, and whether it is in force.
    pub async fn find_undone(&self, target: i64) -> Result<(Decision, bool)> {
        self.database.read(move |read| decisions::origin(read, target)).await
    }

    /// The decisions on which the worker has not acted, oldest first, acts of undoing among them.
    pub async fn list_unsettled(&self) -> Result<Vec<Decision>> {
        self.database.read(decisions::list_unsettled).await
    }

    /// Marks the decisions up to a number as acted on.
    pub async fn settle(&self, upto: i64) -> Result<()> {
        self.database.write(move |write| decisions::settle(write, upto)).await
    }

    // Documents.

    /// The `atom:id` of the feed at `path` and since when it has it: `proposed` and `at` at first
    /// use, and the same for ever after.
    pub async fn feed_id(&self, path: &str, proposed: &str, at: DateTime<Utc>) -> Result<(String, DateTime<Utc>)> {
        let (path, proposed) = (path.to_owned(), proposed.to_owned());
        self.database.write_unseen(move |write| editions::feed_id(write, &path, &proposed, at)).await
    }

    /// Stores documents, those with an unchanged digest left alone; answers how many changed. One that
    /// changed is at least as new as the second `at` unless what it shows is newer than before.
    pub async fn put_editions(&self, list: Vec<Edition>, at: DateTime<Utc>) -> Result<usize> {
        let changed = self.database.write_unseen(move |write| editions::put(write, &list, at)).await?;
        if changed > 0 {
            self.count_publication();
        }
        Ok(changed)
    }

    /// Documents that are not coded yet: some, until none is left.
    pub async fn list_uncoded(&self, bytes: usize) -> Result<Vec<Uncoded>> {
        self.database.read(move |read| editions::list_uncoded(read, bytes)).await
    }

    /// Stores the codings of the documents at these addresses with these digests.
    pub async fn put_codings(&self, coded: Vec<(String, String, Codings)>) -> Result<()> {
        self.database.write_unseen(move |write| editions::put_codings(write, &coded)).await?;
        self.published.fetch_add(1, Ordering::Release);
        Ok(())
    }

    pub async fn drop_editions(&self, paths: &[String]) -> Result<()> {
        let paths = paths.to_vec();
        self.database.write(move |write| editions::drop(write, &paths)).await?;
        self.count_publication();
        Ok(())
    }

    fn count_publication(&self) {
        self.published.fetch_add(1, Ordering::Release);
    }

    /// How often documents changed through this store and its clones: a number to compare, at no cost.
    pub fn count_publications(&self) -> u64 {
        self.published.load(Ordering::Acquire)
    }

    /// How often what pages show at once changed through this store and its clones: a number to compare, at no cost. What
    /// polls bring, and what documents there are, does not count.
    pub fn changes(&self) -> u64 {
        self.database.changes()
    }

    // Backups.

    /// Copies the database `from`, while it is in use, to the new file `to`, and verifies the copy; answers what is
    /// in it. `from` may be of an older schema and lie where nothing can be written.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when `to` is there already, [`StoreError::Damaged`] when `from` is not whole.
    pub async fn backup(from: &Path, to: &Path) -> Result<Totals> {
        let (from, to) = (from.to_owned(), to.to_owned());
        sqlite::on_thread(move || backup::backup(&from, &to)).await
    }

    /// Checks a database file from end to end without writing to it; answers what is in it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first finding, or why it is no database of ours.
    pub async fn verify(path: &Path) -> Result<Totals> {
        let path = path.to_owned();
        sqlite::on_thread(move || backup::verify(&path)).await
    }

    /// Verifies the backup `from` and puts it in the place of the database `to`, which is kept
    /// beside it as `….before-restore`. On any failure `to` is as it was.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while a program has `to` open.
    pub async fn restore(from: &Path, to: &Path) -> Result<Restored> {
        let (from, to) = (from.to_owned(), to.to_owned());
        sqlite::on_thread(move || backup::restore(&from, &to)).await
    }
}
