//! The body of an answer: read to the end or to the limit, and recognised when it is a page that
//! wants a browser.

use super::fault;
use plenary_model::poll::{Cause, CauseKind};
use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, HeaderMap, HeaderValue};

/// Largest body that is read, in bytes after decompression.
pub const BODY_BYTES_MAX: usize = 10 * 1024 * 1024;
/// As much of the body of a refusal is read as is needed to recognise a challenge page, in bytes.
const REFUSAL_BYTES_MAX: usize = 64 * 1024;
/// First allocation for a body, in bytes, whatever length is announced.
const FIRST_BYTES: usize = 64 * 1024;

/// Fields that bot-protection services set on their challenges: name, and what the value contains.
const CHALLENGE_FIELDS: [(&str, &str); 4] =
    [("cf-mitigated", "challenge"), ("x-amzn-waf-action", ""), ("x-datadome", ""), ("x-sucuri-block", "")];
/// Texts in the pages of such services, in lower case.
const CHALLENGE_MARKS: [&str; 9] = [
    "<title>just a moment...</title>",
    "/cdn-cgi/challenge-platform/",
    "cf-chl-",
    "_incapsula_resource",
    "captcha-delivery.com",
    "/.well-known/sgcaptcha/",
    "/.within.website/x/",
    "awswafcookiedomainlist",
    "/_sec/cp_challenge/",
];

/// Reads a whole body, decompressed.
/// Fails as `TooBig` over [`BODY_BYTES_MAX`], `BadAnswer` for a content coding that is broken or not asked for,
/// `Interrupted` or `Timeout` when it does not come to its end.
pub(super) async fn read_whole(answer: Response) -> Result<Vec<u8>, Cause> {
    // Codings that we speak have been undone and their field removed by the client.
    let codings: Vec<&HeaderValue> = answer.headers().get_all(CONTENT_ENCODING).iter().collect();
    if let Some(named) = codings.first().filter(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity")) {
        let named = String::from_utf8_lossy(named.as_bytes()).chars().take(40).collect::<String>();
        return Err(Cause::new(CauseKind::BadAnswer, format!("content coding \"{named}\" was not asked for")));
    }
    let announced = answer.content_length();
    if announced.is_some_and(|length| length > BODY_BYTES_MAX as u64) {
        return Err(too_big());
    }
    let (body, is_cut) = read(answer, BODY_BYTES_MAX).await?;
    if is_cut { Err(too_big()) } else { Ok(body) }
}

pub(super) async fn read_beginning(answer: Response) -> Vec<u8> {
    read(answer, REFUSAL_BYTES_MAX).await.map(|(body, _)| body).unwrap_or_default()
}

/// Reads at most `limit` bytes; true when there were more.
async fn read(mut answer: Response, limit: usize) -> Result<(Vec<u8>, bool), Cause> {
    let mut body = Vec::with_capacity(FIRST_BYTES.min(limit));
    loop {
        let chunk = match answer.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Ok((body, false)),
            Err(error) => return Err(fault::classify_body(&error, body.len())),
        };
        let room = limit - body.len();
        if let Some(fitting) = chunk.get(..room).filter(|_| chunk.len() > room) {
            body.extend_from_slice(fitting);
            return Ok((body, true));
        }
        body.extend_from_slice(&chunk);
    }
}

fn too_big() -> Cause {
    Cause::new(CauseKind::TooBig, format!("over {} MiB", BODY_BYTES_MAX / (1024 * 1024)))
}

pub(super) fn is_challenge_by_fields(fields: &HeaderMap) -> bool {
    CHALLENGE_FIELDS.iter().any(|(name, part)| {
        fields.get(*name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(part))
    })
}

/// True when the body is a page of a bot-protection service. A feed whose entries mention one is
/// not: the document must begin as HTML.
pub(super) fn is_challenge_page(body: &[u8]) -> bool {
    let beginning = String::from_utf8_lossy(body.get(..REFUSAL_BYTES_MAX).unwrap_or(body)).to_ascii_lowercase();
    let begins_as_html = {
        let start = beginning.trim_start_matches('\u{feff}').trim_start();
        start.starts_with("<!doctype html") || start.starts_with("<html")
    };
    begins_as_html && CHALLENGE_MARKS.iter().any(|mark| beginning.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_told_from_a_feed_about_challenges() {
        let page = b"\n<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>";
        assert!(is_challenge_page(page));
        assert!(!is_challenge_page(b"<!doctype html><title>Our news</title>"));
        assert!(!is_challenge_page(
            b"<rss><description>&lt;title>just a moment...</title> cf-chl-</description></rss>"
        ));
    }
}
