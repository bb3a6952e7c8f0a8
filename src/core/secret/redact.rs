//! From a body to masked data: goes through the plaintext under the field policy, first to learn what is secret, then to keep
//! that as [`Secret`] and turn everything else into text that may be shown.

use zeroize::Zeroizing;

use super::body::{self, Body, Unparsed};
use super::items::{Item, Kind, Known, Member, members};
use super::named::Name;
use super::policy::{Class, Place};
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
    /// The name.
    pub name: Name,
    /// The value; hidden, if the name stands more than once in its object.
    pub value: Node,
}

/// A body after redaction.
pub struct Redacted {
    /// What may be shown, in the order of the body.
    pub tree: Node,
    /// The paths of names that stand more than once in their object.
    pub duplicated: Vec<String>,
    /// The last of the body first: they are taken out in its order, and none is moved for it then.
    held: Vec<(&'static str, Secret)>,
}

impl Redacted {
    /// Takes a secret or personal value out, by its path; of a name that stands twice none is held.
    pub fn take(&mut self, path: &str) -> Option<Secret> {
        let place = self.held.iter().rposition(|(held, _)| *held == path)?;
        Some(self.held.remove(place).1)
    }
}

// Values are moved from hand to hand, which is dear for large ones.
static_assertions::const_assert!(size_of::<Entry>() <= 56);

/// Parses a body and masks it. `needles` holds the secrets known before (the API key); those of the body are added to it.
pub fn redact(body: &[u8], needles: &mut Needles) -> Result<Redacted, Unparsed> {
    let text = body::text(body)?;
    let body = body::parse(text)?;
    let held = Vec::with_capacity(HELD);
    let mut walk = Walk { needles, held, first_sixes: Vec::new(), duplicated: Vec::new() };
    walk.learn(text, &body, DEEPEST_TEXT);
    let tree = walk.node(&body.items);
    walk.held.reverse();
    Ok(Redacted { tree, duplicated: walk.duplicated, held: walk.held })
}

/// Where a value stands: nowhere, for all that the policy does not name.
type Spot = Option<&'static Place>;

struct Walk<'a> {
    needles: &'a mut Needles,
    held: Vec<(&'static str, Secret)>,
    /// What may stand as the token's first six: those of every token of the answer that is long enough.
    first_sixes: Vec<FirstSix>,
    /// The paths of names that stood more than once in their object so far.
    duplicated: Vec<String>,
}

/// The first digits of a token, which may be shown: what a move leaves of them on the stack is no secret.
type FirstSix = Zeroizing<[u8; 6]>;

impl Walk<'_> {
    /// First pass: every value under a secret path or a sensitive name becomes a needle, also in a string that holds JSON.
    /// Numbers that cannot be held as they are written could be secrets wherever they stand.
    fn learn(&mut self, text: &str, body: &Body<'_>, texts: u8) {
        if body.has_inexact {
            body::large_numbers(text).for_each(|number| self.needles.know_text(number));
        }
        for item in &body.items {
            match (item.kind, item.known) {
                (Kind::Text, Known::Nothing) => self.learn_inside(&item.text, texts),
                (Kind::Text | Kind::Number | Kind::Inexact, Known::Sensitive | Known::Secret) => {
                    self.learn_value(item);
                }
                _ => {}
            }
        }
    }

    fn learn_value(&mut self, Item { known, place, text, .. }: &Item<'_>) {
        if *known == Known::Sensitive && (is_word(text) || self.needles.is_spared(text)) {
            return;
        }
        self.needles.know_text(text);
        if place.is_some_and(|place| place.path() == TOKEN) {
            self.first_sixes.extend(first_six(text));
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
            self.learn(inner, &body, texts);
        }
    }

    /// Second pass: what may be shown of a value, behind which stands what is in it.
    fn node(&mut self, items: &[Item<'_>]) -> Node {
        let Some(item) = items.first() else { return Node::Hidden };
        let Some(place) = item.place else { return Node::Hidden };
        match (place.class(), item.kind) {
            (Some(class), _) => self.leaf(item, place, class),
            (None, Kind::Map) => self.map(items, place),
            (None, Kind::Null) if !place.path().is_empty() => Node::Null,
            _ => Node::Hidden,
        }
    }

    fn map(&mut self, items: &[Item<'_>], object: &Place) -> Node {
        let apart = count_apart(items);
        let twice = if apart.is_some() { Vec::new() } else { twice(items) };
        let mut is_noted = vec![false; twice.len()];
        let mut entries = Vec::with_capacity(apart.unwrap_or_default());
        for Member { name, place, value } in members(items) {
            let at = twice.binary_search(&(name.len(), name)).ok();
            let name = self.name(name, place);
            if let Some(is_noted) = at.and_then(|at| is_noted.get_mut(at))
                && !std::mem::replace(is_noted, true)
            {
                self.duplicated.push(object.path_of(&name.masked().text()));
            }
            let value = if at.is_some() { Node::Hidden } else { self.node(value) };
            entries.push(Entry { name, value });
        }
        Node::Map(entries)
    }

    /// A name of the contract at its place is public, whatever is known; any other is text from outside.
    fn name(&self, name: &str, place: Spot) -> Name {
        place.map_or_else(|| Name::outside(Masked::free_text(name, self.needles)), Name::of)
    }

    fn leaf(&mut self, item: &Item<'_>, place: &'static Place, class: Class) -> Node {
        let text = &*item.text;
        match (class, item.kind) {
            (_, Kind::Null) => Node::Null,
            (Class::Secret | Class::Personal | Class::PersonalId, _) => self.hold(item, place),
            (Class::Public | Class::Text, Kind::Bool(value)) => Node::Bool(value),
            (Class::Public | Class::Text, Kind::Number) => Node::Number(self.public(text)),
            (Class::Public, Kind::Text) => Node::Text(self.public(text)),
            (Class::Text, Kind::Text) => Node::Text(Masked::free_text(text, self.needles)),
            (Class::FirstSix, Kind::Text) if self.may_be_first_six(text) => Node::Text(Masked::ours(text)),
            (Class::LastFour, Kind::Text) if are_digits(text, 4) => Node::Text(Masked::ours(text)),
            (Class::FirstSix | Class::LastFour, Kind::Text) if text.is_empty() => {
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
    fn hold(&mut self, item: &Item<'_>, place: &'static Place) -> Node {
        if matches!(item.kind, Kind::Text | Kind::Number) {
            self.held.push((place.path(), Secret::new(&item.text)));
            if item.text.is_empty() {
                return Node::Text(Masked::default());
            }
        }
        Node::Hidden
    }
}

/// Each name that stands more than once in an object, in the order of their lengths, by which most names differ.
fn twice<'a>(object: &'a [Item<'a>]) -> Vec<(usize, &'a str)> {
    let mut names: Vec<(usize, &str)> = members(object).map(|it| (it.name.len(), it.name)).collect();
    names.sort_unstable();
    let alike = names.chunk_by(|one, other| one == other).filter(|alike| alike.len() > 1);
    alike.filter_map(|alike| alike.first().copied()).collect()
}

/// How many members an object has, if all are named by the policy, each at a place of its own; nearly every object is so.
fn count_apart(object: &[Item<'_>]) -> Option<usize> {
    let taken = members(object).try_fold(0, |taken, member| {
        let bit = member.place.and_then(Place::bit).filter(|bit| taken & bit == 0)?;
        Some(taken | bit)
    });
    taken.map(|taken: u64| taken.count_ones() as usize)
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
    fn a_name_that_stands_there_more_than_once_is_told_once_in_the_order_of_the_body() {
        let body = r#"{"status":1,"b":2,"token_details":{"status":1,"x":1,"status":2},"b":3,"status":4,"b":5,"c":6}"#;
        let read = redact(body.as_bytes(), &mut Needles::default()).ok().unwrap();
        assert_eq!(read.duplicated, ["status", "b", "token_details.status"]);
        let Node::Map(entries) = read.tree else { panic!() };
        let hidden = entries.iter().filter(|entry| entry.name.plain() == Some("b"));
        assert!(hidden.clone().count() == 3 && hidden.clone().all(|entry| entry.value == Node::Hidden));
    }

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
