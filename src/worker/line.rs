//! The line of sources that wait to be polled: so many at once, so many of one host, each once.

use plenary_model::id::SourceId;
use plenary_model::link::host_of;
use plenary_model::source::Source;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// Sources of which what is remembered is read at once.
const AHEAD: usize = 64;

pub(super) struct Line {
    at_once: usize,
    per_host: usize,
    /// By host, in the order in which they came.
    waiting: HashMap<String, VecDeque<SourceId>>,
    /// The hosts of sources that wait, each as often as sources of it do, in the order in which they came.
    order: VecDeque<String>,
    /// Those that wait, or whose poll is under way.
    held: HashSet<SourceId>,
    busy: Arc<Busy>,
}

/// Requests under way.
#[derive(Default)]
struct Busy {
    by_host: Mutex<HashMap<String, usize>>,
    freed: Notify,
}

/// A place among those that are asked; free again when dropped.
pub(super) struct Slot {
    host: String,
    busy: Arc<Busy>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut by_host = self.busy.by_host.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = by_host.get_mut(&self.host) {
            *count -= 1;
            if *count == 0 {
                by_host.remove(&self.host);
            }
        }
        drop(by_host);
        self.busy.freed.notify_one();
    }
}

impl Line {
    pub(super) fn new(at_once: usize, per_host: usize) -> Self {
        Self {
            at_once: at_once.max(1),
            per_host: per_host.max(1),
            waiting: HashMap::new(),
            order: VecDeque::new(),
            held: HashSet::new(),
            busy: Arc::default(),
        }
    }

    /// Takes over other limits. Those under way keep their places.
    pub(super) fn adjust(&mut self, at_once: usize, per_host: usize) {
        (self.at_once, self.per_host) = (at_once.max(1), per_host.max(1));
    }

    /// True when none waits.
    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// True when the source waits or is under way.
    pub(super) fn holds(&self, source: &SourceId) -> bool {
        self.held.contains(source)
    }

    /// Puts a source at the end, unless it is held. Its host is that of its first address.
    pub(super) fn put(&mut self, source: &Source) {
        if !self.held.insert(source.id.clone()) {
            return;
        }
        let host = source.feeds.first().and_then(|address| host_of(address)).unwrap_or_default();
        self.order.push_back(host.clone());
        self.waiting.entry(host).or_default().push_back(source.id.clone());
    }

    /// Lets go of a source whose poll ended.
    pub(super) fn leave(&mut self, source: &SourceId) {
        self.held.remove(source);
    }

    /// Lets go of all that wait.
    pub(super) fn clear(&mut self) {
        for source in self.waiting.drain().flat_map(|(_, sources)| sources) {
            self.held.remove(&source);
        }
        self.order.clear();
    }

    /// The source whose turn it is: the first at whose host there is room, while there is room among all.
    pub(super) fn peek(&self) -> Option<&SourceId> {
        self.waiting.get(self.order.get(self.find_turn()?)?)?.front()
    }

    fn find_turn(&self) -> Option<usize> {
        let by_host = self.busy.by_host.lock().unwrap_or_else(PoisonError::into_inner);
        if by_host.values().sum::<usize>() >= self.at_once {
            return None;
        }
        self.order.iter().position(|host| by_host.get(host).is_none_or(|count| *count < self.per_host))
    }

    /// Takes the source whose turn it is, and its place.
    pub(super) fn take(&mut self) -> Option<(SourceId, Slot)> {
        let host = self.order.remove(self.find_turn()?)?;
        let of_host = self.waiting.get_mut(&host)?;
        let source = of_host.pop_front()?;
        if of_host.is_empty() {
            self.waiting.remove(&host);
        }
        *self.busy.by_host.lock().unwrap_or_else(PoisonError::into_inner).entry(host.clone()).or_default() += 1;
        Some((source, Slot { host, busy: Arc::clone(&self.busy) }))
    }

    /// The sources whose turn comes next, those left out of which something is known; the one of [`Self::peek`] first.
    pub(super) fn list_ahead<T, S: BuildHasher>(&self, known: &HashMap<SourceId, T, S>) -> Vec<SourceId> {
        let first = self.peek().cloned();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let in_order = self.order.iter().filter_map(|host| {
            let place = places.entry(host).or_default();
            *place += 1;
            self.waiting.get(host)?.get(*place - 1)
        });
        let after = in_order.filter(|source| !known.contains_key(*source) && Some(*source) != first.as_ref());
        first.iter().chain(after).take(AHEAD).cloned().collect()
    }

    /// Returns when a place became free while some wait; never while none does.
    pub(super) async fn wait_for_room(&self) {
        if self.order.is_empty() {
            std::future::pending::<()>().await;
        }
        self.busy.freed.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: &str, host: &str) -> Source {
        Source { id: id.into(), feeds: vec![format!("https://{host}/{id}.xml")], ..plenary_fixtures::source(id) }
    }

    fn take_all(line: &mut Line) -> (Vec<String>, Vec<Slot>) {
        std::iter::from_fn(|| line.take()).map(|(id, slot)| (id.to_string(), slot)).unzip()
    }

    #[tokio::test]
    async fn a_slow_host_holds_few_of_the_places() {
        let mut line = Line::new(3, 2);
        for (id, host) in [("a", "slow"), ("b", "slow"), ("c", "slow"), ("d", "quick"), ("e", "quick"), ("a", "slow")] {
            line.put(&source(id, host));
        }
        let (taken, mut slots) = take_all(&mut line);
        assert_eq!(taken, ["a", "b", "d"]);
        slots.pop();
        line.wait_for_room().await;
        assert_eq!(take_all(&mut line).0, ["e"], "c waits for its host");
        line.leave(&"a".into());
        assert!(!line.holds(&"a".into()));
        line.put(&source("a", "slow"));
        drop(slots);
        assert_eq!(take_all(&mut line).0, ["c", "a"], "in the order in which they came");
        assert!(line.is_empty());
    }

    #[test]
    fn what_comes_next_is_read_ahead() {
        let mut line = Line::new(9, 1);
        for (id, host) in [("a", "one"), ("b", "one"), ("c", "two")] {
            line.put(&source(id, host));
        }
        let known = HashMap::from([(SourceId::from("b"), 1)]);
        assert_eq!(line.list_ahead(&known), ["a".into(), "c".into()]);
        let (_, _slots) = take_all(&mut line);
        assert_eq!(line.peek(), None, "b waits for its host");
        line.clear();
        assert!(line.is_empty() && !line.holds(&"b".into()) && line.holds(&"a".into()));
    }
}
