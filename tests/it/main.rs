//! Integration tests, one file a capability. They run the real program against a loopback origin.

mod check;
mod curating;
mod demo;
mod keeping;
mod polling;
mod publishing;
mod serving;
mod steps;
mod support;
mod tidy;
