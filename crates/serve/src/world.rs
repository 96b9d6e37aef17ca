//! The world as pages name and draw it: countries by code, and the tiles of the regional picture. Part of
//! the program, read once.

use plenary_model::fold;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The languages of the names, in the order of the files.
const LANGUAGES: [&str; 4] = ["en", "fr", "es", "ar"];

static WORLD: LazyLock<World> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the files are built in, and a test reads them")]
    World::read(
        include_str!("world/regions.toml"),
        include_str!("world/countries.toml"),
        include_str!("world/areas.toml"),
    )
    .expect("the built-in lists are well-formed")
});

#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) id: String,
    /// Column, from the west.
    pub(crate) column: u8,
    /// Row, from the north.
    pub(crate) row: u8,
    names: [String; 4],
}

#[derive(Debug)]
struct World {
    regions: Vec<Region>,
    countries: BTreeMap<String, (String, [String; 4])>,
    areas: Vec<[String; 4]>,
}

impl World {
    fn read(regions: &str, countries: &str, areas: &str) -> Result<Self, toml::de::Error> {
        type Tile = (u8, u8, String, String, String, String);
        let regions: BTreeMap<String, Tile> = toml::from_str(regions)?;
        let regions = regions.into_iter().map(|(id, (column, row, en, fr, es, ar))| Region {
            id,
            column,
            row,
            names: [en, fr, es, ar],
        });
        let mut regions: Vec<Region> = regions.collect();
        regions.sort_by_key(|region| (region.row, region.column));
        let countries: BTreeMap<String, (String, String, String, String, String)> = toml::from_str(countries)?;
        let countries =
            countries.into_iter().map(|(code, (region, en, fr, es, ar))| (code, (region, [en, fr, es, ar])));
        let mut areas: BTreeMap<String, Vec<[String; 4]>> = toml::from_str(areas)?;
        Ok(Self { regions, countries: countries.collect(), areas: areas.remove("areas").unwrap_or_default() })
    }
}

fn pick_name(names: &'static [String; 4], tag: &str) -> &'static str {
    let at = LANGUAGES.iter().position(|one| *one == tag).unwrap_or_default();
    names.get(at).map_or("", String::as_str)
}

impl Region {
    /// Its name in the language of `tag`.
    pub(crate) fn name(&'static self, tag: &str) -> &'static str {
        pick_name(&self.names, tag)
    }
}

/// The name of a larger region in the language of `tag`, by its name in any language; `None` for one that is not known.
pub(crate) fn area(name: &str, tag: &str) -> Option<&'static str> {
    let name = fold::line(name);
    let known = WORLD.areas.iter().find(|names| names.iter().any(|known| fold::line(known) == name))?;
    Some(pick_name(known, tag))
}

/// All tiles, from the north-west to the south-east.
pub(crate) fn regions() -> &'static [Region] {
    &WORLD.regions
}

/// The region of a country, by its code in capital letters.
pub(crate) fn region_of(code: &str) -> Option<&'static str> {
    WORLD.countries.get(code).map(|(region, _)| region.as_str())
}

/// The name of a country in the language of `tag`; `None` for a code that is not known.
pub(crate) fn country(code: &str, tag: &str) -> Option<&'static str> {
    WORLD.countries.get(code).map(|(_, names)| pick_name(names, tag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_country_has_a_tile_and_a_name_in_every_language() {
        let known: BTreeSet<&str> = regions().iter().map(|region| region.id.as_str()).collect();
        let places: BTreeSet<(u8, u8)> = regions().iter().map(|region| (region.column, region.row)).collect();
        assert_eq!(places.len(), regions().len(), "two tiles in one place");
        for (code, (region, names)) in &WORLD.countries {
            assert!(code.len() == 2, "{code}: {region}");
            assert!(known.contains(region.as_str()), "{code}: {region}");
            assert!(names.iter().all(|name| !name.trim().is_empty()), "{code}");
        }
        let used: BTreeSet<&str> = WORLD.countries.values().map(|(region, _)| region.as_str()).collect();
        assert_eq!(used, known, "a tile without a country");
        assert_eq!(country("CH", "es"), Some("Suiza"));
        assert_eq!(country("XX", "en"), None);
        assert_eq!(area("latin america", "ar"), Some("أمريكا اللاتينية"));
        assert_eq!(area("Somewhere", "en"), None);
    }
}
