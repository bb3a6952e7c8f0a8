//! A text on the search for secrets: its characters, each with its place in the source, so that a find in a text that was
//! folded or decoded can be masked in the text as it is shown.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use crate::text::is_dangerous;

/// A character and the bytes of the source that it came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    pub(super) c: char,
    /// The first byte.
    pub(super) from: u32,
    /// The byte behind the last.
    pub(super) to: u32,
}

/// The characters of a text.
pub(super) type Track = Vec<Unit>;

/// What the characters of a track are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text.
    Text,
    /// Decoded bytes, each one a character of the same number, of which some lie beyond ASCII. Those are no letters: read as
    /// Latin-1, four of them could be six characters (`¾` is three), and any vowel would have a dozen.
    Bytes,
}

impl Kind {
    /// What decoded bytes are: text where all are ASCII, which then need not be searched twice.
    pub(super) fn of(bytes: &[Unit]) -> Self {
        if bytes.iter().all(|unit| unit.c.is_ascii()) { Self::Text } else { Self::Bytes }
    }
}

/// The text as it stands. Places of 32 bits take half the room, and no answer is larger than a MiB.
pub(super) fn plain(raw: &str) -> Track {
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    raw.char_indices().map(|(at, c)| Unit { c, from: place(at), to: place(at + c.len_utf8()) }).collect()
}

/// Case, width and accents taken off, invisible characters dropped; of bytes beyond ASCII nothing is taken off.
pub(super) fn folded(track: &[Unit], kind: Kind) -> Track {
    let mut out = Track::with_capacity(track.len());
    for unit in track {
        each_form(unit.c, kind, |c| out.push(Unit { c, ..*unit }));
    }
    out
}

/// Hands over the characters that folding leaves of one.
pub(super) fn each_form(c: char, kind: Kind, mut take: impl FnMut(char)) {
    if is_dangerous(c) {
        return;
    }
    if c.is_ascii() || kind == Kind::Bytes {
        return take(c.to_ascii_lowercase());
    }
    decompose_compatible(c, |form| {
        if !is_combining_mark(form) {
            form.to_lowercase().for_each(&mut take);
        }
    });
}

/// Without the case of ASCII, and nothing else.
pub(super) fn lowered(track: &[Unit]) -> Track {
    track.iter().map(|unit| Unit { c: unit.c.to_ascii_lowercase(), ..*unit }).collect()
}

/// Letters and digits only: without what groups digits or differs between the two base64 alphabets.
pub(super) fn bare(track: &[Unit]) -> Track {
    track.iter().filter(|unit| unit.c.is_alphanumeric()).copied().collect()
}

/// Without blanks and line ends, which base64 may be broken by.
pub(super) fn unbroken(track: &[Unit]) -> Track {
    track.iter().filter(|unit| !unit.c.is_whitespace()).copied().collect()
}

/// Bytes, each one a character of the same number, put together to the characters of UTF-8; `None` for a text without any.
/// What is left over stays what it is in a text, and is no character of decoded bytes.
pub(super) fn utf8(bytes: &[Unit], kind: Kind) -> Option<Track> {
    let alone = |c: char| if c.is_ascii() || kind == Kind::Text { c } else { char::REPLACEMENT_CHARACTER };
    let mut out = Track::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        let (unit, used) = sequence(rest).unwrap_or((Unit { c: alone(first.c), ..*first }, 1));
        out.push(unit);
        rest = rest.get(used..).unwrap_or_default();
    }
    (kind == Kind::Bytes || out.len() < bytes.len()).then_some(out)
}

/// The character that the bytes start with, if it takes more than one of them.
fn sequence(bytes: &[Unit]) -> Option<(Unit, usize)> {
    let first = bytes.first()?;
    let count = match u32::from(first.c) {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let all = bytes.get(..count)?;
    let raw: Option<Vec<u8>> = all.iter().map(|unit| u8::try_from(u32::from(unit.c)).ok()).collect();
    let c = std::str::from_utf8(&raw?).ok()?.chars().next()?;
    Some((Unit { c, from: first.from, to: all.last()?.to }, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(track: &[Unit]) -> String {
        track.iter().map(|unit| unit.c).collect()
    }

    #[test]
    fn folding_takes_off_case_width_accents_and_what_is_invisible() {
        assert_eq!(text(&folded(&plain("ＴoＫ\u{200b}e\u{301}N\u{e9} ½"), Kind::Text)), "tokene 1\u{2044}2");
        assert_eq!(text(&bare(&plain("47-88 08/é"))), "478808é");
        assert_eq!(text(&unbroken(&plain("a b\r\n\tc"))), "abc");
    }

    #[test]
    fn the_forms_of_each_character_are_those_of_the_norm() {
        use unicode_normalization::UnicodeNormalization as _;
        let mut forms = String::new();
        for c in (char::MIN..=char::MAX).filter(|c| !c.is_ascii() && !is_dangerous(*c)) {
            forms.clear();
            each_form(c, Kind::Text, |form| forms.push(form));
            let kept = std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c));
            assert!(kept.flat_map(char::to_lowercase).eq(forms.chars()), "{c:?}");
        }
    }

    #[test]
    fn a_folded_character_keeps_its_place() {
        let track = folded(&plain("é½x"), Kind::Text);
        let places: Vec<_> = track.iter().map(|unit| (unit.c, unit.from, unit.to)).collect();
        assert_eq!(places, [('e', 0, 2), ('1', 2, 4), ('\u{2044}', 2, 4), ('2', 2, 4), ('x', 4, 5)]);
    }

    #[test]
    fn of_bytes_only_ascii_is_folded_and_what_is_no_utf_8_is_no_text() {
        let bytes = plain("A\u{e3}\u{be}\u{200b}\u{7f}Z");
        assert_eq!(text(&folded(&bytes, Kind::Bytes)), "a\u{e3}\u{be}z");
        assert_eq!(text(&lowered(&bytes)), "a\u{e3}\u{be}\u{200b}\u{7f}z");
        let mixed = plain("\u{e9}a\u{c3}\u{bc}");
        assert_eq!(text(&utf8(&mixed, Kind::Bytes).unwrap()), "\u{fffd}a\u{fc}");
        assert_eq!(text(&utf8(&mixed, Kind::Text).unwrap()), "\u{e9}a\u{fc}");
    }

    #[test]
    fn bytes_are_put_together_to_characters() {
        let bytes = |text: &str| {
            let all: String = text.bytes().map(char::from).collect();
            plain(&all)
        };
        for written in ["４x", "卡ü", "a\u{1f600}b"] {
            assert_eq!(text(&utf8(&bytes(written), Kind::Bytes).unwrap()), written);
        }
        assert!(utf8(&bytes("4788"), Kind::Text).is_none());
        assert!(utf8(&plain("\u{ff}\u{e9}x"), Kind::Text).is_none());
        let cut = plain("\u{e5}\u{8d}");
        assert!(utf8(&cut, Kind::Text).is_none());
        assert_eq!(text(&utf8(&cut, Kind::Bytes).unwrap()), "\u{fffd}\u{fffd}");
    }
}
