//! Tests of the store.

mod push;
