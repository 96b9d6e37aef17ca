//! What is part of the program: style sheets and the icon, coded once at start.

use super::address::prefix_of;
use super::locale::Locale;
use super::respond::{Representation, VARY_CODING, choose, digest, etag};
use super::theme;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use plenary_model::edition::ContentCoding;
use plenary_model::policy::Policy;
use plenary_publish::coding::brotli;
use std::sync::{Arc, Mutex, PoisonError};

/// Address of the style sheet that browsers use for a feed; feeds name it, so it has no digest.
const FEED_STYLE: &str = "/static/feed.css";
const ICON: &str = "/static/favicon.svg";
/// Where browsers look for an icon of what is no page, such as a feed.
pub(super) const ICON_ASKED: &str = "/favicon.ico";
/// Address of the worker that shows a page when there is no network; it stands above all pages.
pub(super) const WORKER: &str = "/worker.js";
/// The worker must be looked at again each time, or nothing new would reach those who have it.
const CACHE_ASKED: &str = "no-cache";
/// An address with a digest in it never changes its content: a year, as long as RFC 9111 caches keep.
const CACHE_HASHED: &str = "public, max-age=31536000, immutable";
/// An address without one: an hour.
const CACHE_NAMED: &str = "public, max-age=3600";
/// Effort of Brotli, the best there is: it runs once.
const BROTLI_QUALITY: i32 = 11;

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// One file in all codings.
struct Asset {
    path: String,
    media_type: &'static str,
    cache: &'static str,
    digest: String,
    identity: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

/// Addresses that the head of a page names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dress {
    /// The style sheet of pages.
    pub(crate) style: String,
    /// That of the network's accent, to be read after it.
    pub(crate) theme: Option<String>,
    pub(crate) logo: Option<String>,
    pub(crate) script: String,
}

/// The files of a policy's looks, made once for each policy.
struct ThemeFiles {
    version: String,
    dress: Dress,
    files: Vec<Asset>,
}

pub(super) struct Assets {
    style: String,
    script: String,
    files: Vec<Asset>,
    theme: Mutex<Option<Arc<ThemeFiles>>>,
}

impl Assets {
    pub(super) fn new() -> Self {
        let site = include_bytes!("static/site.css");
        let style = format!("/static/site.{}.css", digest(site).get(..12).unwrap_or_default());
        let code = include_bytes!("static/site.js");
        let script = format!("/static/site.{}.js", digest(code).get(..12).unwrap_or_default());
        let files = vec![
            Asset::new(script.clone(), JAVASCRIPT, CACHE_HASHED, code.to_vec()),
            Asset::new(style.clone(), CSS, CACHE_HASHED, site.to_vec()),
            Asset::new(FEED_STYLE.into(), CSS, CACHE_NAMED, include_bytes!("static/feed.css").to_vec()),
        ];
        Self { style, script, files, theme: Mutex::new(None) }
    }

    pub(super) fn dress(&self, policy: &Policy) -> Dress {
        self.theme(policy).dress.clone()
    }

    pub(super) fn paths(&self, policy: &Policy) -> Vec<String> {
        let theme = self.theme(policy);
        self.files.iter().chain(&theme.files).map(|asset| asset.path.clone()).collect()
    }

    /// Answers a request for a file; `None` where there is none at this address.
    pub(super) fn answer(
        &self,
        policy: &Policy,
        path: &str,
        method: &Method,
        headers: &HeaderMap,
    ) -> Option<Response<Body>> {
        let theme = self.theme(policy);
        let mut files = self.files.iter().chain(&theme.files);
        let asset = files.find(|asset| asset.path == path)?;
        Some(asset.represent(headers).answer(method, headers))
    }

    fn theme(&self, policy: &Policy) -> Arc<ThemeFiles> {
        let mut kept = self.theme.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.as_ref() {
            Some(theme) if theme.version == policy.version => Arc::clone(theme),
            _ => Arc::clone(kept.insert(Arc::new(ThemeFiles::new(policy, &self.style, &self.script)))),
        }
    }
}

impl ThemeFiles {
    fn new(policy: &Policy, style: &str, script: &str) -> Self {
        let theme = &policy.network.theme;
        let icon = theme::icon(theme).into_bytes();
        let mut files = vec![
            Asset::new(ICON.into(), SVG, CACHE_NAMED, icon.clone()),
            Asset::new(ICON_ASKED.into(), SVG, CACHE_NAMED, icon),
        ];
        let mut dress = Dress { style: style.to_owned(), script: script.to_owned(), ..Dress::default() };
        let mut add = |name: &str, extension: &str, media_type, body: Vec<u8>| {
            let path = format!("/static/{name}.{}.{extension}", digest(&body).get(..12).unwrap_or_default());
            files.push(Asset::new(path.clone(), media_type, CACHE_HASHED, body));
            path
        };
        dress.theme = theme.accent.map(|accent| add("theme", "css", CSS, theme::style(accent).into_bytes()));
        dress.logo = theme.logo.as_ref().map(|logo| add("logo", "svg", SVG, logo.clone().into_bytes()));
        let prefixes: Vec<String> =
            Locale::find_all(policy).into_iter().map(|locale| prefix_of(policy, locale)).collect();
        let sheets: Vec<String> = [&dress.style].into_iter().chain(&dress.theme).cloned().collect();
        let worker = theme::worker(&prefixes, &sheets).into_bytes();
        files.push(Asset::new(WORKER.into(), JAVASCRIPT, CACHE_ASKED, worker));
        Self { version: policy.version.clone(), dress, files }
    }
}

impl Asset {
    fn new(path: String, media_type: &'static str, cache: &'static str, body: Vec<u8>) -> Self {
        Self {
            path,
            media_type,
            cache,
            digest: digest(&body),
            gzip: Bytes::from(super::respond::gzip(&body)),
            brotli: Bytes::from(brotli(&body, BROTLI_QUALITY)),
            identity: Bytes::from(body),
        }
    }

    fn represent(&self, headers: &HeaderMap) -> Representation {
        let coding = choose(headers, &[ContentCoding::Brotli, ContentCoding::Gzip]);
        let body = match coding {
            ContentCoding::Brotli => &self.brotli,
            ContentCoding::Gzip => &self.gzip,
            ContentCoding::Identity => &self.identity,
        };
        Representation {
            status: StatusCode::OK,
            media_type: HeaderValue::from_static(self.media_type),
            etag: etag(&self.digest, coding),
            modified: None,
            cache: HeaderValue::from_static(self.cache),
            vary: VARY_CODING,
            is_open: false,
            coding,
            body: body.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;
    use axum::http::header;
    use plenary_model::theme::{Accent, Colour};

    #[test]
    fn the_style_sheet_is_known_by_its_digest() {
        let assets = Assets::new();
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br"));
        let policy = samples::policy();
        let style = assets.dress(&policy).style;
        let response = assets.answer(&policy, &style, &Method::GET, &headers).unwrap();
        assert_eq!(response.headers()[header::CONTENT_ENCODING], "br");
        assert!(response.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        assert!(assets.answer(&policy, "/static/site.css", &Method::GET, &headers).is_none());
        let dress = assets.dress(&policy);
        assert_eq!((dress.theme, dress.logo), (None, None), "the site's own looks need no more");
    }

    #[test]
    fn the_looks_follow_the_policy() {
        let assets = Assets::new();
        let mut policy = samples::policy();
        let plain = assets.paths(&policy).len();
        let day = Colour::parse("#6a3d9a").unwrap();
        policy.network.theme.accent = Some(Accent { day, night: day.readable_by_night() });
        policy.network.theme.logo = Some("<svg xmlns='http://www.w3.org/2000/svg'/>".into());
        assert_eq!(assets.paths(&policy).len(), plain, "the same version is the same policy");
        policy.version = "v2".into();
        let dress = assets.dress(&policy);
        assert_eq!(assets.paths(&policy).len(), plain + 2);
        for path in [dress.theme.unwrap(), dress.logo.unwrap(), ICON.to_owned()] {
            assert_eq!(
                assets.answer(&policy, &path, &Method::GET, &HeaderMap::new()).unwrap().status(),
                StatusCode::OK
            );
        }
    }

    #[test]
    fn no_style_sheet_asks_another_host() {
        for css in [include_str!("static/site.css"), include_str!("static/feed.css")] {
            assert!(!css.contains("http:"));
            assert!(!css.contains("https:"));
            assert!(!css.contains("@import"));
        }
    }
}
