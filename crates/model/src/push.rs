//! `WebSub` (W3C Recommendation 2018): what others ask of our hub, what we ask of theirs, and the limits.

use super::id::SourceId;
use super::link::ADDRESS_BYTES_MAX;
use chrono::{DateTime, Utc};
use std::time::Duration;
use url::Url;

pub const HUB_PATH: &str = "/hub";
/// Where hubs reach us: this, then the unguessable token of the subscription.
pub const CALLBACK_PATH: &str = "/push/";
pub const FORM_BYTES_MAX: usize = 16 * 1024;
/// Largest document that a hub may bring, in bytes; as much as a poll reads.
pub const PUSHED_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Secrets are shorter than this, in bytes (`WebSub` 5.1).
const SECRET_BYTES_MAX: usize = 200;
pub const LEASE_DEFAULT: Duration = Duration::from_hours(10 * 24);
/// Shortest lease that the hub grants: below it, renewals would be most of the traffic.
pub const LEASE_MIN: Duration = Duration::from_mins(5);
pub const LEASE_MAX: Duration = Duration::from_hours(30 * 24);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Push {
    /// Our own hub answers at [`HUB_PATH`] and stands in every document.
    pub hub: bool,
    /// A hub elsewhere that is told of every change, and stands in every document.
    pub external: Option<String>,
    pub subscribe: bool,
}

impl Push {
    pub fn hubs(&self, address: &str) -> Vec<String> {
        let own = self.hub.then(|| format!("{address}{HUB_PATH}"));
        own.into_iter().chain(self.external.clone()).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HubMode {
    Subscribe,
    Unsubscribe,
}

impl HubMode {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Subscribe, Self::Unsubscribe].into_iter().find(|mode| mode.as_str() == word)
    }
}

/// A request to the hub that can be understood; whether it is meant is asked of its callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubRequest {
    pub mode: HubMode,
    /// Path of the document on the site, such as `/all.atom`.
    pub topic: String,
    pub callback: String,
    /// How long, within [`LEASE_MIN`] and [`LEASE_MAX`].
    pub lease: Duration,
    pub secret: Option<String>,
}

impl HubRequest {
    /// Reads a subscriber's form (`WebSub` 5.1); `address` is the site's. An error tells it what is wrong.
    pub fn read(form: &[(String, String)], address: &str) -> Result<Self, String> {
        let field = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let must = |name: &str| field(name).filter(|text| !text.is_empty()).ok_or(format!("{name} is missing"));
        let mode = must("hub.mode")?;
        let mode = HubMode::parse(mode).ok_or("hub.mode is neither subscribe nor unsubscribe")?;
        let topic = must("hub.topic")?;
        let path = topic.strip_prefix(address).filter(|path| path.starts_with('/') && path.len() <= ADDRESS_BYTES_MAX);
        let topic = path.ok_or(format!("hub.topic is not a document of {address}"))?.to_owned();
        let callback = must("hub.callback")?;
        let url = Url::parse(callback).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let Some(url) = url.filter(|_| callback.len() <= ADDRESS_BYTES_MAX) else {
            return Err(format!("hub.callback is no http(s) address of at most {ADDRESS_BYTES_MAX} bytes"));
        };
        let secret = field("hub.secret").filter(|secret| !secret.is_empty()).map(str::to_owned);
        if secret.as_ref().is_some_and(|secret| secret.len() >= SECRET_BYTES_MAX) {
            return Err(format!("hub.secret must be shorter than {SECRET_BYTES_MAX} bytes"));
        }
        let asked = match field("hub.lease_seconds").filter(|text| !text.is_empty()) {
            None => LEASE_DEFAULT,
            Some(text) => text.parse().map(Duration::from_secs).map_err(|_| "hub.lease_seconds is no number")?,
        };
        Ok(Self { mode, topic, callback: url.to_string(), lease: asked.clamp(LEASE_MIN, LEASE_MAX), secret })
    }

    pub fn host(&self) -> String {
        super::link::host_of(&self.callback).unwrap_or_default()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRequest {
    pub request: HubRequest,
    pub attempts: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub topic: String,
    pub callback: String,
    pub secret: Option<String>,
    pub digest: String,
    pub attempts: u32,
}

/// A change that the external hub has not been told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ping {
    pub topic: String,
    pub digest: String,
    pub attempts: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct HubFigures {
    pub subscribers: usize,
    pub pending: usize,
    /// Subscribers to whom the last document could not be brought yet.
    pub failing: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubscriptionState {
    /// The hub is to be asked, or was asked and has not verified.
    Asked,
    Active,
    Denied,
    /// To be ended: the source left the policy or has another hub.
    Leaving,
}

impl SubscriptionState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Active => "active",
            Self::Denied => "denied",
            Self::Leaving => "leaving",
        }
    }
}

/// A subscription of ours at the hub of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub source: SourceId,
    pub hub: String,
    /// What is subscribed to: the feed's own address.
    pub topic: String,
    /// Unguessable end of our callback.
    pub token: String,
    /// Key of the signatures. Never shown.
    pub secret: String,
    pub state: SubscriptionState,
    pub lease_until: Option<DateTime<Utc>>,
    pub next_at: DateTime<Utc>,
    pub attempts: u32,
    /// When a document with a good signature last came.
    pub pushed_at: Option<DateTime<Utc>>,
    pub bad_signatures: u32,
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub token: String,
    pub signature: Option<String>,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "https://feeds.example.org";

    fn read(fields: &[(&str, &str)]) -> Result<HubRequest, String> {
        let form: Vec<(String, String)> = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        HubRequest::read(&form, SITE)
    }

    const GOOD: [(&str, &str); 3] = [
        ("hub.mode", "subscribe"),
        ("hub.topic", "https://feeds.example.org/all.atom"),
        ("hub.callback", "https://Reader.example/cb?id=1"),
    ];

    #[test]
    fn a_request_gets_defaults_and_limits() {
        let request = read(&GOOD).unwrap();
        assert_eq!(
            (request.topic.as_str(), request.lease, request.secret.as_deref()),
            ("/all.atom", LEASE_DEFAULT, None)
        );
        assert_eq!(
            (request.callback.as_str(), request.host().as_str()),
            ("https://reader.example/cb?id=1", "reader.example")
        );
        let lease = |text: &str| read(&[&GOOD[..], &[("hub.lease_seconds", text)]].concat()).map(|r| r.lease);
        assert_eq!(lease("1"), Ok(LEASE_MIN));
        assert_eq!(lease("99999999999"), Ok(LEASE_MAX));
        assert!(lease("-1").is_err());
        assert!(lease("soon").is_err());
    }

    #[test]
    fn what_cannot_be_served_is_named() {
        for (name, value, said) in [
            ("hub.mode", "publish", "hub.mode"),
            ("hub.topic", "https://elsewhere.example/all.atom", "hub.topic"),
            ("hub.topic", "https://feeds.example.org.evil.example/x", "hub.topic"),
            ("hub.callback", "ftp://reader.example/", "hub.callback"),
            ("hub.callback", "", "hub.callback is missing"),
            ("hub.secret", &"s".repeat(SECRET_BYTES_MAX), "hub.secret"),
        ] {
            let mut fields: Vec<(&str, &str)> = GOOD.iter().copied().filter(|(known, _)| *known != name).collect();
            fields.push((name, value));
            let error = read(&fields).unwrap_err();
            assert!(error.contains(said), "{name}={value}: {error}");
        }
    }

    #[test]
    fn a_document_announces_the_hubs_that_are_on() {
        let push = Push { hub: true, external: Some("https://hub.example/".into()), subscribe: false };
        assert_eq!(push.hubs(SITE), ["https://feeds.example.org/hub", "https://hub.example/"]);
        assert!(Push::default().hubs(SITE).is_empty());
    }
}
