//! What pages show, built from what the store answers. Pure: the same input gives the same page.

mod atlas;
mod calendar;
mod excerpt;
mod facets;
mod health;
mod health_chart;
mod layout;
mod list_item;
mod phrase;
mod piece;
mod reasons;
mod refusals;
mod rhythm;
mod rule_words;
mod scene;
mod search;
mod since;
mod source;
mod structured_data;
mod updates;

#[cfg(test)]
pub(super) mod samples;

pub(super) use atlas::{Atlas, draw_atlas};
pub(super) use calendar::{Agenda, Occasion, build_agenda, build_deadlines};
pub(super) use health::{HealthMark, HealthState};
pub(super) use health_chart::{HealthChart, draw_health_chart};
pub(super) use layout::{FeedLink, Here, Layout, Subject};
pub(super) use list_item::{ListItem, Month, build_list_item, group_by_month, say_days_once};
pub(super) use phrase::{Named, Phrase, When};
pub(super) use piece::{PieceDetail, describe_piece};
pub(super) use rule_words::tell_rule;
pub(super) use scene::Scene;
pub(super) use search::{Choice, FacetGroup, Hit, build_hit, group_facets, list_conditions, name_value};
pub(super) use since::{Since, offer_spans};
pub(super) use source::{Profile, Roster, Row, SourceFigures, build_profile, build_roster, list_troubled, say_removed};
pub(super) use structured_data::{describe_article, describe_events};
pub(super) use updates::Updates;
