//! Cases of the way to a document: redirects, addresses that may not be asked, and refusals with and without a time.

use super::origin::{Address, Answer, Canary, Case, addressed, case, staged};
use super::texts::feed;
use std::time::{Duration, SystemTime};

const TYPE: &str = "content-type: application/rss+xml; charset=utf-8\r\n";
const PAGE: &str = "content-type: text/html; charset=utf-8\r\n";
/// How far ahead a `Retry-After` is that is a date.
const SOON: Duration = Duration::from_mins(2);

pub fn cases(canary: &Canary) -> Vec<Case> {
    [followed(), unfollowed(canary), addresses(canary), refusals(), pages()].into_iter().flatten().collect()
}

fn redirect(status: u16, location: &str) -> Answer {
    Answer::whole(&format!("{status} Elsewhere"), &format!("location: {location}\r\n"), "")
}

/// Redirects within the origin.
fn followed() -> Vec<Case> {
    let circle = "outcome=failed; cause=redirect-loop; published=0";
    let read = "outcome=updated; entries=1; published=1; asked=2";
    let to_feed = |id: &'static str, first: Answer| {
        move |rest: &str| if rest.is_empty() { first.clone() } else { Answer::whole("200 OK", TYPE, feed(id, 1)) }
    };
    let cookie = "location: redirect-cookie/to\r\nset-cookie: seen=1; path=/\r\n";
    let never_done = "HTTP/1.1 302 Found\r\nlocation: /redirect-body/to\r\nconnection: close\r\n\r\n";
    vec![
        staged(
            "redirect-cookie",
            "sets a cookie on the way to a feed",
            read,
            to_feed("redirect-cookie", Answer::whole("302 Found", cookie, "")),
        ),
        staged(
            "redirect-body",
            "sends a redirect whose body never ends",
            read,
            to_feed("redirect-body", Answer::raw(never_done).endless("<p>moved</p>".repeat(1_000), Duration::ZERO)),
        ),
        case("redirect-self", "leads to itself", &format!("{circle}; asked=1"), redirect(301, "/redirect-self")),
        staged("redirect-ring", "leads there and back again", &format!("{circle}; asked=2"), |rest| {
            redirect(302, if rest.is_empty() { "/redirect-ring/back" } else { "/redirect-ring" })
        }),
        // The first address and ten redirects.
        staged("redirect-chain", "leads on and on", &format!("{circle}; asked=11"), |rest| {
            redirect(307, &format!("/redirect-chain{rest}/on"))
        }),
        staged(
            "redirect-gone",
            "leads for good to what is not there",
            "outcome=failed; cause=not-found; asked=2; published=0",
            |rest| if rest.is_empty() { redirect(301, "/redirect-gone/to") } else { refusal(404, "") },
        ),
        case(
            "redirect-nowhere",
            "leads nowhere",
            "outcome=failed; cause=bad-answer; asked=1",
            Answer::whole("302 Found", "", ""),
        ),
        case(
            "redirect-broken",
            "leads to what is no address",
            "outcome=failed; cause=bad-answer; asked=1",
            redirect(302, "http://["),
        ),
        case("redirect-choices", "offers a choice", "outcome=failed; cause=status; asked=1", refusal(300, "")),
    ]
}

/// Redirects to where nobody may be led.
fn unfollowed(canary: &Canary) -> Vec<Case> {
    let port = canary.port();
    let to = |id: &'static str, does: &'static str, location: &str| {
        case(
            id,
            does,
            "outcome=failed; cause=refused-address; asked=1; no-canary; published=0",
            redirect(302, location),
        )
    };
    vec![
        to("to-loopback", "leads to loopback", &canary.url("to-loopback")),
        case(
            "to-loopback-for-good",
            "leads to loopback for good",
            "outcome=failed; cause=refused-address; asked=1; no-canary",
            redirect(301, &canary.url("to-loopback-for-good")),
        ),
        to("to-number", "leads to loopback, written as a number", &format!("http://2130706433:{port}/to-number")),
        to("to-octal", "leads to loopback, written in octal", &format!("http://0177.0.0.1:{port}/to-octal")),
        to("to-short", "leads to loopback, written in short", &format!("http://127.1:{port}/to-short")),
        to("to-zero", "leads to the address of no host", &format!("http://0.0.0.0:{port}/to-zero")),
        to("to-v6", "leads to loopback of IPv6", &format!("http://[::1]:{port}/to-v6")),
        to("to-mapped", "leads to loopback, mapped to IPv6", &format!("http://[::ffff:127.0.0.1]:{port}/to-mapped")),
        to("to-name", "leads to loopback by its name", &format!("http://localhost:{port}/to-name")),
        to("to-user", "hides the host behind a user", &format!("http://example.org@127.0.0.1:{port}/to-user")),
        to("to-same-scheme", "leads to loopback without a scheme", &format!("//127.0.0.1:{port}/to-same-scheme")),
        to("to-private", "leads into a private network", "http://10.1.2.3/"),
        to("to-metadata", "leads to the metadata of a cloud", "http://169.254.169.254/latest/meta-data/"),
        to("to-mail", "leads to a port of another service", "http://pub.example.org:25/"),
        to("to-file", "leads to a file", "file:///etc/passwd"),
        to("to-gopher", "leads to gopher", "gopher://pub.example.org/"),
        to("to-data", "carries a feed in its address", "data:application/rss+xml,<rss><channel/></rss>"),
        to("to-script", "leads to a script", "javascript:plantedscript()"),
    ]
}

/// Addresses of feeds that lead nowhere, or to where nobody may be led.
fn addresses(canary: &Canary) -> Vec<Case> {
    let port = canary.port();
    let refused = "outcome=failed; cause=refused-address; asked=0; no-canary; published=0";
    vec![
        addressed("at-loopback", "is on loopback", refused, Address::Elsewhere(canary.url("at-loopback"))),
        addressed(
            "at-number",
            "is on loopback, written as a number",
            refused,
            Address::Elsewhere(format!("http://2130706433:{port}/at-number")),
        ),
        addressed(
            "at-name",
            "is on loopback by its name",
            refused,
            Address::Elsewhere(format!("http://localhost:{port}/at-name")),
        ),
        addressed("at-tls", "speaks no TLS where it should", "outcome=failed; cause=tls; published=0", Address::Https),
        addressed("at-closed", "is not there", "outcome=failed; cause=unreachable; asked=0", Address::Closed),
    ]
}

fn refusal(status: u16, fields: &str) -> Answer {
    Answer::whole(&format!("{status} Refused"), &format!("{PAGE}{fields}"), "<!doctype html><title>No</title><p>No")
}

/// Statuses that are no success. Hosts that ask us to wait are obeyed, as far as they make sense.
fn refusals() -> Vec<Case> {
    let wait = |time: &str| format!("retry-after: {time}\r\n");
    let soon = httpdate::fmt_http_date(SystemTime::now() + SOON);
    let waits = "outcome=deferred; cause=busy; due<=1; published=0; asked=1";
    let waits_long = "outcome=deferred; cause=busy; warning=long-wait; due<=7; asked=1";
    let fails = "outcome=failed; cause=busy; due<=1; asked=1";
    let plainly = |id: &'static str, does: &'static str, status: u16, cause: &str| {
        case(
            id,
            does,
            &format!("outcome=failed; cause={cause}; status={status}; asked=1; published=0"),
            refusal(status, ""),
        )
    };
    let no_credentials = "outcome=failed; cause=forbidden; asked=1; no-header=authorization";
    vec![
        case("busy-seconds", "asks for two minutes", waits, refusal(429, &wait("120"))),
        case("busy-date", "asks for two minutes, by a date", waits, refusal(503, &wait(&soon))),
        case("busy-years", "asks for ten years", waits_long, refusal(503, &wait("315360000"))),
        case(
            "busy-ages",
            "asks for more seconds than a number holds",
            waits_long,
            refusal(429, &wait(&"9".repeat(30))),
        ),
        case("busy-plain", "is busy and does not say for how long", waits, refusal(429, "")),
        case("busy-negative", "asks for a negative time", waits, refusal(429, &wait("-5"))),
        case("busy-word", "asks for a time in words", fails, refusal(503, &wait("soon"))),
        case("busy-past", "asks for a time that is over", fails, refusal(503, &wait("Mon, 01 Jan 2001 00:00:00 GMT"))),
        plainly("gone", "is gone for good", 410, "gone"),
        plainly("missing", "has nothing there", 404, "not-found"),
        plainly("forbidden", "forbids it", 403, "forbidden"),
        case("asks-who", "asks who we are", no_credentials, refusal(401, "www-authenticate: Basic realm=\"x\"\r\n")),
        plainly("teapot", "is a teapot", 418, "status"),
        plainly("broken", "is broken", 500, "status"),
        plainly("partial", "sends a part that was not asked for", 206, "status"),
        plainly("odd-status", "has a status that means nothing", 999, "status"),
        case(
            "no-content",
            "says that there is no content",
            "outcome=failed; cause=status; asked=1",
            Answer::raw("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"),
        ),
    ]
}

/// Pages where a feed should be.
fn pages() -> Vec<Case> {
    let page = "<!doctype html><html><head><title>Ours</title></head><body><p>Welcome.</p></body></html>";
    let challenge = "<!doctype html><html><head><title>Just a moment...</title></head><body></body></html>";
    let html = "outcome=failed; cause=html; published=0";
    vec![
        case("page", "sends its front page", html, Answer::whole("200 OK", PAGE, page)),
        case("page-as-feed", "calls its front page a feed", html, Answer::whole("200 OK", TYPE, page)),
        case(
            "feed-as-page",
            "calls its feed a page",
            "outcome=updated; entries=1; published=1",
            Answer::whole("200 OK", PAGE, feed("feed-as-page", 1)),
        ),
        case(
            "challenge",
            "wants a browser that solves a riddle",
            "outcome=failed; cause=challenge; published=0",
            Answer::whole("200 OK", PAGE, challenge),
        ),
    ]
}
