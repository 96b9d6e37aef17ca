//! Content coding: which of the stored bodies a reader gets (RFC 9110 12.5.3).

use axum::http::{HeaderMap, header};
use plenary_model::edition::ContentCoding;

/// A weight of 1 in thousandths, the precision of RFC 9110 12.4.2.
const WEIGHT_FULL: u16 = 1_000;

/// Chooses among `offered`, best first for equal weights; identity is always on offer and comes last.
/// When the reader accepts none, identity is sent, as RFC 9110 12.5.3 recommends over a refusal.
pub(crate) fn choose(headers: &HeaderMap, offered: &[ContentCoding]) -> ContentCoding {
    let accepted = Accepted::read(headers);
    let mut best = (ContentCoding::Identity, accepted.weight(ContentCoding::Identity).unwrap_or(0));
    // From the least to the most liked, so that of equal weights the later wins.
    for coding in offered.iter().rev() {
        let weight = accepted.weight(*coding).unwrap_or(0);
        if weight > 0 && weight >= best.1 {
            best = (*coding, weight);
        }
    }
    best.0
}

/// The weights of an `Accept-Encoding`, in thousandths; of a coding named twice the first counts.
#[derive(Debug, Default)]
struct Accepted {
    identity: Option<u16>,
    gzip: Option<u16>,
    brotli: Option<u16>,
    star: Option<u16>,
}

impl Accepted {
    fn read(headers: &HeaderMap) -> Self {
        let mut accepted = Self::default();
        let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        for element in lines.flat_map(|line| line.split(',')) {
            let mut parts = element.split(';');
            let name = parts.next().unwrap_or_default().trim();
            let is = |token: &str| name.eq_ignore_ascii_case(token);
            let slot = match name {
                "*" => &mut accepted.star,
                // RFC 9110 8.4.1.3: x-gzip is gzip.
                _ if is("gzip") || is("x-gzip") => &mut accepted.gzip,
                _ if is("br") => &mut accepted.brotli,
                _ if is("identity") => &mut accepted.identity,
                _ => continue,
            };
            let Some(weight) = parts.try_fold(WEIGHT_FULL, |weight, part| {
                let (key, value) = part.split_once('=')?;
                if key.trim().eq_ignore_ascii_case("q") { thousandths(value.trim()) } else { Some(weight) }
            }) else {
                continue;
            };
            slot.get_or_insert(weight);
        }
        accepted
    }

    /// The weight of a coding; `None` when it was neither named nor covered by `*`. Identity is
    /// acceptable unless it was excluded, below everything that was asked for.
    fn weight(&self, coding: ContentCoding) -> Option<u16> {
        match coding {
            ContentCoding::Identity => Some(self.identity.unwrap_or(u16::from(self.star != Some(0)))),
            ContentCoding::Gzip => self.gzip.or(self.star),
            ContentCoding::Brotli => self.brotli.or(self.star),
        }
    }
}

/// Reads `0`, `1`, `0.5`, `1.000`; `None` for what is no weight.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole = match whole {
        "0" => 0,
        "1" => WEIGHT_FULL,
        _ => return None,
    };
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    (whole + fraction <= WEIGHT_FULL).then_some(whole + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ContentCoding::{Brotli, Gzip, Identity};

    fn choice(value: &str) -> ContentCoding {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, value.parse().unwrap());
        choose(&headers, &[Brotli, Gzip])
    }

    #[test]
    fn the_readers_weights_decide() {
        for (value, expected) in [
            ("gzip, deflate, br, zstd", Brotli),
            ("gzip", Gzip),
            ("x-gzip", Gzip),
            ("GZIP;Q=0.5, br;q=0.2", Gzip),
            ("br;q=0, gzip;q=0.001", Gzip),
            ("br;q=0,gzip;q=0", Identity),
            ("gzip;q=0.5, identity;q=0.8", Identity),
            ("*", Brotli),
            ("*;q=0.5, br;q=0", Gzip),
            ("deflate", Identity),
            ("", Identity),
            ("identity;q=0", Identity),
            ("gzip;q=2, br;q=x", Identity),
            ("gzip;q=0.1234", Identity),
            ("gzip ; q=1.000", Gzip),
        ] {
            assert_eq!(choice(value), expected, "{value}");
        }
    }

    #[test]
    fn without_the_header_identity_is_sent() {
        assert_eq!(choose(&HeaderMap::new(), &[Brotli, Gzip]), Identity);
    }

    #[test]
    fn only_what_is_offered_is_chosen() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, "br, gzip;q=0.1".parse().unwrap());
        assert_eq!(choose(&headers, &[Gzip]), Gzip);
        assert_eq!(choose(&headers, &[]), Identity);
    }
}
