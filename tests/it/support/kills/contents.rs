//! What a database and an export hold.
//!
//! A database is read from a copy of its files, its log included: the live one is opened by the program alone, so that
//! no kill is mended by whoever looks.

use super::Outcome;
use super::feeds::Key;
use plenary_model::edition::Edition;
use plenary_model::id::PieceId;
use plenary_store::Store;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Pieces that are read at once.
const BATCH_PIECES: usize = 200;
/// What SQLite may leave beside a database, and what of it belongs to its contents: the log of writes, and the former
/// pages of a change that was broken off. The index of the log is made anew.
const BESIDE: [&str; 3] = ["-wal", "-journal", "-shm"];
const BELONGING: [&str; 2] = ["-wal", "-journal"];
/// Bytes that are quoted where two documents part.
const QUOTED_BYTES: usize = 160;

/// What is stored of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) title: String,
    pub(super) is_withdrawn: bool,
}

/// A stored document. Its time is left out: a document that says something else though nothing in it is newer is as new
/// as its storing, so that one rendered anew may be older.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) media_type: String,
    pub(super) digest: String,
    pub(super) identity: Vec<u8>,
    pub(super) gzip: Vec<u8>,
    pub(super) brotli: Vec<u8>,
}

impl From<Edition> for Document {
    fn from(edition: Edition) -> Self {
        let Edition { media_type, digest, identity, gzip, brotli, .. } = edition;
        Self { media_type, digest, identity, gzip, brotli }
    }
}

/// Documents by their addresses.
pub(super) type Documents = BTreeMap<String, Document>;

/// What a database holds.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Contents {
    /// The entries, each as often as it belongs to a piece.
    pub(super) entries: BTreeMap<Key, Vec<Held>>,
    /// Entries, whether they belong to a piece or not.
    pub(super) rows: usize,
    /// Entries as the database counts them.
    pub(super) counted: usize,
    /// Decisions of staff about the pieces.
    pub(super) decisions: usize,
    pub(super) documents: Documents,
}

impl Contents {
    /// Reads a database, which is opened for it: one must not look at the live one in this way.
    pub(super) async fn read(database: &Path) -> Outcome<Self> {
        let store = Store::open(database).await?;
        let mut contents = Self { counted: store.totals().await?.entries, ..Self::default() };
        let mut after: Option<PieceId> = None;
        loop {
            let dossiers = store.dossiers_after(after.as_ref(), BATCH_PIECES).await?;
            let Some(last) = dossiers.last() else { break };
            after = Some(last.piece.id.clone());
            for dossier in dossiers {
                contents.decisions += dossier.decisions.len();
                for stored in dossier.entries {
                    let held = Held { is_withdrawn: stored.withdrawn.is_some(), title: stored.entry.title };
                    contents.entries.entry((stored.source.0, stored.entry.id)).or_default().push(held);
                }
            }
        }
        for state in store.poll_states().await? {
            contents.rows += store.hashes(&state.source).await?.len();
        }
        for path in store.edition_digests().await?.into_keys() {
            if let Some(edition) = store.edition(&path).await? {
                contents.documents.insert(path, edition.into());
            }
        }
        store.close().await?;
        Ok(contents)
    }
}

/// Drops every document of a database, so that its next start renders all of them.
pub(super) async fn forget_documents(database: &Path) -> Outcome<()> {
    let store = Store::open(database).await?;
    let paths: Vec<String> = store.edition_digests().await?.into_keys().collect();
    store.drop_editions(&paths).await?;
    store.set_rendered_by("nobody").await?;
    store.close().await?;
    Ok(())
}

/// Copies a database with what belongs to it, over an earlier copy.
pub(super) fn copy_database(from: &Path, to: &Path) -> Outcome<()> {
    remove_database(to)?;
    fs::copy(from, to).map_err(|error| format!("there is no database at {}: {error}", from.display()))?;
    for part in BELONGING {
        if let Err(error) = fs::copy(beside(from, part), beside(to, part))
            && error.kind() != ErrorKind::NotFound
        {
            return Err(error.into());
        }
    }
    Ok(())
}

/// Removes a database with what is beside it, if it is there.
pub(super) fn remove_database(path: &Path) -> Outcome<()> {
    remove(path)?;
    BESIDE.iter().try_for_each(|part| remove(&beside(path, part)))
}

fn beside(path: &Path, part: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(part);
    name.into()
}

/// Removes a file, if it is there.
pub(super) fn remove(file: &Path) -> Outcome<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// The files below a folder, by their paths in it, with `/` between names.
pub(super) type Tree = BTreeMap<String, Vec<u8>>;

pub(super) fn read_tree(root: &Path) -> Outcome<Tree> {
    let (mut tree, mut open) = (Tree::new(), vec![root.to_owned()]);
    while let Some(folder) = open.pop() {
        for found in fs::read_dir(&folder)? {
            let path = found?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let names = path.strip_prefix(root)?.components().map(|name| name.as_os_str().to_string_lossy());
            tree.insert(names.collect::<Vec<_>>().join("/"), fs::read(&path)?);
        }
    }
    Ok(tree)
}

/// Where two documents part, with what each says there.
pub(super) fn describe_difference(one: &[u8], other: &[u8]) -> String {
    let at = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let from = at.saturating_sub(QUOTED_BYTES / 2);
    let quote = |text: &[u8]| {
        let upto = text.len().min(from + QUOTED_BYTES);
        String::from_utf8_lossy(text.get(from..upto).unwrap_or_default()).into_owned()
    };
    format!("from byte {at} on; stored: {:?}, else: {:?}", quote(one), quote(other))
}
