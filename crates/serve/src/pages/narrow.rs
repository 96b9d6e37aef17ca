//! What a visitor asks of a section beyond its address: the conditions in its query string, as a query.

use super::Visit;
use crate::address::CONDITIONS;
use crate::failure::Failure;
use chrono::NaiveDate;
use plenary_model::query::{ASKED_MAX, Field, Node, Query, day_of};
use plenary_model::view::{Order, Search};

/// The field that a name in a query string narrows a section by.
pub(super) fn field_of(name: &str) -> Option<Field> {
    let known = CONDITIONS.into_iter().find(|(spelt, field)| *spelt == name || field.name() == name);
    known.map(|(_, field)| field).or((name == "lang").then_some(Field::Language))
}

/// The query for a section with the conditions that the visit asks for; unknown ones are passed over, since links pick
/// up all kinds of things. Conditions that cannot be read or are too many, the section counted, are a bad request.
pub(super) fn query(visit: &Visit, slug: &str) -> Result<Query, Failure> {
    let node = |field, value: &str| Node::Field { field, value: value.to_lowercase(), column: 0 };
    let mut query = Query::default().and(node(Field::Section, slug));
    let given = visit.query.iter().filter(|(_, value)| !value.trim().is_empty());
    let conditions = given.filter_map(|(name, value)| Some((field_of(name)?, value)));
    for ((field, value), asked) in conditions.zip(1..) {
        if asked >= ASKED_MAX {
            return Err(Failure::Bad);
        }
        query = query.and(node(field, value.trim()));
    }
    // Reading what was put together checks the values as typing it would.
    Query::parse_search(&query.to_string()).map_err(|_| Failure::Bad)
}

pub(super) fn since(query: &Query) -> Option<NaiveDate> {
    query.parts().iter().find_map(|part| match part {
        Node::Field { field: Field::After, value, .. } => day_of(value),
        _ => None,
    })
}

pub(super) fn with_since(query: &Query, day: Option<NaiveDate>) -> Query {
    let mut changed = Query::default();
    for part in query.parts() {
        if !matches!(&part, Node::Field { field: Field::After, .. }) {
            changed = changed.and(part);
        }
    }
    match day {
        Some(day) => changed.and(Node::Field { field: Field::After, value: day.to_string(), column: 0 }),
        None => changed,
    }
}

/// A search for what `query` finds, newest first.
pub(super) fn newest(visit: &Visit, query: Query, offset: usize, limit: usize) -> Search {
    let per_work = Some(visit.per_work());
    Search { query, announced_only: false, order: Order::Date, now: visit.now, cursor: None, per_work, offset, limit }
}
