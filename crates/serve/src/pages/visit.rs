//! A visit to a page: everything that a page is made from, and how it is answered.

use crate::address::{Place, locale_of, prefix_of};
use crate::failure::Failure;
use crate::locale::Locale;
use crate::respond::page;
use crate::state::Shared;
use crate::view::{Layout, Scene, Subject};
use askama::Template;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use chrono::{DateTime, Utc};
use plenary_model::deadline::{Deadline, list_deadlines};
use plenary_model::event::Event;
use plenary_model::policy::Policy;
use plenary_model::view::{FacetCount, PerWork, Search};
use plenary_store::Store;
use std::sync::Arc;

/// How long a page may be shown without asking, in a cache or a browser, in seconds: long enough to bear a rush of
/// visitors, short enough that a visitor sees what a poll has just brought.
const CACHE_PAGE: &str = "public, max-age=15";

pub(super) struct Visit {
    pub(super) shared: Arc<Shared>,
    pub(super) policy: Arc<Policy>,
    pub(super) locale: &'static Locale,
    pub(super) now: DateTime<Utc>,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) params: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
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
    pub(super) fn scene(&self) -> Scene<'_> {
        Scene { policy: &self.policy, locale: self.locale, now: self.now }
    }

    pub(super) fn store(&self) -> &Store {
        &self.shared.state.store
    }

    /// A part of the path.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A part of the query string.
    pub(super) fn query_param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Which version of a work is listed: the one in the language of the page, else in the first of the site's
    /// languages that it has.
    pub(super) fn per_work(&self) -> PerWork {
        let own = self.locale.tag.to_owned();
        let others = self.policy.network.languages.iter().filter(|tag| **tag != own).cloned();
        PerWork { languages: std::iter::once(own.clone()).chain(others).collect() }
    }

    /// The deadlines that pieces name, beside the events of the calendar.
    pub(super) async fn deadlines(&self, events: &[Event]) -> Result<Vec<Deadline>, Failure> {
        let views = self.store().pieces_with_deadlines(&self.per_work(), self.now).await?;
        Ok(list_deadlines(&views, events))
    }

    /// True where searches are answered.
    pub(super) fn is_live(&self) -> bool {
        self.shared.is_live
    }

    /// How many of the pieces that a search finds have which value; counted once until the store changes.
    pub(super) async fn facets(&self, asked: &Search) -> Result<Arc<Vec<FacetCount>>, Failure> {
        Ok(self.shared.facets.count(self.store(), asked, self.now).await?)
    }

    /// The number of the page, from 1. Page 1 has the address without a number.
    pub(super) fn page_number(&self, first: &Place) -> Result<usize, Failure> {
        match self.param("page").map(str::parse::<usize>) {
            None => Ok(1),
            Some(Ok(1)) => Err(Failure::Moved(self.scene().to(first))),
            Some(Ok(page)) if page > 1 => Ok(page),
            Some(_) => Err(Failure::NotFound),
        }
    }

    /// The number of the page from the query string, from 1 up to `most`.
    pub(super) fn page_asked(&self, most: usize) -> Result<usize, Failure> {
        match self.query_param("page").map(str::parse::<usize>) {
            None => Ok(1),
            Some(Ok(page)) if (1..=most).contains(&page) => Ok(page),
            Some(_) => Err(Failure::NotFound),
        }
    }

    pub(super) fn layout(&self, subject: Subject) -> Layout {
        let layout = Layout::new(&self.scene(), subject, self.shared.assets.dress(&self.policy));
        Layout { is_live: self.is_live(), ..layout }
    }

    pub(super) fn respond(&self, status: StatusCode, template: &impl Template) -> Result<Response, Failure> {
        let cache = HeaderValue::from_static(CACHE_PAGE);
        let rendered = page(status, template.render()?, cache, &self.headers);
        let mut response = rendered.clone().answer(&self.method, &self.headers);
        response.extensions_mut().insert(rendered);
        Ok(response)
    }
}
