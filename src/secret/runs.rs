//! The runs of six characters that may not be shown, packed so that a look-up costs next to nothing for text that holds none.

use std::cell::OnceCell;
use std::ops::Range;

use super::track::Unit;

/// Characters of a secret that may not stand together (threat model, row 28).
pub(super) const RUN: usize = 6;

/// Hex digits that six characters of base64 amount to: 36 bits.
pub(super) const HEX_RUN: usize = 9;

/// Bits of the sieve for each run, so that it lets hardly anything through in vain.
const SIEVE_BITS: usize = 64;

/// Bits of the largest sieve: a secret of many thousand characters is no card's.
const LARGEST_SIEVE: usize = 1 << 20;

/// A set of runs of one length. It is wiped with everything else that is freed, by the allocator of the program.
pub(super) struct Runs {
    length: usize,
    known: Vec<u128>,
    /// Made at the first look-up behind the last run that was added.
    index: OnceCell<Index>,
}

impl Runs {
    /// No runs yet; they will be of six characters of any kind, or of nine hex digits.
    pub(super) fn of(length: usize) -> Self {
        Self { length, known: Vec::new(), index: OnceCell::new() }
    }

    /// Adds every run of the track.
    pub(super) fn know(&mut self, track: &[Unit]) {
        self.add(track.windows(self.length).map(packed));
    }

    /// Adds every run of the track but those of one and the same character, which a cryptogram with zero bytes has, and many
    /// an id too.
    pub(super) fn know_mixed(&mut self, track: &[Unit]) {
        let is_mixed =
            |window: &&[Unit]| window.iter().any(|unit| Some(unit.c) != window.first().map(|it| it.c));
        self.add(track.windows(self.length).filter(is_mixed).map(packed));
    }

    fn add(&mut self, runs: impl Iterator<Item = u128>) {
        self.known.extend(runs);
        self.index.take();
    }

    /// Appends the place of every run of the set that stands in the track.
    pub(super) fn find(&self, track: &[Unit], found: &mut Vec<Range<usize>>) {
        let index = self.index();
        for window in track.windows(self.length) {
            if let [first, .., last] = window
                && index.has(packed(window))
            {
                found.push(first.from as usize..last.to as usize);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The runs in a form to look one up.
    pub(super) fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(&self.known))
    }
}

/// The runs of a set in order, and a sieve before them.
pub(super) struct Index {
    ordered: Vec<u128>,
    /// One bit for each run: where it is not set, the run is not in the set.
    sieve: Vec<u64>,
}

impl Index {
    fn of(known: &[u128]) -> Self {
        let mut ordered = known.to_vec();
        ordered.sort_unstable();
        ordered.dedup();
        let bits = (ordered.len() * SIEVE_BITS).next_power_of_two().min(LARGEST_SIEVE);
        let mut index = Self { ordered, sieve: vec![0; bits.div_ceil(64)] };
        for at in 0..index.ordered.len() {
            let (word, bit) = index.place(index.ordered.get(at).copied().unwrap_or_default());
            if let Some(word) = index.sieve.get_mut(word) {
                *word |= bit;
            }
        }
        index
    }

    /// Whether a packed run is in the set.
    pub(super) fn has(&self, run: u128) -> bool {
        self.passes(run) && self.ordered.binary_search(&run).is_ok()
    }

    /// Whether the sieve lets the run through to the set.
    fn passes(&self, run: u128) -> bool {
        let (word, bit) = self.place(run);
        self.sieve.get(word).is_some_and(|word| word & bit != 0)
    }

    /// The word and the bit of a run in the sieve.
    #[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
    fn place(&self, run: u128) -> (usize, u64) {
        let mixed = ((run >> 64) as u64 ^ run as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((mixed >> 38) as usize & (self.sieve.len() - 1), 1 << (mixed >> 58))
    }
}

/// The characters of a run in one number: 21 bits for each of six, 14 for each of nine, which holds every hex digit; another
/// character may carry into the one before, and past the first.
fn packed(window: &[Unit]) -> u128 {
    let bits = u128::BITS as usize / window.len().max(1);
    window.iter().fold(0, |run: u128, unit| (run << bits).wrapping_add(u32::from(unit.c).into()))
}

/// A run of [`RUN`] before its first character: no run of characters is packed to it, nor to one that it is part of.
pub(super) const NOTHING: u128 = (1 << 126) - 1;

/// The run of [`RUN`] characters that ends with `c`, by the run that ended before it.
pub(super) fn rolled(before: u128, c: u32) -> u128 {
    (before << 21 | u128::from(c)) & NOTHING
}

/// The same for [`HEX_RUN`] hex digits.
pub(super) fn rolled_digits(before: u128, digit: u32) -> u128 {
    (before << 14 | u128::from(digit)) & ((1 << 126) - 1)
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "shortest way to write it in a test")]
mod tests {
    use std::collections::HashSet;

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
        let index = Index::of(&(0..100).collect::<Vec<_>>());
        for same in [0, u128::MAX] {
            for half in [0, 64] {
                let places: HashSet<_> = (0..256_u128).map(|run| index.place(same ^ run << half)).collect();
                assert!(places.len() > 200, "{} places, {same:x}, {half}", places.len());
            }
        }
    }

    #[test]
    fn the_sieve_passes_what_is_known_and_hardly_anything_else() {
        let number = |of: u32| packed(&plain(&format!("{of:06}")));
        for count in [100, 10_000] {
            let index = Index::of(&(0..count).map(number).collect::<Vec<_>>());
            assert!((0..count).all(|known| index.passes(number(known)) && index.has(number(known))));
            let passed = (count..count + 1000).filter(|other| index.passes(number(*other))).count();
            assert!(passed < 100, "{passed} of 1000");
        }
    }

    #[test]
    fn a_run_that_is_added_behind_a_look_up_is_found_too() {
        let mut runs = Runs::of(RUN);
        assert!(places(&runs, "abcdef").is_empty());
        runs.know(&plain("abcdef"));
        assert_eq!(places(&runs, "abcdef"), [0..6]);
    }

    #[test]
    fn a_run_that_rolls_on_is_the_one_that_is_packed() {
        let text = "é478808Z";
        let mut run = NOTHING;
        for c in text.chars() {
            run = rolled(run, c.into());
        }
        assert_eq!(run, packed(&plain("78808Z")));
        let digits = "0123456789ab".chars().fold(0, |run, c| rolled_digits(run, c.into()));
        assert_eq!(digits, packed(&plain("3456789ab")));
    }
}
