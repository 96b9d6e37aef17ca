//! Traits through which rooms that may not see each other work together; `app` connects them.

use std::future::Future;
use std::pin::Pin;

/// A boxed future, since asynchronous functions in traits cannot yet be made into objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub status: u16,
    pub media_type: String,
    /// Body without content coding.
    pub body: Vec<u8>,
}

/// The site, asked page by page: how `export` gets pages without knowing `serve`.
pub trait Site: Send + Sync {
    /// The page at `path`, which begins with a slash.
    fn page<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Page>;
}

/// The time, asked of `app`: the machine's clock, or a demo's.
pub trait Clock: Send + Sync {
    fn now(&self) -> chrono::DateTime<chrono::Utc>;
}
