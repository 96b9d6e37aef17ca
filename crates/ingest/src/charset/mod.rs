//! Bytes to text: which encoding a document is in, and how what does not fit it is replaced.
//!
//! The order is: byte order mark, byte pattern of `<?xml` in UTF-16 and UTF-32, HTTP, the XML declaration, UTF-8 when
//! valid, and detection. A declaration that the bytes contradict is passed over. Bytes that fit nothing become U+FFFD.

mod pages;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use pages::Page;
use std::borrow::Cow;

/// Bytes searched for an XML declaration.
const DECLARATION_BYTES_MAX: usize = 1_024;
/// Bytes shown to the detector; more does not change its mind and costs time.
const DETECTION_BYTES_MAX: usize = 64 * 1024;

pub(super) struct Decoded<'a> {
    /// The text, without byte order mark.
    pub(super) text: Cow<'a, str>,
    /// What was passed over or replaced, in one sentence; `None` when the bytes were as declared.
    pub(super) remark: Option<String>,
}

/// Decodes `bytes`; `content_type` is the HTTP header as received.
pub(super) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    if let Some(decoded) = by_mark_or_pattern(bytes) {
        return decoded;
    }
    if pages::is_ebcdic(bytes) {
        return ebcdic(bytes);
    }
    let declared = [content_type.and_then(http_charset), read_xml_declaration(bytes)];
    let mut remark = None;
    for label in declared.into_iter().flatten() {
        let Some(encoding) = by_label(&label) else {
            if let Some(page) = Page::find(&label).filter(|page| page.extends_ascii() && !is_utf8_beyond_ascii(bytes)) {
                return Decoded { text: Cow::Owned(page.decode(bytes)), remark };
            }
            remark = Some(format!("the encoding \"{label}\" is not known; it was detected instead"));
            continue;
        };
        if encoding != UTF_8 && is_utf8_beyond_ascii(bytes) {
            remark = Some(format!("declared as {label}, but it is UTF-8"));
            continue;
        }
        let sixteen_bits = encoding == UTF_16LE || encoding == UTF_16BE;
        if sixteen_bits && !is_wide(bytes) {
            remark = Some(format!("declared as {label}, but its characters are not 16 bits wide"));
            continue;
        }
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            return Decoded { text, remark };
        }
        remark = Some(format!("declared as {label}, but some bytes are not {}", encoding.name()));
    }
    decode_undeclared(bytes, remark)
}

/// The text of a document whose characters are 16 or 32 bits wide, by its mark, by what HTTP says, or because every
/// second byte is zero; `None` for any other. For formats that do not begin with `<`.
pub(super) fn decode_wide(bytes: &[u8], content_type: Option<&str>) -> Option<String> {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return None;
    }
    if let Some(decoded) = by_mark_or_pattern(bytes) {
        return Some(decoded.text.into_owned());
    }
    if !is_wide(bytes) {
        return None;
    }
    let declared = content_type.and_then(http_charset).and_then(|label| by_label(&label));
    let is_big = match (bytes.first(), bytes.get(1)) {
        (Some(0), _) => true,
        (_, Some(0)) => false,
        _ => declared == Some(UTF_16BE),
    };
    if bytes.get(..4).is_some_and(|four| four.iter().map(|byte| u8::from(*byte == 0)).sum::<u8>() == 3) {
        return Some(utf32(bytes, is_big));
    }
    let encoding = if is_big { UTF_16BE } else { UTF_16LE };
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

/// Text of any encoding, for files that people hand over; what HTTP says is not known.
pub fn decode_file(bytes: &[u8]) -> String {
    decode_wide(bytes, None).unwrap_or_else(|| decode(bytes, None).text.into_owned())
}

fn by_mark_or_pattern(bytes: &[u8]) -> Option<Decoded<'_>> {
    let wide = match bytes {
        [0, 0, 0xFE, 0xFF, rest @ ..] => Some((rest, true)),
        [0xFF, 0xFE, 0, 0, rest @ ..] => Some((rest, false)),
        [0, 0, 0, b'<', ..] => Some((bytes, true)),
        [b'<', 0, 0, 0, ..] => Some((bytes, false)),
        _ => None,
    };
    if let Some((rest, big)) = wide {
        return Some(Decoded { text: Cow::Owned(utf32(rest, big)), remark: None });
    }
    let (encoding, rest) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (UTF_8, rest),
        [0xFE, 0xFF, rest @ ..] | [0, b'<', 0, b'?', rest @ ..] if bytes[0] == 0xFE => (UTF_16BE, rest),
        [0xFF, 0xFE, rest @ ..] => (UTF_16LE, rest),
        [0, b'<', 0, _, ..] => (UTF_16BE, bytes),
        [b'<', 0, _, 0, ..] => (UTF_16LE, bytes),
        _ => return None,
    };
    let (text, replaced) = encoding.decode_without_bom_handling(rest);
    let remark = replaced.then(|| format!("some bytes are not {}; they were replaced by U+FFFD", encoding.name()));
    Some(Decoded { text, remark })
}

/// EBCDIC: the letters of a declaration are the same in all its pages, so one shows which page it is.
fn ebcdic(bytes: &[u8]) -> Decoded<'_> {
    let head = bytes.get(..DECLARATION_BYTES_MAX).unwrap_or(bytes);
    let common = Page::find("cp037");
    let label = common.and_then(|page| read_xml_declaration(page.decode(head).as_bytes()));
    let page = label.as_deref().and_then(Page::find).or(common);
    let text = page.map_or_else(|| String::from_utf8_lossy(bytes), |page| Cow::Owned(page.decode(bytes)));
    Decoded { text, remark: None }
}

/// No declaration holds: UTF-8, else the detector's best guess.
fn decode_undeclared(bytes: &[u8], remark: Option<String>) -> Decoded<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => return Decoded { text: Cow::Borrowed(text), remark },
        Err(_) if is_mostly_utf8(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            let remark = Some("some bytes are not UTF-8; they were replaced by U+FFFD".to_owned());
            return Decoded { text, remark };
        }
        Err(_) => {}
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // What is ASCII tells nothing: long files have their first words late.
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or_default();
    let telling = if first < DETECTION_BYTES_MAX / 2 { bytes } else { bytes.get(first - 64..).unwrap_or(bytes) };
    detector.feed(telling.get(..DETECTION_BYTES_MAX).unwrap_or(telling), true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let why = remark.unwrap_or_else(|| "no encoding is declared and it is not UTF-8".to_owned());
    Decoded { text, remark: Some(format!("{why}; read as {}", encoding.name())) }
}

/// The `charset` parameter of a media type (RFC 9110 8.3.2).
fn http_charset(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

fn read_xml_declaration(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..DECLARATION_BYTES_MAX).unwrap_or(bytes);
    let start = head.windows(5).position(|window| window == b"<?xml")?;
    let head = head.get(start..)?;
    let end = head.windows(2).position(|window| window == b"?>")?;
    let declaration = std::str::from_utf8(head.get(..end)?).ok()?;
    let after = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = after[1..].split(quote).next()?.trim();
    (!label.is_empty()).then(|| label.to_owned())
}

fn by_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().to_ascii_lowercase().replace('_', "-");
    if let Some(found) = Encoding::for_label(label.as_bytes()) {
        // "replacement" would refuse the document.
        return (found.name() != "replacement").then_some(found);
    }
    let known = match label.as_str() {
        "utf" | "utf8" | "u8" | "utf-8-sig" | "cp65001" | "646" => "utf-8",
        "utf-16" | "utf16" | "u16" | "iso-10646-ucs-2" | "ucs-2" => "utf-16le",
        "latin-1" | "8859" | "cp819" | "l1" => "iso-8859-1",
        "cp932" | "ms932" | "mskanji" | "ms-kanji" | "shift-jis-2004" | "shift-jisx0213" | "s-jis" | "sjis-2004" => {
            "shift-jis"
        }
        "cp936" | "ms936" | "936" | "euccn" | "eucgb2312-cn" | "gb2312-1980" | "gb18030-2000" => "gb18030",
        "cp949" | "949" | "ms949" | "uhc" | "euckr" => "euc-kr",
        "cp950" | "950" | "ms950" | "big5-tw" | "hkscs" | "big5hkscs" => "big5",
        "eucjp" | "ujis" | "u-jis" | "euc-jis-2004" | "euc-jisx0213" | "jisx0213" | "eucjis2004" => "euc-jp",
        "iso2022-jp" | "iso2022jp" | "csiso2022jp" => "iso-2022-jp",
        "macroman" | "mac-roman" => "macintosh",
        "maccyrillic" | "mac-cyrillic" => "x-mac-cyrillic",
        "koi8-u" => "koi8-u",
        _ => "",
    };
    if !known.is_empty() {
        return Encoding::for_label(known.as_bytes());
    }
    let number = label.strip_prefix("cp").or_else(|| label.strip_prefix("windows")).unwrap_or(&label);
    let number = number.trim_start_matches('-');
    if number.len() == 4 && number.starts_with("125") {
        return Encoding::for_label(format!("windows-{number}").as_bytes());
    }
    let part = label.strip_prefix("iso8859").or_else(|| label.strip_prefix("iso-8859"))?;
    Encoding::for_label(format!("iso-8859-{}", part.trim_start_matches('-')).as_bytes())
}

/// True when the bytes can be characters of 16 bits: in markup about every second one is zero.
fn is_wide(bytes: &[u8]) -> bool {
    let head = bytes.get(..64).unwrap_or(bytes);
    let zeros: usize = head.iter().map(|byte| usize::from(*byte == 0)).sum();
    zeros * 4 > head.len()
}

fn is_utf8_beyond_ascii(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok()
}

/// True when valid sequences of several bytes outnumber the broken ones.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.get(..DETECTION_BYTES_MAX).unwrap_or(bytes).utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    sound > broken || (sound == 0 && broken == 0)
}

fn utf32(bytes: &[u8], big_endian: bool) -> String {
    bytes
        .chunks(4)
        .map(|four| {
            let number = <[u8; 4]>::try_from(four)
                .map(|four| if big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) });
            number.ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
        })
        .collect()
}

/// The character that Windows-1252 has at a C1 position: what `&#150;` is meant to be.
pub(super) fn windows_1252(byte: u8) -> char {
    let one = [byte];
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(&one);
    text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], content_type: Option<&str>) -> String {
        decode(bytes, content_type).text.into_owned()
    }

    #[test]
    fn marks_and_patterns_come_first() {
        let wanted = "<?xml version='1.0' encoding='utf-16'?><a>\u{e9}</a>";
        let big: Vec<u8> = wanted.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let little: Vec<u8> = wanted.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&[&[0xFE, 0xFF][..], &big].concat(), None), wanted);
        assert_eq!(text(&[&[0xFF, 0xFE][..], &little].concat(), Some("text/xml; charset=utf-8")), wanted);
        assert_eq!(text(&big, None), wanted);
        assert_eq!(text(&little, None), wanted);
        let wide: Vec<u8> = wanted.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        assert_eq!(text(&wide, None), wanted);
        assert_eq!(text(&[b"\xEF\xBB\xBF", wanted.as_bytes()].concat(), None), wanted);
    }

    #[test]
    fn declarations_hold_where_the_bytes_agree() {
        assert_eq!(text(b"<?xml version='1.0' encoding='iso-8859-2'?>\xB1", None).chars().last(), Some('ą'));
        assert_eq!(text(b"<a>\xE9</a>", Some("text/xml; charset=\"ISO-8859-1\"")), "<a>é</a>");
        assert_eq!(text("<?xml encoding='iso-8859-1'?>é".as_bytes(), None).chars().last(), Some('é'));
        assert_eq!(text(b"<?xml version='1.0' encoding='utf-16'?><a/>", None).chars().last(), Some('>'));
        assert_eq!(text(b"<?xml version='1.0' encoding='nonsense'?>\xE9", None).chars().last(), Some('é'));
        let nul = b"<?xml version='1.0' encoding='utf-16'?><a>\0\0</a>";
        assert!(text(nul, None).ends_with("</a>"));
        assert_eq!(text(b"<?xml version='1.0' encoding='cp037'?>\x80", None).chars().last(), Some('\u{20ac}'));
        assert_eq!(text(b"<?xml version='1.0' encoding='cp437'?>\x80", None).chars().last(), Some('\u{c7}'));
        assert_eq!(text(b"<?xml version='1.0' encoding='cp1251'?>\xE9", None).chars().last(), Some('й'));
    }

    #[test]
    fn mixed_bytes_are_replaced_and_said() {
        let decoded = decode("<a>ééé \u{0}</a>".as_bytes(), None);
        assert_eq!(decoded.remark, None);
        let decoded = decode(b"<?xml version='1.0' encoding='utf-8'?>\xC3\xA9\xC3\xA9 \xE9", None);
        assert!(decoded.text.ends_with("éé \u{FFFD}"));
        assert!(decoded.remark.unwrap().contains("U+FFFD"));
        assert_eq!(text(b"caf\xE9 na\xEFve", None), "café naïve");
    }
}
