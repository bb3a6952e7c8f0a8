//! From a body to masked data: walks the plaintext once under the field policy, keeps what must stay secret as [`Secret`],
//! and turns everything else into text that may be shown.

use super::body::{self, Raw, Unparsed};
use super::policy::{self, Class};
use super::{Masked, Needles, Secret};

/// A number shorter than this would be known whole from its first six and last four digits.
const SHORTEST_TOKEN: usize = 13;

/// A masked JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    held: Vec<(String, Secret)>,
}

impl Redacted {
    /// Takes a secret or personal value out, by its path.
    pub fn take(&mut self, path: &str) -> Option<Secret> {
        let place = self.held.iter().position(|(held, _)| held == path)?;
        Some(self.held.swap_remove(place).1)
    }
}

/// Parses a body and masks it. `needles` holds the secrets known before (the API key); those of the body are added to it.
pub fn redact(body: &[u8], needles: &mut Needles) -> Result<Redacted, Unparsed> {
    let raw = body::parse(body)?;
    let mut walk = Walk { needles, held: Vec::new(), hide_first_six: false };
    walk.learn(&raw, "", false);
    let tree = walk.node(&raw, "");
    Ok(Redacted { tree, held: walk.held })
}

struct Walk<'a> {
    needles: &'a mut Needles,
    held: Vec<(String, Secret)>,
    hide_first_six: bool,
}

impl Walk<'_> {
    /// First pass: every value under a secret path or a sensitive name becomes a needle.
    fn learn(&mut self, raw: &Raw, path: &str, sensitive: bool) {
        let class = policy::class(path);
        let secret = sensitive || matches!(class, Some(Class::Secret | Class::PersonalId));
        match raw {
            Raw::Text(text) | Raw::Number(Some(text)) if secret => {
                self.needles.know_text(text);
                self.hide_first_six |= class == Some(Class::Secret) && is_short_number(text);
            }
            Raw::List(items) => items.iter().for_each(|item| self.learn(item, "[]", secret)),
            Raw::Map(members) => {
                for (name, value) in members {
                    let inner = join(path, name);
                    let sensitive = secret || (policy::class(&inner).is_none() && policy::is_sensitive(name));
                    self.learn(value, &inner, sensitive);
                }
            }
            _ => {}
        }
    }

    /// Second pass: what may be shown.
    fn node(&mut self, raw: &Raw, path: &str) -> Node {
        match (policy::class(path), raw) {
            (Some(class), _) => self.leaf(raw, path, class),
            (None, Raw::Map(members)) if path.is_empty() || policy::is_container(path) => {
                self.map(members, path)
            }
            (None, Raw::Null) if policy::is_container(path) => Node::Null,
            _ => Node::Hidden,
        }
    }

    fn map(&mut self, members: &[(zeroize::Zeroizing<String>, Raw)], path: &str) -> Node {
        let entry = |(name, value): &(zeroize::Zeroizing<String>, Raw)| {
            let duplicated = members.iter().filter(|(other, _)| **other == **name).take(2).count() > 1;
            let value = if duplicated { Node::Hidden } else { self.node(value, &join(path, name)) };
            Entry { name: Masked::free_text(name, self.needles), value, duplicated }
        };
        Node::Map(members.iter().map(entry).collect())
    }

    fn leaf(&mut self, raw: &Raw, path: &str, class: Class) -> Node {
        match (class, raw) {
            (_, Raw::Null) => Node::Null,
            (Class::Secret | Class::Personal | Class::PersonalId, _) => self.hold(raw, path),
            (Class::Public | Class::Text, Raw::Bool(value)) => Node::Bool(*value),
            (Class::Public | Class::Text, Raw::Number(Some(digits))) => Node::Number(self.public(digits)),
            (Class::Public, Raw::Text(text)) => Node::Text(self.public(text)),
            (Class::Text, Raw::Text(text)) => Node::Text(Masked::free_text(text, self.needles)),
            (Class::FirstSix, Raw::Text(text)) if !self.hide_first_six && are_digits(text, 6) => {
                Node::Text(Masked::ours(text))
            }
            (Class::LastFour, Raw::Text(text)) if are_digits(text, 4) => Node::Text(Masked::ours(text)),
            (Class::FirstSix | Class::LastFour, Raw::Text(text)) if text.is_empty() => {
                Node::Text(Masked::default())
            }
            _ => Node::Hidden,
        }
    }

    fn public(&self, text: &str) -> Masked {
        if super::looks_like_card(text) { Masked::hidden() } else { Masked::from_outside(text, self.needles) }
    }

    /// Keeps a secret or personal value; an empty text is shown as such, since "empty" is what the engineer must see.
    fn hold(&mut self, raw: &Raw, path: &str) -> Node {
        if let Raw::Text(text) | Raw::Number(Some(text)) = raw {
            self.held.push((path.to_owned(), Secret::new(text)));
            if text.is_empty() {
                return Node::Text(Masked::default());
            }
        }
        Node::Hidden
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn are_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_short_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits == text.len() && digits < SHORTEST_TOKEN
}
