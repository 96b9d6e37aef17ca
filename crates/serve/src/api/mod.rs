//! The public interface for programs, `/api/v1`: what the pages show, as JSON. Read-only, without keys, open to every
//! origin; `openapi.json` describes it. Fields are only ever added within v1.

mod parameters;
mod shape;

use parameters::{FILTERS, Parameters, choices};

use super::respond::encode_representation;
use super::state::Shared;
use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use plenary_model::id::PieceId;
use plenary_model::policy::Policy;
use plenary_model::query::Query;
use plenary_model::view::{Found, Order, PieceFound, Search};
use plenary_store::StoreError;
use serde_json::{Value, json};
use std::sync::Arc;

/// The description of the interface (`OpenAPI` 3.1).
const OPENAPI: &str = include_str!("openapi.json");
/// How long an answer may be kept without asking, in seconds.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=60, stale-while-revalidate=600");
/// Matches of a search that can be reached in order of relevance.
const REACHED_MAX: usize = 1_000;

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
        write_problem(status, &detail)
    }
}

fn write_problem(status: StatusCode, detail: &str) -> Response {
    let body = json!({"status": status.as_u16(), "title": status.canonical_reason(), "detail": detail});
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    (status, head, body.to_string()).into_response()
}

/// True for what programs ask: they are told in JSON what is wrong.
pub(super) fn is_asked(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// An error status that the site gave without a body, as a problem document.
pub(super) fn explain(status: StatusCode) -> Response {
    let detail = match status {
        StatusCode::NOT_FOUND => "There is nothing at this address.",
        StatusCode::METHOD_NOT_ALLOWED => "This address answers GET and HEAD.",
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => "This took too long: ask again in a minute.",
        status if status.is_client_error() => "This request cannot be understood.",
        _ => "Something went wrong on our side.",
    };
    write_problem(status, detail)
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

/// The description, with the values of the policy in force as the choices of parameters.
async fn describe_api(State(shared): State<Arc<Shared>>, method: Method, headers: HeaderMap) -> Response {
    let policy = shared.state.policy.borrow().clone();
    let Ok(mut described) = serde_json::from_str::<Value>(OPENAPI) else {
        return Problem::Broken.into_response();
    };
    let parameters = described.pointer_mut("/paths/~1api~1v1~1pieces/get/parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let field = FILTERS.iter().find(|(name, _)| parameter["name"] == *name).map(|(_, field)| *field);
        if let Some(choices) = field.and_then(|field| choices(&policy, field)) {
            // An empty one is as absent.
            let known: Vec<&str> = std::iter::once("").chain(choices).collect();
            parameter["schema"] = json!({"type": "string", "enum": known});
        }
    }
    answer_json(format!("{described}\n"), &method, &headers)
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
    id: Result<Path<String>, PathRejection>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let policy = shared.state.policy.borrow().clone();
    let of_piece = async {
        // What is no text names no piece.
        let Ok(Path(id)) = id else { return Err(Problem::Missing) };
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
        let policy = shared.state.policy.borrow().clone();
        let query = asked.filters(&policy).map_err(Problem::Bad)?;
        find_pieces(&shared, &asked, query, Order::Date).await
    };
    answer(of_pieces.await, &method, &headers)
}

async fn search(State(shared): State<Arc<Shared>>, uri: Uri, method: Method, headers: HeaderMap) -> Response {
    let of_search = async {
        let asked = Parameters::parse(&uri);
        let (query, order) = asked.search().map_err(Problem::Bad)?;
        find_pieces(&shared, &asked, query, order).await
    };
    answer(of_search.await, &method, &headers)
}

/// A page of what a query finds. A cursor is opaque: a mark in order of date, a number in order of relevance.
async fn find_pieces(shared: &Shared, asked: &Parameters, query: Query, order: Order) -> Answer {
    let limit = asked.limit().map_err(Problem::Bad)?;
    let order = if query.words().is_empty() { Order::Date } else { order };
    let cursor = asked.cursor().map_err(Problem::Bad)?;
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
        per_work: None,
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
