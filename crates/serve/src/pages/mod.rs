//! The HTML pages, one file each: what is asked of the store, and the template that shows it.

mod calendar;
mod card;
mod extension;
mod how;
mod narrow;
mod offline;
mod overview;
mod piece;
mod search;
mod section;
mod source;
mod sources;

pub(super) use search::pages_of as value_pages;
pub(super) use section::pages_of as section_pages;
pub(super) use source::pages_of as source_pages;

use super::Shared;
use super::address::{FACETS, Place, locale_of, prefix_of};
use super::failure::Failure;
use super::locale::{Locale, fill};
use super::respond::page;
use super::view::{Layout, Scene, Subject};
use askama::Template;
use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};
use plenary_model::policy::Policy;
use plenary_model::query::Field;
use plenary_model::view::{FacetCount, Search};
use plenary_store::Store;
use std::sync::Arc;

/// How long a page may be shown without asking, in a cache or a browser: long enough to bear a rush of
/// visitors, short enough that a visitor sees what a poll has just brought. In seconds.
const CACHE_PAGE: &str = "public, max-age=15";

/// Routes of all pages, in the first language and under a prefix.
pub(super) fn routes() -> Router<Arc<Shared>> {
    let mut router = Router::new().route("/{lang}", get(prefix_alone));
    router = router.route("/cards/pieces/{name}", get(card::piece));
    for prefix in ["", "/{lang}"] {
        let at = |path: &str| format!("{prefix}{path}");
        router = router
            .route(&at("/"), get(overview::show))
            .route(&at("/sections/{slug}"), get(section::show))
            .route(&at("/sections/{slug}/page/{page}"), get(section::show))
            .route(&at("/sections/{slug}/filtered.atom"), get(async |visit: Visit| section::filtered(&visit, "atom")))
            .route(&at("/sections/{slug}/filtered.rss"), get(async |visit: Visit| section::filtered(&visit, "rss")))
            .route(&at("/sections/{slug}/filtered.json"), get(async |visit: Visit| section::filtered(&visit, "json")))
            .route(&at("/cards/site.png"), get(card::site))
            .route(&at("/cards/sections/{name}"), get(card::section))
            .route(&at("/sources"), get(sources::show))
            .route(&at("/sources/{id}"), get(source::show))
            .route(&at("/sources/{id}/page/{page}"), get(source::show))
            .route(&at("/pieces/{id}"), get(piece::show))
            .route(&at("/calendar"), get(calendar::show))
            .route(&at("/offline"), get(offline::show))
            .route(&at("/how"), get(how::show))
            .route(&at("/ns"), get(extension::show))
            .route(&at("/search"), get(search::show));
        for (field, name) in FACETS {
            router = router.route(&at(&format!("/{name}")), get(move |visit| search::browse(visit, field)));
            if field != Field::Section {
                let values = at(&format!("/{name}/{{value}}"));
                router = router
                    .route(&values, get(move |visit| search::of_value(visit, field)))
                    .route(&format!("{values}/page/{{page}}"), get(move |visit| search::of_value(visit, field)));
            }
        }
    }
    router
}

/// True for what a page or the feed of a search reads of its query string; all else changes nothing.
pub(super) fn reads(name: &str) -> bool {
    ["q", "page", "order"].contains(&name) || narrow::field_of(name).is_some()
}

/// `/fr` is `/fr/`, so that its relative place is that of `/`.
async fn prefix_alone(visit: Visit) -> Failure {
    Failure::Moved(visit.scene().to(&Place::Overview))
}

/// A visitor asking for a page: in which language, under which policy, when.
pub(super) struct Visit {
    shared: Arc<Shared>,
    policy: Arc<Policy>,
    locale: &'static Locale,
    now: DateTime<Utc>,
    method: Method,
    headers: HeaderMap,
    params: Vec<(String, String)>,
    query: Vec<(String, String)>,
}

impl FromRequestParts<Arc<Shared>> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Failure> {
        let params = RawPathParams::from_request_parts(parts, shared).await.map_err(|_| Failure::Bad)?;
        let params: Vec<(String, String)> =
            params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let policy = shared.state.policy.borrow().clone();
        let locale = locale_of(&policy, parts.uri.path()).ok_or(Failure::NotFound)?;
        let visit = Self {
            shared: Arc::clone(shared),
            locale,
            now: shared.state.clock.now(),
            method: parts.method.clone(),
            headers: parts.headers.clone(),
            params,
            query: url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect(),
            policy,
        };
        // A prefix that is no language of this site, or that of the first language, is no address.
        match visit.param("lang") {
            Some(tag) if tag != locale.tag || prefix_of(&visit.policy, locale).is_empty() => Err(Failure::NotFound),
            _ => Ok(visit),
        }
    }
}

impl Visit {
    fn scene(&self) -> Scene<'_> {
        Scene { policy: &self.policy, locale: self.locale, now: self.now }
    }

    fn store(&self) -> &Store {
        &self.shared.state.store
    }

    /// A part of the path.
    fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A part of the query string.
    fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// True where searches are answered.
    fn is_live(&self) -> bool {
        self.shared.is_live
    }

    /// How many of the pieces that a search finds have which value; counted once until the store changes.
    async fn facets(&self, asked: &Search) -> Result<Arc<Vec<FacetCount>>, Failure> {
        self.shared.counts.of(self.store(), asked).await
    }

    /// The number of the page, from 1. Page 1 has the address without a number.
    fn page_number(&self, first: &Place) -> Result<usize, Failure> {
        match self.param("page").map(str::parse::<usize>) {
            None => Ok(1),
            Some(Ok(1)) => Err(Failure::Moved(self.scene().to(first))),
            Some(Ok(page)) if page > 1 => Ok(page),
            Some(_) => Err(Failure::NotFound),
        }
    }

    /// The number of the page from the query string, from 1 up to `most`.
    fn page_asked(&self, most: usize) -> Result<usize, Failure> {
        match self.asked("page").map(str::parse::<usize>) {
            None => Ok(1),
            Some(Ok(page)) if (1..=most).contains(&page) => Ok(page),
            Some(_) => Err(Failure::NotFound),
        }
    }

    fn layout(&self, subject: Subject) -> Layout {
        let layout = Layout::new(&self.scene(), subject, self.shared.assets.dress(&self.policy));
        Layout { is_live: self.is_live(), ..layout }
    }

    fn respond(&self, status: StatusCode, template: &impl Template) -> Result<Response, Failure> {
        let cache = HeaderValue::from_static(CACHE_PAGE);
        let rendered = page(status, template.render()?, cache, &self.headers);
        let mut response = rendered.clone().answer(&self.method, &self.headers);
        response.extensions_mut().insert(rendered);
        Ok(response)
    }
}

/// Links to the pages of a list before and after this one.
pub(super) struct Pager {
    label: String,
    place: String,
    newer: Option<String>,
    older: Option<String>,
    newer_word: String,
    older_word: String,
    pages: usize,
}

impl Pager {
    /// The pager of page `page` of `pages`; `at` gives the address of another.
    fn new(scene: &Scene<'_>, page: usize, pages: usize, at: impl Fn(usize) -> Place) -> Self {
        let words = &scene.locale.words.section;
        let numbers = (scene.locale.number(page), scene.locale.number(pages));
        Self {
            label: words.pages.clone(),
            place: fill(&words.page, &[("n", &numbers.0), ("all", &numbers.1)]),
            newer: (page > 1).then(|| scene.to(&at(page - 1))),
            older: (page < pages).then(|| scene.to(&at(page + 1))),
            newer_word: words.newer.clone(),
            older_word: words.older.clone(),
            pages,
        }
    }

    fn is_needed(&self) -> bool {
        self.pages > 1
    }
}

/// How many pages a list of `total` has; an empty list has one.
fn pages_for(total: usize, per_page: usize) -> usize {
    total.div_ceil(per_page).max(1)
}
