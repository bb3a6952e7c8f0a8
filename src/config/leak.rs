//! Finds keys that were written into the config as text, by where they stand and by what they look like.

use base64::Engine as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::names::flatten;

/// Names that announce a key, flattened. `key` is one of them wherever it is not a table.
const ANNOUNCE: [&str; 20] = [
    "key",
    "apikey",
    "secret",
    "secretkey",
    "apisecret",
    "password",
    "passwd",
    "pass",
    "passphrase",
    "token",
    "accesstoken",
    "authtoken",
    "auth",
    "authorization",
    "basic",
    "basicauth",
    "bearer",
    "credential",
    "credentials",
    "privatekey",
];
/// Names inside `key = { ... }` that announce one.
const ANNOUNCE_IN_SOURCE: [&str; 5] = ["value", "text", "literal", "plain", "inline"];
/// Commands that only print what the config tells them to.
const PRINTERS: [&str; 2] = ["echo", "printf"];
/// A key is longer than the longest id that people choose by hand.
const SHORTEST: usize = 20;
/// How often a random text of that length goes from letter to digit or back; names of people hardly do.
const CHANGES: usize = 6;

/// The offsets in the file where a key stands as text.
pub(super) fn find(root: &DeTable<'_>) -> Vec<usize> {
    let mut found = Vec::new();
    walk(root, &mut Vec::new(), &mut found);
    found
}

/// Whether a line that is no TOML was meant to be a key: `key = 9A3F…` without quotes, or with one of them lost.
pub(super) fn is_key_line(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, value)| {
        let name = name.rsplit('.').next().unwrap_or(name);
        ANNOUNCE.contains(&flatten(name).as_str()) && !value.trim_start().starts_with('{')
    })
}

fn walk<'a>(table: &'a DeTable<'_>, path: &mut Vec<&'a str>, found: &mut Vec<usize>) {
    for (name, value) in table {
        let name = name.get_ref().as_ref();
        if announces(path, name) && is_text(value.get_ref()) {
            found.push(value.span().start);
            continue;
        }
        path.push(name);
        look(value, path, found);
        path.pop();
    }
}

fn look<'a>(value: &'a Spanned<DeValue<'_>>, path: &mut Vec<&'a str>, found: &mut Vec<usize>) {
    match value.get_ref() {
        DeValue::Table(table) => walk(table, path, found),
        DeValue::Array(items) if path.last() == Some(&"command") => {
            let argv: Vec<&str> = items.iter().filter_map(|item| item.get_ref().as_str()).collect();
            if is_printed(&argv) {
                found.push(value.span().start);
            }
        }
        DeValue::Array(items) => items.iter().for_each(|item| look(item, path, found)),
        DeValue::String(text) if is_key(text) => found.push(value.span().start),
        _ => {}
    }
}

/// `[keys]` maps intents, whose names are not ours to judge.
fn announces(path: &[&str], name: &str) -> bool {
    let name = flatten(name);
    let in_source = path.first() == Some(&"profiles") && path.last() == Some(&"key");
    path.first() != Some(&"keys")
        && (ANNOUNCE.contains(&name.as_str()) || in_source && ANNOUNCE_IN_SOURCE.contains(&name.as_str()))
}

fn is_text(value: &DeValue<'_>) -> bool {
    matches!(value, DeValue::String(_) | DeValue::Integer(_) | DeValue::Array(_))
}

fn is_printed(argv: &[&str]) -> bool {
    let program = argv.first().and_then(|program| program.rsplit('/').next());
    let prints = program.is_some_and(|program| PRINTERS.contains(&program));
    argv.iter().any(|argument| holds_basic(argument) || prints && is_key(argument))
}

/// Whether a text has the looks of a key or of its Basic form. A path, a URL and an id that people chose have not.
pub(super) fn is_key(text: &str) -> bool {
    holds_basic(text) || is_random(text)
}

fn holds_basic(text: &str) -> bool {
    let decoded = |word: &str| base64::engine::general_purpose::STANDARD.decode(word).ok();
    let is_pair =
        |bytes: Vec<u8>| bytes.len() > 8 && bytes.ends_with(b":") && bytes.iter().all(u8::is_ascii_graphic);
    text.split_ascii_whitespace().any(|word| decoded(word).is_some_and(is_pair))
}

fn is_random(text: &str) -> bool {
    let bytes = text.trim_end_matches('=').as_bytes();
    let alphabet = bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'+');
    let changes = bytes.windows(2).filter(|pair| changes_kind(pair)).count();
    alphabet && bytes.len() >= SHORTEST && changes >= CHANGES
}

fn changes_kind(pair: &[u8]) -> bool {
    matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_looks() {
        for text in ["9A3F07C2E1B84D56A0F2C7E913B5D864", "Basic dGVzdF9rZXlfMTIzOg==", "dGVzdF9rZXlfMTIzOg=="]
        {
            assert!(is_key(text), "{text}");
        }
    }

    #[test]
    fn an_id_a_path_and_a_url_are_no_keys() {
        for text in [
            "acme",
            "acme_holdings_india_2023",
            "acmeholdingsindia2023",
            "550e8400-e29b-41d4-a716-446655440000",
            "/home/u1/k8s/v2/a1/b2/c3/key",
            "https://gw1.example.internal:8443/v4",
            "2023-01-01",
            "9876543210123456789012",
            "ACME_SANDBOX_KEY",
        ] {
            assert!(!is_key(text), "{text}");
        }
    }
}
