//! Addresses, parts of them, and paths of files.

use super::text::Text;
use crate::kind::{Entry, Kind, Placed, Reading, TextKind};
use crate::value::{self, Wrong};
use ipnet::IpNet;
use serde_json::{Value as Json, json};
use std::net::IpAddr;
use toml::de::DeValue;

/// Reads a text that is compared with others: a wrong one is reported, and compared too.
fn read_placed<K: Kind<Value = Placed<String>>>(
    entry: &Entry<'_>,
    what: &str,
    reading: &mut Reading<'_>,
    check: impl Fn(&str) -> Result<(), Wrong>,
) -> Option<Placed<String>> {
    let DeValue::String(text) = entry.get_ref() else { return reading.mismatch::<K>(entry, what) };
    reading.take(entry, check(text));
    Some(Placed { value: text.trim().to_owned(), place: entry.span().start })
}

pub(crate) struct Slug;

impl Kind for Slug {
    type Value = Placed<String>;

    const WANTED: &'static str = <Text as Kind>::WANTED;

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<Placed<String>> {
        read_placed::<Self>(entry, what, reading, value::check_slug)
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$" })
    }
}
/// Path of a file, relative to the file that names it.
pub(crate) struct FilePath;

impl Kind for FilePath {
    type Value = Placed<String>;

    const WANTED: &'static str = <Text as Kind>::WANTED;

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<Placed<String>> {
        read_placed::<Self>(entry, what, reading, |text| Text::parse(text, what).map(drop))
    }

    fn schema() -> Json {
        <Text as Kind>::schema()
    }
}
/// http(s) address.
pub(crate) struct Address;

impl Kind for Address {
    type Value = Placed<String>;

    const WANTED: &'static str = <Text as Kind>::WANTED;

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<Placed<String>> {
        read_placed::<Self>(entry, what, reading, |text| value::parse_address(text).map(drop))
    }

    fn schema() -> Json {
        json!({ "type": "string", "format": "uri", "pattern": "^https?://" })
    }
}
pub(crate) struct Addresses;

impl Kind for Addresses {
    type Value = Vec<Placed<String>>;

    const WANTED: &'static str = "an address in quotes, or a list of them";

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<Vec<Placed<String>>> {
        match entry.get_ref() {
            DeValue::String(_) => Address::read(entry, what, reading).map(|one| vec![one]),
            DeValue::Array(list) => {
                if list.is_empty() {
                    let message = format!("\"{what}\" is an empty list");
                    reading.report(entry.span().start, message, "name at least one address");
                }
                Some(list.iter().filter_map(|item| Address::read(item, what, reading)).collect())
            }
            _ => reading.mismatch::<Self>(entry, what),
        }
    }

    fn schema() -> Json {
        let one = Address::schema();
        json!({ "anyOf": [one, { "type": "array", "minItems": 1, "items": one }] })
    }
}
/// Address that others begin with: no query, no trailing slash.
pub(crate) struct BaseAddress;

impl TextKind for BaseAddress {
    type Value = String;

    fn parse(text: &str, _: &str) -> Result<String, Wrong> {
        value::parse_base_address(text)
    }

    fn schema() -> Json {
        Address::schema()
    }
}
/// Host, address or range of addresses, each with or without a port.
pub(crate) struct Host;

impl TextKind for Host {
    type Value = String;

    fn parse(text: &str, what: &str) -> Result<String, Wrong> {
        value::check_host(text).and_then(|()| Text::parse(text, what))
    }

    fn schema() -> Json {
        <Text as Kind>::schema()
    }
}
/// Address or range of addresses.
pub(crate) struct NetworkRange;

impl TextKind for NetworkRange {
    type Value = IpNet;

    fn parse(text: &str, what: &str) -> Result<IpNet, Wrong> {
        let range = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        range.map_err(|_| {
            let message = format!("\"{text}\" in \"{what}\" is no address and no range of addresses");
            (message, "write it as in 192.0.2.7 or 10.0.0.0/8".to_owned())
        })
    }

    fn schema() -> Json {
        <Text as Kind>::schema()
    }
}
/// Name of a host alone.
pub(crate) struct HostName;

impl TextKind for HostName {
    type Value = String;

    fn parse(text: &str, what: &str) -> Result<String, Wrong> {
        let name = text.trim().trim_end_matches('.').to_ascii_lowercase();
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._[:]".contains(&b));
        if is_name && !name.contains("//") {
            return Ok(name);
        }
        let message = format!("\"{text}\" in \"{what}\" is no name of a host");
        Err((message, "write the name alone, as in feeds.example.org".to_owned()))
    }

    fn schema() -> Json {
        <Text as Kind>::schema()
    }
}
