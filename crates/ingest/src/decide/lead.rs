//! The lead: which entry of a piece is shown. The original publisher rather than a re-publisher.

use super::dates::out_by;
use plenary_model::decision::{Action, Decision};
use plenary_model::entry::StoredEntry;
use plenary_model::id::{EntryKey, SourceId};
use plenary_model::link::host_of;
use plenary_model::piece::Piece;
use plenary_model::policy::Policy;
use plenary_model::reason::LeadReason;
use plenary_model::source::Trust;
use std::collections::{BTreeSet, HashMap};

/// How near an entry is to the origin of its text, nearest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    /// It says itself that it was taken over, or it stands on another organisation's domain.
    TakenOver,
    /// Nothing says either.
    Open,
    /// It stands on its own organisation's domain and names no other origin.
    Own,
}

pub(super) struct Domains {
    /// Who publishes on a domain or below it.
    owners: HashMap<String, Vec<SourceId>>,
}

impl Domains {
    /// The hosts of each source's site and feeds, and the domains of its organisation.
    pub(super) fn collect(policy: &Policy) -> Self {
        let mut owners: HashMap<String, Vec<SourceId>> = HashMap::new();
        for source in &policy.sources {
            let mut hosts: BTreeSet<String> =
                source.site.iter().chain(&source.feeds).filter_map(|address| host_of(address)).collect();
            let is_its = |name: &String| name.eq_ignore_ascii_case(&source.name);
            for organisation in policy.organisations.iter().filter(|o| is_its(&o.name) || o.aliases.iter().any(is_its))
            {
                hosts.extend(organisation.domains.iter().map(|domain| domain.to_ascii_lowercase()));
            }
            for host in hosts {
                owners.entry(host).or_default().push(source.id.clone());
            }
        }
        Self { owners }
    }

    /// The sources that publish on `host`: those of itself and of every domain above it.
    fn owners<'a>(&'a self, host: &'a str) -> impl Iterator<Item = &'a SourceId> {
        let above = host.match_indices('.').filter_map(|(dot, _)| host.get(dot + 1..));
        std::iter::once(host).chain(above).filter_map(|domain| self.owners.get(domain)).flatten()
    }

    pub(super) fn holds(&self, source: &SourceId, host: &str) -> bool {
        self.owners(host).any(|owner| owner == source)
    }

    fn is_held_by_another(&self, source: &SourceId, host: &str) -> bool {
        self.owners(host).any(|owner| owner != source)
    }

    /// True when the entry's id names a domain of its own source: it may well claim that id.
    pub(super) fn holds_id(&self, entry: &StoredEntry) -> bool {
        let id = entry.entry.id.as_str();
        // RFC 4151: `tag:` authority `,` date `:` …
        let authority = id.strip_prefix("tag:").and_then(|rest| rest.split(',').next());
        authority
            .map(str::to_ascii_lowercase)
            .or_else(|| host_of(id))
            .is_some_and(|host| self.holds(&entry.source, host.strip_prefix("www.").unwrap_or(&host)))
    }

    fn nearness(&self, entry: &StoredEntry) -> Nearness {
        let own = |address: &String| host_of(address).is_some_and(|host| self.holds(&entry.source, &host));
        let canonical = entry.entry.links.iter().filter(|link| link.rel == "canonical").map(|link| &link.href);
        let named = entry.entry.source.iter().flat_map(|origin| origin.link.iter().chain(&origin.id));
        if canonical.chain(named).any(|address| host_of(address).is_some() && !own(address)) {
            return Nearness::TakenOver;
        }
        match entry.entry.link.as_ref().and_then(|link| host_of(link)) {
            Some(host) if self.holds(&entry.source, &host) => Nearness::Own,
            Some(host) if self.is_held_by_another(&entry.source, &host) => Nearness::TakenOver,
            _ => Nearness::Open,
        }
    }
}

pub(super) struct Lead {
    pub(super) key: EntryKey,
    pub(super) reason: LeadReason,
}

/// Chooses among `entries`, which are never empty. `before` is the piece as readers know it; `None` during the first
/// pass over all sources, in which the order of polls is chance.
pub(super) fn choose_lead(
    entries: &[&StoredEntry],
    decisions: &[&Decision],
    before: Option<&Piece>,
    domains: &Domains,
    policy: &Policy,
) -> Option<Lead> {
    let by_staff = decisions.iter().rev().find_map(|d| {
        let key = d.entry.as_ref().filter(|_| d.action == Action::Lead)?;
        entries.iter().any(|entry| entry.key == *key).then_some(key)
    });
    if let Some(key) = by_staff {
        return Some(Lead { key: key.clone(), reason: LeadReason::Staff });
    }
    // Without their texts nothing speaks for another than before.
    let is_unread = |piece: &&Piece| {
        piece.lead_reason != LeadReason::Staff
            && entries.iter().all(|entry| entry.is_bare)
            && entries.iter().any(|entry| entry.key == piece.lead)
    };
    if let Some(piece) = before.filter(is_unread) {
        return Some(Lead { key: piece.lead.clone(), reason: piece.lead_reason.clone() });
    }
    let is_blocked = |entry: &StoredEntry| policy.source(&entry.source).is_some_and(|s| s.trust == Trust::Blocked);
    let mut ranked: Vec<_> = entries
        .iter()
        .map(|entry| (is_blocked(entry), std::cmp::Reverse(domains.nearness(entry)), out_by(entry), *entry))
        .collect();
    let fullness = |entry: &StoredEntry| std::cmp::Reverse(entry.entry.body().len());
    ranked.sort_by(|x, y| (x.0, x.1, x.2, fullness(x.3), &x.3.key).cmp(&(y.0, y.1, y.2, fullness(y.3), &y.3.key)));
    let (best, second) = (ranked.first()?, ranked.get(1));
    // Readers know the piece under its lead: only its original publisher takes its place.
    let is_settled = |piece: &&Piece| piece.is_shown() && piece.lead_reason != LeadReason::Staff;
    let known = before.filter(is_settled).and_then(|piece| ranked.iter().find(|r| r.3.key == piece.lead));
    if let Some(known) = known
        && known.3.key != best.3.key
        && (known.0, known.1) <= (best.0, best.1)
    {
        return Some(Lead { key: known.3.key.clone(), reason: LeadReason::Kept });
    }
    let reason = match second {
        None => LeadReason::Only,
        Some(second) if best.0 != second.0 => LeadReason::OthersBlocked,
        Some(second) if best.1 != second.1 && best.1.0 == Nearness::Own => LeadReason::Original,
        Some(second) if best.1 != second.1 => LeadReason::OthersTakeOver,
        Some(second) if best.2 != second.2 => LeadReason::First,
        Some(second) if best.3.entry.body().len() != second.3.entry.body().len() => LeadReason::Fullest,
        Some(_) => LeadReason::Key,
    };
    Some(Lead { key: best.3.key.clone(), reason })
}
