//! The judge: puts the steps of a judgement in order.

use super::super::dedup::Standard;
use super::announcements::{Announcement, announce_again, hold_again, updates};
use super::batch::Batch;
use super::classifier::{Carrier, Case, Classifier};
use super::dates::date_piece;
use super::identity::{Named, atom_ids, name};
use super::lead::{Domains, Lead, choose_lead};
use super::placements::{Circumstances, Placing, hold, keep_placements, place};
use super::quotas::Newcomers;
use super::recommendations::{Recommendations, list_kept};
use super::staff_decisions::StaffDecisions;
use super::works::{Works, works};
use crate::categorise::Categoriser;
use chrono::{DateTime, Utc};
use plenary_model::change::{CandidateSet, Changeset, Entered, Incoming};
use plenary_model::decision::{Action, Decision};
use plenary_model::entry::StoredEntry;
use plenary_model::id::{EntryKey, PieceId, SectionSlug, SourceId};
use plenary_model::piece::{Dossier, Facets, Piece};
use plenary_model::policy::Policy;
use plenary_model::reason::LeadReason;
use plenary_model::section::PlacementState;
use plenary_model::source::Trust;
use plenary_model::withdrawal::Withdrawal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Judges entries under one policy. `P` is the categoriser.
pub struct Judge<P> {
    policy: Arc<Policy>,
    /// What sameness is judged by.
    standard: Standard,
    classifier: P,
    domains: Domains,
}

/// A piece under judgement: its group and what was derived so far.
pub(super) struct Draft<'a> {
    pub(super) named: &'a Named,
    members: Vec<&'a StoredEntry>,
    /// Those that their publishers did not take back; all, when none is left.
    pub(super) entries: Vec<&'a StoredEntry>,
    decisions: Vec<&'a Decision>,
    pub(super) lead: &'a StoredEntry,
    lead_reason: LeadReason,
}

impl Judge<Categoriser> {
    pub fn new(policy: Arc<Policy>) -> Self {
        Self::with(Arc::clone(&policy), Categoriser::new(policy))
    }
}

impl<P: Classifier> Judge<P> {
    pub fn with(policy: Arc<Policy>, classifier: P) -> Self {
        let domains = Domains::collect(&policy);
        let standard = Standard::within(policy.rules.window_days);
        Self { policy, standard, classifier, domains }
    }

    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// What sameness is judged by; the store looks for candidates by it.
    pub fn standard(&self) -> &Standard {
        &self.standard
    }

    pub fn classifier(&self) -> &P {
        &self.classifier
    }

    /// Judges what came in. The changeset holds only changes: known entries and pieces that stay as they were are left
    /// out. `taken_back` names stored entries that their publisher says are gone.
    pub fn decide(
        &self,
        incoming: Vec<Incoming>,
        taken_back: BTreeMap<EntryKey, Withdrawal>,
        known: CandidateSet,
        now: DateTime<Utc>,
    ) -> Changeset {
        let first_pass_done = known.first_pass_done;
        let entered = known.entered.clone();
        let batch = Batch::assemble(known, incoming, taken_back, now);
        let opening = BTreeSet::new();
        let when = Circumstances { now, first_pass_done, opening: &opening, comes_in: true, entered: Some(&entered) };
        self.judge(batch, &when, false)
    }

    /// Judges stored pieces again, after decisions of staff or under a new policy. `opening` names the sections that
    /// are filled for the first time. Judging what has not changed changes nothing.
    pub fn rejudge(
        &self,
        dossiers: Vec<Dossier>,
        opening: &BTreeSet<SectionSlug>,
        first_pass_done: bool,
        now: DateTime<Utc>,
    ) -> Changeset {
        let stored = CandidateSet { dossiers, ..CandidateSet::default() };
        let batch = Batch::assemble(stored, Vec::new(), BTreeMap::new(), now);
        self.judge(batch, &Circumstances { now, first_pass_done, opening, comes_in: false, entered: None }, true)
    }

    /// Judges pieces again that caps hold back, and lets in as many as there is room for beside what `entered` today.
    pub fn release(
        &self,
        dossiers: Vec<Dossier>,
        entered: &Entered,
        first_pass_done: bool,
        now: DateTime<Utc>,
    ) -> Changeset {
        let stored = CandidateSet { dossiers, ..CandidateSet::default() };
        let batch = Batch::assemble(stored, Vec::new(), BTreeMap::new(), now);
        let opening = BTreeSet::new();
        let entered = Some(entered);
        self.judge(batch, &Circumstances { now, first_pass_done, opening: &opening, comes_in: false, entered }, true)
    }

    /// `all`: pieces whose entries have not changed are judged too.
    fn judge(&self, mut batch: Batch, when: &Circumstances<'_>, all: bool) -> Changeset {
        let (groups, mut doubts) = batch.cluster(&self.standard);
        let named = name(groups, &batch);
        let drafts: Vec<Draft<'_>> = named.iter().filter_map(|named| self.draft_of(named, &batch, when)).collect();
        let leads: Vec<&StoredEntry> = drafts.iter().map(|draft| draft.lead).collect();
        let atom_ids = atom_ids(&named, &leads, &batch, &self.domains, &self.policy);
        let Works { of: works, doubts: translations } = works(&named, &batch, &self.standard.limits);
        doubts.extend(translations);
        let mut versions: BTreeMap<&PieceId, usize> = BTreeMap::new();
        for work in &works {
            *versions.entry(work).or_default() += 1;
        }
        let announced_again = announce_again(&drafts, &batch);

        let mut pieces: BTreeMap<usize, Piece> = BTreeMap::new();
        let mut newcomers = Newcomers::default();
        for (number, ((draft, atom_id), work)) in drafts.iter().zip(atom_ids).zip(&works).enumerate() {
            let before = draft.named.before.as_ref();
            if !all && !draft.named.is_touched && before.is_some_and(|piece| piece.work == *work) {
                continue;
            }
            let has_versions = versions.get(work).is_some_and(|count| *count > 1) || *work != draft.named.id;
            let piece = self.piece(draft, atom_id, work.clone(), has_versions, None, &announced_again, when);
            newcomers.add(number, &piece, draft.lead, draft.named, &self.policy);
            pieces.insert(number, piece);
        }
        if let Some(entered) = when.entered.filter(|_| when.first_pass_done) {
            for (number, held) in newcomers.beyond(entered, &self.policy) {
                if let (Some(piece), Some(draft)) = (pieces.get_mut(&number), drafts.get(number)) {
                    hold(piece, &held, draft.named, &self.policy);
                }
            }
        }
        for (number, why) in hold_again(&drafts, &batch, when, &self.policy) {
            if let (Some(piece), Some(draft)) = (pieces.get_mut(&number), drafts.get(number)) {
                let shown = piece.placements.iter().filter(|placement| placement.state == PlacementState::Auto);
                let held = shown.map(|placement| (placement.section.clone(), why.clone())).collect();
                hold(piece, &held, draft.named, &self.policy);
            }
        }
        let is_as_before = |(number, piece): (&usize, &mut Piece)| {
            drafts.get(*number).and_then(|draft| draft.named.before.as_ref()) == Some(piece)
        };
        pieces.retain(|number, piece| !is_as_before((number, piece)));
        let absorbed = named
            .iter()
            .flat_map(|named| named.absorbed.iter().map(|piece| (piece.id.clone(), named.id.clone())))
            .collect();
        let pieces = pieces.into_values().collect();
        drop(drafts);
        let (new, changed) = (std::mem::take(&mut batch.new), std::mem::take(&mut batch.changed));
        Changeset { pieces, absorbed, entries: batch.into_written(), new, changed, doubts }
    }

    /// The entries, decisions and lead of a group; `None` for a group without entries, which does not occur.
    fn draft_of<'a>(&self, named: &'a Named, batch: &'a Batch, when: &Circumstances<'_>) -> Option<Draft<'a>> {
        let members: Vec<&StoredEntry> = named.members.iter().filter_map(|place| batch.entries.get(*place)).collect();
        let keys: BTreeSet<&EntryKey> = members.iter().map(|entry| &entry.key).collect();
        let is_about_it = |decision: &&Decision| match &decision.action {
            Action::Language { source, language, .. } => members.iter().any(|entry| {
                let spoken = entry.entry.language.as_ref().map(plenary_model::language::Language::primary);
                entry.source == *source && spoken == Some(language.as_str()) && entry.first_seen <= decision.at
            }),
            _ => decision.entry.as_ref().is_some_and(|entry| keys.contains(entry)),
        };
        let decisions = batch.decisions.iter().filter(is_about_it).collect();
        self.draft(named, members, decisions, when)
    }

    pub(super) fn draft<'a>(
        &self,
        named: &'a Named,
        members: Vec<&'a StoredEntry>,
        decisions: Vec<&'a Decision>,
        when: &Circumstances<'_>,
    ) -> Option<Draft<'a>> {
        let standing = || members.iter().copied().filter(|entry| entry.withdrawn.is_none());
        let entries = if standing().next().is_some() { standing().collect() } else { members.clone() };
        let known = named.before.as_ref().filter(|_| when.first_pass_done);
        let Lead { key, reason } = choose_lead(&entries, &decisions, known, &self.domains, &self.policy)?;
        let lead = entries.iter().copied().find(|entry| entry.key == key)?;
        Some(Draft { named, members, entries, decisions, lead, lead_reason: reason })
    }

    /// The piece of a draft; `kept`: facets that are known to hold.
    #[expect(clippy::too_many_arguments, reason = "what a piece is derived from, each from another step")]
    pub(super) fn piece(
        &self,
        draft: &Draft<'_>,
        atom_id: String,
        work: PieceId,
        has_versions: bool,
        kept: Option<Facets>,
        announced_again: &BTreeMap<EntryKey, Announcement>,
        when: &Circumstances<'_>,
    ) -> Piece {
        let named = draft.named;
        let before = named.before.as_ref();
        let dated = date_piece(&draft.entries, &draft.decisions);
        let carriers = self.carriers(draft.lead, &draft.entries);
        let first_seen = draft.members.iter().map(|entry| entry.first_seen).min().unwrap_or(when.now);
        let case = Case {
            entry: &draft.lead.entry,
            carriers: &carriers,
            dated: dated.at,
            has_copies: draft.entries.len() > 1,
            has_versions,
            age: first_seen - dated.at,
        };
        // None of its sources is in the policy any more, or its text is gone: nothing new can be said of it.
        let known = before.filter(|_| carriers.is_empty() || draft.lead.is_bare);
        let facets = match (kept, known) {
            (Some(facets), _) => facets,
            (None, Some(piece)) => piece.facets.clone(),
            (None, None) => self.classifier.facets(&case),
        };
        let mut recommended = self.recommend(&case, &facets, named, known.is_some(), when);
        let staff = StaffDecisions::replay(&draft.decisions, &recommended.suggestions);
        recommended.drop_decided(&staff);
        let placing = Placing {
            suggestions: &recommended.suggestions,
            opinions: &recommended.opinions,
            trust: self.trust(draft),
            staff: &staff,
            dated: dated.at,
            before,
            absorbed: &named.absorbed,
            doubts: &facets.doubts,
        };
        let placements = match known {
            Some(piece) if carriers.is_empty() || !staff.has_spoken() => keep_placements(piece, &self.policy, when.now),
            None if carriers.is_empty() => Vec::new(),
            _ => place(&placing, &self.policy, when),
        };
        let (updated, held_update) = updates(draft, dated.at, &staff, announced_again, when.now);
        Piece {
            id: named.id.clone(),
            work,
            atom_id,
            lead: draft.lead.key.clone(),
            lead_reason: draft.lead_reason.clone(),
            members: named.memberships.clone(),
            dated: dated.at,
            date_doubtful: dated.is_doubtful,
            updated,
            held_update,
            first_seen,
            withdrawn: withdrawal(&draft.decisions).or_else(|| last_withdrawal(&draft.members)),
            facets,
            placements,
        }
    }

    /// Where rules put a piece and what models say; nothing when the piece's sources have all left the policy, or its
    /// text is gone.
    fn recommend(
        &self,
        case: &Case<'_>,
        facets: &Facets,
        named: &Named,
        is_unread: bool,
        when: &Circumstances<'_>,
    ) -> Recommendations {
        let learning = self.policy.rules.learned;
        if case.carriers.is_empty() || is_unread {
            return Recommendations::combine(Vec::new(), None, &[], learning, false);
        }
        let by_rule = self.classifier.sections(case, facets);
        let before = named.before.as_ref();
        let kept = list_kept(before, learning);
        let advice = self.classifier.advice(case, facets, &by_rule, &kept);
        let is_seen = before.into_iter().chain(&named.absorbed).any(Piece::is_shown);
        Recommendations::combine(by_rule, advice, &kept, learning, when.comes_in && !is_seen)
    }

    /// The sources of `entries` that are in the policy, the lead's first, then by first sight.
    pub(super) fn carriers(&self, lead: &StoredEntry, entries: &[&StoredEntry]) -> Vec<Carrier> {
        let mut others: Vec<&StoredEntry> = entries.iter().copied().filter(|entry| entry.key != lead.key).collect();
        others.sort_by(|x, y| (x.first_seen, &x.key).cmp(&(y.first_seen, &y.key)));
        let mut seen: BTreeSet<&SourceId> = BTreeSet::new();
        std::iter::once(lead)
            .chain(others)
            .filter(|entry| seen.insert(&entry.source))
            .filter_map(|entry| self.policy.source(&entry.source))
            .map(|source| Carrier {
                source: source.id.clone(),
                name: source.name.clone(),
                standing: source.standing,
                countries: source.countries.clone(),
            })
            .collect()
    }

    /// One trusted carrier is enough; a blocked one counts for nothing.
    fn trust(&self, draft: &Draft<'_>) -> Trust {
        let trusts = || draft.entries.iter().filter_map(|entry| self.policy.source(&entry.source)).map(|s| s.trust);
        [Trust::Trusted, Trust::Review]
            .into_iter()
            .find(|trust| trusts().any(|carried| carried == *trust))
            .unwrap_or(Trust::Blocked)
    }
}

fn withdrawal(decisions: &[&Decision]) -> Option<Withdrawal> {
    decisions.iter().rev().find_map(|decision| match &decision.action {
        Action::Withdraw { reason } => Some(Withdrawal { at: decision.at, reason: reason.clone() }),
        _ => None,
    })
}

/// The last withdrawal by a publisher, once all who carried the piece took it back.
fn last_withdrawal(members: &[&StoredEntry]) -> Option<Withdrawal> {
    let withdrawals: Option<Vec<&Withdrawal>> = members.iter().map(|entry| entry.withdrawn.as_ref()).collect();
    withdrawals?.into_iter().max_by_key(|withdrawal| withdrawal.at).cloned()
}
