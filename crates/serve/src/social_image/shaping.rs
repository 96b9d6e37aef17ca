//! Text as outlines: in lines that fit, in the order in which it is seen, its letters joined as their
//! script joins them ([`arabic`]). Arabic in a picture is Arabic, not a row of single letters.

use super::arabic;
use super::raster::Shape;
use ab_glyph::{Font as _, FontRef, GlyphId, OutlineCurve, Point};
use std::sync::LazyLock;
use unicode_bidi::{BidiInfo, Level};

/// A font that is part of the program.
pub(super) enum Face {
    /// For titles in letters of Latin, Greek and Cyrillic.
    Serif,
    /// For titles that have Arabic letters.
    Strong,
    /// For everything else.
    Plain,
}

static FONTS: LazyLock<[Option<FontRef<'static>>; 3]> = LazyLock::new(|| {
    [dejavu::serif_condensed::bold(), dejavu::sans_condensed::bold(), dejavu::sans_condensed::regular()]
        .map(|data| FontRef::try_from_slice(data).ok())
});

pub(super) struct Pen<'a> {
    font: &'a FontRef<'static>,
    /// Pixels for one unit of the font.
    scale: f32,
    /// True where lines run from right to left.
    rtl: bool,
}

pub(super) struct Line {
    text: String,
    /// Its width in pixels.
    pub(super) width: f32,
}

impl Face {
    /// The face for titles that can show every letter of `text`; `None` where there is none.
    pub(super) fn choose_for_title(text: &str) -> Option<Self> {
        [Self::Serif, Self::Strong].into_iter().find(|face| face.shows(text))
    }

    pub(super) fn shows(&self, text: &str) -> bool {
        let Some(font) = self.font() else { return false };
        arabic::join(text).chars().all(|c| is_unseen(c) || (has_glyph(font, c) && !arabic::is_unjoined(c)))
    }

    fn font(&self) -> Option<&'static FontRef<'static>> {
        let [serif, strong, plain] = &*FONTS;
        match self {
            Self::Serif => serif,
            Self::Strong => strong,
            Self::Plain => plain,
        }
        .as_ref()
    }

    /// The face at a size in pixels.
    pub(super) fn pen(&self, size: f32, rtl: bool) -> Option<Pen<'static>> {
        let font = self.font()?;
        Some(Pen { font, scale: size / font.units_per_em()?.max(1.0), rtl })
    }
}

impl Pen<'_> {
    /// The text in at most `most` lines of `width` pixels; the last ends in … when there is more.
    pub(super) fn break_lines(&self, text: &str, width: f32, most: usize) -> (Vec<Line>, bool) {
        let mut lines: Vec<String> = Vec::new();
        let mut current = String::new();
        let mut words = text.split_whitespace().peekable();
        while let Some(word) = words.peek() {
            let longer = if current.is_empty() { (*word).to_owned() } else { format!("{current} {word}") };
            if current.is_empty() || self.measure(&longer) <= width {
                current = longer;
                words.next();
            } else if lines.len() + 1 < most {
                lines.push(std::mem::take(&mut current));
            } else {
                break;
            }
        }
        let is_cut = words.peek().is_some();
        if is_cut {
            current.push('…');
        }
        while self.measure(&current) > width && current.chars().count() > 1 {
            let shorter: String = current.trim_end_matches('…').chars().rev().skip(1).collect();
            current = format!("{}…", shorter.chars().rev().collect::<String>().trim_end());
        }
        lines.push(current);
        (lines.into_iter().map(|text| Line { width: self.measure(&text), text }).collect(), is_cut)
    }

    fn measure(&self, text: &str) -> f32 {
        self.place_glyphs(text).iter().map(|glyph| glyph.advance).sum()
    }

    /// The outline of a line whose left end and base line are given.
    pub(super) fn outline(&self, line: &Line, left: f32, base: f32) -> Shape {
        let mut shape = Shape::default();
        let mut x = left;
        for glyph in self.place_glyphs(&line.text) {
            // The outline is in units of the font, whose y points upwards.
            let place = |point: Point| (x + point.x * self.scale, base - point.y * self.scale);
            // A blank has no outline.
            for curve in self.font.outline(glyph.id).map(|outline| outline.curves).unwrap_or_default() {
                match curve {
                    OutlineCurve::Line(from, to) => shape.add_line(place(from), place(to)),
                    OutlineCurve::Quad(from, control, to) => shape.add_curve(place(from), place(control), place(to)),
                    // TrueType outlines have no such curves; one through the middle of the controls comes near.
                    OutlineCurve::Cubic(from, first, second, to) => {
                        let middle = Point { x: f32::midpoint(first.x, second.x), y: f32::midpoint(first.y, second.y) };
                        shape.add_curve(place(from), place(middle), place(to));
                    }
                }
            }
            x += glyph.advance;
        }
        shape
    }

    /// The glyphs of a line from left to right, as they are seen.
    fn place_glyphs(&self, text: &str) -> Vec<Glyph> {
        let ids: Vec<GlyphId> = self.order(&arabic::join(text)).into_iter().map(|c| self.font.glyph_id(c)).collect();
        let following = ids.iter().skip(1).map(Some).chain([None]);
        let kerned = ids.iter().zip(following).map(|(id, next)| {
            let kern = next.map_or(0.0, |next| self.font.kern_unscaled(*id, *next));
            Glyph { id: *id, advance: (self.font.h_advance_unscaled(*id) + kern) * self.scale }
        });
        kerned.collect()
    }

    /// The characters of a line from left to right (UAX #9), brackets turned round where it runs from right to left.
    fn order(&self, text: &str) -> Vec<char> {
        let level = if self.rtl { Level::rtl() } else { Level::ltr() };
        let info = BidiInfo::new(text, Some(level));
        let Some(paragraph) = info.paragraphs.first() else { return Vec::new() };
        let (levels, runs) = info.visual_runs(paragraph, paragraph.range.clone());
        let mut ordered = Vec::new();
        for run in runs {
            let is_rtl = levels.get(run.start).is_some_and(Level::is_rtl);
            let seen = text.get(run).unwrap_or_default().chars().filter(|c| !is_unseen(*c) || *c == ' ');
            if is_rtl {
                ordered.extend(seen.rev().map(mirror));
            } else {
                ordered.extend(seen);
            }
        }
        ordered
    }
}

struct Glyph {
    id: GlyphId,
    /// To the next glyph, in pixels.
    advance: f32,
}

fn has_glyph(font: &FontRef<'static>, c: char) -> bool {
    font.glyph_id(c) != GlyphId(0)
}

/// True for what takes no ink: blanks, controls, marks of direction and of joining.
fn is_unseen(c: char) -> bool {
    c.is_whitespace() || c.is_control() || ('\u{200b}'..='\u{200f}').contains(&c)
}

/// The other one of a pair of brackets or quotation marks (`Bidi_Mirroring_Glyph` of those that titles have).
fn mirror(c: char) -> char {
    const PAIRS: [(char, char); 6] = [('(', ')'), ('[', ']'), ('{', '}'), ('<', '>'), ('«', '»'), ('‹', '›')];
    let other = PAIRS.iter().find_map(|(open, close)| match c {
        _ if c == *open => Some(*close),
        _ if c == *close => Some(*open),
        _ => None,
    });
    other.unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_in_the_order_in_which_they_are_seen() {
        let seen = |text: &str, rtl: bool| -> String {
            Face::Strong.pen(60.0, rtl).unwrap().order(&arabic::join(text)).into_iter().collect()
        };
        assert_eq!(seen("(COVID-19) news", false), "(COVID-19) news");
        assert_eq!(seen("ب (COVID-19) 12", true), "12 (COVID-19) \u{fe8f}");
        assert_eq!(seen("لا (بب)", true), "(\u{fe90}\u{fe91}) \u{fefb}");
    }

    #[test]
    fn joined_letters_touch() {
        let pen = Face::Strong.pen(60.0, true).unwrap();
        let glyphs = pen.place_glyphs("ببب");
        assert_eq!(glyphs.len(), 3);
        let alone = pen.place_glyphs("ب");
        assert!(glyphs.iter().all(|glyph| glyph.id != alone[0].id), "each has its own form");
        assert!(pen.measure("ببب") < 3.0 * pen.measure("ب"));
    }

    #[test]
    fn what_no_font_has_is_known_before() {
        assert!(Face::Serif.shows("Déclaration: Ελλάδα, Россия – “quoted”…"));
        assert!(!Face::Serif.shows("أطفال"));
        assert!(Face::Strong.shows("بيان: يجب أن تكون المدارس"));
        assert!(Face::choose_for_title("儿童权利委员会").is_none());
    }

    #[test]
    fn lines_fit_and_the_last_says_that_there_is_more() {
        let pen = Face::Serif.pen(60.0, false).unwrap();
        let (lines, is_cut) = pen.break_lines(&"children have rights ".repeat(12), 700.0, 3);
        assert!(is_cut);
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line.width <= 700.0));
        assert!(lines[2].text.ends_with('…'), "{}", lines[2].text);
        let (lines, is_cut) = pen.break_lines("One line", 700.0, 3);
        assert!(!is_cut);
        assert_eq!(lines.len(), 1);
        let (lines, _) = pen.break_lines(&"w".repeat(200), 700.0, 2);
        assert!(lines.iter().all(|line| line.width <= 700.0), "one word longer than a line");
    }
}
