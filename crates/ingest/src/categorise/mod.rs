//! What a piece is about, what kind of document it is, whose text it is, and so in which sections it belongs, each with
//! its evidence.
//!
//! A [`Categoriser`] is compiled once per policy. One pass over the words of an entry finds every term (`lexicon`);
//! `topics`, `genre`, `issuer` and `deadline` decide what they mean together; then the sections' rules read the facets.

mod authoring;
mod dateline;
mod deadline;
mod directory;
mod genre;
mod issuer;
mod joined;
mod lexicon;
mod named;
mod readings;
mod rules;
mod topics;
mod words;

use super::language::{self, Verdict};
use super::recognise::{Observed, Outputs, Recogniser, TopicSigns, Words};
use super::sanitise;
use chrono::{DateTime, TimeDelta, Utc};
use directory::Directory;
use genre::Shown;
use lexicon::{Builder, Lexicon, Occurrence, Role};
use plenary_model::entry::Entry;
use plenary_model::evidence::{Evidence, Place, Sign};
use plenary_model::id::{SectionSlug, SourceId, TopicSlug};
use plenary_model::language::{Language, LanguageGround};
use plenary_model::piece::{Facets, Ground, GroundOf, TopicHit};
use plenary_model::policy::Policy;
use plenary_model::query::Query;
use plenary_model::reason::{LeftOut, Reason};
use plenary_model::source::Standing;
use plenary_model::topic::{HINT_POINTS, LIKELY_POINTS, STRONG_POINTS};
use readings::Read;
use std::sync::{Arc, OnceLock};
use words::FoldedText;

/// Most bytes of an entry's HTML that are judged: about 15,000 words, far beyond any statement.
const BODY_BYTES_MAX: usize = 100_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carrier {
    /// Slug; the policy need not know it.
    pub source: SourceId,
    pub name: String,
    pub standing: Standing,
    /// Its countries, ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub entry: &'a Entry,
    /// Who carries the piece, the lead's source first.
    pub carriers: &'a [Carrier],
    /// Date that orders the piece.
    pub dated: DateTime<Utc>,
    pub has_copies: bool,
    pub has_versions: bool,
    /// How old it was when it was first seen.
    pub age: TimeDelta,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    pub section: SectionSlug,
    /// True for the first section by precedence.
    pub primary: bool,
    /// Points of the topics that the rule asked for; 1 when it asked for none.
    pub score: f64,
    pub why: Vec<Reason>,
}

#[derive(Debug)]
pub struct Categoriser {
    policy: Arc<Policy>,
    lexicon: Lexicon,
    directory: Directory,
    /// Rules under which a text is about a topic whatever its words, by number of the topic.
    also: Vec<(usize, Query)>,
    /// Rules under which a text that shows a genre gets a point more, by number of the genre.
    favoured: Vec<(usize, Query)>,
    recogniser: Option<Arc<Recogniser>>,
    outputs: OnceLock<Outputs>,
}

impl Categoriser {
    /// Compiles the terms and names of `policy`. Unreadable terms are left out: `config` refuses such a policy.
    pub fn new(policy: Arc<Policy>) -> Self {
        Self::with_models(policy, None)
    }

    /// The same with models of facets, which are read when the first text is judged.
    pub fn with_models(policy: Arc<Policy>, recogniser: Option<Arc<Recogniser>>) -> Self {
        let mut lexicon = Builder::default();
        for (topic, described) in policy.topics.iter().enumerate() {
            for (language, terms) in &described.terms {
                let levels =
                    [(STRONG_POINTS, &terms.strong), (LIKELY_POINTS, &terms.likely), (HINT_POINTS, &terms.hint)];
                for (points, terms) in levels {
                    for term in terms {
                        lexicon.add(Role::Topic { topic, points }, Some(language), term);
                    }
                }
                for term in &terms.never {
                    lexicon.add(Role::Never { topic }, Some(language), term);
                }
            }
        }
        for (genre, described) in policy.genres.iter().enumerate() {
            for (language, terms) in &described.terms {
                for term in &terms.title {
                    lexicon.add(Role::GenreTitle { genre }, Some(language), term);
                }
                for term in &terms.text {
                    lexicon.add(Role::GenreText { genre }, Some(language), term);
                }
            }
        }
        deadline::add_leads(&mut lexicon);
        authoring::add_words(&policy.authorship, &mut lexicon);
        let directory = Directory::compile(&policy, &mut lexicon);
        named::add_countries(&policy.countries, &mut lexicon);
        let also = rules_of(policy.topics.iter().map(|topic| topic.also.as_deref()));
        let favoured = rules_of(policy.genres.iter().map(|genre| genre.favoured.as_deref()));
        Self { lexicon: lexicon.build(), directory, also, favoured, policy, recogniser, outputs: OnceLock::new() }
    }

    /// Facets by rules, which `with` may settle.
    fn read(&self, case: &Case<'_>, mut with: impl FnMut(&Read<'_>, &mut Facets)) -> Facets {
        let entry = case.entry;
        let (language, language_why) = language_of(entry).unzip();
        let text = text_of(case);
        let words = words_with(case, &text);
        let occurrences = self.lexicon.find(&words, language.as_ref());
        let lead = case.carriers.first();
        let standing = lead.map_or(Standing::Media, |carrier| carrier.standing);
        let issuer = issuer::find_issuer(entry, case.carriers, &self.directory, &occurrences, &words);
        // What a newspaper prints of somebody else's is no story of its own.
        let writer = if standing == Standing::Media { issuer.standing } else { standing };
        let deadline = deadline::find_deadline(&occurrences, &words, case.dated);
        let mut weighed = topics::weigh(&self.policy.topics, &occurrences, &words);
        let given = |topic: &TopicSlug| self.infer_from_source(case, topic);
        let mut facets = Facets {
            topics: topics::hits(&self.policy.topics, &weighed, &given),
            genre: None,
            genre_why: Vec::new(),
            issuer: issuer.standing,
            issuer_why: Some(issuer.why.clone()),
            standings: each_once(case.carriers.iter().map(|carrier| &carrier.standing)),
            sources: each_once(case.carriers.iter().map(|carrier| &carrier.source)),
            organisations: Vec::new(),
            countries: Vec::new(),
            deadline: deadline.as_ref().map(|found| found.at),
            language,
            grounds: Vec::new(),
            doubts: Vec::new(),
        };
        let issuer_why = issuer.found.unwrap_or_else(|| Evidence::from_sign(Sign::Issuer { reason: issuer.why }));
        facets.grounds.push(ground(GroundOf::Issuer, &facets.issuer.to_string(), vec![issuer_why]));
        if let (Some(language), Some(why)) = (&facets.language, language_why) {
            facets.grounds.push(ground(GroundOf::Language, language.as_str(), vec![why]));
        }
        self.add_organisations(case, issuer.name.as_ref(), &occurrences, &words, &mut facets);
        self.add_countries(case, &occurrences, &words, &mut facets);
        if let Some(found) = deadline {
            facets.grounds.push(ground(GroundOf::Deadline, &found.at.format("%F").to_string(), vec![found.why]));
        }
        let by_words = facets.clone();
        let own = |number| self.favour(number, case, &by_words);
        let shown = Shown {
            occurrences: &occurrences,
            words: &words,
            dateline: dateline::find_dateline(&text),
            favoured: &own,
        };
        (facets.genre, facets.genre_why) = genre::choose_genre(&self.policy.genres, &shown, writer);
        for (number, rule) in &self.also {
            if let Some(weighed) = weighed.get_mut(*number) {
                weighed.signs.by_rule = rules::ask(rule, &self.directory, case, &facets, &[]).holds;
            }
        }
        self.add_topics(case, &mut facets);
        let mut read_words = Words::take(|number| words.word(number), |place| words.range(place));
        read_words.note_shape(&entry.title, &text);
        let signs = self
            .policy
            .topics
            .iter()
            .zip(&weighed)
            .map(|(topic, weighed)| TopicSigns { is_given: given(&topic.id).is_some(), ..weighed.signs });
        let observed = Observed {
            words: read_words,
            genres: genre::signs(&self.policy.genres, &shown, facets.deadline.is_some()),
            topics: signs.collect(),
            writer,
        };
        with(&Read { case, weighed: &weighed, shown: &shown, observed }, &mut facets);
        facets
    }

    /// The evidence for a genre whose own rule holds, for texts that show the genre.
    fn favour(&self, genre: usize, case: &Case<'_>, facets: &Facets) -> Option<Evidence> {
        let (_, rule) = self.favoured.iter().find(|(number, _)| *number == genre)?;
        let verdict = rules::ask(rule, &self.directory, case, facets, &[]);
        let sign = Sign::Rule { conditions: verdict.because };
        verdict.holds.then_some(Evidence { sign, points: genre::FAVOURED_POINTS })
    }

    fn add_organisations(
        &self,
        case: &Case<'_>,
        issuer: Option<&String>,
        occurrences: &[Occurrence],
        words: &FoldedText,
        facets: &mut Facets,
    ) {
        facets.organisations = each_once(issuer.into_iter().chain(case.carriers.iter().map(|carrier| &carrier.name)));
        let carriers = case.carriers.iter().map(|carrier| (carrier, self.directory.begins(&carrier.name)));
        let known: Vec<usize> = carriers.clone().filter_map(|(_, number)| number).collect();
        for (carrier, _) in carriers {
            let why = vec![Evidence::from_sign(Sign::Carrier)];
            facets.grounds.push(ground(GroundOf::Organisation, &carrier.name, why));
        }
        for found in named::organisations(occurrences, words) {
            let Some(organisation) = self.directory.get(found.number) else { continue };
            if !known.contains(&found.number) {
                add_once(&mut facets.organisations, &organisation.name);
                facets.grounds.push(ground(GroundOf::Organisation, &organisation.name, found.why));
            }
        }
    }

    fn add_countries(&self, case: &Case<'_>, occurrences: &[Occurrence], words: &FoldedText, facets: &mut Facets) {
        for carrier in case.carriers {
            for code in &carrier.countries {
                add_once(&mut facets.countries, code);
                let why = vec![Evidence::from_sign(Sign::CountryOf { source: carrier.name.clone() })];
                facets.grounds.push(ground(GroundOf::Country, code, why));
            }
        }
        for found in named::countries(occurrences, words) {
            let country = self.policy.countries.get(found.number);
            let Some(code) = country.and_then(|country| country.code.as_deref()) else { continue };
            add_once(&mut facets.countries, code);
            facets.grounds.push(ground(GroundOf::Country, code, found.why));
        }
    }

    fn add_topics(&self, case: &Case<'_>, facets: &mut Facets) {
        for (number, rule) in &self.also {
            let Some(topic) = self.policy.topics.get(*number) else { continue };
            if facets.topics.iter().any(|hit| hit.topic == topic.id) {
                continue;
            }
            let verdict = rules::ask(rule, &self.directory, case, facets, &[]);
            if verdict.holds {
                let sign = Sign::Rule { conditions: verdict.because };
                let why = vec![Evidence { sign, points: topic.minimum }];
                facets.topics.push(TopicHit { topic: topic.id.clone(), score: topic.minimum, why });
            }
        }
        topics::sort(&mut facets.topics);
    }

    /// The evidence for a topic that a carrier's source is taken to be about. A carrier that is no source of the
    /// policy, such as a member who sends in a single piece, is taken to be about what all sources of its standing are
    /// about.
    fn infer_from_source(&self, case: &Case<'_>, topic: &TopicSlug) -> Option<Evidence> {
        let sign = case.carriers.iter().find_map(|carrier| match self.policy.source(&carrier.source) {
            Some(source) if source.topics.contains(topic) => Some(Sign::AllOfSource { source: source.name.clone() }),
            Some(_) => None,
            None => {
                let mut peers =
                    self.policy.sources.iter().filter(|source| source.standing == carrier.standing).peekable();
                let all = peers.peek().is_some() && peers.all(|source| source.topics.contains(topic));
                all.then_some(Sign::AllOfStanding { standing: carrier.standing })
            }
        })?;
        Some(Evidence::from_sign(sign))
    }

    /// The sections in which the piece belongs, in order of precedence: the first whose rule holds, and every one that
    /// takes pieces `alongside`. When no rule holds, the section that the policy gives the lead's source.
    pub fn sections(&self, case: &Case<'_>, facets: &Facets) -> Vec<Suggestion> {
        self.sections_where(case, facets, &|_| None)
    }

    /// As [`Self::sections`], but where `overrule` answers, its answer counts in place of the rule's.
    pub fn sections_where(
        &self,
        case: &Case<'_>,
        facets: &Facets,
        overrule: &dyn Fn(&SectionSlug) -> Option<bool>,
    ) -> Vec<Suggestion> {
        rules::sections(&self.policy, &self.directory, case, facets, overrule)
    }

    /// Whether a query, with words or without, holds of the piece; `sections` are those that `section:` names.
    pub fn answers(&self, query: &Query, case: &Case<'_>, facets: &Facets, sections: &[SectionSlug]) -> bool {
        rules::ask(query, &self.directory, case, facets, sections).holds
    }

    pub fn why_not(&self, case: &Case<'_>, facets: &Facets, slug: &str) -> LeftOut {
        rules::why_not(&self.policy, &self.directory, case, facets, slug)
    }
}

/// The rules that can be read, each with the number of what it belongs to.
fn rules_of<'a>(rules: impl Iterator<Item = Option<&'a str>>) -> Vec<(usize, Query)> {
    rules.enumerate().filter_map(|(number, rule)| Some((number, Query::parse_rule(rule?).ok()?))).collect()
}

fn text_of(case: &Case<'_>) -> String {
    let body = case.entry.body();
    sanitise::text(&body[..body.floor_char_boundary(BODY_BYTES_MAX)])
}

/// The words of the piece: its lead's title, text and categories, and its carriers' names.
fn words_of(case: &Case<'_>) -> FoldedText {
    words_with(case, &text_of(case))
}

fn words_with(case: &Case<'_>, text: &str) -> FoldedText {
    let labels = case.entry.categories.iter().map(|category| category.label.as_deref().unwrap_or(&category.term));
    let categories = labels.collect::<Vec<_>>().join("; ");
    let names = case.carriers.iter().map(|carrier| carrier.name.as_str()).collect::<Vec<_>>().join("; ");
    FoldedText::from_fields([&case.entry.title, text, &categories, &names])
}

/// The folded words of a piece's title, text and categories, in order, at most `words_max`.
pub(super) fn fold_fields(case: &Case<'_>, words_max: usize) -> Vec<String> {
    let words = words_of(case);
    let own = words.len() - words.range(Place::Source).len();
    (0..own.min(words_max)).map(|number| words.word(number).to_owned()).collect()
}

/// The language of an entry with the ground for it: the one it was read with or names, else its text's.
fn language_of(entry: &Entry) -> Option<(Language, Evidence)> {
    let given = entry.language.as_ref().and_then(|given| language::read_declared(given.as_str()));
    let (language, ground) = match given {
        Some(given) => (given, entry.language_ground.clone()),
        None => match language::LanguageSample::take(&entry.title, entry.body()).judge(None, None) {
            Verdict::Detected(language, heard) => (language, Some(LanguageGround::Detected(heard))),
            _ => return None,
        },
    };
    Some((language, Evidence::from_sign(Sign::Language { ground })))
}

fn ground(facet: GroundOf, value: &str, why: Vec<Evidence>) -> Ground {
    Ground { facet, value: value.to_owned(), why }
}

fn add_once(list: &mut Vec<String>, value: &str) {
    if !list.iter().any(|known| known == value) {
        list.push(value.to_owned());
    }
}

fn each_once<'a, T: Clone + PartialEq + 'a>(items: impl Iterator<Item = &'a T>) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    for item in items {
        if !kept.contains(item) {
            kept.push(item.clone());
        }
    }
    kept
}

#[cfg(test)]
#[path = "languages_tests.rs"]
mod languages;
#[cfg(test)]
#[path = "samples_tests.rs"]
mod samples;
#[cfg(test)]
#[path = "shipped_tests.rs"]
mod shipped;
#[cfg(test)]
mod tests;
