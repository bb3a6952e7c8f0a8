//! Whether an id is the number of a card that was typed or pasted by mistake (threat model, row 57).
//!
//! Owns: the thresholds of each field, and what a number may be grouped or written with. Must not know: what is done about
//! it. Tested: below, by table.

use unicode_normalization::UnicodeNormalization as _;

use super::RequestField;
use crate::secret::{looks_like_card, luhn};

/// What an id looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// A card number.
    Card,
    /// Digits that could be one, and could as well be a phone or order number: 13 to 19 that pass Luhn.
    Doubtful,
}

/// What the value of a field looks like; `None` for an id like any other. No reference is a bare number, so one is a card
/// wherever it could be; the other ids are only with a card's length and prefix too.
pub(super) fn of(field: RequestField, value: &str) -> Option<Likeness> {
    let digits = digits(value)?;
    if !(13..=19).contains(&digits.len()) || !luhn(&digits) {
        return None;
    }
    let card = field == RequestField::CardReference || looks_like_card(&digits);
    Some(if card { Likeness::Card } else { Likeness::Doubtful })
}

/// The digits of a value that holds no letter: whatever else stands between them groups them. Full-width digits and the like
/// are digits too.
fn digits(value: &str) -> Option<String> {
    // A letter of ASCII stays one whatever stands around it, and nearly every id has one.
    if value.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let mut digits = String::with_capacity(value.len());
    for c in value.nfkc() {
        match c {
            '0'..='9' => digits.push(c),
            c if c.is_alphanumeric() => return None,
            _ => {}
        }
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHERS: [RequestField; 3] =
        [RequestField::CustomerId, RequestField::RoutingId, RequestField::SubmerchantId];

    /// Digits that pass Luhn, of this length and with this start.
    fn number(start: &str, length: usize) -> String {
        let body = format!("{start:0<width$}", width = length - 1);
        let check = ('0'..='9').find(|c| luhn(&format!("{body}{c}"))).unwrap();
        format!("{body}{check}")
    }

    #[test]
    fn a_reference_is_a_card_at_13_to_19_digits_that_pass_luhn() {
        let of = |value: &str| of(RequestField::CardReference, value);
        for length in 13..=19 {
            for start in ["4", "9"] {
                assert_eq!(of(&number(start, length)), Some(Likeness::Card), "{start} {length}");
            }
        }
        for other in [number("4", 12), number("4", 20), "4111111111111112".into(), String::new()] {
            assert_eq!(of(&other), None, "{other}");
        }
    }

    #[test]
    fn another_id_is_a_card_with_a_cards_length_and_prefix_and_else_doubtful() {
        for field in OTHERS {
            for length in 12..=20 {
                let as_card = match length {
                    14..=16 | 19 => Some(Likeness::Card),
                    13 | 17 | 18 => Some(Likeness::Doubtful),
                    _ => None,
                };
                assert_eq!(of(field, &number("4", length)), as_card, "{length}");
                let with_other_start = as_card.map(|_| Likeness::Doubtful);
                assert_eq!(of(field, &number("9", length)), with_other_start, "{length}");
            }
            assert_eq!(of(field, "4111111111111112"), None);
        }
    }

    #[test]
    fn grouping_and_other_shapes_of_digits_hide_no_card() {
        for value in [
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "4111.1111.1111.1111",
            "4111_1111_1111_1111",
            "4111/1111/1111/1111",
            "4111,1111,1111,1111",
            "4111\u{a0}1111\u{2009}1111\u{202f}1111",
            "4111\u{2013}1111\u{2212}1111\u{2011}1111",
            "4111\u{200b}1111\u{2060}1111\u{feff}1111",
            "4111\t1111\n1111\r1111",
            " 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 ",
            "\"4111111111111111\"",
            "(4111) 1111-1111-1111",
            "４１１１１１１１１１１１１１１１",
            "４１１１　１１１１　１１１１　１１１１",
            "𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏",
        ] {
            for field in RequestField::ALL {
                assert_eq!(of(field, value), Some(Likeness::Card), "{field:?} {value}");
            }
        }
    }

    #[test]
    fn ids_with_letters_are_ids() {
        for value in [
            "token_4111111111111111",
            "c4111111111111111",
            "4111111111111111x",
            "order 4111",
            "卡4111111111111111",
        ] {
            assert_eq!(of(RequestField::CardReference, value), None, "{value}");
        }
    }
}
