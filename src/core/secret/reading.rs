//! Decoded bytes read as UTF-8: whether a run stands in the characters, in what folding leaves of them, or in the letters and
//! digits of that, and whether they may hold another encoding in turn. One pass, character by character, in which a byte that is
//! part of no character counts as [`track::utf8`] has it. Tested in `glance`.

use super::Needles;
use super::chain::Chain;
use super::decode::{self, BASE64_RUN, HEX_RUN};
use super::runs;
use super::track::{self, Kind};

/// What a reading comes to.
#[derive(Default)]
pub(super) struct Reading {
    /// Whether a known run stands in the text.
    pub(super) holds_run: bool,
    /// Whether it may hold another encoding: a blank beyond ASCII stands between digits of base64, digits of full width are
    /// digits.
    pub(super) nests: bool,
}

impl Reading {
    pub(super) fn of(needles: &Needles, bytes: &[u8]) -> Self {
        let mut views = Views::of(needles);
        let mut holds_run = false;
        for chunk in bytes.utf8_chunks() {
            holds_run |= chunk.valid().chars().any(|c| views.take(c));
            holds_run |= chunk.invalid().iter().any(|_| views.take_no_character());
        }
        let nests = views.longest_hex >= HEX_RUN || views.longest_base64 >= BASE64_RUN;
        Self { holds_run, nests }
    }
}

/// Whether some of the bytes may be one character of UTF-8 together.
pub(super) fn has_characters(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| matches!(pair, [0xc2..=0xf4, 0x80..=0xbf]))
}

/// The views of a text, as far as it has come.
struct Views<'a> {
    text: Chain<'a, { runs::RUN }>,
    folded: Chain<'a, { runs::RUN }>,
    bare: Chain<'a, { runs::RUN }>,
    bare_hex: Chain<'a, { runs::HEX_RUN }>,
    hex: usize,
    longest_hex: usize,
    base64: usize,
    longest_base64: usize,
}

impl<'a> Views<'a> {
    fn of(needles: &'a Needles) -> Self {
        let view = || Chain::of(&needles.runs);
        let (text, folded, bare, bare_hex) = (view(), view(), view(), Chain::of(&needles.hex));
        Self { text, folded, bare, bare_hex, hex: 0, longest_hex: 0, base64: 0, longest_base64: 0 }
    }

    /// Whether a run ends with the next character.
    fn take(&mut self, c: char) -> bool {
        if !c.is_whitespace() {
            self.base64 = if decode::sextet(c).is_some() { self.base64 + 1 } else { 0 };
            self.longest_base64 = self.longest_base64.max(self.base64);
        }
        self.text.ends_run(c)
            || match c {
                ' '..='~' => self.take_form(c.to_ascii_lowercase()),
                _ => self.take_forms(c),
            }
    }

    fn take_forms(&mut self, c: char) -> bool {
        let mut ends_run = false;
        track::each_form(c, Kind::Text, |form| ends_run |= self.take_form(form));
        ends_run
    }

    /// The same of a byte that is part of no character, as nearly all of what is decoded at a wrong place is; it has no other form.
    fn take_no_character(&mut self) -> bool {
        self.base64 = 0;
        self.text.ends_run(char::REPLACEMENT_CHARACTER) | self.folded.ends_run(char::REPLACEMENT_CHARACTER)
    }

    /// The same of one of its forms.
    fn take_form(&mut self, form: char) -> bool {
        if self.folded.ends_run(form) {
            return true;
        }
        if !form.is_alphanumeric() {
            return false;
        }
        self.hex = if form.is_ascii_hexdigit() { self.hex + 1 } else { 0 };
        self.longest_hex = self.longest_hex.max(self.hex);
        self.bare.ends_run(form) || self.bare_hex.ends_run(form)
    }
}
