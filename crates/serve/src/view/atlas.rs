//! Where the organisations are: a tile for each region of the world with how many, and the table behind
//! it. Drawn as SVG; the map is the same for readers from left to right and from right to left.

use super::{Named, Scene};
use crate::address::Place;
use crate::world::{self, Region};
use plenary_model::policy::Policy;
use plenary_model::query::Field;
use std::collections::BTreeMap;

/// Distance from one tile to the next, in units of the drawing.
const PITCH: u16 = 38;
/// Room above the first row, for the names of continents.
const HEAD: u16 = 16;
/// Organisations from which a tile counts as having some, and as having many.
const SOME: usize = 3;
const MANY: usize = 6;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tile {
    /// Left edge.
    pub(crate) x: u16,
    /// Upper edge.
    pub(crate) y: u16,
    /// `none`, `few`, `some` or `many`, for the style sheet.
    pub(crate) tone: &'static str,
    /// Organisations; empty for none.
    pub(crate) number: String,
    /// Name of the region, and how many.
    pub(crate) title: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) region: String,
    pub(crate) number: String,
    pub(crate) countries: Vec<Named>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Atlas {
    pub(crate) tiles: Vec<Tile>,
    /// Regions with an organisation, most first.
    pub(crate) rows: Vec<Reach>,
}

/// The regions of the policy's organisations; empty where no source names a country.
pub(crate) fn draw_atlas(scene: &Scene<'_>) -> Atlas {
    let found = reach(scene.policy);
    if found.is_empty() {
        return Atlas::default();
    }
    let tag = scene.locale.tag;
    let tiles = world::regions().iter().map(|region| tile(scene, region, &found)).collect();
    let mut rows: Vec<(usize, Reach)> = world::regions()
        .iter()
        .filter_map(|region| {
            let (sources, countries) = found.get(region.id.as_str())?;
            let number = scene.locale.number(sources.len());
            let countries = countries.keys().map(|code| country(scene, code)).collect();
            Some((sources.len(), Reach { region: region.name(tag).to_owned(), number, countries }))
        })
        .collect();
    rows.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    Atlas { tiles, rows: rows.into_iter().map(|(_, row)| row).collect() }
}

/// A country by its code, with the page of what comes from there.
pub(crate) fn country(scene: &Scene<'_>, code: &str) -> Named {
    let name = world::country(code, scene.locale.tag).unwrap_or(code).to_owned();
    Named { name, href: Some(scene.to(&Place::Value(Field::Country, code.to_lowercase(), 1))) }
}

/// By region: the sources that work there, and the countries with their sources.
type Reached<'a> = BTreeMap<&'static str, (Vec<&'a str>, BTreeMap<&'a str, usize>)>;

fn reach(policy: &Policy) -> Reached<'_> {
    let mut found: Reached<'_> = BTreeMap::new();
    for source in policy.sources.iter().filter(|source| source.enabled) {
        for code in &source.countries {
            let Some(region) = world::region_of(code) else { continue };
            let (sources, countries) = found.entry(region).or_default();
            // A source of three countries of one region counts once there.
            if sources.last() != Some(&source.id.as_str()) {
                sources.push(source.id.as_str());
            }
            *countries.entry(code.as_str()).or_default() += 1;
        }
    }
    found
}

fn tile(scene: &Scene<'_>, region: &'static Region, found: &Reached<'_>) -> Tile {
    let count = found.get(region.id.as_str()).map_or(0, |(sources, _)| sources.len());
    let tone = match count {
        0 => "none",
        count if count < SOME => "few",
        count if count < MANY => "some",
        _ => "many",
    };
    let counted = scene.locale.count(&scene.locale.words.count.sources, count);
    Tile {
        x: u16::from(region.column) * PITCH,
        y: HEAD + u16::from(region.row) * PITCH,
        tone,
        number: if count == 0 { String::new() } else { scene.locale.number(count) },
        title: scene.locale.label(region.name(scene.locale.tag), &counted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;

    #[test]
    fn a_source_counts_once_in_each_of_its_regions() {
        let mut policy = samples::policy();
        policy.sources[0].countries = ["BO", "PE", "CH"].map(str::to_owned).to_vec();
        policy.sources[1].countries = ["PE", "XX"].map(str::to_owned).to_vec();
        let atlas = draw_atlas(&samples::scene(&policy, "fr"));
        let rows: Vec<(&str, &str)> = atlas.rows.iter().map(|r| (r.region.as_str(), r.number.as_str())).collect();
        assert_eq!(rows, [("Amérique du Sud", "2"), ("Europe occidentale", "1")]);
        let named: Vec<&str> = atlas.rows[0].countries.iter().map(|country| country.name.as_str()).collect();
        assert_eq!(named, ["Bolivie", "Pérou"]);
        assert_eq!(atlas.rows[0].countries[1].href.as_deref(), Some("/fr/countries/pe"));
        assert_eq!(atlas.tiles.len(), world::regions().len());
        assert_eq!(atlas.tiles.iter().filter(|tile| tile.tone == "few").count(), 2);
    }

    #[test]
    fn without_countries_there_is_no_picture() {
        let policy = samples::policy();
        assert_eq!(draw_atlas(&samples::scene(&policy, "en")), Atlas::default());
    }
}
