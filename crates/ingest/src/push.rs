//! Signatures of pushed documents (`WebSub` 5.2 and 7): made for our subscribers, checked for what hubs bring us. The
//! only place, beside `app`'s randomness, that uses the cryptographic library.

use ring::hmac;

const OURS: &str = "sha256";

/// The value of `X-Hub-Signature` for `body`.
pub fn signature(secret: &str, body: &[u8]) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), body);
    let mut text = format!("{OURS}=");
    for byte in tag.as_ref() {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(digit.into(), 16));
        }
    }
    text
}

/// True when `header` is a signature of `body` with `secret`. SHA-1 is what large hubs send; as a keyed hash it is not
/// broken.
pub fn is_signed(header: &str, secret: &str, body: &[u8]) -> bool {
    let Some((method, digits)) = header.trim().split_once('=') else { return false };
    let algorithm = match method.to_ascii_lowercase().as_str() {
        "sha1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        "sha256" => hmac::HMAC_SHA256,
        "sha384" => hmac::HMAC_SHA384,
        "sha512" => hmac::HMAC_SHA512,
        _ => return false,
    };
    let Some(tag) = bytes_of(digits) else { return false };
    hmac::verify(&hmac::Key::new(algorithm, secret.as_bytes()), body, &tag).is_ok()
}

fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let values: Option<Vec<u8>> = digits.chars().map(|c| c.to_digit(16).and_then(|d| d.try_into().ok())).collect();
    let values = values.filter(|values| values.len() % 2 == 0)?;
    Some(values.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231 4.3 and RFC 2202 3, test case 2 of each.
    #[test]
    fn known_signatures_hold() {
        let (key, body) = ("Jefe", b"what do ya want for nothing?");
        let sha256 = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature(key, body), sha256);
        assert!(is_signed(sha256, key, body));
        assert!(is_signed("SHA1=EFFCDF6AE5EB2FA2D27416D5F184DF9C259A7C79", key, body));
    }

    #[test]
    fn anything_else_does_not() {
        let good = signature("secret", b"body");
        assert!(is_signed(&good, "secret", b"body"));
        for (header, secret, body) in [
            (good.as_str(), "other", "body"),
            (good.as_str(), "secret", "bodY"),
            (&good[..good.len() - 2], "secret", "body"),
            (&good[..good.len() - 1], "secret", "body"),
            ("sha256=", "secret", "body"),
            ("md5=00", "secret", "body"),
            ("sha256=zz", "secret", "body"),
            ("", "secret", "body"),
        ] {
            assert!(!is_signed(header, secret, body.as_bytes()), "{header}");
        }
    }
}
