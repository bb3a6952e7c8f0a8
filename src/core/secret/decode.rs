//! The ways in which a text can hide another: percent, JSON and HTML escapes, hex, base64.

use super::facts::Content;
use super::track::{self, Kind, Track, Unit};

/// Shorter runs of hex digits hold less than six characters.
pub(super) const HEX_RUN: usize = 12;

/// Shorter runs of base64 hold less than six characters.
pub(super) const BASE64_RUN: usize = 8;

/// How many bytes a whole base64 text stands for, standard or URL-safe, padded or not; `None` for any other text.
pub(super) fn base64_length(content: Content<'_>) -> Option<usize> {
    let digits = content.digits_of_base64()?;
    let padding = content.text.len() - digits.len();
    if !matches!((digits.len() % 4, padding), (0 | 2 | 3, 0) | (2, 2) | (3, 1)) {
        return None;
    }
    let last = digits.bytes().next_back().and_then(sextet_of).unwrap_or_default();
    let left_over = match digits.len() % 4 {
        2 => last & 0xf,
        3 => last & 3,
        _ => 0,
    };
    (left_over == 0).then_some(digits.len() * 3 / 4)
}

/// The bytes of a whole base64 text, standard or URL-safe, padded or not.
pub(super) fn base64(content: Content<'_>) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(base64_length(content)?);
    let (mut bits, mut have) = (0_u32, 0);
    for digit in content.text.bytes().map_while(sextet_of) {
        bits = bits << 6 | u32::from(digit);
        have += 6;
        if have >= 8 {
            have -= 8;
            let [byte, ..] = (bits >> have).to_le_bytes();
            bytes.push(byte);
        }
    }
    Some(bytes)
}

/// The base64 text of bytes, without its padding.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 1);
    for three in bytes.chunks(3) {
        let bits =
            (0..3).fold(0, |bits, place| bits << 8 | three.get(place).map_or(0, |byte| usize::from(*byte)));
        let digits = (0..=three.len()).map(|place| bits >> (18 - 6 * place) & 63);
        text.extend(digits.filter_map(|digit| DIGITS.get(digit)).copied().map(char::from));
    }
    text
}

/// The digits of base64, standard alphabet.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes of a whole hex text.
pub(super) fn hex(content: Content<'_>) -> Option<Vec<u8>> {
    let text = content.text;
    if !text.len().is_multiple_of(2) || !content.are_digits_of_hex() {
        return None;
    }
    let nibble = |byte: &u8| nibble_of(*byte).unwrap_or_default();
    let byte = |pair: &[u8]| pair.iter().fold(0, |byte, digit| byte << 4 | nibble(digit));
    Some(text.as_bytes().chunks_exact(2).map(byte).collect())
}

/// Bytes as lower-case hexadecimal digits.
pub fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    text.extend(bytes.iter().flat_map(|byte| hex_digits(*byte)));
    text
}

/// The two digits of a byte.
#[inline]
pub(super) fn hex_digits(byte: u8) -> [char; 2] {
    [hex_digit(byte >> 4), hex_digit(byte & 15)]
}

/// A digit of hex. Between the last figure and the first letter lie 39 other characters.
#[inline]
fn hex_digit(nibble: u8) -> char {
    char::from(b'0' + nibble + u8::from(nibble > 9) * 39)
}

/// Hands over everything that a track can be decoded to, one after the other, and what that is. Only a text has escapes.
pub(super) fn each(track: &[Unit], folded: &[Unit], kind: Kind, mut take: impl FnMut(&[Unit], Kind)) {
    let escapes = [percent, json, html];
    for undone in escapes.iter().filter(|_| kind == Kind::Text).filter_map(|undo| undo(track)) {
        take(&undone, Kind::Text);
    }
    let mut take_bytes = |bytes: &[Unit]| take(bytes, Kind::of(bytes));
    each_hex(folded, &mut take_bytes);
    each_base64(track, &mut take_bytes);
}

/// `%41` and the like decoded; `None` where there is none.
fn percent(track: &[Unit]) -> Option<Track> {
    unescape(track, '%', |rest| Some((char::from_u32(hex_number(rest, 1, 2)?)?, 3)))
}

/// JSON escapes decoded (`\u0041`, `\/`, two `\u` for one character), and `\x41`; `None` where there is none.
fn json(track: &[Unit]) -> Option<Track> {
    unescape(track, '\\', |rest| match rest.get(1)?.c {
        'u' => utf16(rest),
        'x' => Some((char::from_u32(hex_number(rest, 2, 2)?)?, 4)),
        // Whether a backslash escapes the next or stands before an escape is not to be told in the middle of a text.
        '\\' => None,
        'b' | 'f' | 'n' | 'r' | 't' => Some((' ', 2)),
        c => Some((c, 2)),
    })
}

fn utf16(rest: &[Unit]) -> Option<(char, usize)> {
    let unit = |at| hex_number(rest, at, 4).and_then(|number| u16::try_from(number).ok());
    let pair = [unit(2), unit(8)];
    let mut decoded = char::decode_utf16(pair.into_iter().flatten());
    let c = decoded.next()?.ok()?;
    Some((c, 6 * c.len_utf16()))
}

/// HTML character references decoded (`&#52;`, `&#x34;`); `None` where there is none.
fn html(track: &[Unit]) -> Option<Track> {
    unescape(track, '&', |rest| {
        let end = rest.iter().take(10).position(|unit| unit.c == ';')?;
        let inner: String = rest.get(2..end)?.iter().map(|unit| unit.c).collect();
        let code = match inner.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => inner.parse(),
        };
        (rest.get(1)?.c == '#').then_some((char::from_u32(code.ok()?)?, end + 1))
    })
}

/// Takes the escapes that start with `sign`; `take` returns the character and how many it stood for.
fn unescape(track: &[Unit], sign: char, take: impl Fn(&[Unit]) -> Option<(char, usize)>) -> Option<Track> {
    if !track.iter().any(|unit| unit.c == sign) {
        return None;
    }
    let mut out = Track::with_capacity(track.len());
    let mut rest = track;
    while let Some(first) = rest.first() {
        let taken = if first.c == sign { take(rest) } else { None };
        let (c, used) = taken.unwrap_or((first.c, 1));
        let to = rest.get(used - 1).map_or(first.to, |last| last.to);
        out.push(Unit { c, from: first.from, to });
        rest = rest.get(used..).unwrap_or_default();
    }
    Some(out)
}

/// The number of `digits` hex digits from the place `at` on.
fn hex_number(rest: &[Unit], at: usize, digits: usize) -> Option<u32> {
    let digits = rest.get(at..at + digits)?;
    digits.iter().try_fold(0, |number, unit| Some(number * 16 + u32::from(nibble(unit.c)?)))
}

/// What the runs of hex digits decode to, at both alignments.
fn each_hex(folded: &[Unit], take: &mut impl FnMut(&[Unit])) {
    let digit = |c: char| nibble(c).map(u32::from);
    for run in track::bare(folded).split(|unit| digit(unit.c).is_none()).filter(|run| run.len() >= HEX_RUN) {
        (0..2).filter_map(|skip| run.get(skip..)).for_each(|run| take(&bytes(run, digit, 4, 0)));
    }
}

/// What the runs of base64 decode to, at all four alignments.
fn each_base64(track: &[Unit], take: &mut impl FnMut(&[Unit])) {
    let unbroken = track::unbroken(track);
    for run in unbroken.split(|unit| sextet(unit.c).is_none()).filter(|run| run.len() >= BASE64_RUN) {
        (0..4).for_each(|place| take(&bytes(run, sextet, 6, place * 6)));
    }
}

/// Joins digits of `width` bits to the bytes that lie whole within them; `phase` is the bit of the 24-bit grid on which the
/// first digit starts. Each byte becomes one character of the same number.
fn bytes(run: &[Unit], digit: impl Fn(char) -> Option<u32>, width: u32, phase: u32) -> Track {
    let mut out = Track::with_capacity(run.len());
    let mut bits = 0_u32;
    // Bits of the current byte that we hold; a byte whose start we missed is passed over.
    let mut have = phase % 8;
    let mut whole = have == 0;
    let mut from = 0;
    for unit in run {
        if have == 0 {
            from = unit.from;
        }
        bits = ((bits << width) + digit(unit.c).unwrap_or_default()) & 0xffff;
        have += width;
        if have >= 8 {
            have -= 8;
            let byte = u8::try_from(bits >> have & 0xff).unwrap_or_default();
            if whole {
                out.push(Unit { c: char::from(byte), from, to: unit.to });
            }
            whole = true;
            from = unit.from;
        }
    }
    out
}

fn nibble(c: char) -> Option<u8> {
    c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The four bits of a digit of hex.
pub(super) fn nibble_of(byte: u8) -> Option<u8> {
    nibble(char::from(byte))
}

/// The six bits of a character of base64, of either alphabet.
pub(super) fn sextet(c: char) -> Option<u32> {
    u8::try_from(c).ok().and_then(sextet_of).map(u32::from)
}

/// The same of a byte.
#[inline]
pub(super) fn sextet_of(byte: u8) -> Option<u8> {
    SEXTETS.get(usize::from(byte)).copied().filter(|sextet| *sextet < NO_SEXTET)
}

/// What no digit of base64 stands for.
const NO_SEXTET: u8 = 64;

static SEXTETS: [u8; 256] = sextets();

const fn sextets() -> [u8; 256] {
    let mut all = [NO_SEXTET; 256];
    let (mut rest, mut byte) = (all.as_mut_slice(), 0_u8);
    while let Some((first, others)) = rest.split_first_mut() {
        *first = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => NO_SEXTET,
        };
        (rest, byte) = (others, byte.wrapping_add(1));
    }
    all
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::track::plain;
    use super::*;

    fn text(track: &[Unit]) -> String {
        track.iter().map(|unit| unit.c).collect()
    }

    #[test]
    fn escapes_decode_and_remember_their_place() {
        let track = percent(&plain("a%34%37b")).unwrap();
        assert_eq!(text(&track), "a47b");
        assert_eq!((track[1].from, track[1].to), (1, 4));
        assert_eq!(text(&json(&plain(r"\u0034\/7\x38\n\")).unwrap()), r"4/78 \");
        assert_eq!(text(&html(&plain("&#52;&#x37;&amp;")).unwrap()), "47&amp;");
        assert_eq!(text(&json(&plain(r"\\u0034\\\u0037")).unwrap()), r"\4\\7");
        assert!(percent(&plain("47")).is_none());
    }

    #[test]
    fn an_escape_of_two_halves_is_one_character_and_half_of_one_stays_as_it_is() {
        let track = json(&plain(r"\ud83d\ude00x")).unwrap();
        assert_eq!(text(&track), "\u{1f600}x");
        assert_eq!((track[0].from, track[0].to), (0, 12));
        for half in [r"\ud83d!", r"\ude00\ud83d", r"\u00", "100%", "%4", r"\x4", "&#;", "&#x110000;"] {
            let track = plain(half);
            for undone in [percent(&track), json(&track), html(&track)].into_iter().flatten() {
                assert_eq!(text(&undone), half);
            }
        }
    }

    #[test]
    fn hex_decodes_at_both_alignments() {
        let mut all = vec![];
        each_hex(&plain("x0343738383038"), &mut |it: &[Unit]| all.push(text(it)));
        assert!(all.iter().any(|it| it.contains("478808")), "{all:?}");
        assert_eq!(hex(Content::of("0047fF")).unwrap(), b"\x00\x47\xff");
        assert!(hex(Content::of("0047f")).is_none());
    }

    proptest! {
        #[test]
        fn base64_is_decoded_as_by_its_library(text in "[A-Za-z0-9+/]{0,9}={0,3}|[A-Dgw0-9+/_-]{0,5}={0,2}|\\PC{0,4}") {
            let engines = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD];
            let decoded = engines.iter().find_map(|engine| engine.decode(&text).ok());
            prop_assert_eq!(base64_length(Content::of(&text)), decoded.as_ref().map(Vec::len));
            prop_assert_eq!(base64(Content::of(&text)), decoded);
        }

        #[test]
        fn bytes_are_encoded_as_by_the_library_of_base64(bytes in proptest::collection::vec(0_u8.., 0..9)) {
            prop_assert_eq!(to_base64(&bytes), STANDARD_NO_PAD.encode(&bytes));
        }
    }

    #[test]
    fn what_has_padding_inside_is_no_base64() {
        for text in ["AA=A", "A=BC", "=", "=AAA", "AAA=AAA="] {
            assert!(base64_length(Content::of(text)).is_none(), "{text}");
        }
    }

    #[test]
    fn both_base64_alphabets_decode() {
        for written in ["+-/_-+_/", "----____"] {
            let bytes = STANDARD.decode(written.replace('-', "+").replace('_', "/")).unwrap();
            let whole: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            let mut all = vec![];
            each_base64(&plain(written), &mut |it: &[Unit]| all.push(text(it)));
            assert_eq!(all.first(), Some(&whole), "{written}");
        }
    }

    #[test]
    fn base64_decodes_from_the_middle_of_a_longer_run_and_across_lines() {
        let whole = STANDARD.encode("zz4788080252078243zz");
        for from in 0..4 {
            let part: String = whole.chars().skip(from).collect();
            let (first, second) = part.split_at(9);
            let broken = format!("{first}\n {second}");
            for written in [part, broken] {
                let mut all = vec![];
                each_base64(&plain(&written), &mut |it: &[Unit]| all.push(text(it)));
                assert!(all.iter().any(|it| it.contains("80252078243")), "{written}");
            }
        }
    }
}
