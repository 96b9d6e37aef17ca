//! Taking back what was published (RFC 6721).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    pub at: DateTime<Utc>,
    /// Why, in one sentence; may be empty.
    pub reason: String,
}

/// Why the pieces of a source are withdrawn that left the policy.
pub const SOURCE_REMOVED: &str = "Its publisher is no longer a source of this site.";
