//! What may be known of a secret without reading it: counts, shapes and agreements, never a character.

use super::decode::base64_length;
use crate::text::holds;

/// The alphabet that all characters of a value belong to, from narrow to wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// Digits only.
    Digits,
    /// Hexadecimal digits.
    Hex,
    /// The standard base64 alphabet with padding.
    Base64,
    /// The URL-safe base64 alphabet.
    Base64Url,
    /// Anything else.
    Other,
}

/// Facts of a value, computed when it is parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Characters of the value.
    pub length: usize,
    /// The alphabet.
    pub alphabet: Alphabet,
    /// Whether the digits pass the Luhn check; `false` unless the value is 12 to 19 digits.
    pub luhn: bool,
    /// Bytes after base64 decoding, where that works.
    pub decoded_length: Option<usize>,
    /// Whether a white space stands in it (a `+` that was form-decoded becomes one).
    pub has_space: bool,
    /// Whether it is nothing but the letter X: the placeholder of the contract's sample.
    pub placeholder: bool,
    /// Whether it holds a mask character (`*` or a bullet): masked upstream.
    pub masked_upstream: bool,
    /// Whether it is nothing but capital letters and digits.
    pub capitals_and_digits: bool,
    /// Whether a form has to encode it: it holds one of `/ + =`.
    pub form_encoded: bool,
}

impl Facts {
    /// Reads the facts off a plaintext.
    pub(super) fn of(text: &str) -> Self {
        let content = Content::of(text);
        let length = if text.is_ascii() { text.len() } else { text.chars().count() };
        let alphabet = content.alphabet();
        Self {
            length,
            alphabet,
            luhn: alphabet == Alphabet::Digits && (12..=19).contains(&length) && luhn(text),
            decoded_length: base64_length(content),
            has_space: content.any_of(SPACE),
            placeholder: !text.is_empty() && content.all_of(X),
            masked_upstream: content.any_of(MASK),
            capitals_and_digits: content.all_of(DIGIT | CAPITAL),
            form_encoded: content.any_of(STANDARD | PADDING),
        }
    }
}

/// Kinds of characters, a bit for each that a character can be.
type Kinds = u16;
const DIGIT: Kinds = 1;
const CAPITAL_HEX: Kinds = 1 << 1;
const CAPITAL_X: Kinds = 1 << 2;
const OTHER_CAPITAL: Kinds = 1 << 3;
const SMALL_HEX: Kinds = 1 << 4;
const SMALL_X: Kinds = 1 << 5;
const OTHER_SMALL: Kinds = 1 << 6;
/// `+` and `/`.
const STANDARD: Kinds = 1 << 7;
/// `-` and `_`.
const URL_SAFE: Kinds = 1 << 8;
/// `=`.
const PADDING: Kinds = 1 << 9;
const SPACE: Kinds = 1 << 10;
/// `*` and the bullet.
const MASK: Kinds = 1 << 11;
const OTHER: Kinds = 1 << 12;

const X: Kinds = CAPITAL_X | SMALL_X;
const HEX: Kinds = DIGIT | CAPITAL_HEX | SMALL_HEX;
const CAPITAL: Kinds = CAPITAL_HEX | CAPITAL_X | OTHER_CAPITAL;
/// Letters and digits.
const PLAIN: Kinds = DIGIT | CAPITAL | SMALL_HEX | SMALL_X | OTHER_SMALL;
const CODED: Kinds = PLAIN | PADDING;

const fn kind(c: char) -> Kinds {
    match c {
        '0'..='9' => DIGIT,
        'A'..='F' => CAPITAL_HEX,
        'X' => CAPITAL_X,
        'G'..='Z' => OTHER_CAPITAL,
        'a'..='f' => SMALL_HEX,
        'x' => SMALL_X,
        'g'..='z' => OTHER_SMALL,
        '+' | '/' => STANDARD,
        '-' | '_' => URL_SAFE,
        '=' => PADDING,
        '*' | '\u{2022}' => MASK,
        c if c.is_whitespace() => SPACE,
        _ => OTHER,
    }
}

/// The kind of each byte, of which those beyond ASCII are part of a character.
static KINDS: [Kinds; 256] = kinds();

const fn kinds() -> [Kinds; 256] {
    let mut all = [0; 256];
    let (mut rest, mut byte) = (all.as_mut_slice(), 0_u8);
    while let Some((first, others)) = rest.split_first_mut() {
        *first = if byte.is_ascii() { kind(byte as char) } else { 0 };
        (rest, byte) = (others, byte.wrapping_add(1));
    }
    all
}

/// A text and the kinds of which it has characters; it is gone through once for them.
#[derive(Clone, Copy)]
pub(super) struct Content<'a> {
    pub(super) text: &'a str,
    kinds: Kinds,
}

impl<'a> Content<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let of_byte = |byte: &u8| KINDS.get(usize::from(*byte)).copied().unwrap_or(OTHER);
        let with_byte = |kinds, byte| kinds | of_byte(byte);
        let kinds = if text.is_ascii() {
            // Four at a time, which are looked up one beside the other.
            let (fours, rest) = text.as_bytes().as_chunks::<4>();
            rest.iter()
                .fold(fours.iter().fold(0, |kinds, four| four.iter().fold(kinds, with_byte)), with_byte)
        } else {
            text.chars().fold(0, |kinds, c| kinds | kind(c))
        };
        Self { text, kinds }
    }

    /// Whether some character is of these kinds.
    fn any_of(self, kinds: Kinds) -> bool {
        self.kinds & kinds != 0
    }

    /// Whether every character is.
    fn all_of(self, kinds: Kinds) -> bool {
        !self.any_of(!kinds)
    }

    /// Whether it is nothing but letters and digits of ASCII.
    pub(super) fn is_bare(self) -> bool {
        self.all_of(PLAIN)
    }

    /// Whether it is nothing but digits of hex.
    pub(super) fn are_digits_of_hex(self) -> bool {
        self.all_of(HEX)
    }

    /// The text without its padding, where that is nothing but digits of base64, of one of its alphabets.
    pub(super) fn digits_of_base64(self) -> Option<&'a str> {
        if !self.all_of(CODED | STANDARD) && !self.all_of(CODED | URL_SAFE) {
            return None;
        }
        if !self.any_of(PADDING) {
            return Some(self.text);
        }
        let digits = self.text.trim_end_matches('=');
        (!holds(digits, *b"=")).then_some(digits)
    }

    fn alphabet(self) -> Alphabet {
        if self.all_of(DIGIT) {
            Alphabet::Digits
        } else if self.all_of(HEX) {
            Alphabet::Hex
        } else if self.all_of(CODED | STANDARD) {
            Alphabet::Base64
        } else if self.all_of(CODED | URL_SAFE) {
            Alphabet::Base64Url
        } else {
            Alphabet::Other
        }
    }
}

/// The Luhn check of a run of ASCII digits (ISO/IEC 7812-1, annex B); other characters are passed over.
pub fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .filter(u8::is_ascii_digit)
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit - b'0');
            if place % 2 == 0 { value } else { value * 2 / 10 + value * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a value that should be an id is a card number: 14 to 16 or 19 digits (grouped or not) that pass Luhn and start
/// like a card of Visa, Mastercard, Amex, Diners, Discover, JCB, Maestro or `RuPay`.
pub fn looks_like_card(text: &str) -> bool {
    if !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b' ' | b'-' | b'.')) {
        return false;
    }
    let mut digits = text.bytes().filter(u8::is_ascii_digit);
    matches!(digits.clone().count(), 14..=16 | 19)
        && matches!(digits.next(), Some(b'2'..=b'6' | b'8'))
        && luhn(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_sample_token_is_a_well_formed_number() {
        let facts = Facts::of("4788080252078243");
        assert_eq!((facts.length, facts.alphabet, facts.luhn), (16, Alphabet::Digits, true));
    }

    #[test]
    fn luhn_is_told_of_twelve_to_nineteen_digits_only() {
        for (text, passes) in [
            ("00000000000", false),
            ("000000000000", true),
            ("0000000000000000000", true),
            ("00000000000000000000", false),
            ("000000000001", false),
            ("0000-0000-0000", false),
        ] {
            assert_eq!(Facts::of(text).luhn, passes, "{text}");
        }
    }

    #[test]
    fn capitals_and_digits_may_stand_together_and_alone() {
        for (text, is) in [("V0010", true), ("VISA", true), ("42", true), ("v0010", false), ("V 1", false)] {
            assert_eq!(Facts::of(text).capitals_and_digits, is, "{text}");
        }
    }

    #[test]
    fn a_cryptogram_decodes_to_twenty_bytes_and_the_sample_is_a_placeholder() {
        assert_eq!(Facts::of("AwAAAAEAQ3Pr0sMAmUh7gIcAAAA=").decoded_length, Some(20));
        assert!(Facts::of("XXXXXXXXXXXXXXXX").placeholder);
        assert!(!Facts::of("").placeholder);
    }

    #[test]
    fn the_two_alphabets_of_base64_are_told_apart() {
        let told = |text: &str| Facts::of(text).alphabet;
        assert_eq!(told("AwAA/+=="), Alphabet::Base64);
        assert_eq!(told("AwAA_-=="), Alphabet::Base64Url);
        assert_eq!(told("0aF9"), Alphabet::Hex);
        assert_eq!(told("AwAA_/=="), Alphabet::Other);
    }

    #[test]
    fn a_card_number_is_known_by_length_luhn_and_prefix() {
        assert!(looks_like_card("4111 1111 1111 1111"));
        assert!(looks_like_card("378282246310005"));
        assert!(!looks_like_card("4111111111111112"));
        assert!(!looks_like_card("9876543210"));
        assert!(luhn("4000000002") && !looks_like_card("4000000002"), "too short");
        assert!(luhn("9111111111111110") && !looks_like_card("9111111111111110"), "no network's prefix");
        assert!(!looks_like_card("2abcdefghijklmn6"), "sixteen characters whose digits pass Luhn");
        assert!(!looks_like_card("token_a0c16957f9bf46b0966a91a35b555353"));
    }
}
