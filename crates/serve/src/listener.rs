//! Where visitors come in: an address and port, or a Unix socket that a proxy on the same machine connects to.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};

/// What a Unix socket is named by.
const UNIX: &str = "unix:";

pub enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener, SocketFile),
}

/// The file of a Unix socket, taken away with its listener.
pub struct SocketFile(PathBuf);

/// A connection, whatever it came in by.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Listener {
    /// Listens at `HOST:PORT` or `unix:PATH`. The socket that a killed process left at a path is replaced; one at
    /// which somebody answers is not.
    pub async fn bind(listen: &str) -> io::Result<Self> {
        let Some(path) = listen.strip_prefix(UNIX) else {
            return TcpListener::bind(listen).await.map(Self::Tcp);
        };
        let path = Path::new(path);
        if is_abandoned(path) {
            std::fs::remove_file(path)?;
        }
        Ok(Self::Unix(UnixListener::bind(path)?, SocketFile(path.to_owned())))
    }

    /// The address that was taken, also where port 0 was asked for; `None` for a Unix socket.
    pub fn socket_address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            Self::Unix(..) => None,
        }
    }

    /// The next connection, and who is at its other end; `None` is a process of this machine.
    pub(crate) async fn accept(&self) -> io::Result<(Box<dyn Stream>, Option<IpAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // An answer that waits for the acknowledgement of another costs up to 40 ms; few clients allow it.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!("a connection keeps its delay: {error}");
                }
                Ok((Box::new(stream), Some(peer.ip())))
            }
            Self::Unix(listener, _) => {
                let (stream, _) = listener.accept().await?;
                Ok((Box::new(stream), None))
            }
        }
    }
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self::Tcp(listener)
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // One that is gone already was taken by whoever cleans up.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn is_abandoned(path: &Path) -> bool {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket());
    let answer = std::os::unix::net::UnixStream::connect(path);
    is_socket && answer.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_left_behind_is_replaced_and_one_in_use_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plenary.sock");
        let listen = format!("unix:{}", path.display());
        let first = Listener::bind(&listen).await.unwrap();
        let second = Listener::bind(&listen).await;
        assert!(second.is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse));
        drop(first);
        assert!(!path.exists());
        // As a killed process leaves it: the file without anybody behind it.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        drop(Listener::bind(&listen).await.unwrap());
        std::fs::write(&path, "a file of somebody's").unwrap();
        assert!(Listener::bind(&listen).await.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a file of somebody's");
    }
}
