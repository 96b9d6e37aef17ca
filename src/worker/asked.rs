//! A pass that another process asks for: `plenary poll` beside a running worker leaves the polling to it, so that no
//! source is asked twice, and shows what came of it.

use super::context::Context;
use super::pass::{Plan, plan, sort_reports};
use super::poll_pool::PollPool;
use super::report::{PassReport, SourceReport, Which};
use anyhow::Result;
use plenary_fetch::Stopwatch;
use plenary_model::id::SourceId;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PassRequest {
    /// Tells the answer from those to others.
    pub id: String,
    pub which: Which,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PassAnswer {
    /// That of the request.
    pub id: String,
    /// What came of the pass, or why there was none.
    pub report: std::result::Result<PassReport, String>,
}

/// A pass under way that somebody waits for.
pub(super) struct AskedPass {
    request: PassRequest,
    watch: Stopwatch,
    /// Sources whose poll has not ended.
    waited_for: HashSet<SourceId>,
    reports: Vec<SourceReport>,
}

impl AskedPass {
    /// The pass that is asked for, its polls started; `None` when nothing is asked.
    pub(super) async fn take_up(context: &Context, pool: &mut PollPool) -> Result<Option<Self>> {
        let Some(text) = context.store.take_pass_request().await? else { return Ok(None) };
        let request: PassRequest = match serde_json::from_str(&text) {
            Ok(request) => request,
            Err(error) => {
                tracing::warn!("what another process asks for cannot be read: {error}");
                return Ok(None);
            }
        };
        let Plan { polls, skipped } = match plan(context, &request.which).await {
            Ok(plan) => plan,
            Err(error) => {
                let answer = PassAnswer { id: request.id, report: Err(format!("{error:#}")) };
                context.store.put_pass_answer(serde_json::to_string(&answer)?).await?;
                return Ok(None);
            }
        };
        tracing::info!(sources = polls.len(), "another process asks for a pass");
        let waited_for = polls.iter().map(|source| source.id.clone()).collect();
        for source in &polls {
            pool.start(source);
        }
        Ok(Some(Self { request, watch: Stopwatch::start(), waited_for, reports: skipped }))
    }

    pub(super) fn note(&mut self, report: &SourceReport) {
        if self.waited_for.remove(&report.id) {
            self.reports.push(report.clone());
        }
    }

    /// True when no poll that is waited for is under way; one that died reports nothing.
    pub(super) fn is_done(&self, pool: &PollPool) -> bool {
        !self.waited_for.iter().any(|source| pool.is_under_way(source))
    }

    /// Tells whoever asked, once what changed is published.
    pub(super) async fn answer(self, context: &Arc<Context>) -> Result<()> {
        let Self { request, watch, mut reports, .. } = self;
        let calendars = match &request.which {
            Which::Sources(_) => Ok(Vec::new()),
            which @ (Which::All | Which::Due) => context.poll_calendars(*which == Which::All).await,
        };
        sort_reports(context, &mut reports);
        let duration_ms = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX);
        // Whoever waits is told of a failure, too.
        let report = match calendars {
            Ok(calendars) => Ok(PassReport::new(reports, calendars, duration_ms)),
            Err(error) => Err(format!("{error:#}")),
        };
        let answer = PassAnswer { id: request.id, report };
        Ok(context.store.put_pass_answer(serde_json::to_string(&answer)?).await?)
    }
}
