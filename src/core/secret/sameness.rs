//! Whether a value that somebody pasted is a secret of ours, without either being shown.
//!
//! This is an oracle: who may ask often enough can find a value by asking. So it is kept as small as the trade allows:
//!
//! - Only whole values are held against each other, in some ways of writing them; never a part, a character or a length. One
//!   try rules out one candidate. Fewer than [`LEAST`] characters are not compared, so that nobody starts at the first one.
//! - A beginning counts from two thirds of the value on, and what is told is how much of it *was pasted*. Of a token that is
//!   eleven digits: with the last four, which may be shown, they leave one, and the check digit gives that, so a beginning is as
//!   hard to guess as the whole. Of a cryptogram of 28 characters it is nineteen, of which eleven or more are random.
//! - How far two values differ, or where, is not told, and equality takes the same time wherever they differ.
//! - The token outlives its cryptograms, and 100,000 candidates fit what may be shown of it. The console gives few tries for an
//!   answer, writes each down before it tells the outcome, and a new answer is a call that is written down as well
//!   (`app::update::compare`), so a token is found by some 50,000 compares over 10,000 calls, each a row of the audit trail.
//!
//! Tested: below, and in `tests/sameness.rs` by property.

use std::hint::black_box;

use zeroize::Zeroizing;

use super::facts::Content;
use super::{Secret, decode};

/// Fewer characters are not compared.
pub const LEAST: usize = 8;

/// Bytes of a pasted value at most; what is longer is no value of ours.
const MOST: usize = 4096;

/// Percent-encodings within each other that are undone.
const ENCODED: u8 = 2;

/// A value that somebody pasted or typed. It may be a secret, so nothing shows it: it can be counted, held against a secret,
/// and wiped. Its buffer never grows.
pub struct Pasted {
    text: Zeroizing<String>,
    is_cut: bool,
}

impl Default for Pasted {
    fn default() -> Self {
        Self { text: Zeroizing::new(String::with_capacity(MOST)), is_cut: false }
    }
}

impl Pasted {
    /// Appends a character.
    pub fn push(&mut self, c: char) {
        if self.text.len() + c.len_utf8() <= MOST {
            self.text.push(c);
        } else {
            self.is_cut = true;
        }
    }

    /// Takes the last character back.
    pub fn pop(&mut self) {
        self.text.pop();
    }

    /// Wipes all of it.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Characters so far.
    pub fn count(&self) -> usize {
        self.text.chars().count()
    }

    /// Whether more came than any value has.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Whether there are too few characters to compare.
    pub fn is_short(&self) -> bool {
        bare(&self.text).chars().count() < LEAST
    }
}

static_assertions::assert_not_impl_any!(
    Pasted: std::fmt::Debug, std::fmt::Display, Clone, PartialEq, std::ops::Deref, AsRef<str>, serde::Serialize
);

/// In which way a pasted value is written other than ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Quotes, commas or white space stand around it.
    Surrounded,
    /// It is percent-encoded so many times.
    Percent(u8),
    /// A `+` became a space.
    SpaceForPlus,
    /// It is broken into groups.
    Grouped,
    /// `/ + =` are written as JSON escapes.
    JsonEscapes,
    /// The URL-safe alphabet of base64, or its padding is missing.
    UrlSafe,
    /// Letters are in another case.
    OtherCase,
    /// One is hex or base64 of the other.
    OtherEncoding,
}

/// What a compare tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sameness {
    /// Too few characters to compare.
    TooShort,
    /// Another value.
    Different,
    /// The same, but for how it is written.
    Same(Vec<Change>),
    /// The beginning of it.
    Truncated {
        /// How many characters were pasted.
        after: usize,
        /// How they are written.
        changes: Vec<Change>,
    },
}

/// Holds a pasted value against a secret.
pub fn compare(secret: &Secret, pasted: &Pasted) -> Sameness {
    if pasted.is_short() || secret.facts().length < LEAST {
        return Sameness::TooShort;
    }
    let inner = bare(&pasted.text);
    let around = (inner.len() < pasted.text.len()).then_some(Change::Surrounded);
    let within = undone(secret, inner).map(|found| found.after(around));
    // As it was pasted, too: a `+` at an end may have become a space there.
    let whole = || around.and_then(|_| undone(secret, &pasted.text));
    let found = match within {
        Some(found) if found.after.is_none() => Some(found),
        within => whole().or(within),
    };
    match found {
        None => Sameness::Different,
        Some(Found { changes, after: None }) => Sameness::Same(changes),
        Some(Found { changes, after: Some(after) }) => Sameness::Truncated { after, changes },
    }
}

struct Found {
    changes: Vec<Change>,
    after: Option<usize>,
}

impl Found {
    /// The same, with a change that was undone before.
    fn after(mut self, first: Option<Change>) -> Self {
        self.changes.splice(..0, first);
        self
    }
}

/// Without what people and formats put around a value.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ','))
}

/// As it is, then with each percent-encoding undone.
fn undone(secret: &Secret, text: &str) -> Option<Found> {
    let mut form = Zeroizing::new(text.to_owned());
    for times in 0..=ENCODED {
        if times > 0 {
            form = percent(&form)?;
        }
        if let Some(found) = alike(secret.text(), &form) {
            return Some(found.after((times > 0).then_some(Change::Percent(times))));
        }
    }
    None
}

/// One percent-encoding less; `None` where there is none.
fn percent(text: &str) -> Option<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let escape = match behind {
            [high, low, after @ ..] if *first == b'%' => nibble(*high).zip(nibble(*low)).zip(Some(after)),
            _ => None,
        };
        let (byte, after) = escape.map_or((*first, behind), |((high, low), after)| (high << 4 | low, after));
        bytes.push(byte);
        rest = after;
    }
    let decoded = (bytes.len() < text.len()).then(|| std::str::from_utf8(&bytes).ok())??;
    Some(Zeroizing::new(decoded.to_owned()))
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The ways of writing in order; the first that makes both the same is told. A beginning comes last.
fn alike(secret: &str, form: &str) -> Option<Found> {
    let spaces = Zeroizing::new(form.replace(' ', "+"));
    let escapes = unescaped(form);
    let whole = |changes| Some(Found { changes, after: None });
    if same(secret, form) {
        whole(vec![])
    } else if same(secret, &spaces) {
        whole(vec![Change::SpaceForPlus])
    } else if same(secret, &ungrouped(form)) {
        whole(vec![Change::Grouped])
    } else if same(secret, &escapes) {
        whole(vec![Change::JsonEscapes])
    } else if same(&standard(secret), &standard(form)) {
        whole(vec![Change::UrlSafe])
    } else if same(&lower(secret), &lower(form)) {
        whole(vec![Change::OtherCase])
    } else if is_encoded(secret, form) {
        whole(vec![Change::OtherEncoding])
    } else if let Some(after) = beginning(secret, form) {
        Some(Found { changes: vec![], after: Some(after) })
    } else {
        let after = Some(beginning(secret, &spaces)?);
        Some(Found { changes: vec![Change::SpaceForPlus], after })
    }
}

/// Whether two texts are equal, in a time that does not tell where they differ.
fn same(one: &str, other: &str) -> bool {
    same_bytes(one.as_bytes(), other.as_bytes())
}

fn same_bytes(one: &[u8], other: &[u8]) -> bool {
    let differing = one.iter().zip(other).fold(0, |seen, (a, b)| black_box(seen | (a ^ b)));
    one.len() == other.len() && differing == 0
}

fn ungrouped(form: &str) -> Zeroizing<String> {
    Zeroizing::new(form.chars().filter(|c| !c.is_whitespace() && *c != '-').collect())
}

fn unescaped(form: &str) -> Zeroizing<String> {
    let escapes = [(r"\/", "/"), (r"\u002f", "/"), (r"\u002b", "+"), (r"\u003d", "=")];
    let mut text = Zeroizing::new(form.to_owned());
    for (escape, plain) in escapes {
        text = Zeroizing::new(
            text.replace(escape, plain).replace(&escape.to_uppercase().replace('U', "u"), plain),
        );
    }
    text
}

/// The standard alphabet of base64, without padding.
fn standard(text: &str) -> Zeroizing<String> {
    let plain = text.trim_end_matches('=').chars();
    Zeroizing::new(
        plain
            .map(|c| {
                if c == '-' {
                    '+'
                } else if c == '_' {
                    '/'
                } else {
                    c
                }
            })
            .collect(),
    )
}

fn lower(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_ascii_lowercase())
}

/// Whether one text is hex or base64 of the other, or both are of the same bytes.
fn is_encoded(secret: &str, form: &str) -> bool {
    let (ours, theirs) = (decoded(secret), decoded(form));
    let is_text = theirs.iter().flatten().any(|bytes| same_bytes(secret.as_bytes(), bytes));
    let [ours_base64, ours_hex] = ours;
    let [theirs_base64, theirs_hex] = theirs;
    let crossed = [ours_base64.zip(theirs_hex), ours_hex.zip(theirs_base64)];
    is_text || crossed.iter().flatten().any(|(a, b)| same_bytes(a, b))
}

/// What a text decodes to as base64, and as hex.
fn decoded(text: &str) -> [Option<Zeroizing<Vec<u8>>>; 2] {
    let content = Content::of(text);
    [decode::base64(content), decode::hex(content)].map(|bytes| bytes.map(Zeroizing::new))
}

/// How many characters of the value the text holds, where it is the first two thirds of it or more.
fn beginning(secret: &str, form: &str) -> Option<usize> {
    let (all, here) = (secret.chars().count(), form.chars().count());
    let is_enough = here >= LEAST && here < all && here * 3 >= all * 2;
    let first = secret.as_bytes().get(..form.len()).filter(|_| is_enough)?;
    same_bytes(first, form.as_bytes()).then_some(here)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CRYPTOGRAM: &str = "AwAA+AEAQ3Pr0sMA/Uh7gIcAAAA=";

    fn held(secret: &str, text: &str) -> Sameness {
        let mut pasted = Pasted::default();
        text.chars().for_each(|c| pasted.push(c));
        compare(&Secret::new(secret), &pasted)
    }

    fn told(text: &str) -> Sameness {
        held(CRYPTOGRAM, text)
    }

    #[test]
    fn a_character_that_was_taken_back_is_not_compared() {
        let mut pasted = Pasted::default();
        format!("{CRYPTOGRAM}é").chars().for_each(|c| pasted.push(c));
        pasted.pop();
        assert_eq!(pasted.count(), CRYPTOGRAM.len());
        assert_eq!(compare(&Secret::new(CRYPTOGRAM), &pasted), Sameness::Same(vec![]));
    }

    #[test]
    fn the_shortest_value_that_is_compared_has_as_many_characters_as_a_text() {
        assert_eq!(held("AwAA+AEA", "AwAA+AEA"), Sameness::Same(vec![]));
        assert_eq!(held("AwAA+AE", "AwAA+AEA"), Sameness::TooShort);
    }

    #[test]
    fn a_value_is_the_same_however_it_is_written_and_it_is_told_how() {
        use Change::{
            Grouped, JsonEscapes, OtherCase, OtherEncoding, Percent, SpaceForPlus, Surrounded, UrlSafe,
        };
        let hex = decode::to_hex(&decode::base64(Content::of(CRYPTOGRAM)).unwrap());
        for (text, changes) in [
            (CRYPTOGRAM, vec![]),
            ("AwAA AEAQ3Pr0sMA/Uh7gIcAAAA=", vec![SpaceForPlus]),
            ("AwAA%2BAEAQ3Pr0sMA%2fUh7gIcAAAA%3D", vec![Percent(1)]),
            ("AwAA%252BAEAQ3Pr0sMA%252fUh7gIcAAAA%253D", vec![Percent(2)]),
            ("AwAA%20AEAQ3Pr0sMA%2FUh7gIcAAAA%3D", vec![Percent(1), SpaceForPlus]),
            (" \"AwAA+AEAQ3Pr0sMA/Uh7gIcAAAA=\",\n", vec![Surrounded]),
            ("'AwAA%2BAEAQ3Pr0sMA%2fUh7gIcAAAA%3D'", vec![Surrounded, Percent(1)]),
            ("AwAA +AEA Q3Pr 0sMA /Uh7 gIcA AAA=", vec![Grouped]),
            (r"AwAA\u002BAEAQ3Pr0sMA\/Uh7gIcAAAA\u003d", vec![JsonEscapes]),
            ("AwAA-AEAQ3Pr0sMA_Uh7gIcAAAA", vec![UrlSafe]),
            ("awaa+AEAQ3Pr0sMA/Uh7gIcAAAA=", vec![OtherCase]),
            (&hex, vec![OtherEncoding]),
            (&hex.to_uppercase(), vec![OtherEncoding]),
            (&decode::to_base64(CRYPTOGRAM.as_bytes()), vec![OtherEncoding]),
        ] {
            assert_eq!(told(text), Sameness::Same(changes), "{text}");
        }
        assert_eq!(held(&hex, CRYPTOGRAM), Sameness::Same(vec![OtherEncoding]));
        let plus_first = "+wAA+AEAQ3Pr0sMA/Uh7gIcAAAA=";
        assert_eq!(held(plus_first, &plus_first.replace('+', " ")), Sameness::Same(vec![SpaceForPlus]));
    }

    #[test]
    fn a_near_miss_is_another_value_and_nothing_more() {
        for text in [
            "AwAA+AEAQ3Pr0sMA/Uh7gIcAAAB=",
            "BwAA+AEAQ3Pr0sMA/Uh7gIcAAAA=",
            "AwAA+AEAQ3Pr0sMA/Uh7gIcAAAA==x",
            "xAwAA+AEAQ3Pr0sMA/Uh7gIcAAAA=",
            "wAA+AEAQ3Pr0sMA/Uh7gIcAAAA=",
            "AwAA%25252BAEAQ3Pr0sMA%25252fUh7gIcAAAA%25253D",
            "cryptogram: AwAA+AEAQ3Pr0sMA/Uh7gIcAAAA=",
        ] {
            assert_eq!(told(text), Sameness::Different, "{text}");
        }
    }

    #[test]
    fn a_beginning_counts_from_two_thirds_on() {
        for here in 8..27 {
            let text: String = CRYPTOGRAM.chars().take(here).collect();
            let wanted = if here < 19 {
                Sameness::Different
            } else {
                Sameness::Truncated { after: here, changes: vec![] }
            };
            assert_eq!(told(&text), wanted, "{here}");
        }
        let spaced = Sameness::Truncated { after: 20, changes: vec![Change::SpaceForPlus] };
        assert_eq!(told("AwAA AEAQ3Pr0sMA/Uh7"), spaced);
        assert_eq!(held("4788080252078243", "4788080252"), Sameness::Different);
    }

    #[test]
    fn fewer_than_eight_characters_are_not_compared_on_either_side() {
        for text in ["", "AwAA+AE", "  \"AwAA+AE\"  ", "'''''''''''"] {
            assert_eq!(told(text), Sameness::TooShort, "{text}");
        }
        for text in ["1234567", "%31%32%33%34%35%36%37", "31323334353637"] {
            assert_eq!(held("1234567", text), Sameness::TooShort, "{text}");
        }
    }

    #[test]
    fn the_buffer_never_grows_and_a_longer_value_is_known_for_one() {
        let mut pasted = Pasted::default();
        let capacity = pasted.text.capacity();
        (0..MOST).for_each(|_| pasted.push('a'));
        assert!(!pasted.is_cut());
        pasted.push('a');
        assert!(pasted.is_cut() && pasted.count() == MOST && pasted.text.capacity() == capacity);
        pasted.clear();
        assert!(!pasted.is_cut() && pasted.count() == 0);
    }
}
