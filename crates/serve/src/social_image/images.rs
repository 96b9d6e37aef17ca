//! Pictures that were drawn, and the right to draw another.

use super::drawing::draw;
use super::image::SocialImage;
use crate::cache::{ANY_AGE, Cache};
use crate::respond::digest;
use axum::body::Bytes;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Pictures kept, in bytes: some hundred of 20 to 60 KB.
const SIZE_MAX: usize = 8 << 20;
/// Pictures that are drawn at once: they wait for each other rather than keep pages waiting.
const DRAWN_AT_ONCE: usize = 1;

pub(crate) struct SocialImages {
    /// By the digest of what they say, which makes them what they are: they never expire.
    drawn: Cache<String, (), Bytes>,
    turns: Arc<Semaphore>,
}

impl SocialImages {
    pub(crate) fn new() -> Self {
        Self { drawn: Cache::new(SIZE_MAX, ANY_AGE), turns: Arc::new(Semaphore::new(DRAWN_AT_ONCE)) }
    }

    /// The picture that says this, as PNG; `None` when it could not be drawn.
    pub(crate) async fn draw(&self, image: SocialImage, now: DateTime<Utc>) -> Option<Bytes> {
        let name = digest(format!("{image:?}").as_bytes());
        if let Some(drawn) = self.drawn.find(&(), name.as_str(), now) {
            return Some(drawn);
        }
        let turn = Arc::clone(&self.turns).acquire_owned().await.ok()?;
        let drawing = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            draw(&image)
        });
        let picture = Bytes::from(drawing.await.ok()??);
        self.drawn.keep((), name, now, picture.clone(), picture.len());
        Some(picture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(title: &str, rtl: bool) -> SocialImage {
        SocialImage {
            network: "Example Network".into(),
            title: title.into(),
            foot: "Source a · 1 June 2021".into(),
            rtl,
            accent: None,
        }
    }

    #[tokio::test]
    async fn an_image_is_a_picture_of_the_size_that_sites_ask_for() {
        let images = SocialImages::new();
        let picture =
            images.draw(image("Schools must be the last to close", false), DateTime::UNIX_EPOCH).await.unwrap();
        assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(picture[16..24], [0, 0, 0x04, 0xb0, 0, 0, 0x02, 0x76], "1200 by 630");
        assert!(picture.len() < 60_000, "{} bytes", picture.len());
        assert_eq!(
            images.draw(image("Schools must be the last to close", false), DateTime::UNIX_EPOCH).await.unwrap(),
            picture
        );
    }

    #[tokio::test]
    async fn no_title_is_too_long_or_too_strange() {
        let images = SocialImages::new();
        for title in ["", "儿童权利委员会", &"word ".repeat(500), &"w".repeat(5_000), "أطفال ".repeat(80).as_str()]
        {
            assert!(
                images.draw(image(title, title.starts_with('أ')), DateTime::UNIX_EPOCH).await.is_some(),
                "{title:.20}"
            );
        }
    }
}
