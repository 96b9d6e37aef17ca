//! Tests of what has left: pieces that were kept for their time.

use super::tests::{desk, text};
use super::view::samples;
use axum::http::StatusCode;
use plenary_model::reason::Reason;
use plenary_model::section::PlacementState;

#[tokio::test]
async fn a_piece_that_was_kept_for_its_time_is_gone_in_every_language() {
    let desk = desk().await;
    let mut view = samples::piece("p1", "2021-05-21");
    let placement = &mut view.piece.placements[0];
    placement.state = PlacementState::Rejected;
    placement.reasons = vec![Reason::Expired { days: 730 }, Reason::ShownBefore];
    desk.hold(&[view]).await;
    for (prefix, said) in [
        ("", "This piece is no longer kept"),
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
