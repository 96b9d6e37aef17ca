//! The `plenary` command.

fn main() {}
