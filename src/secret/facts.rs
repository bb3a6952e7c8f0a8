//! What may be known of a secret without reading it: counts, shapes and agreements, never a character.

use super::decode::base64_length;

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
        let kinds = Kinds::of(text);
        let alphabet = kinds.alphabet();
        Self {
            length: kinds.length,
            alphabet,
            luhn: alphabet == Alphabet::Digits && (12..=19).contains(&kinds.length) && luhn(text),
            decoded_length: base64_length(text),
            has_space: kinds.space > 0,
            placeholder: !text.is_empty() && kinds.are_all(kinds.x),
            masked_upstream: kinds.mask > 0,
            capitals_and_digits: kinds.are_all(kinds.digit + kinds.capital),
            form_encoded: kinds.standard + kinds.padding > 0,
        }
    }
}

/// How many characters of each kind a text has; it is gone through once. A letter from A to F is counted as hex as well.
#[derive(Default)]
struct Kinds {
    length: usize,
    digit: usize,
    hex_letter: usize,
    capital: usize,
    small: usize,
    x: usize,
    /// `+` and `/`.
    standard: usize,
    /// `-` and `_`.
    url_safe: usize,
    /// `=`.
    padding: usize,
    space: usize,
    /// `*` and the bullet.
    mask: usize,
}

impl Kinds {
    fn of(text: &str) -> Self {
        let mut kinds = Self::default();
        for c in text.chars() {
            kinds.count(c);
        }
        kinds
    }

    fn count(&mut self, c: char) {
        self.length += 1;
        self.hex_letter += usize::from(matches!(c, 'a'..='f' | 'A'..='F'));
        self.x += usize::from(matches!(c, 'x' | 'X'));
        match c {
            '0'..='9' => self.digit += 1,
            'A'..='Z' => self.capital += 1,
            'a'..='z' => self.small += 1,
            '+' | '/' => self.standard += 1,
            '-' | '_' => self.url_safe += 1,
            '=' => self.padding += 1,
            '*' | '\u{2022}' => self.mask += 1,
            c if c.is_whitespace() => self.space += 1,
            _ => {}
        }
    }

    fn are_all(&self, count: usize) -> bool {
        count == self.length
    }

    fn alphabet(&self) -> Alphabet {
        let coded = self.digit + self.capital + self.small + self.padding;
        if self.are_all(self.digit) {
            Alphabet::Digits
        } else if self.are_all(self.digit + self.hex_letter) {
            Alphabet::Hex
        } else if self.are_all(coded + self.standard) {
            Alphabet::Base64
        } else if self.are_all(coded + self.url_safe) {
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
