//! Long lists, cut into pages.

use crate::address::Place;
use crate::locale::fill;
use crate::view::Scene;

pub(super) struct Pager {
    pub(super) label: String,
    pub(super) place: String,
    pub(super) newer: Option<String>,
    pub(super) older: Option<String>,
    pub(super) newer_word: String,
    pub(super) older_word: String,
    pub(super) pages: usize,
}

impl Pager {
    /// The pager of page `page` of `pages`; `at` gives the address of another.
    pub(super) fn new(scene: &Scene<'_>, page: usize, pages: usize, at: impl Fn(usize) -> Place) -> Self {
        let words = &scene.locale.words.section;
        let numbers = (scene.locale.number(page), scene.locale.number(pages));
        Self {
            label: words.pages.to_owned(),
            place: fill(words.page, &[("n", &numbers.0), ("all", &numbers.1)]),
            newer: (page > 1).then(|| scene.to(&at(page - 1))),
            older: (page < pages).then(|| scene.to(&at(page + 1))),
            newer_word: words.newer.to_owned(),
            older_word: words.older.to_owned(),
            pages,
        }
    }

    pub(super) fn is_needed(&self) -> bool {
        self.pages > 1
    }
}

/// How many pages a list of `total` has; an empty list has one.
pub(super) fn pages_for(total: usize, per_page: usize) -> usize {
    total.div_ceil(per_page).max(1)
}
