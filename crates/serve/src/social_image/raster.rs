//! A sheet that outlines are filled on. Colours come from a palette of few inks, so that a picture of a megapixel
//! is written in some kilobytes.

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use plenary_model::theme::Colour;

/// Steps between the paper and an ink.
const LEVELS: u8 = 42;

/// A filled outline, in pixels from the upper left corner.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// Where each curve begins, its control, where it ends; the control of a straight line is in its middle.
    curves: Vec<[Point; 3]>,
    start: Point,
    at: Point,
}

impl Shape {
    pub(super) fn circle(x: f32, y: f32, radius: f32) -> Self {
        const CORNERS: u16 = 48;
        let mut shape = Self::default();
        let corner = |n: u16| {
            let angle = f32::from(n) / f32::from(CORNERS) * std::f32::consts::TAU;
            (x + radius * angle.cos(), y + radius * angle.sin())
        };
        shape.move_to(corner(0));
        (1..CORNERS).for_each(|n| shape.line_to(corner(n)));
        shape.close();
        shape
    }

    pub(super) fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Self {
        let mut shape = Self::default();
        shape.move_to((x, y));
        for corner in [(x + width, y), (x + width, y + height), (x, y + height)] {
            shape.line_to(corner);
        }
        shape.close();
        shape
    }

    pub(super) fn move_to(&mut self, (x, y): (f32, f32)) {
        self.close();
        (self.start, self.at) = (point(x, y), point(x, y));
    }

    pub(super) fn line_to(&mut self, (x, y): (f32, f32)) {
        let middle = (f32::midpoint(self.at.x, x), f32::midpoint(self.at.y, y));
        self.quad_to(middle, (x, y));
    }

    pub(super) fn quad_to(&mut self, control: (f32, f32), to: (f32, f32)) {
        let to = point(to.0, to.1);
        self.curves.push([self.at, point(control.0, control.1), to]);
        self.at = to;
    }

    /// A line of an outline whose parts follow each other.
    pub(super) fn add_line(&mut self, from: (f32, f32), to: (f32, f32)) {
        self.begin_at(from);
        self.line_to(to);
    }

    /// A curve of an outline whose parts follow each other.
    pub(super) fn add_curve(&mut self, from: (f32, f32), control: (f32, f32), to: (f32, f32)) {
        self.begin_at(from);
        self.quad_to(control, to);
    }

    fn begin_at(&mut self, (x, y): (f32, f32)) {
        if self.at != point(x, y) {
            self.move_to((x, y));
        }
    }

    pub(super) fn close(&mut self) {
        if self.at != self.start {
            self.line_to((self.start.x, self.start.y));
        }
    }
}

pub(super) struct Sheet {
    width: u16,
    cells: Vec<u8>,
}

impl Sheet {
    pub(super) fn new(width: u16, height: u16) -> Self {
        Self { width, cells: vec![0; usize::from(width) * usize::from(height)] }
    }

    /// The pixels, row by row.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.cells.chunks(usize::from(self.width))
    }

    /// Fills a shape with an ink, given as its place in the palette's inks.
    pub(super) fn fill(&mut self, shape: &Shape, ink: u8) {
        let points = || shape.curves.iter().flatten();
        let left = points().map(|point| point.x).fold(f32::INFINITY, f32::min).floor();
        let top = points().map(|point| point.y).fold(f32::INFINITY, f32::min).floor();
        let width = points().map(|point| point.x - left).fold(0.0, f32::max);
        let height = points().map(|point| point.y - top).fold(0.0, f32::max);
        // The rasteriser looks at the shape alone, wherever on the sheet or beside it that is.
        let origin = point(left, top);
        let mut raster = Rasterizer::new(usize::from(whole(width)) + 2, usize::from(whole(height)) + 2);
        for [from, control, to] in &shape.curves {
            raster.draw_quad(*from - origin, *control - origin, *to - origin);
        }
        raster.for_each_pixel_2d(|x, y, part| {
            let level = level(part);
            if level > 0
                && let Some(cell) = self.cell(place(left, x), place(top, y))
            {
                *cell = ink.saturating_mul(LEVELS).saturating_add(level);
            }
        });
    }

    fn cell(&mut self, x: i64, y: i64) -> Option<&mut u8> {
        let (x, y) = (u16::try_from(x).ok()?, u16::try_from(y).ok()?);
        if x >= self.width {
            return None;
        }
        self.cells.get_mut(usize::from(y) * usize::from(self.width) + usize::from(x))
    }
}

/// The whole part of a length; what is no length on a sheet is its nearest end.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn whole(length: f32) -> u16 {
    length.clamp(0.0, f32::from(u16::MAX)) as u16
}

/// A pixel of a shape as a pixel of the sheet.
#[expect(clippy::cast_possible_truncation, reason = "whole, and cut off at the ends of the number otherwise")]
fn place(origin: f32, pixel: u32) -> i64 {
    (origin as i64).saturating_add(i64::from(pixel))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn level(part: f32) -> u8 {
    (part.clamp(0.0, 1.0) * f32::from(LEVELS - 1)).round() as u8
}

/// The palette: for each ink the steps from the paper to it.
pub(super) fn build_palette(paper: Colour, inks: &[Colour]) -> Vec<Colour> {
    let steps = |ink: &Colour| {
        let ink = *ink;
        (0..LEVELS).map(move |level| paper.mix(ink, f64::from(level) / f64::from(LEVELS - 1)))
    };
    inks.iter().flat_map(steps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(shape: &Shape) -> f32 {
        let mut sheet = Sheet::new(40, 40);
        sheet.fill(shape, 0);
        sheet.cells.iter().map(|cell| f32::from(*cell) / f32::from(LEVELS - 1)).sum()
    }

    #[test]
    fn areas_are_those_of_the_shapes() {
        assert!((covered(&Shape::rectangle(3.0, 4.0, 10.5, 8.0)) - 84.0).abs() < 0.5);
        let circle = covered(&Shape::circle(20.0, 20.0, 10.0));
        assert!((circle - 314.0).abs() < 4.0, "{circle}");
        assert!((covered(&Shape::rectangle(-10.0, -10.0, 100.0, 100.0)) - 1_600.0).abs() < 0.1, "cut at the edges");
    }

    #[test]
    fn a_hole_stays_a_hole() {
        let mut shape = Shape::rectangle(0.0, 0.0, 20.0, 20.0);
        // The other way round.
        shape.move_to((5.0, 5.0));
        for corner in [(5.0, 15.0), (15.0, 15.0), (15.0, 5.0)] {
            shape.line_to(corner);
        }
        shape.close();
        assert!((covered(&shape) - 300.0).abs() < 1.0);
    }
}
