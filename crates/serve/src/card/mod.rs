//! The picture that other sites show with a link to this one: 1200 by 630 pixels, drawn when it is asked
//! for, kept while it is in demand. No script, no browser, no service elsewhere: outlines of letters are
//! filled on a sheet and written as PNG.

mod ink;
mod letters;
mod png;

use super::respond::digest;
use axum::body::Bytes;
use ink::{Shape, Sheet, palette};
use letters::{Face, Pen};
use plenary_model::theme::{Accent, Colour, DAY};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Width of a card, in pixels, as sites that show them ask for.
pub(crate) const WIDTH: u16 = 1_200;
/// Height of a card.
pub(crate) const HEIGHT: u16 = 630;
/// Cards that are kept; beyond them all are forgotten, which costs one drawing each.
const KEPT_MAX: usize = 128;
/// Cards that are drawn at once: they wait for each other rather than keep pages waiting.
const DRAWN_AT_ONCE: usize = 1;
/// Longest text that is looked at, in characters; a card shows fewer.
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

/// What a card says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    /// The network.
    pub(crate) network: String,
    /// The title; left out where no font here has its letters.
    pub(crate) title: String,
    /// Who and when, or how many.
    pub(crate) foot: String,
    /// True when the title runs from right to left.
    pub(crate) rtl: bool,
    /// The accent.
    pub(crate) accent: Option<Accent>,
}

/// Cards that were drawn, and the right to draw another.
pub(super) struct Cards {
    kept: Mutex<HashMap<String, Bytes>>,
    turns: Arc<Semaphore>,
}

impl Default for Cards {
    fn default() -> Self {
        Self { kept: Mutex::new(HashMap::new()), turns: Arc::new(Semaphore::new(DRAWN_AT_ONCE)) }
    }
}

impl Cards {
    /// The picture of a card; `None` when it could not be drawn.
    pub(super) async fn picture(&self, card: Card) -> Option<Bytes> {
        let name = digest(format!("{card:?}").as_bytes());
        if let Some(kept) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return Some(kept.clone());
        }
        let turn = Arc::clone(&self.turns).acquire_owned().await.ok()?;
        let drawn = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            draw(&card)
        });
        let picture = Bytes::from(drawn.await.ok()??);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(name, picture.clone());
        Some(picture)
    }
}

fn draw(card: &Card) -> Option<Vec<u8>> {
    let [paper, _] = DAY;
    let accent = card.accent.map_or_else(|| Colour::of_bytes(ACCENT), |accent| accent.day);
    let [_, _, tint] = accent.grounds_day();
    let inks = [Colour::parse("#1b2430")?, Colour::parse("#55606e")?, accent, tint, Colour::parse("#7d5a00")?];
    let mut sheet = Sheet::new(WIDTH, HEIGHT);
    let (width, height) = (f32::from(WIDTH), f32::from(HEIGHT));
    let across = |x: f32| if card.rtl { width - x } else { x };
    hall(&mut sheet, across(width - 250.0), height + 10.0);
    sheet.fill(&Shape::rectangle(0.0, 0.0, width, 14.0), MARK);
    emblem(&mut sheet, across(MARGIN + 34.0), 106.0);
    let room = width - 2.0 * MARGIN;
    if Face::Plain.shows(&card.network) {
        let is_rtl = has_arabic(&card.network);
        let pen = Face::Plain.pen(SMALL, is_rtl)?;
        write(&mut sheet, &pen, &cut(&card.network), (MARGIN + 92.0, 117.0), room - 92.0, card.rtl, SOFT);
    }
    title(&mut sheet, card)?;
    if Face::Plain.shows(&card.foot) {
        let pen = Face::Plain.pen(SMALL, card.rtl)?;
        write(&mut sheet, &pen, &cut(&card.foot), (MARGIN, height - 62.0), room - 360.0, card.rtl, SOFT);
    }
    png::document(&sheet, WIDTH, HEIGHT, &palette(paper, &inks))
}

/// The title, as large as it fits between the head and the foot.
fn title(sheet: &mut Sheet, card: &Card) -> Option<()> {
    let text = cut(&card.title);
    let face = match Face::of_title(&text) {
        Some(face) if !text.trim().is_empty() => face,
        _ => return Some(()),
    };
    let leading = if has_arabic(&text) { LEADING_ARABIC } else { LEADING };
    let room = f32::from(WIDTH) - 2.0 * MARGIN;
    for (index, (size, most)) in SIZES.into_iter().enumerate() {
        let pen = face.pen(size, card.rtl)?;
        let (lines, is_cut) = pen.lines(&text, room, most);
        if is_cut && index + 1 < SIZES.len() {
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "lines are few")]
        let block = lines.len() as f32 * size * leading;
        let mut base = 352.0 - block / 2.0 + size;
        for line in &lines {
            let left = if card.rtl { f32::from(WIDTH) - MARGIN - line.width } else { MARGIN };
            sheet.fill(&pen.outline(line, left, base), INK);
            base += size * leading;
        }
        return Some(());
    }
    Some(())
}

/// A line at a distance from the edge where reading begins.
fn write(sheet: &mut Sheet, pen: &Pen<'_>, text: &str, at: (f32, f32), room: f32, rtl: bool, ink: u8) {
    let (lines, _) = pen.lines(text, room, 1);
    if let Some(line) = lines.first() {
        let left = if rtl { f32::from(WIDTH) - at.0 - line.width } else { at.0 };
        sheet.fill(&pen.outline(line, left, at.1), ink);
    }
}

/// The site's emblem: five seats round a speaker.
fn emblem(sheet: &mut Sheet, x: f32, y: f32) {
    for (dx, dy) in [(-30.0, 14.0), (-21.0, -7.0), (0.0, -16.0), (21.0, -7.0), (30.0, 14.0)] {
        sheet.fill(&Shape::circle(x + dx, y + dy, 6.6), MARK);
    }
    sheet.fill(&Shape::circle(x, y + 12.0, 8.6), GOLD);
}

/// Rows of seats at the foot, in the tint of the accent.
fn hall(sheet: &mut Sheet, x: f32, y: f32) {
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

    fn card(title: &str, rtl: bool) -> Card {
        Card {
            network: "Example Network".into(),
            title: title.into(),
            foot: "Source a · 1 June 2021".into(),
            rtl,
            accent: None,
        }
    }

    #[tokio::test]
    async fn a_card_is_a_picture_of_the_size_that_sites_ask_for() {
        let cards = Cards::default();
        let picture = cards.picture(card("Schools must be the last to close", false)).await.unwrap();
        assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(picture[16..24], [0, 0, 0x04, 0xb0, 0, 0, 0x02, 0x76], "1200 by 630");
        assert!(picture.len() < 60_000, "{} bytes", picture.len());
        assert_eq!(cards.picture(card("Schools must be the last to close", false)).await.unwrap(), picture);
    }

    #[tokio::test]
    async fn no_title_is_too_long_or_too_strange() {
        let cards = Cards::default();
        for title in ["", "儿童权利委员会", &"word ".repeat(500), &"w".repeat(5_000), "أطفال ".repeat(80).as_str()]
        {
            assert!(cards.picture(card(title, title.starts_with('أ'))).await.is_some(), "{title:.20}");
        }
    }

    #[test]
    fn the_accent_is_that_of_the_style_sheet() {
        let css = include_str!("../static/site.css");
        assert!(css.contains(&format!("--accent: {};", Colour::of_bytes(ACCENT))));
    }
}
