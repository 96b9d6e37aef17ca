//! `WebSub` over HTTP: our hub takes requests, and hubs of sources verify and bring documents. Requests are noted in
//! the store; the worker acts on them.

use super::failure::Failure;
use super::state::Shared;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use plenary_model::push::{
    Arrival, CALLBACK_PATH, FORM_BYTES_MAX, HUB_PATH, HubRequest, LEASE_MIN, PUSHED_BYTES_MAX, Subscription,
    SubscriptionState,
};
use std::sync::Arc;
use std::time::Duration;

/// Field with the signature of a pushed document.
const SIGNATURE: HeaderName = HeaderName::from_static("x-hub-signature");
/// Longest header value that is kept, in bytes.
const FIELD_BYTES_MAX: usize = 512;
/// Longest reason of a refusal that is kept, in characters.
const REASON_CHARS_MAX: usize = 200;
/// Lease taken from a hub that does not name one.
const LEASE_UNNAMED: Duration = Duration::from_hours(24);
/// A subscription is renewed when this part of its lease is left: a fourth.
const RENEW_PART: i32 = 4;
/// Longest lease that is counted on.
const LEASE_MAX: Duration = Duration::from_hours(90 * 24);
/// How long a refusal holds before the hub is asked again.
const DENIED_FOR: Duration = Duration::from_hours(24);

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route(HUB_PATH, get(about).post(ask))
        .route(&format!("{CALLBACK_PATH}{{token}}"), get(verify).post(take))
}

/// What stands at the hub's address for people.
async fn about(State(shared): State<Arc<Shared>>) -> Result<Response, Failure> {
    if !shared.state.policy.borrow().push.hub {
        return Err(Failure::NotFound);
    }
    Ok(text(
        StatusCode::OK,
        "This is a WebSub hub (https://www.w3.org/TR/websub/). It serves the feeds of this site.\n",
    ))
}

/// A request to subscribe or unsubscribe: 202, or why not.
async fn ask(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Failure> {
    let policy = Arc::clone(&shared.state.policy.borrow());
    if !policy.push.hub {
        return Err(Failure::NotFound);
    }
    let Ok(body) = to_bytes(request.into_body(), FORM_BYTES_MAX).await else {
        return Ok(text(StatusCode::PAYLOAD_TOO_LARGE, "the form is too long\n"));
    };
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
    let asked = match HubRequest::read(&form, &policy.network.address) {
        Ok(asked) => asked,
        Err(why) => return Ok(text(StatusCode::BAD_REQUEST, &format!("{why}\n"))),
    };
    if shared.state.store.ask_hub(asked, shared.state.clock.now()).await? {
        return Ok(text(StatusCode::ACCEPTED, "the callback will be asked whether this is meant\n"));
    }
    let mut busy = text(StatusCode::SERVICE_UNAVAILABLE, "too many requests wait to be verified; ask again later\n");
    busy.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("600"));
    Ok(busy)
}

/// A hub asks whether we meant it (`WebSub` 5.3), or says that it refuses (5.2).
async fn verify(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let known = shared.state.store.subscription(&token).await?.ok_or(Failure::NotFound)?;
    let query = query.unwrap_or_default();
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value);
    if field("hub.topic") != known.topic {
        return Err(Failure::NotFound);
    }
    let now = shared.state.clock.now();
    let is_leaving = known.state == SubscriptionState::Leaving;
    match field("hub.mode") {
        "denied" => {
            let reason: String = field("hub.reason").chars().take(REASON_CHARS_MAX).collect();
            let denied = move |s: &mut Subscription| {
                (s.state, s.lease_until, s.next_at) = (SubscriptionState::Denied, None, now + DENIED_FOR);
                s.note = format!("the hub refused: {reason}");
            };
            shared.state.store.change_subscription(&token, denied).await?;
            return Ok(text(StatusCode::OK, ""));
        }
        "subscribe" if !is_leaving => {
            let lease = lease(field("hub.lease_seconds"));
            shared.state.store.change_subscription(&token, move |s| grant(s, lease, now)).await?;
        }
        "unsubscribe" if is_leaving => shared.state.store.drop_subscription(&token).await?,
        _ => return Err(Failure::NotFound),
    }
    Ok(text(StatusCode::OK, field("hub.challenge")))
}

/// The lease that a hub grants, as far as it is counted on: one of a moment would have us ask without end.
fn lease(seconds: &str) -> Duration {
    seconds.parse().map_or(LEASE_UNNAMED, Duration::from_secs).clamp(LEASE_MIN, LEASE_MAX)
}

/// The hub granted a lease: it is renewed when a fourth of it is left.
fn grant(subscription: &mut Subscription, lease: Duration, now: DateTime<Utc>) {
    let lease = chrono::Duration::from_std(lease).unwrap_or_default();
    subscription.state = SubscriptionState::Active;
    subscription.lease_until = Some(now + lease);
    subscription.next_at = now + lease - lease / RENEW_PART;
    subscription.attempts = 0;
    "in force".clone_into(&mut subscription.note);
}

/// A hub brings a document. It is taken whatever its signature: a hub must not learn from the answer whether it guessed
/// the secret (`WebSub` 7.1.2).
async fn take(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Failure> {
    if shared.state.store.subscription(&token).await?.is_none() {
        return Ok(text(StatusCode::GONE, "there is no such subscription\n"));
    }
    let Ok(body) = to_bytes(request.into_body(), PUSHED_BYTES_MAX).await else {
        return Ok(text(StatusCode::PAYLOAD_TOO_LARGE, "the document is too big\n"));
    };
    let field = |name: HeaderName| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.filter(|value| value.len() <= FIELD_BYTES_MAX).map(str::to_owned)
    };
    let arrival =
        Arrival { token, signature: field(SIGNATURE), content_type: field(header::CONTENT_TYPE), body: body.to_vec() };
    if shared.state.store.put_arrival(arrival).await? {
        return Ok(text(StatusCode::ACCEPTED, ""));
    }
    let mut busy = text(StatusCode::SERVICE_UNAVAILABLE, "");
    busy.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    Ok(busy)
}

/// An answer in plain text that nobody keeps. A challenge is echoed, so it must never be read as HTML.
fn text(status: StatusCode, words: &str) -> Response {
    let fields = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, fields, Body::from(words.to_owned())).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_is_counted_on_within_limits() {
        for (said, counted) in [
            ("0", LEASE_MIN),
            ("1", LEASE_MIN),
            ("3600", Duration::from_hours(1)),
            ("99999999999", LEASE_MAX),
            ("", LEASE_UNNAMED),
            ("-1", LEASE_UNNAMED),
            ("soon", LEASE_UNNAMED),
        ] {
            assert_eq!(lease(said), counted, "{said}");
        }
    }
}
