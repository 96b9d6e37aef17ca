//! For tests: the policy as it is shipped.

use plenary_model::policy::Policy;
use std::path::Path;
use std::sync::{Arc, LazyLock};

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    plenary_config::read(&repository().join("feeds.toml"), |path| std::fs::read_to_string(repository().join(path)))
        .unwrap_or_else(|problems| panic!("{problems}"))
});

/// Files are read when a test runs, so that a changed word compiles nothing.
pub(super) fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The shipped policy, changed by `change`.
pub(super) fn policy(change: impl FnOnce(&mut Policy)) -> Arc<Policy> {
    let mut policy = POLICY.clone();
    change(&mut policy);
    Arc::new(policy)
}
