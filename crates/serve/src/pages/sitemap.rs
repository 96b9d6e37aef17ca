//! For search engines: what there is to read, and what they need not fetch (sitemaps.org, RFC 9309).

use super::Visit;
use crate::address::{FACETS, Place, prefix_of};
use crate::failure::Failure;
use crate::locale::Locale;
use crate::respond::encode_representation;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use plenary_model::view::Facet;

/// Pieces in one file; with four languages 8,000 addresses of the 50,000 that a file may have, about a megabyte.
pub(crate) const PIECES_PER_FILE: usize = 2_000;
/// Where the files lie.
const FOLDER: &str = "/sitemaps";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// The addresses of all files, of a site that shows so many pieces.
pub(crate) fn list_paths(shown: usize) -> Vec<String> {
    let files = (1..=shown.div_ceil(PIECES_PER_FILE)).map(|file| format!("{FOLDER}/pieces-{file}.xml"));
    std::iter::once(format!("{FOLDER}/pages.xml")).chain(files).collect()
}

pub(super) async fn robots(visit: Visit) -> Result<Response, Failure> {
    let address = &visit.policy.network.address;
    let text = format!("User-agent: *\nDisallow: /api/\nDisallow: /hub\n\nSitemap: {address}/sitemap.xml\n");
    Ok(answer(&visit, "text/plain; charset=utf-8", text))
}

pub(super) async fn index(visit: Visit) -> Result<Response, Failure> {
    let address = &visit.policy.network.address;
    let (_, shown) = visit.store().list_shown(0, 0).await?;
    let mut text = format!("{HEAD}<sitemapindex xmlns=\"{NAMESPACE}\">\n");
    for path in list_paths(shown) {
        text.extend(["<sitemap><loc>", &escape(&format!("{address}{path}")), "</loc></sitemap>\n"]);
    }
    text.push_str("</sitemapindex>\n");
    Ok(answer(&visit, "application/xml; charset=utf-8", text))
}

pub(super) async fn file(visit: Visit) -> Result<Response, Failure> {
    let name = visit.param("name").and_then(|name| name.strip_suffix(".xml")).ok_or(Failure::NotFound)?;
    let urls = match name.strip_prefix("pieces-").map(str::parse::<usize>) {
        None if name == "pages" => list_pages(&visit).await?,
        Some(Ok(file)) if file > 0 => list_pieces(&visit, file).await?,
        _ => return Err(Failure::NotFound),
    };
    let text = format!("{HEAD}<urlset xmlns=\"{NAMESPACE}\">\n{urls}</urlset>\n");
    Ok(answer(&visit, "application/xml; charset=utf-8", text))
}

/// All pages but those of pieces.
async fn list_pages(visit: &Visit) -> Result<String, Failure> {
    let mut places =
        vec![Place::Overview, Place::Sources, Place::Calendar, Place::Deadlines, Place::How, Place::Extension];
    places.extend(visit.policy.sections.iter().map(|section| Place::Section(section.id.clone(), 1)));
    places.extend(visit.policy.sources.iter().map(|source| Place::Source(source.id.clone(), 1)));
    places.extend(FACETS.into_iter().map(|(field, _)| Place::Values(field)));
    let (counts, _) = visit.store().facets(&super::search::everything(visit)).await?;
    let values = counts.into_iter().filter_map(|count| match count.facet {
        Facet::Field(field) if FACETS.iter().any(|(known, name)| *known == field && *name != "sections") => {
            Some(Place::Value(field, count.value, 1))
        }
        _ => None,
    });
    places.extend(values);
    let urls = places.iter().flat_map(|place| list_urls(visit, place, None)).collect();
    Ok(urls)
}

async fn list_pieces(visit: &Visit, file: usize) -> Result<String, Failure> {
    let offset = (file - 1).checked_mul(PIECES_PER_FILE).ok_or(Failure::NotFound)?;
    let (pieces, _) = visit.store().list_shown(offset, PIECES_PER_FILE).await?;
    if pieces.is_empty() {
        return Err(Failure::NotFound);
    }
    let urls = pieces.into_iter().flat_map(|(id, updated)| {
        let updated = updated.format("%Y-%m-%d").to_string();
        list_urls(visit, &Place::Piece(id), Some(&updated))
    });
    Ok(urls.collect())
}

/// A place in every language of the interface.
fn list_urls(visit: &Visit, place: &Place, updated: Option<&str>) -> Vec<String> {
    let base = &visit.policy.network.address;
    let url = |locale: &Locale| {
        let href = format!("{base}{}", place.path(&prefix_of(&visit.policy, locale)));
        let updated = updated.map_or_else(String::new, |day| format!("<lastmod>{day}</lastmod>"));
        format!("<url><loc>{}</loc>{updated}</url>\n", escape(&href))
    };
    Locale::find_all(&visit.policy).into_iter().map(url).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn answer(visit: &Visit, media_type: &'static str, text: String) -> Response {
    let media_type = HeaderValue::from_static(media_type);
    let found = encode_representation(StatusCode::OK, media_type, text.into_bytes(), CACHE, &visit.headers);
    let mut response = found.clone().answer(&visit.method, &visit.headers);
    response.extensions_mut().insert(found);
    response
}
