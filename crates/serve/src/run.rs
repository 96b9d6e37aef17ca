//! Runs the site on a listener until it is told to stop.

use axum::Router;
use axum::serve::ListenerExt as _;
use std::future::Future;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Longest time that requests under way get after a stop was asked for.
const STOP_GRACE: Duration = Duration::from_secs(4);

/// Serves until `stop`, then finishes what is under way, for `STOP_GRACE` at most.
///
/// # Errors
/// When the listener fails.
pub async fn run(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stopping, mut stopped) = watch::channel(false);
    // An answer that waits for the acknowledgement of another costs up to 40 ms; few clients allow it.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!("a connection keeps its delay: {error}");
        }
    });
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        stop.await;
        // The receiver lives as long as this function.
        let _ = stopping.send(true);
    });
    tokio::select! {
        ended = server.into_future() => ended,
        () = async {
            // An error means that the server ended first, and with it the sender.
            let _ = stopped.wait_for(|is_stopping| *is_stopping).await;
            tokio::time::sleep(STOP_GRACE).await;
        } => {
            tracing::warn!("requests were still under way and were cut off");
            Ok(())
        }
    }
}
