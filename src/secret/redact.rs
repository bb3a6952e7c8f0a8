//! From a body to masked data: walks the plaintext once under the field policy, keeps what must stay secret as [`Secret`],
//! and turns everything else into text that may be shown.

use zeroize::Zeroizing;

use super::body::{self, Body, Member, Raw, Unparsed};
use super::policy::{self, Class, Place};
use super::{Masked, Needles, Secret};
use crate::text::holds;

/// Where the contract has the token.
const TOKEN: &str = "authentication_details.token";

/// A number shorter than this would be known whole from its first six and last four digits.
const SHORTEST_TOKEN: usize = 13;

/// JSON in a string in a string: followed so far.
const DEEPEST_TEXT: u8 = 3;

/// Words are shorter than this; secrets without a digit and of one case only are not.
const LONGEST_WORD: usize = 20;

/// No shorter text has a member in it with a name that means a secret: `{"pan":1}`.
pub(super) const SHORTEST_INSIDE: usize = 9;

/// Values of the contract's answer that are held: what is secret or personal.
const HELD: usize = 8;

/// A masked JSON value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Node {
    /// `null` under a path that the policy names.
    Null,
    /// A boolean under a path that the policy names.
    Bool(bool),
    /// A number that may be shown.
    Number(Masked),
    /// A text that may be shown.
    Text(Masked),
    /// Hidden, whatever its type.
    #[default]
    Hidden,
    /// An object that the policy looks into.
    Map(Vec<Entry>),
}

/// A member of a masked object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name, masked where it holds a secret.
    pub name: Masked,
    /// The value.
    pub value: Node,
    /// Whether the name stands more than once in its object; then every value under it is hidden.
    pub duplicated: bool,
}

/// A body after redaction.
pub struct Redacted {
    /// What may be shown, in the order of the body.
    pub tree: Node,
    /// Whether a name stands more than once in some object of it.
    pub says_twice: bool,
    held: Vec<(&'static str, Secret)>,
}

impl Redacted {
    /// Takes a secret or personal value out, by its path.
    pub fn take(&mut self, path: &str) -> Option<Secret> {
        let place = self.held.iter().position(|(held, _)| *held == path)?;
        Some(self.held.swap_remove(place).1)
    }
}

// Values are moved from hand to hand, which is dear for large ones.
static_assertions::const_assert!(size_of::<Entry>() <= 64);

/// Parses a body and masks it. `needles` holds the secrets known before (the API key); those of the body are added to it.
pub fn redact(body: &[u8], needles: &mut Needles) -> Result<Redacted, Unparsed> {
    let text = body::text(body)?;
    let body = body::parse(text)?;
    let held = Vec::with_capacity(HELD);
    let mut walk = Walk { needles, held, first_sixes: Vec::new(), says_twice: false };
    let root = Some(Place::root());
    walk.learn_large(text, &body);
    walk.learn(&body.raw, root, Known::Nothing, DEEPEST_TEXT);
    let tree = walk.node(&body.raw, root);
    Ok(Redacted { tree, says_twice: walk.says_twice, held: walk.held })
}

/// What the names above a value say of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Nothing.
    Nothing,
    /// It stands below a name that means a secret.
    Sensitive,
    /// It is the contract's secret or names a person.
    Secret,
}

/// Where a value stands: nowhere, for all that the policy does not name.
type Spot = Option<&'static Place>;

struct Walk<'a> {
    needles: &'a mut Needles,
    held: Vec<(&'static str, Secret)>,
    /// What may stand as the token's first six: those of every token of the answer that is long enough.
    first_sixes: Vec<FirstSix>,
    /// Whether a name stood more than once in an object so far.
    says_twice: bool,
}

/// The first digits of a token, which may be shown: what a move leaves of them on the stack is no secret.
type FirstSix = Zeroizing<[u8; 6]>;

impl Walk<'_> {
    /// First pass: every value under a secret path or a sensitive name becomes a needle, also in a string that holds JSON.
    fn learn(&mut self, raw: &Raw<'_>, place: Spot, above: Known, texts: u8) {
        let known = match place.and_then(Place::class) {
            Some(Class::Secret | Class::PersonalId) => Known::Secret,
            _ => above,
        };
        match raw {
            Raw::Text(text) | Raw::Number(text) | Raw::Inexact(text) if known != Known::Nothing => {
                self.learn_value(text, place, known);
            }
            Raw::Text(text) => self.learn_inside(text, texts),
            Raw::List(items) => items.iter().for_each(|item| self.learn(item, None, known, texts)),
            Raw::Map(members) => {
                for Member { name, place, value } in members {
                    let is_sensitive = place.map_or_else(|| policy::is_sensitive(name), Place::is_sensitive);
                    let above =
                        if is_sensitive && known == Known::Nothing { Known::Sensitive } else { known };
                    self.learn(value, *place, above, texts);
                }
            }
            _ => {}
        }
    }

    fn learn_value(&mut self, text: &str, place: Spot, known: Known) {
        if known == Known::Sensitive && (is_word(text) || self.needles.is_spared(text)) {
            return;
        }
        self.needles.know_text(text);
        if place.is_some_and(|place| place.path() == TOKEN) {
            self.first_sixes.extend(first_six(text));
        }
    }

    /// Numbers that the tree cannot hold as they are written could be secrets wherever they stand.
    fn learn_large(&mut self, text: &str, body: &Body<'_>) {
        if body.has_inexact {
            body::large_numbers(text).for_each(|number| self.needles.know_text(number));
        }
    }

    /// What a string that holds JSON says of its own secrets.
    fn learn_inside(&mut self, text: &str, texts: u8) {
        if text.len() < SHORTEST_INSIDE || !holds(text, *b"{[") {
            return;
        }
        let starts = |byte: &u8| matches!(byte, b'{' | b'[');
        let ends = |byte: &u8| matches!(byte, b'}' | b']');
        let Some(start) = text.as_bytes().iter().position(starts) else { return };
        let Some(end) = text.as_bytes().iter().rposition(ends) else { return };
        if let (Some(inner), Some(texts)) = (text.get(start..=end), texts.checked_sub(1))
            && let Ok(body) = body::parse(inner)
        {
            self.learn_large(inner, &body);
            self.learn(&body.raw, Some(Place::root()), Known::Nothing, texts);
        }
    }

    /// Second pass: what may be shown.
    fn node(&mut self, raw: &Raw<'_>, place: Spot) -> Node {
        let Some(place) = place else { return Node::Hidden };
        match (place.class(), raw) {
            (Some(class), _) => self.leaf(raw, place, class),
            (None, Raw::Map(members)) => self.map(members),
            (None, Raw::Null) if !place.path().is_empty() => Node::Null,
            _ => Node::Hidden,
        }
    }

    fn map(&mut self, members: &[Member<'_>]) -> Node {
        let twice = twice(members);
        self.says_twice |= !twice.is_empty();
        let entry = |Member { name, place, value }: &Member<'_>| {
            let duplicated = twice.binary_search(&(name.len(), name)).is_ok();
            let value = if duplicated { Node::Hidden } else { self.node(value, *place) };
            Entry { name: self.name(name, *place), value, duplicated }
        };
        Node::Map(members.iter().map(entry).collect())
    }

    /// A name of the contract at its place is public, whatever is known; any other is text from outside.
    fn name(&self, name: &str, place: Spot) -> Masked {
        place.map_or_else(|| Masked::free_text(name, self.needles), |place| place.name().clone())
    }

    fn leaf(&mut self, raw: &Raw<'_>, place: &'static Place, class: Class) -> Node {
        match (class, raw) {
            (_, Raw::Null) => Node::Null,
            (Class::Secret | Class::Personal | Class::PersonalId, _) => self.hold(raw, place),
            (Class::Public | Class::Text, Raw::Bool(value)) => Node::Bool(*value),
            (Class::Public | Class::Text, Raw::Number(digits)) => Node::Number(self.public(digits)),
            (Class::Public, Raw::Text(text)) => Node::Text(self.public(text)),
            (Class::Text, Raw::Text(text)) => Node::Text(Masked::free_text(text, self.needles)),
            (Class::FirstSix, Raw::Text(text)) if self.may_be_first_six(text) => {
                Node::Text(Masked::ours(text))
            }
            (Class::LastFour, Raw::Text(text)) if are_digits(text, 4) => Node::Text(Masked::ours(text)),
            (Class::FirstSix | Class::LastFour, Raw::Text(text)) if text.is_empty() => {
                Node::Text(Masked::default())
            }
            _ => Node::Hidden,
        }
    }

    /// Six digits out of the middle of a secret are not shown for its first six.
    fn may_be_first_six(&self, text: &str) -> bool {
        let is_first = self.first_sixes.iter().any(|first| &first[..] == text.as_bytes());
        are_digits(text, 6) && (is_first || self.needles.find(text).is_empty())
    }

    /// An id that was asked for tells nothing new where it comes back whole. Six of its characters stand in a secret by chance
    /// once in some thousand answers, and an answer for the very card would be taken for another's.
    fn public(&self, text: &str) -> Masked {
        if super::looks_like_card(text) {
            Masked::hidden()
        } else if self.needles.is_spared(text) {
            Masked::ours(text)
        } else {
            Masked::from_outside(text, self.needles)
        }
    }

    /// Keeps a secret or personal value; an empty text is shown as such, since "empty" is what the engineer must see.
    fn hold(&mut self, raw: &Raw<'_>, place: &'static Place) -> Node {
        if let Raw::Text(text) | Raw::Number(text) = raw {
            self.held.push((place.path(), Secret::new(text)));
            if text.is_empty() {
                return Node::Text(Masked::default());
            }
        }
        Node::Hidden
    }
}

/// The names that stand more than once, in the order of their lengths, by which most names differ.
fn twice<'a>(members: &'a [Member<'_>]) -> Vec<(usize, &'a str)> {
    if stand_apart(members) {
        return Vec::new();
    }
    let mut names: Vec<(usize, &str)> = members.iter().map(|it| (it.name.len(), &*it.name)).collect();
    names.sort_unstable();
    let pairs = names.windows(2).filter_map(|pair| pair.first().filter(|it| pair.last() == Some(it)));
    pairs.copied().collect()
}

/// Whether all are named by the policy, each at a place of its own; nearly every object is so.
fn stand_apart(members: &[Member<'_>]) -> bool {
    let mut taken = 0;
    members.iter().all(|member| {
        let bit = member.place.and_then(Place::bit).filter(|bit| taken & bit == 0);
        taken |= bit.unwrap_or_default();
        bit.is_some()
    })
}

fn are_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

/// The first six digits of a number that may be grouped; `None` for a short one and for any other text.
fn first_six(text: &str) -> Option<FirstSix> {
    let digits = text.bytes().filter(|byte| !matches!(byte, b' ' | b'-'));
    if digits.clone().count() < SHORTEST_TOKEN || !digits.clone().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let mut six = FirstSix::default();
    six.iter_mut().zip(digits).for_each(|(place, digit)| *place = digit);
    Some(six)
}

/// Whether a text is nothing but words: letters and what stands between them, without capitals inside a word.
fn is_word(text: &str) -> bool {
    let is_plain = |word: &str| {
        let inner: String = word.chars().skip(1).collect();
        let one_case = inner.chars().all(char::is_lowercase) || word.chars().all(char::is_uppercase);
        word.chars().count() < LONGEST_WORD && word.chars().all(char::is_alphabetic) && one_case
    };
    text.split([' ', '_', '-', '.', ',', '\'']).filter(|word| !word.is_empty()).all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_text_that_names_a_secret_is_looked_into() {
        for (text, secret) in [(r#"{"pan":1}"#, "1"), (r#"{"cvv":"z9"}"#, "Z9")] {
            let body = serde_json::json!({ "note": text, "issuer": secret }).to_string();
            let shown = redact(body.as_bytes(), &mut Needles::default()).unwrap().tree;
            let Node::Map(entries) = shown else { panic!() };
            assert!(entries.iter().all(|entry| entry.value != Node::Text(Masked::ours(secret))), "{text}");
        }
    }
}
