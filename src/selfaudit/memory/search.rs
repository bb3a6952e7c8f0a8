//! How a copy may lie in memory, and how it is found in one pass.
//!
//! Every fourth place of a text starts a piece of four characters. Where a piece stands, its neighbours are looked for on
//! both sides, so that a copy which was overwritten in part is found as well. A run is counted once, at its first piece.
//! Pieces that begin with a zero byte are not looked for themselves, since half of all memory does; any twelve characters
//! hold another piece.

use std::ops::Range;

use super::Needle;

/// Characters of a text in a row that are a copy. Six digits or four stand on the screen by policy; twelve are no chance.
pub(super) const SHORTEST_TEXT: usize = 12;

/// Characters one a cell that are a copy: two groups of a reveal.
const SHORTEST_CELLS: usize = 8;

/// The farthest that two characters of neighbouring cells may be apart, in bytes: more than a cell of the screen library.
const WIDEST: usize = 64;

/// Characters of a piece, and of a group of a reveal.
const PIECE: usize = 4;

/// Bytes that may stand between two groups in what is written to a terminal: a blank, or an order to move the cursor.
const GAP: usize = 24;

/// Memory that was never written to is skipped in units of this.
const PAGE: usize = 4096;

/// How a copy lies there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Byte by byte.
    Text,
    /// One character in each cell, or in two bytes as UTF-16 has it.
    Cells {
        /// Bytes from one to the next.
        stride: usize,
    },
    /// In groups of four with something else between them, as what is written to a terminal.
    Groups,
}

/// A copy in a piece of memory.
pub(super) struct Hit<'a> {
    pub(super) needle: &'a Needle,
    pub(super) form: Form,
    pub(super) length: usize,
    pub(super) at: usize,
}

/// Where a piece starts in its text.
#[derive(Clone, Copy)]
struct Start<'a> {
    needle: &'a Needle,
    offset: usize,
    piece: [u8; PIECE],
}

/// The search for all needles at once.
pub(super) struct Search<'a> {
    /// By first byte.
    starts: Vec<Vec<Start<'a>>>,
    longest: usize,
}

impl<'a> Search<'a> {
    pub(super) fn of(needles: &'a [Needle]) -> Self {
        let mut starts = vec![Vec::new(); 256];
        for needle in needles {
            for (place, piece) in needle.text.as_chunks::<PIECE>().0.iter().enumerate() {
                let of_byte = starts.get_mut(usize::from(piece[0])).filter(|_| is_looked_for(*piece));
                if let Some(of_byte) = of_byte {
                    of_byte.push(Start { needle, offset: place * PIECE, piece: *piece });
                }
            }
        }
        Self { starts, longest: needles.iter().map(|needle| needle.text.len()).max().unwrap_or_default() }
    }

    /// The most bytes that a copy can take.
    pub(super) fn reach(&self) -> u64 {
        let cells = cell(self.longest, true) + 1;
        u64::try_from(cells * WIDEST.max(GAP + PIECE)).unwrap_or_default()
    }

    /// Tells each copy whose first piece stands in this part of the bytes.
    pub(super) fn each(&self, bytes: &[u8], part: Range<usize>, mut tell: impl FnMut(Hit<'a>)) {
        let zeros = [0; PAGE];
        let mut at = part.start;
        for page in bytes.get(part).unwrap_or_default().chunks(PAGE) {
            if !zeros.starts_with(page) {
                self.page(bytes, at, page, &mut tell);
            }
            at += page.len();
        }
    }

    fn page(&self, bytes: &[u8], from: usize, page: &[u8], tell: &mut impl FnMut(Hit<'a>)) {
        for (place, byte) in page.iter().enumerate() {
            let starts = self.starts.get(usize::from(*byte)).map(Vec::as_slice).unwrap_or_default();
            for start in starts {
                start.hits(bytes, from + place, tell);
            }
        }
    }
}

impl<'a> Start<'a> {
    fn hits(&self, bytes: &[u8], at: usize, tell: &mut impl FnMut(Hit<'a>)) {
        for stride in self.strides(bytes, at) {
            for (form, length) in self.copies(bytes, at, stride) {
                tell(Hit { needle: self.needle, form, length, at });
            }
        }
    }

    /// The distances at which the characters of this piece follow each other from here on.
    fn strides(&self, bytes: &[u8], at: usize) -> impl Iterator<Item = usize> {
        let near = bytes.get(at + 1..).unwrap_or_default().iter().take(WIDEST).enumerate();
        let second = near.filter(|(_, byte)| **byte == self.piece[1]).map(|(before, _)| before + 1);
        second.filter(move |stride| {
            (2..PIECE).all(|place| bytes.get(at + place * stride) == self.piece.get(place))
        })
    }

    fn copies(&self, bytes: &[u8], at: usize, stride: usize) -> impl Iterator<Item = (Form, usize)> {
        let both = if stride == 1 {
            let text = self.run(bytes, at, 1, false, SHORTEST_TEXT).map(|length| (Form::Text, length));
            [text, self.groups(bytes, at).map(|length| (Form::Groups, length))]
        } else {
            [false, true].map(|grouped| {
                let run = self.run(bytes, at, stride, grouped, SHORTEST_CELLS);
                run.map(|length| (Form::Cells { stride }, length))
            })
        };
        both.into_iter().flatten()
    }

    /// The length of the run around this piece, where it is long enough and this is its first piece.
    fn run(&self, bytes: &[u8], at: usize, stride: usize, grouped: bool, shortest: usize) -> Option<usize> {
        let here = cell(self.offset, grouped);
        let holds = |place: &usize| {
            let there = (at + cell(*place, grouped) * stride).checked_sub(here * stride);
            there.is_some_and(|there| bytes.get(there) == self.needle.text.get(*place))
        };
        let before = (0..self.offset).rev().take_while(holds).count();
        let behind = (self.offset..self.needle.text.len()).take_while(holds).count();
        let pieces = self.needle.text.as_chunks::<PIECE>().0.get(..self.offset / PIECE)?;
        let is_first = !pieces.iter().rev().take(before / PIECE).any(|piece| is_looked_for(*piece));
        (is_first && before + behind >= shortest).then_some(before + behind)
    }

    /// The characters of whole pieces that follow each other with a gap, where this is the first of them.
    fn groups(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let pieces = self.needle.text.as_chunks::<PIECE>().0;
        let (here, mut end, mut count) = (self.offset / PIECE, at + PIECE, 1);
        if here > 0 && stands_before(bytes, at, *pieces.get(here - 1)?) {
            return None;
        }
        for piece in pieces.get(here + 1..)? {
            let Some(gap) = gap_before(bytes, end, *piece) else { break };
            (end, count) = (end + gap + PIECE, count + 1);
        }
        (count * PIECE >= SHORTEST_TEXT).then_some(count * PIECE)
    }
}

fn is_looked_for(piece: [u8; PIECE]) -> bool {
    piece[0] != 0
}

/// The cell of a character, with a blank cell behind each group where they are grouped.
fn cell(place: usize, grouped: bool) -> usize {
    if grouped { place + place / PIECE } else { place }
}

/// The bytes between here and the next piece; at least one, since a run without a gap is text.
fn gap_before(bytes: &[u8], end: usize, piece: [u8; PIECE]) -> Option<usize> {
    let after = bytes.get(end + 1..)?;
    after.windows(PIECE).take(GAP).position(|window| window == piece).map(|gap| gap + 1)
}

/// Whether the piece stands in front of here, with a gap between.
fn stands_before(bytes: &[u8], at: usize, piece: [u8; PIECE]) -> bool {
    let near = bytes.get(at.saturating_sub(GAP + PIECE)..at.saturating_sub(1)).unwrap_or_default();
    near.windows(PIECE).any(|window| window == piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Uc/zwfC8WfYYfnBAzBKk6bHsp6o=";

    fn found(bytes: &[u8]) -> Vec<(Form, usize, usize)> {
        let needles = [Needle::new("cryptogram", TEXT).unwrap()];
        let mut found = Vec::new();
        Search::of(&needles).each(bytes, 0..bytes.len(), |hit| found.push((hit.form, hit.length, hit.at)));
        found
    }

    /// The text with one character in each cell.
    fn cells(stride: usize, grouped: bool) -> Vec<u8> {
        let mut bytes = vec![b'.'; stride * 40];
        for (place, c) in TEXT.bytes().enumerate() {
            bytes[7 + cell(place, grouped) * stride] = c;
        }
        bytes
    }

    #[test]
    fn a_text_is_found_once_whole_or_in_part_across_pages() {
        let mut bytes = vec![0; 3 * PAGE];
        bytes[PAGE - 5..PAGE - 5 + TEXT.len()].copy_from_slice(TEXT.as_bytes());
        assert_eq!(found(&bytes), [(Form::Text, 28, PAGE - 5)]);
        bytes[PAGE - 5..PAGE - 2].fill(0);
        assert_eq!(found(&bytes), [(Form::Text, 25, PAGE - 1)]);
        bytes[PAGE + 9] = 0;
        assert_eq!(found(&bytes), [(Form::Text, 13, PAGE + 11)]);
        bytes[PAGE + 16] = 0;
        assert_eq!(found(&bytes), []);
    }

    #[test]
    fn bytes_with_zeros_among_them_are_found_once_whole_or_in_part() {
        let secret = *b"\0\x01\x02\x03\0\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\0\x11\x12\x13";
        let needles = [Needle::new("bytes", secret).unwrap()];
        let mut bytes = [[0xff; 8].as_slice(), &secret, &[0xff; 8]].concat();
        let found = |bytes: &[u8]| {
            let mut found = Vec::new();
            Search::of(&needles).each(bytes, 0..bytes.len(), |hit| found.push((hit.form, hit.length)));
            found
        };
        assert_eq!(found(&bytes), [(Form::Text, 20)]);
        bytes[8..14].fill(0xff);
        assert_eq!(found(&bytes), [(Form::Text, 14)]);
    }

    #[test]
    fn every_twelve_characters_in_a_row_are_a_copy_and_eleven_are_none() {
        for from in 0..=TEXT.len() - 12 {
            assert_eq!(found(&TEXT.as_bytes()[from..from + 12]).len(), 1, "from {from}");
            assert_eq!(found(&TEXT.as_bytes()[from..from + 11]).len(), 0, "from {from}");
        }
    }

    #[test]
    fn one_character_a_cell_is_found_at_any_stride_with_and_without_groups() {
        let cell = size_of::<ratatui::buffer::Cell>();
        assert!(cell < WIDEST, "a cell of the screen has {cell} bytes");
        for stride in 2..=WIDEST {
            for grouped in [false, true] {
                assert_eq!(found(&cells(stride, grouped)), [(Form::Cells { stride }, 28, 7)]);
            }
        }
    }

    #[test]
    fn two_groups_that_stayed_on_a_screen_are_found() {
        let mut bytes = cells(40, true);
        bytes[..7 + 15 * 40].fill(0);
        bytes[7 + 24 * 40..].fill(0);
        assert_eq!(found(&bytes), [(Form::Cells { stride: 40 }, 8, 7 + 15 * 40)]);
    }

    #[test]
    fn groups_that_are_written_to_a_terminal_are_found() {
        let moved: Vec<&str> = TEXT.as_bytes().chunks(4).map(|four| str::from_utf8(four).unwrap()).collect();
        assert_eq!(found(moved.join(" ").as_bytes()), [(Form::Groups, 28, 0)]);
        assert_eq!(found(moved.join("\x1b[12;104H\x1b[1m").as_bytes()), [(Form::Groups, 28, 0)]);
        assert_eq!(found(moved[1..4].join(" ").as_bytes()), [(Form::Groups, 12, 0)]);
        assert_eq!(found(moved[1..3].join(" ").as_bytes()), []);
    }

    #[test]
    fn a_text_that_chance_could_write_is_no_needle() {
        assert!(Needle::new("short", "12345678901").is_none());
    }
}
