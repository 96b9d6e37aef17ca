//! What pages, feeds and reports ask of the store.

use super::sqlite::{
    archives, decisions, doubts, editions, entries, flags, polls, review, search, sections, selections, sources, views,
};
use super::{Result, Store};
use chrono::{DateTime, Utc};
use plenary_model::deadline::DEADLINES_MAX;
use plenary_model::edition::{ContentCoding, Edition, StoredEdition};
use plenary_model::id::{EntryKey, PieceId, SectionSlug, SourceId};
use plenary_model::piece::PieceView;
use plenary_model::query::{Field, Node, Query};
use plenary_model::review::ReviewItem;
use plenary_model::source::{RemovedSource, UnseenLanguage};
use plenary_model::view::{
    Archived, DoubtLine, FacetCount, Found, Order, PerWork, PieceFound, Pieces, PollLine, RevisionLine, Search,
    SectionFigures, SectionShown, Selection, SourceHealth, Tombstone, Totals,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Pieces with their last change, and how many there are in all.
type ShownPieces = (Vec<(PieceId, DateTime<Utc>)>, usize);

/// Conditions of the pages that the site itself links: a value of a facet, within a section, from a day on.
const LINKED_CONDITIONS: usize = 3;

/// True for what only a visitor asks, with words or with many conditions: it may cost any amount of work.
fn is_made_up(query: &Query) -> bool {
    !query.words().is_empty() || query.leaves().len() > LINKED_CONDITIONS
}

impl Store {
    /// The shown pieces that a selection asks for: newest first, ties by id; in a section, pinned
    /// ones before all others. Without a section, `month` is that of first entering any section,
    /// and `announced_only` asks for a piece announced in one of them. Withdrawn pieces are left out.
    pub async fn pieces(&self, selection: &Selection) -> Result<Pieces> {
        let selection = selection.clone();
        self.database.read(move |read| selections::pieces(read, &selection)).await
    }

    /// The newest shown works of each section named, one piece of each, at most `each`, and how many it shows: pinned
    /// ones first; or of those dated `since` a time or later, newest first.
    pub async fn newest(
        &self,
        sections: &[SectionSlug],
        since: Option<DateTime<Utc>>,
        per_work: &PerWork,
        each: usize,
    ) -> Result<Vec<Pieces>> {
        let (sections, per_work) = (sections.to_vec(), per_work.clone());
        self.database.read(move |read| selections::newest(read, &sections, since, &per_work, each)).await
    }

    /// The shown pieces after so many, newest first, each with its last change, and how many there are.
    pub async fn list_shown(&self, offset: usize, limit: usize) -> Result<ShownPieces> {
        self.database.read(move |read| selections::list_shown(read, offset, limit)).await
    }

    /// How many works are shown that are dated since a time or later.
    pub async fn count_since(&self, since: DateTime<Utc>) -> Result<usize> {
        self.database.read(move |read| selections::count_since(read, since)).await
    }

    pub async fn search(&self, asked: &Search) -> Result<Found> {
        let asked = asked.clone();
        if is_made_up(&asked.query) {
            return self.database.search(move |read| search::find(read, &asked)).await;
        }
        self.database.read(move |read| search::find(read, &asked)).await
    }

    /// The newest shown works that name a deadline, one piece of each, newest first.
    pub async fn pieces_with_deadlines(&self, per_work: &PerWork, now: DateTime<Utc>) -> Result<Vec<PieceView>> {
        let named = Node::Field { field: Field::Has, value: "deadline".to_owned(), column: 0 };
        let asked = Search {
            query: Query::default().and(named),
            announced_only: false,
            order: Order::Date,
            now,
            cursor: None,
            per_work: Some(per_work.clone()),
            offset: 0,
            limit: DEADLINES_MAX,
        };
        Ok(self.database.read(move |read| search::find(read, &asked)).await?.pieces)
    }

    /// How many of the pieces that a search finds have each value of each facet, most frequent first,
    /// and the [`Store::search_revision`] at which they were counted.
    pub async fn facets(&self, asked: &Search) -> Result<(Vec<FacetCount>, u64)> {
        let asked = asked.clone();
        if is_made_up(&asked.query) {
            return self.database.search(move |read| search::facets(read, &asked)).await;
        }
        self.database.read(move |read| search::facets(read, &asked)).await
    }

    /// A number that changes whenever a search may find something else.
    pub async fn search_revision(&self) -> Result<u64> {
        self.database.read(flags::search_revision).await
    }

    /// The words of a query that no piece has, each with where it was typed (in characters from 1; a
    /// phrase begins at its quotation mark) and with the word that may have been meant.
    pub async fn spelling(&self, query: &Query) -> Result<Vec<(usize, String, String)>> {
        let query = query.clone();
        self.database.read(move |read| search::spelling(read, &query)).await
    }

    /// A piece by its id, whatever its state; or where it is now, when it was absorbed.
    pub async fn piece(&self, id: &PieceId) -> Result<Option<PieceFound>> {
        let id = id.clone();
        self.database.read(move |read| views::piece(read, &id)).await
    }

    /// The pieces named, in that order; unknown ones are left out.
    pub async fn views(&self, ids: &[PieceId]) -> Result<Vec<PieceView>> {
        let ids = ids.to_vec();
        self.database.read(move |read| views::load_views(read, &ids)).await
    }

    /// At most `limit` pieces that readers see nowhere and that wait for nobody, newest first, after the
    /// one of that date and id.
    pub async fn list_rejected(&self, after: Option<&(DateTime<Utc>, PieceId)>, limit: usize) -> Result<Vec<PieceId>> {
        let after = after.cloned();
        self.database.read(move |read| selections::list_rejected(read, after.as_ref(), limit)).await
    }

    /// The piece that `text` names: a piece's id or the address of its page, the key of one of its
    /// entries, an `atom:id`, or any link to one of its entries' pages.
    pub async fn find(&self, text: &str) -> Result<Option<PieceId>> {
        let text = text.to_owned();
        self.database.read(move |read| views::find(read, &text)).await
    }

    /// How many entries of each source (or of one) are dated in each of the last `RHYTHM_SPANS` spans of time,
    /// the newest first. Sources without any are left out.
    pub async fn rhythm(&self, now: DateTime<Utc>, of: Option<&SourceId>) -> Result<HashMap<SourceId, Vec<usize>>> {
        let of = of.cloned();
        self.database.read(move |read| sources::rhythm(read, now, of.as_ref())).await
    }

    pub async fn revisions(&self, id: &PieceId) -> Result<Vec<RevisionLine>> {
        let id = id.clone();
        self.database.read(move |read| entries::revisions(read, &id)).await
    }

    /// The withdrawn pieces that a selection would show had they not been taken back, the latest first.
    pub async fn tombstones(&self, selection: &Selection) -> Result<Vec<Tombstone>> {
        let selection = selection.clone();
        self.database.read(move |read| selections::tombstones(read, &selection)).await
    }

    /// What the sections show, in figures, by slug; those that show nothing are left out. At a cost that
    /// does not grow with them.
    pub async fn sections_shown(&self) -> Result<Vec<SectionShown>> {
        self.database.read(sections::list_shown).await
    }

    /// Figures of the sections that have pieces shown or waiting (pending or held), by slug.
    pub async fn section_figures(&self) -> Result<Vec<SectionFigures>> {
        self.database.read(sections::figures).await
    }

    /// The months (UTC, `YYYY-MM`) in which shown pieces entered a section, oldest first, with how many.
    pub async fn months(&self, section: &SectionSlug) -> Result<Vec<(String, usize)>> {
        let section = section.clone();
        self.database.read(move |read| sections::months(read, &section)).await
    }

    /// What the archive of a month (UTC, `YYYY-MM`) holds, in all languages or in one:
    /// every piece that readers saw enter the section then, wherever it is now. Newest first.
    pub async fn load_archive(&self, section: &SectionSlug, language: Option<&str>, month: &str) -> Result<Archived> {
        let (section, language, month) = (section.clone(), language.map(str::to_owned), month.to_owned());
        self.database.read(move |read| archives::month(read, &section, language.as_deref(), &month)).await
    }

    /// The months (UTC, `YYYY-MM`) for which there is anything to archive, oldest first.
    pub async fn archive_months(&self, section: &SectionSlug, language: Option<&str>) -> Result<BTreeSet<String>> {
        let (section, language) = (section.clone(), language.map(str::to_owned));
        self.database.read(move |read| archives::months(read, &section, language.as_deref())).await
    }

    /// The pieces named, in that order, shown or not; unknown ones are left out.
    pub async fn pieces_named(&self, ids: Vec<PieceId>) -> Result<Vec<PieceView>> {
        self.database.read(move |read| views::load_views(read, &ids)).await
    }

    /// Every source with its health, by id; those that left the policy included.
    pub async fn sources(&self) -> Result<Vec<SourceHealth>> {
        self.database.read(sources::health).await
    }

    pub async fn source(&self, id: &SourceId) -> Result<Option<SourceHealth>> {
        let id = id.clone();
        self.database.read(move |read| sources::health_of(read, &id)).await
    }

    /// The sources that left the policy, by id.
    pub async fn removed_sources(&self) -> Result<Vec<RemovedSource>> {
        self.database.read(|read| sources::removed(read, None)).await
    }

    /// The source with this id, if it left the policy.
    pub async fn removed_source(&self, id: &SourceId) -> Result<Option<RemovedSource>> {
        let id = id.clone();
        Ok(self.database.read(move |read| sources::removed(read, Some(&id))).await?.pop())
    }

    /// The entries of a source that nobody took back, by key.
    pub async fn list_standing(&self, source: &SourceId) -> Result<Vec<EntryKey>> {
        let source = source.clone();
        self.database.read(move |read| sources::list_standing(read, &source)).await
    }

    /// Texts that readers see nowhere and of which staff said nothing, by source and language: the most first.
    pub async fn list_unseen_languages(&self) -> Result<Vec<UnseenLanguage>> {
        self.database.read(decisions::list_unseen_languages).await
    }

    /// The leads of a source's pieces in a language (primary subtag) that were there at a time.
    pub async fn list_in_language(
        &self,
        source: &SourceId,
        language: &str,
        at: DateTime<Utc>,
    ) -> Result<Vec<EntryKey>> {
        let (source, language) = (source.clone(), language.to_owned());
        self.database.read(move |read| decisions::list_in_language(read, &source, &language, at)).await
    }

    /// The entries of a source that were taken back for this reason, by key.
    pub async fn list_taken_back(&self, source: &SourceId, reason: &str) -> Result<Vec<EntryKey>> {
        let (source, reason) = (source.clone(), reason.to_owned());
        self.database.read(move |read| sources::list_taken_back(read, &source, &reason)).await
    }

    /// The last polls of a source, newest first.
    pub async fn polls(&self, source: &SourceId, limit: usize) -> Result<Vec<PollLine>> {
        let source = source.clone();
        self.database.read(move |read| polls::lines(read, &source, limit)).await
    }

    pub async fn totals(&self) -> Result<Totals> {
        self.database.read(sources::totals).await
    }

    pub async fn last_poll(&self) -> Result<Option<DateTime<Utc>>> {
        self.database.read(polls::last).await
    }

    /// What needs a human, most useful first: a question about the policy, lost sources, held
    /// updates and placements (longest first), then in turn pairs in doubt (likeliest first) and what waits for a
    /// first look, what models suggest and what they doubt, by score, the newest of equals first.
    pub async fn review(&self, limit: usize) -> Result<Vec<ReviewItem>> {
        self.database.read(move |read| review::items(read, limit)).await
    }

    /// What stands in doubt about a piece, and what it is related to, the likeliest first.
    pub async fn doubts(&self, piece: &PieceId) -> Result<Vec<DoubtLine>> {
        let piece = piece.clone();
        self.database.read(move |read| doubts::of_piece(read, &piece)).await
    }

    pub async fn edition(&self, path: &str) -> Result<Option<Edition>> {
        let path = path.to_owned();
        self.database.read(move |read| editions::get(read, &path)).await
    }

    /// As [`Store::edition`], with bodies longer than so many bytes left in the store.
    pub async fn edition_for_sending(&self, path: &str, whole_bytes_max: usize) -> Result<Option<StoredEdition>> {
        let path = path.to_owned();
        self.database.read(move |read| editions::get_for_sending(read, &path, whole_bytes_max)).await
    }

    /// At most so many bytes of a stored body from an offset on. `None` when the document is no longer the one with
    /// this digest, or the offset lies beyond its end.
    pub async fn edition_slice(
        &self,
        path: &str,
        digest: &str,
        coding: ContentCoding,
        from: usize,
        bytes: usize,
    ) -> Result<Option<Vec<u8>>> {
        let (path, digest) = (path.to_owned(), digest.to_owned());
        self.database.read(move |read| editions::slice(read, &path, &digest, coding, from, bytes)).await
    }

    /// A stored document as it is, uncoded.
    pub async fn edition_body(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let path = path.to_owned();
        self.database.read(move |read| editions::body(read, &path)).await
    }

    /// A number that differs whenever the stored documents do, whichever process changed them.
    pub async fn edition_generation(&self) -> Result<u64> {
        self.database.read(flags::editions_generation).await
    }

    /// The addresses of the stored documents that begin with `prefix`, in order.
    pub async fn edition_paths(&self, prefix: &str) -> Result<Vec<String>> {
        let prefix = prefix.to_owned();
        self.database.read(move |read| editions::paths(read, &prefix)).await
    }

    /// The digests of the documents stored for these addresses, those without one left out.
    pub async fn edition_digests_of(&self, paths: &[String]) -> Result<BTreeMap<String, String>> {
        let paths = paths.to_vec();
        self.database.read(move |read| editions::digests_of(read, &paths)).await
    }

    pub async fn edition_digests(&self) -> Result<BTreeMap<String, String>> {
        self.database.read(editions::digests).await
    }
}
