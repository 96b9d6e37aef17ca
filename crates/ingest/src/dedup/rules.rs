//! The rules of sameness: one table, asked in its order. The first rule that holds gives the verdict.

use super::comparison::Comparison;
use super::finding::{Finding, Match, percent};
use super::standard::Standard;
use plenary_model::sameness::{Rung, Sameness, Telling, TitleOver};

/// A rule about two entries of one source, or of two.
pub struct Rule {
    pub name: &'static str,
    within_source: bool,
    holds: fn(&Comparison<'_>) -> bool,
    verdict: Verdict,
}

/// How a rule says why.
type Evidence = fn(&Comparison<'_>) -> Match;

enum Verdict {
    Same(Evidence),
    Doubt(Evidence),
    Related(Evidence),
    Different,
}

use Verdict::{Different, Doubt, Related, Same};

const fn within(name: &'static str, holds: fn(&Comparison<'_>) -> bool, verdict: Verdict) -> Rule {
    Rule { name, within_source: true, holds, verdict }
}

const fn across(name: &'static str, holds: fn(&Comparison<'_>) -> bool, verdict: Verdict) -> Rule {
    Rule { name, within_source: false, holds, verdict }
}

/// The rules in their order, those within one source first.
#[expect(clippy::redundant_closure_for_method_calls, reason = "a method of one lifetime is no function of all")]
pub static RULES: [Rule; 24] = [
    // Within one source the bar is higher: it knows what it publishes twice, and series look alike.
    within("one id", |c| c.has_one_id(), Same(by_id)),
    within("one page", |c| c.is_one_page(), Same(by_page)),
    within("asked again", |c| c.is_asked_again(), Same(by_request)),
    within("other language", |c| c.differs_in_language(), Different),
    within("other day", |c| !c.is_within(c.limits.source_days), Different),
    within("one text", |c| c.has_one_text() && c.has_one_title(), Same(by_text)),
    within("posted twice", |c| c.is_posted_twice(), Same(by_overlap)),
    within("posted twice under one title", |c| c.is_posted_twice_under_one_title(), Same(by_headed_overlap)),
    within("a headline again", |c| c.is_headline_again(), Same(by_headline_alone)),
    within("two of one source", |_| true, Different),
    // A translation under one address or id is a version of the work, not a copy.
    across(
        "in two languages",
        |c| c.differs_in_language() && !c.has_one_text() && !(c.has_one_title() && c.link().is_some()),
        Different,
    ),
    across("one id and a second sign", |c| c.has_one_id_across() && c.second_sign().is_some(), Same(by_id)),
    across(
        "one address",
        |c| c.link().is_some() && (c.has_one_title() || c.shared().is_none_or(|share| share >= c.limits.strange_share)),
        Same(by_page),
    ),
    across("outside the window", |c| !c.is_within_window(), Different),
    across("the same text", |c| c.has_one_text(), Same(by_text)),
    across("the same in other words", |c| c.says_the_same() && !c.is_other(), Same(by_rewording)),
    across("other on purpose", |c| c.is_half_alike() && c.is_other(), Different),
    across("a copy", |c| c.is_copy(), Same(by_overlap)),
    across(
        "a story that quotes, under one headline",
        |c| c.is_story() && !c.is_perhaps_copy() && c.headlines().one.is_some(),
        Doubt(by_title_and_text),
    ),
    across("a story that quotes", |c| c.is_story() && !c.is_perhaps_copy(), Related(by_retelling)),
    across("one headline", |c| c.is_joined_by_headline(), Same(by_title)),
    across("half alike", |c| c.is_perhaps_copy(), Doubt(by_overlap)),
    across("one headline over other texts", |c| c.headlines().one.is_some(), Doubt(by_title)),
    across("retold", |c| c.is_retold(), Related(by_retelling)),
];

/// Judges two entries by the first rule that holds.
pub(super) fn judge(pair: &Comparison<'_>, standard: &Standard) -> Finding {
    let within_source = pair.a.shares_source(pair.b);
    let asked = RULES.iter().filter(|rule| rule.within_source == within_source && Some(rule.name) != standard.left_out);
    let Some(rule) = asked.into_iter().find(|rule| (rule.holds)(pair)) else { return Finding::Nothing };
    match rule.verdict {
        Same(evidence) => Finding::Same(evidence(pair)),
        Doubt(evidence) => Finding::Doubt(evidence(pair)),
        Related(evidence) => Finding::Related(evidence(pair)),
        Different => Finding::Different,
    }
}

fn by_id(pair: &Comparison<'_>) -> Match {
    let second = if pair.a.shares_source(pair.b) { None } else { pair.second_sign() };
    Match::certain(Rung::SameId, Sameness::Id { id: pair.a.id.clone(), second })
}

fn by_page(pair: &Comparison<'_>) -> Match {
    let link = pair.link().unwrap_or_default().to_owned();
    Match::certain(Rung::SameLink, Sameness::Link { link, under_one_title: pair.a.shares_source(pair.b) })
}

fn by_text(pair: &Comparison<'_>) -> Match {
    let words = pair.a.features.text.tokens.len();
    Match::certain(Rung::SameText, Sameness::Text { words, within_a_day: pair.a.shares_source(pair.b) })
}

fn by_overlap(pair: &Comparison<'_>) -> Match {
    describe(pair, None)
}

/// It rests on the headline, and falls with it.
fn by_headed_overlap(pair: &Comparison<'_>) -> Match {
    Match { rung: Rung::SameTitle, ..describe(pair, None) }
}

fn by_rewording(pair: &Comparison<'_>) -> Match {
    describe(pair, Some(Telling::Reworded))
}

fn by_retelling(pair: &Comparison<'_>) -> Match {
    let overlap = pair.overlap();
    describe(pair, Some(Telling::Retold { quoted: overlap.count_quoted(), opens_anew: overlap.opens_anew }))
}

fn by_title(pair: &Comparison<'_>) -> Match {
    let (words, share) = pair.headlines().one.unwrap_or_default();
    let found = Sameness::Title { words, share: percent(share), over: pair.title_over() };
    Match { rung: Rung::SameTitle, score: per_thousand(share), found }
}

fn by_request(pair: &Comparison<'_>) -> Match {
    by_whole_title(pair, TitleOver::AskedAgain)
}

fn by_headline_alone(pair: &Comparison<'_>) -> Match {
    by_whole_title(pair, TitleOver::Nothing)
}

/// Text and date agree, too: a headline that comes back later parts nothing. Two that were told apart in one document
/// stay apart.
fn by_whole_title(pair: &Comparison<'_>, over: TitleOver) -> Match {
    let words = pair.a.features.title.tokens.len();
    Match::certain(Rung::NearText, Sameness::Title { words, share: 100, over })
}

fn by_title_and_text(pair: &Comparison<'_>) -> Match {
    let (title, text) = (by_title(pair), by_retelling(pair));
    let found = Sameness::TitleAndText { title: Box::new(title.found), text: Box::new(text.found) };
    Match { found, ..title }
}

/// An overlap of texts. A copy begins where its original begins; where a teaser stands in a release and in a story that
/// quotes it, the story has a lede of its own first: each word of it counts against the match.
fn describe(pair: &Comparison<'_>, telling: Option<Telling>) -> Match {
    let overlap = pair.overlap();
    let rung = if overlap.longer >= overlap.shorter * 3 / 2 { Rung::PartOf } else { Rung::NearText };
    let score = per_thousand(overlap.coverage().min(1.0) * overlap.fidelity().min(1.0));
    let score = score.saturating_sub(u16::try_from(overlap.lead_in.min(99)).unwrap_or_default());
    let found = Sameness::Overlap {
        matched: overlap.matched,
        shorter: overlap.shorter,
        longest: overlap.longest,
        fidelity: percent(overlap.fidelity()),
        telling,
    };
    Match { rung, score, found }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 1,000")]
fn per_thousand(share: f64) -> u16 {
    (share * 1000.0) as u16
}
