//! What stands for an id on a screen that others look at: a few characters of a MAC under a key that lives as long as the
//! session, so that one id has one code everywhere and the code tells nothing of it.
//!
//! Ids can be as short as four digits, of which a plain hash would be found by trying them all. Tested below.

use ring::hmac;

/// Kept apart from every other use of a key, now or later.
const LABEL: &[u8] = b"tokenscope alias 1";

/// Digits of base 32 without those that look alike; five bits each.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Characters of a code: among a thousand ids two have the same one once in 70 sessions.
pub const CODE: usize = 5;

/// The key of the codes; a new one for each session.
pub struct AliasKey(hmac::Key);

impl AliasKey {
    /// A key of these random bytes.
    pub fn new(random: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, random))
    }

    /// The code of a text; case counts, as it does in an id.
    pub fn code(&self, text: &str) -> String {
        let mut signing = hmac::Context::with_key(&self.0);
        signing.update(LABEL);
        signing.update(text.as_bytes());
        let tag = signing.sign();
        let digit = |byte: &u8| DIGITS.get(usize::from(byte & 31)).copied().map_or('0', char::from);
        tag.as_ref().iter().take(CODE).map(digit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_text_has_one_code_in_one_session_and_another_in_the_next() {
        let (one, two) = (AliasKey::new(&[1; 32]), AliasKey::new(&[2; 32]));
        assert_eq!(one.code("cust_1"), one.code("cust_1"));
        assert_ne!(one.code("cust_1"), one.code("cust_2"));
        assert_ne!(one.code("cust_1"), one.code("CUST_1"));
        assert_ne!(one.code("cust_1"), two.code("cust_1"));
        assert_eq!(one.code("").len(), CODE);
    }

    #[test]
    fn a_thousand_ids_have_a_thousand_codes() {
        let key = AliasKey::new(&[1; 32]);
        let codes: HashSet<String> = (0..1000).map(|id| key.code(&format!("cust_{id}"))).collect();
        assert_eq!(codes.len(), 1000);
        assert!(codes.iter().all(|code| code.bytes().all(|digit| DIGITS.contains(&digit))));
    }
}
