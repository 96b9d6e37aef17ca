//! The command line: one file a command family. Only this room prints.

mod args;
mod backup;
mod card;
mod categorise;
mod check;
mod command;
mod decide;
mod dedup;
mod diff;
mod explain;
mod health;
mod input;
mod inspect;
mod manual;
mod opml;
mod out;
mod outcome;
mod parse;
mod poll;
mod publish;
mod review;
mod sanitise;
mod serve;
mod status;
mod train;

pub use command::run;
