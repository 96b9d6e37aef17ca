//! Tests of the store.

mod editions;
mod polls;
mod published;
mod push;
mod retention;
