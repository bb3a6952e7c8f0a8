//! Letters that pass for others: whether a shown text writes a word in more than one script (threat model, row 41).
//!
//! Owns: which scripts have letters that read as Latin ones. Must not know: where the text stands or how it is marked.
//! Tested: below, by table.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript as _};

use crate::secret::{Masked, Piece};

/// Whether one word of the text has letters of two of Latin, Cyrillic, Greek, Armenian and Cherokee, or Latin ones in another
/// shape (full-width, mathematical and the like), which nobody types by themselves.
pub fn is_mixed(text: &Masked) -> bool {
    text.pieces().iter().any(|piece| matches!(piece, Piece::Text(text) if has_mixed_word(text)))
}

/// The same of a part of a text, such as what a screen shows of a long one.
pub fn has_mixed_word(part: &str) -> bool {
    !part.is_ascii() && part.split(is_gap).any(is_mixed_word)
}

fn is_gap(c: char) -> bool {
    !c.is_alphanumeric() && !is_combining_mark(c)
}

fn is_mixed_word(word: &str) -> bool {
    if word.is_ascii() {
        return false;
    }
    let mut letters = word.chars().filter(|c| is_confusable(*c));
    let Some(first) = letters.next() else { return false };
    is_in_disguise(first) || letters.any(|c| is_in_disguise(c) || c.script() != first.script())
}

/// Letters of other scripts, such as Devanagari, read as nothing but themselves.
fn is_confusable(c: char) -> bool {
    let has_doubles = matches!(
        c.script(),
        Script::Latin | Script::Cyrillic | Script::Greek | Script::Armenian | Script::Cherokee
    );
    has_doubles || is_in_disguise(c)
}

/// Whether it is a basic Latin letter in another shape. The ordinals of Latin-1 are ordinary text.
fn is_in_disguise(c: char) -> bool {
    let mut plain = std::iter::once(c).nfkc();
    let is_letter =
        plain.next().is_some_and(|it| it.is_ascii_alphabetic() && it != c) && plain.next().is_none();
    is_letter && !matches!(c, 'ª' | 'º')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Needles;

    fn mixed(text: &str) -> bool {
        is_mixed(&Masked::ours(text))
    }

    #[test]
    fn words_with_letters_that_pass_for_others_are_mixed() {
        for text in [
            "\u{410}CTIVE",
            "T\u{435}st Bank",
            "Test B\u{430}nk",
            "VIS\u{391}",
            "\u{555}NE",
            "\u{13ab}ANK",
            "\u{ff36}\u{ff29}\u{ff33}\u{ff21}",
            "VIS\u{ff21}",
            "\u{1d5e9}\u{1d5dc}\u{1d5e6}\u{1d5d4}",
            "ban\u{212a}",
            "\u{2160}CICI",
            "a1\u{431}2",
            "\u{3b1}\u{431}",
            "e\u{301}\u{435}",
        ] {
            assert!(mixed(text), "{text}");
        }
    }

    #[test]
    fn words_of_one_script_are_not_mixed_whatever_stands_beside_them() {
        for text in [
            "",
            "ACTIVE",
            "Zoë Crédit Agricole",
            "Cafe\u{301} du Nord",
            "Сбербанк",
            "Сбербанк Europe AG",
            "Εθνική (NBG)",
            "भारतीय स्टेट बैंक SBI",
            "SBIबैंक",
            "三井住友UFJ",
            "1º de Maio, 2ª",
            "40000000079",
            "a\u{202e}б",
            "••••••••",
            "\u{fb01}nance",
        ] {
            assert!(!mixed(text), "{text}");
        }
    }

    #[test]
    fn a_mask_parts_words() {
        let text = Masked::free_text("A4111111111111111Б", &Needles::default());
        assert!(text.pieces().contains(&Piece::Mask) && !is_mixed(&text));
    }
}
