//! How well a few letters fit a name: they have to stand in it in their order, and the rest is rank.
//!
//! Must not know: what is named. Tested: below.

/// For each letter that is found.
const LETTER: u32 = 12;
/// For a letter at the start of a word.
const WORD_START: u32 = 24;
/// For a letter right behind the one before.
const RUN: u32 = 18;
/// Of two that fit alike the shorter is meant; this many letters longer makes no more difference.
const LONGEST_PENALTY: u32 = 60;

/// The rank of a text for what was typed; `None` where a letter is missing. Blanks and case do not count.
pub(super) fn score(typed: &str, text: &str) -> Option<u32> {
    let wanted: Vec<char> =
        typed.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let letters: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    if wanted.is_empty() {
        return Some(0);
    }
    let longer = u32::try_from(letters.len().saturating_sub(wanted.len())).unwrap_or(LONGEST_PENALTY);
    Some((best(&wanted, &letters)? + LONGEST_PENALTY).saturating_sub(longer.min(LONGEST_PENALTY)))
}

/// The best of all ways to find the letters: for each place of the text, the rank of a way that ends there.
fn best(wanted: &[char], letters: &[char]) -> Option<u32> {
    let mut ends: Vec<Option<u32>> = Vec::new();
    for (nth, wanted) in wanted.iter().enumerate() {
        let mut behind: Option<u32> = (nth == 0).then_some(0);
        let mut next = Vec::with_capacity(letters.len());
        for (at, letter) in letters.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| ends.get(at).copied().flatten());
            behind = behind.max(at.checked_sub(2).and_then(|at| ends.get(at).copied().flatten()));
            let way = behind.max(before.map(|rank| rank + RUN));
            next.push(way.filter(|_| letter == wanted).map(|rank| rank + LETTER + start(letters, at)));
        }
        ends = next;
    }
    ends.into_iter().flatten().max()
}

fn start(letters: &[char], at: usize) -> u32 {
    let before = at.checked_sub(1).and_then(|at| letters.get(at));
    if before.is_none_or(|c| !c.is_alphanumeric()) { WORD_START } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::score;

    #[test]
    fn letters_are_found_in_their_order_only() {
        for (typed, text, found) in [
            ("", "export", true),
            ("xp", "export", true),
            ("EXP", "export", true),
            ("pro sand", "profile sandbox", true),
            ("tx", "export", false),
            ("exx", "export", false),
            ("export!", "export", false),
        ] {
            assert_eq!(score(typed, text).is_some(), found, "{typed} in {text}");
        }
    }

    #[test]
    fn word_starts_then_runs_then_the_shorter_name_come_first() {
        for (typed, first, second) in [
            ("cm", "copy-menu", "compare"),
            ("pp", "previous-profile", "page-up"),
            ("co", "copy", "focus-answer"),
            ("copy", "copy", "copy-menu"),
            ("mask", "mask", "make a risk"),
            ("ps", "profile sandbox", "profiles"),
        ] {
            assert!(score(typed, first) > score(typed, second), "{typed}: {first} before {second}");
        }
    }

    #[test]
    fn the_best_way_counts_not_the_first() {
        assert!(score("fa", "fog-focus-answer") >= score("fa", "fog-fogus-abswer"));
        assert!(score("ans", "a-focus-answer") > score("ans", "a-n-is"));
    }
}
