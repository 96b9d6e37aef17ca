//! The theme in `[network]`: the accent, which people must be able to read, and the logo.

use super::problem::{Named, Problem};
use super::read::{Include, text};
use super::value::{Wrong, wrong};
use plenary_model::theme::{Accent, CONTRAST_MIN, Colour, Theme};
use toml::de::DeTable;

/// Largest logo, in bytes: it is part of every page's first view.
const LOGO_BYTES_MAX: usize = 64 * 1_024;

/// An accent on light paper.
pub(super) fn accent_by_day(text: &str) -> Result<Colour, Wrong> {
    let colour = colour(text)?;
    readable(colour, colour.contrast_on(&colour.grounds_day()), "the light pages", "darker", colour.readable_by_day())
}

/// An accent on dark paper.
pub(super) fn accent_by_night(text: &str) -> Result<Colour, Wrong> {
    let colour = colour(text)?;
    let better = colour.readable_by_night();
    readable(colour, colour.contrast_on(&colour.grounds_night()), "the dark pages", "lighter", better)
}

fn colour(text: &str) -> Result<Colour, Wrong> {
    match Colour::parse(text) {
        Some(colour) => Ok(colour),
        None => wrong(format!("\"{text}\" is no colour"), "write # and six hexadecimal digits, such as \"#0f5c63\""),
    }
}

fn readable(colour: Colour, contrast: f64, on: &str, direction: &str, better: Colour) -> Result<Colour, Wrong> {
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

/// The path of the logo with its offset.
pub(super) fn logo_path(root: &DeTable<'_>) -> Option<(String, usize)> {
    let path = root.get("network")?.get_ref().as_table()?.get("logo")?;
    Some((path.get_ref().as_str()?.to_owned(), path.span().start))
}

/// The theme of a file; a logo that cannot be used is a problem. Colours were checked with the file.
pub(super) fn read(file: Named<'_>, root: &DeTable<'_>, include: Include<'_>, problems: &mut Vec<Problem>) -> Theme {
    let network = root.get("network").and_then(|network| network.get_ref().as_table());
    let asked = |key| network.and_then(|table| text(table, key)).and_then(|text| Colour::parse(&text));
    let (day, night) = (asked("accent"), asked("accent_dark"));
    let mut theme = Theme {
        accent: day.map(|day| Accent { day, night: night.unwrap_or_else(|| day.readable_by_night()) }),
        logo: None,
    };
    let Some((path, offset)) = logo_path(root) else { return theme };
    match include(&path) {
        Ok(svg) if svg.len() > LOGO_BYTES_MAX => {
            let message = format!("the logo \"{path}\" is larger than {} kB", LOGO_BYTES_MAX / 1_024);
            problems.push(file.problem(offset, message, "simplify the drawing, or save it without embedded images"));
        }
        Ok(svg) if !svg.contains("<svg") => {
            let message = format!("the logo \"{path}\" is no SVG drawing");
            problems.push(file.problem(offset, message, "save it as SVG: it stays sharp at every size"));
        }
        Ok(svg) => theme.logo = Some(svg),
        Err(error) => {
            let message = format!("the logo \"{path}\" cannot be read: {error}");
            let remedy = "name an SVG file, by its path relative to this file";
            problems.push(file.problem(offset, message, remedy));
        }
    }
    theme
}
