//! What stands in some bytes, told in one pass: which classes of characters, how many of each, and how long a run that may
//! encode something is.

use std::sync::LazyLock;

use super::decode::{self, BASE64_RUN, HEX_RUN};
use crate::text::is_dangerous;

/// What a character is to the views, in bits.
pub(super) type Class = u8;
pub(super) const DANGEROUS: Class = 1;
pub(super) const ALPHANUMERIC: Class = 2;
const HEX: Class = 4;
const BASE64: Class = 8;
const BLANK: Class = 16;
pub(super) const ASCII: Class = 32;
/// What an escape of some kind begins with.
pub(super) const ESCAPE: Class = 64;

/// The classes of the characters that a byte can be.
static CLASSES: LazyLock<[Class; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| u8::try_from(byte).map_or(0, |byte| class(char::from(byte))))
});

fn class(c: char) -> Class {
    let bit = |is: bool, bit: Class| if is { bit } else { 0 };
    bit(is_dangerous(c), DANGEROUS)
        | bit(c.is_alphanumeric(), ALPHANUMERIC)
        | bit(c.is_ascii_hexdigit(), HEX)
        | bit(decode::sextet(c).is_some(), BASE64)
        | bit(c.is_whitespace(), BLANK)
        | bit(c.is_ascii(), ASCII)
        | bit(matches!(c, '%' | '\\' | '&'), ESCAPE)
}

/// Tells the class of each byte; the table is asked for once, before a pass over many.
pub(super) fn classes() -> impl Fn(u8) -> Class {
    let classes = &*CLASSES;
    move |byte| classes.get(usize::from(byte)).copied().unwrap_or_default()
}

/// What stands in some bytes.
#[derive(Default)]
pub(super) struct Seen {
    /// The classes that every one of them is of; all classes where there are none.
    pub(super) all: Class,
    /// The classes that some are of.
    pub(super) any: Class,
    /// How many are letters and digits.
    pub(super) alphanumeric: usize,
    /// How many are letters and digits of ASCII.
    pub(super) ascii_alphanumeric: usize,
    /// How many are not dangerous.
    pub(super) harmless: usize,
    pub(super) longest_hex: usize,
    pub(super) longest_base64: usize,
}

impl Seen {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let (mut hex, mut base64) = (0, 0);
        let mut seen = Self { all: Class::MAX, ..Self::default() };
        let class_of = classes();
        for byte in bytes {
            let class = class_of(*byte);
            (seen.all, seen.any) = (seen.all & class, seen.any | class);
            seen.alphanumeric += usize::from(class & ALPHANUMERIC != 0);
            seen.ascii_alphanumeric += usize::from(is_ascii_alphanumeric(class));
            seen.harmless += usize::from(class & DANGEROUS == 0);
            // A byte beyond ASCII may be part of a character that folding drops.
            hex = longer(hex, class & HEX != 0, class & ALPHANUMERIC == 0 || class & ASCII == 0);
            base64 = longer(base64, class & BASE64 != 0, class & BLANK != 0);
            seen.longest_hex = seen.longest_hex.max(hex);
            seen.longest_base64 = seen.longest_base64.max(base64);
        }
        seen
    }

    /// Whether they are nothing but letters and digits.
    pub(super) fn is_bare(&self) -> bool {
        self.all & ALPHANUMERIC != 0 && self.any & DANGEROUS == 0
    }

    /// Whether they may hold another encoding in turn.
    pub(super) fn nests(&self) -> bool {
        self.longest_hex >= HEX_RUN || self.longest_base64 >= BASE64_RUN
    }
}

/// A run that a character makes longer, passes by or ends. No branch, since what comes next cannot be foretold.
#[inline]
fn longer(run: usize, is_part: bool, is_passed: bool) -> usize {
    (run + usize::from(is_part)) * usize::from(is_part | is_passed)
}

/// Whether a byte is a letter or digit of ASCII.
#[inline]
fn is_ascii_alphanumeric(class: Class) -> bool {
    class & (ALPHANUMERIC | ASCII) == ALPHANUMERIC | ASCII
}
