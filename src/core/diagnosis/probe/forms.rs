//! The forms that a reference may have been meant in.
//!
//! Owns: what people lose and add when they copy one. Must not know: where it is sent. Tested below, by table.

use crate::text::is_dangerous;

/// What stands before the digits of a reference.
const PREFIX: &str = "token_";

/// Hexadecimal digits of a reference.
const DIGITS: usize = 32;

/// In which form of the one that was refused a reference is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The same.
    AsSent,
    /// The whole reference that stands in a longer text.
    Within,
    /// Without the blanks, quotes and commas around it.
    Trimmed,
    /// With `token_` before its digits.
    Prefixed,
    /// In small letters.
    Lower,
    /// With its digits in capitals.
    Upper,
}

impl Form {
    /// In two words at most.
    pub fn word(self) -> &'static str {
        match self {
            Self::AsSent => "as sent",
            Self::Within => "token_ found",
            Self::Trimmed => "trimmed",
            Self::Prefixed => "token_ added",
            Self::Lower => "lower case",
            Self::Upper => "upper case",
        }
    }
}

/// The other forms of a reference, the likeliest first, each once.
pub(super) fn of(reference: &str) -> Vec<(Form, String)> {
    let found = [
        within(reference).map(|it| (Form::Within, it)),
        trimmed(reference).map(|it| (Form::Trimmed, it)),
        prefixed(reference).map(|it| (Form::Prefixed, it)),
        other_case(reference),
    ];
    let mut forms: Vec<(Form, String)> = Vec::new();
    for (form, text) in found.into_iter().flatten() {
        if text != reference && !forms.iter().any(|(_, other)| *other == text) {
            forms.push((form, text));
        }
    }
    forms
}

/// A `token_` and the digits behind it, of a text that holds more.
fn within(text: &str) -> Option<String> {
    let (_, rest) = text.split_once(PREFIX)?;
    let digits: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
    (digits.len() == DIGITS).then(|| format!("{PREFIX}{digits}"))
}

/// An id may begin and end with `_` or `-`.
fn trimmed(text: &str) -> Option<String> {
    let is_mark = |c: char| c.is_ascii_punctuation() && !matches!(c, '_' | '-');
    let around = |c: char| c.is_whitespace() || is_mark(c) || is_dangerous(c);
    let inner = text.trim_matches(around);
    (!inner.is_empty()).then(|| inner.to_owned())
}

fn prefixed(text: &str) -> Option<String> {
    is_digits(text).then(|| format!("{PREFIX}{text}"))
}

/// The same digits in the other case; a mix of both becomes small.
fn other_case(text: &str) -> Option<(Form, String)> {
    let head = text.get(..PREFIX.len()).filter(|head| head.eq_ignore_ascii_case(PREFIX));
    let digits = head.and_then(|head| text.strip_prefix(head)).unwrap_or(text);
    if !is_digits(digits) {
        return None;
    }
    Some(if text.chars().any(|c| c.is_ascii_uppercase()) {
        (Form::Lower, text.to_ascii_lowercase())
    } else {
        (Form::Upper, format!("{}{}", head.unwrap_or_default(), digits.to_ascii_uppercase()))
    })
}

fn is_digits(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "a0c16957f9bf46b0966a91a35b555353";

    /// A digit short of a reference.
    const SHORT: &str = "0c16957f9bf46b0966a91a35b555353";

    fn words(reference: &str) -> Vec<(&'static str, String)> {
        of(reference).into_iter().map(|(form, text)| (form.word(), text)).collect()
    }

    #[test]
    fn a_reference_as_it_should_be_has_its_other_case_only() {
        let upper = format!("token_{}", HEX.to_uppercase());
        assert_eq!(words(&format!("token_{HEX}")), [("upper case", upper.clone())]);
        assert_eq!(words(&upper), [("lower case", format!("token_{HEX}"))]);
        assert_eq!(words("token_12345678901234567890123456789012"), []);
    }

    #[test]
    fn thirty_two_digits_get_their_prefix_and_thirty_one_do_not() {
        assert_eq!(words(HEX)[0], ("token_ added", format!("token_{HEX}")));
        for near in [SHORT, "g0c16957f9bf46b0966a91a35b555353", "tkn_a0c16957", "order-1"] {
            assert_eq!(words(near), [], "{near}");
        }
    }

    #[test]
    fn what_was_copied_along_is_cut_off() {
        let whole = format!("token_{HEX}");
        for text in [format!("card_reference={whole}&x=1"), format!("\"{whole}\","), format!("x{whole}")] {
            assert_eq!(words(&text)[0], ("token_ found", whole.clone()), "{text}");
        }
        for text in ["'order-1',", " order-1\u{a0}", "\u{200b}order-1"] {
            assert_eq!(words(text), [("trimmed", "order-1".to_owned())], "{text}");
        }
        assert_eq!(words(&format!("\"token_{SHORT}\"")), [("trimmed", format!("token_{SHORT}"))]);
    }

    #[test]
    fn what_holds_no_reference_has_no_other_form() {
        for text in ["", "\"\"", "token_", "卡", "token_\u{e9}", "a"] {
            assert_eq!(words(text), [], "{text}");
        }
    }
}
