//! The feed of a search: the only document that a request renders, since there are as many as questions. Its address is
//! that of the query as printed, and the same pieces give the same bytes, so its validators hold until what it finds
//! changes.

use super::is_opened_in_browser;
use crate::address::EVERYTHING;
use crate::failure::Failure;
use crate::respond::{CACHE_CURRENT, PLAIN_XML, Representation, VARY_FEED, encode_representation, is_feed};
use crate::state::Shared;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use chrono::DateTime;
use plenary_model::edition::Rendered;
use plenary_model::query::Query;
use plenary_model::view::{Order, Search};
use plenary_publish::{Contents, Target};
use std::sync::Arc;

/// Answers `/search.atom?q=…` and its likes.
pub(crate) async fn show(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Failure> {
    let asked = url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let typed = asked.into_iter().find(|(key, _)| key == "q").map(|(_, value)| value.into_owned()).unwrap_or_default();
    let query = Query::parse_search(&typed).map_err(|_| Failure::Bad)?;
    // Without a question it would be the feed of everything, which is stored.
    if query.root.is_none() {
        return Err(Failure::Bad);
    }
    let extension = request.uri().path().rsplit('.').next().unwrap_or_default().to_owned();
    let rendered = render(&shared, query, extension).await?;
    let media_type = if is_opened_in_browser(request.headers()) && is_feed(rendered.media_type) {
        PLAIN_XML
    } else {
        HeaderValue::from_static(rendered.media_type)
    };
    let found = encode_representation(StatusCode::OK, media_type, rendered.body, CACHE_CURRENT, request.headers());
    let found = Representation { is_open: true, vary: VARY_FEED, ..found };
    let mut response = found.clone().answer(request.method(), request.headers());
    response.extensions_mut().insert(found);
    Ok(response)
}

async fn render(shared: &Shared, query: Query, extension: String) -> Result<Rendered, Failure> {
    let policy = shared.state.policy.borrow().clone();
    let target = Target::Search { query: query.to_string() };
    let search = Search {
        query,
        announced_only: true,
        order: Order::Date,
        now: shared.state.clock.now(),
        cursor: None,
        per_work: None,
        offset: 0,
        limit: target.selection(&policy).limit,
    };
    let pieces = shared.state.store.search(&search).await?.pieces;
    let since = if pieces.is_empty() {
        // A feed that shows nothing is as old as what is published.
        shared.state.store.edition(EVERYTHING).await?.map(|edition| edition.updated)
    } else {
        None
    };
    let contents = Contents {
        id: plenary_publish::feed_id(&policy, &target),
        since: since.unwrap_or(DateTime::UNIX_EPOCH),
        pieces,
        tombstones: Vec::new(),
        last_archive: None,
    };
    let rendering = move || plenary_publish::document(&policy, &target, &contents, &extension);
    let document = tokio::task::spawn_blocking(rendering).await;
    document.map_err(|error| Failure::Broken(error.to_string()))?.ok_or(Failure::NotFound)
}
