//! The public site: stored feeds, pages and feeds of searches rendered from what is stored, the interface for
//! programs. A request never fetches and never parses a feed; the only thing that one writes down is what hubs
//! and their subscribers ask (`push`), for the worker to act on.

mod address;
mod api;
mod assets;
mod cache;
mod connections;
mod door;
mod failure;
mod feeds;
mod listener;
mod locale;
mod metrics;
mod paced;
mod pages;
mod paths;
mod push;
mod respond;
mod router;
mod run;
mod site;
mod social_image;
mod state;
mod theme;
mod view;
mod world;

pub use listener::Listener;
pub use metrics::RequestMetrics;
pub use paths::page_paths;
pub use router::router;
pub use run::run;
pub use site::site;
pub use state::State;

#[cfg(test)]
#[path = "gone_tests.rs"]
mod gone_tests;
#[cfg(test)]
#[path = "kept_tests.rs"]
mod kept_tests;
#[cfg(test)]
#[path = "search_tests.rs"]
mod search_tests;
#[cfg(test)]
#[path = "site_tests.rs"]
mod site_tests;
#[cfg(test)]
#[path = "serve_tests.rs"]
mod tests;
