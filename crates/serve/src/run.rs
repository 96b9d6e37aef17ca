//! Runs the site on a listener until it is told to stop: HTTP/1.1 alone, since one connection of HTTP/2 without
//! TLS may hold hundreds of answers in memory; a proxy in front speaks whatever its visitors do.

use crate::connections::Connections;
use crate::door::Door;
use crate::listener::{Listener, Stream};
use crate::paced::Paced;
use crate::state::State;
use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Longest time that requests under way get after a stop was asked for.
const STOP_GRACE: Duration = Duration::from_secs(4);

/// Longest time in which the head of a request must come, and for which a connection may be kept without one.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest head of a request, in bytes: thrice what a browser with many cookies sends.
const HEAD_BYTES_MAX: usize = 24 * 1024;

/// Pause after the system refused a connection, most often for lack of files.
const REFUSED_PAUSE: Duration = Duration::from_millis(500);

/// Serves until `stop`, then finishes what is under way, for `STOP_GRACE` at most. Fails when the listener does.
pub async fn run(
    listener: Listener,
    router: Router,
    state: &State,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, stopped) = watch::channel(false);
    let connections = Connections::new();
    let door = Arc::new(Door::new(router, state.policy.clone(), state.metrics.clone()));
    let mut stop = pin!(stop);
    loop {
        let place = tokio::select! {
            biased;
            () = &mut stop => break,
            place = connections.wait_for_place() => place,
        };
        let (stream, peer) = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accept(&listener) => accepted,
        };
        let is_proxy = peer.is_none_or(|peer| door.is_proxy(peer));
        let Some(place) = place.take_for(peer, is_proxy) else { continue };
        let (door, stopped) = (Arc::clone(&door), stopped.clone());
        tokio::spawn(async move {
            serve(stream, peer, door, stopped).await;
            drop(place);
        });
    }
    // The receiver lives as long as this function.
    let _ = stopping.send(true);
    if tokio::time::timeout(STOP_GRACE, connections.wait_until_none()).await.is_err() {
        tracing::warn!("requests were still under way and were cut off");
    }
    Ok(())
}

async fn accept(listener: &Listener) -> (Box<dyn Stream>, Option<IpAddr>) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // The client gave up before it was accepted.
            Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) => {
            }
            Err(error) => {
                tracing::error!(
                    "no connection can be accepted: {error}; the system's limit of open files may be too low"
                );
                tokio::time::sleep(REFUSED_PAUSE).await;
            }
        }
    }
}

async fn serve(stream: Box<dyn Stream>, peer: Option<IpAddr>, door: Arc<Door>, mut stopped: watch::Receiver<bool>) {
    let service = service_fn(move |request| {
        let door = Arc::clone(&door);
        async move { door.answer(peer, request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(Paced::new(stream)), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = async { drop(stopped.wait_for(|is_stopping| *is_stopping).await) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection ended early: {error}");
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
        let (router, state) = (desk.router.clone(), desk.state.clone());
        let running = tokio::spawn(async move {
            let stop = async {
                stopped.await.unwrap();
            };
            run(listener.into(), router, &state, stop).await
        });
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
