//! The arithmetic of the audit chain: what a row's MAC is taken over, and where a chain goes on.
//!
//! Owns: the key, the MAC, the canonical form of a row. Must not know: SQL and files. Each MAC covers the one before it, so
//! a row cannot be changed, moved or taken out without the key and stay unnoticed. Tested: here for the form, and in
//! `tests/adapters_ledger/trail.rs` by tampering with real rows.

use ring::hmac;

use crate::secret::PrintKey;

/// What the first row follows.
pub(super) const START: Link = Link { seq: 0, mac: [0; MAC_BYTES] };

/// Bytes of a MAC (HMAC-SHA256).
pub(super) const MAC_BYTES: usize = 32;

/// Kept apart from every other use of the key, now or later.
const LABEL: &[u8] = b"tokenscope audit row 1";

/// A MAC.
pub(super) type Mac = [u8; MAC_BYTES];

/// An end of the chain: the number of a row, and its MAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) seq: i64,
    pub(super) mac: Mac,
}

/// The columns that say something, in the order in which they are sealed.
pub(super) const TEXTS: [&str; 6] = ["who", "deed", "profile", "host", "card_reference", "outcome"];

/// What a row says, in the order of [`TEXTS`].
pub(super) type Texts = [String; TEXTS.len()];

/// The key that only this installation has.
#[derive(Debug)]
pub(super) struct Seal(hmac::Key);

impl Seal {
    pub(super) fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The key of the prints of history.
    pub(super) fn print_key(&self) -> PrintKey {
        PrintKey::of(&self.0)
    }

    /// The MAC of a row.
    pub(super) fn mac(&self, previous: &[u8], seq: i64, at: i64, texts: &Texts) -> Mac {
        let tag = hmac::sign(&self.0, &canonical(previous, seq, at, texts));
        let mut mac = [0; MAC_BYTES];
        mac.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        mac
    }

    /// Whether the MAC is that of the row, in a time that does not tell where they differ.
    pub(super) fn fits(&self, mac: &[u8], previous: &[u8], seq: i64, at: i64, texts: &Texts) -> bool {
        hmac::verify(&self.0, &canonical(previous, seq, at, texts), mac).is_ok()
    }
}

/// Each part with its length before it, so that no two rows have the same bytes.
fn canonical(previous: &[u8], seq: i64, at: i64, texts: &Texts) -> Vec<u8> {
    let (seq, at) = (seq.to_be_bytes(), at.to_be_bytes());
    let fixed: [&[u8]; 4] = [LABEL, previous, &seq, &at];
    let mut bytes = Vec::new();
    for part in fixed.into_iter().chain(texts.iter().map(String::as_bytes)) {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(first: &str, second: &str) -> Texts {
        [first, second, "", "", "", ""].map(str::to_owned)
    }

    #[test]
    fn rows_that_differ_anywhere_have_other_macs() {
        let seal = Seal::new(&[1; 32]);
        let base = seal.mac(&[0; 32], 1, 2, &texts("ab", "c"));
        assert!(seal.fits(&base, &[0; 32], 1, 2, &texts("ab", "c")));
        for other in [
            seal.mac(&[0; 32], 1, 2, &texts("a", "bc")),
            seal.mac(&[0; 32], 2, 1, &texts("ab", "c")),
            seal.mac(&[1; 32], 1, 2, &texts("ab", "c")),
            seal.mac(&[0; 31], 1, 2, &texts("ab", "c")),
            Seal::new(&[2; 32]).mac(&[0; 32], 1, 2, &texts("ab", "c")),
        ] {
            assert_ne!(other, base);
        }
    }
}
