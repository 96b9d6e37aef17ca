//! Text as outlines: in lines that fit, in the order in which it is seen, its letters joined as their
//! script joins them. Arabic in a picture is Arabic, not a row of single letters.

use super::raster::Shape;
use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use harfrust::{Buffer, Direction, Font, GlyphId, ShapeOptions, ShaperFont, shape};
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

static FONTS: LazyLock<[Option<Font>; 3]> = LazyLock::new(|| {
    [dejavu::serif_condensed::bold(), dejavu::sans_condensed::bold(), dejavu::sans_condensed::regular()]
        .map(|data| Font::new(data, 0))
});

pub(super) struct Pen<'a> {
    font: &'a Font,
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
        let shaper = ShaperFont::new(font);
        let is_blank = |c: char| c.is_whitespace() || c.is_control() || ('\u{200b}'..='\u{200f}').contains(&c);
        text.chars().all(|c| is_blank(c) || shaper.nominal_glyph(u32::from(c)).is_some())
    }

    fn font(&self) -> Option<&'static Font> {
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
        Some(Pen { font, scale: size / f32::from(font.units_per_em().max(1)), rtl })
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
        self.shape_line(text).iter().flat_map(|run| run.iter().map(|glyph| glyph.advance)).sum()
    }

    /// The outline of a line whose left end and base line are given.
    pub(super) fn outline(&self, line: &Line, left: f32, base: f32) -> Shape {
        let glyphs = self.font.outline_glyphs();
        let mut outline = Outline { shape: Shape::default(), scale: self.scale, x: left, y: base };
        for glyph in self.shape_line(&line.text).into_iter().flatten() {
            let at = outline.x;
            outline.x += glyph.offset.0;
            outline.y = base - glyph.offset.1;
            if let Some(found) = glyphs.get(glyph.id) {
                // A glyph that cannot be drawn is a gap in a picture, nothing worse.
                let _ = found.draw(&DrawOptions::new(), DrawMemory::default(), &mut outline);
            }
            outline.x = at + glyph.advance;
        }
        outline.shape.close();
        outline.shape
    }

    /// The glyphs of a line in runs of one direction, from left to right as they are seen.
    fn shape_line(&self, text: &str) -> Vec<Vec<Glyph>> {
        let level = if self.rtl { Level::rtl() } else { Level::ltr() };
        let info = BidiInfo::new(text, Some(level));
        let Some(paragraph) = info.paragraphs.first() else { return Vec::new() };
        let (levels, runs) = info.visual_runs(paragraph, paragraph.range.clone());
        let shaped = runs.into_iter().filter_map(|run| {
            let is_rtl = levels.get(run.start)?.is_rtl();
            Some(self.shape_run(text.get(run)?, is_rtl))
        });
        shaped.collect()
    }

    fn shape_run(&self, text: &str, is_rtl: bool) -> Vec<Glyph> {
        let shaper = ShaperFont::new(self.font);
        let mut buffer = Buffer::new();
        buffer.push_str(text);
        buffer.set_direction(if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.guess_segment_properties();
        if shape(&shaper, &mut buffer, ShapeOptions::new()).is_err() {
            return Vec::new();
        }
        let placed = buffer.glyph_infos().iter().zip(buffer.glyph_positions());
        #[expect(clippy::cast_precision_loss, reason = "units of a font are some thousands")]
        let pixels = |units: i32| units as f32 * self.scale;
        placed
            .map(|(info, position)| Glyph {
                id: GlyphId::new(info.glyph_id),
                advance: pixels(position.x_advance),
                offset: (pixels(position.x_offset), pixels(position.y_offset)),
            })
            .collect()
    }
}

struct Glyph {
    id: GlyphId,
    advance: f32,
    offset: (f32, f32),
}

/// Takes an outline in units of the font, whose y points upwards, to the sheet.
struct Outline {
    shape: Shape,
    scale: f32,
    x: f32,
    y: f32,
}

impl Outline {
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y - y * self.scale)
    }
}

impl PathSink for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.shape.move_to(self.place(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.shape.line_to(self.place(x, y));
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.shape.quad_to(self.place(cx0, cy0), self.place(x, y));
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        // TrueType outlines have no such curves; one through the middle of the controls comes near.
        self.shape.quad_to(self.place(f32::midpoint(cx0, cx1), f32::midpoint(cy0, cy1)), self.place(x, y));
    }

    fn close(&mut self) {
        self.shape.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arabic_letters_are_joined() {
        let pen = Face::Strong.pen(60.0, true).unwrap();
        let ids =
            |text: &str| -> Vec<u32> { pen.shape_run(text, true).iter().map(|glyph| glyph.id.to_u32()).collect() };
        let (joined, alone) = (ids("ببب"), ids("ب"));
        assert_eq!(joined.len(), 3);
        assert!(joined.iter().all(|id| !alone.contains(id)), "each has its own form: {joined:?} {alone:?}");
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
