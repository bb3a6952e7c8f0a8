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

/// Bits for pairs of neighbours: a secret and what it is encoded to has some hundred.
const PAIR_BITS: usize = 1 << 13;

/// Bits of the largest sieve: a secret of many thousand characters is no card's.
const LARGEST_SIEVE: usize = 1 << 20;

/// A set of runs of this many characters. It is wiped with everything else that is freed, by the allocator of the program.
#[derive(Clone, Default)]
pub(super) struct Runs<const LENGTH: usize> {
    known: Vec<u128>,
    /// One bit for each two neighbours of what was added.
    pairs: Vec<u64>,
    /// Whether a replacement character was added, which stands for bytes that are no text.
    has_replacement: bool,
    /// Made at the first look-up behind the last run that was added.
    index: OnceCell<Index>,
}

impl<const LENGTH: usize> Runs<LENGTH> {
    /// Adds every run of these characters.
    pub(super) fn know(&mut self, chars: impl Iterator<Item = char>) {
        self.add(chars, true);
    }

    /// Adds every run of these characters but those of one and the same character, which a cryptogram with zero bytes has, and
    /// many an id too.
    pub(super) fn know_mixed(&mut self, chars: impl Iterator<Item = char>) {
        self.add(chars, false);
    }

    fn add(&mut self, chars: impl Iterator<Item = char>, even_uniform: bool) {
        let (mut run, mut same, mut last) = (0, 0, None);
        self.pairs.resize(PAIR_BITS / 64, 0);
        self.known.reserve(chars.size_hint().0);
        for (place, c) in chars.enumerate() {
            run = rolled::<LENGTH>(run, c.into());
            same = if last == Some(c) { same + 1 } else { 1 };
            self.has_replacement |= c == char::REPLACEMENT_CHARACTER;
            if let Some(before) = last.replace(c) {
                self.mark_pair(before, c);
            }
            if place + 1 >= LENGTH && (even_uniform || same < LENGTH) {
                self.known.push(run);
            }
        }
        self.index.take();
    }

    pub(super) fn has_replacement(&self) -> bool {
        self.has_replacement
    }

    fn mark_pair(&mut self, first: char, second: char) {
        let (word, bit) = pair_place(first.into(), second.into());
        if let Some(word) = self.pairs.get_mut(word) {
            *word |= bit;
        }
    }

    fn has_pair(&self, pair: &[u32]) -> bool {
        let [first, second] = *pair else { return false };
        let (word, bit) = pair_place(first, second);
        self.pairs.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Appends the place of every run of the set that stands in the track.
    pub(super) fn find(&self, track: &[Unit], found: &mut Vec<Range<usize>>) {
        for window in track.windows(LENGTH) {
            if let [first, .., last] = window
                && self.has(packed::<LENGTH>(window.iter().map(|unit| unit.c.into())))
            {
                found.push(first.from as usize..last.to as usize);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Whether some run of the set stands in these characters.
    pub(super) fn stand_in(&self, chars: &[u32]) -> bool {
        // Each run has as many pairs of neighbours as this stride, so one of them is looked at.
        let stride = LENGTH - 1;
        chars.windows(2).enumerate().step_by(stride).any(|(at, pair)| {
            let (first_run, end_of_last) = ((at + 1).saturating_sub(stride), chars.len().min(at + LENGTH));
            let around = chars.get(first_run..end_of_last).unwrap_or_default();
            self.has_pair(pair) && self.stand_about(around)
        })
    }

    fn stand_about(&self, chars: &[u32]) -> bool {
        let mut runs = chars.windows(LENGTH);
        runs.any(|run| self.has(packed::<LENGTH>(run.iter().copied())))
    }

    /// Whether a packed run is in the set.
    fn has(&self, run: u128) -> bool {
        let index = self.index.get_or_init(|| Index::of(&self.known));
        index.passes(run) && index.ordered(&self.known).binary_search(&run).is_ok()
    }
}

/// What runs are looked up by.
#[derive(Clone)]
struct Index {
    /// One bit for each run: where it is not set, the run is not in the set.
    sieve: Vec<u64>,
    /// The runs in order, made for the first one that passes the sieve, which in most answers none does.
    ordered: OnceCell<Vec<u128>>,
}

impl Index {
    fn of(known: &[u128]) -> Self {
        let bits = (known.len() * SIEVE_BITS).next_power_of_two().min(LARGEST_SIEVE);
        let mut index = Self { sieve: vec![0; bits.div_ceil(64)], ordered: OnceCell::new() };
        for run in known {
            let (word, bit) = index.place(*run);
            if let Some(word) = index.sieve.get_mut(word) {
                *word |= bit;
            }
        }
        index
    }

    fn ordered(&self, known: &[u128]) -> &[u128] {
        self.ordered.get_or_init(|| {
            let mut ordered = known.to_vec();
            ordered.sort_unstable();
            ordered
        })
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

/// The word and the bit of two neighbours: both count, so that digits and letters lie apart.
fn pair_place(first: u32, second: u32) -> (usize, u64) {
    let bit = (first << 6 ^ second) as usize % PAIR_BITS;
    (bit / 64, 1 << (bit % 64))
}

/// The run that ends with this character: 21 bits for each of six, 14 for each of nine, which holds every hex digit. Of a
/// character that is wider only those count: it is no hex digit, and what it could be taken for is masked in vain at worst.
fn rolled<const LENGTH: usize>(before: u128, c: u32) -> u128 {
    let bits = u128::BITS as usize / LENGTH;
    let unit = u128::from(c) & ((1 << bits) - 1);
    (before << bits | unit) & ((1 << (bits * LENGTH)) - 1)
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
    fn a_run_of_one_and_the_same_character_counts_only_where_it_is_asked_for() {
        let mut runs = Runs::<RUN>::default();
        runs.know_mixed("aaaaaab".chars());
        assert_eq!(places(&runs, "aaaaaab"), [1..7]);
        runs.know("aaaaaa".chars());
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
        let number = |of: u32| packed::<RUN>(format!("{of:06}").chars().map(u32::from));
        for count in [100, 10_000] {
            let known: Vec<u128> = (0..count).map(number).collect();
            let index = Index::of(&known);
            assert!(known.iter().all(|run| index.passes(*run)));
            let passed = (count..count + 1000).filter(|other| index.passes(number(*other))).count();
            assert!(passed < 100, "{passed} of 1000");
        }
    }

    #[test]
    fn a_run_that_is_added_behind_a_look_up_is_found_too() {
        let mut runs = Runs::<RUN>::default();
        assert!(places(&runs, "abcdef").is_empty());
        runs.know("abcdef".chars());
        assert_eq!(places(&runs, "abcdef"), [0..6]);
    }

    fn assert_stands<const LENGTH: usize>(secret: &str) {
        let mut runs = Runs::<LENGTH>::default();
        assert!(!runs.stand_in(&[52; 20]));
        runs.know(secret.chars());
        for (before, from) in
            (0..20).flat_map(|before| (0..=secret.len() - LENGTH).map(move |at| (before, at)))
        {
            let text = |run: &str| -> Vec<u32> {
                format!("{}{run}x", "x".repeat(before)).chars().map(u32::from).collect()
            };
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
