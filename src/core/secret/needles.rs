//! Finds known secrets in any text, however they are written, and answers only with the ranges to mask.
//!
//! Promise (threat model, rows 25 and 28): no run of six characters of a known secret is left, in plain, other case,
//! full-width, grouped, percent-, JSON- or HTML-escaped, hex or base64 form, or, in texts of up to 4 KiB, two of these within
//! each other. Pieces shorter than six characters and reversals are outside it. A secret shorter than six is masked only where
//! it is the whole text.

use std::cell::Cell;
use std::ops::Range;

use compact_str::CompactString;
use zeroize::Zeroizing;

use super::facts::Content;
use super::glance::Room;
use super::runs::{HEX_RUN, RUN, Runs};
use super::track::{self, Kind, Unit};
use super::{Secret, decode, glance, luhn};
use crate::text::{holds, is_plain};

/// Encodings within each other that are followed.
pub(super) const NESTING: usize = 2;

/// Longer texts are decoded once only, which keeps the work linear for a hostile answer.
const NESTED_UP_TO: usize = 4096;

/// The secrets to look for.
#[derive(Default)]
pub struct Needles {
    pub(super) runs: Runs<RUN>,
    /// The hex text of secrets that are themselves encoded.
    pub(super) hex: Runs<HEX_RUN>,
    short: Vec<Zeroizing<String>>,
    /// The ids of the request; most take no memory of their own.
    spared: [CompactString; 4],
    /// For the parts of the texts that are looked at, and wiped with all the others.
    pub(super) room: Cell<Room>,
}

impl Needles {
    /// Needles that know what these do, for one more answer. There is no `Clone`, so that a copy is made here only, on purpose.
    #[must_use]
    pub fn for_another_answer(&self) -> Self {
        let (runs, hex) = (self.runs.with_room(), self.hex.with_room());
        let (short, spared) = (self.short.clone(), self.spared.clone());
        Self { runs, hex, short, spared, room: Cell::default() }
    }

    /// Adds a secret: from now on every run of six of its characters is found.
    pub fn know(&mut self, secret: &Secret) {
        self.know_text(secret.text());
    }

    /// Adds an API key and the value of its `Basic` authorization, which is as good as the key.
    pub fn know_key(&mut self, key: &Secret) {
        self.know(key);
        let basic = key.basic();
        self.know_text(basic.text().trim_start_matches(super::BASIC));
    }

    /// Names the ids of the request, in place of those named before. An answer may repeat one under a name that means a secret, and
    /// it is none for that.
    pub fn spare(&mut self, ids: [&str; 4]) {
        self.spared = ids.map(CompactString::new);
    }

    pub(super) fn is_spared(&self, text: &str) -> bool {
        self.spared.iter().any(|id| id == text)
    }

    pub(super) fn know_text(&mut self, text: &str) {
        let content = Content::of(text);
        if is_plain(text) {
            self.know_plain(text, content.is_bare());
        } else {
            self.know_folded(text);
        }
        if let Some(bytes) = decode::base64(content) {
            self.know_bytes(&bytes);
            // In the other alphabet it is known already: as it stands, but for its padding, since no bit of it is left over.
            if holds(text, *b"-_") {
                self.know_base64(&bytes);
            }
        }
        if let Some(bytes) = decode::hex(content) {
            // Their hex text is this one, of which six digits are known already; what only looks like its digits is not.
            self.know_decoded(&bytes);
            self.know_base64(&bytes);
        }
    }

    /// Nearly every secret is so, and has nothing but case to take off.
    fn know_plain(&mut self, text: &str, is_bare: bool) {
        if !text.is_empty() && text.len() < RUN {
            self.short.push(Zeroizing::new(text.to_ascii_lowercase()));
        }
        self.runs.know_ascii(text.bytes());
        if !is_bare {
            self.runs.know_ascii(text.bytes().filter(u8::is_ascii_alphanumeric));
        }
    }

    fn know_folded(&mut self, text: &str) {
        let folded = folded(text);
        if !folded.is_empty() && folded.chars().nth(RUN - 1).is_none() {
            self.short.push(folded.clone());
        }
        self.runs.know(folded.chars());
        if !is_bare(&folded) {
            self.runs.know(bare(&folded));
        }
        if !text.is_ascii() {
            // Accents stay on what is decoded, where it is Latin-1.
            self.runs.know(text.chars().map(|c| c.to_ascii_lowercase()));
        }
    }

    /// A secret that is itself encoded: its bytes, and their hex text. Of that nine digits hold as much as six characters of
    /// base64; six would stand by chance in one of some thousand request ids.
    fn know_bytes(&mut self, bytes: &[u8]) {
        self.hex.know_hex(bytes);
        self.know_decoded(bytes);
    }

    fn know_decoded(&mut self, bytes: &[u8]) {
        self.runs.know_mixed(bytes.iter().map(|byte| char::from(byte.to_ascii_lowercase())));
    }

    /// Adds the base64 text of bytes.
    fn know_base64(&mut self, bytes: &[u8]) {
        let mut base64 = Zeroizing::new(decode::to_base64(bytes));
        base64.make_ascii_lowercase();
        self.runs.know_mixed(base64.bytes().map(char::from));
        if !is_bare(&base64) {
            self.runs.know_mixed(bare(&base64));
        }
    }

    /// Whether anything is to be looked for.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.short.is_empty()
    }

    /// Whether a known secret has a character that stands for bytes that are no text.
    pub(super) fn knows_replacement(&self) -> bool {
        self.runs.has_replacement()
    }

    /// The byte ranges of `raw` to mask, in order and apart from each other.
    pub(super) fn find(&self, raw: &str) -> Vec<Range<usize>> {
        if self.is_empty() {
            return Vec::new();
        }
        let nesting = if raw.len() > NESTED_UP_TO { 1 } else { NESTING };
        if self.short.is_empty() && !glance::may_hold(self, raw, nesting) {
            return Vec::new();
        }
        self.found(raw, nesting)
    }

    /// All of the search.
    pub(super) fn found(&self, raw: &str, nesting: usize) -> Vec<Range<usize>> {
        let plain = track::plain(raw);
        let mut found = Vec::new();
        self.search(&plain, Kind::Text, nesting, &mut found);
        if self.is_short_secret(&plain) {
            found.push(0..raw.len());
        }
        merged(found)
    }

    fn is_short_secret(&self, track: &[Unit]) -> bool {
        let folded: String = track::folded(track, Kind::Text).iter().map(|unit| unit.c).collect();
        self.short.iter().any(|short| **short == folded)
    }

    fn search(&self, track: &[Unit], kind: Kind, nesting: usize, found: &mut Vec<Range<usize>>) {
        let folded = track::folded(track, kind);
        let bare = track::bare(&folded);
        // In lower case only, too, as the bytes of an encoded secret are known.
        for view in [&track::lowered(track), &folded, &bare] {
            self.runs.find(view, found);
        }
        self.hex.find(&bare, found);
        let Some(nesting) = nesting.checked_sub(1) else { return };
        decode::each(track, &folded, kind, |inner, kind| self.search_decoded(inner, kind, nesting, found));
    }

    /// What was decoded, as it is and put together to the characters of UTF-8.
    pub(super) fn search_decoded(
        &self,
        inner: &[Unit],
        kind: Kind,
        nesting: usize,
        found: &mut Vec<Range<usize>>,
    ) {
        self.search(inner, kind, nesting, found);
        if let Some(text) = track::utf8(inner, kind) {
            self.search(&text, Kind::Text, nesting, found);
        }
    }
}

/// A text without case, width and accents.
fn folded(text: &str) -> Zeroizing<String> {
    let mut folded = Zeroizing::new(String::with_capacity(text.len()));
    text.chars().for_each(|c| track::each_form(c, Kind::Text, |form| folded.push(form)));
    folded
}

/// Whether a text has nothing but letters and digits.
fn is_bare(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        || !text.is_ascii() && text.chars().all(char::is_alphanumeric)
}

/// Letters and digits only.
fn bare(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric())
}

/// The byte ranges of card numbers: 13 to 19 digits, grouped by single blanks or dashes or not, that pass Luhn.
pub(super) fn card_numbers(raw: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut digits: Vec<(char, usize)> = Vec::new();
    let mut gap = false;
    for (at, c) in raw.char_indices().chain([(raw.len(), '\0')]) {
        match c {
            '0'..='9' => {
                digits.push((c, at));
                gap = false;
            }
            ' ' | '-' if !gap => gap = true,
            _ => {
                found.extend(card_number(&digits));
                digits.clear();
                gap = false;
            }
        }
    }
    found
}

fn card_number(digits: &[(char, usize)]) -> Option<Range<usize>> {
    if !(13..=19).contains(&digits.len()) {
        return None;
    }
    let number: Zeroizing<String> = Zeroizing::new(digits.iter().map(|(c, _)| *c).collect());
    let is_card = luhn(&number);
    let (Some((_, first)), Some((_, last))) = (digits.first(), digits.last()) else { return None };
    is_card.then_some(*first..last + 1)
}

/// Sorts ranges and joins those that touch.
pub(super) fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut out: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

#[cfg(test)]
#[expect(
    clippy::format_collect,
    clippy::single_range_in_vec_init,
    reason = "shortest way to write it in a test"
)]
mod tests {
    use super::super::Masked;
    use super::*;

    const TOKEN: &str = "4788080252078243";
    const CRYPTOGRAM: &str = "AwAAAAEAQ3Pr0sMAmUh7gIcAAAA=";

    fn shown(raw: &str) -> String {
        let mut needles = Needles::default();
        needles.know_text(TOKEN);
        needles.know_text(CRYPTOGRAM);
        Masked::from_outside(raw, &needles).text()
    }

    #[test]
    fn a_secret_is_masked_in_every_encoding_it_turns_up_in() {
        use base64::Engine as _;
        let b64 = base64::engine::general_purpose::STANDARD.encode(TOKEN);
        let hex: String = TOKEN.bytes().map(|b| format!("{b:02X}")).collect();
        let percent: String = TOKEN.bytes().map(|b| format!("%{b:02x}")).collect();
        let json: String = TOKEN.bytes().map(|b| format!("\\u{b:04x}")).collect();
        let html: String = TOKEN.bytes().map(|b| format!("&#{b};")).collect();
        let wide: String = TOKEN.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        let twice = base64::engine::general_purpose::STANDARD.encode(&hex);
        for form in [
            TOKEN,
            "4788 0802 5207 8243",
            "4788-0802-5207-8243",
            &b64,
            &hex,
            &percent,
            &json,
            &html,
            &wide,
            &twice,
        ] {
            let form = form.trim_end_matches('=');
            let text = shown(&format!("declined <{form}> by issuer"));
            assert_eq!(text, format!("declined <{}> by issuer", super::super::MASK), "{form}");
        }
    }

    #[test]
    fn what_stands_before_an_encoded_secret_does_not_hide_its_first_character() {
        use base64::Engine as _;
        let json: String = TOKEN.chars().take(6).map(|c| format!("\\u{:04x}", u32::from(c))).collect();
        // The two letters in front decode to a backslash, which must not take the next one for its own.
        let text = format!("pc{}", base64::engine::general_purpose::STANDARD.encode(json));
        assert_eq!(shown(&text), format!("pc{}", super::super::MASK));
    }

    #[test]
    fn the_cryptogram_is_found_in_other_case_alphabet_and_as_its_bytes() {
        let hex = "0300000001004373ebd2c300994087b";
        for form in
            [&CRYPTOGRAM.to_lowercase(), &CRYPTOGRAM.replace('=', ""), &hex.chars().take(16).collect()]
        {
            assert!(shown(form).contains(super::super::MASK), "{form}");
        }
    }

    #[test]
    fn a_secret_in_one_alphabet_of_base64_is_found_in_the_other() {
        let mut needles = Needles::default();
        needles.know(&Secret::new("a-_b-_c-_d-_"));
        for form in ["see a-_b-_ there", "see a+/b+/ there"] {
            assert!(Masked::free_text(form, &needles).text().contains(super::super::MASK), "{form}");
        }
    }

    #[test]
    fn any_run_of_six_is_masked_and_a_run_of_five_stays() {
        assert_eq!(shown("see 080252 there"), format!("see {} there", super::super::MASK));
        assert_eq!(shown("see 08025 there"), "see 08025 there");
    }

    #[test]
    fn error_texts_and_ids_stay_readable() {
        for text in [
            "Stored Card Entry Not Found",
            "access_denied",
            "token_a0c16957f9bf46b0966a91a35b555353",
            "2026-11-23T23:47:55Z",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn the_zero_bytes_of_a_cryptogram_do_not_hide_a_requestor_id() {
        assert_eq!(shown("40000000079"), "40000000079");
    }

    #[test]
    fn a_request_id_stays_readable_that_has_three_bytes_of_a_cryptogram_by_chance() {
        assert_eq!(shown("7f3c1f0e-4373eb-9d3b"), "7f3c1f0e-4373eb-9d3b");
        assert_eq!(shown("id 4373ebd2"), "id 4373ebd2");
        for nine in ["id 4373ebd2c", "id 4373-EBD2-C", "id 1004373eb"] {
            assert_eq!(shown(nine), format!("id {}", super::super::MASK), "{nine}");
        }
    }

    #[test]
    fn six_characters_of_the_base64_of_a_hex_secret_are_masked() {
        let mut needles = Needles::default();
        needles.know_text("0300000001004373ebd2c3009948");
        assert_eq!(Masked::from_outside("see Q3Pr0s there", &needles).text(), "see •••••••• there");
        assert_eq!(Masked::from_outside("see Q3Pr0 there", &needles).text(), "see Q3Pr0 there");
    }

    #[test]
    fn less_than_six_decoded_bytes_are_no_six_characters() {
        let shown = |secret: &str, raw: &str| {
            let mut needles = Needles::default();
            needles.know_text(secret);
            Masked::from_outside(raw, &needles).text()
        };
        // As base64 both hold four bytes that Latin-1 has as `ã¾ýç` and `å¾yç`, which would both fold to `a3⁄4yc`.
        for id in ["token_a0c16957f9bf46b0966a91a35b555353", "5b5553"] {
            assert_eq!(shown("4779500000000000", id), id);
        }
        // `¼¼¼½`, `444²³¹` and six vowels with accents in base64 or hex; the last ones behind a character of UTF-8,
        // and before an escape.
        for (secret, raw) in [
            ("141414", "vLy8vQ"),
            ("444231", "id 343434b2b3b9"),
            ("aeiaei", "4Onu4Onu"),
            ("aeiaei", "wrzg6e7g6e4"),
            ("aeiaei", "4Onu4OnuXC8l"),
        ] {
            assert_eq!(shown(secret, raw), raw, "{secret}");
        }
    }

    #[test]
    fn six_bytes_of_an_encoded_secret_are_masked_in_every_encoding_and_case() {
        let bytes = b"\xe3\xbe\xfdZ\xe7M4\xd3";
        let mut needles = Needles::default();
        needles.know_bytes(bytes);
        let form = |raw: &str| Masked::from_outside(raw, &needles).text();
        for six in [
            "%E3%BE%FDZ%E7M",
            "%e3%be%fdz%e7m",
            "4779WudN",
            "\\u00e3\\u00be\\u00fdZ\\u00e7M",
            "E3BEFD5AE74D",
            &decode::to_base64(&[b"ab", &bytes[..7]].concat()),
        ] {
            assert!(form(six).contains(super::super::MASK), "{six}");
        }
    }

    #[test]
    fn a_secret_with_accents_is_masked_in_base64_of_utf_8_and_of_latin_1() {
        let mut needles = Needles::default();
        needles.know_text("Zoë-Mül");
        for bytes in ["zoë-mül".as_bytes(), b"zo\xeb-m\xfcl"] {
            let text = Masked::from_outside(&decode::to_base64(bytes), &needles).text();
            assert_eq!(text, super::super::MASK);
        }
    }

    #[test]
    fn a_character_of_utf_8_is_folded_in_decoded_bytes_too() {
        let mut needles = Needles::default();
        needles.know_text(TOKEN);
        // Cut in the middle of a character, so that a byte is left over before the digits of full width.
        let base64 = decode::to_base64(&"é４７８８０８!".as_bytes()[1..]);
        assert_eq!(Masked::from_outside(&base64, &needles).text(), format!("q{}E", super::super::MASK));
    }

    #[test]
    fn a_short_secret_is_masked_as_a_whole_value_only() {
        let mut needles = Needles::default();
        needles.know_text("AB1");
        needles.know_text("");
        assert_eq!(Masked::from_outside("ab1", &needles).text(), super::super::MASK);
        assert_eq!(Masked::from_outside("cab1e", &needles).text(), "cab1e");
        assert_eq!(Masked::from_outside("", &needles).text(), "");
    }

    #[test]
    fn a_secret_that_is_grouped_is_found_without_its_marks() {
        let mut needles = Needles::default();
        needles.know(&Secret::new("4788 08 0252"));
        for text in ["478808", "080252", "4788-08"] {
            assert_eq!(Masked::from_outside(text, &needles).text(), super::super::MASK, "{text}");
        }
    }

    #[test]
    fn card_numbers_are_found_grouped_or_not() {
        assert_eq!(card_numbers("pan 4111 1111 1111 1111."), [4..23]);
        assert_eq!(card_numbers("x4111111111111111"), [1..17]);
        assert_eq!(card_numbers("- 4111-1111-1111-1111 -"), [2..21]);
        for none in ["order 4111111111111112, 12345", "4111 1111  1111 1111", "4111 1111 -1111 1111"] {
            assert!(card_numbers(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn ranges_that_touch_overlap_or_lie_within_each_other_are_one() {
        assert_eq!(merged(vec![20..22, 3..9, 0..16, 22..24, 30..36, 33..39]), [0..16, 20..24, 30..39]);
    }

    #[test]
    fn two_encodings_are_followed_in_texts_of_up_to_4_kib() {
        let twice = decode::to_base64(decode::to_hex(TOKEN.as_bytes()).as_bytes());
        let text = format!("{}{twice}", " ".repeat(NESTED_UP_TO - twice.len()));
        assert!(shown(&text).ends_with(super::super::MASK));
        // In a longer one at least a secret that is encoded once.
        let once = format!("{text} {}", decode::to_hex(TOKEN.as_bytes()));
        assert!(shown(&once).ends_with(super::super::MASK));
    }

    #[test]
    fn there_is_nothing_to_look_for_until_a_secret_is_known() {
        assert!(Needles::default().is_empty());
        for secret in ["47", TOKEN] {
            let mut needles = Needles::default();
            needles.know_text(secret);
            assert!(!needles.is_empty(), "{secret}");
        }
    }
}
