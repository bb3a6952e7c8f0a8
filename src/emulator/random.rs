//! Everything random that the emulator makes: its key, a cryptogram for each fetch, request ids.
//!
//! It owns the shapes of these values; it must not know where they are used. Tested below.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom, SystemRandom};

/// What marks a key of ours as fake at first sight, in a shell history or a screen share.
const KEY_PREFIX: &str = "EMULATOR-";
/// Visa and Mastercard cryptograms are 20 bytes, so 28 characters of base64 (domain facts, section 4).
const CRYPTOGRAM_BYTES: usize = 20;

/// The system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoRandom;

/// The emulator's API key: fake by construction, so it may be printed and logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FakeKey(String);

impl FakeKey {
    /// A new random key, `EMULATOR-` and 24 hexadecimal digits.
    pub(super) fn made() -> Result<Self, NoRandom> {
        Ok(Self(format!("{KEY_PREFIX}{}", hex(&random::<12>()?))))
    }

    /// A key that the caller chose.
    pub(super) fn given(key: String) -> Self {
        Self(key)
    }

    /// The key as it goes, with a colon, into the Basic value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A well-formed cryptogram that no network ever made: 28 base64 characters.
pub(super) fn cryptogram() -> Result<String, NoRandom> {
    Ok(STANDARD.encode(random::<CRYPTOGRAM_BYTES>()?))
}

/// An id for one request or response: 32 hexadecimal digits.
pub(super) fn id() -> Result<String, NoRandom> {
    Ok(hex(&random::<16>()?))
}

/// Lower-case hexadecimal digits of the bytes.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0xf])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn random<const N: usize>() -> Result<[u8; N], NoRandom> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandom)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_looks_fake_and_is_new_each_time() {
        let (one, two) = (FakeKey::made().unwrap(), FakeKey::made().unwrap());
        let digits = one.as_str().strip_prefix("EMULATOR-").unwrap();
        assert_eq!(digits.len(), 24);
        assert!(digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(one, two);
    }

    #[test]
    fn a_cryptogram_is_28_characters_that_decode_to_20_bytes() {
        let cryptogram = cryptogram().unwrap();
        assert_eq!(cryptogram.len(), 28);
        assert_eq!(STANDARD.decode(&cryptogram).unwrap().len(), 20);
    }

    #[test]
    fn hexadecimal_keeps_leading_zeroes() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
