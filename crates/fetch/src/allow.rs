//! The list of addresses that may be polled although the guard would refuse them: loopback origins
//! of tests, hosts of an intranet. Empty by default.

use ipnet::IpNet;
use std::net::IpAddr;
use url::{Host, Url};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    /// A host name, in lower case without a final dot.
    Name(String),
    Network(IpNet),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    subject: Subject,
    port: Option<u16>,
}

/// The list, compiled: `host[:port]`, `IP[:port]` and `CIDR[:port]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    rules: Vec<Rule>,
}

impl Allow {
    /// Reads the entries as in `feeds.toml`, IPv6 with a port in brackets; an error is the first that is wrong.
    pub fn parse(entries: &[String]) -> Result<Self, String> {
        let rules = entries.iter().map(|entry| rule(entry.trim()).ok_or_else(|| entry.clone()));
        Ok(Self { rules: rules.collect::<Result<_, _>>()? })
    }

    /// Listed by name or as a literal. Such addresses are neither spaced nor put under host-wide back-off.
    pub fn covers(&self, address: &str) -> bool {
        Url::parse(address).is_ok_and(|url| self.covers_url(&url))
    }

    pub(super) fn covers_url(&self, url: &Url) -> bool {
        let Some(port) = url.port_or_known_default() else { return false };
        match url.host() {
            Some(Host::Domain(name)) => self.has_name(name, port),
            Some(Host::Ipv4(ip)) => self.has_ip(IpAddr::V4(ip), port),
            Some(Host::Ipv6(ip)) => self.has_ip(IpAddr::V6(ip), port),
            None => false,
        }
    }

    /// True when this name may be asked at this port, whatever it resolves to.
    pub(super) fn has_name(&self, name: &str, port: u16) -> bool {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        self.rules.iter().any(|rule| {
            rule.port.is_none_or(|only| only == port) && matches!(&rule.subject, Subject::Name(own) if *own == name)
        })
    }

    /// True when this very address may be asked at this port.
    pub(super) fn has_ip(&self, ip: IpAddr, port: u16) -> bool {
        self.rules.iter().any(|rule| {
            rule.port.is_none_or(|only| only == port)
                && matches!(rule.subject, Subject::Network(network) if network.contains(&ip))
        })
    }

    pub(super) fn ports(&self) -> Vec<u16> {
        let mut ports: Vec<u16> = self.rules.iter().filter_map(|rule| rule.port).collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }
}

fn rule(entry: &str) -> Option<Rule> {
    if let Some((network, rest)) = entry.split_once('/') {
        let network: IpAddr = network.trim_start_matches('[').parse().ok()?;
        let (bits, port) = match rest.split_once(':') {
            Some((bits, port)) => (bits.trim_end_matches(']'), Some(port.parse().ok()?)),
            None => (rest.trim_end_matches(']'), None),
        };
        let network = IpNet::new(network, bits.parse().ok()?).ok()?;
        return Some(Rule { subject: Subject::Network(network), port });
    }
    if let Ok(ip) = entry.parse::<IpAddr>() {
        return Some(Rule { subject: whole(ip), port: None });
    }
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (entry, None),
    };
    let host = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Some(Rule { subject: whole(ip), port });
    }
    match Host::parse(host).ok()? {
        Host::Domain(name) if !name.is_empty() => {
            Some(Rule { subject: Subject::Name(name.trim_end_matches('.').to_owned()), port })
        }
        // A number that the address parser takes for an IPv4 address is not a host name.
        _ => None,
    }
}

fn whole(ip: IpAddr) -> Subject {
    Subject::Network(IpNet::from(ip))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allow(entries: &[&str]) -> Allow {
        Allow::parse(&entries.iter().map(|&e| e.to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn an_entry_is_good_for_its_port_only() {
        let list = allow(&["127.0.0.1:8900", "10.0.0.0/8:443", "intranet.example", "[::1]:80", "fd00::/8"]);
        for (address, expected) in [
            ("http://127.0.0.1:8900/feed", true),
            ("http://2130706433:8900/feed", true),
            ("http://127.0.0.1:8901/feed", false),
            ("http://127.0.0.2:8900/feed", false),
            ("https://10.9.8.7/feed", true),
            ("http://10.9.8.7/feed", false),
            ("http://Intranet.Example.:81/feed", true),
            ("http://sub.intranet.example/feed", false),
            ("http://[::1]/feed", true),
            ("http://[fd12::1]:99/feed", true),
            ("http://[::ffff:127.0.0.1]:8900/feed", false),
        ] {
            assert_eq!(list.covers(address), expected, "{address}");
        }
        assert_eq!(list.ports(), [80, 443, 8900]);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for bad in ["10.0.0.0/33", "host:port", "", "fd00::/129", "10.0.0/8", "[::1]:x"] {
            assert_eq!(Allow::parse(&[bad.to_owned()]), Err(bad.to_owned()));
        }
    }
}
