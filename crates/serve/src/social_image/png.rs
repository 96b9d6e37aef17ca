//! Writes a sheet as PNG (ISO/IEC 15948) with a palette.

use super::raster::Sheet;
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use plenary_model::theme::Colour;
use std::io::Write;

const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
/// Bits of a pixel, palette colours, and the only ways of compressing, filtering and interlacing there are.
const INDEXED: [u8; 5] = [8, 3, 0, 0, 0];
/// Effort of compression: pictures are kept, and large plain areas pack well at any.
const LEVEL: u32 = 6;

/// The document; `None` when compressing fails, which writing to memory does not.
pub(super) fn encode(sheet: &Sheet, width: u16, height: u16, palette: &[Colour]) -> Option<Vec<u8>> {
    let mut header = Vec::with_capacity(13);
    header.extend(u32::from(width).to_be_bytes());
    header.extend(u32::from(height).to_be_bytes());
    header.extend(INDEXED);
    let colours: Vec<u8> = palette.iter().flat_map(|colour| colour.bytes()).collect();
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::new(LEVEL));
    for row in sheet.rows() {
        // Each row says how it was filtered: not at all, which suits palettes.
        packed.write_all(&[0]).ok()?;
        packed.write_all(row).ok()?;
    }
    let mut document = SIGNATURE.to_vec();
    for (name, data) in
        [(b"IHDR", &header), (b"PLTE", &colours), (b"IDAT", &packed.finish().ok()?), (b"IEND", &Vec::new())]
    {
        document.extend(u32::try_from(data.len()).ok()?.to_be_bytes());
        let mut sum = Crc::new();
        sum.update(name);
        sum.update(data);
        document.extend(name);
        document.extend(data.iter());
        document.extend(sum.sum().to_be_bytes());
    }
    Some(document)
}
