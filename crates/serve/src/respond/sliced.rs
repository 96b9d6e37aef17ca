//! A body that is read from the store while it is sent, so that a slow client holds one slice of it and no connection
//! to the database.

use super::document::Document;
use axum::BoxError;
use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use plenary_model::edition::ContentCoding;
use plenary_store::{Store, StoreError};
use std::pin::Pin;
use std::task::{Context, Poll};

/// What is read at once, in bytes: four slices are a full part of an archive, 440 the longest archive of a month seen
/// (110 MB).
pub(crate) const SLICE_BYTES: usize = 256 << 10;

type Reading = Pin<Box<dyn Future<Output = Result<Option<Vec<u8>>, StoreError>> + Send>>;

pub(crate) struct SlicedBody {
    store: Store,
    path: String,
    digest: String,
    coding: ContentCoding,
    /// Bytes of the whole body, and of those that were sent.
    length: usize,
    sent: usize,
    /// The slice that is asked for.
    reading: Option<Reading>,
}

impl SlicedBody {
    pub(crate) fn new(store: Store, document: &Document, coding: ContentCoding, length: usize) -> Self {
        let (path, digest) = (document.path.clone(), document.digest.clone());
        Self { store, path, digest, coding, length, sent: 0, reading: None }
    }

    fn read(&self) -> Reading {
        let (store, path, digest) = (self.store.clone(), self.path.clone(), self.digest.clone());
        let (coding, from) = (self.coding, self.sent);
        let bytes = SLICE_BYTES.min(self.length - self.sent);
        Box::pin(async move { store.edition_slice(&path, &digest, coding, from, bytes).await })
    }
}

impl Body for SlicedBody {
    type Data = Bytes;
    /// Why it ends before its length is reached: the connection is ended with it, and the client asks again.
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.is_end_stream() {
            return Poll::Ready(None);
        }
        let mut reading = self.reading.take().unwrap_or_else(|| self.read());
        let Poll::Ready(read) = reading.as_mut().poll(context) else {
            self.reading = Some(reading);
            return Poll::Pending;
        };
        Poll::Ready(Some(match read {
            Ok(Some(slice)) => {
                self.sent += slice.len();
                Ok(Frame::data(Bytes::from(slice)))
            }
            Ok(None) => Err(format!("{} changed while it was sent", self.path).into()),
            Err(error) => {
                tracing::error!("{} could not be read while it was sent: {error}", self.path);
                Err(error.into())
            }
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.sent >= self.length
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.length - self.sent) as u64)
    }
}
