//! Makes a rendered document into an edition: its digest, and once it has settled its bodies in every coding. The same
//! document gives the same bytes, so an edition that did not change is not written again.

use super::coding::{unbrotli, ungzip};
use plenary_model::edition::{Edition, Rendered};

pub fn digest(rendered: &Rendered) -> String {
    blake3::hash(&rendered.body).to_hex().to_string()
}

/// The edition as it is, not coded yet.
pub fn edition(rendered: Rendered) -> Edition {
    let digest = digest(&rendered);
    Edition {
        path: rendered.path,
        media_type: rendered.media_type.to_owned(),
        digest,
        updated: rendered.updated,
        identity: rendered.body,
        gzip: Vec::new(),
        brotli: Vec::new(),
    }
}

/// True when the document has the digest that it was stored with, and both codings give it back.
pub fn is_whole(edition: &Edition) -> bool {
    let gives_back = |coded: &[u8], read: fn(&[u8]) -> Option<Vec<u8>>| {
        coded.is_empty() || read(coded).is_some_and(|body| body == edition.identity)
    };
    blake3::hash(&edition.identity).to_hex().as_str() == edition.digest
        && gives_back(&edition.gzip, ungzip)
        && gives_back(&edition.brotli, unbrotli)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coding::{Effort, encode};
    use chrono::DateTime;
    use plenary_model::edition::{Codings, ContentCoding};
    use std::io::Read;

    fn sample(body: &str) -> Rendered {
        Rendered {
            path: "/all.atom".into(),
            media_type: "application/atom+xml",
            body: body.as_bytes().to_vec(),
            updated: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn an_edition_that_changed_anywhere_is_not_whole() {
        let uncoded = edition(sample(&"<entry>text</entry>".repeat(50)));
        assert!(is_whole(&uncoded));
        let Codings { gzip, brotli } = encode(&uncoded.identity, Effort::Current);
        let whole = Edition { gzip, brotli, ..uncoded };
        assert!(is_whole(&whole));
        assert!(is_whole(&Edition { brotli: Vec::new(), ..whole.clone() }), "a long one has none");
        let change = |bytes: &[u8]| {
            let mut changed = bytes.to_vec();
            let middle = changed.len() / 2;
            changed[middle] ^= 1;
            changed
        };
        assert!(!is_whole(&Edition { identity: change(&whole.identity), ..whole.clone() }));
        assert!(!is_whole(&Edition { gzip: change(&whole.gzip), ..whole.clone() }));
        assert!(!is_whole(&Edition { brotli: change(&whole.brotli), ..whole.clone() }));
    }

    #[test]
    fn every_coding_gives_the_document_back() {
        let body = "<entry>حقوق الطفل</entry>\n".repeat(500);
        let edition = edition(sample(&body));
        assert_eq!((edition.gzip.len(), edition.brotli.len()), (0, 0), "it is coded once it has settled");
        let Codings { gzip, brotli } = encode(&edition.identity, Effort::Current);
        let mut read = String::new();
        flate2::read::GzDecoder::new(gzip.as_slice()).read_to_string(&mut read).unwrap();
        assert_eq!(read, body);
        read.clear();
        brotli::Decompressor::new(brotli.as_slice(), 4_096).read_to_string(&mut read).unwrap();
        assert_eq!(read, body);
        assert!(gzip.len() < body.len() / 10);
        assert!(brotli.len() < body.len() / 10);
        assert_eq!(edition.body(ContentCoding::Identity), body.as_bytes());
    }

    #[test]
    fn the_same_document_gives_the_same_edition_and_another_another() {
        assert_eq!(edition(sample("a")), edition(sample("a")));
        assert_eq!(encode(b"a", Effort::Archived), encode(b"a", Effort::Archived));
        assert_ne!(edition(sample("a")).digest, edition(sample("b")).digest);
        assert_eq!(edition(sample("")).identity, b"");
    }
}
