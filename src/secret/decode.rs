//! The ways in which a text can hide another: percent and JSON escapes, hex, base64. Each keeps track of the place in the
//! source, so that a find in the decoded text can be masked in the text as it is shown.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use unicode_normalization::UnicodeNormalization as _;

/// Characters, each with the bytes of the source that it came from.
pub(super) type Track = Vec<(char, Range<usize>)>;

/// Shorter runs of hex digits hold less than six characters.
const HEX_RUN: usize = 12;

/// Shorter runs of base64 hold less than six characters.
const BASE64_RUN: usize = 8;

/// The bytes of a whole base64 text, standard or URL-safe, padded or not.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].iter().find_map(|engine| engine.decode(text).ok())
}

/// The bytes of a whole hex text.
pub(super) fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(nibble).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble)).collect())
}

/// The text as it stands.
pub(super) fn plain(raw: &str) -> Track {
    raw.char_indices().map(|(at, c)| (c, at..at + c.len_utf8())).collect()
}

/// Compatibility forms and case taken off, invisible characters dropped.
pub(super) fn folded(track: &Track) -> Track {
    track
        .iter()
        .filter(|(c, _)| !crate::text::is_dangerous(*c))
        .flat_map(|(c, at)| {
            let at = at.clone();
            std::iter::once(*c).nfkc().flat_map(char::to_lowercase).map(move |c| (c, at.clone()))
        })
        .collect()
}

/// Without the characters that group digits or change between the two base64 alphabets.
pub(super) fn stripped(track: &Track) -> Track {
    track.iter().filter(|(c, _)| !is_separator(*c)).cloned().collect()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '_' | '.' | ',' | ':' | '+' | '/' | '=' | '"' | '\'')
}

/// `%41` and the like decoded; `None` where there is none.
pub(super) fn percent(track: &Track) -> Option<Track> {
    unescape(track, '%', |rest| hex_escape(rest, 2, 1))
}

/// JSON escapes decoded (`\u0041`, `\/`); `None` where there is none.
pub(super) fn json(track: &Track) -> Option<Track> {
    unescape(track, '\\', |rest| match rest.get(1)?.0 {
        'u' => hex_escape(rest, 4, 2),
        c => Some((c, 2)),
    })
}

/// HTML character references decoded (`&#52;`, `&#x34;`); `None` where there is none.
pub(super) fn html(track: &Track) -> Option<Track> {
    unescape(track, '&', |rest| {
        let end = rest.iter().take(10).position(|(c, _)| *c == ';')?;
        let inner: String = rest.get(2..end)?.iter().map(|(c, _)| *c).collect();
        let code = match inner.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => inner.parse(),
        };
        (rest.get(1)?.0 == '#').then_some((char::from_u32(code.ok()?)?, end + 1))
    })
}

/// Takes the escapes that start with `sign`; `take` returns the character and how many it stood for.
fn unescape(
    track: &Track,
    sign: char,
    take: impl Fn(&[(char, Range<usize>)]) -> Option<(char, usize)>,
) -> Option<Track> {
    if !track.iter().any(|(c, _)| *c == sign) {
        return None;
    }
    let mut out = Vec::with_capacity(track.len());
    let mut rest = track.as_slice();
    while let Some((c, at)) = rest.first() {
        let (c, used) = if *c == sign { take(rest).unwrap_or((*c, 1)) } else { (*c, 1) };
        let end = rest.get(used - 1).map_or(at.end, |(_, last)| last.end);
        out.push((c, at.start..end));
        rest = rest.get(used..).unwrap_or_default();
    }
    Some(out)
}

/// A character written as `digits` hex digits behind `skip` characters.
fn hex_escape(rest: &[(char, Range<usize>)], digits: usize, skip: usize) -> Option<(char, usize)> {
    let code = rest
        .get(skip..skip + digits)?
        .iter()
        .try_fold(0, |code, (c, _)| Some(code << 4 | u32::from(nibble(*c)?)))?;
    Some((char::from_u32(code)?, skip + digits))
}

/// What the runs of hex digits decode to, at both alignments.
pub(super) fn hex_runs(track: &Track) -> Vec<Track> {
    let bare: Track = stripped(track);
    runs(&bare, |c| nibble(c).map(u32::from), HEX_RUN)
        .iter()
        .flat_map(|run| (0..2).map(|skip| bytes(run.get(skip..).unwrap_or_default(), 4, 0)))
        .collect()
}

/// What the runs of base64 decode to, at all four alignments.
pub(super) fn base64_runs(track: &Track) -> Vec<Track> {
    runs(track, sextet, BASE64_RUN)
        .iter()
        .flat_map(|run| (0..4).map(|place| bytes(run, 6, place * 6)))
        .collect()
}

type Digits = Vec<(u32, Range<usize>)>;

/// The maximal runs of characters that are digits of an encoding.
fn runs(track: &Track, digit: impl Fn(char) -> Option<u32>, least: usize) -> Vec<Digits> {
    let mut all = vec![];
    let mut run: Digits = vec![];
    for (c, at) in track {
        match digit(*c) {
            Some(value) => run.push((value, at.clone())),
            None => all.push(std::mem::take(&mut run)),
        }
    }
    all.push(run);
    all.retain(|run| run.len() >= least);
    all
}

/// Joins digits of `width` bits to the bytes that lie whole within them; `phase` is the bit of the 24-bit grid on which the
/// first digit starts. Each byte becomes one character of the same number.
fn bytes(digits: &[(u32, Range<usize>)], width: u32, phase: u32) -> Track {
    let mut out = Track::new();
    let mut bits = 0_u32;
    // Bits of the current byte that we hold; a byte whose start we missed is passed over.
    let mut have = phase % 8;
    let mut whole = have == 0;
    let mut start = 0;
    for (value, at) in digits {
        if have == 0 {
            start = at.start;
        }
        bits = (bits << width | value) & 0xffff;
        have += width;
        if have >= 8 {
            have -= 8;
            let byte = u8::try_from(bits >> have & 0xff).unwrap_or_default();
            if whole {
                out.push((char::from(byte), start..at.end));
            }
            whole = true;
            start = at.start;
        }
    }
    out
}

fn nibble(c: char) -> Option<u8> {
    c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn sextet(c: char) -> Option<u32> {
    let base = |from: char| u32::from(c) - u32::from(from);
    match c {
        'A'..='Z' => Some(base('A')),
        'a'..='z' => Some(base('a') + 26),
        '0'..='9' => Some(base('0') + 52),
        '+' | '-' => Some(62),
        '/' | '_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(track: &Track) -> String {
        track.iter().map(|(c, _)| *c).collect()
    }

    #[test]
    fn escapes_decode_and_remember_their_place() {
        let track = percent(&plain("a%34%37b")).unwrap();
        assert_eq!(text(&track), "a47b");
        assert_eq!(track[1].1, 1..4);
        assert_eq!(text(&json(&plain(r"\u0034\/7\")).unwrap()), r"4/7\");
        assert_eq!(text(&html(&plain("&#52;&#x37;&amp;")).unwrap()), "47&amp;");
        assert!(percent(&plain("47")).is_none());
    }

    #[test]
    fn hex_decodes_at_both_alignments() {
        let all: Vec<String> = hex_runs(&plain("x0343738383038")).iter().map(text).collect();
        assert!(all.iter().any(|t| t.contains("478808")), "{all:?}");
    }

    #[test]
    fn base64_decodes_from_the_middle_of_a_longer_run() {
        let whole = STANDARD.encode("zz4788080252078243zz");
        for from in 0..4 {
            let part: String = whole.chars().skip(from).collect();
            assert!(base64_runs(&plain(&part)).iter().any(|t| text(t).contains("80252078243")), "{part}");
        }
    }
}
