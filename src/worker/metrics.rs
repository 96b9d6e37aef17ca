//! What polls are counted by, for whoever watches the worker.

use chrono::{DateTime, Utc};
use plenary_model::poll::Outcome;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper ends of the classes of lateness, in seconds: what is due is started within a beat of one, a crowd at one host
/// takes its second each.
const LATENESS_SECONDS: [f64; 7] = [1.0, 2.0, 5.0, 30.0, 120.0, 600.0, 3_600.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

/// Counted since the process began. Shared by its clones.
#[derive(Clone)]
pub struct PollMetrics {
    polls: Family<OutcomeLabel, Counter>,
    lateness: Histogram,
}

impl Default for PollMetrics {
    fn default() -> Self {
        Self { polls: Family::default(), lateness: Histogram::new(LATENESS_SECONDS) }
    }
}

impl PollMetrics {
    pub fn register(&self, registry: &mut Registry) {
        registry.register("plenary_polls", "Polls that ended, by outcome", self.polls.clone());
        let help = "Time from when a source was due until it was asked";
        registry.register("plenary_poll_lateness_seconds", help, self.lateness.clone());
    }

    pub(super) fn note_start(&self, due: Option<DateTime<Utc>>, now: DateTime<Utc>) {
        if let Some(late) = due.and_then(|due| (now - due).to_std().ok()) {
            self.lateness.observe(late.as_secs_f64());
        }
    }

    pub(super) fn note_end(&self, outcome: Outcome) {
        self.polls.get_or_create(&OutcomeLabel { outcome: outcome.as_str() }).inc();
    }
}
