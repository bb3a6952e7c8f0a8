//! Which characters stand behind each other in what is known, three by three: a sieve that lets hardly any text pass for a part of
//! a secret. Of two neighbours it would soon know all that digits can be. Tested below.

/// Bits of the sieve: a secret and what it is encoded to has some hundred threes. A KiB in all (see `runs`).
const BITS: u32 = 1 << 13;

/// Words that these are.
const WORDS: usize = BITS as usize / 64;

/// A bit for each three neighbours.
type Sieve = [u64; WORDS];

/// The sieve of nothing. Copied, since the allocator takes longer to hand out memory of zeros than memory of any content.
static NONE: Sieve = [0; WORDS];

/// The neighbours in what was added; no memory before the first text.
#[derive(Clone, Default)]
pub(super) struct Threes(Vec<u64>);

impl Threes {
    /// Adds the neighbours of a text.
    pub(super) fn know(&mut self, text: &[char]) {
        if self.0.is_empty() {
            self.0.extend_from_slice(&NONE);
        }
        let Some(sieve) = self.0.first_chunk_mut::<WORDS>() else { return };
        let mut three = 0;
        let mut know = |c: &char| {
            three = next(three, (*c).into());
            let (word, bit) = place(three);
            if let Some(word) = sieve.get_mut(word) {
                *word |= bit;
            }
        };
        // Four at a time, written out, since the link of a small binary does not find that by itself.
        let (fours, rest) = text.as_chunks();
        for [first, second, third, fourth] in fours {
            [first, second, third, fourth].into_iter().for_each(&mut know);
        }
        rest.iter().for_each(know);
    }

    /// What is asked for neighbours, character by character.
    pub(super) fn asked(&self) -> Asked<'_> {
        Asked(self.0.first_chunk().unwrap_or(&NONE))
    }
}

/// A sieve that is asked.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a>(&'a Sieve);

impl Asked<'_> {
    /// Whether three neighbours are known, or others that look like them.
    #[inline]
    pub(super) fn has(self, three: u32) -> bool {
        let (word, bit) = place(three);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// What stands for the three characters that end with this one: five bits of each, without the upper two of the first. The case of
/// ASCII is not among them, so that characters may be taken for others that are known, and none that is known is missed.
#[inline]
pub(super) fn next(before: u32, c: u32) -> u32 {
    (before << 5 ^ (c & 31)) & (BITS - 1)
}

/// The word and the bit of three neighbours.
#[inline]
fn place(three: u32) -> (usize, u64) {
    (three as usize / 64, 1 << (three % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three(text: &str) -> u32 {
        text.chars().fold(0, |before, c| next(before, c.into()))
    }

    #[test]
    fn neighbours_are_known_whatever_their_case_and_what_stands_before_them() {
        let mut threes = Threes::default();
        assert!(!threes.asked().has(three("abc")));
        threes.know(&['x', 'a', 'b', 'c', '\u{e9}']);
        for known in ["xab", "abc", "ABC", "4-abc", "bC\u{e9}"] {
            assert!(threes.asked().has(three(known)), "{known}");
        }
        assert!(!threes.asked().has(three("acb")) && !threes.asked().has(three("bca")));
    }

    #[test]
    fn the_neighbours_in_a_number_let_few_others_pass() {
        let mut threes = Threes::default();
        threes.know(&"4788080252078243".chars().collect::<Vec<_>>());
        let passed = (0..1000).filter(|number| threes.asked().has(three(&format!("{number:03}")))).count();
        assert!(passed < 50, "{passed} of 1000");
    }
}
