//! A target: one feed of the site, in three formats. Which there are, what each shows, and which
//! must be rendered again after a change.

use plenary_model::change::Touched;
use plenary_model::id::{SectionSlug, SourceId};
use plenary_model::policy::Policy;
use plenary_model::view::Selection;

/// Pieces in a feed that has no section to say how many.
const RECENT_DEFAULT: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A section, in all languages or in one.
    Section {
        section: SectionSlug,
        /// Primary subtag; `None` for all languages.
        language: Option<String>,
    },
    /// All sections together.
    All {
        /// Primary subtag; `None` for all languages.
        language: Option<String>,
    },
    /// What we republish of one source.
    Source(SourceId),
    /// What a search finds, newest first; rendered when it is asked for and never stored.
    Search {
        /// The query as it is printed, so that one search has one feed however it was typed.
        query: String,
    },
}

impl Target {
    /// Its address on the site without the extension: `/sections/news/fr`, `/all`, `/sources/x`.
    pub fn stem(&self) -> String {
        match self {
            Self::Section { section, language: None } => format!("/sections/{section}"),
            Self::Section { section, language: Some(language) } => format!("/sections/{section}/{language}"),
            Self::All { language: None } => "/all".to_owned(),
            Self::All { language: Some(language) } => format!("/all/{language}"),
            Self::Source(source) => format!("/sources/{source}"),
            Self::Search { .. } => "/search".to_owned(),
        }
    }

    /// What stands after the extension in its address: the question of a search, else nothing.
    pub fn suffix(&self) -> String {
        match self {
            Self::Search { query } => {
                let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
                format!("?q={query}")
            }
            _ => String::new(),
        }
    }

    pub fn language(&self) -> Option<&str> {
        match self {
            Self::Section { language, .. } | Self::All { language } => language.as_deref(),
            Self::Source(_) | Self::Search { .. } => None,
        }
    }

    /// Sections and all together show what may be announced (no floods); a source's feed shows the newest of
    /// what is shown anywhere, since whoever asks for one source wants what it has.
    pub fn selection(&self, policy: &Policy) -> Selection {
        let recent = |slug: &SectionSlug| policy.section(slug.as_str()).map_or(RECENT_DEFAULT, |s| s.recent);
        match self {
            Self::Section { section, language } => Selection {
                section: Some(section.clone()),
                language: language.clone(),
                announced_only: true,
                limit: recent(section),
                ..Selection::default()
            },
            Self::All { language } => Selection {
                language: language.clone(),
                announced_only: true,
                limit: RECENT_DEFAULT,
                ..Selection::default()
            },
            Self::Source(source) => {
                Selection { source: Some(source.clone()), limit: RECENT_DEFAULT, ..Selection::default() }
            }
            // A search is more than a selection can say: this is how much of it is shown.
            Self::Search { .. } => Selection { limit: RECENT_DEFAULT, ..Selection::default() },
        }
    }

    /// Every feed that the policy asks for, empty or not; those of sources that left it are asked of the store.
    pub fn all(policy: &Policy) -> Vec<Self> {
        let sections = policy.sections.iter().flat_map(|section| Self::of_section(policy, &section.id));
        let sources = policy.sources.iter().map(|source| Self::Source(source.id.clone()));
        sections.chain(Self::of_all(policy)).chain(sources).collect()
    }

    /// The feeds that a change touches. Sections that the policy no longer names are left out; the feed of a source
    /// outlives its place in the policy.
    pub fn list_touched(policy: &Policy, touched: &Touched) -> Vec<Self> {
        let sections = touched.sections.iter().flat_map(|slug| Self::of_section(policy, slug));
        let all = if touched.sections.is_empty() { Vec::new() } else { Self::of_all(policy) };
        let sources = touched.sources.iter().map(|id| Self::Source(id.clone()));
        sections.chain(all).chain(sources).collect()
    }

    /// The feeds of a section: in all languages, and in each; none when the policy does not have it.
    pub fn of_section(policy: &Policy, section: &SectionSlug) -> Vec<Self> {
        let known = policy.section(section.as_str()).is_some();
        let of = |language| Self::Section { section: section.clone(), language };
        Self::languages(policy).filter(|_| known).map(of).collect()
    }

    fn of_all(policy: &Policy) -> Vec<Self> {
        Self::languages(policy).map(|language| Self::All { language }).collect()
    }

    fn languages(policy: &Policy) -> impl Iterator<Item = Option<String>> {
        std::iter::once(None).chain(policy.network.languages.iter().cloned().map(Some))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn every_section_has_a_feed_in_every_language() {
        let policy = sample::policy();
        let stems: Vec<String> = Target::all(&policy).iter().map(Target::stem).collect();
        for stem in ["/sections/news", "/sections/news/en", "/sections/news/fr", "/all", "/all/fr", "/sources/member"] {
            assert!(stems.iter().any(|s| s == stem), "{stem} is missing from {stems:?}");
        }
    }

    #[test]
    fn only_what_is_touched_is_rendered_again() {
        let policy = sample::policy();
        let touched = Touched {
            sections: vec!["news".into(), "gone".into()],
            sources: vec!["member".into()],
            ..Touched::default()
        };
        let stems: Vec<String> = Target::list_touched(&policy, &touched).iter().map(Target::stem).collect();
        assert!(stems.contains(&"/sections/news/fr".to_owned()));
        assert!(stems.contains(&"/all".to_owned()));
        assert!(!stems.iter().any(|s| s.contains("gone") || s.contains("resources")), "{stems:?}");
        assert!(Target::list_touched(&policy, &Touched::default()).is_empty());
    }

    #[test]
    fn a_section_shows_as_many_as_it_says() {
        let policy = sample::policy();
        let news = Target::Section { section: "news".into(), language: Some("fr".into()) }.selection(&policy);
        assert_eq!((news.limit, news.announced_only, news.language.as_deref()), (7, true, Some("fr")));
        assert!(!Target::Source("member".into()).selection(&policy).announced_only);
    }
}
