//! The picture that other sites show with a link to this one: 1200 by 630 pixels, drawn on request and kept while there
//! is room. Outlines of letters are filled on a sheet and written as PNG, without a browser.

mod arabic;
mod drawing;
mod image;
mod images;
mod png;
mod raster;
mod shaping;

pub(crate) use image::SocialImage;
pub(crate) use images::SocialImages;
