//! What the documents of a feed are made of, as the store gives it.

use super::chain::Part;
use chrono::{DateTime, Utc};
use plenary_model::piece::PieceView;
use plenary_model::view::Tombstone;

#[derive(Clone, Debug, PartialEq)]
pub struct Contents {
    /// The feed's permanent id, as the store fixed it.
    pub id: String,
    /// Since when the feed exists; dates it while it is empty.
    pub since: DateTime<Utc>,
    pub pieces: Vec<PieceView>,
    pub tombstones: Vec<Tombstone>,
    /// The newest archive document; `None` when there is none.
    pub last_archive: Option<Part>,
}
