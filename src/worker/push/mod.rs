//! `WebSub` beside the polls: our hub's subscribers are verified and served, a hub elsewhere is told, sources' hubs are
//! subscribed to, and what they bring is read. Everything to do stands in the store, so nothing is lost in a restart.

mod arrival;
mod crew;
mod form;
mod hub;
mod run;
mod subscriber;

pub(in crate::worker) use run::run;
