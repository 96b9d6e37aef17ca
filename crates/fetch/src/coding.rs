//! Content codings (RFC 9110 8.4) as servers name them: in any case, under old names, or not at all.

use super::body::BODY_BYTES_MAX;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use plenary_model::poll::{Cause, CauseKind};
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use std::io::{self, Read};

/// What we read, in the order in which we like it.
pub(super) const ACCEPTED: &str = "gzip, br, deflate";
/// Codings of one body that are undone; servers that compress twice do so by mistake.
const CODINGS_MAX: usize = 3;
const GZIP_MARK: [u8; 3] = [0x1f, 0x8b, 8];
/// Beginning of a body in which a document is recognised, in bytes.
const BEGINNING_BYTES: usize = 512;
/// Buffer of the decoder of brotli, in bytes.
const BROTLI_BUFFER_BYTES: usize = 16 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
}

/// The body without its codings, at most `most` bytes; true when there were more. What names no coding that there is
/// means nothing when the body is a document as it is.
/// Fails as `BadAnswer` for a coding that is broken or not asked for, `Interrupted` for one that breaks off.
pub(super) fn decode(fields: &HeaderMap, body: Vec<u8>, most: usize) -> Result<(Vec<u8>, bool), Cause> {
    if body.is_empty() {
        return Ok((body, false));
    }
    let mut body = (body, false);
    let mut codings = Vec::new();
    for name in list_names(fields) {
        match name.as_str() {
            "gzip" | "x-gzip" => codings.push(Coding::Gzip),
            "deflate" | "x-deflate" => codings.push(Coding::Deflate),
            "br" => codings.push(Coding::Brotli),
            _ if is_nothing(&name) || is_document(&body.0) || body.0.starts_with(&GZIP_MARK) => {}
            _ => {
                let named: String = name.chars().take(40).collect();
                return Err(Cause::new(CauseKind::BadAnswer, format!("content coding \"{named}\" was not asked for")));
            }
        }
    }
    if codings.len() > CODINGS_MAX {
        return Err(Cause::new(CauseKind::BadAnswer, format!("more than {CODINGS_MAX} content codings")));
    }
    // They are named in the order in which they were applied.
    for coding in codings.into_iter().rev() {
        body = undo(coding, &body.0, most)?;
    }
    // A file that was compressed and served as it is.
    if body.0.starts_with(&GZIP_MARK) && !body.1 {
        body = undo(Coding::Gzip, &body.0, most)?;
    }
    Ok(body)
}

fn list_names(fields: &HeaderMap) -> Vec<String> {
    let values = fields.get_all(CONTENT_ENCODING).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let names = values.flat_map(|value| value.split(',').map(|name| name.trim().to_lowercase()).collect::<Vec<_>>());
    names.filter(|name| !name.is_empty()).take(4 * CODINGS_MAX).collect()
}

/// True for what servers write to say that there is no coding.
fn is_nothing(name: &str) -> bool {
    matches!(name, "identity" | "none")
}

/// True for a body that begins as a feed, a page or a calendar does, in any encoding.
fn is_document(body: &[u8]) -> bool {
    let head = body.get(..BEGINNING_BYTES).unwrap_or(body);
    let first = head.iter().find(|byte| !matches!(**byte, 0 | 0xEF | 0xBB | 0xBF | 0xFE | 0xFF) && **byte > b' ');
    let is_begun = matches!(first, Some(b'<' | b'{' | b'[')) || head.trim_ascii_start().starts_with(b"BEGIN:");
    let is_text = head.iter().filter(|byte| matches!(**byte, 1..=8 | 0x0E..=0x1F | 0x7F)).count() == 0;
    is_begun && is_text
}

fn undo(coding: Coding, body: &[u8], most: usize) -> Result<(Vec<u8>, bool), Cause> {
    let undone = match coding {
        Coding::Gzip => gunzip(body, most),
        Coding::Deflate => inflate(body, most),
        Coding::Brotli => {
            let mut whole = Vec::new();
            take(brotli::Decompressor::new(body, BROTLI_BUFFER_BYTES), &mut whole, most).map(|is_cut| (whole, is_cut))
        }
    };
    undone.map_err(|error| {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            Cause::new(CauseKind::Interrupted, format!("the compression breaks off after {} bytes", body.len()))
        } else {
            Cause::new(CauseKind::BadAnswer, format!("the compression is broken: {error}"))
        }
    })
}

/// All members (RFC 1952 2.2); what stands after them and is none is left out.
fn gunzip(body: &[u8], most: usize) -> io::Result<(Vec<u8>, bool)> {
    let (mut whole, mut rest) = (Vec::new(), body);
    loop {
        let mut member = GzDecoder::new(rest);
        let is_cut = take(&mut member, &mut whole, most)?;
        rest = member.into_inner();
        if is_cut || !rest.starts_with(&GZIP_MARK) {
            return Ok((whole, is_cut));
        }
    }
}

/// `deflate` is the format of zlib (RFC 9110 8.4.1.2), but some servers send the raw stream.
fn inflate(body: &[u8], most: usize) -> io::Result<(Vec<u8>, bool)> {
    let read = |decoder: &mut dyn Read| {
        let mut whole = Vec::new();
        take(decoder, &mut whole, most).map(|is_cut| (whole, is_cut))
    };
    let has_header = matches!(body, [first, second, ..]
        if first & 0x0f == 8 && u16::from_be_bytes([*first, *second]) % 31 == 0);
    if !has_header {
        return read(&mut DeflateDecoder::new(body));
    }
    read(&mut ZlibDecoder::new(body)).or_else(|error| read(&mut DeflateDecoder::new(body)).map_err(|_| error))
}

/// Reads into `whole` until it has `most` bytes; true when there were more.
fn take(decoder: impl Read, whole: &mut Vec<u8>, most: usize) -> io::Result<bool> {
    let room = most.saturating_sub(whole.len());
    decoder.take(room as u64 + 1).read_to_end(whole)?;
    let is_cut = whole.len() > most;
    whole.truncate(most);
    Ok(is_cut)
}

/// What was read of a body of which only the beginning is wanted, as far as it can be decoded.
pub(super) fn decode_beginning(fields: &HeaderMap, body: &[u8], most: usize) -> Vec<u8> {
    let is_gzip = list_names(fields).iter().any(|name| name.ends_with("gzip")) || body.starts_with(&GZIP_MARK);
    if is_gzip {
        let mut whole = Vec::new();
        // It breaks off, and what came before is wanted.
        let _ = take(GzDecoder::new(body), &mut whole, most);
        return whole;
    }
    decode(fields, body.to_vec(), most.min(BODY_BYTES_MAX)).map_or_else(|_| body.to_vec(), |(decoded, _)| decoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write as _;

    const FEED: &[u8] = b"<rss><channel><title>x</title></channel></rss>";

    fn fields(named: &[&str]) -> HeaderMap {
        let mut fields = HeaderMap::new();
        for value in named {
            fields.append(CONTENT_ENCODING, value.parse().unwrap());
        }
        fields
    }

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut coder = GzEncoder::new(Vec::new(), Compression::default());
        coder.write_all(body).unwrap();
        coder.finish().unwrap()
    }

    #[test]
    fn codings_are_undone_however_they_are_named() {
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
        raw.write_all(FEED).unwrap();
        let raw = raw.finish().unwrap();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(FEED).unwrap();
        let zlib = zlib.finish().unwrap();
        let two = [gzip(&FEED[..10]), gzip(&FEED[10..])].concat();
        let and_more = [gzip(FEED), b"\0\0junk".to_vec()].concat();
        let none: &[&str] = &[];
        for (named, body) in [
            (&["GZIP"][..], gzip(FEED)),
            (&["x-gzip"], gzip(FEED)),
            (&["X-GZip"], two),
            (&["gzip"], and_more),
            (&["gzip, gzip"], gzip(&gzip(FEED))),
            (&["gzip", "gzip"], gzip(&gzip(FEED))),
            (&["gzip"], gzip(&gzip(FEED))),
            (&["Deflate"], raw),
            (&["deflate"], zlib),
            (none, gzip(FEED)),
            (&["utf-8, gzip"], gzip(FEED)),
            (&[""], FEED.to_vec()),
            (&["none"], FEED.to_vec()),
            (&["Identity"], FEED.to_vec()),
            (&["UTF-8"], FEED.to_vec()),
            (&["iso-8859-1"], FEED.to_vec()),
            (&["8bit"], [b"\xEF\xBB\xBF \n", FEED].concat()),
        ] {
            let (decoded, is_cut) = decode(&fields(named), body, BODY_BYTES_MAX).unwrap();
            assert!(decoded.ends_with(FEED) && !is_cut, "{named:?}");
        }
        assert_eq!(decode(&fields(&["gzip"]), Vec::new(), 100).unwrap(), (Vec::new(), false), "there is nothing");
        assert!(decode(&fields(&["zstd"]), b"\x28\xb5\x2f\xfd\x04".to_vec(), 100).is_err(), "it is no document");
        assert!(decode(&fields(&["gzip"]), FEED.to_vec(), 100).is_err(), "it is not what it says");
        assert!(decode(&fields(&["gzip, gzip, gzip, gzip"]), gzip(FEED), 100).is_err());
        assert_eq!(decode(&fields(&["gzip"]), gzip(FEED), 5).unwrap(), (FEED[..5].to_vec(), true));
    }
}
