//! What is kept how long, and the room that it takes.

use super::sqlite::{flags, retention};
use super::{Result, Store};
use chrono::{DateTime, Utc};
use plenary_model::id::{PieceId, SectionSlug};
use plenary_model::view::{Pruned, Room};

impl Store {
    /// At most `limit` pieces that a section shows by rule and that entered it before a time, the longest there first.
    pub async fn list_past(&self, section: &SectionSlug, before: DateTime<Utc>, limit: usize) -> Result<Vec<PieceId>> {
        let section = section.clone();
        self.database.read(move |read| retention::list_past(read, &section, before, limit)).await
    }

    /// Drops summaries and contents, those of former texts too, of at most `limit` pieces that no reader sees: of what
    /// has expired, and of what was first seen and last changed before a time. What staff decided about keeps its
    /// texts, unless it is withdrawn: models learn from it. Ids, titles, links, dates and digests stay for ever, so
    /// that what is announced again is known. Answers how many pieces and bytes; none when there is nothing to drop.
    pub async fn drop_texts(&self, unseen_before: DateTime<Utc>, limit: usize) -> Result<Pruned> {
        self.database.write(move |write| retention::drop_texts(write, unseen_before, limit)).await
    }

    /// Says that the archives of a section begin with a month (`YYYY-MM`) from now on, and drops stored documents of
    /// earlier ones. That their neighbours are to be rendered again is noted in the same transaction.
    pub async fn drop_archives(&self, section: &SectionSlug, month: &str, paths: &[String]) -> Result<()> {
        let (section, month, paths) = (section.clone(), month.to_owned(), paths.to_vec());
        let has_changed = !paths.is_empty();
        self.database.write(move |write| retention::drop_archives(write, &section, &month, &paths)).await?;
        if has_changed {
            self.count_publication();
        }
        Ok(())
    }

    /// What retention removed in its last run; `None` when it never did.
    pub async fn pruned(&self) -> Result<Option<Pruned>> {
        self.database.read(flags::pruned).await
    }

    pub async fn note_pruned(&self, pruned: &Pruned) -> Result<()> {
        let pruned = pruned.clone();
        self.database.write_unseen(move |write| flags::note_pruned(write, &pruned)).await
    }

    pub async fn room(&self) -> Result<Room> {
        let path = self.path().to_owned();
        self.database.read(move |read| retention::measure(read, &path)).await
    }

    /// Gives at most so many free pages back to the disk, and answers how many pages the file has less. Others go on
    /// reading meanwhile.
    pub async fn give_back(&self, pages: u32) -> Result<u32> {
        self.database.write_unseen(move |write| retention::give_back(write, pages)).await
    }
}
