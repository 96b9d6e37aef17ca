//! `review` and `decide`: the door through which staff overrule.

use super::app::App;
use super::event_conflicts::EventConflict;
use super::inspect::check_feed;
use crate::built_in;
use anyhow::{Context as _, bail};
use plenary_config::Edit;
use plenary_ingest::decide::find_shared_passages;
use plenary_model::decision::{Action, Decision};
use plenary_model::entry::Entry;
use plenary_model::event::POLICY;
use plenary_model::id::{EntryKey, SectionSlug, SourceId};
use plenary_model::language::Language;
use plenary_model::learned::Opinion;
use plenary_model::piece::{Piece, PieceView};
use plenary_model::policy::Policy;
use plenary_model::review::{ReviewItem, ReviewKind, ReviewReason};
use plenary_model::section::{Placement, PlacementState};
use plenary_model::source::UnseenLanguage;
use plenary_model::view::DoubtLine;
use serde::Serialize;
use std::collections::HashMap;

const PASSAGES_SHOWN: usize = 2;

/// What staff ask for, in their words: pieces and entries by id, key or address.
#[derive(Clone, Debug)]
pub struct Request {
    /// The piece, or entry, that it is about; of no account to a repair, a removed source, an event and an undoing.
    pub piece: Option<String>,
    pub action: Action<String, String>,
}

#[derive(Debug, Serialize)]
pub struct Recorded {
    /// Number of the decision, as `undo` takes it.
    pub decision: i64,
    pub about: String,
    /// For a repair: the patch of `feeds.toml`.
    pub patch: Option<String>,
    /// For a repair: whether the file was written.
    pub written: Option<bool>,
}

impl App {
    /// What needs a human, most useful first.
    pub async fn review(&self, limit: usize) -> anyhow::Result<Vec<ReviewItem>> {
        let mut items = self.store.review(limit).await?;
        // After a question about the policy: readers see dates that may be wrong, and days pass.
        let place = items.iter().take_while(|item| item.kind == ReviewKind::Policy).count();
        let conflicts = self.find_event_conflicts().await?;
        items.splice(place..place, conflicts.iter().map(EventConflict::ask_staff));
        // After what concerns whole sources: nobody has read these texts.
        let is_first =
            |item: &&ReviewItem| matches!(item.kind, ReviewKind::Policy | ReviewKind::Event | ReviewKind::Source);
        let place = items.iter().take_while(is_first).count();
        let policy = self.policy();
        let unseen = self.store.list_unseen_languages().await?;
        items.splice(
            place..place,
            unseen.into_iter().filter(|one| policy.lacks_terms(&one.language)).map(ask_about_language),
        );
        items.truncate(limit);
        self.quote(items.iter_mut().filter_map(|item| item.pair.as_mut()).collect()).await?;
        Ok(items)
    }

    /// Adds to pairs in doubt the stretches that both texts have.
    pub(super) async fn quote(&self, pairs: Vec<&mut DoubtLine>) -> anyhow::Result<()> {
        let keys: Vec<EntryKey> =
            pairs.iter().flat_map(|pair| [pair.one.entry.clone(), pair.other.entry.clone()]).collect();
        let dossiers = self.store.dossiers_of(&keys).await?;
        let texts: HashMap<&EntryKey, &Entry> =
            dossiers.iter().flat_map(|dossier| &dossier.entries).map(|entry| (&entry.key, &entry.entry)).collect();
        for pair in pairs {
            if let (Some(one), Some(other)) = (texts.get(&pair.one.entry), texts.get(&pair.other.entry)) {
                pair.matched = find_shared_passages(one, other, PASSAGES_SHOWN);
            }
        }
        Ok(())
    }

    /// Records a decision and applies it at once. Nothing is recorded when what it names is not there.
    pub async fn decide(&self, request: Request, by: &str) -> anyhow::Result<Recorded> {
        let (entry, action, about) = self.resolve(request).await?;
        if let Action::Repair { feed, .. } = &action
            && let Err(why) = check_feed(feed, &self.policy(), &self.clock).await.map_err(anyhow::Error::from)?
        {
            bail!("nothing was changed: {feed} gives no feed: {why}");
        }
        let mut edited = None;
        if let Some(path) = &self.config
            && let Some(edit) = self.plan_edit(&action).await?
        {
            edited = Some(plenary_config::edit(path, &[edit], false, built_in::text)?);
        }
        let decision = Decision { id: 0, at: self.clock.now(), by: by.to_owned(), entry, action };
        let number = self.store.record(decision).await?;
        self.worker.settle().await?;
        let (written, patch) = edited.map(|edited| (edited.written, edited.patch)).unzip();
        Ok(Recorded { decision: number, about, patch, written })
    }

    /// The change of the policy file that goes with a decision: a repair and the undoing of one.
    async fn plan_edit(&self, action: &Action) -> anyhow::Result<Option<Edit>> {
        let prefer =
            |source: &SourceId, feed: &String| Edit::PreferFeed { source: source.0.clone(), feed: feed.clone() };
        Ok(match action {
            Action::Repair { source, feed } => Some(prefer(source, feed)),
            Action::Undo { decision } => match self.store.find_undone(*decision).await? {
                // Not recorded yet: what is in force now will not be, and the other way round.
                (Decision { action: Action::Repair { source, feed }, .. }, true) => {
                    Some(Edit::DropFeed { source: source.0, feed })
                }
                (Decision { action: Action::Repair { source, feed }, .. }, false) => Some(prefer(&source, &feed)),
                _ => None,
            },
            _ => None,
        })
    }

    /// Finds what a request names: the entry it is about, the action as recorded, and what it is about in words.
    async fn resolve(&self, request: Request) -> anyhow::Result<(Option<EntryKey>, Action, String)> {
        match request.action {
            Action::Undo { decision } => Ok((None, Action::Undo { decision }, format!("decision {decision}"))),
            Action::Event { event, from, to, status, choose, note } => {
                let about = self.event_title(&event, choose.as_deref()).await?;
                if from.zip(to).is_some_and(|(from, to)| to < from) {
                    bail!("the last day is before the first: exchange --from and --to");
                }
                Ok((None, Action::Event { event, from, to, status, choose, note }, about))
            }
            Action::Repair { source, feed } => {
                if self.policy().source(&source).is_none() {
                    bail!("there is no source \"{source}\" in the policy: `plenary status` lists them");
                }
                let about = format!("source {source}");
                Ok((None, Action::Repair { source, feed }, about))
            }
            Action::Source { source, pieces } => {
                if self.store.removed_source(&source).await?.is_none() {
                    bail!(
                        "no source \"{source}\" was removed: take it out of feeds.toml first, or decide about one \
                         that `plenary review` lists"
                    );
                }
                let about = format!("source {source}");
                Ok((None, Action::Source { source, pieces }, about))
            }
            Action::Language { source, language, section } => {
                let language = Language::parse(&language).context("write a language tag, such as fj")?;
                let primary = language.primary().to_owned();
                let texts = self.store.list_in_language(&source, &primary, self.clock.now()).await?.len();
                if texts == 0 {
                    bail!("source \"{source}\" has no text in \"{primary}\": `plenary review` lists what to decide");
                }
                let section = self.optional(section)?;
                let about = format!("{texts} texts of {source} in {primary}");
                Ok((None, Action::Language { source, language: primary, section }, about))
            }
            about_a_piece => {
                let piece = request.piece.context("name the piece, entry or address that it is about")?;
                self.resolve_about(&piece, about_a_piece).await
            }
        }
    }

    /// As [`Self::resolve`], of an action about the piece, or the entry, that `text` names.
    async fn resolve_about(
        &self,
        text: &str,
        action: Action<String, String>,
    ) -> anyhow::Result<(Option<EntryKey>, Action, String)> {
        let view = self.must_find(text).await?;
        let mut entry = view.lead.key.clone();
        let mut about = title(&view);
        let action = match action {
            Action::Approve { section: None } => resolve_approval(&view.piece, &self.policy()),
            Action::Approve { section } => Action::Approve { section: self.optional(section)? },
            Action::Reject { section } => Action::Reject { section: self.optional(section)? },
            Action::Move { from, to } => Action::Move { from: self.optional(from)?, to: self.section(to)? },
            Action::Pin { section } => Action::Pin { section: self.section(section)? },
            Action::Unpin { section } => Action::Unpin { section: self.section(section)? },
            Action::Add { section } => Action::Add { section: self.section(section)? },
            Action::Merge { other } => Action::Merge { other: self.must_find(&other).await?.lead.key },
            Action::Version { other } => Action::Version { other: self.must_find(&other).await?.lead.key },
            Action::Lead => {
                entry = find_entry(&view, text);
                Action::Lead
            }
            Action::Split { from } if from.is_empty() => {
                entry = find_entry(&view, text);
                split_off(&view, &entry)?
            }
            Action::Split { from } => self.keep_apart(&view, &from).await?,
            Action::Withdraw { reason } => Action::Withdraw { reason },
            Action::Date { at } => Action::Date { at },
            Action::Release => Action::Release,
            Action::Note { text } => Action::Note { text },
            other @ (Action::Repair { .. }
            | Action::Event { .. }
            | Action::Source { .. }
            | Action::Language { .. }
            | Action::Undo { .. }) => {
                bail!("\"{}\" is not about a piece", other.name())
            }
        };
        if let Action::Approve { section: Some(section) } | Action::Move { to: section, .. } = &action {
            about = format!("{about} (in {section})");
        }
        Ok((Some(entry), action, about))
    }

    /// The title of an event of which `calendar`, when it is named, says something.
    async fn event_title(&self, id: &str, calendar: Option<&str>) -> anyhow::Result<String> {
        let events = self.store.events().await?;
        let Some(event) = events.iter().find(|event| event.id == id) else {
            let known: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
            bail!("there is no event \"{id}\": there are {}", known.join(", "));
        };
        if let Some(calendar) = calendar.filter(|calendar| *calendar != POLICY) {
            let claims = self.store.event_claims().await?;
            let says = claims.get(id).is_some_and(|all| all.iter().any(|claim| claim.origin == calendar));
            if !says {
                let who: Vec<&str> = claims.get(id).into_iter().flatten().map(|claim| claim.origin.as_str()).collect();
                let who = if who.is_empty() { "no calendar does".to_owned() } else { who.join(", ") };
                bail!("the calendar \"{calendar}\" says nothing of \"{id}\": choose among those that do: {who}");
            }
        }
        Ok(event.title.get("en").to_owned())
    }

    /// Kept apart by every entry of the other pieces; copies that come later follow their piece.
    async fn keep_apart(&self, view: &PieceView, others: &[String]) -> anyhow::Result<Action> {
        let mut from = Vec::new();
        for other in others {
            let other = self.must_find(other).await?;
            if view.piece.id == other.piece.id {
                bail!("both name \"{}\", which is one piece: take an entry out of it with `decide split`", title(view));
            }
            from.extend(std::iter::once(&other.lead).chain(&other.others).map(|entry| entry.key.clone()));
        }
        Ok(Action::Split { from })
    }

    async fn must_find(&self, text: &str) -> anyhow::Result<PieceView> {
        let found = self.find_view(text).await?;
        found.with_context(|| format!("nothing stored answers to \"{text}\": name a piece, an entry or an address"))
    }

    fn optional(&self, slug: Option<String>) -> anyhow::Result<Option<SectionSlug>> {
        slug.map(|slug| self.section(slug)).transpose()
    }

    fn section(&self, slug: String) -> anyhow::Result<SectionSlug> {
        let policy = self.policy();
        if policy.section(&slug).is_none() {
            let known: Vec<&str> = policy.sections.iter().map(|section| section.id.as_str()).collect();
            bail!("there is no section \"{slug}\": there are {}", known.join(", "));
        }
        Ok(SectionSlug(slug))
    }
}

/// One line for all texts of a source in a language of which the policy has no terms.
fn ask_about_language(unseen: UnseenLanguage) -> ReviewItem {
    let UnseenLanguage { source, name, language, texts, since } = unseen;
    ReviewItem {
        kind: ReviewKind::Language,
        id: format!("{source} {language}"),
        title: name,
        sections: Vec::new(),
        reasons: vec![ReviewReason::LanguageWithoutTerms { source: source.0, language, texts }],
        since,
        score: None,
        pair: None,
    }
}

/// What it means to approve a piece without naming a section: what rules say, unless a model alone suggests a section.
/// That is then named, since another model may say something else; and a piece that a rule put in a later section
/// moves, since one section is its first.
fn resolve_approval(piece: &Piece, policy: &Policy) -> Action {
    let is_suggested = |placement: &&Placement| {
        placement.state == PlacementState::Pending && placement.learned.as_ref().is_some_and(Opinion::is_for_it_alone)
    };
    let Some(suggested) = piece.placements.iter().find(is_suggested) else {
        return Action::Approve { section: find_only_waiting(piece) };
    };
    let to = suggested.section.clone();
    let is_beside = |section: &SectionSlug| policy.section(section.as_str()).is_none_or(|section| section.alongside);
    let is_by_rule = |placement: &&Placement| {
        placement.state != PlacementState::Rejected && placement.section != to && !is_beside(&placement.section)
    };
    let instead_of = piece.placements.iter().filter(|placement| !is_suggested(placement)).find(is_by_rule);
    match instead_of.filter(|_| !is_beside(&to)) {
        Some(rule) => Action::Move { from: Some(rule.section.clone()), to },
        None => Action::Approve { section: Some(to) },
    }
}

/// The section in which the piece waits for staff, when there is exactly one. It is written down, so that a rule that
/// changes later does not change what was approved.
fn find_only_waiting(piece: &Piece) -> Option<SectionSlug> {
    let is_waiting = |state: PlacementState| matches!(state, PlacementState::Pending | PlacementState::Held);
    let mut waiting = piece.placements.iter().filter(|placement| is_waiting(placement.state));
    let first = waiting.next()?;
    waiting.next().is_none().then(|| first.section.clone())
}

fn split_off(view: &PieceView, entry: &EntryKey) -> anyhow::Result<Action> {
    let all = std::iter::once(&view.lead).chain(&view.others).map(|stored| stored.key.clone());
    let from: Vec<EntryKey> = all.filter(|other| other != entry).collect();
    if from.is_empty() {
        bail!("\"{}\" has a single entry: there is nothing to split it from", title(view));
    }
    Ok(Action::Split { from })
}

/// The entry that `text` names inside the piece; the lead when it names the piece.
fn find_entry(view: &PieceView, text: &str) -> EntryKey {
    let link = plenary_model::link::CanonicalLink::from_address(text);
    let named = std::iter::once(&view.lead).chain(&view.others).find(|stored| {
        let same_link = || {
            link.is_some()
                && stored.entry.link.as_deref().and_then(plenary_model::link::CanonicalLink::from_address) == link
        };
        stored.key.as_str() == text || stored.entry.id == text || same_link()
    });
    named.unwrap_or(&view.lead).key.clone()
}

fn title(view: &PieceView) -> String {
    view.lead.entry.title.clone()
}
