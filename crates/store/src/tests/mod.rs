//! Tests of the store.

mod polls;
mod published;
mod push;
mod retention;
