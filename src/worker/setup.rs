//! What a policy is worked with: the judge and the fetcher built from it.

use crate::fetch::{FetchError, Fetcher, Settings};
use crate::ingest::categorise::Categoriser;
use crate::ingest::decide::Judge;
use crate::model::policy::Policy;
use crate::model::port::Clock;
use crate::model::source::Source;
use std::sync::Arc;

/// A policy with what is compiled from it.
pub(super) struct Setup {
    pub(super) policy: Arc<Policy>,
    pub(super) judge: Arc<Judge<Categoriser>>,
    pub(super) fetcher: Arc<Fetcher>,
    settings: Settings,
}

impl Setup {
    /// Compiles a policy. The fetcher of `before` is kept when nothing about requests changed, so
    /// that hosts keep their turns.
    pub(super) fn new(policy: Arc<Policy>, clock: &Arc<dyn Clock>, before: Option<&Self>) -> Result<Self, FetchError> {
        let settings = settings(&policy);
        let fetcher = match before.filter(|before| before.settings == settings) {
            Some(before) => Arc::clone(&before.fetcher),
            None => Arc::new(Fetcher::new(&settings, Arc::clone(clock))?),
        };
        let judge = Arc::new(Judge::new(Arc::clone(&policy)));
        Ok(Self { policy, judge, fetcher, settings })
    }

    /// The schedule of a source: its own, else everybody's.
    pub(super) fn schedule<'a>(&'a self, source: &'a Source) -> &'a str {
        source.schedule.as_deref().unwrap_or(&self.policy.polling.schedule)
    }
}

fn settings(policy: &Policy) -> Settings {
    Settings {
        user_agent: user_agent(policy),
        timeout: policy.polling.timeout,
        allow: policy.polling.allow.clone(),
        per_host: policy.polling.per_host,
        spacing: policy.polling.spacing,
    }
}

/// Names the program, the network and a contact. A header takes ASCII, and a comment in it no
/// brackets (RFC 9110 5.6.5); what does not fit is left out.
fn user_agent(policy: &Policy) -> String {
    let fitting = |text: &str| -> String {
        text.chars().filter(|c| (c.is_ascii_graphic() || *c == ' ') && !matches!(c, '(' | ')' | '\\')).collect()
    };
    let network = &policy.network;
    let about = [fitting(network.name.trim()), format!("+{}", fitting(&network.address)), fitting(&network.contact)];
    let about: Vec<&str> = about.iter().map(|part| part.trim()).filter(|part| part.len() > 1).collect();
    format!("Plenary/{} ({})", env!("CARGO_PKG_VERSION"), about.join("; "))
}

#[cfg(test)]
mod tests {
    use super::super::tests::policy;
    use super::*;

    #[test]
    fn the_user_agent_is_a_header_whatever_the_network_is_called() {
        let mut policy = policy();
        policy.network.name = "Réseau (enfants)\r\nX: y".into();
        let agent = user_agent(&policy);
        assert!(agent.starts_with("Plenary/") && agent.contains(&policy.network.contact), "{agent}");
        assert!(agent.bytes().all(|b| (0x20..0x7f).contains(&b)), "{agent}");
    }
}
