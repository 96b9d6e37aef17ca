//! What the program brings along: the files of `policy/`, named by their paths in the repository.

/// Gives the text of one of these files. The program embeds them; tests read them from disk, so that a
/// changed list of words compiles nothing.
pub type BuiltIn = fn(&str) -> std::io::Result<String>;

pub(super) const COUNTRIES: &str = "policy/countries.tsv";
/// What the models of facets were made of, with their digest.
pub(super) const MODELS_CARD: &str = "policy/facets.md";
/// What is used where no file of the policy has topics, genres, organisations or authorship, in this order.
pub(super) const LISTS: [&str; 4] =
    ["policy/topics.toml", "policy/genres.toml", "policy/organisations.toml", "policy/authorship.toml"];

/// The file of the program that stands in for an included one of its name, where that does not lie beside the policy.
pub(super) fn find_stand_in(include: &str) -> Option<&'static str> {
    let name = include.strip_prefix("./").unwrap_or(include);
    LISTS.into_iter().find(|list| *list == name)
}
