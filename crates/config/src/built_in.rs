//! What the program brings along: the files of `policy/`, named by their paths in the repository.

/// Gives the text of one of these files. The program embeds them; tests read them from disk, so that a
/// changed list of words compiles nothing.
pub type BuiltIn = fn(&str) -> std::io::Result<String>;

pub(super) const COUNTRIES: &str = "policy/countries.tsv";
/// What is used where no file of the policy has topics, genres or organisations, in this order.
pub(super) const LISTS: [&str; 3] = ["policy/topics.toml", "policy/genres.toml", "policy/organisations.toml"];
