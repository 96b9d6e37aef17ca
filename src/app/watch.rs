//! Watches the policy file and what it includes, and reads it again on SIGHUP; a broken file keeps the policy that is
//! in force.

use crate::built_in;
use plenary_config::Problems;
use plenary_model::policy::Policy;
use plenary_store::Store;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::Signal;
use tokio::sync::watch;

/// How often the files are looked at. Their text is compared, so that editors that write in several steps, and file
/// systems without notifications, are no special case.
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub(super) async fn run(
    path: PathBuf,
    policy: watch::Sender<Arc<Policy>>,
    store: Store,
    mut asked: Signal,
    mut stop: watch::Receiver<bool>,
) {
    let mut last = texts(path.clone()).await;
    loop {
        let is_asked = tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => false,
            Some(()) = asked.recv() => true,
            _ = stop.changed() => return,
        };
        let now = texts(path.clone()).await;
        if now == last && !is_asked {
            continue;
        }
        last = now;
        let said = match reread(path.clone()).await {
            Ok(new) => {
                let why = if is_asked { "is read again, as asked," } else { "changed" };
                tracing::info!(policy.version = %new.version, "{} {why} and is taken over", path.display());
                policy.send_replace(Arc::new(new));
                None
            }
            Err(problems) => {
                tracing::warn!("{} is broken, the former policy stays in force:\n{problems}", path.display());
                Some(problems.to_string())
            }
        };
        if let Err(error) = store.set_policy_problem(said.as_deref()).await {
            tracing::error!("the state of {} cannot be stored: {error}", path.display());
        }
    }
}

async fn reread(path: PathBuf) -> Result<Policy, Problems> {
    tokio::task::spawn_blocking(move || plenary_config::read(&path, built_in::text))
        .await
        .unwrap_or_else(|_| Err(Problems::default()))
}

async fn texts(path: PathBuf) -> Vec<String> {
    let read = move || -> Vec<String> {
        plenary_config::files(&path).iter().map(|file| std::fs::read_to_string(file).unwrap_or_default()).collect()
    };
    tokio::task::spawn_blocking(read).await.unwrap_or_default()
}
