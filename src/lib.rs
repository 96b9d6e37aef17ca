//! Plenary: a curated feed aggregator for a network of organisations.
//!
//! The listing of modules reads as the pipeline; ARCHITECTURE.md says who may use whom and why.

pub mod app;
pub mod built_in;
pub mod cli;
pub mod demo;
pub mod export;
pub mod worker;
