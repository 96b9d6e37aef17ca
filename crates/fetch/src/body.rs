//! The body of an answer: read to the end or to the limit, and recognised when it is a page that
//! wants a browser.

use super::{coding, fault};
use plenary_model::poll::{Cause, CauseKind};
use reqwest::Response;
use reqwest::header::{CONTENT_RANGE, HeaderMap};
use tokio::sync::Semaphore;

/// Largest body that is read, in bytes after decompression.
pub const BODY_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Bodies that are decompressed at once. Each may grow to [`BODY_BYTES_MAX`], and to twice that while it grows: a dozen
/// that were made to do so took 26 MiB more.
static DECODING: Semaphore = Semaphore::const_new(1);
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
    let announced = answer.content_length();
    if announced.is_some_and(|length| length > BODY_BYTES_MAX as u64) {
        return Err(too_big());
    }
    let fields = answer.headers().clone();
    let (body, is_cut) = read(answer, BODY_BYTES_MAX).await?;
    if is_cut {
        return Err(too_big());
    }
    // The permit is never refused: nobody closes the line.
    let _turn = DECODING.acquire().await.ok();
    let decoding = tokio::task::spawn_blocking(move || coding::decode(&fields, body, BODY_BYTES_MAX));
    let decoded = decoding.await.map_err(|_| Cause::new(CauseKind::BadAnswer, "the compression is broken"))?;
    let (body, is_cut) = decoded?;
    if is_cut { Err(too_big()) } else { Ok(body) }
}

pub(super) async fn read_beginning(answer: Response) -> Vec<u8> {
    let fields = answer.headers().clone();
    let body = read(answer, REFUSAL_BYTES_MAX).await.map(|(body, _)| body).unwrap_or_default();
    coding::decode_beginning(&fields, &body, REFUSAL_BYTES_MAX)
}

/// True when an answer with a part of a document (206) has all of it: by its range (RFC 9110 14.4), else by its end.
pub(super) fn is_whole(fields: &HeaderMap, body: &[u8]) -> bool {
    const ENDS: [&str; 7] = ["</rss>", "</feed>", "</rdf:rdf>", "</channel>", "}", "end:vcalendar", "</html>"];
    let range = fields.get(CONTENT_RANGE).and_then(|range| range.to_str().ok()).unwrap_or_default().trim();
    let (span, total) = range.split_once('/').unwrap_or((range, "*"));
    let span = span.trim_start_matches(|c: char| !c.is_ascii_digit());
    let ends = span.split_once('-').map(|(first, last)| (first.trim().parse::<u64>(), last.trim().parse::<u64>()));
    match (ends, total.trim().parse::<u64>()) {
        (Some((Ok(first), _)), _) if first > 0 => false,
        (Some((Ok(_), Ok(last))), Ok(total)) => last.checked_add(1) == Some(total),
        _ => {
            let tail = body.trim_ascii_end();
            let tail = tail.get(tail.len().saturating_sub(20)..).unwrap_or(tail);
            let tail = String::from_utf8_lossy(tail).to_ascii_lowercase();
            ENDS.iter().any(|end| tail.ends_with(end))
        }
    }
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
    fn a_part_that_is_the_whole_is_told_from_one_that_is_not() {
        let is_whole = |range: &str, body: &str| {
            let mut fields = HeaderMap::new();
            if !range.is_empty() {
                fields.insert(CONTENT_RANGE, range.parse().unwrap());
            }
            is_whole(&fields, body.as_bytes())
        };
        for (range, body) in
            [("bytes 0-4/5", "<rss>"), ("bytes 0-99/*", "<rss></rss>\n"), ("", "{}"), ("bytes */5", "<feed></FEED>")]
        {
            assert!(is_whole(range, body), "{range}");
        }
        for (range, body) in [("bytes 0-3/5", "<rss></rss>"), ("bytes 5-9/10", "</rss>"), ("", "<rss><item>")] {
            assert!(!is_whole(range, body), "{range}");
        }
    }

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
