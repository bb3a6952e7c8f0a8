//! Reads `key = { ... }`: where a profile's key comes from. The key itself is never in the file.

use toml::de::DeValue;

use super::document::{Document, Section, Wrong, wrong};
use super::names;
use super::schema::{flag, path, text};
use crate::domain::profile::KeySource;

/// The kinds of source, one of which a profile has.
const KINDS: [&str; 5] = ["env", "command", "file", "prompt", "keyring"];
const CHOICES: &str = "write one of key = { env = \"...\" }, { command = [\"...\"] }, { file = \"...\" }, \
                       { prompt = true }";

/// Reads the source; `None` where there is none or it is wrong, and a fault says so.
pub(super) fn read<'a>(document: &mut Document<'a>, profile: &Section<'a>) -> Option<KeySource> {
    document.required(profile, "key", CHOICES, |value| {
        // A text is refused as a key by `leak`, with a sentence of its own.
        value.as_table().map(|_| ()).ok_or_else(|| wrong("is no key source", CHOICES))
    })?;
    let at = document.section(profile, "key");
    document.only(&at, &names::KEY);
    let kinds: Vec<&str> = KINDS.into_iter().filter(|kind| at.find(kind).is_some()).collect();
    match kinds.as_slice() {
        [kind] => source(document, &at, kind),
        [] => refuse(document, &at, "names no source", CHOICES),
        _ => refuse(document, &at, "names more than one source", "keep one of them"),
    }
}

fn refuse(document: &mut Document<'_>, at: &Section<'_>, what: &str, mend: &str) -> Option<KeySource> {
    document.refuse("key", at.line, &wrong(what, mend));
    None
}

fn source<'a>(document: &mut Document<'a>, at: &Section<'a>, kind: &str) -> Option<KeySource> {
    let lends = at.find("terminal").is_some() && flag(document, at, "terminal", false);
    if lends && kind != "command" {
        return refuse(document, at, "has terminal = true without a command", "take terminal out");
    }
    match kind {
        "env" => document.value(at, kind, (None, ""), |value| variable(value).map(Some)).map(KeySource::Env),
        "command" => {
            let argv = document.value(at, kind, (None, ""), |value| argv(value).map(Some))?;
            Some(KeySource::Command { argv, terminal: lends })
        }
        "file" => {
            let written = document.value(at, kind, (None, ""), |value| text(value).map(Some))?;
            path(document, at, kind, written).map(KeySource::File)
        }
        "prompt" => document.value(at, kind, (None, ""), |value| prompt(value).map(Some)),
        _ => refuse(
            document,
            at,
            "names a keyring, which this build has no support for",
            "name a command that asks the keyring, such as command = [\"secret-tool\", \"lookup\", \"service\", \"juspay\"]",
        ),
    }
}

fn variable(value: &DeValue<'_>) -> Result<String, Wrong> {
    let name = text(value)?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain && !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(name.to_owned());
    }
    let mend = "write the name that the variable has, such as \"ACME_SANDBOX_KEY\", and not what it holds";
    Err(wrong("is no name of an environment variable", mend))
}

fn argv(value: &DeValue<'_>) -> Result<Vec<String>, Wrong> {
    let fault = || {
        wrong(
            "is not a list of program and arguments",
            "write it as [\"pass\", \"show\", \"juspay/prod\"]; there is no shell in between",
        )
    };
    let items = value.as_array().ok_or_else(fault)?;
    let word = |item: &toml::Spanned<DeValue<'_>>| {
        item.get_ref().as_str().filter(|word| !word.contains('\0')).map(ToOwned::to_owned).ok_or_else(fault)
    };
    let argv = items.iter().map(word).collect::<Result<Vec<_>, _>>()?;
    if argv.first().is_none_or(String::is_empty) { Err(fault()) } else { Ok(argv) }
}

fn prompt(value: &DeValue<'_>) -> Result<KeySource, Wrong> {
    match value.as_bool() {
        Some(true) => Ok(KeySource::Prompt),
        _ => Err(wrong("can only be true", "write prompt = true, or name another source")),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_kind_is_a_known_name() {
        assert!(super::KINDS.iter().all(|kind| super::names::KEY.contains(kind)));
    }
}
