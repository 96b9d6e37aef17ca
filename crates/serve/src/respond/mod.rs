//! HTTP mechanics of every answer: validators, coding, caching and the headers that keep readers safe.

mod conditional;
mod document;
mod headers;
mod negotiate;
mod representation;
mod sliced;

pub(crate) use conditional::{Precondition, evaluate};
pub(crate) use document::{CACHE_CURRENT, Document, DocumentBody, PLAIN_XML, VARY_FEED, Variant, is_feed};
pub(crate) use headers::{digest, etag, guard};
pub(crate) use negotiate::choose;
pub(crate) use representation::{Representation, VARY_CODING, encode_representation, gzip, page};
pub(crate) use sliced::SlicedBody;
