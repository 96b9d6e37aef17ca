//! The organisations that the policy knows, by name and by domain.

use super::lexicon::{Builder, Role};
use super::words::FoldedText;
use plenary_model::link::host_of;
use plenary_model::policy::Policy;
use plenary_model::source::Standing;
use std::collections::{HashMap, HashSet};

#[derive(Clone, Debug)]
pub(super) struct ListedOrganisation {
    pub(super) name: String,
    pub(super) standing: Standing,
}

#[derive(Debug, Default)]
pub(super) struct Directory {
    organisations: Vec<ListedOrganisation>,
    names: HashMap<String, usize>,
    domains: HashMap<String, usize>,
    /// Domains of those who carry texts of others.
    relay_domains: HashSet<String>,
    /// The organisations that are relays.
    relays: HashSet<usize>,
}

impl Directory {
    /// The organisations of the policy, and its sources and the network itself where not among them. Their names join
    /// the terms of `lexicon`, except one-word names of sources and network, which too often mean something else.
    pub(super) fn compile(policy: &Policy, lexicon: &mut Builder) -> Self {
        let mut directory = Self::default();
        for organisation in &policy.organisations {
            let number = directory.add(&organisation.name, organisation.standing);
            for name in std::iter::once(&organisation.name).chain(&organisation.aliases) {
                directory.names.entry(FoldedText::phrase(name)).or_insert(number);
                lexicon.add(Role::Name { organisation: number }, None, &literal(name));
            }
            for domain in &organisation.domains {
                directory.domains.entry(domain.to_lowercase()).or_insert(number);
            }
        }
        let sources = policy.sources.iter().map(|one| (one.name.as_str(), one.standing, one.site.as_deref()));
        for (name, standing, site) in sources.chain([(policy.network.name.as_str(), Standing::Own, None)]) {
            let name = name.split(',').next().unwrap_or_default().trim();
            let folded = FoldedText::phrase(name);
            let domain = site.and_then(host_of);
            let known = directory.find_by_name(name).or_else(|| domain.as_deref().and_then(|d| directory.at(d)));
            let number = known.unwrap_or_else(|| directory.add(name, standing));
            if folded.contains(' ') && !directory.names.contains_key(&folded) {
                lexicon.add(Role::Name { organisation: number }, None, &literal(name));
            }
            directory.names.entry(folded).or_insert(number);
            if let Some(domain) = domain {
                directory.domains.entry(domain).or_insert(number);
            }
        }
        for relay in &policy.authorship.relays {
            directory.relay_domains.extend(relay.domains.iter().map(|domain| domain.to_lowercase()));
            let by_domain = relay.domains.iter().filter_map(|domain| directory.at(domain));
            let numbers: Vec<usize> = by_domain.chain(directory.find_by_name(&relay.name)).collect();
            directory.relays.extend(numbers);
        }
        directory
    }

    fn add(&mut self, name: &str, standing: Standing) -> usize {
        self.organisations.push(ListedOrganisation { name: name.to_owned(), standing });
        self.organisations.len() - 1
    }

    pub(super) fn get(&self, number: usize) -> Option<&ListedOrganisation> {
        self.organisations.get(number)
    }

    pub(super) fn find_by_name(&self, name: &str) -> Option<usize> {
        self.names.get(&FoldedText::phrase(name)).copied()
    }

    /// The organisation with the longest name that the text begins with: `UNICEF Argentina` is UNICEF's.
    pub(super) fn begins(&self, text: &str) -> Option<usize> {
        let folded = FoldedText::phrase(text);
        let mut words: Vec<&str> = folded.split(' ').collect();
        while !words.is_empty() {
            if let Some(number) = self.names.get(&words.join(" ")) {
                return Some(*number);
            }
            words.pop();
        }
        None
    }

    /// True for the site of one who carries texts of others as they are.
    pub(super) fn is_relay_host(&self, host: &str) -> bool {
        let mut below = std::iter::successors(Some(host), |domain| Some(domain.split_once('.')?.1));
        below.any(|domain| self.relay_domains.contains(domain))
    }

    pub(super) fn is_relay(&self, number: usize) -> bool {
        self.relays.contains(&number)
    }

    /// The organisation that publishes on this host: `www.unicef.org` lies below `unicef.org`.
    pub(super) fn at(&self, host: &str) -> Option<usize> {
        let mut domain = host;
        loop {
            if let Some(number) = self.domains.get(domain) {
                return Some(*number);
            }
            domain = domain.split_once('.')?.1;
        }
    }
}

/// A name as a term that means just these words.
fn literal(name: &str) -> String {
    name.chars().map(|c| if matches!(c, '(' | ')' | '|' | '~' | '*') { ' ' } else { c }).collect()
}
