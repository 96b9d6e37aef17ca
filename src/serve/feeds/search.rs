//! The feed of a search: the only document that a request renders, since there are as many as questions.
//! It shows at most as many pieces as any feed, its address is that of the query as it is printed, and the
//! same pieces give the same bytes, so its validators hold until what it finds changes.

use crate::model::edition::{ContentCoding, Rendered};
use crate::model::query::Query;
use crate::model::view::{Order, Search};
use crate::publish::{self, Contents, Target};
use crate::serve::failure::Failure;
use crate::serve::respond::{CODED_BYTES_MIN, Representation, VARY_CODING, choose, digest, etag, gzip};
use crate::serve::shelf::{ANY_ORIGIN, CACHE_CURRENT};
use crate::serve::{FIRST_DOCUMENT, Shared};
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use chrono::DateTime;
use std::sync::Arc;

/// Answers `/search.atom?q=…` and its likes.
pub(in crate::serve) async fn show(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Failure> {
    let asked = url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let typed = asked.into_iter().find(|(key, _)| key == "q").map(|(_, value)| value.into_owned()).unwrap_or_default();
    let query = Query::parse(&typed).map_err(|_| Failure::Bad)?;
    // Without a question it would be the feed of everything, which is stored.
    if query.root.is_none() {
        return Err(Failure::Bad);
    }
    let extension = request.uri().path().rsplit('.').next().unwrap_or_default().to_owned();
    let rendered = render(&shared, query, &extension).await?;
    let body = rendered.body;
    let wanted = if body.len() < CODED_BYTES_MIN {
        ContentCoding::Identity
    } else {
        choose(request.headers(), &[ContentCoding::Gzip])
    };
    let tag = digest(&body);
    let coded = if wanted == ContentCoding::Gzip { gzip(&body) } else { None };
    let coding = if coded.is_some() { wanted } else { ContentCoding::Identity };
    let found = Representation {
        status: StatusCode::OK,
        media_type: HeaderValue::from_static(rendered.media_type),
        etag: etag(&tag, coding),
        modified: Some(rendered.updated).filter(|updated| *updated <= shared.state.clock.now()),
        cache: CACHE_CURRENT,
        vary: VARY_CODING,
        coding,
        body: Bytes::from(coded.unwrap_or(body)),
    };
    let mut response = found.answer(request.method(), request.headers());
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
    Ok(response)
}

/// The document in the format of `extension`.
async fn render(shared: &Shared, query: Query, extension: &str) -> Result<Rendered, Failure> {
    let policy = shared.state.policy.borrow().clone();
    let target = Target::Search { query: query.to_string() };
    let search = Search {
        query,
        announced_only: true,
        order: Order::Date,
        now: shared.state.clock.now(),
        cursor: None,
        offset: 0,
        limit: target.selection(&policy).limit,
    };
    let pieces = shared.state.store.search(&search).await?.pieces;
    let since = if pieces.is_empty() {
        // A feed that shows nothing is as old as what is published.
        shared.state.store.edition(FIRST_DOCUMENT).await?.map(|edition| edition.updated)
    } else {
        None
    };
    let contents = Contents {
        id: publish::feed_id(&policy, &target),
        since: since.unwrap_or(DateTime::UNIX_EPOCH),
        pieces,
        tombstones: Vec::new(),
        last_archive: None,
    };
    let start = format!("{}.{extension}", target.stem());
    let documents = tokio::task::spawn_blocking(move || publish::documents(&policy, &target, &contents)).await;
    let documents = documents.map_err(|error| Failure::Broken(error.to_string()))?;
    documents.into_iter().find(|document| document.path.starts_with(&start)).ok_or(Failure::NotFound)
}
