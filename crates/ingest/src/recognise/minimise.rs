//! The lowest point of a smooth function: L-BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.4) with
//! halved steps. Deterministic.

/// Pairs of steps and changes of slope that are remembered.
const MEMORY: usize = 8;
/// Slope, against its first length, from which a point counts as the lowest.
const SLOPE_PART_MIN: f64 = 1e-4;
/// Part of the descent promised by the slope that a step must bring (the Armijo condition).
const DESCENT_PART: f64 = 1e-4;
const HALVINGS_MAX: usize = 30;

/// Walks from `point` downhill, at most `steps`. `value` fills in the slope and returns the value.
pub(super) fn minimise(
    mut point: Vec<f64>,
    steps: usize,
    mut value: impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Vec<f64> {
    let mut slope = vec![0.0; point.len()];
    let mut now = value(&point, &mut slope);
    let enough = length(&slope) * SLOPE_PART_MIN;
    let mut known: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
    for _ in 0..steps {
        if length(&slope) <= enough {
            break;
        }
        let mut way = direction(&slope, &known);
        let mut descent = dot(&way, &slope);
        if descent >= 0.0 {
            known.clear();
            way = slope.iter().map(|one| -one).collect();
            descent = dot(&way, &slope);
        }
        let mut scale = if known.is_empty() { 1.0 / length(&slope).max(1.0) } else { 1.0 };
        let mut next_slope = vec![0.0; point.len()];
        let mut found = None;
        for _ in 0..HALVINGS_MAX {
            let next: Vec<f64> = point.iter().zip(&way).map(|(at, by)| at + scale * by).collect();
            let there = value(&next, &mut next_slope);
            if there <= now + DESCENT_PART * scale * descent {
                found = Some((next, there));
                break;
            }
            scale *= 0.5;
        }
        let Some((next, there)) = found else { break };
        let step: Vec<f64> = next.iter().zip(&point).map(|(to, from)| to - from).collect();
        let change: Vec<f64> = next_slope.iter().zip(&slope).map(|(to, from)| to - from).collect();
        if dot(&step, &change) > 1e-12 {
            known.push((step, change));
            if known.len() > MEMORY {
                known.remove(0);
            }
        }
        (point, slope, now) = (next, next_slope, there);
    }
    point
}

/// The two loops over what is remembered.
fn direction(slope: &[f64], known: &[(Vec<f64>, Vec<f64>)]) -> Vec<f64> {
    let mut way: Vec<f64> = slope.iter().map(|one| -one).collect();
    let mut parts = Vec::with_capacity(known.len());
    for (step, change) in known.iter().rev() {
        let part = dot(step, &way) / dot(step, change);
        add(&mut way, change, -part);
        parts.push(part);
    }
    if let Some((step, change)) = known.last() {
        let scale = dot(step, change) / dot(change, change);
        for one in &mut way {
            *one *= scale;
        }
    }
    for ((step, change), part) in known.iter().zip(parts.into_iter().rev()) {
        let back = dot(change, &way) / dot(step, change);
        add(&mut way, step, part - back);
    }
    way
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(x, y)| x * y).sum()
}

fn length(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}

fn add(to: &mut [f64], what: &[f64], scale: f64) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += scale * what);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottom_of_a_narrow_valley_is_found() {
        // Rosenbrock's function, whose lowest point is (1, 1).
        let found = minimise(vec![-1.2, 1.0], 200, |at, slope| {
            let (x, y) = (at[0], at[1]);
            slope[0] = -400.0 * x * (y - x * x) - 2.0 * (1.0 - x);
            slope[1] = 200.0 * (y - x * x);
            100.0 * (y - x * x).powi(2) + (1.0 - x).powi(2)
        });
        assert!((found[0] - 1.0).abs() < 0.01 && (found[1] - 1.0).abs() < 0.02, "{found:?}");
    }
}
