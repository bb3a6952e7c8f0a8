//! A first look at a text: could a run of a known secret stand in it at all? Nearly every text of an answer holds none, and
//! to know that takes a few passes over it and over each thing that it decodes to, without a track of any of them.
//!
//! It may say yes in vain, and then [`Needles`] searches. It never says no where that search would find something that it
//! promises to find: a property below holds the one against the other. (Of decoded bytes that hold a `%` or `&` with nothing
//! to undo, the search takes one encoding more off than it promises.)

use super::Needles;
use super::chain::Chain;
use super::decode::{self, BASE64_RUN, HEX_RUN};
use super::reading::{Reading, has_characters};
use super::runs::{self, RUN};
use super::seen::{ALPHANUMERIC, ASCII, Class, DANGEROUS, ESCAPE, Seen, classes};
use super::track::{self, Kind};

/// The longest text whose room is kept for the next.
const KEPT: usize = 4096;

/// Whether the search would have to be made.
pub(super) fn may_hold(needles: &Needles, raw: &str, nesting: usize) -> bool {
    let bytes = raw.as_bytes();
    if !raw.is_ascii() {
        return true;
    }
    if bytes.len() < RUN {
        return false;
    }
    let seen = Seen::of(bytes);
    if seen.any & ESCAPE != 0 || is_in_views(needles, bytes, &seen) {
        return true;
    }
    seen.nests() && is_encoded_in(needles, bytes, &seen, nesting)
}

/// Whether a run stands in what some digits of hex or base64 decode to.
fn is_encoded_in(needles: &Needles, bytes: &[u8], seen: &Seen, nesting: usize) -> bool {
    let mut look = Look { needles, nesting, room: needles.room.take() };
    let is_in = (seen.longest_hex >= HEX_RUN && look.is_in_hex(bytes))
        || (seen.longest_base64 >= BASE64_RUN && look.is_in_base64(bytes));
    if bytes.len() <= KEPT {
        needles.room.set(look.room);
    }
    is_in
}

/// Whether a run stands in the views of bytes that are a character each: bare, as they are, and folded. Where all of them
/// are letters and digits, the three are one. Their case does not count.
fn is_in_views(needles: &Needles, bytes: &[u8], seen: &Seen) -> bool {
    if needles.runs.stand_in(bytes) {
        return true;
    }
    if seen.is_bare() {
        return has_digits_of_bytes(seen) && needles.hex.stand_in(bytes);
    }
    (seen.alphanumeric >= RUN && is_in_bare_part(needles, bytes, seen, ALPHANUMERIC))
        || (seen.any & DANGEROUS != 0
            && seen.harmless >= RUN
            && is_in_part(&needles.runs, bytes, DANGEROUS, 0))
}

/// Looks into the bytes that are of all these classes, letters and digits, which alone are looked through for the digits of bytes.
fn is_in_bare_part(needles: &Needles, bytes: &[u8], seen: &Seen, classes: Class) -> bool {
    is_in_part(&needles.runs, bytes, classes, classes)
        || (has_digits_of_bytes(seen) && is_in_part(&needles.hex, bytes, classes, classes))
}

/// Whether as many digits of hex stand together as a run of them has.
fn has_digits_of_bytes(seen: &Seen) -> bool {
    seen.longest_hex >= runs::HEX_RUN
}

/// Looks into the bytes that are, of some classes, of these and no others.
#[inline(never)]
fn is_in_part<const LENGTH: usize>(runs: &runs::Runs<LENGTH>, bytes: &[u8], of: Class, these: Class) -> bool {
    let (mut chain, class_of) = (Chain::of(runs), classes());
    bytes.iter().any(|byte| class_of(*byte) & of == these && chain.ends_run(*byte))
}

/// Room for the parts of a text.
#[derive(Default)]
pub(super) struct Room {
    digits: Vec<u8>,
    bytes: Vec<u8>,
}

/// A look at what one text decodes to, with room for the parts of it.
struct Look<'a> {
    needles: &'a Needles,
    nesting: usize,
    room: Room,
}

impl Look<'_> {
    fn is_in_hex(&mut self, text: &[u8]) -> bool {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
        self.is_in_runs(text, is_part, HEX_RUN, 4, decode::nibble_of)
    }

    fn is_in_base64(&mut self, text: &[u8]) -> bool {
        let is_part = |byte: &u8| !char::from(*byte).is_whitespace();
        self.is_in_runs(text, is_part, BASE64_RUN, 6, decode::sextet_of)
    }

    /// Whether the bytes that runs of digits of `width` bits stand for may hold something.
    fn is_in_runs(
        &mut self,
        text: &[u8],
        is_part: impl Fn(&u8) -> bool,
        least: usize,
        width: i32,
        digit: impl Fn(u8) -> Option<u8>,
    ) -> bool {
        let mut run = std::mem::take(&mut self.room.digits);
        run.clear();
        run.reserve(text.len());
        let mut found = false;
        for byte in text.iter().filter(|byte| is_part(byte)) {
            if let Some(digit) = digit(*byte) {
                run.push(digit);
            } else {
                found |= run.len() >= least && self.is_in_alignments(&run, width);
                run.clear();
            }
        }
        found |= run.len() >= least && self.is_in_alignments(&run, width);
        self.room.digits = run;
        found
    }

    /// A byte can start at each even bit of base64, at each fourth of hex.
    fn is_in_alignments(&mut self, run: &[u8], width: i32) -> bool {
        let starts: &[i32] = if width == 4 { &[0, 4] } else { &[0, 2, 4, 6] };
        let mut bytes = std::mem::take(&mut self.room.bytes);
        let found = starts.iter().any(|skip| {
            unpack(run, width, *skip, &mut bytes);
            self.may_be_in(&bytes)
        });
        self.room.bytes = bytes;
        found
    }

    /// Whether decoded bytes may hold something.
    fn may_be_in(&self, bytes: &[u8]) -> bool {
        let seen = Seen::of(bytes);
        if is_in_views(self.needles, bytes, &seen) {
            return true;
        }
        let text = if seen.all & ASCII == 0 { self.text(bytes, &seen) } else { Reading::default() };
        let nests = || seen.nests() || text.nests || (seen.any & ESCAPE != 0 && has_escape(bytes));
        text.holds_run || (self.nesting > 1 && nests() && self.is_found_in(bytes))
    }

    /// What decoded bytes of which some are beyond ASCII are as UTF-8, beside what they are as a character each.
    fn text(&self, bytes: &[u8], seen: &Seen) -> Reading {
        if has_characters(bytes) {
            return Reading::of(self.needles, bytes);
        }
        // What is not ASCII is no character at all, so that the bare view alone is another one.
        let holds_run = self.needles.knows_replacement()
            || (seen.ascii_alphanumeric >= RUN
                && is_in_bare_part(self.needles, bytes, seen, ALPHANUMERIC | ASCII));
        Reading { holds_run, nests: false }
    }

    /// The search itself, for the few that hold another encoding in turn.
    fn is_found_in(&self, bytes: &[u8]) -> bool {
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let track = track::plain(&text);
        let mut found = Vec::new();
        self.needles.search_decoded(&track, Kind::of(&track), self.nesting - 1, &mut found);
        !found.is_empty()
    }
}

/// Whether something is escaped in decoded bytes, which are a text too.
fn has_escape(bytes: &[u8]) -> bool {
    let hex = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_hexdigit);
    bytes.iter().enumerate().any(|(at, byte)| match byte {
        b'%' => hex(at + 1) && hex(at + 2),
        b'&' => bytes.get(at + 1) == Some(&b'#'),
        b'\\' => true,
        _ => false,
    })
}

/// The bytes that lie whole within a run of digits, from the bit `skip` on.
fn unpack(run: &[u8], width: i32, skip: i32, bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.reserve(run.len());
    // Bits that we hold of the next byte; fewer than none, until it starts.
    let (mut bits, mut have) = (0_u32, -skip);
    for digit in run {
        bits = bits << width | u32::from(*digit);
        have += width;
        if have >= 8 {
            have -= 8;
            let [byte, ..] = (bits >> have).to_le_bytes();
            bytes.push(byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::needles::NESTING;
    use super::*;
    use proptest::prelude::*;

    /// Ways to write a text.
    const WAYS: u8 = 15;

    /// A text in one of the encodings that are followed.
    fn encoded(text: &str, way: u8) -> String {
        let each = |form: fn(u8) -> String| text.bytes().map(form).collect::<Vec<_>>().concat();
        match way {
            0 => decode::to_base64(text.as_bytes()),
            1 => decode::to_hex(text.as_bytes()),
            2 => each(|byte| format!("%{byte:02x}")),
            3 => each(|byte| format!("\\u{byte:04x}")),
            4 => each(|byte| format!("&#{byte};")),
            5 => decode::to_hex(text.as_bytes()).to_uppercase(),
            6 => text.to_uppercase(),
            7 => text.chars().flat_map(|c| [c, '\u{200b}']).collect(),
            8 => text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)).collect(),
            9 => text.chars().flat_map(|c| [c, ' ']).collect(),
            10 => each(|byte| format!("{byte:02x}:")),
            11 => text.replace('4', "%34").replace('7', "%37"),
            12 => text.replace('4', "&#52;"),
            13 => text.chars().flat_map(|c| [c, '\u{a0}']).collect(),
            _ => text.to_owned(),
        }
    }

    fn secrets() -> impl Strategy<Value = String> {
        prop_oneof!["[0-9]{6,19}", "[A-Za-z0-9+/]{8,40}", "[a-f0-9]{12,40}", "[a-zé½ß\\\\%]{6,12}"]
    }

    fn junk() -> impl Strategy<Value = String> {
        prop_oneof!["[a-zA-Z0-9]{0,9}", "[ -~]{0,9}", "\\PC{0,5}", "[\\x00-\\xff]{0,5}"]
    }

    proptest! {
        #[test]
        fn a_text_that_is_passed_over_holds_nothing_that_a_search_finds(
            secret in secrets(),
            (from, length) in (0_usize..20, 5_usize..20),
            ways in [0..WAYS, 0..WAYS, 0..WAYS],
            around in [junk(), junk(), junk(), junk()],
            nesting in 1..=NESTING,
        ) {
            let mut needles = Needles::default();
            needles.know_text(&secret);
            let [before, after, outer, end] = around;
            let part: String = secret.chars().skip(from).take(length).collect();
            let once = encoded(&format!("{before}{part}{after}"), ways[0]);
            let text = format!("{outer}{}{end}", encoded(&encoded(&once, ways[1]), ways[2]));
            let found = needles.found(&text, nesting);
            for needles in [&needles, &needles.for_another_answer()] {
                prop_assert!(may_hold(needles, &text, nesting) || found.is_empty(), "{text:?}");
            }
        }
    }

    /// What may stand around an encoded text.
    const BEFORE: [&str; 6] = ["", "a", "bb", "c c", "\u{e9}", "\u{1}x"];

    /// Full width and blanks beyond ASCII stand between two encodings as well.
    #[test]
    fn every_encoding_within_every_other_is_looked_into_wherever_it_starts() {
        let mut needles = Needles::default();
        needles.know_text("4788080252078243");
        let mut seen = 0;
        for (inner, outer) in (0..WAYS).flat_map(|inner| (0..WAYS).map(move |outer| (inner, outer))) {
            for (before, between) in
                BEFORE.into_iter().flat_map(|before| [(before, 8), (before, 13), (before, 99)])
            {
                let once = encoded(&encoded("478808", inner), between);
                let text = encoded(&format!("{before}{once}{before}"), outer);
                for text in [format!("{before}{text}"), text] {
                    let found = !needles.found(&text, NESTING).is_empty();
                    assert!(!found || may_hold(&needles, &text, NESTING), "{inner} in {outer}: {text:?}");
                    seen += u32::from(found);
                }
            }
        }
        assert!(seen > 800, "{seen} of the texts hold it");
    }

    #[test]
    fn blanks_and_digits_beyond_ascii_within_an_encoding_are_looked_into() {
        let mut needles = Needles::default();
        needles.know_text("4788080252078243");
        for inner in
            ["NDc4OD\u{a0}A4MDI1", "NDc4OD\u{3000}A4MDI1", "３４３７３８３８３０３８", "34373838303\u{ff18}"]
        {
            let text = decode::to_base64(inner.as_bytes());
            assert!(!needles.found(&text, NESTING).is_empty(), "{inner}");
            assert!(may_hold(&needles, &text, NESTING), "{inner}");
        }
    }

    #[test]
    fn base64_that_is_broken_by_blanks_is_looked_into() {
        let mut needles = Needles::default();
        needles.know_text("4788080252078243");
        for text in ["NDc4 ODA4", "N D c 4\nO D A 4", "x NDc4\tODA4 y"] {
            assert!(!needles.found(text, NESTING).is_empty(), "{text:?}");
            assert!(may_hold(&needles, text, NESTING), "{text:?}");
        }
    }

    #[test]
    fn what_a_search_alone_would_see_is_looked_into() {
        let wide: String = "ab.!cd".chars().filter_map(|c| char::from_u32(u32::from(c) + 0xfee0)).collect();
        for (secret, text) in [
            // One and two invisible characters in a secret that the bare view does not hold.
            ("ab.!cd", "ab\u{1}.!cd"),
            ("ab.!cd", "ab\u{1}.!\u{2}cd"),
            // A secret of full width that the bare view does not hold either.
            ("ab.!cd", &decode::to_base64(wide.as_bytes())),
            // Bytes that are no text between the characters, and where the secret has one itself.
            ("4788080252078243", &decode::to_base64(b"4788\xe908")),
            ("ab\u{fffd}cde", &decode::to_base64(b"ab\xffcde")),
            // Such bytes within digits of hex, and a blank of Latin-1 within base64.
            ("4788080252078243", &decode::to_base64(b"3437\xe93838\xe93038")),
            ("4788080252078243", &decode::to_base64(b"NDc4\xa0ODA4")),
            // One escape, at the start.
            ("zebra7", &decode::to_base64(b"%7aebra7")),
        ] {
            let mut needles = Needles::default();
            needles.know_text(secret);
            assert!(!needles.found(text, NESTING).is_empty(), "{secret:?} in {text:?}");
            assert!(may_hold(&needles, text, NESTING), "{secret:?} in {text:?}");
        }
    }

    #[test]
    fn the_texts_of_an_answer_are_passed_over() {
        let mut needles = Needles::default();
        needles.know_text("4788080252078243");
        needles.know_text("Uc/zwfC8WfYYfnBAzBKk6bHsp6o=");
        for text in [
            "",
            "token_a0c16957f9bf46b0966a91a35b555353",
            "7f3c1f0e-9d3b-4a51-8c57-2f9e0d6b1a44",
            "juspaytest_cust",
            "Stored Card Entry Not Found",
            "2026-11-23T23:47:55Z",
            &decode::to_base64(b"7f3c1f0e-9d3b-4a51-8c57-2f9e0d6b1a44"),
        ] {
            assert!(!may_hold(&needles, text, NESTING), "{text}");
        }
        assert!(may_hold(&needles, "see 788080 there", NESTING));
    }

    #[test]
    fn bytes_start_at_each_even_bit() {
        let mut bytes = Vec::new();
        for (skip, whole) in
            [(0, vec![0x12, 0x34, 0x56]), (2, vec![0x48, 0xd1]), (4, vec![0x23, 0x45]), (6, vec![0x8d, 0x15])]
        {
            unpack(&[4, 35, 17, 22], 6, skip, &mut bytes);
            assert_eq!(bytes, whole, "{skip}");
        }
        unpack(&[1, 2, 3, 4], 4, 4, &mut bytes);
        assert_eq!(bytes, [0x23]);
    }
}
