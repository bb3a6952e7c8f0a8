//! What is kept of a value so that a later one can be told from it: a MAC under a key that only this installation has.
//!
//! A hash without a key would do for nobody: six digits and four of a token leave 100,000 candidates (threat model, fact 1).
//! Of the token there is none even so; which values have one is decided in `domain::history`. Tested below.

use ring::hmac;

/// Kept apart from every other use of the key, now or later.
const LABEL: &[u8] = b"tokenscope prints 1";

/// Bytes of a print (HMAC-SHA256).
const BYTES: usize = 32;

/// The key of the prints, derived from that of the installation.
pub struct PrintKey(hmac::Key);

impl PrintKey {
    /// Derives it from the key of the installation, of which it tells nothing.
    pub fn of(install: &hmac::Key) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(install, LABEL).as_ref()))
    }
}

/// The print of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Print(String);

impl Print {
    /// The print of a value of this field: the same value has another one in another field.
    pub(super) fn take(text: &str, field: &str, key: &PrintKey) -> Self {
        let mut signing = hmac::Context::with_key(&key.0);
        signing.update(&(field.len() as u64).to_be_bytes());
        signing.update(field.as_bytes());
        signing.update(text.as_bytes());
        Self(super::decode::to_hex(signing.sign().as_ref()))
    }

    /// The form for a database.
    pub fn to_stored(&self) -> &str {
        &self.0
    }

    /// Reads [`Print::to_stored`]; `None` for anything else.
    pub fn from_stored(stored: &str) -> Option<Self> {
        let is_print = stored.len() == 2 * BYTES && stored.bytes().all(|b| b.is_ascii_hexdigit());
        is_print.then(|| Self(stored.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Secret;
    use super::*;

    fn key(byte: u8) -> PrintKey {
        PrintKey::of(&hmac::Key::new(hmac::HMAC_SHA256, &[byte; 32]))
    }

    #[test]
    fn a_print_is_that_of_one_value_in_one_field_under_one_key() {
        let print = |text, field, byte| Secret::new(text).print(field, &key(byte));
        let base = print("V0010014622122423467188903638", "par", 1);
        assert_eq!(print("V0010014622122423467188903638", "par", 1), base);
        assert_ne!(print("V0010014622122423467188903639", "par", 1), base);
        assert_ne!(print("V0010014622122423467188903638", "fingerprint", 1), base);
        assert_ne!(print("V0010014622122423467188903638", "rap", 1), base);
        assert_ne!(print("V0010014622122423467188903638", "par", 2), base);
        assert_ne!(print("rV0010014622122423467188903638", "pa", 1), base);
        assert_eq!(Print::from_stored(base.to_stored()), Some(base));
    }

    #[test]
    fn what_is_no_print_is_not_read_as_one() {
        for stored in ["", "V0010014622122423467188903638", &"g".repeat(64), &"a".repeat(63)] {
            assert_eq!(Print::from_stored(stored), None);
        }
    }
}
