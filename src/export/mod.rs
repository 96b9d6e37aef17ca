//! Static export: everything the site serves as files, for any web server or object store.
//!
//! A page `/sections/news` is `sections/news/index.html`, `/` is `index.html`, anything else (`/sections/news.atom`,
//! `/static/site.css`) its own path: addresses stay the same wherever `index.html` answers for its directory. What is
//! computed on request (search, filters, the API) is left out, and exported pages do not offer it.
//!
//! A file has the time of its document, since web servers make entity tags of time and size: the same document has the
//! same tag wherever it is exported, and an unchanged page keeps its file. `tree` puts all in place in one step.

mod tree;

use chrono::{DateTime, Utc};
use plenary_model::link::percent_decoded;
use plenary_model::port::{Page, Site};
use plenary_model::system::name_refusal;
use plenary_store::{Store, StoreError};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tree::Tree;

const INDEX: &str = "index.html";
/// Longest name of a file that all file systems take, in bytes.
const NAME_BYTES_MAX: usize = 200;
/// Statuses of pages that are not there, which may happen to one that was withdrawn meanwhile.
const ABSENT: [u16; 2] = [404, 410];

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Exported {
    /// Files in the tree, the marker left out.
    pub files: usize,
    /// Of these, files that were new or changed.
    pub written: usize,
    pub bytes: u64,
    /// Addresses that were asked for and are not there.
    pub absent: Vec<String>,
}

/// Why nothing was exported; what stood at the place before is still there.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The place is a file, or `/`.
    #[error("{0} is not a directory that an export can be put at: name one that is not there yet")]
    Place(PathBuf),
    #[error("{0} is not empty and not an earlier export, so it is not replaced: name another directory, or empty it")]
    NotOurs(PathBuf),
    #[error("another export into {0} is under way: wait until it has ended")]
    Busy(PathBuf),
    #[error("the address \"{0}\" cannot be exported as a file")]
    Address(String),
    #[error("the page {path} answers {status} instead of 200")]
    Page {
        path: String,
        /// What it answered.
        status: u16,
    },
    #[error("cannot {what} {}", name_refusal(.path.display(), .error))]
    Io {
        /// What was tried, as a verb.
        what: &'static str,
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("writing files was interrupted: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes every stored edition and every page in `pages` as files under `out`, which must not exist, be empty or hold
/// an earlier export. `seen` is told how many of how many are done. After an error `out` is as it was.
pub async fn export(
    store: &Store,
    site: &dyn Site,
    pages: &[String],
    out: &Path,
    seen: &dyn Fn(usize, usize),
) -> Result<Exported, ExportError> {
    let editions = store.edition_digests().await?;
    let pages: BTreeSet<&str> = pages.iter().map(String::as_str).filter(|path| !editions.contains_key(*path)).collect();
    let total = editions.len() + pages.len();
    let mut exported = Exported::default();
    let out = out.to_owned();
    let mut tree = tokio::task::spawn_blocking(move || Tree::begin(&out)).await??;
    for (done, path) in editions.keys().enumerate() {
        seen(done, total);
        match store.edition(path).await? {
            Some(edition) => {
                let file = file_of(path, false).ok_or_else(|| ExportError::Address(path.clone()))?;
                tree = put(tree, file, edition.identity, Some(edition.updated), &mut exported).await?;
            }
            None => exported.absent.push(path.clone()),
        }
    }
    for (done, path) in pages.into_iter().enumerate() {
        seen(editions.len() + done, total);
        let Page { status, media_type, body } = site.page(path).await;
        match file_of(path, media_type.starts_with("text/html")) {
            Some(file) if status == 200 => tree = put(tree, file, body, None, &mut exported).await?,
            // The name of an organisation may be one that no file can have; all else is exported.
            None if status == 200 => exported.absent.push(path.to_owned()),
            _ if ABSENT.contains(&status) => exported.absent.push(path.to_owned()),
            _ => return Err(ExportError::Page { path: path.to_owned(), status }),
        }
    }
    tokio::task::spawn_blocking(move || tree.publish()).await??;
    seen(total, total);
    Ok(exported)
}

/// Writes one file, on a thread where waiting for the disk holds nobody up.
async fn put(
    tree: Tree,
    file: PathBuf,
    body: Vec<u8>,
    time: Option<DateTime<Utc>>,
    exported: &mut Exported,
) -> Result<Tree, ExportError> {
    let bytes = body.len() as u64;
    let (tree, written) = tokio::task::spawn_blocking(move || {
        let mut tree = tree;
        let written = tree.put(&file, &body, time.map(SystemTime::from))?;
        Ok::<_, ExportError>((tree, written))
    })
    .await??;
    exported.files += 1;
    exported.written += usize::from(written);
    exported.bytes += bytes;
    Ok(tree)
}

/// The file for an address: its segments as a web server reads them, decoded. `None` for what cannot be a file's name,
/// as some names of organisations, or would lead out of the tree.
fn file_of(path: &str, is_page: bool) -> Option<PathBuf> {
    if path.contains(['?', '#']) {
        return None;
    }
    let mut file = PathBuf::new();
    for segment in path.strip_prefix('/')?.split('/').filter(|segment| !segment.is_empty()) {
        // Servers take an encoded slash for one that parts names, so it does here.
        for name in percent_decoded(segment)?.split('/') {
            let is_plain = |c: char| !c.is_control() && c != '\\';
            if name.is_empty() || name.len() > NAME_BYTES_MAX || name.starts_with('.') || !name.chars().all(is_plain) {
                return None;
            }
            file.push(name);
        }
    }
    // A page at the root may be a file of its own, such as the one for addresses that are not there.
    let is_file = file.components().count() == 1 && file.extension().is_some_and(|kind| kind == "html");
    if is_page && !is_file {
        file.push(INDEX);
    }
    (!file.as_os_str().is_empty()).then_some(file)
}

#[cfg(test)]
mod tests;
