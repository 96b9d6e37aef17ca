//! Texts in a language of which the policy has no terms: one decision of staff is for all of a source.

use super::*;
use plenary_fixtures::section_with_rule;
use plenary_model::decision::{Action, Decision};

/// A source with three texts in Fijian, of which no rule takes any.
async fn network() -> Sandbox {
    let net = Sandbox::start(&[("a", &["/a"])]).await;
    net.change_policy(|policy| {
        policy.sections = vec![section_with_rule("news", "topic:education")];
        policy.sources.iter_mut().for_each(|source| source.section = None);
    });
    net.worker.prepare().await.unwrap();
    net.answer("/a", "200 OK", &fijian(3));
    net.pass(Which::All).await;
    net
}

fn fijian(texts: usize) -> String {
    let link = "<link>https://a.example/</link>";
    feed("a", texts).replace(link, &format!("{link}<language>fj</language>"))
}

async fn unseen(net: &Sandbox) -> Vec<(String, usize)> {
    let all = net.store.list_unseen_languages().await.unwrap();
    all.into_iter().map(|one| (format!("{} {}", one.source, one.language), one.texts)).collect()
}

async fn decide(net: &Sandbox, action: Action) -> i64 {
    let at = *net.now.lock().unwrap();
    let decision = net.store.record(Decision { id: 0, at, by: "staff".into(), entry: None, action }).await.unwrap();
    net.worker.settle().await.unwrap();
    decision
}

async fn shown(net: &Sandbox) -> usize {
    net.worker.publish_all().await.unwrap();
    net.document("/sections/news.atom").await.matches("\n<entry").count()
}

fn about(section: Option<&str>) -> Action {
    Action::Language { source: "a".into(), language: "fj".into(), section: section.map(Into::into) }
}

#[tokio::test]
async fn one_decision_shows_all_texts_of_a_source_in_a_language() {
    let net = network().await;
    assert_eq!((unseen(&net).await, shown(&net).await), (vec![("a fj".into(), 3)], 0));
    net.advance(Duration::from_hours(1));
    let decision = decide(&net, about(Some("news"))).await;
    assert_eq!((unseen(&net).await, shown(&net).await), (vec![], 3));
    decide(&net, Action::Undo { decision }).await;
    assert_eq!((unseen(&net).await, shown(&net).await), (vec![("a fj".into(), 3)], 0));
}

#[tokio::test]
async fn texts_that_are_left_are_not_asked_about_again() {
    let net = network().await;
    net.advance(Duration::from_hours(1));
    let decision = decide(&net, about(None)).await;
    assert_eq!((unseen(&net).await, shown(&net).await), (vec![], 0));
    decide(&net, Action::Undo { decision }).await;
    assert_eq!(unseen(&net).await, [("a fj".into(), 3)]);
}

#[tokio::test]
async fn texts_that_come_after_a_decision_are_asked_about_again() {
    let net = network().await;
    net.advance(Duration::from_hours(1));
    decide(&net, about(None)).await;
    net.advance(Duration::from_hours(1));
    net.script.lock().unwrap().answers.clear();
    net.answer("/a", "200 OK", &fijian(5));
    net.pass(Which::All).await;
    assert_eq!(unseen(&net).await, [("a fj".into(), 2)]);
}
