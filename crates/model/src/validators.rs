//! Validators of conditional requests (RFC 9110 8.8).

use serde::{Deserialize, Serialize};

/// `ETag` and `Last-Modified` exactly as received (RFC 9110 8.8); sent back byte for byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// Sent as `If-None-Match`.
    pub etag: Option<Vec<u8>>,
    /// Sent as `If-Modified-Since`.
    pub last_modified: Option<Vec<u8>>,
}

impl Validators {
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}
