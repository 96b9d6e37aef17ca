//! The demo: a sample network with an origin of its own on the loopback interface, and its clock.
//!
//! Texts live in `demo/network/*.toml`, one file a publisher; `network` reads them, `scene` works out
//! what stands in each feed at an instant, `rss`, `atom` and `json_feed` write it with the habits of
//! real publishers, `calendar` does the same with a file of sessions, and `origin` serves it with validators and records who asked. Tests of the whole
//! product mount documents of their own on the same origin.

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
