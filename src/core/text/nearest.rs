//! The known name that somebody meant who wrote another one.
//!
//! Must not know: what is named. Tested: below, by the names of a config (`config/names`) and of keys (`tests/keymap.rs`).

/// The known name that was probably meant.
pub fn nearest<'a>(given: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain = flatten(given);
    let reach = (plain.chars().count() / 3).max(1);
    let close = |name: &&&str| distance(&plain, &flatten(name)) <= reach;
    let part = |name: &&&str| plain.len() > 2 && flatten(name).contains(&plain);
    let by_distance = |name: &&&str| distance(&plain, &flatten(name));
    known.iter().filter(close).min_by_key(by_distance).or_else(|| known.iter().find(part)).copied()
}

/// Case and the marks between words do not tell names apart.
pub fn flatten(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How many letters have to be added, dropped, changed or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX / 2);
            let changed = at(&row, j) + usize::from(a != b);
            let mut best = changed.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            if i > 0 && j > 0 && one.get(i - 1) == Some(b) && other.get(j - 1) == Some(a) {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_more_less_other_or_swapped_with_its_neighbour_is_one_apart() {
        for (one, other, apart) in [
            ("theme", "theme", 0),
            ("theme", "themes", 1),
            ("theme", "thme", 1),
            ("theme", "thema", 1),
            ("theme", "htmee", 2),
            ("theme", "theem", 1),
            ("abcd", "bacd", 1),
            ("abcd", "acbd", 1),
            ("ab", "ca", 2),
            ("ab", "bc", 2),
            ("abc", "cab", 2),
            ("", "abc", 3),
            ("abc", "", 3),
        ] {
            assert_eq!(distance(one, other), apart, "{one} {other}");
        }
    }
}
