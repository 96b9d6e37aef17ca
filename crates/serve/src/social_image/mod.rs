//! The picture that other sites show with a link to this one: 1200 by 630 pixels, drawn when it is asked for, kept
//! while there is room. No script, no browser, no service elsewhere: outlines of letters are filled on a sheet and
//! written as PNG.

mod drawing;
mod image;
mod images;
mod png;
mod raster;
mod shaping;

pub(crate) use image::SocialImage;
pub(crate) use images::SocialImages;
