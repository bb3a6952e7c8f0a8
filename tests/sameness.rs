//! What a compare lets one learn of a secret, by property: nothing but whether a whole value, or most of one, was known.
#![allow(missing_docs, clippy::unwrap_used, clippy::string_slice, reason = "a test crate")]

use proptest::prelude::*;
use tokenscope::secret::{Change, Pasted, Sameness, Secret, compare};

fn held(secret: &str, text: &str) -> Sameness {
    let mut pasted = Pasted::default();
    text.chars().for_each(|c| pasted.push(c));
    compare(&Secret::new(secret), &pasted)
}

/// Values of which no two are forms of each other: one alphabet has no digits, the other nothing else.
fn cryptogram() -> impl Strategy<Value = String> {
    "[B-Z][A-Za-z+/]{26}="
}

fn percent(text: &str) -> String {
    text.replace('%', "%25").replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

/// Whether anything but "too short" and "another value" was told.
fn is_told(sameness: &Sameness) -> bool {
    !matches!(sameness, Sameness::TooShort | Sameness::Different)
}

proptest! {
    #[test]
    fn what_is_told_of_a_stranger_is_the_same_for_every_secret(
        one in cryptogram(), other in cryptogram(), pasted in "\\PC{0,40}|[0-9]{0,20}|[A-Za-z+/]{0,28}"
    ) {
        let (first, second) = (held(&one, &pasted), held(&other, &pasted));
        prop_assume!(!is_told(&first) && !is_told(&second));
        prop_assert_eq!(first, second);
    }

    #[test]
    fn one_wrong_character_anywhere_tells_nothing(secret in "[a-z0-9]{12,30}", at in 0_usize..12, c in "[A-Z]") {
        prop_assume!(!secret[at..=at].eq_ignore_ascii_case(&c));
        let wrong = format!("{}{c}{}", &secret[..at], &secret[at + 1..]);
        prop_assert_eq!(held(&secret, &wrong), Sameness::Different);
    }

    #[test]
    fn no_guess_of_less_than_two_thirds_tells_whether_it_is_right(
        secret in "[0-9]{12,19}|[A-Z][a-z0-9]{14,30}", part in 0_usize..100, from in 0_usize..4
    ) {
        let end = secret.len() * part / 150;
        let guess = &secret[from.min(end)..end];
        prop_assert!(!is_told(&held(&secret, guess)), "{}", guess);
        // Nor does it help to fill it up.
        let filled = format!("{guess}{}", "~".repeat(secret.len() - guess.len()));
        prop_assert_eq!(held(&secret, &filled), Sameness::Different);
    }

    #[test]
    fn a_part_that_is_no_beginning_tells_nothing_however_long(secret in "[a-z]{12,40}", from in 1_usize..4) {
        prop_assume!(secret.chars().any(|c| c != 'a'));
        let tail = &secret[from..];
        prop_assume!(!secret.starts_with(tail));
        prop_assert!(!is_told(&held(&secret, tail)));
    }

    #[test]
    fn the_right_value_is_known_in_each_way_of_writing_it(secret in cryptogram(), around in "[ \t\n\"']{1,4}") {
        prop_assert_eq!(held(&secret, &secret), Sameness::Same(vec![]));
        prop_assert_eq!(held(&secret, &format!("{around}{secret}{around}")), Sameness::Same(vec![Change::Surrounded]));
        let (once, twice) = (percent(&secret), percent(&percent(&secret)));
        prop_assert_eq!(held(&secret, &once), Sameness::Same(vec![Change::Percent(1)]));
        prop_assert_eq!(held(&secret, &twice), Sameness::Same(vec![Change::Percent(2)]));
        prop_assert!(is_told(&held(&secret, &secret.replace('+', " "))));
        prop_assert!(is_told(&held(&secret, &secret.to_uppercase())));
        for length in 19..27 {
            prop_assert!(is_told(&held(&secret, &secret[..length])));
        }
    }

    #[test]
    fn no_text_whatever_is_too_much_for_it(secret in "\\PC{0,40}", pasted in "\\PC*|[\\x00-\\x{10ffff}]*") {
        held(&secret, &pasted);
    }
}
