//! The public interface for programs, `/api/v1`: what the pages show, as JSON. Read-only, without keys, open to every
//! origin; `openapi.json` describes it. Fields are only ever added within v1.

mod shape;

use super::respond::encode_representation;
use super::state::Shared;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use plenary_model::id::PieceId;
use plenary_model::policy::Policy;
use plenary_model::query::{ASKED_MAX, Field, Node, Query};
use plenary_model::view::{Found, Order, PieceFound, Search};
use plenary_store::StoreError;
use serde_json::{Value, json};
use std::sync::Arc;

/// The description of the interface (`OpenAPI` 3.1).
const OPENAPI: &str = include_str!("openapi.json");
/// How long an answer may be kept without asking, in seconds.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=60, stale-while-revalidate=600");
/// Pieces in an answer when the question does not say.
const LIMIT_DEFAULT: usize = 20;
/// Most pieces in an answer.
const LIMIT_MAX: usize = 100;
/// Matches of a search that can be reached in order of relevance.
const REACHED_MAX: usize = 1_000;

/// What the parameters of `/pieces` ask for.
const FILTERS: [(&str, Field); 11] = [
    ("section", Field::Section),
    ("source", Field::Source),
    ("topic", Field::Topic),
    ("genre", Field::Genre),
    ("organisation", Field::Organisation),
    ("country", Field::Country),
    ("language", Field::Language),
    ("standing", Field::Standing),
    ("issuer", Field::Issuer),
    ("after", Field::After),
    ("before", Field::Before),
];

/// Why a question gets no answer, told as a problem document (RFC 9457).
enum Problem {
    Missing,
    Gone(String),
    Bad(String),
    Costly(String),
    Busy(String),
    Broken,
}

type Answer = Result<Value, Problem>;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TooCostly => Self::Costly(error.to_string()),
            StoreError::Busy => Self::Busy(error.to_string()),
            error => {
                tracing::error!("the store does not answer the API: {error}");
                Self::Broken
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, detail) = match self {
            Self::Missing => (StatusCode::NOT_FOUND, "There is nothing at this address.".to_owned()),
            Self::Gone(reason) => (StatusCode::GONE, reason),
            Self::Bad(detail) => (StatusCode::BAD_REQUEST, detail),
            Self::Costly(detail) => (StatusCode::UNPROCESSABLE_ENTITY, detail),
            Self::Busy(detail) => (StatusCode::SERVICE_UNAVAILABLE, detail),
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "The store does not answer.".to_owned()),
        };
        let body = json!({"status": status.as_u16(), "title": status.canonical_reason(), "detail": detail});
        let head = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (status, head, body.to_string()).into_response()
    }
}

/// Everything below `/api/v1`.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/v1/openapi.json", get(describe_api).options(preflight))
        .route("/api/v1/sections", get(sections).options(preflight))
        .route("/api/v1/sources", get(sources).options(preflight))
        .route("/api/v1/events", get(events).options(preflight))
        .route("/api/v1/pieces", get(pieces).options(preflight))
        .route("/api/v1/pieces/{id}", get(piece).options(preflight))
        .route("/api/v1/search", get(search).options(preflight))
        .route("/api/{*rest}", get(|| async { Problem::Missing }))
        .layer(from_fn(open))
}

/// Tells a page on another site that it may ask conditionally; [`open`] adds what it may.
async fn preflight() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Lets pages of every site ask, conditionally too.
async fn open(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "if-none-match"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "etag"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn answer(value: Answer, method: &Method, headers: &HeaderMap) -> Response {
    match value {
        Ok(value) => answer_json(format!("{value}\n"), method, headers),
        Err(problem) => problem.into_response(),
    }
}

fn answer_json(body: String, method: &Method, headers: &HeaderMap) -> Response {
    let media_type = HeaderValue::from_static("application/json");
    encode_representation(StatusCode::OK, media_type, body.into_bytes(), CACHE, headers).answer(method, headers)
}

async fn describe_api(method: Method, headers: HeaderMap) -> Response {
    answer_json(OPENAPI.to_owned(), &method, &headers)
}

async fn sections(State(shared): State<Arc<Shared>>, method: Method, headers: HeaderMap) -> Response {
    let policy = shared.state.policy.borrow().clone();
    let of_sections = async {
        let figures = shared.state.store.sections_shown().await?;
        let items = policy.sections.iter().map(|section| {
            let own = figures.iter().find(|one| one.section == section.id);
            shape::section(&policy, section, own)
        });
        Ok(json!({"items": items.collect::<Vec<_>>()}))
    };
    answer(of_sections.await, &method, &headers)
}

async fn sources(State(shared): State<Arc<Shared>>, method: Method, headers: HeaderMap) -> Response {
    let policy = shared.state.policy.borrow().clone();
    let of_sources = async {
        let health = shared.state.store.sources().await?;
        let items = policy.sources.iter().filter_map(|source| {
            let own = health.iter().find(|one| one.state.source == source.id)?;
            Some(shape::source(&policy, source, own))
        });
        Ok(json!({"items": items.collect::<Vec<_>>()}))
    };
    answer(of_sources.await, &method, &headers)
}

async fn events(State(shared): State<Arc<Shared>>, method: Method, headers: HeaderMap) -> Response {
    let of_events = async {
        let events = shared.state.store.events().await?;
        Ok(json!({"items": events.iter().map(shape::event).collect::<Vec<Value>>()}))
    };
    answer(of_events.await, &method, &headers)
}

async fn piece(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let policy = shared.state.policy.borrow().clone();
    let of_piece = async {
        let id = PieceId::from(id.as_str());
        let mut found = shared.state.store.piece(&id).await?;
        if let Some(PieceFound::MovedTo(now)) = &found {
            found = shared.state.store.piece(now).await?;
        }
        match found {
            Some(PieceFound::Piece(view)) => match &view.piece.withdrawn {
                Some(withdrawal) => Err(Problem::Gone(withdrawal.reason.clone())),
                None if view.piece.has_expired() => Err(Problem::Gone("It was kept for its time.".to_owned())),
                None if !view.piece.is_shown() => Err(Problem::Missing),
                None => Ok(shape::piece(&policy, &view)),
            },
            Some(PieceFound::MovedTo(_)) | None => Err(Problem::Missing),
        }
    };
    answer(of_piece.await, &method, &headers)
}

async fn pieces(State(shared): State<Arc<Shared>>, uri: Uri, method: Method, headers: HeaderMap) -> Response {
    let of_pieces = async {
        let asked = Parameters::parse(&uri);
        let mut query = Query::default();
        if asked.0.len() > ASKED_MAX {
            return Err(Problem::Bad(format!("more than {ASKED_MAX} parameters: take some away")));
        }
        for (name, value) in &asked.0 {
            if let Some((_, field)) = FILTERS.iter().find(|(known, _)| known == name) {
                let is_date = matches!(field, Field::Before | Field::After);
                if is_date && plenary_model::query::day_of(value).is_none() {
                    return Err(Problem::Bad(format!("{name}: write YYYY, YYYY-MM or YYYY-MM-DD, not \"{value}\"")));
                }
                query = query.and(Node::Field { field: *field, value: value.to_lowercase(), column: 0 });
            } else if !["cursor", "limit"].contains(&name.as_str()) {
                let known: Vec<&str> = FILTERS.iter().map(|(known, _)| *known).collect();
                let known = known.join(", ");
                return Err(Problem::Bad(format!("there is no parameter \"{name}\": they are {known}, cursor, limit")));
            }
        }
        find_pieces(&shared, &asked, query, Order::Date).await
    };
    answer(of_pieces.await, &method, &headers)
}

async fn search(State(shared): State<Arc<Shared>>, uri: Uri, method: Method, headers: HeaderMap) -> Response {
    let of_search = async {
        let asked = Parameters::parse(&uri);
        let typed = asked.get("q").unwrap_or_default();
        let query = Query::parse_search(typed)
            .map_err(|error| Problem::Bad(format!("q, character {}: {}", error.column, error.message)))?;
        let order = if asked.get("order") == Some("date") { Order::Date } else { Order::Relevance };
        find_pieces(&shared, &asked, query, order).await
    };
    answer(of_search.await, &method, &headers)
}

/// The parameters of a question.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn parse(uri: &Uri) -> Self {
        Self(url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A page of what a query finds. A cursor is opaque: a mark in order of date, a number in order of relevance.
async fn find_pieces(shared: &Shared, asked: &Parameters, query: Query, order: Order) -> Answer {
    let limit = match asked.get("limit").map(str::parse::<usize>) {
        None => LIMIT_DEFAULT,
        Some(Ok(limit)) if (1..=LIMIT_MAX).contains(&limit) => limit,
        Some(_) => return Err(Problem::Bad(format!("limit: a number from 1 to {LIMIT_MAX}"))),
    };
    let order = if query.words().is_empty() { Order::Date } else { order };
    let cursor = match asked.get("cursor").map(str::parse::<i64>) {
        None => None,
        Some(Ok(cursor)) => Some(cursor),
        Some(Err(_)) => return Err(Problem::Bad("cursor: give back \"next\" of the answer before".to_owned())),
    };
    let offset = match order {
        Order::Date => 0,
        Order::Relevance => usize::try_from(cursor.unwrap_or_default()).unwrap_or_default().min(REACHED_MAX),
    };
    let search = Search {
        query,
        announced_only: false,
        order,
        now: shared.state.clock.now(),
        cursor: cursor.filter(|_| order == Order::Date),
        offset,
        limit,
    };
    let policy: Arc<Policy> = shared.state.policy.borrow().clone();
    let Found { pieces, total, next } = shared.state.store.search(&search).await?;
    let reached = offset + pieces.len();
    let next = match order {
        Order::Date => next,
        Order::Relevance => i64::try_from(reached).ok().filter(|_| reached < total.min(REACHED_MAX)),
    };
    let items: Vec<Value> = pieces.iter().map(|view| shape::piece(&policy, view)).collect();
    Ok(json!({"items": items, "total": total, "next": next.map(|next| next.to_string())}))
}

#[cfg(test)]
mod tests;
