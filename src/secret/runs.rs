//! The runs of six characters that may not be shown, packed so that a look-up costs next to nothing for text that holds none.

use std::collections::HashSet;
use std::ops::Range;

use super::track::Unit;

/// Characters of a secret that may not stand together (threat model, row 28).
pub(super) const RUN: usize = 6;

/// Bits of a character.
const CHAR_BITS: u32 = 21;

/// Words of the sieve.
const SIEVE: usize = 64;

/// A set of runs. It is wiped with everything else that is freed, by the allocator of the program.
pub(super) struct Runs {
    all: HashSet<u128>,
    /// One bit of 4096 for each run: where it is not set, the run is not in the set.
    sieve: [u64; SIEVE],
}

impl Default for Runs {
    fn default() -> Self {
        Self { all: HashSet::new(), sieve: [0; SIEVE] }
    }
}

impl Runs {
    /// Adds every run of the track.
    pub(super) fn know(&mut self, track: &[Unit]) {
        track.windows(RUN).for_each(|window| self.add(packed(window)));
    }

    /// Adds every run of the track but those of one and the same character, which a cryptogram with zero bytes has, and many
    /// an id too.
    pub(super) fn know_mixed(&mut self, track: &[Unit]) {
        let is_mixed =
            |window: &&[Unit]| window.iter().any(|unit| Some(unit.c) != window.first().map(|it| it.c));
        track.windows(RUN).filter(is_mixed).for_each(|window| self.add(packed(window)));
    }

    /// Appends the place of every run of the set that stands in the track.
    pub(super) fn find(&self, track: &[Unit], found: &mut Vec<Range<usize>>) {
        for window in track.windows(RUN) {
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

fn packed(window: &[Unit]) -> u128 {
    window.iter().fold(0, |run, unit| run << CHAR_BITS | u128::from(u32::from(unit.c)))
}

/// The word and the bit of a run in the sieve.
#[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
fn place(run: u128) -> (usize, u64) {
    let mixed = ((run >> 64) as u64 ^ run as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 58) as usize, 1 << (mixed >> 52 & 63))
}
