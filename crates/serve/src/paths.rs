//! Every address of the site that answers with a page or a file, for the static export.

use super::State;
use super::address::{FACETS, OFFLINE, Place, prefix_of, social_image_path};
use super::assets::Assets;
use super::locale::Locale;
use super::pages::{section_pages, sitemap, source_pages, value_pages};
use plenary_model::query::{Field, Query};
use plenary_model::view::{Facet, Order, PerWork, Search, Selection};
use plenary_store::StoreError;
use std::collections::BTreeSet;

/// Pieces that are asked of the store at once.
const BATCH: usize = 200;

/// All pages in all interface languages, and the files that they need; feeds, being stored documents, are not among
/// them.
pub async fn page_paths(state: &State) -> Result<Vec<String>, StoreError> {
    let policy = state.policy.borrow().clone();
    let mut places =
        vec![Place::Overview, Place::Sources, Place::Calendar, Place::Deadlines, Place::How, Place::Extension];
    places.extend(FACETS.into_iter().map(|(field, _)| Place::Values(field)));
    let figures = state.store.sections_shown().await?;
    for section in &policy.sections {
        let shown = figures.iter().find(|one| one.section == section.id).map_or(0, |one| one.works);
        places.extend((1..=section_pages(shown)).map(|page| Place::Section(section.id.clone(), page)));
    }
    let health = state.store.sources().await?;
    let removed = state.store.removed_sources().await?;
    for id in policy.sources.iter().map(|source| &source.id).chain(removed.iter().map(|removed| &removed.source.id)) {
        let shown = health.iter().find(|one| one.state.source == *id).map_or(0, |one| one.shown);
        places.extend((1..=source_pages(shown)).map(|page| Place::Source(id.clone(), page)));
    }
    places.extend(value_places(state).await?);
    let mut offset = 0;
    loop {
        let selection = Selection { offset, limit: BATCH, ..Selection::default() };
        let found = state.store.pieces(&selection).await?;
        places.extend(found.pieces.iter().map(|view| Place::Piece(view.piece.id.clone())));
        offset += BATCH;
        if offset >= found.total || found.pieces.is_empty() {
            break;
        }
    }
    let mut images: BTreeSet<String> = places.iter().map(|place| social_image_path(Some(place), "")).collect();
    let prefixes = Locale::find_all(&policy).into_iter().map(|locale| prefix_of(&policy, locale));
    let prefixes: Vec<String> = prefixes.collect();
    images.extend(
        prefixes.iter().flat_map(|prefix| places.iter().map(move |place| social_image_path(Some(place), prefix))),
    );
    let mut paths: Vec<String> = prefixes
        .iter()
        .flat_map(|prefix| places.iter().map(move |place| place.path(prefix)).collect::<Vec<_>>())
        .collect();
    paths.extend(prefixes.iter().map(|prefix| format!("{prefix}{OFFLINE}")));
    paths.extend(images);
    let (_, shown) = state.store.list_shown(0, 0).await?;
    paths.extend(["/robots.txt".to_owned(), "/sitemap.xml".to_owned()]);
    paths.extend(sitemap::list_paths(shown));
    paths.extend(Assets::new().paths(&policy));
    Ok(paths)
}

/// The pages of the values that facets have: the lists of values link them.
async fn value_places(state: &State) -> Result<Vec<Place>, StoreError> {
    let everything = Search {
        query: Query::default(),
        announced_only: false,
        order: Order::Date,
        now: state.clock.now(),
        cursor: None,
        per_work: Some(PerWork::default()),
        offset: 0,
        limit: 0,
    };
    let (counts, _) = state.store.facets(&everything).await?;
    let values = counts.into_iter().filter_map(|count| match count.facet {
        // A section has a page of its own.
        Facet::Field(field) if field != Field::Section && FACETS.iter().any(|(one, _)| *one == field) => {
            let pages = 1..=value_pages(count.pieces);
            Some(pages.map(move |page| Place::Value(field, count.value.clone(), page)))
        }
        _ => None,
    });
    Ok(values.flatten().collect())
}
