//! What a reply means and what to do about it: pure rules over the types of the domain.
//!
//! Owns: the conditions ([`rules`], one small function each), their texts (`assets/rules.toml`), the tables they read, the
//! verdict that follows from the findings, what a gateway still lacks ([`readiness`]), what to look at before a send ([`lint`]),
//! what changed between two answers ([`compare`]), and which single input of a call that finds no card is wrong ([`probe`]). Must not know: where a reply came
//! from, the time of day (the date comes in), how a finding is shown. Tested: `tests/diagnosis.rs`; a case and a near miss
//! for each rule in `tests/diagnosis_rules.rs`; every state, network and ECI in `tests/diagnosis_table.rs`.

pub mod compare;
pub mod lint;
mod networks;
pub mod probe;
pub mod readiness;
pub mod rules;
mod texts;
pub mod verdict;

use std::borrow::Cow;

use crate::secret::Masked;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// As it should be.
    Good,
    /// Worth knowing, and nothing to mend.
    Note,
    /// Works, and somebody should look.
    Warning,
    /// The payment will not work.
    Bad,
}

impl Severity {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

/// How far a finding can be trusted (contract/domain.md, "Confidence").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Something to look at; never a verdict of its own.
    Hint,
    /// One good secondary source, or an inference.
    Likely,
    /// A primary source, or checked.
    Sure,
}

impl Confidence {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

/// A field that a rule looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its path in the contract, or the name of a header.
    pub field: Cow<'static, str>,
    /// What stands there, masked.
    pub value: Masked,
}

/// One thing that was seen, what it means and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A name that stays the same over versions.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What was seen and why it is so.
    pub meaning: Masked,
    /// What to do next.
    pub action: Masked,
    /// What can be told to the merchant.
    pub merchant: Masked,
    /// Where the knowledge comes from.
    pub source: &'static str,
    /// How far to trust it.
    pub confidence: Confidence,
    /// The fields that it was seen in.
    pub evidence: Vec<Evidence>,
}

impl Finding {
    /// What was seen and what to do, in one line.
    pub fn sentence(&self) -> Masked {
        Masked::joined([self.meaning.clone(), ours(" "), self.action.clone()])
    }
}

/// Text of ours.
fn ours(text: &str) -> Masked {
    Masked::ours(text)
}

/// Columns of a text from outside within a sentence of ours; a longer one would bury what we say.
const QUOTED: usize = 160;

/// Our words around a text from outside, which is cut where it is long.
fn around(before: &str, told: &Masked, after: &str) -> Masked {
    Masked::joined([ours(before), told.cut(QUOTED), ours(after)])
}
