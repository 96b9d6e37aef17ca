//! What hosts asked us to wait for, by address. Asked before every request, the ones that redirects lead to included, so
//! that one source does not ask what another was told to leave alone a moment ago.

use chrono::{DateTime, Utc};
use plenary_model::poll::RETRY_AFTER_MAX;
use reqwest::Url;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// So many addresses of a host must have asked us to wait before its others wait as well.
const HOST_WIDE_ADDRESSES: usize = 2;
/// Waits remembered; of more, those that end first are forgotten. An origin can make up any number of addresses, and no
/// network polls so many.
const WAITS_MAX: usize = 4_096;

#[derive(Default)]
pub(super) struct Waits {
    by_address: Mutex<HashMap<String, Wait>>,
}

struct Wait {
    host: Option<(String, u16)>,
    until: DateTime<Utc>,
}

impl Waits {
    /// Notes that `url` must not be asked for so long from `now` on, within [`RETRY_AFTER_MAX`].
    pub(super) fn note(&self, url: &Url, wait: Duration, now: DateTime<Utc>) {
        self.note_until(url, now + wait.min(RETRY_AFTER_MAX), now);
    }

    /// Notes that `url` must not be asked until then. A shorter wait than one that is known changes nothing.
    pub(super) fn note_until(&self, url: &Url, until: DateTime<Utc>, now: DateTime<Utc>) {
        let mut known = self.lock();
        if known.len() >= WAITS_MAX {
            known.retain(|_, wait| wait.until > now);
        }
        if known.len() >= WAITS_MAX {
            let first = known.iter().min_by_key(|(_, wait)| wait.until).map(|(address, _)| address.clone());
            first.and_then(|address| known.remove(&address));
        }
        let wait = known.entry(address_of(url)).or_insert_with(|| Wait { host: host_of(url), until });
        wait.until = wait.until.max(until);
    }

    /// Until when `url` must not be asked: its own wait, or its host's while [`HOST_WIDE_ADDRESSES`] addresses of it
    /// wait, which does not reach an exempt one. `None`: ask now.
    pub(super) fn find(&self, url: &Url, is_exempt: bool, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let known = self.lock();
        let own = known.get(&address_of(url)).map(|wait| wait.until);
        let host = host_of(url).filter(|_| !is_exempt);
        let host_wide = host.and_then(|host| {
            let of_host = known.values().filter(|wait| wait.host.as_ref() == Some(&host));
            let mut ends: Vec<DateTime<Utc>> = of_host.map(|wait| wait.until).collect();
            ends.sort_unstable_by(|a, b| b.cmp(a));
            ends.get(HOST_WIDE_ADDRESSES - 1).copied()
        });
        // What is further ahead was noted by a clock that ran ahead.
        own.max(host_wide).filter(|until| *until > now && *until <= now + RETRY_AFTER_MAX)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Wait>> {
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is asked of the host: the address without its fragment.
fn address_of(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.into()
}

/// The host and port of an address: what answers there decides for all its addresses.
fn host_of(url: &Url) -> Option<(String, u16)> {
    Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_host_waits_once_two_of_its_addresses_do() {
        let now = time("2021-06-01T12:00:00Z");
        let (one, two) = (time("2021-06-01T13:00:00Z"), time("2021-06-01T14:00:00Z"));
        let waits = Waits::default();
        let until = |address: &str| waits.find(&url(address), false, now);
        waits.note_until(&url("https://a.example/1#top"), one, now);
        assert_eq!((until("https://a.example/1"), until("https://a.example/9")), (Some(one), None));
        waits.note_until(&url("https://a.example/1"), one, now);
        assert_eq!(until("https://a.example/9"), None, "the same address twice");
        waits.note(&url("https://a.example/2"), Duration::from_hours(2), now);
        assert_eq!((until("https://a.example/9"), until("https://a.example/2")), (Some(one), Some(two)));
        assert_eq!((until("https://b.example/9"), until("http://a.example/9")), (None, None));
        assert_eq!(waits.find(&url("https://a.example/9"), true, now), None);
        assert_eq!(waits.find(&url("https://a.example/1"), true, now), Some(one));
        assert_eq!(waits.find(&url("https://a.example/9"), false, one), None);
        let after_a_leap_back = now - RETRY_AFTER_MAX;
        assert_eq!(waits.find(&url("https://a.example/1"), false, after_a_leap_back), None);
        waits.note(&url("https://a.example/2"), Duration::from_secs(1), now);
        assert_eq!(until("https://a.example/2"), Some(two), "a shorter wait does not end a longer one");
    }

    #[test]
    fn waits_are_bounded_in_length_and_number() {
        let now = time("2021-06-01T12:00:00Z");
        let waits = Waits::default();
        waits.note(&url("https://a.example/"), Duration::MAX, now);
        assert_eq!(waits.find(&url("https://a.example/"), true, now), Some(now + RETRY_AFTER_MAX));
        for n in 0..WAITS_MAX {
            waits.note(&url(&format!("https://b.example/{n}")), Duration::from_mins(1), now);
        }
        assert_eq!(waits.lock().len(), WAITS_MAX);
        assert!(waits.find(&url("https://a.example/"), true, now).is_some(), "the longest is kept");
    }
}
