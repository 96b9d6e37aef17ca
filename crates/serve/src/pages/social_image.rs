//! The pictures that other sites show with links to pages: of the site, of a section, of a piece.

use super::Visit;
use crate::failure::Failure;
use crate::locale::Locale;
use crate::respond::{Representation, digest, etag};
use crate::social_image::SocialImage;
use crate::view::{Scene, build_list_item};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use plenary_model::edition::ContentCoding;
use plenary_model::id::PieceId;
use plenary_model::view::PieceFound;

/// How long a picture may be shown without asking: a day. Sites that show it keep their own copy anyway.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, max-age=86400");

pub(super) async fn site(visit: Visit) -> Result<Response, Failure> {
    let purpose = visit.scene().translate(&visit.policy.network.purpose);
    let image = SocialImage { title: purpose.text, rtl: purpose.dir == "rtl", ..start(&visit) };
    answer(&visit, image).await
}

pub(super) async fn section(visit: Visit) -> Result<Response, Failure> {
    let scene = visit.scene();
    let section = visit.policy.section(read_name(&visit)?).ok_or(Failure::NotFound)?;
    let title = scene.translate(&section.title);
    let figures = visit.store().sections_shown().await?;
    let shown = figures.iter().find(|one| one.section == section.id).map_or(0, |one| one.works);
    let foot = visit.locale.count(&visit.locale.words.count.pieces, shown);
    let image = SocialImage { title: title.text, rtl: title.dir == "rtl", foot, ..start(&visit) };
    answer(&visit, image).await
}

/// The picture of a piece that readers see. It speaks the language of the piece, so each has one.
pub(super) async fn piece(visit: Visit) -> Result<Response, Failure> {
    let id = PieceId::from(read_name(&visit)?);
    let view = match visit.store().piece(&id).await? {
        Some(PieceFound::Piece(view)) if view.piece.is_shown() => view,
        _ => return Err(Failure::NotFound),
    };
    let spoken = view.lead.entry.language.as_ref().and_then(|language| Locale::find(language.primary()));
    let scene = Scene { locale: spoken.unwrap_or(visit.locale), ..visit.scene() };
    let item = build_list_item(&scene, &view, None);
    let foot = format!("{} · {}", item.organisation.name, item.when.words);
    let image = SocialImage { title: item.title.text, rtl: item.title.dir == "rtl", foot, ..start(&visit) };
    answer(&visit, image).await
}

/// What the picture is of: its name without the ending.
fn read_name(visit: &Visit) -> Result<&str, Failure> {
    visit.param("name").and_then(|name| name.strip_suffix(".png")).ok_or(Failure::NotFound)
}

fn start(visit: &Visit) -> SocialImage {
    SocialImage {
        network: visit.policy.network.name.clone(),
        title: String::new(),
        foot: String::new(),
        rtl: false,
        accent: visit.policy.network.theme.accent,
    }
}

async fn answer(visit: &Visit, image: SocialImage) -> Result<Response, Failure> {
    let drawn = visit.shared.social_images.draw(image, visit.now).await;
    let body = drawn.ok_or_else(|| Failure::Broken("a picture could not be drawn".to_owned()))?;
    let picture = Representation {
        status: StatusCode::OK,
        media_type: HeaderValue::from_static("image/png"),
        // Of the picture, not of what it says: another version of the program may draw it otherwise.
        etag: etag(&digest(&body), ContentCoding::Identity),
        modified: None,
        cache: CACHE_CONTROL,
        vary: "",
        is_open: false,
        coding: ContentCoding::Identity,
        body,
    };
    Ok(picture.answer(&visit.method, &visit.headers))
}
