//! The documents of one feed: the current one, and the archives of its months before it (RFC 5005 4).

const FOLDER: &str = "/archive/";
const ENDING: &str = ".atom";

/// Where the document of a month (`YYYY-MM`) is, after the stem of its feed.
pub fn archive_path(month: &str) -> String {
    format!("{FOLDER}{month}{ENDING}")
}

/// True for the address of the document of a month.
pub fn is_archive(path: &str) -> bool {
    path.rsplit_once(FOLDER).is_some_and(|(_, month)| month.ends_with(ENDING))
}

/// The months among stored addresses that are archives of the feed with this stem, in their order.
pub fn months_of(stem: &str, paths: &[String]) -> Vec<String> {
    let month = |path: &String| Some(path.strip_prefix(stem)?.strip_prefix(FOLDER)?.strip_suffix(ENDING)?.to_owned());
    paths.iter().filter_map(month).collect()
}

/// Where a document stands among those of its feed; months are `YYYY-MM`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// The month that it archives; `None` for the current document.
    pub month: Option<String>,
    pub previous: Option<String>,
    pub next: Option<String>,
}

impl Chain {
    /// True for an archive document that says so of itself (`fh:archive`). The first of a feed does once
    /// there is another: alone it is the month that runs, and a mark without a neighbour to go on to
    /// is held to be a mistake by the validator of the W3C.
    pub(super) fn is_marked(&self) -> bool {
        self.month.is_some() && (self.previous.is_some() || self.next.is_some())
    }
}
