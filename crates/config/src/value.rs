//! Single values of a policy file: durations, addresses, slugs. Each reader says what is wrong in words.

use std::net::IpAddr;
use std::time::Duration;
use url::Url;

/// Longest slug, in bytes: it is part of addresses and file names.
const SLUG_BYTES_MAX: usize = 64;

/// What is wrong with a value, and what to write instead.
pub(super) type Wrong = (String, String);

pub(super) fn wrong<T>(message: impl Into<String>, remedy: impl Into<String>) -> Result<T, Wrong> {
    Err((message.into(), remedy.into()))
}

pub(super) fn check_slug(text: &str) -> Result<(), Wrong> {
    let fits = !text.is_empty()
        && text.len() <= SLUG_BYTES_MAX
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-');
    if fits {
        return Ok(());
    }
    wrong(
        format!("\"{text}\" cannot be part of an address"),
        format!("use a-z, 0-9 and - alone, at most {SLUG_BYTES_MAX} characters, such as \"example-member\""),
    )
}

pub(super) fn parse_address(text: &str) -> Result<Url, Wrong> {
    let remedy = "write the whole address, such as \"https://example.org/feed/\"";
    match Url::parse(text) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            wrong(format!("\"{text}\" is not an http or https address"), remedy)
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            wrong(format!("the address of \"{}\" holds a user name", url.host_str().unwrap_or_default()), remedy)
        }
        Ok(url) => Ok(url),
        Err(error) => wrong(format!("\"{text}\" is not an address ({error})"), remedy),
    }
}

/// The public base address: no query, no fragment; returned without its trailing slash.
pub(super) fn parse_base_address(text: &str) -> Result<String, Wrong> {
    let url = parse_address(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("the base address has a query or fragment", "write it as \"https://feeds.example.org\"");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

pub(super) fn check_contact(text: &str) -> Result<(), Wrong> {
    let whole = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.contains('@') && !text.contains(char::is_whitespace)
    });
    if whole {
        return Ok(());
    }
    wrong(format!("\"{text}\" is not an e-mail address"), "write one that is read, such as \"webmaster@example.org\"")
}

pub(super) fn check_country(text: &str) -> Result<(), Wrong> {
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(());
    }
    wrong(format!("\"{text}\" is no country code"), "use ISO 3166-1 codes of two capital letters, such as \"CH\"")
}

pub(super) fn parse_duration(text: &str) -> Result<Duration, Wrong> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let millis = match unit.trim() {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" | "min" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000),
        _ => None,
    };
    match (number.parse::<u64>().ok(), millis) {
        (Some(number), Some(millis)) => Ok(Duration::from_millis(number.saturating_mul(millis))),
        _ => wrong(
            format!("\"{text}\" is no length of time"),
            "write a number and a unit: \"500ms\", \"1s\", \"5m\", \"1h\"",
        ),
    }
}

/// `host[:port]`, `IP[:port]` or `CIDR[:port]`.
pub(super) fn check_host(text: &str) -> Result<(), Wrong> {
    let remedy =
        "write host[:port], IP[:port] or CIDR[:port], such as \"127.0.0.1:8900\", \"10.0.0.0/8:443\" or \"[::1]:80\"";
    let (host, port) = split_port(text);
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return wrong(format!("\"{text}\" has no valid port"), remedy);
    }
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if let Some((ip, bits)) = host.split_once('/') {
        let bits_max = match ip.trim_end_matches(']').parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => 32,
            Ok(IpAddr::V6(_)) => 128,
            Err(_) => return wrong(format!("\"{text}\" is no range of addresses"), remedy),
        };
        return match bits.parse::<u8>() {
            Ok(bits) if bits <= bits_max => Ok(()),
            _ => wrong(format!("the range of \"{text}\" has more than {bits_max} bits"), remedy),
        };
    }
    let is_name = host
        .split('.')
        .all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    if host.parse::<IpAddr>().is_ok() || is_name {
        return Ok(());
    }
    wrong(format!("\"{text}\" is no host"), remedy)
}

fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') || host.contains("]/") => (host, Some(port)),
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_addresses() {
        for good in ["127.0.0.1:8900", "10.0.0.0/8:443", "10.0.0.0/8", "::1", "[::1]:80", "fd00::/8", "intranet:8080"] {
            assert!(check_host(good).is_ok(), "{good}");
        }
        for bad in ["", "10.0.0.0/33", "a b", "host:port", "http://x"] {
            assert!(check_host(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(parse_duration("1s").unwrap(), Duration::from_secs(1));
        assert_eq!(parse_duration("500 ms").unwrap(), Duration::from_millis(500));
        assert!(parse_duration("5").is_err());
        assert!(parse_duration("s").is_err());
    }

    #[test]
    fn a_base_address_loses_its_slash() {
        assert_eq!(parse_base_address("https://feeds.example.org/").unwrap(), "https://feeds.example.org");
        assert!(parse_base_address("ftp://example.org").is_err());
        assert!(parse_address("https://a:b@example.org/").is_err());
    }

    #[test]
    fn slugs_and_contacts() {
        assert!(check_slug("crc-87").is_ok());
        assert!(check_slug("Example Member").is_err());
        assert!(check_contact("webmaster@example.org").is_ok());
        assert!(check_contact("webmaster").is_err());
    }
}
