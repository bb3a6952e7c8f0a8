//! A text on the search for secrets: its characters, each with its place in the source, so that a find in a text that was
//! folded or decoded can be masked in the text as it is shown.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

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

/// The text as it stands. Places of 32 bits take half the room, and no answer is larger than a MiB.
pub(super) fn plain(raw: &str) -> Track {
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    raw.char_indices().map(|(at, c)| Unit { c, from: place(at), to: place(at + c.len_utf8()) }).collect()
}

/// Case, width and accents taken off, invisible characters dropped.
pub(super) fn folded(track: &[Unit]) -> Track {
    let mut out = Track::with_capacity(track.len());
    for unit in track {
        match unit.c {
            c if is_dangerous(c) => {}
            c if c.is_ascii() => out.push(Unit { c: c.to_ascii_lowercase(), ..*unit }),
            c => out.extend(simple_forms(c).map(|c| Unit { c, ..*unit })),
        }
    }
    out
}

fn simple_forms(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase)
}

/// Letters and digits only: without what groups digits or differs between the two base64 alphabets.
pub(super) fn bare(track: &[Unit]) -> Track {
    track.iter().filter(|unit| unit.c.is_alphanumeric()).copied().collect()
}

/// Without blanks and line ends, which base64 may be broken by.
pub(super) fn unbroken(track: &[Unit]) -> Track {
    track.iter().filter(|unit| !unit.c.is_whitespace()).copied().collect()
}

/// Bytes, each one a character of the same number, put together to the characters of UTF-8; `None` where they are ASCII or
/// no UTF-8.
pub(super) fn utf8(bytes: &[Unit]) -> Option<Track> {
    let mut out = Track::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        let (unit, used) = sequence(rest).unwrap_or((*first, 1));
        out.push(unit);
        rest = rest.get(used..).unwrap_or_default();
    }
    (out.len() < bytes.len()).then_some(out)
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
        assert_eq!(text(&folded(&plain("ＴoＫ\u{200b}e\u{301}N\u{e9} ½"))), "tokene 1\u{2044}2");
        assert_eq!(text(&bare(&plain("47-88 08/é"))), "478808é");
        assert_eq!(text(&unbroken(&plain("a b\r\n\tc"))), "abc");
    }

    #[test]
    fn a_folded_character_keeps_its_place() {
        let track = folded(&plain("é½x"));
        let places: Vec<_> = track.iter().map(|unit| (unit.c, unit.from, unit.to)).collect();
        assert_eq!(places, [('e', 0, 2), ('1', 2, 4), ('\u{2044}', 2, 4), ('2', 2, 4), ('x', 4, 5)]);
    }

    #[test]
    fn bytes_are_put_together_to_characters() {
        let bytes = |text: &str| {
            let all: String = text.bytes().map(char::from).collect();
            plain(&all)
        };
        for written in ["４x", "卡ü", "a\u{1f600}b"] {
            assert_eq!(text(&utf8(&bytes(written)).unwrap()), written);
        }
        assert!(utf8(&bytes("4788")).is_none());
        assert!(utf8(&plain("\u{ff}\u{e9}x")).is_none());
        let cut = plain("\u{e5}\u{8d}");
        assert!(utf8(&cut).is_none());
    }
}
