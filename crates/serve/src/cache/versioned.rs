//! Answers that hold for one version of what they were made from.

use chrono::{DateTime, TimeDelta, Utc};
use std::borrow::Borrow;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{PoisonError, RwLock};

/// The age of answers that no passing of time makes wrong.
pub(crate) const ANY_AGE: TimeDelta = TimeDelta::MAX;

/// Answers by what was asked, all made from one version `V` of their sources.
pub(crate) struct Cache<K, V, T> {
    /// An answer of this age is made again.
    age_max: TimeDelta,
    /// Sizes of all answers together; beyond it those that were kept longest go.
    size_max: usize,
    contents: RwLock<Contents<K, V, T>>,
}

struct Contents<K, V, T> {
    /// `None` before anything was kept.
    version: Option<V>,
    answers: HashMap<K, Answer<T>>,
    /// What was asked, the one kept longest first.
    order: VecDeque<K>,
    size: usize,
}

struct Answer<T> {
    value: T,
    made: DateTime<Utc>,
    size: usize,
}

impl<K: Clone + Eq + Hash, V: PartialEq, T: Clone> Cache<K, V, T> {
    pub(crate) fn new(size_max: usize, age_max: TimeDelta) -> Self {
        let contents = Contents { version: None, answers: HashMap::new(), order: VecDeque::new(), size: 0 };
        Self { age_max, size_max, contents: RwLock::new(contents) }
    }

    /// The answer that is kept and may still be given.
    pub(crate) fn find<Q: Eq + Hash + ?Sized>(&self, version: &V, asked: &Q, now: DateTime<Utc>) -> Option<T>
    where
        K: Borrow<Q>,
    {
        let contents = self.contents.read().unwrap_or_else(PoisonError::into_inner);
        let answer = contents.answers.get(asked).filter(|_| contents.version.as_ref() == Some(version))?;
        // Less than nothing: the clock was set back, and the age is not known.
        (TimeDelta::zero()..self.age_max).contains(&(now - answer.made)).then(|| answer.value.clone())
    }

    /// Keeps an answer that was made from `version`; one of another version forgets all others.
    pub(crate) fn keep(&self, version: V, asked: K, made: DateTime<Utc>, value: T, size: usize) {
        let mut contents = self.contents.write().unwrap_or_else(PoisonError::into_inner);
        if contents.version.as_ref() != Some(&version) {
            *contents = Contents { version: Some(version), answers: HashMap::new(), order: VecDeque::new(), size: 0 };
        }
        contents.remove(&asked);
        if size > self.size_max {
            return;
        }
        while contents.size + size > self.size_max {
            let Some(oldest) = contents.order.front().cloned() else { break };
            contents.remove(&oldest);
        }
        contents.size += size;
        contents.order.push_back(asked.clone());
        contents.answers.insert(asked, Answer { value, made, size });
    }
}

impl<K: Eq + Hash, V, T> Contents<K, V, T> {
    fn remove(&mut self, asked: &K) {
        if let Some(gone) = self.answers.remove(asked) {
            self.size -= gone.size;
            self.order.retain(|other| other != asked);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGE_MAX: TimeDelta = TimeDelta::seconds(5);

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    fn cache() -> Cache<String, u32, &'static str> {
        Cache::new(100, AGE_MAX)
    }

    #[test]
    fn an_answer_is_given_until_its_sources_change_or_time_passes() {
        let cache = cache();
        cache.keep(1, "/".into(), at(0), "one", 1);
        assert_eq!(cache.find(&1, "/", at(4)), Some("one"));
        assert_eq!(cache.find(&1, "/", at(5)), None, "it is too old");
        assert_eq!(cache.find(&1, "/", at(-1)), None, "the clock was set back");
        assert_eq!(cache.find(&1, "/other", at(0)), None);
        assert_eq!(cache.find(&2, "/", at(0)), None, "its sources changed");
        let lasting: Cache<String, u32, &str> = Cache::new(100, ANY_AGE);
        lasting.keep(1, "/".into(), at(0), "one", 1);
        assert_eq!(lasting.find(&1, "/", at(100_000_000)), Some("one"));
    }

    #[test]
    fn another_version_forgets_all_others() {
        let cache = cache();
        cache.keep(1, "/a".into(), at(0), "a", 60);
        cache.keep(2, "/b".into(), at(0), "b", 60);
        assert_eq!((cache.find(&2, "/a", at(0)), cache.find(&2, "/b", at(0))), (None, Some("b")));
        assert_eq!(cache.contents.read().unwrap().size, 60);
    }

    #[test]
    fn what_was_kept_longest_makes_room() {
        let cache = cache();
        for (asked, size) in [("/a", 30), ("/b", 30), ("/c", 30), ("/a", 40), ("/d", 20), ("/huge", 101)] {
            cache.keep(1, asked.into(), at(0), "kept", size);
        }
        let kept = ["/a", "/b", "/c", "/d", "/huge"].map(|asked| cache.find(&1, asked, at(0)).is_some());
        assert_eq!(kept, [true, false, true, true, false]);
        let contents = cache.contents.read().unwrap();
        assert_eq!((contents.size, contents.answers.len(), contents.order.len()), (90, 3, 3));
    }
}
