//! Integration tests, one file a capability. They run the real program against a loopback origin.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]
#![allow(clippy::format_push_string, clippy::format_collect, reason = "clear beats fast in a test")]
#![allow(unreachable_pub, reason = "nothing outside uses a test binary")]

mod beekeepers;
mod calendar;
mod check;
mod curating;
mod damage;
mod demo;
mod hostile;
mod keeping;
mod killing;
mod languages;
mod learning;
mod leaving;
mod logging;
mod memory;
mod mutate;
mod operating;
mod polite;
mod polling;
mod publishing;
mod push;
mod reading;
mod refused;
mod reports;
mod retold;
mod sameness;
mod serving;
mod sorting;
mod steps;
mod support;
mod tidy;
