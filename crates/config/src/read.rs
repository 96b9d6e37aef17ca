//! Reads `feeds.toml` and what it includes into a [`Policy`], with every default filled in.

use super::built_in::{self, BuiltIn};
use super::countries::read_countries;
use super::keys::{
    AuthorshipKeys, CalendarKeys, EventKeys, FileKeys, GenreKeys, IncludedKeys, OrganisationKeys, RelayKeys,
    SectionKeys, SourceKeys, TopicKeys,
};
use super::kind::{Placed, Reading};
use super::problem::{Named, Problem, Problems};
use super::refer::{Lists, check_references};
use super::table::{Keys, read_table};
use plenary_model::authorship::Authorship;
use plenary_model::country::Country;
use plenary_model::id::digest;
use plenary_model::policy::Policy;
use plenary_model::system::name_refusal;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// Reads an included file by its path as written.
pub type Include<'a> = &'a dyn Fn(&str) -> std::io::Result<String>;

/// Largest logo, in bytes: it is part of every page's first view.
const LOGO_BYTES_MAX: usize = 64 * 1_024;

/// Reads the policy at `path`; included files lie relative to it, what no file gives is `built_in`.
pub fn read(path: &Path, built_in: BuiltIn) -> Result<Policy, Problems> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let remedy = "name the file with --config, or start from the feeds.toml in the repository";
        Problems(vec![Named::new(&name, "").problem(0, name_refusal("cannot be read", &error), remedy)])
    })?;
    let folder = find_folder(path);
    read_text(&name, &text, &|include| std::fs::read_to_string(folder.join(include)), built_in)
}

/// What the policy at `path` includes of `policy/` that does not lie beside it: there the program's own lists are read.
pub fn list_stand_ins(path: &Path) -> Vec<&'static str> {
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    let keys: FileKeys = read_keys(&Named::new("", &text), &mut Vec::new());
    let included = keys.network.unwrap_or_default().include.into_iter().flatten();
    let missing = included.filter(|include| !find_folder(path).join(&include.value).exists());
    missing.filter_map(|include| built_in::find_stand_in(&include.value)).collect()
}

/// The files of the policy at `path`: itself and what it includes, as far as it can be read.
pub fn files(path: &Path) -> Vec<PathBuf> {
    let mut found = vec![path.to_path_buf()];
    let folder = find_folder(path);
    if let Ok(text) = std::fs::read_to_string(path) {
        let keys: FileKeys = read_keys(&Named::new("", &text), &mut Vec::new());
        let network = keys.network.unwrap_or_default();
        let named = network.include.into_iter().flatten().chain(network.logo);
        found.extend(named.map(|path| folder.join(path.value)));
    }
    found
}

fn find_folder(path: &Path) -> PathBuf {
    path.parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Reads a policy from text; `include` reads the files that it names, what no file gives is `built_in`.
pub fn read_text(name: &str, text: &str, include: Include<'_>, built_in: BuiltIn) -> Result<Policy, Problems> {
    let mut problems = Vec::new();
    let file = Named::new(name, text);
    let mut keys: FileKeys = read_keys(&file, &mut problems);
    let texts = read_included(&file, &keys, include, built_in, &mut problems);
    let logo = read_logo(&file, &keys, include, &mut problems);
    let included: Vec<Named<'_>> = texts.iter().map(|(name, text)| Named::new(name, text)).collect();
    let mut bring = |path: &'static str| {
        built_in(path).unwrap_or_else(|error| {
            let remedy = "it comes with the program: build or install it anew";
            problems.push(Named::new(path, "").problem(0, format!("cannot be read: {error}"), remedy));
            String::new()
        })
    };
    let brought = built_in::LISTS.map(|path| (path, bring(path)));
    let table = bring(built_in::COUNTRIES);
    let countries = read_countries(&Named::new(built_in::COUNTRIES, &table), &mut problems);
    let brought = brought.each_ref().map(|(path, text)| Named::new(path, text));

    let own = IncludedKeys {
        topic: keys.topic.take(),
        genre: keys.genre.take(),
        organisation: keys.organisation.take(),
        authorship: keys.authorship.take(),
        relay: keys.relay.take(),
    };
    let mut lists = vec![Lists { file: &file, keys: own, is_built_in: false }];
    for file in &included {
        lists.push(Lists { file, keys: read_keys(file, &mut problems), is_built_in: false });
    }
    let gives: [fn(&IncludedKeys) -> bool; 4] = [
        |keys| keys.topic.is_some(),
        |keys| keys.genre.is_some(),
        |keys| keys.organisation.is_some(),
        |keys| keys.authorship.is_some() || keys.relay.is_some(),
    ];
    for (gives, file) in gives.into_iter().zip(&brought) {
        if !lists.iter().any(|list| gives(&list.keys)) {
            lists.push(Lists { file, keys: read_keys(file, &mut problems), is_built_in: true });
        }
    }
    check_references(&file, &keys, &lists, &mut problems);
    // Files in the order in which they were read, then by place.
    let order: Vec<&str> = lists.iter().map(|list| list.file.name).collect();
    // The card of the models tells one set from another: with others, pieces may move as under another policy.
    let card = built_in(built_in::MODELS_CARD).ok();
    let texts = lists.iter().map(|list| list.file.text).chain([table.as_str()]);
    let version = digest(texts.chain(logo.as_deref()).chain(card.as_deref()));
    problems.sort_by_cached_key(|p| (order.iter().position(|name| *name == p.file), p.line, p.column));
    problems.dedup();
    let lists = lists.into_iter().map(|list| list.keys);
    match build_policy(version, keys, lists.collect(), countries, logo) {
        Some(policy) if problems.is_empty() => Ok(policy),
        _ => Err(Problems(problems)),
    }
}

fn read_keys<T: Keys>(file: &Named<'_>, problems: &mut Vec<Problem>) -> T {
    let (table, errors) = DeTable::parse_recoverable(file.text);
    for error in errors {
        let place = error.span().map_or(0, |span| span.start);
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        let remedy = "texts stand in quotes, lists in [ ], and each key on a line of its own";
        problems.push(file.problem(place, message, remedy));
    }
    read_table(table.get_ref(), 0, "", &mut Reading { file, problems })
}

fn read_included(
    file: &Named<'_>,
    keys: &FileKeys,
    include: Include<'_>,
    built_in: BuiltIn,
    problems: &mut Vec<Problem>,
) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    // A policy file is often mounted alone in a container, and the program has the lists of `policy/`, too.
    let read = |path: &str| match include(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => match built_in::find_stand_in(path) {
            Some(list) => built_in(list),
            None => Err(error),
        },
        found => found,
    };
    for Placed { value: path, place } in keys.network.iter().flat_map(|network| network.include.iter().flatten()) {
        match read(path) {
            Ok(text) => texts.push((path.clone(), text)),
            Err(error) => {
                let remedy = "correct the path (relative to this file) or take it out of `include`";
                let message = name_refusal(format!("\"{path}\" cannot be read"), &error);
                problems.push(file.problem(*place, message, remedy));
            }
        }
    }
    texts
}

/// The logo that `[network]` names; one that cannot be used is a problem.
fn read_logo(file: &Named<'_>, keys: &FileKeys, include: Include<'_>, problems: &mut Vec<Problem>) -> Option<String> {
    let Placed { value: path, place } = keys.network.as_ref()?.logo.as_ref()?;
    let (message, remedy) = match include(path) {
        Ok(svg) if svg.len() > LOGO_BYTES_MAX => (
            format!("the logo \"{path}\" is larger than {} kB", LOGO_BYTES_MAX / 1_024),
            "simplify the drawing, or save it without embedded images",
        ),
        Ok(svg) if !svg.contains("<svg") => {
            (format!("the logo \"{path}\" is no SVG drawing"), "save it as SVG: it stays sharp at every size")
        }
        Ok(svg) => return Some(svg),
        Err(error) => (
            name_refusal(format!("the logo \"{path}\" cannot be read"), &error),
            "name an SVG file, by its path relative to this file",
        ),
    };
    problems.push(file.problem(*place, message, remedy));
    None
}

/// The policy of what was read; `None` where a key that it must have is missing or wrong.
fn build_policy(
    version: String,
    keys: FileKeys,
    lists: Vec<IncludedKeys>,
    countries: Vec<Country>,
    logo: Option<String>,
) -> Option<Policy> {
    let network = keys.network?.into_network(logo)?;
    let push = keys.push.unwrap_or_default().into_push(network.address.starts_with("https://"));
    let (mut topics, mut genres, mut organisations) = (Vec::new(), Vec::new(), Vec::new());
    let mut authorship = Authorship::default();
    for list in lists {
        topics.extend(build_all(list.topic, TopicKeys::into_topic)?);
        genres.extend(build_all(list.genre, GenreKeys::into_genre)?);
        organisations.extend(build_all(list.organisation, OrganisationKeys::into_organisation)?);
        let terms = list.authorship.into_iter().flatten();
        authorship.terms.extend(terms.map(|(language, keys)| (language, AuthorshipKeys::into_terms(keys))));
        authorship.relays.extend(build_all(list.relay, RelayKeys::into_relay)?);
    }
    Some(Policy {
        version,
        network,
        polling: keys.polling.unwrap_or_default().into_polling(),
        rules: keys.policy.unwrap_or_default().into_rules(),
        push,
        serving: keys.serve.unwrap_or_default().into_serving(),
        sources: build_all(keys.source, SourceKeys::into_source)?,
        sections: build_all(keys.section, SectionKeys::into_section)?,
        topics,
        genres,
        organisations,
        authorship,
        countries,
        events: build_all(keys.event, EventKeys::into_event)?,
        calendars: build_all(keys.calendar, CalendarKeys::into_calendar)?,
    })
}

fn build_all<T, M>(tables: Option<Vec<T>>, build: impl Fn(T) -> Option<M>) -> Option<Vec<M>> {
    tables.into_iter().flatten().map(build).collect()
}
