//! From an error of the client to a named cause. The particulars never contain the address, since
//! that may hold a secret.

use super::resolve::ResolveError;
use plenary_model::poll::{Cause, CauseKind};
use rustls::{CertificateError, Error as TlsError};
use std::error::Error;
use std::io;

pub(super) fn classify_request(error: &reqwest::Error) -> Cause {
    if let Some(refusal) = find::<ResolveError>(error) {
        let kind = match refusal {
            ResolveError::Unknown(_) => CauseKind::Unresolved,
            ResolveError::Refused { .. } => CauseKind::RefusedAddress,
        };
        return Cause::new(kind, refusal.to_string());
    }
    if let Some(tls) = find::<TlsError>(error) {
        return Cause::new(CauseKind::Tls, tls_in_words(tls));
    }
    if error.is_timeout() {
        return Cause::new(CauseKind::Timeout, "no answer");
    }
    if error.is_connect() {
        return Cause::new(CauseKind::Unreachable, innermost(error));
    }
    if find::<io::Error>(error).is_some() {
        return Cause::new(CauseKind::Interrupted, innermost(error));
    }
    let innermost = innermost(error);
    // The connection was closed before an answer, in the words of the HTTP library.
    let is_cut = ["connection closed", "incomplete message", "connection was not ready", "channel closed"]
        .iter()
        .any(|words| innermost.contains(words) || error_chain(error).any(|e| e.to_string().contains(words)));
    let kind = if is_cut { CauseKind::Interrupted } else { CauseKind::BadAnswer };
    Cause::new(kind, innermost)
}

/// The cause of a body that did not come to its end after `received` bytes.
pub(super) fn classify_body(error: &reqwest::Error, received: usize) -> Cause {
    if error.is_timeout() {
        return Cause::new(CauseKind::Timeout, format!("after {received} bytes"));
    }
    Cause::new(CauseKind::Interrupted, format!("after {received} bytes: {}", innermost(error)))
}

fn tls_in_words(error: &TlsError) -> String {
    match error {
        TlsError::InvalidCertificate(certificate) => match certificate {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "the certificate has expired".into(),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "the certificate is not valid yet".into()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "the certificate is for another host".into()
            }
            CertificateError::Revoked => "the certificate was revoked".into(),
            CertificateError::UnknownIssuer => "the certificate is not from an authority that we trust".into(),
            // A self-signed certificate is its own authority.
            CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
                "the certificate is not from an authority that we trust: it is self-signed".into()
            }
            other => format!("the certificate is not trusted: {other:?}").chars().take(DETAIL_CHARS_MAX).collect(),
        },
        TlsError::InvalidMessage(_) => "the port does not speak TLS".into(),
        TlsError::AlertReceived(alert) => format!("the host refused: {alert:?}"),
        other => other.to_string().chars().take(DETAIL_CHARS_MAX).collect(),
    }
}

/// Longest text of an error that is kept, in characters.
const DETAIL_CHARS_MAX: usize = 160;

/// The text of the innermost error: the outer ones repeat that a request failed.
fn innermost(error: &reqwest::Error) -> String {
    error_chain(error).last().map(|e| e.to_string().chars().take(DETAIL_CHARS_MAX).collect()).unwrap_or_default()
}

fn error_chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |error| below(*error))
}

/// The next error inwards. An I/O error hands out the error it wraps, not the source of that.
fn below<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner as &(dyn Error + 'static)),
        None => error.source(),
    }
}

fn find<T: Error + 'static>(error: &reqwest::Error) -> Option<&T> {
    error_chain(error).find_map(|error| error.downcast_ref::<T>())
}
