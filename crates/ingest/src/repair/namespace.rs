//! Which vocabulary an element or attribute is from, however its publisher spells the namespace.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ns {
    /// RSS of any version, CDF, and names without a namespace.
    Core,
    /// Atom 1.0, and 0.3 and its forerunners.
    Atom,
    /// Dublin Core elements.
    Dc,
    DcTerms,
    Content,
    Itunes,
    Media,
    /// RSS `syndication` module.
    Sy,
    Rdf,
    Xhtml,
    Xml,
    Feedburner,
    /// Feed history (RFC 5005).
    History,
    /// Tombstones (RFC 6721).
    Tombstones,
    /// Taken from this document with `xmlns`.
    Declaration,
    Other,
}

/// Namespace names in lower case and without a trailing slash or `#`.
const NAMES: &[(&str, Ns)] = &[
    ("http://www.w3.org/2005/atom", Ns::Atom),
    ("http://purl.org/atom/ns", Ns::Atom),
    ("http://purl.org/pie", Ns::Atom),
    ("http://purl.org/echo", Ns::Atom),
    ("http://example.com/necho", Ns::Atom),
    ("http://example.com/newformat", Ns::Atom),
    ("uri/of/echo/namespace", Ns::Atom),
    ("http://purl.org/rss/1.0", Ns::Core),
    ("http://purl.org/rss/1.0/modules/rss091", Ns::Core),
    ("http://purl.org/net/rss1.1", Ns::Core),
    ("http://my.netscape.com/rdf/simple/0.9", Ns::Core),
    ("http://channel.netscape.com/rdf/simple/0.9", Ns::Core),
    ("http://blogs.law.harvard.edu/tech/rss", Ns::Core),
    ("http://cyber.law.harvard.edu/rss/rss.html", Ns::Core),
    ("http://purl.org/dc/elements/1.1", Ns::Dc),
    ("http://purl.org/dc/elements/1.0", Ns::Dc),
    ("http://purl.org/dc/terms", Ns::DcTerms),
    ("http://purl.org/rss/1.0/modules/dcterms", Ns::DcTerms),
    ("http://purl.org/rss/1.0/modules/content", Ns::Content),
    ("http://purl.org/rss/1.0/modules/syndication", Ns::Sy),
    ("http://www.itunes.com/dtds/podcast-1.0.dtd", Ns::Itunes),
    ("http://example.com/dtds/podcast-1.0.dtd", Ns::Itunes),
    ("http://search.yahoo.com/mrss", Ns::Media),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns", Ns::Rdf),
    ("http://www.w3.org/1999/xhtml", Ns::Xhtml),
    ("http://www.w3.org/xml/1998/namespace", Ns::Xml),
    ("http://rssnamespace.org/feedburner/ext/1.0", Ns::Feedburner),
    ("http://purl.org/syndication/history/1.0", Ns::History),
    ("http://purl.org/atompub/tombstones/1.0", Ns::Tombstones),
];

/// Prefixes that are used without being declared.
const PREFIXES: &[(&str, Ns)] = &[
    ("atom", Ns::Atom),
    ("content", Ns::Content),
    ("dc", Ns::Dc),
    ("dcterms", Ns::DcTerms),
    ("feedburner", Ns::Feedburner),
    ("itunes", Ns::Itunes),
    ("media", Ns::Media),
    ("rdf", Ns::Rdf),
    ("rss", Ns::Core),
    ("sy", Ns::Sy),
    ("xhtml", Ns::Xhtml),
    ("xml", Ns::Xml),
    ("xmlns", Ns::Declaration),
];

impl Ns {
    pub(super) fn of_name(name: &str) -> Self {
        let name = name.trim().to_ascii_lowercase();
        if name.contains("backend.userland.com/rss") {
            return Self::Core;
        }
        let name = name.trim_end_matches(['/', '#']);
        let name = name.strip_prefix("https:").map_or_else(|| name.to_owned(), |rest| format!("http:{rest}"));
        NAMES.iter().find(|(known, _)| *known == name).map_or(Self::Other, |(_, ns)| *ns)
    }

    pub(super) fn of_prefix(prefix: &str) -> Option<Self> {
        PREFIXES.iter().find(|(known, _)| prefix.eq_ignore_ascii_case(known)).map(|(_, ns)| *ns)
    }

    /// True for the vocabularies that feeds are written in.
    pub(crate) fn is_feed(self) -> bool {
        matches!(self, Self::Core | Self::Atom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_namespace_are_one() {
        assert_eq!(Ns::of_name("http://www.w3.org/2005/Atom"), Ns::Atom);
        assert_eq!(Ns::of_name("https://www.w3.org/2005/Atom/"), Ns::Atom);
        assert_eq!(Ns::of_name("http://backend.userland.com/RSS2"), Ns::Core);
        assert_eq!(Ns::of_name("http://search.yahoo.com/mrss/"), Ns::Media);
        assert_eq!(Ns::of_name("http://example.org/"), Ns::Other);
        assert_eq!(Ns::of_prefix("DC"), Some(Ns::Dc));
    }
}
