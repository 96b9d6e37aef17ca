//! How a message to a hub or a subscriber is written.

/// An address with more fields in its query; those it has are kept.
pub(super) fn with_query(address: &str, fields: &[(&str, &str)]) -> String {
    match url::Url::parse(address) {
        Ok(mut url) => {
            url.query_pairs_mut().extend_pairs(fields);
            url.to_string()
        }
        Err(_) => address.to_owned(),
    }
}

pub(super) fn form(fields: &[(&str, &str)]) -> Vec<u8> {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

/// `Content-Type` of [`form`].
pub(super) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_keeps_its_own_query() {
        assert_eq!(
            with_query("https://a.example/cb?id=1", &[("hub.mode", "a b")]),
            "https://a.example/cb?id=1&hub.mode=a+b"
        );
    }
}
