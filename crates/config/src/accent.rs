//! The accent of a network, which people must be able to read.

use super::value::{Wrong, wrong};
use plenary_model::theme::{CONTRAST_MIN, Colour};

pub(super) fn parse_by_day(text: &str) -> Result<Colour, Wrong> {
    let colour = parse_colour(text)?;
    let better = colour.readable_by_day();
    check_contrast(colour, colour.contrast_on(&colour.grounds_day()), "the light pages", "darker", better)
}

pub(super) fn parse_by_night(text: &str) -> Result<Colour, Wrong> {
    let colour = parse_colour(text)?;
    let better = colour.readable_by_night();
    check_contrast(colour, colour.contrast_on(&colour.grounds_night()), "the dark pages", "lighter", better)
}

fn parse_colour(text: &str) -> Result<Colour, Wrong> {
    match Colour::parse(text) {
        Some(colour) => Ok(colour),
        None => wrong(format!("\"{text}\" is no colour"), "write # and six hexadecimal digits, such as \"#0f5c63\""),
    }
}

fn check_contrast(colour: Colour, contrast: f64, on: &str, direction: &str, better: Colour) -> Result<Colour, Wrong> {
    if contrast >= CONTRAST_MIN {
        return Ok(colour);
    }
    // Rounded down: 4.49 must not be shown as what is asked for.
    let shown = (contrast * 10.0).floor() / 10.0;
    wrong(
        format!("links in {colour} can hardly be read on {on}: the contrast is {shown:.1}, people need {CONTRAST_MIN}"),
        format!("take a {direction} shade, such as \"{better}\""),
    )
}
