//! Runs the site on a listener until it is told to stop.

use axum::Router;
use axum::serve::ListenerExt as _;
use std::future::Future;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Longest time that requests under way get after a stop was asked for.
const STOP_GRACE: Duration = Duration::from_secs(4);

/// Serves until `stop`, then finishes what is under way, for `STOP_GRACE` at most. Fails when the listener does.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::desk;
    use std::time::Duration;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn a_stop_lets_the_answer_under_way_finish() {
        let desk = desk().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(run(listener, desk.router.clone(), async {
            stopped.await.unwrap();
        }));
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        let mut answer = [0; 64];
        let length = tokio::io::AsyncReadExt::read(&mut stream, &mut answer).await.unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 200"));
        stop.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(2), running)
            .await
            .expect("an idle connection does not hold it")
            .unwrap()
            .unwrap();
    }
}
