//! Tests of the interface for programs.

use super::OPENAPI;
use crate::tests::{Desk, desk, header_of, text};
use crate::view::samples;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use serde_json::Value;

async fn json(desk: &Desk, path: &str) -> Value {
    serde_json::from_str(&desk.html(path).await).unwrap()
}

/// Checks a value against a schema of the description: all fields that are required, and no other.
fn check(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let schema = document.pointer(name.trim_start_matches('#')).unwrap();
        return check(document, schema, value, at);
    }
    let is = |name: &str| match name {
        "string" => value.is_string(),
        "integer" => value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => value.is_null(),
    };
    let types = &schema["type"];
    let fits = types.as_str().is_some_and(is)
        || types.as_array().is_some_and(|types| types.iter().any(|one| is(one.as_str().unwrap())));
    assert!(fits, "{at}: {value} is not {types}");
    if let (Some(properties), Some(object)) = (schema["properties"].as_object(), value.as_object()) {
        let (documented, given): (Vec<_>, Vec<_>) = (properties.keys().collect(), object.keys().collect());
        assert!(documented.iter().all(|key| given.contains(key)), "{at}: {documented:?} {given:?}");
        for (key, value) in object {
            if !properties.contains_key(key) && schema["additionalProperties"] == true {
                continue;
            }
            let schema = properties.get(key).unwrap_or_else(|| panic!("{at}.{key} is not described"));
            check(document, schema, value, &format!("{at}.{key}"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        check(document, &schema["items"], item, &format!("{at}[]"));
    }
}

#[tokio::test]
async fn every_answer_is_as_described() {
    let desk = desk().await;
    desk.hold(&[samples::piece("one", "2021-06-01"), samples::piece("two", "2021-06-02")]).await;
    let document: Value = serde_json::from_str(OPENAPI).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        let value = json(&desk, &path.replace("{id}", "one")).await;
        let schema = &item["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        check(&document, schema, &value, path);
    }
    let parameters = document["paths"]["/api/v1/pieces"]["get"]["parameters"].as_array().unwrap();
    let named: Vec<&str> = parameters.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(super::parameters::FILTERS.iter().all(|(name, _)| named.contains(name)), "{named:?}");
}

#[tokio::test]
async fn pages_follow_each_other_by_cursor() {
    let desk = desk().await;
    let views: Vec<_> = (0..5).map(|n| samples::piece(&format!("p{n}"), "2021-06-01")).collect();
    desk.hold(&views).await;
    for start in ["/api/v1/pieces?section=news&limit=2", "/api/v1/search?q=rights&limit=2"] {
        let (mut seen, mut path) = (Vec::new(), start.to_owned());
        loop {
            let page = json(&desk, &path).await;
            assert_eq!(page["total"], 5);
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("{start}&cursor={next}");
        }
        seen.sort();
        assert_eq!(seen, ["p0", "p1", "p2", "p3", "p4"], "{start}");
    }
}

#[tokio::test]
async fn answers_are_open_and_conditional_and_failures_are_problems() {
    let desk = desk().await;
    let response = desk.get("/api/v1/sections").await;
    assert_eq!(header_of(&response, header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    let etag = header_of(&response, header::ETAG);
    let again = Request::get("/api/v1/sections").header(header::IF_NONE_MATCH, etag).body(Body::empty()).unwrap();
    assert_eq!(desk.ask(again).await.status(), StatusCode::NOT_MODIFIED);
    let before = Request::options("/api/v1/pieces").body(Body::empty()).unwrap();
    assert_eq!(desk.ask(before).await.status(), StatusCode::NO_CONTENT);
    for (path, status) in [
        ("/api/v1/pieces?colour=red", 400),
        ("/api/v1/pieces?after=soon", 400),
        ("/api/v1/pieces?limit=1000", 400),
        ("/api/v1/search?q=topik:x", 400),
        ("/api/v1/pieces/none", 404),
        ("/api/v1/other", 404),
    ] {
        let response = desk.get(path).await;
        assert_eq!(response.status().as_u16(), status, "{path}");
        assert_eq!(header_of(&response, header::CONTENT_TYPE), "application/problem+json", "{path}");
        assert!(text(response).await.contains("detail"));
    }
}
