//! What is judged while the store changes under it, and what is found by keys made otherwise.

use super::*;
use crate::worker::turn::rejudge;
use plenary_model::change::Incoming;
use plenary_model::decision::{Action, Decision};
use plenary_model::id::EntryKey;
use plenary_model::piece::Piece;
use plenary_model::section::PlacementState;
use std::sync::atomic::{AtomicUsize, Ordering};

const TEXT: &str = "Les écoles doivent rouvrir d’abord, disent les membres de la coalition pour l’apprentissage, qui demande \
    aux ministères une date à laquelle les enfants des régions éloignées retrouveront leurs salles de classe, leurs repas \
    et leurs enseignantes après deux années d’attente.";

fn document(source: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>{source}</title><link>https://{source}.example/</link><item>\
         <guid isPermaLink=\"false\">{source}-1</guid><title>Les écoles d’abord ({source})</title>\
         <link>https://{source}.example/1</link><pubDate>Mon, 31 May 2021 10:00:00 GMT</pubDate>\
         <description>{TEXT}</description></item></channel></rss>"
    )
}

async fn pieces(net: &Sandbox) -> Vec<Piece> {
    let dossiers = net.store.dossiers_after(None, 9).await.unwrap();
    dossiers.into_iter().map(|dossier| dossier.piece).collect()
}

#[tokio::test]
async fn what_is_decided_while_pieces_are_judged_is_judged_with() {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.answer("/a", "200 OK", &document("a"));
    net.poll("a").await;
    let piece = pieces(&net).await.remove(0);
    let rounds = AtomicUsize::new(0);
    let load = || async {
        let known = net.store.dossiers(std::slice::from_ref(&piece.id)).await?;
        if rounds.fetch_add(1, Ordering::Relaxed) == 0 {
            // Another process decides after what is known has been read.
            let action = Action::Reject { section: Some("news".into()) };
            let decision = Decision {
                id: 0,
                at: net.worker.context.clock.now(),
                by: "desk".into(),
                entry: Some(piece.lead.clone()),
                action,
            };
            net.store.record(decision).await?;
        }
        Ok(known)
    };
    let judged = net.worker.context.judge_stored("a piece", load, rejudge).await.unwrap();
    assert_eq!((judged.pieces, rounds.into_inner()), (1, 2), "it is judged again, with the decision");
    let state = pieces(&net).await[0].placement("news").map(|placement| placement.state);
    assert_eq!(state, Some(PlacementState::Rejected));
}

#[tokio::test]
async fn what_was_stored_under_other_keys_is_found_again() {
    let net = Sandbox::start(&[("a", &["/a"]), ("b", &["/b"])]).await;
    net.answer("/a", "200 OK", &document("a")).answer("/b", "200 OK", &document("b"));
    net.pass(Which::Sources(vec!["a".into()])).await;
    let stored = net.store.entries_since(DateTime::UNIX_EPOCH, &EntryKey::default(), 9).await.unwrap();
    assert_eq!(stored.len(), 1);
    // As if an earlier version had made them.
    let keyless = stored.into_iter().map(|stored| Incoming { stored, keys: Vec::new(), sketch: Vec::new() }).collect();
    net.store.put_keys(keyless).await.unwrap();
    net.store.set_keyed_by("1").await.unwrap();
    net.worker.prepare().await.unwrap();
    net.pass(Which::All).await;
    assert_eq!((net.entries().await, pieces(&net).await.len()), (2, 1));
}
