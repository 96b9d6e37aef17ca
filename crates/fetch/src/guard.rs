//! Which addresses may be asked: schemes, host literals, ports, and the addresses that names resolve
//! to. A feed address is written by strangers as soon as a redirect is followed, so each hop is
//! checked before the request and again at the connection.

use super::allow::Allow;
use ipnet::{Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// Ports of the web; every other port below this bound belongs to another service.
const WEB_PORTS: [u16; 2] = [80, 443];
/// First port that is not reserved for system services (RFC 6335 6).
const FIRST_USER_PORT: u16 = 1024;

/// IPv4 networks that are not the public internet (IANA special-purpose registry, multicast and
/// reserved space), with what they are.
const REFUSED_V4: [(Ipv4Net, &str); 16] = [
    (v4([0, 0, 0, 0], 8), "this network"),
    (v4([10, 0, 0, 0], 8), "private"),
    (v4([100, 64, 0, 0], 10), "carrier-grade NAT"),
    (v4([127, 0, 0, 0], 8), "loopback"),
    (v4([169, 254, 0, 0], 16), "link-local, where cloud metadata is served"),
    (v4([172, 16, 0, 0], 12), "private"),
    (v4([192, 0, 0, 0], 24), "protocol assignments"),
    (v4([192, 0, 2, 0], 24), "documentation"),
    (v4([192, 31, 196, 0], 24), "AS112"),
    (v4([192, 88, 99, 0], 24), "6to4 relay"),
    (v4([192, 168, 0, 0], 16), "private"),
    (v4([198, 18, 0, 0], 15), "benchmarking"),
    (v4([198, 51, 100, 0], 24), "documentation"),
    (v4([203, 0, 113, 0], 24), "documentation"),
    (v4([224, 0, 0, 0], 4), "multicast"),
    (v4([240, 0, 0, 0], 4), "reserved"),
];

/// The only IPv6 space that is handed out for the public internet (RFC 4291 2.4). Everything
/// outside is refused: loopback, mapped and compatible IPv4, NAT64 (`64:ff9b::/96` and its
/// local-use kin), unique local, link-local, multicast.
const PUBLIC_V6: Ipv6Net = v6([0x2000, 0, 0], 3);

/// Parts of that space which lead elsewhere.
const REFUSED_V6: [(Ipv6Net, &str); 5] = [
    (v6([0x2001, 0, 0], 23), "protocol assignments, Teredo among them"),
    (v6([0x2001, 0xdb8, 0], 32), "documentation"),
    (v6([0x2002, 0, 0], 16), "6to4"),
    (v6([0x2620, 0x4f, 0x8000], 48), "AS112"),
    (v6([0x3fff, 0, 0], 20), "documentation"),
];

const fn v4(octets: [u8; 4], bits: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

/// By the first three groups of a network's address; the others are zero.
const fn v6(groups: [u16; 3], bits: u8) -> Ipv6Net {
    let [a, b, c] = groups;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), bits)
}

/// Why `ip` is not polled, or `None` when it is a public address.
pub(super) fn find_refusal(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(ip) => REFUSED_V4.iter().find(|(network, _)| network.contains(&ip)).map(|(_, what)| *what),
        IpAddr::V6(ip) if !PUBLIC_V6.contains(&ip) => Some(outside_public_v6(ip)),
        IpAddr::V6(ip) => REFUSED_V6.iter().find(|(network, _)| network.contains(&ip)).map(|(_, what)| *what),
    }
}

fn outside_public_v6(ip: Ipv6Addr) -> &'static str {
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => "no address",
        [0, 0, 0, 0, 0, 0, 0, 1] => "loopback",
        [0, 0, 0, 0, 0, 0xffff, ..] => "IPv4-mapped",
        [0, 0, 0, 0, 0, 0, ..] => "IPv4-compatible",
        [0x64, 0xff9b, ..] => "NAT64",
        [0xfc00..=0xfdff, ..] => "unique local",
        [0xfe80..=0xfebf, ..] => "link-local",
        [0xff00..=0xffff, ..] => "multicast",
        _ => "reserved",
    }
}

/// Checks an address before it is asked. `hop` is 0 for the address that staff wrote: it may name
/// any port above the system services; a redirect may lead only to the ports of the web.
/// An error says why it is refused, in words without anything secret.
pub(super) fn check(url: &Url, hop: usize, allow: &Allow) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("only http and https are polled, not {}:", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a user name or password in the address".to_owned());
    }
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return Err("an address without a host".to_owned());
    };
    if allow.covers_url(url) {
        return Ok(());
    }
    let ip = match host {
        Host::Ipv4(ip) => Some(IpAddr::V4(ip)),
        Host::Ipv6(ip) => Some(IpAddr::V6(ip)),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            if name == "localhost" || name.ends_with(".localhost") {
                return Err(format!("{name} is loopback"));
            }
            None
        }
    };
    if let Some((ip, what)) = ip.and_then(|ip| find_refusal(ip).map(|what| (ip, what))) {
        return Err(format!("{ip} is {what}"));
    }
    // A name with an allowed network behind it keeps its port; the resolver decides.
    let is_web = WEB_PORTS.contains(&port);
    let is_written_by_staff = hop == 0 && port >= FIRST_USER_PORT;
    if is_web || is_written_by_staff || allow.ports().contains(&port) {
        Ok(())
    } else {
        Err(format!("port {port} is not a port of the web"))
    }
}

/// An address fit for logs and pages: without user name, password, query and fragment, any of which
/// may be a secret.
pub fn redact(address: &str) -> String {
    let Ok(url) = Url::parse(address) else { return "an address that cannot be read".to_owned() };
    let Some(host) = url.host_str() else { return format!("{}:…", url.scheme()) };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = if url.query().is_some() { "?…" } else { "" };
    format!("{}://{host}{port}{}{query}", url.scheme(), url.path())
}

/// Scheme and host of an address that is somebody's own: a callback names its reader in path and query.
pub fn origin_of(address: &str) -> String {
    let Ok(url) = Url::parse(address) else { return "an address that cannot be read".to_owned() };
    let Some(host) = url.host_str() else { return format!("{}:…", url.scheme()) };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{host}{port}", url.scheme())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(address: &str) -> Result<(), String> {
        check(&Url::parse(address).map_err(|e| e.to_string())?, 0, &Allow::default())
    }

    #[test]
    fn an_origin_is_scheme_and_host_alone() {
        assert_eq!(origin_of("https://ann:pw@reader.example:8443/ann?token=1#x"), "https://reader.example:8443");
        assert_eq!(origin_of("no address"), "an address that cannot be read");
    }

    #[test]
    fn every_spelling_of_an_inner_address_is_refused() {
        for address in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://0/",
            "http://0.0.0.0/",
            "http://１２７.０.０.１/",
            "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
            "http://localhost/",
            "http://localhost./",
            "http://a.localhost/",
            "http://10.0.0.1/",
            "http://100.64.0.1/",
            "http://172.31.255.255/",
            "http://192.168.1.1/",
            "http://169.254.169.254/latest/",
            "http://192.0.0.1/",
            "http://198.19.0.1/",
            "http://224.0.0.1/",
            "http://240.0.0.1/",
            "http://255.255.255.255/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:8.8.8.8]/",
            "http://[::127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[64:ff9b:1::1]/",
            "http://[2002:7f00:1::]/",
            "http://[2001:0:53aa:64c::1]/",
            "http://[fd00:ec2::254]/",
            "http://[fc00::1]/",
            "http://[fe80::1]/",
            "http://[ff02::1]/",
            "http://[fec0::1]/",
        ] {
            assert!(verdict(address).is_err(), "{address}");
        }
    }

    #[test]
    fn public_addresses_pass() {
        for address in [
            "https://example.org/feed",
            "http://93.184.216.34/",
            "http://172.32.0.1/",
            "http://100.128.0.1/",
            "http://[2606:4700::1111]/",
            "https://example.org:8443/feed",
        ] {
            assert_eq!(verdict(address), Ok(()), "{address}");
        }
    }

    #[test]
    fn schemes_users_and_ports_are_checked() {
        for address in [
            "file:///etc/passwd",
            "ftp://example.org/",
            "data:text/xml,<rss/>",
            "gopher://example.org/",
            "http://user@example.org/",
            "http://:secret@example.org/",
            "http://example.org:22/",
        ] {
            assert!(verdict(address).is_err(), "{address}");
        }
        let other_port = Url::parse("http://example.org:8080/").unwrap();
        assert!(check(&other_port, 1, &Allow::default()).is_err(), "a redirect may not choose the port");
        let secret = verdict("http://me:hunter2@example.org/").unwrap_err();
        assert!(!secret.contains("hunter2"));
    }

    #[test]
    fn nothing_secret_is_shown() {
        assert_eq!(redact("https://u:p@example.org:8443/a?token=1#x"), "https://example.org:8443/a?…");
        assert_eq!(redact("data:text/xml,secret"), "data:…");
        assert_eq!(redact("http://["), "an address that cannot be read");
    }
}
