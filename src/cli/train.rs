//! `train`: models of facets from labelled texts. For who builds the program, not for who runs it.

use super::args::ConfigArg;
use super::categorise::{categorise, with_case};
use super::out;
use super::outcome::{Ended, Failure, Outcome, StartErrorExt as _};
use crate::app::StartError;
use crate::built_in;
use clap::Args;
use plenary_ingest::categorise::Categoriser;
use plenary_ingest::recognise::{FacetModel, Labelled, Recogniser, Trained, Voice, train};
use plenary_model::id::SectionSlug;
use plenary_model::line::EntryLine;
use plenary_model::piece::TopicHit;
use plenary_model::policy::Policy;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Make models of genre and topics from labelled texts (JSON lines).
///
/// Each line is an entry as `categorise` reads it, with what people said of it: `genre`, `genre_also`
/// (others that may be said), `section` ("none" for no section), `also` (others that may be said), and
/// for each topic named here a key that is true or false. Texts of one `organisation`, and of one
/// `dup_cluster`, are left out together wherever something is measured.
#[derive(Debug, Args)]
pub(super) struct Train {
    #[command(flatten)]
    config: ConfigArg,
    /// Labelled texts
    #[arg(long, value_name = "FILE", required = true)]
    labels: Vec<PathBuf>,
    /// Labelled texts from which terms of the policy were made: their rules look better than they are
    #[arg(long, value_name = "FILE")]
    known: Vec<PathBuf>,
    /// Texts of public datasets, of which the publisher says the genre, and rules what they are about; no figure is
    /// told of them
    #[arg(long, value_name = "FILE")]
    public: Vec<PathBuf>,
    /// A topic to recognise, and the key that says of a text whether it is about it
    #[arg(long, value_name = "TOPIC=KEY", value_parser = pair, required = true)]
    topic: Vec<(String, String)>,
    /// A name that the lines have for a section of the policy
    #[arg(long, value_name = "NAME=SECTION", value_parser = pair)]
    section: Vec<(String, String)>,
    /// Where the models go
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Where their card goes: what they were made of, and how they judge publishers left out
    #[arg(long, value_name = "FILE")]
    card: Option<PathBuf>,
    /// Where the judgements go that models made of texts whose publishers they have not seen
    #[arg(long, value_name = "FILE")]
    judged: Option<PathBuf>,
    /// The day of the card
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (one, other) = text.split_once('=').ok_or_else(|| format!("\"{text}\" has no =: write NAME=VALUE"))?;
    Ok((one.to_owned(), other.to_owned()))
}

/// What people said of a text.
#[derive(Deserialize)]
struct Said {
    genre: Option<String>,
    #[serde(default)]
    genre_also: Option<Vec<String>>,
    section: Option<String>,
    #[serde(default)]
    also: Option<Vec<String>>,
    #[serde(default)]
    dup_cluster: Option<Value>,
    #[serde(default)]
    group: Option<String>,
    #[serde(flatten)]
    more: BTreeMap<String, Value>,
}

struct Text {
    line: EntryLine,
    said: Said,
    voice: Voice,
    publisher: String,
}

impl Train {
    pub(super) fn run(self) -> Outcome {
        let policy = Arc::new(plenary_config::read(&self.config.config, built_in::text).map_err(StartError::from)?);
        let mut texts = self.read(&policy)?;
        name_publishers(&mut texts);
        let rules = Categoriser::new(Arc::clone(&policy));
        let topics: Vec<(String, usize)> = self.topic.iter().filter_map(|(slug, _)| number(&policy, slug)).collect();
        let genres: Vec<String> = policy.genres.iter().map(|genre| genre.id.to_string()).collect();
        let labelled: Vec<Labelled> = texts.iter().filter_map(|text| self.label(text, &policy, &rules)).collect();
        let mut trained = train(&labelled, &genres, &topics);
        let parts = |trained: &Trained| -> Vec<Categoriser> {
            let model = |model: &FacetModel| Some(Recogniser::of(model.clone()));
            trained.without.iter().map(|one| Categoriser::with_models(Arc::clone(&policy), model(one))).collect()
        };
        let shares = self.shares(&texts, &labelled, &parts(&trained));
        trained.calibrate(&shares);
        let by_part = parts(&trained);
        let mut judged = String::new();
        for (text, label) in texts.iter().zip(&labelled).filter(|(text, _)| text.voice != Voice::Public) {
            let Some(judge) = by_part.get(label.part()) else { continue };
            let _ = writeln!(judged, "{}", categorise(judge, None, &text.line));
        }
        let bytes = trained.model.to_bytes().map_err(io::Error::other)?;
        write(&self.out, &bytes)?;
        if let Some(path) = &self.judged {
            write(path, judged.as_bytes())?;
        }
        if let Some(path) = &self.card {
            let card = self.card(&texts, &judged, &bytes);
            write(path, card.as_bytes())?;
        }
        out::note(format!("{} texts, {} bytes of models in {}", texts.len(), bytes.len(), self.out.display()));
        Ok(Ended::Well)
    }

    fn read(&self, policy: &Policy) -> Result<Vec<Text>, Failure> {
        for (slug, _) in &self.topic {
            if number(policy, slug).is_none() {
                return Err(start(format!("--topic {slug}: the policy has no such topic")));
            }
        }
        let mut texts = Vec::new();
        let with = |paths: &[PathBuf], voice| paths.iter().map(|path| (path.clone(), voice)).collect::<Vec<_>>();
        let files =
            [with(&self.labels, Voice::Read), with(&self.known, Voice::Known), with(&self.public, Voice::Public)];
        for (path, voice) in files.into_iter().flatten() {
            let name = path.display().to_string();
            let all = std::fs::read_to_string(&path).not_started(&name)?;
            for (number, text) in all.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                let place = format!("{name}:{}", number + 1);
                let line = EntryLine::parse(text).map_err(io::Error::other).not_started(&place)?;
                let said: Said = serde_json::from_str(text).map_err(io::Error::from).not_started(&place)?;
                let genres = said.genre.iter().chain(said.genre_also.iter().flatten());
                if let Some(genre) =
                    genres.into_iter().find(|genre| !policy.genres.iter().any(|g| g.id.as_str() == *genre))
                {
                    return Err(start(format!("{place}: the policy has no genre \"{genre}\"")));
                }
                let publisher =
                    said.group.clone().or_else(|| line.organisation.clone()).unwrap_or_default().to_lowercase();
                texts.push(Text { line, said, voice, publisher });
            }
        }
        Ok(texts)
    }

    /// The slug of a section; `None` for none.
    fn slug<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        let renamed = self.section.iter().find(|(known, _)| known == name).map_or(name, |(_, slug)| slug.as_str());
        (renamed != "none").then_some(renamed)
    }

    fn label(&self, text: &Text, policy: &Policy, rules: &Categoriser) -> Option<Labelled> {
        let about: Vec<Option<bool>> = policy
            .topics
            .iter()
            .map(|topic| {
                let key = self.topic.iter().find(|(slug, _)| slug == topic.id.as_str()).map(|(_, key)| key)?;
                text.said.more.get(key)?.as_bool()
            })
            .collect();
        with_case(&text.line, |case| {
            let genre = self.genres(text, policy, rules, case, &about);
            let language = text.line.entry.language.as_ref().map_or("", |language| language.primary()).to_owned();
            rules.observe(case, |observed| {
                let name = &text.line.entry.id;
                Labelled::new(name, &text.publisher, &language, text.voice, observed, genre, about)
            })
        })
    }

    /// How much each genre is right. Of several that may be said, those count under which the text goes where people
    /// put it; the first one most.
    fn genres(
        &self,
        text: &Text,
        policy: &Policy,
        rules: &Categoriser,
        case: &plenary_ingest::categorise::Case<'_>,
        about: &[Option<bool>],
    ) -> Option<Vec<f32>> {
        let said: Vec<&String> = text.said.genre.iter().chain(text.said.genre_also.iter().flatten()).collect();
        text.said.genre.as_ref()?;
        let mut facets = rules.facets(case);
        for (topic, about) in policy.topics.iter().zip(about) {
            if about.is_some() {
                facets.topics.retain(|hit| hit.topic != topic.id);
            }
            if *about == Some(true) {
                let hit = TopicHit { topic: topic.id.clone(), score: topic.minimum, why: Vec::new() };
                facets.topics.push(hit);
            }
        }
        let wanted = text.said.section.as_deref().map(|name| self.slug(name));
        let mut leads = |genre: &str| {
            facets.genre = Some(genre.into());
            Some(first(&rules.sections(case, &facets)).as_deref()) == wanted
        };
        let mut fitting: Vec<&String> = said.iter().copied().filter(|genre| leads(genre)).collect();
        if fitting.is_empty() {
            fitting.clone_from(&said);
        }
        let share = |genre: &str| {
            if !fitting.iter().any(|one| *one == genre) {
                return 0.0;
            }
            if text.said.genre.as_deref() == Some(genre) { 2.0 } else { 1.0 }
        };
        let shares: Vec<f32> = policy.genres.iter().map(|genre| share(genre.id.as_str())).collect();
        let all: f32 = shares.iter().sum();
        Some(shares.into_iter().map(|share| share / all).collect())
    }

    /// For each text with a section, how probable the models that have not seen its publisher find their place, and
    /// whether it is right or may be said.
    fn shares(&self, texts: &[Text], labelled: &[Labelled], by_part: &[Categoriser]) -> Vec<(f32, bool)> {
        let judged = texts.iter().zip(labelled).filter_map(|(text, label)| {
            let judge = by_part.get(label.part())?;
            let wanted = text.said.section.as_deref()?;
            with_case(&text.line, |case| {
                let (facets, share) = judge.facets_with_certainty(case);
                let found = first(&judge.sections(case, &facets));
                let mut names = std::iter::once(wanted).chain(text.said.also.iter().flatten().map(String::as_str));
                Some((share?, names.any(|name| self.slug(name) == found.as_deref())))
            })
        });
        judged.collect()
    }

    fn card(&self, texts: &[Text], judged: &str, bytes: &[u8]) -> String {
        let found: Vec<Value> = judged.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        super::card::write_card(
            &texts
                .iter()
                .filter(|text| text.voice != Voice::Public)
                .zip(&found)
                .map(|(text, found)| super::card::Row {
                    language: text.line.entry.language.as_ref().map_or("", |language| language.primary()),
                    publisher: &text.publisher,
                    is_known: text.voice == Voice::Known,
                    genre: text.said.genre.as_deref(),
                    genre_also: text.said.genre_also.as_deref().unwrap_or_default(),
                    section: text.said.section.as_deref().map(|name| self.slug(name)),
                    section_also: text.said.also.iter().flatten().map(|name| self.slug(name)).collect(),
                    about: self
                        .topic
                        .iter()
                        .map(|(slug, key)| (slug.as_str(), text.said.more.get(key).and_then(Value::as_bool)))
                        .collect(),
                    found,
                })
                .collect::<Vec<_>>(),
            &FacetModel::digest(bytes),
            self.date.as_deref(),
        )
    }
}

fn first(found: &[plenary_ingest::categorise::Suggestion]) -> Option<String> {
    found.first().map(|suggestion: &plenary_ingest::categorise::Suggestion| {
        let SectionSlug(slug) = &suggestion.section;
        slug.clone()
    })
}

fn number(policy: &Policy, slug: &str) -> Option<(String, usize)> {
    let number = policy.topics.iter().position(|topic| topic.id.as_str() == slug)?;
    Some((slug.to_owned(), number))
}

/// Publishers that share a text become one.
fn name_publishers(texts: &mut [Text]) {
    let mut of_cluster: BTreeMap<String, String> = BTreeMap::new();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let find = |renamed: &BTreeMap<String, String>, name: &str| {
        let mut name = name.to_owned();
        while let Some(next) = renamed.get(&name) {
            name.clone_from(next);
        }
        name
    };
    for text in texts.iter() {
        let Some(cluster) = text.said.dup_cluster.as_ref().filter(|cluster| !cluster.is_null()) else { continue };
        let own = find(&renamed, &text.publisher);
        let other = of_cluster.entry(cluster.to_string()).or_insert_with(|| own.clone());
        let other = find(&renamed, other);
        if other != own {
            renamed.insert(own, other);
        }
    }
    for text in texts {
        text.publisher = find(&renamed, &text.publisher);
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).not_started(&path.display().to_string())?;
    Ok(())
}

fn start(message: String) -> Failure {
    StartError::Other(anyhow::Error::msg(message)).into()
}
