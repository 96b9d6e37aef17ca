//! `plenary health`: asks a running server whether it is well, as containers and service managers do.

use anyhow::{Context as _, Result, anyhow, bail};
use plenary_model::system::name_refusal;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

/// Longest wait for an answer: a server that needs longer is not well.
const WITHIN: Duration = Duration::from_secs(4);

/// An answer's head is longer than its text here; no more is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 4_096;

/// Asks the server that listens at `listen` (`HOST:PORT` or `unix:PATH`) for `path`. Fails with what it answered when
/// that is not 200.
pub async fn check_health(listen: &str, path: &str) -> Result<()> {
    let asking = async {
        match listen.strip_prefix("unix:") {
            Some(socket) => ask(UnixStream::connect(socket).await?, path).await,
            None => ask(TcpStream::connect(reachable(listen)).await?, path).await,
        }
    };
    let answer = tokio::time::timeout(WITHIN, asking)
        .await
        .with_context(|| format!("{listen} did not answer within {} s", WITHIN.as_secs()))?
        .map_err(|error| anyhow!(name_refusal(format!("{listen} cannot be asked"), &error)))?;
    let (head, text) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    if status != "200" {
        bail!("{listen} answers {status} to {path}: {}", text.trim());
    }
    Ok(())
}

async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, path: &str) -> std::io::Result<String> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Where a server that listens everywhere is reached from its own machine.
fn reachable(listen: &str) -> String {
    match listen.rsplit_once(':') {
        Some(("0.0.0.0" | "", port)) => format!("127.0.0.1:{port}"),
        Some(("[::]", port)) => format!("[::1]:{port}"),
        _ => listen.to_owned(),
    }
}
