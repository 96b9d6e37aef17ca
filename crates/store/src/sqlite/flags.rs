//! Single facts about the whole store, one row each. Nothing but this file knows their names, or how a
//! fact stands as text.

use super::value::Json;
use crate::error::Result;
use chrono::{DateTime, NaiveDate, Utc};
use plenary_model::id::{PieceId, SectionSlug};
use plenary_model::review::ReviewItem;
use plenary_model::view::Pruned;
use rusqlite::types::{FromSql, ToSql};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::BTreeSet;

/// What a fact is about.
#[derive(Clone, Copy)]
enum Flag<'a> {
    FirstPassDone,
    PlacedBy,
    PolicyQuestion,
    PolicyProblem,
    OpenedSections,
    RenderedBy,
    Unpublished,
    /// Number of the last change that readers would see.
    LastChange,
    /// Number of the last judgement that changed anything.
    LastJudgement,
    SourcesSince,
    LetIn,
    /// Of the feed with this stem.
    FeedFloor(&'a str),
    /// Month before which the archives of a section have had their time.
    ArchiveFloor(&'a SectionSlug),
    /// What retention removed last.
    Pruned,
    EditionsGeneration,
    SearchVersion,
    SearchRevision,
    /// By which keys entries are found, as the judge calls them.
    KeyedBy,
    /// A pass that one process asks of the worker in another, and its answer.
    PassRequest,
    PassAnswer,
}

impl Flag<'_> {
    /// The name of its row, which never changes.
    fn name(self) -> String {
        let name = match self {
            Self::FirstPassDone => "first-pass-done",
            Self::PlacedBy => "policy-version",
            Self::PolicyQuestion => "policy-question",
            Self::PolicyProblem => "policy-problem",
            Self::OpenedSections => "sections-opened",
            Self::RenderedBy => "published-by",
            Self::Unpublished => "unpublished",
            Self::LastChange => "last-change",
            Self::LastJudgement => "last-judgement",
            Self::SourcesSince => "sources-since",
            Self::LetIn => "caps-seen",
            Self::FeedFloor(stem) => return format!("window {stem}"),
            Self::ArchiveFloor(section) => return format!("archives-since {section}"),
            Self::Pruned => "pruned",
            Self::EditionsGeneration => "editions-generation",
            Self::SearchVersion => "search-version",
            Self::SearchRevision => "search-revision",
            Self::KeyedBy => "keyed-by",
            Self::PassRequest => "pass-request",
            Self::PassAnswer => "pass-answer",
        };
        name.to_owned()
    }
}

/// How a fact that holds stands; one that does not stands as the empty text, or not at all.
const HOLDS: &str = "1";

/// What stands for a flag; `None` for the empty text, too.
fn read_value<T: FromSql>(read: &Connection, flag: Flag<'_>) -> Result<Option<T>> {
    let mut query = read.prepare_cached("SELECT value FROM flag WHERE name = ?1 AND value <> ''")?;
    Ok(query.query_row([flag.name()], |row| row.get(0)).optional()?)
}

fn write_value(write: &Transaction<'_>, flag: Flag<'_>, value: impl ToSql) -> Result<()> {
    write
        .prepare_cached(
            "INSERT INTO flag (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute(params![flag.name(), value])?;
    Ok(())
}

fn holds(read: &Connection, flag: Flag<'_>) -> Result<bool> {
    Ok(read_value::<String>(read, flag)?.as_deref() == Some(HOLDS))
}

fn read_count(read: &Connection, flag: Flag<'_>) -> Result<u64> {
    Ok(read_value::<String>(read, flag)?.and_then(|count| count.parse().ok()).unwrap_or_default())
}

fn count_up(write: &Transaction<'_>, flag: Flag<'_>) -> Result<()> {
    write
        .prepare_cached(
            "INSERT INTO flag (name, value) VALUES (?1, '1')
             ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
        )?
        .execute([flag.name()])?;
    Ok(())
}

pub(super) fn count_judgement(write: &Transaction<'_>) -> Result<()> {
    count_up(write, Flag::LastJudgement)
}

pub(super) fn last_judgement(read: &Connection) -> Result<u64> {
    read_count(read, Flag::LastJudgement)
}

pub(crate) fn is_first_pass_done(read: &Connection) -> Result<bool> {
    holds(read, Flag::FirstPassDone)
}

pub(crate) fn end_first_pass(write: &Transaction<'_>) -> Result<()> {
    write_value(write, Flag::FirstPassDone, HOLDS)
}

pub(crate) fn read_placed_by(read: &Connection) -> Result<Option<String>> {
    read_value(read, Flag::PlacedBy)
}

pub(crate) fn list_opened_sections(read: &Connection) -> Result<BTreeSet<SectionSlug>> {
    let list: Option<String> = read_value(read, Flag::OpenedSections)?;
    Ok(list.and_then(|list| serde_json::from_str(&list).ok()).unwrap_or_default())
}

pub(crate) fn read_keyed_by(read: &Connection) -> Result<Option<String>> {
    read_value(read, Flag::KeyedBy)
}

pub(crate) fn set_keyed_by(write: &Transaction<'_>, keys: &str) -> Result<()> {
    write_value(write, Flag::KeyedBy, keys)
}

pub(crate) fn begin_placing(write: &Transaction<'_>) -> Result<()> {
    write_value(write, Flag::PlacedBy, "")
}

pub(crate) fn end_placing(write: &Transaction<'_>, policy: &str, opened: &BTreeSet<SectionSlug>) -> Result<()> {
    write_value(write, Flag::OpenedSections, Json(opened))?;
    write_value(write, Flag::PolicyQuestion, "")?;
    write_value(write, Flag::PlacedBy, policy)
}

/// One that another version of the program wrote in a form that cannot be read is none: it is asked again.
pub(crate) fn policy_question(read: &Connection) -> Result<Option<ReviewItem>> {
    let question: Option<String> = read_value(read, Flag::PolicyQuestion)?;
    Ok(question.and_then(|question| serde_json::from_str(&question).ok()))
}

pub(crate) fn ask_about_policy(write: &Transaction<'_>, question: &ReviewItem) -> Result<()> {
    write_value(write, Flag::PolicyQuestion, Json(question))
}

pub(crate) fn policy_problem(read: &Connection) -> Result<Option<String>> {
    read_value(read, Flag::PolicyProblem)
}

pub(crate) fn set_policy_problem(write: &Transaction<'_>, problem: Option<&str>) -> Result<()> {
    write_value(write, Flag::PolicyProblem, problem.unwrap_or_default())
}

pub(crate) fn read_rendered_by(read: &Connection) -> Result<Option<String>> {
    read_value(read, Flag::RenderedBy)
}

pub(crate) fn set_rendered_by(write: &Transaction<'_>, renderer: &str) -> Result<()> {
    write_value(write, Flag::RenderedBy, renderer)
}

pub(crate) fn find_unpublished(read: &Connection) -> Result<Option<u64>> {
    Ok(read_value::<String>(read, Flag::Unpublished)?.and_then(|number| number.parse().ok()))
}

pub(crate) fn note_unpublished(write: &Transaction<'_>) -> Result<()> {
    count_up(write, Flag::LastChange)?;
    write_value(write, Flag::Unpublished, read_count(write, Flag::LastChange)?.to_string())
}

pub(crate) fn note_published(write: &Transaction<'_>, last: u64) -> Result<()> {
    if find_unpublished(write)? == Some(last) { write_value(write, Flag::Unpublished, "") } else { Ok(()) }
}

pub(crate) fn sources_since(read: &Connection, digest: &str) -> Result<Option<DateTime<Utc>>> {
    let noted: Option<String> = read_value(read, Flag::SourcesSince)?;
    let since = noted.as_deref().and_then(|noted| noted.split_once(' ')).filter(|(of, _)| *of == digest);
    Ok(since.and_then(|(_, since)| since.parse().ok()))
}

pub(crate) fn set_sources_since(write: &Transaction<'_>, digest: &str, since: DateTime<Utc>) -> Result<()> {
    write_value(write, Flag::SourcesSince, format!("{digest} {}", since.to_rfc3339()))
}

pub(crate) fn was_let_in(read: &Connection, day: NaiveDate, policy: &str) -> Result<bool> {
    Ok(read_value(read, Flag::LetIn)? == Some(let_in_text(day, policy)))
}

pub(crate) fn set_let_in(write: &Transaction<'_>, day: NaiveDate, policy: &str) -> Result<()> {
    write_value(write, Flag::LetIn, let_in_text(day, policy))
}

fn let_in_text(day: NaiveDate, policy: &str) -> String {
    format!("{day} {policy}")
}

pub(crate) fn feed_floor(read: &Connection, stem: &str, basis: &str) -> Result<Option<(DateTime<Utc>, PieceId)>> {
    let noted: Option<String> = read_value(read, Flag::FeedFloor(stem))?;
    Ok(noted.and_then(|noted| {
        let mut parts = noted.split(' ');
        parts.next().filter(|of| *of == basis)?;
        let dated = DateTime::from_timestamp_millis(parts.next()?.parse().ok()?)?;
        Some((dated, PieceId::from(parts.next()?)))
    }))
}

pub(crate) fn set_feed_floor(
    write: &Transaction<'_>,
    stem: &str,
    basis: &str,
    (dated, piece): &(DateTime<Utc>, PieceId),
) -> Result<()> {
    write_value(write, Flag::FeedFloor(stem), format!("{basis} {} {piece}", dated.timestamp_millis()))
}

/// The first month (`YYYY-MM`) that the archives of a section still have.
pub(crate) fn archive_floor(read: &Connection, section: &SectionSlug) -> Result<Option<String>> {
    read_value(read, Flag::ArchiveFloor(section))
}

/// Never goes back: the texts of earlier months may be gone.
pub(crate) fn raise_archive_floor(write: &Transaction<'_>, section: &SectionSlug, month: &str) -> Result<()> {
    match archive_floor(write, section)? {
        Some(floor) if floor.as_str() >= month => Ok(()),
        _ => write_value(write, Flag::ArchiveFloor(section), month),
    }
}

pub(crate) fn pruned(read: &Connection) -> Result<Option<Pruned>> {
    let noted: Option<String> = read_value(read, Flag::Pruned)?;
    Ok(noted.and_then(|noted| serde_json::from_str(&noted).ok()))
}

pub(crate) fn note_pruned(write: &Transaction<'_>, pruned: &Pruned) -> Result<()> {
    write_value(write, Flag::Pruned, Json(pruned))
}

/// A number that differs whenever the stored documents do, whichever process changed them.
pub(crate) fn editions_generation(read: &Connection) -> Result<u64> {
    read_count(read, Flag::EditionsGeneration)
}

pub(super) fn count_change_of_editions(write: &Transaction<'_>) -> Result<()> {
    count_up(write, Flag::EditionsGeneration)
}

/// How often the index of search has changed: what was counted at one number holds until the next.
pub(crate) fn search_revision(read: &Connection) -> Result<u64> {
    read_count(read, Flag::SearchRevision)
}

pub(super) fn count_change_of_search(write: &Transaction<'_>) -> Result<()> {
    count_up(write, Flag::SearchRevision)
}

/// Version of what the index of search holds.
pub(super) fn search_version(read: &Connection) -> Result<Option<String>> {
    read_value(read, Flag::SearchVersion)
}

pub(super) fn set_search_version(write: &Transaction<'_>, version: &str) -> Result<()> {
    write_value(write, Flag::SearchVersion, version)
}
pub(crate) fn put_pass_request(write: &Transaction<'_>, request: &str) -> Result<bool> {
    let is_free = !has_pass_request(write)?;
    if is_free {
        write_value(write, Flag::PassRequest, request)?;
    }
    Ok(is_free)
}

pub(crate) fn has_pass_request(read: &Connection) -> Result<bool> {
    Ok(read_value::<String>(read, Flag::PassRequest)?.is_some())
}

pub(crate) fn take_pass_request(write: &Transaction<'_>) -> Result<Option<String>> {
    let request = read_value(write, Flag::PassRequest)?;
    write_value(write, Flag::PassRequest, "")?;
    Ok(request)
}

pub(crate) fn put_pass_answer(write: &Transaction<'_>, answer: &str) -> Result<()> {
    write_value(write, Flag::PassAnswer, answer)
}

pub(crate) fn pass_answer(read: &Connection) -> Result<Option<String>> {
    read_value(read, Flag::PassAnswer)
}
