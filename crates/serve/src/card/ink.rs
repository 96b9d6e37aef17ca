//! A sheet that shapes are filled on, by exact spans of four lines in each row of pixels. Colours come from
//! a palette of few inks, so that a card of a megapixel is written in some kilobytes.

use plenary_model::theme::Colour;

/// Lines looked at in each row of pixels.
const LINES: u16 = 4;
/// Steps between the paper and an ink.
const LEVELS: u8 = 42;
/// Straight pieces that a curve is drawn in.
const PIECES: u16 = 8;

/// A straight edge, downwards or upwards.
#[derive(Clone, Copy, Debug)]
struct Edge {
    top: (f32, f32),
    bottom: (f32, f32),
    winding: i32,
}

/// An outline of straight edges, in pixels from the upper left corner.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    edges: Vec<Edge>,
    start: (f32, f32),
    at: (f32, f32),
}

impl Shape {
    /// A filled circle.
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

    /// A filled rectangle.
    pub(super) fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Self {
        let mut shape = Self::default();
        shape.move_to((x, y));
        for corner in [(x + width, y), (x + width, y + height), (x, y + height)] {
            shape.line_to(corner);
        }
        shape.close();
        shape
    }

    pub(super) fn move_to(&mut self, point: (f32, f32)) {
        self.close();
        (self.start, self.at) = (point, point);
    }

    pub(super) fn line_to(&mut self, point: (f32, f32)) {
        let (from, to) = (self.at, point);
        if from.1 < to.1 {
            self.edges.push(Edge { top: from, bottom: to, winding: 1 });
        } else if from.1 > to.1 {
            self.edges.push(Edge { top: to, bottom: from, winding: -1 });
        }
        self.at = point;
    }

    /// A curve with one control point.
    pub(super) fn quad_to(&mut self, control: (f32, f32), to: (f32, f32)) {
        let from = self.at;
        for n in 1..=PIECES {
            let part = f32::from(n) / f32::from(PIECES);
            let rest = 1.0 - part;
            let along = |a: f32, b: f32, c: f32| rest * rest * a + 2.0 * rest * part * b + part * part * c;
            self.line_to((along(from.0, control.0, to.0), along(from.1, control.1, to.1)));
        }
    }

    pub(super) fn close(&mut self) {
        self.line_to(self.start);
    }
}

/// A sheet of pixels, each an entry of the palette.
pub(super) struct Sheet {
    width: u16,
    height: u16,
    cells: Vec<u8>,
}

impl Sheet {
    pub(super) fn new(width: u16, height: u16) -> Self {
        Self { width, height, cells: vec![0; usize::from(width) * usize::from(height)] }
    }

    /// The pixels, row by row.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.cells.chunks(usize::from(self.width))
    }

    /// Fills a shape with an ink, given as its place in the palette's inks.
    pub(super) fn fill(&mut self, shape: &Shape, ink: u8) {
        let top = shape.edges.iter().map(|edge| edge.top.1).fold(f32::INFINITY, f32::min);
        let bottom = shape.edges.iter().map(|edge| edge.bottom.1).fold(0.0, f32::max);
        let mut covered = vec![0.0_f32; usize::from(self.width)];
        for row in whole(top)..whole(bottom.ceil()).min(self.height) {
            let (above, below) = (f32::from(row), f32::from(row) + 1.0);
            let here = shape.edges.iter().filter(|edge| edge.top.1 < below && edge.bottom.1 > above);
            let here: Vec<Edge> = here.copied().collect();
            covered.fill(0.0);
            for line in 0..LINES {
                spans(&here, above + (f32::from(line) + 0.5) / f32::from(LINES), &mut covered);
            }
            let first = usize::from(row) * usize::from(self.width);
            let cells = self.cells.iter_mut().skip(first);
            for (cell, covered) in cells.zip(&covered).filter(|(_, covered)| **covered > 0.0) {
                let level = level(covered / f32::from(LINES));
                if level > 0 {
                    *cell = ink.saturating_mul(LEVELS).saturating_add(level);
                }
            }
        }
    }
}

/// Adds to each pixel how much of one line the shape covers, by the rule of windings that are not zero.
fn spans(edges: &[Edge], y: f32, covered: &mut [f32]) {
    let crossing = |edge: &Edge| {
        let part = (y - edge.top.1) / (edge.bottom.1 - edge.top.1);
        (edge.top.0 + part * (edge.bottom.0 - edge.top.0), edge.winding)
    };
    let mut crossings: Vec<(f32, i32)> =
        edges.iter().filter(|edge| edge.top.1 <= y && y < edge.bottom.1).map(crossing).collect();
    crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut winding = 0;
    for pair in crossings.windows(2) {
        let [(from, turn), (to, _)] = pair else { continue };
        winding += turn;
        if winding != 0 {
            span(*from, *to, covered);
        }
    }
}

fn span(from: f32, to: f32, covered: &mut [f32]) {
    let first = usize::from(whole(from));
    let past = usize::from(whole(to.ceil())).min(covered.len());
    for (pixel, covered) in covered.iter_mut().enumerate().take(past).skip(first) {
        #[expect(clippy::cast_precision_loss, reason = "a sheet is some thousand pixels wide")]
        let left = pixel as f32;
        *covered += (to.min(left + 1.0) - from.max(left)).max(0.0);
    }
}

/// The whole part of a place on the sheet; what lies outside is at its edge.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn whole(place: f32) -> u16 {
    place.clamp(0.0, f32::from(u16::MAX)).floor() as u16
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn level(part: f32) -> u8 {
    (part.clamp(0.0, 1.0) * f32::from(LEVELS - 1)).round() as u8
}

/// The palette: for each ink the steps from the paper to it.
pub(super) fn palette(paper: Colour, inks: &[Colour]) -> Vec<Colour> {
    let steps = |ink: &Colour| {
        let ink = *ink;
        (0..LEVELS).map(move |level| paper.mixed(ink, f64::from(level) / f64::from(LEVELS - 1)))
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
