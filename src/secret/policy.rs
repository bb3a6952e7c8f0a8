//! The field policy: the class of each path of an answer, from `assets/field-policy.toml`.
//!
//! Default deny: a path that the table does not name has no class, and what has no class is masked.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::track::{self, Kind};

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    // A table that cannot be read names nothing, and so masks everything; a test below reads it.
    toml::from_str(include_str!("../../assets/field-policy.toml")).unwrap_or_default()
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

/// The class of a dotted path, matched exactly.
pub(super) fn class(path: &str) -> Option<Class> {
    POLICY.fields.get(path).copied()
}

/// Whether the policy names a field below this path, so that an object there is walked into.
pub(super) fn is_container(path: &str) -> bool {
    let prefix = format!("{path}.");
    POLICY.fields.range(prefix.clone()..).next().is_some_and(|(name, _)| name.starts_with(&prefix))
}

/// Whether the contract has a field or an object of this path.
pub fn is_named(path: &str) -> bool {
    class(path).is_some() || is_container(path)
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
    let name = name.to_ascii_lowercase();
    let headers = &POLICY.headers;
    headers.exact.contains(&name)
        || headers.suffixes.iter().any(|suffix| name.ends_with(suffix.as_str()))
        || headers.infixes.iter().any(|infix| name.contains(infix.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_policy_is_readable_and_of_the_version_we_name() {
        assert_eq!(POLICY.version, POLICY_VERSION);
        assert_eq!(class("authentication_details.cryptogram"), Some(Class::Secret));
        assert_eq!(class("eci"), Some(Class::Public));
        assert!(is_named("eci") && is_named("authentication_details") && !is_named("authentication"));
    }

    #[test]
    fn what_is_not_named_to_the_letter_has_no_class() {
        for path in ["ECI", "eci ", "cryptogram", "authentication_details", "token_details.token", ""] {
            assert_eq!(class(path), None, "{path}");
        }
        assert!(is_container("token_details"));
        assert!(!is_container("token"));
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
    fn a_header_is_shown_by_name_only_unless_it_helps_to_trace_a_call() {
        assert!(header_is_shown("X-Request-Id") && header_is_shown("x-b3-traceid"));
        assert!(!header_is_shown("set-cookie") && !header_is_shown("authorization"));
    }
}
