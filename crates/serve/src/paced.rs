//! A connection whose client must read: one that takes a byte a second would hold an answer, and its place,
//! for hours.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long, in all, a client may let an answer wait beyond what its pace allows.
const PATIENCE: Duration = Duration::from_secs(20);

/// The pace that is waited for, in bytes a second: a tenth of what the slowest mobile networks carry.
const BYTES_PER_SECOND: u64 = 1_000;

pub(crate) struct Paced<T> {
    inner: T,
    /// Bytes that the client has taken.
    written: u64,
    /// How long it has let us wait.
    waited: Duration,
    /// Since when it has let us wait now, and when that has been too long.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<T> Paced<T> {
    pub(crate) fn new(inner: T) -> Self {
        Self { inner, written: 0, waited: Duration::ZERO, waiting: None }
    }

    /// Counts what a try to write came to; an error once the client has been waited for long enough.
    fn count<R>(&mut self, context: &mut Context<'_>, tried: Poll<io::Result<R>>) -> Poll<io::Result<R>> {
        if tried.is_ready() {
            if let Some((since, _)) = self.waiting.take() {
                self.waited += since.elapsed();
            }
            return tried;
        }
        let allowed = PATIENCE + Duration::from_secs(self.written / BYTES_PER_SECOND);
        let left = allowed.saturating_sub(self.waited);
        let (_, timer) = self.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(left))));
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client reads too slowly")))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Paced<T> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, into)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Paced<T> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.inner).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = tried {
            self.written += count as u64;
        }
        self.count(context, tried)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.inner).poll_write_vectored(context, parts);
        if let Poll::Ready(Ok(count)) = tried {
            self.written += count as u64;
        }
        self.count(context, tried)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.inner).poll_flush(context);
        self.count(context, tried)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.inner).poll_shutdown(context);
        self.count(context, tried)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_is_cut_off() {
        let (client, server) = tokio::io::duplex(1_000);
        let mut server = Paced::new(server);
        let began = Instant::now();
        let error = server.write_all(&[0; 5_000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!((20..25).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
        drop(client);
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_a_byte_a_second_is_cut_off_and_a_slow_reader_is_not() {
        for (bytes, arrives) in [(1, false), (4_000, true)] {
            let (mut client, server) = tokio::io::duplex(1_000);
            let reading = tokio::spawn(async move {
                let mut taken = vec![0; bytes];
                while client.read(&mut taken).await.is_ok_and(|count| count > 0) {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            });
            let mut server = Paced::new(server);
            assert_eq!(server.write_all(&vec![0; 200_000]).await.is_ok(), arrives, "{bytes} bytes a second");
            drop(server);
            reading.await.unwrap();
        }
    }
}
