//! The health chart: every source as a seat in half circles, as in an assembly. Drawn on the server as SVG.

use super::{HealthState, Scene};
use crate::locale::fill;
use std::f64::consts::PI;

/// Width of the drawing, in its own units.
const WIDTH: f64 = 240.0;
/// Where the half circles stand, from the top.
const FLOOR: f64 = 112.0;
/// Radius of the outermost row.
const OUTER: f64 = 102.0;
/// Radius of the innermost row as a part of the outermost, in a small hall and in a large one.
const INNER_PART_FEW: f64 = 0.56;
const INNER_PART_MANY: f64 = 0.38;
/// Sources for one row; four times as many make two.
const SEATS_PER_SQUARE: f64 = 5.5;
/// Most rows; beyond them the seats of a row stand closer.
const ROWS_MAX: usize = 9;
/// Radius of the shapes as they are drawn in the templates.
const SHAPE: f64 = 6.4;
/// Largest seat, as a radius.
const SEAT_MAX: f64 = 8.0;
/// How much of the distance between two seats a seat's radius fills.
const FILLED: f64 = 0.38;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    /// Centre, from the left, with one decimal.
    pub(crate) x: String,
    /// Centre, from the top.
    pub(crate) y: String,
    pub(crate) shape: &'static str,
    /// Who sits there, and how they are.
    pub(crate) title: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HealthChart {
    pub(crate) seats: Vec<Seat>,
    /// The rows, as SVG paths.
    pub(crate) arcs: Vec<String>,
    /// Scale of the shapes, with two decimals.
    pub(crate) scale: String,
    /// How many answer, of how many.
    pub(crate) caption: String,
}

/// Seats the sources, given as name and state, from the start of the line to its end. Sources that are
/// switched off have no seat.
pub(crate) fn draw_health_chart(scene: &Scene<'_>, sources: &[(String, HealthState)]) -> HealthChart {
    let seated: Vec<&(String, HealthState)> = sources.iter().filter(|(_, state)| *state != HealthState::Off).collect();
    let well = seated.iter().filter(|(_, state)| !state.is_bad() && *state != HealthState::New).count();
    let radii = radii(seated.len());
    let (places, radius) = places(seated.len(), &radii);
    let is_rtl = scene.locale.direction == "rtl";
    let seats = places
        .into_iter()
        .zip(&seated)
        .map(|((x, y), (name, state))| Seat {
            x: format!("{:.1}", if is_rtl { WIDTH - x } else { x }),
            y: format!("{y:.1}"),
            shape: state.shape(),
            title: scene.locale.label(name, &super::HealthMark::new(scene, *state).word),
        })
        .collect();
    let numbers = (scene.locale.number(well), scene.locale.number(seated.len()));
    let caption = fill(scene.locale.words.overview.seats, &[("well", &numbers.0), ("all", &numbers.1)]);
    HealthChart {
        seats,
        arcs: radii.iter().map(|radius| arc(*radius)).collect(),
        scale: format!("{:.2}", radius / SHAPE),
        caption,
    }
}

/// A half circle from the left to the right.
fn arc(radius: f64) -> String {
    let (left, right) = (WIDTH / 2.0 - radius, WIDTH / 2.0 + radius);
    format!("M{left:.1} {FLOOR:.1}A{radius:.1} {radius:.1} 0 0 1 {right:.1} {FLOOR:.1}")
}

/// The rows for `count` seats, as radii from the innermost.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seats are few, and the number rounded is small and not negative"
)]
fn radii(count: usize) -> Vec<f64> {
    let rows = ((count as f64 / SEATS_PER_SQUARE).sqrt().round() as usize).clamp(1, ROWS_MAX);
    let part = |row: usize| if rows == 1 { 1.0 } else { row as f64 / (rows - 1) as f64 };
    let inner = if rows < 4 { INNER_PART_FEW } else { INNER_PART_MANY };
    (0..rows).map(|row| OUTER * (inner + (1.0 - inner) * part(row))).collect()
}

/// Where `count` seats are, ordered by their angle, and their radius. Rows get seats by their length.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seats are few, and the numbers rounded are small and not negative"
)]
fn places(count: usize, radii: &[f64]) -> (Vec<(f64, f64)>, f64) {
    let total: f64 = radii.iter().sum();
    let mut placed: Vec<(f64, f64)> = Vec::with_capacity(count);
    let mut reached = 0.0;
    let mut closest = match radii {
        [first, second, ..] => second - first,
        _ => OUTER,
    };
    for radius in radii {
        reached += radius;
        let until = (count as f64 * reached / total).round() as usize;
        let seats = until.saturating_sub(placed.len());
        for seat in 0..seats {
            let angle = if seats == 1 { PI / 2.0 } else { PI - PI * seat as f64 / (seats - 1) as f64 };
            placed.push((angle, *radius));
        }
        if seats > 1 {
            // The straight distance between neighbours, not that along the arc.
            closest = closest.min(2.0 * radius * (PI / (2 * (seats - 1)) as f64).sin());
        }
    }
    placed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
    let seats = placed.iter().map(|(angle, radius)| (WIDTH / 2.0 + radius * angle.cos(), FLOOR - radius * angle.sin()));
    (seats.collect(), (closest * FILLED).min(SEAT_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;

    #[test]
    fn every_source_has_a_seat_inside_the_hall() {
        for count in [0, 1, 2, 3, 7, 16, 60, 100, 412] {
            let (seats, radius) = places(count, &radii(count));
            assert_eq!(seats.len(), count);
            for (x, y) in &seats {
                assert!(*x >= radius, "{count}: {x} {y}");
                assert!(*x <= WIDTH - radius, "{count}: {x} {y}");
                assert!(*y >= radius, "{count}: {x} {y}");
                assert!(*y <= FLOOR + 0.01, "{count}: {x} {y}");
            }
            for (index, a) in seats.iter().enumerate() {
                for b in seats.iter().skip(index + 1) {
                    assert!((a.0 - b.0).hypot(a.1 - b.1) > 1.9 * radius, "{count}: seats touch");
                }
            }
        }
    }

    #[test]
    fn the_caption_counts_who_answers() {
        let policy = samples::policy();
        let scene = samples::scene(&policy, "en");
        let sources =
            [HealthState::Well, HealthState::Waiting, HealthState::Failing, HealthState::New, HealthState::Off];
        let sources: Vec<(String, HealthState)> = sources.into_iter().map(|state| ("A".to_owned(), state)).collect();
        let health_chart = draw_health_chart(&scene, &sources);
        assert_eq!(health_chart.caption, "2 of 4 sources are working");
        assert_eq!(health_chart.seats.len(), 4);
        assert_eq!(health_chart.seats.iter().filter(|seat| seat.title == "A: Feed not working").count(), 1);
    }

    #[test]
    fn the_hall_is_mirrored_for_readers_from_right_to_left() {
        let policy = samples::policy();
        let sources = vec![("A".to_owned(), HealthState::Well), ("B".to_owned(), HealthState::Failing)];
        let first = |tag| draw_health_chart(&samples::scene(&policy, tag), &sources).seats[0].x.parse::<f64>().unwrap();
        assert!(first("en") < WIDTH / 2.0);
        assert!(first("ar") > WIDTH / 2.0);
    }
}
