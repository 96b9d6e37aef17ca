//! What a visitor asks of a section beyond its address: the conditions in its query string, as a query.

use super::Visit;
use crate::model::query::{Field, Node, Query, day_of};
use crate::model::view::{Order, Search};
use crate::serve::address::CONDITIONS;
use crate::serve::failure::Failure;
use chrono::NaiveDate;

/// Conditions that one view may have; nobody clicks that many.
const CONDITIONS_MAX: usize = 24;

/// The query for a section with the conditions that the visit asks for. What it does not know in a query
/// string it passes over, since links pick up all kinds of things on their way.
///
/// # Errors
/// A condition that cannot be read is a bad request.
pub(super) fn query(visit: &Visit, slug: &str) -> Result<Query, Failure> {
    let node = |field, value: &str| Node::Field { field, value: value.to_lowercase(), column: 0 };
    let mut query = Query::default().and(node(Field::Section, slug));
    let mut asked = 0;
    for (name, value) in visit.query.iter().filter(|(_, value)| !value.trim().is_empty()) {
        let known = CONDITIONS.into_iter().find(|(spelt, field)| spelt == name || field.name() == name);
        let known = known.or(if name == "lang" { Some(("language", Field::Language)) } else { None });
        if let Some((_, field)) = known {
            asked += 1;
            query = query.and(node(field, value.trim()));
        }
    }
    if asked > CONDITIONS_MAX {
        return Err(Failure::Bad);
    }
    // Reading what was put together checks the values as typing it would.
    Query::parse(&query.to_string()).map_err(|_| Failure::Bad)
}

/// The day since which a query asks for pieces.
pub(super) fn since(query: &Query) -> Option<NaiveDate> {
    query.parts().iter().find_map(|part| match part {
        Node::Field { field: Field::After, value, .. } => day_of(value),
        _ => None,
    })
}

/// A query with another day since which pieces are asked for, or with none.
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
    Search { query, announced_only: false, order: Order::Date, now: visit.now, cursor: None, offset, limit }
}
