//! Integration tests, one file a capability.

fn main() {}
