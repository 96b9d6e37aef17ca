//! The demo: a sample network with an origin of its own on the loopback interface, and its clock.
//!
//! `network` reads `demo/network/*.toml`, one file a publisher, `scene` works out what stands in each feed at an
//! instant, `rss`, `atom` and `json_feed` write it with the habits of real publishers, `calendar` does so for sessions,
//! `origin` serves it and records who asked. Tests of the whole product use the same origin.

mod atom;
mod calendar;
mod clock;
mod json_feed;
mod network;
mod origin;
mod pages;
mod rss;
mod scene;
mod served;
mod span;
mod xml;

pub use clock::DemoClock;
pub use origin::{Origin, Request};
pub use served::Served;

use std::net::SocketAddr;

/// The demo's `feeds.toml`; `{origin}` stands for the origin's `IP:port`.
const POLICY: &str = include_str!("../../demo/feeds.toml");

/// The demo's `feeds.toml` with the addresses of `origin` filled in.
pub fn policy_text(origin: SocketAddr) -> String {
    POLICY.replace("{origin}", &origin.to_string())
}
