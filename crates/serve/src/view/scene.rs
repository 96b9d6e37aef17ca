//! For whom and when a page is built, and what that makes of addresses, texts and times.

use super::phrase::{Phrase, When};
use crate::address::{Place, prefix_of};
use crate::locale::Locale;
use chrono::{DateTime, NaiveDate, Utc};
use plenary_model::id::SourceId;
use plenary_model::language::{Language, Translated};
use plenary_model::policy::Policy;

#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) locale: &'static Locale,
    pub(crate) now: DateTime<Utc>,
}

impl Scene<'_> {
    pub(crate) fn prefix(&self) -> String {
        prefix_of(self.policy, self.locale)
    }

    pub(crate) fn to(&self, place: &Place) -> String {
        place.path(&self.prefix())
    }

    /// A text of the policy in the interface language, or in the language it falls back to.
    pub(crate) fn translate(&self, text: &Translated) -> Phrase {
        let own = self.locale.tag;
        let tag = [own, "en"].into_iter().find(|tag| text.0.contains_key(*tag));
        let tag = tag.or_else(|| text.0.keys().next().map(String::as_str)).unwrap_or(own);
        Phrase::new(text.get(own), Language::parse(tag).as_ref())
    }

    /// A moment, with its time of day.
    pub(crate) fn moment(&self, at: DateTime<Utc>) -> When {
        When { iso: at.format("%Y-%m-%dT%H:%M:%SZ").to_string(), words: self.locale.moment(at) }
    }

    pub(crate) fn day(&self, day: NaiveDate) -> When {
        When { iso: day.format("%Y-%m-%d").to_string(), words: self.locale.day(day) }
    }

    /// The page of a source; one that left the policy has it still.
    pub(crate) fn source_page(&self, id: &SourceId) -> String {
        self.to(&Place::Source(id.clone(), 1))
    }
}
