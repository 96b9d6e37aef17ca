//! What pages show, built from what the store answers. Pure: the same input gives the same page.

mod atlas;
mod calendar;
mod excerpt;
mod facets;
mod health;
mod health_chart;
mod layout;
mod list_item;
mod piece;
mod reasons;
mod refusals;
mod rhythm;
mod search;
mod since;
mod source;

#[cfg(test)]
pub(super) mod samples;

pub(super) use atlas::{Atlas, draw_atlas};
pub(super) use calendar::{Agenda, Occasion, build_agenda};
pub(super) use health::{HealthMark, HealthState};
pub(super) use health_chart::{HealthChart, draw_health_chart};
pub(super) use layout::{FeedLink, Here, Layout, Subject};
pub(super) use list_item::{ListItem, Month, build_list_item, group_by_month, say_days_once};
pub(super) use piece::{PieceDetail, describe_piece};
pub(super) use search::{Choice, FacetGroup, Hit, build_hit, group_facets, list_conditions, name_value};
pub(super) use since::{Since, offer_spans};
pub(super) use source::{Profile, Roster, Row, SourceFigures, build_profile, build_roster, list_troubled};

use super::address::{Place, prefix_of};
use super::locale::Locale;
use chrono::{DateTime, NaiveDate, Utc};
use plenary_model::language::{Language, Translated};
use plenary_model::policy::Policy;

/// For whom and when a page is built.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    /// The policy in force.
    pub(super) policy: &'a Policy,
    /// Interface language.
    pub(super) locale: &'static Locale,
    /// The time now.
    pub(super) now: DateTime<Utc>,
}

/// A text with its language, so that a browser reads it aloud and sets it in the right direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    /// The text; escaped by the template.
    pub(super) text: String,
    /// Value of `lang`; empty: not known.
    pub(super) lang: String,
    /// Value of `dir`; `auto` where the language is not known.
    pub(super) dir: &'static str,
}

/// A time: for machines and for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct When {
    /// Value of `datetime`.
    pub(super) iso: String,
    /// In words.
    pub(super) words: String,
}

/// A link with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// The text.
    pub(super) name: String,
    /// The address; `None` where there is nothing to link to.
    pub(super) href: Option<String>,
}

impl Phrase {
    /// A text of the interface.
    pub(super) fn own(locale: &Locale, text: impl Into<String>) -> Self {
        Self { text: text.into(), lang: locale.tag.to_owned(), dir: locale.direction }
    }

    /// A text of a publisher.
    pub(super) fn new(text: impl Into<String>, language: Option<&Language>) -> Self {
        Self {
            text: text.into(),
            lang: language.map_or_else(String::new, |language| language.as_str().to_owned()),
            dir: language.map_or("auto", Language::direction),
        }
    }
}

impl Scene<'_> {
    /// Prefix of pages in the interface language.
    pub(super) fn prefix(&self) -> String {
        prefix_of(self.policy, self.locale)
    }

    /// Address of a page in the interface language.
    pub(super) fn to(&self, place: &Place) -> String {
        place.path(&self.prefix())
    }

    /// A text of the policy in the interface language, or in the language it falls back to.
    pub(super) fn translated(&self, text: &Translated) -> Phrase {
        let own = self.locale.tag;
        let tag = [own, "en"].into_iter().find(|tag| text.0.contains_key(*tag));
        let tag = tag.or_else(|| text.0.keys().next().map(String::as_str)).unwrap_or(own);
        Phrase::new(text.get(own), Language::parse(tag).as_ref())
    }

    /// A moment, with its time of day.
    pub(super) fn moment(&self, at: DateTime<Utc>) -> When {
        When { iso: at.format("%Y-%m-%dT%H:%M:%SZ").to_string(), words: self.locale.moment(at) }
    }

    /// A day.
    pub(super) fn day(&self, day: NaiveDate) -> When {
        When { iso: day.format("%Y-%m-%d").to_string(), words: self.locale.day(day) }
    }

    /// The page of a source, while the policy has it.
    pub(super) fn source_page(&self, id: &plenary_model::id::SourceId) -> Option<String> {
        self.policy.source(id).map(|source| self.to(&Place::Source(source.id.clone(), 1)))
    }
}
