//! Where things stand on a picture, and how large.

use super::image::SocialImage;
use super::png::encode;
use super::raster::{Shape, Sheet, build_palette};
use super::shaping::{Face, Pen};
use plenary_model::theme::{Colour, DAY};

/// Width of a picture, in pixels, as sites that show them ask for.
const WIDTH: u16 = 1_200;
const HEIGHT: u16 = 630;
/// Longest text that is looked at, in characters; a picture shows fewer.
const TEXT_CHARS_MAX: usize = 300;

/// Room at both sides.
const MARGIN: f32 = 84.0;
/// Sizes of a title and how many lines it may have at each: the first that fits is taken.
const SIZES: [(f32, usize); 4] = [(76.0, 3), (64.0, 4), (54.0, 4), (46.0, 5)];
/// Height of a line as a part of the size of its letters; Arabic marks need more room.
const LEADING: f32 = 1.24;
const LEADING_ARABIC: f32 = 1.45;
/// Size of the lines at the head and at the foot.
const SMALL: f32 = 32.0;

/// The site's own accent.
const ACCENT: [u8; 3] = [0x0f, 0x5c, 0x63];

/// Inks by their place in the palette.
const INK: u8 = 0;
const SOFT: u8 = 1;
const MARK: u8 = 2;
const TINT: u8 = 3;
const GOLD: u8 = 4;

pub(super) fn draw(image: &SocialImage) -> Option<Vec<u8>> {
    let [paper, _] = DAY;
    let accent = image.accent.map_or_else(|| Colour::of_bytes(ACCENT), |accent| accent.day);
    let [_, _, tint] = accent.grounds_day();
    let inks = [Colour::parse("#1b2430")?, Colour::parse("#55606e")?, accent, tint, Colour::parse("#7d5a00")?];
    let mut sheet = Sheet::new(WIDTH, HEIGHT);
    let (width, height) = (f32::from(WIDTH), f32::from(HEIGHT));
    let across = |x: f32| if image.rtl { width - x } else { x };
    draw_hall(&mut sheet, across(width - 250.0), height + 10.0);
    sheet.fill(&Shape::rectangle(0.0, 0.0, width, 14.0), MARK);
    draw_emblem(&mut sheet, across(MARGIN + 34.0), 106.0);
    let room = width - 2.0 * MARGIN;
    if Face::Plain.shows(&image.network) {
        let is_rtl = has_arabic(&image.network);
        let pen = Face::Plain.pen(SMALL, is_rtl)?;
        write_line(&mut sheet, &pen, &cut(&image.network), (MARGIN + 92.0, 117.0), room - 92.0, image.rtl, SOFT);
    }
    write_title(&mut sheet, image)?;
    if Face::Plain.shows(&image.foot) {
        let pen = Face::Plain.pen(SMALL, image.rtl)?;
        write_line(&mut sheet, &pen, &cut(&image.foot), (MARGIN, height - 62.0), room - 360.0, image.rtl, SOFT);
    }
    encode(&sheet, WIDTH, HEIGHT, &build_palette(paper, &inks))
}

/// The title, as large as it fits between the head and the foot.
fn write_title(sheet: &mut Sheet, image: &SocialImage) -> Option<()> {
    let text = cut(&image.title);
    let face = match Face::choose_for_title(&text) {
        Some(face) if !text.trim().is_empty() => face,
        _ => return Some(()),
    };
    let leading = if has_arabic(&text) { LEADING_ARABIC } else { LEADING };
    let room = f32::from(WIDTH) - 2.0 * MARGIN;
    for (index, (size, most)) in SIZES.into_iter().enumerate() {
        let pen = face.pen(size, image.rtl)?;
        let (lines, is_cut) = pen.break_lines(&text, room, most);
        if is_cut && index + 1 < SIZES.len() {
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "lines are few")]
        let block = lines.len() as f32 * size * leading;
        let mut base = 352.0 - block / 2.0 + size;
        for line in &lines {
            let left = if image.rtl { f32::from(WIDTH) - MARGIN - line.width } else { MARGIN };
            sheet.fill(&pen.outline(line, left, base), INK);
            base += size * leading;
        }
        return Some(());
    }
    Some(())
}

/// A line at a distance from the edge where reading begins.
fn write_line(sheet: &mut Sheet, pen: &Pen<'_>, text: &str, at: (f32, f32), room: f32, rtl: bool, ink: u8) {
    let (lines, _) = pen.break_lines(text, room, 1);
    if let Some(line) = lines.first() {
        let left = if rtl { f32::from(WIDTH) - at.0 - line.width } else { at.0 };
        sheet.fill(&pen.outline(line, left, at.1), ink);
    }
}

/// The site's emblem: five seats round a speaker.
fn draw_emblem(sheet: &mut Sheet, x: f32, y: f32) {
    for (dx, dy) in [(-30.0, 14.0), (-21.0, -7.0), (0.0, -16.0), (21.0, -7.0), (30.0, 14.0)] {
        sheet.fill(&Shape::circle(x + dx, y + dy, 6.6), MARK);
    }
    sheet.fill(&Shape::circle(x, y + 12.0, 8.6), GOLD);
}

/// Rows of seats at the foot, in the tint of the accent.
fn draw_hall(sheet: &mut Sheet, x: f32, y: f32) {
    for (radius, seats) in [(90.0_f32, 6_u16), (140.0, 9), (190.0, 12)] {
        for seat in 0..seats {
            let angle = std::f32::consts::PI * (f32::from(seat) + 0.5) / f32::from(seats);
            sheet.fill(&Shape::circle(x + radius * angle.cos(), y - radius * angle.sin(), 15.0), TINT);
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}

fn has_arabic(text: &str) -> bool {
    text.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accent_is_that_of_the_style_sheet() {
        let css = include_str!("../static/site.css");
        assert!(css.contains(&format!("--accent: {};", Colour::of_bytes(ACCENT))));
    }
}
