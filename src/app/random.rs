//! Randomness that nobody can guess, for secrets and addresses that must not be found.

use ring::rand::{SecureRandom as _, SystemRandom};

const SECRET_BYTES: usize = 32;

/// A secret in hexadecimal digits; fails when the system has no randomness to give.
pub(super) fn make_secret() -> anyhow::Result<String> {
    let mut bytes = [0_u8; SECRET_BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow::anyhow!("the system gives no random bytes"))?;
    Ok(bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|d| char::from_digit(d.into(), 16)).collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_two_secrets_are_alike() {
        let (one, other) = (super::make_secret().unwrap(), super::make_secret().unwrap());
        assert_eq!((one.len(), other.len()), (64, 64));
        assert_ne!(one, other);
    }
}
