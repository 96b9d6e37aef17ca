//! `inspect`: what a publisher needs to know of a feed before it is included.

use super::setup::StartError;
use crate::built_in;
use anyhow::anyhow;
use plenary_config::SourceBlock;
use plenary_fetch::Fetcher;
use plenary_ingest::categorise::{Carrier, Case, Categoriser};
use plenary_ingest::discover::{self, Candidate};
use plenary_ingest::read::{self, Document, Input};
use plenary_model::entry::{Entry, Feed};
use plenary_model::id::GenreSlug;
use plenary_model::link::host_of;
use plenary_model::policy::Policy;
use plenary_model::poll::{CauseKind, FetchRequest, Received};
use plenary_model::port::Clock;
use plenary_model::reason::Reason;
use plenary_model::section::serialize_reasons;
use plenary_model::source::Standing;
use plenary_model::system::name_refusal;
use plenary_model::validators::Validators;
use serde::Serialize;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// Discovered addresses that are tried before giving up.
const CANDIDATES_TRIED_MAX: usize = 5;
/// A text shorter than this is taken for an excerpt, in characters.
const FULL_TEXT_CHARS_MIN: usize = 400;

#[derive(Debug, Serialize)]
pub struct Inspection {
    /// The address or file of the feed that was read; `None` when none could be.
    pub feed: Option<String>,
    pub title: Option<String>,
    /// Feeds that the page names, best first, each with the reason.
    pub discovered: Vec<DiscoveredFeed>,
    /// What helps or hurts here, what matters most first.
    pub findings: Vec<Finding>,
    pub entries: Vec<Placed>,
    pub toml: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct DiscoveredFeed {
    pub href: String,
    pub why: String,
}

/// How a finding bears on a feed, what matters most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    Stops,
    Hurts,
    CouldBeBetter,
    Good,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stops => "stops",
            Self::Hurts => "hurts",
            Self::CouldBeBetter => "could be better",
            Self::Good => "good",
        })
    }
}

impl Serialize for Effect {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub effect: Effect,
    pub message: String,
}

#[derive(Debug, Serialize)]
pub struct Placed {
    pub title: String,
    pub sections: Vec<String>,
    /// Why; as JSON with the English sentences (`why`) beside the codes.
    #[serde(flatten, serialize_with = "serialize_reasons")]
    pub why: Vec<Reason>,
    pub topics: Vec<String>,
    pub genre: Option<GenreSlug>,
    pub language: Option<String>,
}

/// Inspects `target`, an address or the path of a file, as a member's feed under `policy`. A feed that fails is a
/// finding, not an error.
pub async fn inspect(target: &str, policy: Policy, clock: Arc<dyn Clock>) -> Result<Inspection, StartError> {
    let is_address = target.starts_with("http://") || target.starts_with("https://");
    let mut inspection = Inspection {
        feed: None,
        title: None,
        discovered: Vec::new(),
        findings: Vec::new(),
        entries: Vec::new(),
        toml: None,
    };
    let document = if is_address {
        from_address(target, &policy, &clock, &mut inspection).await?
    } else {
        from_file(Path::new(target), &mut inspection)?
    };
    if let Some(document) = document {
        fill(&document.feed, policy, clock.as_ref(), &mut inspection);
    }
    inspection.findings.sort_by_key(|finding| finding.effect);
    Ok(inspection)
}

fn from_file(path: &Path, inspection: &mut Inspection) -> Result<Option<Document>, StartError> {
    let body = std::fs::read(path).map_err(|error| anyhow!(name_refusal(path.display(), &error)))?;
    let received = Received { body, content_type: None };
    match parse_document(&received, None) {
        Ok(document) => {
            inspection.feed = Some(path.display().to_string());
            Ok(Some(document))
        }
        Err(message) => {
            inspection.findings.push(Finding { effect: Effect::Stops, message });
            Ok(None)
        }
    }
}

async fn from_address(
    target: &str,
    policy: &Policy,
    clock: &Arc<dyn Clock>,
    inspection: &mut Inspection,
) -> Result<Option<Document>, StartError> {
    plenary_fetch::install_tls();
    let settings = plenary_fetch::Settings::from_policy(policy);
    let fetcher = Fetcher::new(&settings, Arc::clone(clock), &plenary_fetch::system_lookup());
    let fetcher = fetcher.map_err(anyhow::Error::from)?;
    let mut tried = vec![target.to_owned()];
    let mut next = 0;
    while let Some(address) = tried.get(next).cloned() {
        next += 1;
        let request = FetchRequest { url: address.clone(), validators: Validators::default() };
        let answer = fetcher.fetch(&request).await;
        let Some(received) = answer.document else {
            let message = format!("{address}: {}. {}", answer.cause, remedy(answer.cause.kind));
            inspection.findings.push(Finding { effect: Effect::Stops, message });
            continue;
        };
        match parse_document(&received, Some(&answer.final_url)) {
            Ok(document) => {
                inspection.findings.retain(|finding| finding.effect != Effect::Stops);
                if let Some(moved) = &answer.permanent_url {
                    let message = format!("The address moved for good: use {moved} from now on.");
                    inspection.findings.push(Finding { effect: Effect::CouldBeBetter, message });
                }
                if answer.validators.is_empty() {
                    let message = "The server sends neither ETag nor Last-Modified, so every poll transfers the whole \
                                   document. Switch one of them on.";
                    inspection.findings.push(Finding { effect: Effect::CouldBeBetter, message: message.into() });
                }
                inspection.feed = Some(address);
                return Ok(Some(document));
            }
            Err(message) => {
                inspection.findings.push(Finding { effect: Effect::Stops, message: format!("{address}: {message}") });
                if next == 1 {
                    let page = String::from_utf8_lossy(&received.body);
                    let found: Vec<Candidate> = discover::candidates(&page, &answer.final_url);
                    tried.extend(found.iter().take(CANDIDATES_TRIED_MAX).map(|candidate| candidate.href.clone()));
                    inspection.discovered = found
                        .into_iter()
                        .map(|candidate| DiscoveredFeed { href: candidate.href, why: candidate.why })
                        .collect();
                }
            }
        }
    }
    Ok(None)
}

/// Asks an address; in words why it gives no feed, when it does not.
pub(super) async fn check_feed(
    address: &str,
    policy: &Policy,
    clock: &Arc<dyn Clock>,
) -> Result<Result<(), String>, StartError> {
    plenary_fetch::install_tls();
    let settings = plenary_fetch::Settings::from_policy(policy);
    let fetcher = Fetcher::new(&settings, Arc::clone(clock), &plenary_fetch::system_lookup());
    let fetcher = fetcher.map_err(anyhow::Error::from)?;
    let answer = fetcher.fetch(&FetchRequest { url: address.to_owned(), validators: Validators::default() }).await;
    let Some(received) = answer.document else {
        return Ok(Err(format!("{}. {}", answer.cause, remedy(answer.cause.kind))));
    };
    Ok(parse_document(&received, Some(&answer.final_url)).map(|_| ()))
}

fn remedy(kind: CauseKind) -> &'static str {
    match kind {
        CauseKind::RefusedAddress => "Only whoever runs this site can allow it: [polling] allow in feeds.toml.",
        CauseKind::NotFound | CauseKind::Gone => {
            "Check the address in a browser, or give that of the site: its feeds are looked for."
        }
        CauseKind::Forbidden | CauseKind::Challenge => "Ask whoever runs the server to let feed readers through.",
        CauseKind::Busy => "Try again after the time that the server asks for.",
        CauseKind::Tls => "Renew or correct the certificate: readers are turned away as well.",
        CauseKind::Timeout | CauseKind::Unreachable | CauseKind::Unresolved | CauseKind::Interrupted => {
            "Try again later; when it stays so, ask whoever runs the server."
        }
        _ => "Check the address in a browser.",
    }
}

fn parse_document(received: &Received, base: Option<&str>) -> Result<Document, String> {
    let input = Input { body: &received.body, content_type: received.content_type.as_deref(), base, language: None };
    read::document(&input).map_err(|error| {
        let cause = error.cause();
        match cause.kind {
            CauseKind::Html => "this is a web page, not a feed. Give the address of the feed itself.".to_owned(),
            _ => format!("{cause}. Nothing of it can be shown until this is mended."),
        }
    })
}

fn fill(feed: &Feed, policy: Policy, clock: &dyn Clock, inspection: &mut Inspection) {
    inspection.title.clone_from(&feed.meta.title);
    inspection.findings.extend(findings(feed));
    let address = inspection.feed.clone().unwrap_or_default();
    let site = feed.meta.links.iter().find(|link| link.rel == "alternate").map(|link| link.href.clone());
    let host = host_of(site.as_deref().unwrap_or(&address)).unwrap_or_else(|| "example-member".into());
    let id: String = host.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let name = feed.meta.title.clone().unwrap_or(host);
    let block = SourceBlock {
        id: id.trim_matches('-').to_owned(),
        name: name.clone(),
        site,
        feeds: vec![address],
        standing: Some(Standing::Member),
        trust: None,
        language: feed.meta.language.as_ref().map(|language| language.primary().to_owned()),
    };
    let carrier = Carrier { source: block.id.clone().into(), name, standing: Standing::Member, countries: Vec::new() };
    inspection.toml = Some(block.toml());
    let categoriser = Categoriser::with_models(Arc::new(policy), Some(built_in::recogniser()));
    let now = clock.now();
    inspection.entries = feed.entries.iter().map(|entry| place_entries(entry, &carrier, &categoriser, now)).collect();
    let nowhere = inspection.entries.iter().filter(|entry| entry.sections.is_empty()).count();
    let message = format!(
        "{} of {} entries would be placed in a section; the others are kept and can be placed by staff.",
        inspection.entries.len() - nowhere,
        inspection.entries.len()
    );
    inspection.findings.push(Finding { effect: Effect::Good, message });
}

fn place_entries(
    entry: &Entry,
    carrier: &Carrier,
    categoriser: &Categoriser,
    now: chrono::DateTime<chrono::Utc>,
) -> Placed {
    let carriers = std::slice::from_ref(carrier);
    let dated = entry.published.or(entry.updated).unwrap_or(now);
    let case = Case { entry, carriers, dated, has_copies: false, has_versions: false, age: now - dated };
    let facets = categoriser.facets(&case);
    let suggestions = categoriser.sections(&case, &facets);
    Placed {
        title: entry.title.clone(),
        sections: suggestions.iter().map(|suggestion| suggestion.section.0.clone()).collect(),
        why: suggestions.into_iter().flat_map(|suggestion| suggestion.why).collect(),
        topics: facets.topics.iter().map(|hit| hit.topic.0.clone()).collect(),
        genre: facets.genre,
        language: facets.language.map(|language| language.as_str().to_owned()),
    }
}

fn findings(feed: &Feed) -> Vec<Finding> {
    let entries = &feed.entries;
    let mut found = Vec::new();
    let mut add = |effect, message: String| found.push(Finding { effect, message });
    if entries.is_empty() {
        add(Effect::Stops, "The feed has no entries.".into());
        return found;
    }
    let count = |test: &dyn Fn(&Entry) -> bool| entries.iter().filter(|entry| test(entry)).count();
    let all = entries.len();
    let undated = count(&|entry| entry.published.is_none() && entry.updated.is_none());
    if undated > 0 {
        add(
            Effect::Hurts,
            format!(
                "{undated} of {all} entries have no date that can be read: they are ordered by when we first see them. Write pubDate or updated as RFC 822 or RFC 3339 say."
            ),
        );
    }
    let unlinked = count(&|entry| entry.link.is_none());
    if unlinked > 0 {
        add(
            Effect::Hurts,
            format!(
                "{unlinked} of {all} entries have no link: readers cannot reach the original, and copies are not recognised by it."
            ),
        );
    }
    let untitled = count(&|entry| entry.title.is_empty());
    if untitled > 0 {
        add(Effect::CouldBeBetter, format!("{untitled} of {all} entries have no title."));
    }
    let short = count(&|entry| plenary_ingest::sanitise::text(entry.body()).chars().count() < FULL_TEXT_CHARS_MIN);
    if short * 2 > all {
        add(
            Effect::CouldBeBetter,
            format!(
                "{short} of {all} entries carry a short excerpt only: sorting and recognising copies work better on the full text (content:encoded or atom:content)."
            ),
        );
    }
    if feed.meta.language.is_none() {
        add(
            Effect::CouldBeBetter,
            "The feed does not name its language: it is detected. Add <language> or xml:lang.".into(),
        );
    }
    let mut codes: std::collections::BTreeMap<&str, (usize, &plenary_model::entry::Warning)> =
        std::collections::BTreeMap::new();
    for warning in &feed.warnings {
        codes.entry(warning.code.as_str()).or_insert((0, warning)).0 += 1;
    }
    for (times, warning) in codes.values() {
        let place = warning.line.map(|line| format!(" (line {line}, column {})", warning.column.unwrap_or(1)));
        add(
            Effect::Hurts,
            format!(
                "{}{}{}",
                warning.message,
                place.unwrap_or_default(),
                if *times > 1 { format!(", {times} times in all") } else { String::new() }
            ),
        );
    }
    add(Effect::Good, format!("{all} entries were read."));
    found
}
