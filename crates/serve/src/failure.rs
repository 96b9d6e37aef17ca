//! What goes wrong while a request is answered, and the page that says so.

use super::address::locale_of;
use super::api;
use super::respond::page;
use super::state::Shared;
use super::view::{Here, Layout, Scene, Subject};
use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use plenary_store::StoreError;
use std::any::Any;
use std::sync::Arc;

/// When to ask again what was too much at once.
const RETRY_AFTER_SECONDS: &str = "60";

#[derive(Debug)]
pub(super) enum Failure {
    NotFound,
    /// Only `GET` and `HEAD` are answered.
    NotAllowed,
    /// The address cannot be understood.
    Bad,
    /// It moved for good: the new root-relative address.
    Moved(String),
    /// A search that costs more than one may.
    Costly,
    /// Too much is asked at once.
    Busy,
    Broken(String),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TooCostly => Self::Costly,
            StoreError::Busy => Self::Busy,
            error => Self::Broken(error.to_string()),
        }
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// A bare status; [`dress`] makes a page of it.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Bad => StatusCode::BAD_REQUEST.into_response(),
            Self::Costly => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
            Self::Busy => {
                let later = HeaderValue::from_static(RETRY_AFTER_SECONDS);
                (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, later)]).into_response()
            }
            Self::NotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, HeaderValue::from_static("GET, HEAD"))])
                    .into_response()
            }
            Self::Moved(to) => match HeaderValue::from_str(&to) {
                Ok(to) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, to)]).into_response(),
                Err(_) => StatusCode::NOT_FOUND.into_response(),
            },
            Self::Broken(why) => {
                tracing::error!("a request could not be answered: {why}");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// What a panic in a handler becomes; the panic itself was printed by the panic hook.
pub(super) fn answer_panic(_: Box<dyn Any + Send + 'static>) -> axum::http::Response<Body> {
    tracing::error!("a request could not be answered: its handler panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'a> {
    layout: Layout,
    status: u16,
    words: &'a super::locale::FailureWords,
}

/// Turns an error status without a body, whoever gave it, into a page in the visitor's language.
pub(super) async fn dress(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let response = next.run(request).await;
    let status = response.status();
    let is_bare = !response.headers().contains_key(header::CONTENT_TYPE);
    if !is_bare || !(status.is_client_error() || status.is_server_error()) || status == StatusCode::PRECONDITION_FAILED
    {
        return response;
    }
    let rendered =
        if api::is_asked(&path) { Ok(api::explain(status)) } else { render(&shared, status, &path, &method, &headers) };
    match rendered {
        Ok(mut dressed) => {
            for name in [header::ALLOW, header::RETRY_AFTER] {
                if let Some(value) = response.headers().get(&name) {
                    dressed.headers_mut().insert(name, value.clone());
                }
            }
            dressed
        }
        Err(_) => response,
    }
}

fn render(
    shared: &Shared,
    status: StatusCode,
    path: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let policy = shared.state.policy.borrow().clone();
    let locale = locale_of(&policy, path).ok_or(Failure::NotFound)?;
    let scene = Scene { policy: &policy, locale, now: shared.state.clock.now() };
    let words = &locale.words.failure;
    let words = match status {
        StatusCode::NOT_FOUND => &words.not_found,
        StatusCode::METHOD_NOT_ALLOWED => &words.not_allowed,
        StatusCode::UNPROCESSABLE_ENTITY => &words.costly,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => &words.busy,
        status if status.is_client_error() => &words.bad,
        _ => &words.broken,
    };
    let title = super::view::Phrase::own(locale, words.title);
    let subject = Subject {
        place: None,
        here: Here::Elsewhere,
        title: Some(title),
        description: String::new(),
        feeds: Vec::new(),
        data: None,
    };
    let layout = Layout::new(&scene, subject, shared.assets.dress(&policy));
    let html = FailurePage { layout, status: status.as_u16(), words }.render()?;
    Ok(page(status, html, HeaderValue::from_static("no-store"), headers).answer(method, headers))
}
