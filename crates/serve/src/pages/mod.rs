//! The HTML pages, one file each: what is asked of the store, and the template that shows it.

pub(crate) mod cached;
mod calendar;
mod extension;
mod how;
mod narrow;
mod offline;
mod overview;
mod pager;
mod piece;
mod routes;
mod search;
mod section;
pub(crate) mod sitemap;
mod social_image;
mod source;
mod sources;
mod visit;

pub(crate) use routes::routes;
pub(crate) use search::pages_of as value_pages;
pub(crate) use section::pages_of as section_pages;
pub(crate) use source::pages_of as source_pages;

use pager::{Pager, pages_for};
use visit::Visit;
