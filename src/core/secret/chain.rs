//! The search for a run in characters that come one by one, as a view of a text has them: each is held against the two before it,
//! so that no view is written down, and hardly any has so many known neighbours in a row that its characters are looked up.
//! Tested below, and by the properties of `glance`.

use zeroize::Zeroize as _;

use super::runs::Runs;
use super::threes::{self, Asked};

/// No character, and none that a character could be taken for.
const NONE: u32 = u32::MAX;

/// The last characters of a view.
pub(super) struct Chain<'a, const LENGTH: usize> {
    runs: &'a Runs<LENGTH>,
    threes: Asked<'a>,
    before: [u32; 2],
    /// What stands for the newest three characters.
    three: u32,
    /// The newest characters, as far as they are known neighbours, last.
    recent: [u32; LENGTH],
    /// How many of the newest are known behind the two before them.
    known: usize,
}

/// They may be of a secret, and a stack is wiped by nobody else.
impl<const LENGTH: usize> Drop for Chain<'_, LENGTH> {
    fn drop(&mut self) {
        if self.recent.last() != Some(&NONE) {
            self.recent.zeroize();
        }
    }
}

impl<'a, const LENGTH: usize> Chain<'a, LENGTH> {
    pub(super) fn of(runs: &'a Runs<LENGTH>) -> Self {
        let threes = runs.threes();
        Self { runs, threes, before: [NONE; 2], three: 0, recent: [NONE; LENGTH], known: 0 }
    }

    /// Whether a run of the set ends with this character, of which the case of ASCII does not count.
    #[inline]
    pub(super) fn ends_run(&mut self, c: impl Into<u32>) -> bool {
        let (c, [first, second]) = (c.into(), self.before);
        self.before = [second, c];
        self.three = threes::next(self.three, c);
        if self.threes.has(self.three) {
            return self.goes_on_with([first, second, c]);
        }
        self.known = 0;
        false
    }

    fn goes_on_with(&mut self, three: [u32; 3]) -> bool {
        self.recent.rotate_left(1);
        if let Some(newest) = self.recent.last_chunk_mut() {
            *newest = three;
        }
        self.known += 1;
        self.known >= LENGTH - 2 && self.runs.has(self.recent.iter().copied().map(lowered))
    }
}

/// A character without the case of ASCII.
fn lowered(c: u32) -> u32 {
    c | u32::from(c.wrapping_sub(u32::from('A')) < 26) << 5
}

#[cfg(test)]
mod tests {
    use super::super::runs::RUN;
    use super::*;

    /// The places behind each run of the secret in a text.
    fn ends(secret: &str, text: &str) -> Vec<usize> {
        let mut runs = Runs::<RUN>::default();
        runs.know(secret.chars());
        let mut chain = Chain::of(&runs);
        text.chars().enumerate().filter_map(|(at, c)| chain.ends_run(c).then_some(at + 1)).collect()
    }

    #[test]
    fn a_run_ends_where_all_of_its_characters_have_come() {
        assert_eq!(ends("abcdefgh", "xABCDEFGHx"), [7, 8, 9]);
        assert_eq!(ends("abcdefgh", "abcdefabcdefg"), [6, 12, 13]);
        assert!(ends("abcdefgh", "abcde fgh abcd-efgh").is_empty());
    }

    #[test]
    fn known_neighbours_alone_are_no_run() {
        assert!(ends("ababcbcac", "abcacbcaab").is_empty());
        assert_eq!(ends("ababcbcac", "abcacbabcbca"), [11, 12]);
    }

    #[test]
    fn nothing_is_found_where_nothing_is_known() {
        assert!(ends("", "abcdefgh").is_empty());
        assert_eq!(ends("aaaaaa", "aaaaaaa"), [6, 7]);
    }
}
