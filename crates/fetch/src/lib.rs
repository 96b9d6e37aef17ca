//! The network, outwards: one conditional GET with its redirects, each hop checked, the body within
//! limits, and every way it can end named. A failure is data (`Fetched`), never an error.

mod allow;
mod body;
mod coding;
mod fault;
mod fetcher;
mod guard;
mod headers;
mod hosts;
mod hub;
mod resolve;
mod settings;
#[cfg(test)]
mod tests;
mod trail;
mod waits;

pub use allow::Allow;
pub use body::BODY_BYTES_MAX;
pub use fetcher::{FetchError, Fetcher, REDIRECTS_MAX, install_tls};
pub use guard::{origin_of, redact};
pub use hosts::Stopwatch;
pub use hub::Told;
pub use resolve::{Lookup, system_lookup};
pub use settings::Settings;
