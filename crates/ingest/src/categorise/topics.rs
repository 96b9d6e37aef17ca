//! What a text is about: the points that terms give to each topic, with the evidence.

use super::lexicon::{Occurrence, Role};
use super::words::FoldedText;
use crate::recognise::TopicSigns;
use plenary_model::evidence::{Evidence, Place, Sign};
use plenary_model::id::TopicSlug;
use plenary_model::piece::TopicHit;
use plenary_model::topic::{HINT_POINTS, LIKELY_POINTS, STRONG_POINTS, Topic};

/// Words at the beginning of a text in which a term counts in full; later it counts [`LATER_WEIGHT`], since what is
/// mentioned far down is seldom what a text is about.
const LEAD_WORDS: usize = 80;
/// Weight of a term after the lead.
const LATER_WEIGHT: f64 = 0.5;
/// Each further occurrence of a term adds this much of what the one before added.
const REPEAT_FACTOR: f64 = 0.5;
/// Most points that all hints give together: without a stronger term they are no evidence in any text.
const HINTS_POINTS_MAX: f64 = 2.0 * HINT_POINTS;
/// Occurrences of a term beyond this many add nothing.
const REPEATS_MAX: usize = 4;

/// What the words of a text say of one topic, whether it is reached or not.
#[derive(Clone, Debug, Default)]
pub(super) struct Weighed {
    pub(super) score: f64,
    /// The strongest first.
    pub(super) why: Vec<Evidence>,
    pub(super) signs: TopicSigns,
}

/// What the words say of each topic, in the order of the policy.
pub(super) fn weigh(topics: &[Topic], occurrences: &[Occurrence], words: &FoldedText) -> Vec<Weighed> {
    let mut of_topics = vec![OfTopic::default(); topics.len()];
    for one in occurrences {
        match one.role {
            Role::Topic { topic, .. } => of_topics.get_mut(topic).map(|own| own.counting.push(one)),
            Role::Never { topic } => of_topics.get_mut(topic).map(|own| own.excluded.push(one)),
            _ => None,
        };
    }
    topics.iter().zip(&of_topics).map(|(topic, own)| score(topic, own, words)).collect()
}

/// The topics reached, strongest first; equal ones in the order of the policy. `given` is the evidence for a topic from
/// outside the text; it is enough by itself.
pub(super) fn hits(
    topics: &[Topic],
    weighed: &[Weighed],
    given: &dyn Fn(&TopicSlug) -> Option<Evidence>,
) -> Vec<TopicHit> {
    let mut found: Vec<TopicHit> = topics
        .iter()
        .zip(weighed)
        .filter_map(|(topic, weighed)| {
            let (mut score, mut why) = (weighed.score, weighed.why.clone());
            if let Some(mut evidence) = given(&topic.id) {
                evidence.points = (topic.minimum - score).max(0.0);
                score = score.max(topic.minimum);
                why.push(evidence);
            }
            (score >= topic.minimum && !why.is_empty()).then(|| TopicHit { topic: topic.id.clone(), score, why })
        })
        .collect();
    sort(&mut found);
    found
}

/// Strongest first; equal ones keep their order.
pub(super) fn sort(hits: &mut [TopicHit]) {
    hits.sort_by(|one, other| other.score.total_cmp(&one.score));
}

#[derive(Clone, Debug, Default)]
struct OfTopic<'a> {
    counting: Vec<&'a Occurrence>,
    excluded: Vec<&'a Occurrence>,
}

fn score(topic: &Topic, own: &OfTopic<'_>, words: &FoldedText) -> Weighed {
    let stands = |one: &&&Occurrence| !own.excluded.iter().any(|never| overlap(one, never));
    let counted: Vec<&Occurrence> = own.counting.iter().filter(stands).copied().collect();
    let mut total = 0.0;
    let mut hints = 0.0;
    let mut why = Vec::new();
    let has_never = !own.excluded.is_empty();
    let mut signs = TopicSigns { minimum: topic.minimum, has_never, ..TopicSigns::default() };
    for group in counted.chunk_by(|one, other| one.term == other.term) {
        let Some((mut points, best)) = points(group, topic, words) else { continue };
        count(group, words, &mut signs);
        if is_hint(best) {
            points = f64::min(points, HINTS_POINTS_MAX - hints);
            hints += points;
        }
        if points <= 0.0 {
            continue;
        }
        total += points;
        why.push(evidence(best, points, words));
    }
    why.sort_by(|one, other| other.points.total_cmp(&one.points));
    signs.points = total;
    Weighed { score: total, why, signs }
}

/// Counts a term in the title and elsewhere, by its strength.
fn count(group: &[&Occurrence], words: &FoldedText, signs: &mut TopicSigns) {
    let Some(level) = group.first().and_then(|one| level(one)) else { return };
    let is_in_title = |one: &&&Occurrence| words.place(one.at) == Place::Title;
    let in_title = group.iter().filter(is_in_title).count();
    if let (true, Some(count)) = (in_title > 0, signs.in_title.get_mut(level)) {
        *count += 1;
    }
    if let (true, Some(count)) = (in_title < group.len(), signs.in_text.get_mut(level)) {
        *count += 1;
    }
}

/// 0 for a strong term, 1 for a likely one, 2 for a hint.
fn level(one: &Occurrence) -> Option<usize> {
    let Role::Topic { points, .. } = one.role else { return None };
    Some(if points >= STRONG_POINTS { 0 } else { usize::from(points < LIKELY_POINTS) + 1 })
}

/// Points of all occurrences of one term, and the strongest of them.
fn points<'a>(group: &[&'a Occurrence], topic: &Topic, words: &FoldedText) -> Option<(f64, &'a Occurrence)> {
    let mut weighted: Vec<(f64, &Occurrence)> = group
        .iter()
        .filter_map(|one| match one.role {
            Role::Topic { points, .. } => Some((points * weight(one, topic.title_weight, words), *one)),
            _ => None,
        })
        .collect();
    weighted.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (_, best) = *weighted.first()?;
    let mut factor = 1.0;
    let mut total = 0.0;
    for (points, _) in weighted.iter().take(REPEATS_MAX) {
        total += points * factor;
        factor *= REPEAT_FACTOR;
    }
    Some((total, best))
}

fn is_hint(one: &Occurrence) -> bool {
    matches!(one.role, Role::Topic { points, .. } if points <= HINT_POINTS)
}

fn weight(one: &Occurrence, title_weight: f64, words: &FoldedText) -> f64 {
    match words.place(one.at) {
        Place::Title => title_weight,
        Place::Text if words.offset(one.at) >= LEAD_WORDS => LATER_WEIGHT,
        _ => 1.0,
    }
}

/// True when a side of one overlaps a side of the other: "(once | twice) ~4 pandemic" takes out both its words.
fn overlap(one: &Occurrence, never: &Occurrence) -> bool {
    let sides = |found: &Occurrence| std::iter::once((found.at, found.words)).chain(found.near);
    sides(one).any(|(at, count)| sides(never).any(|(first, words)| at < first + words && first < at + count))
}

/// The evidence of one occurrence: the words as they stand in the normalised text.
pub(super) fn evidence(one: &Occurrence, points: f64, words: &FoldedText) -> Evidence {
    let mut term = words.stretch(one.at, one.words);
    if let Some((at, count)) = one.near {
        term = format!("{term} ~ {}", words.stretch(at, count));
    }
    Evidence { sign: Sign::Words { term, place: words.place(one.at), offset: words.offset(one.at) }, points }
}
