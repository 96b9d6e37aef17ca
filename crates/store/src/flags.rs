//! Single facts about the whole store, each with one meaning.

use super::sqlite::flags;
use super::{Result, Store};
use chrono::{DateTime, NaiveDate, Utc};
use plenary_model::id::{PieceId, SectionSlug};
use plenary_model::review::ReviewItem;
use std::collections::BTreeSet;

impl Store {
    /// True once every source that is switched on has been tried: from then on nothing floods readers.
    pub async fn is_first_pass_done(&self) -> Result<bool> {
        self.database.read(flags::is_first_pass_done).await
    }

    /// Notes that every source has been tried, for good.
    pub async fn end_first_pass(&self) -> Result<()> {
        self.database.write(flags::end_first_pass).await
    }

    /// Version of the policy under which the stored pieces are placed; `None` before the first.
    pub async fn read_placed_by(&self) -> Result<Option<String>> {
        self.database.read(flags::read_placed_by).await
    }

    /// Under which keys stored entries are found, as [`Store::set_keyed_by`] noted it.
    pub async fn read_keyed_by(&self) -> Result<Option<String>> {
        self.database.read(flags::read_keyed_by).await
    }

    pub async fn set_keyed_by(&self, keys: &str) -> Result<()> {
        let keys = keys.to_owned();
        self.database.write(move |write| flags::set_keyed_by(write, &keys)).await
    }

    pub async fn list_opened_sections(&self) -> Result<BTreeSet<SectionSlug>> {
        self.database.read(flags::list_opened_sections).await
    }

    /// Notes that pieces are placed by another policy from here on: until [`Store::end_placing`] they stand by none, so
    /// that one that is put back in between places them again.
    pub async fn begin_placing(&self) -> Result<()> {
        self.database.write(flags::begin_placing).await
    }

    /// Notes that all stored pieces are placed under a version of the policy, and which sections have
    /// been filled; no question about the policy is open any more.
    pub async fn end_placing(&self, policy_version: &str, opened: &BTreeSet<SectionSlug>) -> Result<()> {
        let (version, opened) = (policy_version.to_owned(), opened.clone());
        self.database.write(move |write| flags::end_placing(write, &version, &opened)).await
    }

    /// The question that a change of the policy asks of staff; [`Store::review`] lists it first.
    pub async fn policy_question(&self) -> Result<Option<ReviewItem>> {
        self.database.read(flags::policy_question).await
    }

    /// Asks staff about a change of the policy, until [`Store::end_placing`].
    pub async fn ask_about_policy(&self, question: &ReviewItem) -> Result<()> {
        let question = question.clone();
        self.database.write(move |write| flags::ask_about_policy(write, &question)).await
    }

    /// What is wrong with the policy file, for staff; `None` while nothing is.
    pub async fn policy_problem(&self) -> Result<Option<String>> {
        self.database.read(flags::policy_problem).await
    }

    pub async fn set_policy_problem(&self, problem: Option<&str>) -> Result<()> {
        let problem = problem.map(str::to_owned);
        self.database.write(move |write| flags::set_policy_problem(write, problem.as_deref())).await
    }

    /// The program and policy that rendered the stored documents, as [`Store::set_rendered_by`] noted them.
    pub async fn read_rendered_by(&self) -> Result<Option<String>> {
        self.database.read(flags::read_rendered_by).await
    }

    pub async fn set_rendered_by(&self, renderer: &str) -> Result<()> {
        let renderer = renderer.to_owned();
        self.database.write(move |write| flags::set_rendered_by(write, &renderer)).await
    }

    /// True when readers would see a difference that no document shows yet. [`Store::apply`] and
    /// [`Store::put_events`] note it in the transaction of the change: a stop before the documents are
    /// rendered leaves the mark.
    pub async fn is_unpublished(&self) -> Result<bool> {
        Ok(self.find_unpublished().await?.is_some())
    }

    /// Number of the last change that no document shows yet; `None` when all are shown.
    pub async fn find_unpublished(&self) -> Result<Option<u64>> {
        self.database.read(flags::find_unpublished).await
    }

    /// Notes that the documents show every change up to the one with this number. A later one stays owed, and with it
    /// all of them: a stop between the two must not forget it.
    pub async fn note_published(&self, last: Option<u64>) -> Result<()> {
        let Some(last) = last else { return Ok(()) };
        self.database.write_unseen(move |write| flags::note_published(write, last)).await
    }

    /// Since when the list of sources says what has this digest; `None` when it said something else.
    pub async fn sources_since(&self, digest: &str) -> Result<Option<DateTime<Utc>>> {
        let digest = digest.to_owned();
        self.database.read(move |read| flags::sources_since(read, &digest)).await
    }

    pub async fn set_sources_since(&self, digest: &str, since: DateTime<Utc>) -> Result<()> {
        let digest = digest.to_owned();
        self.database.write(move |write| flags::set_sources_since(write, &digest, since)).await
    }

    /// True when what caps hold back was last looked at on this day, under this version of the policy.
    pub async fn was_let_in(&self, day: NaiveDate, policy_version: &str) -> Result<bool> {
        let version = policy_version.to_owned();
        self.database.read(move |read| flags::was_let_in(read, day, &version)).await
    }

    pub async fn set_let_in(&self, day: NaiveDate, policy_version: &str) -> Result<()> {
        let version = policy_version.to_owned();
        self.database.write(move |write| flags::set_let_in(write, day, &version)).await
    }

    /// The date and piece of the oldest place that the current document at `stem` reached when it was
    /// full, if that was noted for the same `basis`, a word for the rule and length of the feed.
    pub async fn feed_floor(&self, stem: &str, basis: &str) -> Result<Option<(DateTime<Utc>, PieceId)>> {
        let (stem, basis) = (stem.to_owned(), basis.to_owned());
        self.database.read(move |read| flags::feed_floor(read, &stem, &basis)).await
    }

    pub async fn set_feed_floor(&self, stem: &str, basis: &str, floor: (DateTime<Utc>, PieceId)) -> Result<()> {
        let (stem, basis) = (stem.to_owned(), basis.to_owned());
        self.database.write_unseen(move |write| flags::set_feed_floor(write, &stem, &basis, &floor)).await
    }

    /// Asks the worker of another process for a pass; its form is the worker's affair. False when a request stands that
    /// was not taken up yet.
    pub async fn put_pass_request(&self, request: String) -> Result<bool> {
        self.database.write_unseen(move |write| flags::put_pass_request(write, &request)).await
    }

    /// What another process asks for, once.
    pub async fn take_pass_request(&self) -> Result<Option<String>> {
        // Asked every second: without a request nothing is written.
        if !self.database.read(flags::has_pass_request).await? {
            return Ok(None);
        }
        self.database.write_unseen(flags::take_pass_request).await
    }

    pub async fn put_pass_answer(&self, answer: String) -> Result<()> {
        self.database.write_unseen(move |write| flags::put_pass_answer(write, &answer)).await
    }

    /// The last answer, whoever asked.
    pub async fn pass_answer(&self) -> Result<Option<String>> {
        self.database.read(flags::pass_answer).await
    }
}
