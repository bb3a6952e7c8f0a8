//! The sentences that refuse a config: what is wrong, where, and the mend. Never a value.

use std::path::Path;

use super::names::is_quotable;
use crate::text::clean;

/// [`ConfigFault::reason`] where a key was given as an answer.
const AS_ANSWER: &str =
    "looks like a key, which never goes into the config; write the place that it is fetched from";

/// Why a config is not taken: one sentence that names place and mend, and the line for the tools.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct ConfigFault {
    line: Option<usize>,
    holds_key: bool,
    sentence: String,
    reason: String,
}

impl ConfigFault {
    /// A fault of one line: `SUBJECT in line N of FILE WHAT; MEND`.
    pub(super) fn at(file: &Path, line: usize, subject: &str, what: &str, mend: &str) -> Self {
        let gap = if what.is_empty() { "" } else { " " };
        let file = shown(file);
        let sentence = format!("{subject} in line {line} of {file}{gap}{what}; {mend}");
        let reason = if what.is_empty() { mend.to_owned() } else { format!("{what}; {mend}") };
        Self { line: Some(line), holds_key: false, sentence, reason }
    }

    /// A fault of the value of this name, which is quoted where it cannot be a key.
    pub(super) fn named(file: &Path, line: usize, name: &str, what: &str, mend: &str) -> Self {
        let subject = if is_quotable(name) { format!("`{name}`") } else { "a name".to_owned() };
        Self::at(file, line, &subject, what, mend)
    }

    /// A fault of no single line.
    pub(super) fn whole(sentence: String) -> Self {
        Self { line: None, holds_key: false, reason: sentence.clone(), sentence }
    }

    /// A key that stands in the file as text.
    pub(super) fn key_as_text(file: &Path, line: usize) -> Self {
        let mend = "take it out, have it replaced since it lay in a file, and name a source such as \
                    key = { command = [\"pass\", \"show\", \"juspay/prod\"] }";
        Self { holds_key: true, ..Self::at(file, line, "a key", "is written as text", mend) }
    }

    /// What [`super::load`] says should a refusal ever come without its reason.
    pub fn unknown() -> Self {
        Self::whole("the config was refused; look at it with `tokenscope config check`".to_owned())
    }

    /// The line of the file, from 1.
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// What is wrong and the mend, without the place: for an answer that was just given.
    pub fn reason(&self) -> &str {
        if self.holds_key { AS_ANSWER } else { &self.reason }
    }

    /// Whether the line holds a key, which hides every other fault of that line.
    pub(super) fn holds_key(&self) -> bool {
        self.holds_key
    }
}

/// What is allowed but unwise, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Warning(pub(super) String);

/// A path as a sentence shows it.
pub(super) fn shown(path: &Path) -> String {
    clean(&path.to_string_lossy())
}
