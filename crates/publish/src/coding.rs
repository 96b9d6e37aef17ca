//! Content codings (RFC 9110 8.4.1) of what is in memory. Here alone: the coder of brotli is generic, and every crate
//! that calls it compiles it again.

use flate2::{Compression, GzBuilder};
use std::io::{Read as _, Write as _};

/// Brotli window, as a power of two of bytes: 4 MiB, more than any feed.
const BROTLI_WINDOW_LOG2: i32 = 22;

/// Codes with a modification time of zero, which RFC 1952 2.3.1 gives the meaning "none". `level` is 0 to 9.
pub fn gzip(body: &[u8], level: u32) -> Vec<u8> {
    let room = Vec::with_capacity(body.len() / 3);
    let mut coder = GzBuilder::new().mtime(0).write(room, Compression::new(level));
    finish(coder.write_all(body).and_then(|()| coder.finish()))
}

/// `quality` is 0 to 11.
pub fn brotli(body: &[u8], quality: i32) -> Vec<u8> {
    let params = brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: BROTLI_WINDOW_LOG2,
        size_hint: body.len(),
        ..Default::default()
    };
    let mut coded = Vec::new();
    let written = brotli::BrotliCompress(&mut &*body, &mut coded, &params);
    finish(written.map(|_| coded))
}

/// What a gzip body holds; `None` when it is broken.
pub fn ungzip(coded: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(coded).read_to_end(&mut body).ok().map(|_| body)
}

/// What a brotli body holds; `None` when it is broken.
pub fn unbrotli(coded: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    brotli::BrotliDecompress(&mut &*coded, &mut body).ok().map(|()| body)
}

#[expect(clippy::expect_used, reason = "both ends are memory: there is nothing that could fail")]
fn finish(coded: std::io::Result<Vec<u8>>) -> Vec<u8> {
    coded.expect("coding from memory into memory does not fail")
}
