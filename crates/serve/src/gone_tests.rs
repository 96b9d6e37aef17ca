//! Tests of what has left: pieces that were kept for their time, sources that are none any more.

use super::page_paths;
use super::tests::{desk, text};
use super::view::samples;
use axum::http::StatusCode;
use plenary_model::decision::{Action, AfterRemoval, Decision};
use plenary_model::reason::Reason;
use plenary_model::section::PlacementState;
use std::sync::Arc;

#[tokio::test]
async fn a_piece_that_was_kept_for_its_time_is_gone_in_every_language() {
    let desk = desk().await;
    let mut view = samples::piece("p1", "2021-05-21");
    let placement = &mut view.piece.placements[0];
    placement.state = PlacementState::Rejected;
    placement.reasons = vec![Reason::Expired { days: 730 }, Reason::ShownBefore];
    desk.hold(&[view]).await;
    for (prefix, said) in [
        ("", "This item is no longer kept"),
        ("/fr", "Cette publication n’est plus conservée"),
        ("/ar", "لم تعد هذه المادة محفوظة"),
    ] {
        let response = desk.get(&format!("{prefix}/pieces/p1")).await;
        assert_eq!(response.status(), StatusCode::GONE, "{prefix}");
        let html = text(response).await;
        assert!(html.contains(said), "{html}");
        assert!(!html.contains("Title of p1"));
    }
    assert_eq!(desk.get("/api/v1/pieces/p1").await.status(), StatusCode::GONE);
}

#[tokio::test]
async fn a_source_that_left_the_policy_keeps_its_page() {
    let desk = desk().await;
    desk.hold(&[samples::piece("p1", "2021-05-21")]).await;
    assert!(!desk.html("/sources/a").await.contains("No longer a source"));
    let mut policy = samples::policy();
    policy.sources.retain(|source| source.id.as_str() != "a");
    desk.state.store.sync_sources(&policy.sources, samples::now()).await.unwrap();
    desk.policy.send_replace(Arc::new(policy));
    let html = desk.html("/sources/a").await;
    for said in ["Source a", "No longer a source", "is no longer checked. Its items stay.", "Title of p1"] {
        assert!(html.contains(said), "{said}: {html}");
    }
    assert!(desk.html("/fr/sources/a").await.contains("N’est plus une source"));
    assert!(!desk.html("/sources").await.contains("Source a"), "it is in the list no more");
    assert!(desk.html("/sections/news").await.contains("href=\"/sources/a\""), "its pieces lead to it");
    assert!(page_paths(&desk.state).await.unwrap().contains(&"/sources/a".to_owned()));
    let decision = Decision {
        id: 0,
        at: samples::now(),
        by: "staff".into(),
        entry: None,
        action: Action::Source { source: "a".into(), pieces: AfterRemoval::Withdraw },
    };
    desk.state.store.record(decision).await.unwrap();
    assert!(desk.html("/sources/a").await.contains("Its items were withdrawn"));
    assert_eq!(desk.get("/sources/nobody").await.status(), StatusCode::NOT_FOUND);
}
