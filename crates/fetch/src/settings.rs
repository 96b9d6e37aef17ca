//! How requests are made: what a policy says of it.

use plenary_model::policy::{Network, Policy};
use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `User-Agent`, naming the network and a contact.
    pub user_agent: String,
    /// Longest time for one request with its redirects, waiting for the host's turn not counted.
    pub timeout: Duration,
    pub allow: Vec<String>,
    pub per_host: usize,
    /// Shortest time between the starts of two requests to one host.
    pub spacing: Duration,
}

impl Settings {
    pub fn from_policy(policy: &Policy) -> Self {
        Self {
            user_agent: name_agent(&policy.network),
            timeout: policy.polling.timeout,
            allow: policy.polling.allow.clone(),
            per_host: policy.polling.per_host,
            spacing: policy.polling.spacing,
        }
    }
}

/// Names the program, the network and a contact. A header takes ASCII, and a comment in it no
/// brackets (RFC 9110 5.6.5); what does not fit is left out.
pub(super) fn name_agent(network: &Network) -> String {
    let fitting = |text: &str| -> String {
        text.chars().filter(|c| (c.is_ascii_graphic() || *c == ' ') && !matches!(c, '(' | ')' | '\\')).collect()
    };
    let about = [fitting(network.name.trim()), format!("+{}", fitting(&network.address)), fitting(&network.contact)];
    let about: Vec<&str> = about.iter().map(|part| part.trim()).filter(|part| part.len() > 1).collect();
    format!("Plenary/{} ({})", env!("CARGO_PKG_VERSION"), about.join("; "))
}
