//! What is part of the program: style sheets and the icon, coded once at start.

use super::failure::Failure;
use super::respond::{Representation, VARY_CODING, choose, digest, etag};
use crate::model::edition::ContentCoding;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use std::io::Write;

/// Address of the style sheet that browsers use for a feed; feeds name it, so it has no digest.
const FEED_STYLE: &str = "/static/feed.css";
/// Address of the icon.
const ICON: &str = "/static/favicon.svg";
/// Where browsers look for an icon of what is no page, such as a feed.
pub(super) const ICON_ASKED: &str = "/favicon.ico";
/// An address with a digest in it never changes its content: a year, as long as RFC 9111 caches keep.
const CACHE_HASHED: &str = "public, max-age=31536000, immutable";
/// An address without one: an hour.
const CACHE_NAMED: &str = "public, max-age=3600";
/// Effort of Brotli, the best there is: it runs once.
const BROTLI_QUALITY: u32 = 11;
/// Window of Brotli, as a power of two.
const BROTLI_WINDOW: u32 = 22;

/// One file in all codings.
struct Asset {
    path: String,
    media_type: &'static str,
    cache: &'static str,
    digest: String,
    identity: Bytes,
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
}

/// The files of the site.
pub(super) struct Assets {
    style: String,
    files: Vec<Asset>,
}

impl Assets {
    /// Codes the built-in files.
    pub(super) fn new() -> Self {
        let site = include_bytes!("static/site.css");
        let style = format!("/static/site.{}.css", digest(site).get(..12).unwrap_or_default());
        let icon = include_bytes!("static/favicon.svg");
        let css = "text/css; charset=utf-8";
        let files = vec![
            Asset::new(style.clone(), css, CACHE_HASHED, site),
            Asset::new(FEED_STYLE.into(), css, CACHE_NAMED, include_bytes!("static/feed.css")),
            Asset::new(ICON.into(), "image/svg+xml", CACHE_NAMED, icon),
            Asset::new(ICON_ASKED.into(), "image/svg+xml", CACHE_NAMED, icon),
        ];
        Self { style, files }
    }

    /// Address of the style sheet of pages.
    pub(super) fn style(&self) -> &str {
        &self.style
    }

    /// Addresses of all files.
    pub(super) fn paths(&self) -> impl Iterator<Item = String> {
        self.files.iter().map(|asset| asset.path.clone())
    }

    /// Answers a request for a file.
    pub(super) fn answer(&self, path: &str, method: &Method, headers: &HeaderMap) -> Result<Response<Body>, Failure> {
        let asset = self.files.iter().find(|asset| asset.path == path).ok_or(Failure::NotFound)?;
        Ok(asset.represent(headers).answer(method, headers))
    }
}

impl Asset {
    fn new(path: String, media_type: &'static str, cache: &'static str, body: &'static [u8]) -> Self {
        Self {
            path,
            media_type,
            cache,
            digest: digest(body),
            identity: Bytes::from_static(body),
            gzip: super::respond::gzip(body).map(Bytes::from),
            brotli: brotli(body).map(Bytes::from),
        }
    }

    fn represent(&self, headers: &HeaderMap) -> Representation {
        let codings = [(ContentCoding::Brotli, &self.brotli), (ContentCoding::Gzip, &self.gzip)];
        let offered: Vec<ContentCoding> =
            codings.iter().filter(|(_, body)| body.is_some()).map(|(coding, _)| *coding).collect();
        let coding = choose(headers, &offered);
        let coded = codings.into_iter().find(|(one, _)| *one == coding).and_then(|(_, body)| body.clone());
        Representation {
            status: StatusCode::OK,
            media_type: HeaderValue::from_static(self.media_type),
            etag: etag(&self.digest, coding),
            modified: None,
            cache: HeaderValue::from_static(self.cache),
            vary: VARY_CODING,
            coding,
            body: coded.unwrap_or_else(|| self.identity.clone()),
        }
    }
}

/// `None` when the encoder fails, which writing to memory does not.
fn brotli(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4_096, BROTLI_QUALITY, BROTLI_WINDOW);
    encoder.write_all(body).ok()?;
    encoder.flush().ok()?;
    Some(encoder.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header;

    #[test]
    fn the_style_sheet_is_known_by_its_digest() {
        let assets = Assets::new();
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br"));
        let response = assets.answer(assets.style(), &Method::GET, &headers).unwrap();
        assert_eq!(response.headers()[header::CONTENT_ENCODING], "br");
        assert!(response.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        assert!(assets.answer("/static/site.css", &Method::GET, &headers).is_err());
    }

    #[test]
    fn no_style_sheet_asks_another_host() {
        for css in [include_str!("static/site.css"), include_str!("static/feed.css")] {
            assert!(!css.contains("http:") && !css.contains("https:") && !css.contains("@import"));
        }
    }
}
