//! The runs of six characters that may not be shown, packed so that a look-up costs next to nothing for text that holds none.

use std::collections::HashSet;
use std::ops::Range;

use super::track::Unit;

/// Characters of a secret that may not stand together (threat model, row 28).
pub(super) const RUN: usize = 6;

/// Hex digits that six characters of base64 amount to: 36 bits.
pub(super) const HEX_RUN: usize = 9;

/// Words of the sieve.
const SIEVE: usize = 64;

/// A set of runs of one length. It is wiped with everything else that is freed, by the allocator of the program.
pub(super) struct Runs {
    length: usize,
    all: HashSet<u128>,
    /// One bit of 4096 for each run: where it is not set, the run is not in the set.
    sieve: [u64; SIEVE],
}

impl Runs {
    /// No runs yet; they will be of six characters of any kind, or of nine hex digits.
    pub(super) fn of(length: usize) -> Self {
        Self { length, all: HashSet::new(), sieve: [0; SIEVE] }
    }

    /// Adds every run of the track.
    pub(super) fn know(&mut self, track: &[Unit]) {
        for window in track.windows(self.length) {
            self.add(packed(window));
        }
    }

    /// Adds every run of the track but those of one and the same character, which a cryptogram with zero bytes has, and many
    /// an id too.
    pub(super) fn know_mixed(&mut self, track: &[Unit]) {
        let is_mixed =
            |window: &&[Unit]| window.iter().any(|unit| Some(unit.c) != window.first().map(|it| it.c));
        for window in track.windows(self.length).filter(is_mixed) {
            self.add(packed(window));
        }
    }

    /// Appends the place of every run of the set that stands in the track.
    pub(super) fn find(&self, track: &[Unit], found: &mut Vec<Range<usize>>) {
        for window in track.windows(self.length) {
            if let [first, .., last] = window
                && self.has(packed(window))
            {
                found.push(first.from as usize..last.to as usize);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    fn add(&mut self, run: u128) {
        let (word, bit) = place(run);
        if let Some(word) = self.sieve.get_mut(word) {
            *word |= bit;
        }
        self.all.insert(run);
    }

    fn has(&self, run: u128) -> bool {
        let (word, bit) = place(run);
        self.sieve.get(word).is_some_and(|word| word & bit != 0) && self.all.contains(&run)
    }
}

/// The characters of a run in one number: 21 bits for each of six, 14 for each of nine, which holds every hex digit.
fn packed(window: &[Unit]) -> u128 {
    let bits = u128::BITS as usize / window.len().max(1);
    window.iter().fold(0, |run, unit| run << bits | u128::from(u32::from(unit.c)))
}

/// The word and the bit of a run in the sieve.
#[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
fn place(run: u128) -> (usize, u64) {
    let mixed = ((run >> 64) as u64 ^ run as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 58) as usize, 1 << (mixed >> 52 & 63))
}
