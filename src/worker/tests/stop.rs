//! The loop of a running server.

use super::*;
use plenary_fetch::Stopwatch;

/// Waits until something holds; a loop that never gets there fails the test.
async fn until<F: Future<Output = bool>>(holds: impl Fn() -> F) {
    for _ in 0..200 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came to that");
}

#[tokio::test]
async fn the_loop_polls_publishes_takes_over_policies_and_stops() {
    let net = Sandbox::start(&[("a", &["/a"]), ("silent", &["/silent"])]).await;
    net.answer("/a", "200 OK", &feed("a", 2)).answer("/b", "200 OK", &feed("b", 2));
    net.silence("/silent");
    let (stop, wait_for_stop) = watch::channel(false);
    let running = tokio::spawn({
        let worker = net.worker.clone();
        async move { worker.run(wait_for_stop).await }
    });
    let entries_shown = || async { net.document("/sections/news.atom").await.matches("<entry").count() };
    until(|| async { entries_shown().await == 2 }).await;

    let b = source("b", &[net.url("/b")]);
    net.change_policy(|policy| policy.sources.push(b));
    until(|| async { entries_shown().await == 4 }).await;

    let watch = Stopwatch::start();
    stop.send(true).unwrap();
    running.await.unwrap().unwrap();
    assert!(watch.elapsed() < Duration::from_secs(4), "it waited for the silent host");
    assert!(net.state("silent").await.last.is_none());
}
