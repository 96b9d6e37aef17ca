//! The kinds of values that keys have. Those that are tables stand in `table`.

mod address;
mod list;
mod number;
mod rule;
mod text;
mod time;

pub(super) use address::{Address, Addresses, BaseAddress, FilePath, Host, HostName, NetworkRange, Slug};
pub(super) use list::{Languages, List};
pub(super) use number::{Count, Flag, Points};
pub(super) use rule::{RULE_REMEDY, Rule, WrittenRule};
pub(super) use text::{
    AccentByDay, AccentByNight, Contact, CountryCode, LANGUAGE_KEY, LanguageTag, OneOf, Term, Text, TextByLanguage,
    check_language_key,
};
pub(super) use time::{Day, DayOrMonth, Days, Length, Schedule, Span};
