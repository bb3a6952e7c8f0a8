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
        self.passes(run) && self.all.contains(&run)
    }

    /// Whether the sieve lets the run through to the set.
    fn passes(&self, run: u128) -> bool {
        let (word, bit) = place(run);
        self.sieve.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// The characters of a run in one number: 21 bits for each of six, 14 for each of nine, which holds every hex digit; another
/// character may carry into the one before, and past the first.
fn packed(window: &[Unit]) -> u128 {
    let bits = u128::BITS as usize / window.len().max(1);
    window.iter().fold(0, |run: u128, unit| (run << bits).wrapping_add(u32::from(unit.c).into()))
}

/// The word and the bit of a run in the sieve.
#[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
fn place(run: u128) -> (usize, u64) {
    let mixed = ((run >> 64) as u64 ^ run as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 58) as usize, 1 << (mixed >> 52 & 63))
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "shortest way to write it in a test")]
mod tests {
    use super::super::track::plain;
    use super::*;

    fn places(runs: &Runs, text: &str) -> Vec<Range<usize>> {
        let mut found = vec![];
        runs.find(&plain(text), &mut found);
        found
    }

    #[test]
    fn each_run_is_found_at_its_place_and_no_shorter_one() {
        let mut runs = Runs::of(RUN);
        assert!(runs.is_empty());
        runs.know(&plain("abcdefg"));
        assert!(!runs.is_empty());
        assert_eq!(places(&runs, "xabcdefgé"), [1..7, 2..8]);
        assert!(places(&runs, "abcde abcdexfg").is_empty());
    }

    #[test]
    fn a_run_of_one_and_the_same_character_counts_only_where_it_is_asked_for() {
        let mut runs = Runs::of(RUN);
        runs.know_mixed(&plain("aaaaaab"));
        assert_eq!(places(&runs, "aaaaaab"), [1..7]);
        runs.know(&plain("aaaaaa"));
        assert_eq!(places(&runs, "aaaaaab"), [0..6, 1..7]);
    }

    #[test]
    fn the_sieve_tells_runs_apart_by_either_half() {
        for same in [0, u128::MAX] {
            for half in [0, 64] {
                let places: HashSet<_> = (0..256_u128).map(|run| place(same ^ run << half)).collect();
                assert!(places.len() > 200, "{} places, {same:x}, {half}", places.len());
            }
        }
    }

    #[test]
    fn the_sieve_passes_what_is_known_and_hardly_anything_else() {
        let mut runs = Runs::of(RUN);
        let number = |of: u32| packed(&plain(&format!("{of:06}")));
        (0..100).for_each(|known| runs.add(number(known)));
        assert!((0..100).all(|known| runs.passes(number(known)) && runs.has(number(known))));
        let passed = (100..1100).filter(|other| runs.passes(number(*other))).count();
        assert!(passed < 100, "{passed} of 1000");
    }
}
