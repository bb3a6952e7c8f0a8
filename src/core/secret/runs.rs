//! The runs of six characters that may not be shown: kept as they stand, and packed into an index once there are more than a few
//! look-ups, so that one costs next to nothing for text that holds none.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeSet;
use std::ops::Range;

use super::chain::Chain;
use super::decode;
use super::threes::{self, Asked, Threes};
use super::track::Unit;

/// Characters of a secret that may not stand together (threat model, row 28).
pub(super) const RUN: usize = 6;

/// Hex digits that six characters of base64 amount to: 36 bits.
pub(super) const HEX_RUN: usize = 9;

/// Bits of the sieve for each run, so that it lets hardly anything through in vain.
const SIEVE_BITS: usize = 64;

/// Characters that are made room for at once: what the secrets of an answer come to, in all ways that they are known in, and a key
/// beside them. As hex text they come to half of it. A KiB, the most that glibc's allocator keeps at hand for its next caller.
const ROOM: usize = 256;

/// Look-ups that an index is not worth: text without a secret comes to one or none.
const FEW: usize = 8;

/// Characters that are not gone through for each look-up.
const MANY: usize = 512;

/// Pieces that these are: each secret as it is, without marks, and in other encodings.
const PIECES: usize = 16;

/// Bits of the largest sieve: a secret of many thousand characters is no card's.
const LARGEST_SIEVE: usize = 1 << 20;

/// A set of runs of this many characters. It lives as long as a call or a batch, holds its secrets in one piece, and is wiped with
/// everything else that is freed, by the allocator of the program.
#[derive(Default)]
pub(super) struct Runs<const LENGTH: usize> {
    /// What was added, one piece behind the other.
    known: Vec<char>,
    /// The place behind each piece.
    ends: Vec<usize>,
    /// The characters of which a run of nothing else counts.
    uniform: BTreeSet<u32>,
    /// The neighbours in what was added.
    threes: Threes,
    /// Whether a replacement character was added, which stands for bytes that are no text.
    has_replacement: bool,
    /// Look-ups so far.
    asked: Cell<usize>,
    /// Made for more than a few look-ups behind the last piece that was added.
    index: OnceCell<Index>,
}

impl<const LENGTH: usize> Runs<LENGTH> {
    const ROOM: usize = if LENGTH == RUN { ROOM } else { ROOM / 2 };

    /// Adds every run of these characters.
    pub(super) fn know(&mut self, chars: impl Iterator<Item = char>) {
        let start = self.begin();
        self.known.extend(chars);
        self.end(start, true);
        let piece = self.known.get(start..).unwrap_or_default();
        self.has_replacement |= piece.contains(&char::REPLACEMENT_CHARACTER);
    }

    /// Adds every run of these characters of ASCII, whatever their case.
    pub(super) fn know_ascii(&mut self, bytes: impl Iterator<Item = u8>) {
        let start = self.begin();
        self.known.extend(bytes.map(|byte| char::from(byte.to_ascii_lowercase())));
        self.end(start, true);
    }

    /// Adds every run of these characters, which are bytes, but those of one and the same, which a cryptogram with zero bytes has,
    /// and many an id too.
    pub(super) fn know_mixed(&mut self, chars: impl Iterator<Item = char>) {
        let start = self.begin();
        self.known.extend(chars);
        self.end(start, false);
    }

    /// Adds the hex text of bytes, as [`Runs::know_mixed`] does.
    pub(super) fn know_hex(&mut self, bytes: &[u8]) {
        let start = self.begin();
        self.known.resize(start + 2 * bytes.len(), '0');
        let (pairs, _) = self.known.get_mut(start..).unwrap_or_default().as_chunks_mut();
        pairs.iter_mut().zip(bytes).for_each(|(pair, byte)| *pair = decode::hex_digits(*byte));
        self.end(start, false);
    }

    /// A copy with room for what one more answer adds.
    pub(super) fn with_room(&self) -> Self {
        let (uniform, threes) = (self.uniform.clone(), self.threes.clone());
        let mut copy = Self { uniform, threes, has_replacement: self.has_replacement, ..Self::default() };
        // The secrets of nearly every answer come to less than two thirds of the room.
        copy.known.reserve(Self::ROOM.max(self.known.len() + Self::ROOM * 2 / 3));
        copy.known.extend_from_slice(&self.known);
        copy.ends.reserve(self.ends.len() + PIECES);
        copy.ends.extend_from_slice(&self.ends);
        copy
    }

    /// Begins a piece that is to be found, and tells where.
    fn begin(&mut self) -> usize {
        if self.ends.is_empty() {
            self.known.reserve(Self::ROOM);
            self.ends.reserve(PIECES);
        }
        self.known.len()
    }

    /// Ends a piece, with runs of one character or without. Not inlined: many pieces are added in a row, by code that is read
    /// from memory once for all of them.
    #[inline(never)]
    fn end(&mut self, start: usize, with_uniform: bool) {
        let piece = self.known.get(start..).unwrap_or_default();
        self.threes.know(piece);
        if with_uniform && may_be_uniform::<LENGTH>(piece) {
            self.uniform.extend(uniform::<LENGTH>(piece));
        }
        self.ends.push(self.known.len());
        if self.index.get().is_some() {
            self.index.take();
        }
    }

    pub(super) fn has_replacement(&self) -> bool {
        self.has_replacement
    }

    /// What tells whether three characters are neighbours in what was added, or may be.
    pub(super) fn threes(&self) -> Asked<'_> {
        self.threes.asked()
    }

    /// Appends the place of every run of the set that stands in the track.
    pub(super) fn find(&self, track: &[Unit], found: &mut Vec<Range<usize>>) {
        for window in track.windows(LENGTH) {
            if let [first, .., last] = window
                && self.has(window.iter().map(|unit| unit.c.into()))
            {
                found.push(first.from as usize..last.to as usize);
            }
        }
    }

    /// Whether nothing was added.
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Whether some run of the set stands in these characters, of which the case of ASCII does not count.
    pub(super) fn stand_in(&self, bytes: &[u8]) -> bool {
        if bytes.len() < LENGTH {
            return false;
        }
        // Each run has as many threes of neighbours as this stride, so one of them is looked at.
        let (stride, threes) = (LENGTH - 2, self.threes());
        let mut at = 0;
        while let Some(three) = bytes.get(at..at + 3) {
            if threes.has(three.iter().fold(0, |before, byte| threes::next(before, (*byte).into()))) {
                let mut chain = Chain::of(self);
                if around::<LENGTH>(bytes, at).iter().any(|byte| chain.ends_run(*byte)) {
                    return true;
                }
            }
            at += stride;
        }
        false
    }

    /// Whether a run is in the set.
    pub(super) fn has(&self, run: impl Iterator<Item = u32> + Clone) -> bool {
        let mut others = run.clone();
        let Some(first) = others.next() else { return false };
        if others.all(|c| c == first) {
            return self.uniform.contains(&first);
        }
        if self.asked.replace(self.asked.get() + 1) < FEW && self.known.len() <= MANY {
            return self.stands_in_a_piece(&run);
        }
        let run = packed::<LENGTH>(run);
        let index = self.index.get_or_init(|| Index::of(self.packed()));
        index.passes(run) && index.ordered().binary_search(&run).is_ok()
    }

    /// The same without an index, by the bits of each character that count.
    fn stands_in_a_piece(&self, run: &(impl Iterator<Item = u32> + Clone)) -> bool {
        let alike = |known: &char, c: u32| (u32::from(*known) ^ c) & unit_mask(LENGTH) == 0;
        let is_it = |known: &[char]| known.iter().zip(run.clone()).all(|(known, c)| alike(known, c));
        self.pieces().any(|piece| piece.windows(LENGTH).any(is_it))
    }

    fn pieces(&self) -> impl Iterator<Item = &[char]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(from, end)| self.known.get(*from..*end).unwrap_or_default())
    }

    /// Every run that was added; those of one and the same character are not asked for.
    fn packed(&self) -> Vec<u128> {
        let mut runs = Vec::with_capacity(self.known.len());
        for piece in self.pieces() {
            let mut run = 0;
            for (place, c) in piece.iter().enumerate() {
                run = rolled::<LENGTH>(run, (*c).into());
                runs.extend((place + 1 >= LENGTH).then_some(run));
            }
        }
        runs
    }
}

/// Whether some run may have one character only: wherever a run lies, the first two characters of one of these parts are of it.
fn may_be_uniform<const LENGTH: usize>(piece: &[char]) -> bool {
    piece.chunks(LENGTH - 1).any(|part| matches!(part, [one, other, ..] if one == other))
}

/// The characters of the runs that have no other.
fn uniform<const LENGTH: usize>(piece: &[char]) -> impl Iterator<Item = u32> {
    let alike = piece.chunk_by(|one, other| one == other).filter(|alike| alike.len() >= LENGTH);
    alike.filter_map(|alike| alike.first().map(|c| u32::from(*c)))
}

/// What runs are looked up by.
struct Index {
    runs: Vec<u128>,
    /// One bit for each run: where it is not set, the run is not in the set.
    sieve: Vec<u64>,
    /// The runs in order, made for the first one that passes the sieve, which in most answers none does.
    ordered: OnceCell<Vec<u128>>,
}

impl Index {
    fn of(runs: Vec<u128>) -> Self {
        let bits = (runs.len() * SIEVE_BITS).next_power_of_two().min(LARGEST_SIEVE);
        let mut sieve = vec![0; bits.div_ceil(64)];
        for run in &runs {
            let (word, bit) = place(*run, sieve.len());
            if let Some(word) = sieve.get_mut(word) {
                *word |= bit;
            }
        }
        Self { runs, sieve, ordered: OnceCell::new() }
    }

    fn ordered(&self) -> &[u128] {
        self.ordered.get_or_init(|| {
            let mut ordered = self.runs.clone();
            ordered.sort_unstable();
            ordered
        })
    }

    /// Whether the sieve lets the run through to the set.
    fn passes(&self, run: u128) -> bool {
        let (word, bit) = place(run, self.sieve.len());
        self.sieve.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// The word and the bit of a run in a sieve of so many words.
#[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
fn place(run: u128, words: usize) -> (usize, u64) {
    let mixed = ((run >> 64) as u64 ^ run as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 38) as usize & (words - 1), 1 << (mixed >> 58))
}

/// The characters of all runs that hold the three at this place.
fn around<const LENGTH: usize>(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get((at + 3).saturating_sub(LENGTH)..bytes.len().min(at + LENGTH)).unwrap_or_default()
}

/// The run that ends with this character: 21 bits for each of six, 14 for each of nine, which holds every hex digit. Of a
/// character that is wider only those count: it is no hex digit, and what it could be taken for is masked in vain at worst.
fn rolled<const LENGTH: usize>(before: u128, c: u32) -> u128 {
    let bits = bits(LENGTH);
    (before << bits | u128::from(c & unit_mask(LENGTH))) & ((1 << (bits * LENGTH)) - 1)
}

/// Bits of each character in a run of so many.
const fn bits(length: usize) -> usize {
    u128::BITS as usize / length
}

const fn unit_mask(length: usize) -> u32 {
    (1 << bits(length)) - 1
}

/// A run in one number.
fn packed<const LENGTH: usize>(chars: impl Iterator<Item = u32>) -> u128 {
    chars.fold(0, rolled::<LENGTH>)
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "shortest way to write it in a test")]
mod tests {
    use std::collections::HashSet;

    use super::super::track::plain;
    use super::*;

    fn places(runs: &Runs<RUN>, text: &str) -> Vec<Range<usize>> {
        let mut found = vec![];
        runs.find(&plain(text), &mut found);
        found
    }

    #[test]
    fn each_run_is_found_at_its_place_and_no_shorter_one() {
        let mut runs = Runs::<RUN>::default();
        assert!(runs.is_empty());
        runs.know("abcdefg".chars());
        assert!(!runs.is_empty());
        assert_eq!(places(&runs, "xabcdefgé"), [1..7, 2..8]);
        assert!(places(&runs, "abcde abcdexfg").is_empty());
    }

    #[test]
    fn what_is_empty_takes_no_room_of_its_own() {
        let mut runs = Runs::<RUN>::default();
        (0..3).for_each(|_| runs.know("".chars()));
        assert_eq!((runs.known.capacity(), runs.ends.capacity()), (ROOM, PIECES));
    }

    #[test]
    fn a_run_of_one_and_the_same_character_counts_only_where_it_is_asked_for() {
        let mut runs = Runs::<RUN>::default();
        runs.know_mixed("aaaaaab".chars());
        assert_eq!(places(&runs, "aaaaaab"), [1..7]);
        runs.know("aaaaaa".chars());
        assert_eq!(places(&runs, "aaaaaab"), [0..6, 1..7]);
    }

    #[test]
    fn the_sieve_tells_runs_apart_by_either_half() {
        let index = Index::of((0..100).collect());
        for same in [0, u128::MAX] {
            for half in [0, 64] {
                let places: HashSet<_> =
                    (0..256_u128).map(|run| place(same ^ run << half, index.sieve.len())).collect();
                assert!(places.len() > 200, "{} places, {same:x}, {half}", places.len());
            }
        }
    }

    #[test]
    fn the_sieve_passes_what_is_known_and_hardly_anything_else() {
        let number = |of: u32| packed::<RUN>(format!("{of:06}").chars().map(u32::from));
        for count in [100, 10_000] {
            let known: Vec<u128> = (0..count).map(number).collect();
            let index = Index::of(known.clone());
            assert!(known.iter().all(|run| index.passes(*run)));
            let passed = (count..count + 1000).filter(|other| index.passes(number(*other))).count();
            assert!(passed < 100, "{passed} of 1000");
        }
    }

    #[test]
    fn a_run_that_is_added_behind_a_look_up_is_found_too() {
        let mut runs = Runs::<RUN>::default();
        runs.know("ghijkl".chars());
        (0..=FEW).for_each(|_| assert!(places(&runs, "abcdef").is_empty()));
        assert!(runs.index.get().is_some());
        runs.know("abcdef".chars());
        assert_eq!(places(&runs, "abcdef"), [0..6]);
    }

    #[test]
    fn a_run_is_known_with_an_index_and_without() {
        let mut runs = Runs::<HEX_RUN>::default();
        runs.know("12345678\u{4039}a".chars());
        runs.know_mixed("aaaaaaaaaab".chars());
        for asked in 0..2 * FEW {
            assert_eq!(runs.asked.get(), asked * 3);
            let has = |text: &str| runs.has(text.chars().map(u32::from));
            assert!(
                has("123456789") && has("aaaaaaaab") && !has("aaaaaaaaa") && !has("12345678a"),
                "{asked}"
            );
        }
        assert!(runs.index.get().is_some());
    }

    #[test]
    fn a_copy_knows_what_was_known_and_has_room_for_more() {
        let mut runs = Runs::<RUN>::default();
        runs.know("abcdef\u{fffd}".chars());
        runs.know("aaaaaa".chars());
        let copy = runs.with_room();
        assert!(copy.has_replacement() && copy.known.capacity() >= ROOM && copy.ends.capacity() >= PIECES);
        runs.know_ascii([b'a'; 3 * ROOM].into_iter());
        assert!(runs.with_room().known.capacity() >= 3 * ROOM + ROOM / 2);
        for text in ["abcdef", "bcdef\u{fffd}", "aaaaaa"] {
            assert_eq!(places(&copy, text), [0..text.len()], "{text}");
            assert!(!text.is_ascii() || copy.stand_in(text.as_bytes()), "{text}");
        }
    }

    fn assert_stands<const LENGTH: usize>(secret: &str) {
        let mut runs = Runs::<LENGTH>::default();
        assert!(!runs.stand_in(&[52; 20]));
        runs.know(secret.chars());
        for (before, from) in
            (0..20).flat_map(|before| (0..=secret.len() - LENGTH).map(move |at| (before, at)))
        {
            let text = |run: &str| format!("{}{run}x", "x".repeat(before)).into_bytes();
            assert!(runs.stand_in(&text(secret.get(from..from + LENGTH).unwrap())), "{before} {from}");
            assert!(!runs.stand_in(&text(secret.get(from..from + LENGTH - 1).unwrap())), "{before} {from}");
        }
    }

    #[test]
    fn a_run_stands_in_characters_wherever_it_starts() {
        assert_stands::<RUN>("4788080252");
        assert_stands::<HEX_RUN>("47a8080b52c");
    }

    #[test]
    fn a_run_counts_the_last_characters_only() {
        fn of<const LENGTH: usize>(text: &str) -> u128 {
            packed::<LENGTH>(text.chars().map(u32::from))
        }
        assert_eq!(of::<RUN>("é478808Z"), of::<RUN>("78808Z"));
        assert_eq!(of::<HEX_RUN>("0123456789ab"), of::<HEX_RUN>("3456789ab"));
        assert_ne!(of::<RUN>("478808"), of::<RUN>("478809"));
        assert_ne!(of::<RUN>("478808"), of::<RUN>("578808"));
    }
}
