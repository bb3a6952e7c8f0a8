//! The field policy: the class of each path of an answer, from `assets/field-policy.toml`.
//!
//! Default deny: a path that the table does not name has no class, and what has no class is masked.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::Masked;
use super::track::{self, Kind};

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    // A table that cannot be read names nothing, and so masks everything; a test below reads it.
    toml::from_str(include_str!("../../../assets/field-policy.toml")).unwrap_or_default()
});

/// Version of the policy, named in exports.
pub const POLICY_VERSION: u32 = 2;

/// How a named field is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Shown after masking of known secrets.
    Public,
    /// A sentence: as public, and card numbers in it are masked.
    Text,
    /// Shown if it is exactly six digits.
    FirstSix,
    /// Shown if it is exactly four digits.
    LastFour,
    /// Masked until asked for.
    Personal,
    /// Masked until asked for, and its value masked wherever it turns up.
    PersonalId,
    /// Masked always, and wherever its value turns up.
    Secret,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Policy {
    #[cfg_attr(not(test), expect(dead_code, reason = "held against POLICY_VERSION by a test"))]
    version: u32,
    fields: BTreeMap<String, Class>,
    headers: HeaderPolicy,
    sensitive: Sensitive,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderPolicy {
    exact: Vec<String>,
    suffixes: Vec<String>,
    infixes: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sensitive {
    names: Vec<String>,
    parts: Vec<String>,
    look_alikes: BTreeMap<char, char>,
}

/// A place of an answer that the policy names: a field with its class, or an object with such members.
#[derive(Default)]
pub(super) struct Place {
    path: String,
    name: &'static str,
    /// The name as it is shown.
    shown: Masked,
    class: Option<Class>,
    /// Whether it has no class and a name that means a secret.
    is_sensitive: bool,
    members: Vec<Place>,
    /// How many members of its object come before it.
    number: usize,
}

static ROOT: LazyLock<Place> = LazyLock::new(|| {
    let mut root = Place::default();
    POLICY.fields.iter().for_each(|(path, class)| root.grow(path, *class));
    root
});

impl Place {
    /// The answer itself.
    pub(super) fn root() -> &'static Self {
        &ROOT
    }

    /// Adds what lies below it, down this path: the place of a field of this class.
    fn grow(&mut self, below: &'static str, class: Class) {
        let (name, below) = below.split_once('.').map_or((below, None), |(name, below)| (name, Some(below)));
        if self.member(name).is_none() {
            self.members.push(self.new_member(name));
        }
        match (self.members.iter_mut().find(|member| member.name == name), below) {
            (Some(member), Some(below)) => member.grow(below, class),
            (Some(member), None) => (member.class, member.is_sensitive) = (Some(class), false),
            (None, _) => {}
        }
    }

    fn new_member(&self, name: &'static str) -> Self {
        Self {
            path: self.path_of(name),
            name,
            shown: Masked::fixed(name),
            is_sensitive: is_sensitive(name),
            number: self.members.len(),
            ..Self::default()
        }
    }

    /// The place of a member, by its exact name. There are few, and most differ in their length.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        self.members.iter().find(|member| member.name == name)
    }

    /// A bit that no other member of its object has, of those that there are bits for.
    pub(super) fn bit(&self) -> Option<u64> {
        1_u64.checked_shl(u32::try_from(self.number).ok()?)
    }

    /// Its dotted path.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The dotted path of a member.
    pub(super) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Its own name, the last of the path.
    pub(super) fn word(&self) -> &'static str {
        self.name
    }

    /// The same as it is shown, since it is public.
    pub(super) fn name(&self) -> &Masked {
        &self.shown
    }

    /// Whether it is an object with a name that means a secret.
    pub(super) fn is_sensitive(&self) -> bool {
        self.is_sensitive
    }

    /// Whether its value is a secret or names a person.
    pub(super) fn is_secret(&self) -> bool {
        matches!(self.class, Some(Class::Secret | Class::PersonalId))
    }

    /// What it is, as a field.
    pub(super) fn class(&self) -> Option<Class> {
        self.class
    }
}

/// Whether the contract has a field or an object of this dotted path.
pub fn is_named(path: &str) -> bool {
    path.split('.').try_fold(Place::root(), |place, name| place.member(name)).is_some()
}

/// Whether a name means a secret wherever it stands, however it is written.
pub fn is_sensitive(name: &str) -> bool {
    let sensitive = &POLICY.sensitive;
    let like = |c: char| sensitive.look_alikes.get(&c).copied().unwrap_or(c);
    let folded: String = track::bare(&track::folded(&track::plain(name), Kind::Text))
        .iter()
        .map(|unit| like(unit.c))
        .collect();
    sensitive.names.contains(&folded) || sensitive.parts.iter().any(|part| folded.contains(part.as_str()))
}

/// Whether the value of a response header may be shown (after value masking); of the others only the name is.
pub fn header_is_shown(name: &str) -> bool {
    let name = lower(name);
    let headers = &POLICY.headers;
    headers.exact.iter().any(|exact| *exact == *name)
        || headers.suffixes.iter().any(|suffix| name.ends_with(suffix.as_str()))
        || headers.infixes.iter().any(|infix| name.contains(infix.as_str()))
}

/// A name in lower case, as most are.
fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        name.to_ascii_lowercase().into()
    } else {
        name.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(path: &str) -> Option<Class> {
        path.split('.').try_fold(Place::root(), |place, name| place.member(name))?.class()
    }

    #[test]
    fn the_embedded_policy_is_readable_and_of_the_version_we_name() {
        assert_eq!(POLICY.version, POLICY_VERSION);
        assert_eq!(class("authentication_details.cryptogram"), Some(Class::Secret));
        assert_eq!(class("eci"), Some(Class::Public));
        for (path, of) in &POLICY.fields {
            assert_eq!(class(path), Some(*of), "{path}");
        }
    }

    #[test]
    fn what_is_not_named_to_the_letter_is_no_place() {
        for path in ["ECI", "eci ", "cryptogram", "authentication", "token_details.token", "eci.", ".eci", ""]
        {
            assert!(!is_named(path), "{path}");
        }
        for name in ["token_details.status", "", "status "] {
            assert!(Place::root().member(name).is_none(), "{name}");
        }
    }

    #[test]
    fn an_object_is_a_place_without_a_class_and_knows_its_path() {
        let object = Place::root().member("token_details").unwrap();
        assert!(object.class().is_none() && is_named("token_details"));
        let status = object.member("status").unwrap();
        assert_eq!((object.path(), status.path()), ("token_details", "token_details.status"));
    }

    #[test]
    fn sensitive_names_are_known_in_every_spelling() {
        for name in [
            "token",
            "Crypto_Gram",
            "CARD-NUMBER",
            "cardNumber",
            "to\u{200b}ken",
            "ｔｏｋｅｎ",
            "t\u{f3}ken",
            "\u{422}\u{43e}\u{43a}\u{435}n",
            "cr\u{443}ptogram",
            "network.cryptogram.value",
            "payment-token",
        ] {
            assert!(is_sensitive(name), "{name}");
        }
        for name in ["token_requestor_id", "status", "token_expiry", "company", "span", ""] {
            assert!(!is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn no_name_that_means_a_secret_fits_into_a_text_that_is_not_looked_into() {
        let sensitive = &POLICY.sensitive;
        let fields = POLICY.fields.keys().map(|path| path.rsplit('.').next().unwrap());
        let names = sensitive.names.iter().chain(&sensitive.parts).map(String::as_str);
        let shortest = names.chain(fields).map(str::len).min().unwrap();
        assert!(r#"{"":1}"#.len() + shortest >= super::super::redact::SHORTEST_INSIDE, "{shortest}");
    }

    #[test]
    fn a_header_is_shown_by_name_only_unless_it_helps_to_trace_a_call() {
        assert!(header_is_shown("X-Request-Id") && header_is_shown("x-b3-traceid"));
        assert!(!header_is_shown("set-cookie") && !header_is_shown("authorization"));
    }
}
