//! What a reply means and what to do about it: pure rules over the types of the domain.
//!
//! Owns: the sentences of a verdict, each with its source and how sure it is. Must not know: where a reply came from, the
//! time of day (the date comes in), how a finding is shown. Tested: `tests/diagnosis.rs`, by table over real bodies.

pub mod verdict;

use crate::secret::Masked;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// As it should be.
    Good,
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
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

/// How far a finding can be trusted (contract/domain.md, "Confidence").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    /// Where the knowledge comes from.
    pub source: &'static str,
    /// How far to trust it.
    pub confidence: Confidence,
}

/// The contract itself.
const CONTRACT: &str = "contract, Fetch Token and Cryptogram";

impl Finding {
    /// A finding that stops a payment, sure and from the contract unless changed.
    fn bad(id: &'static str, meaning: Masked, action: &str) -> Self {
        let action = Masked::ours(action);
        Self { id, severity: Severity::Bad, meaning, action, source: CONTRACT, confidence: Confidence::Sure }
    }

    /// The same, known from elsewhere.
    fn from(self, source: &'static str, confidence: Confidence) -> Self {
        Self { source, confidence, ..self }
    }
}

/// A field of the answer holds letters of more than one script in a word.
pub fn look_alike(field: &'static str) -> Finding {
    Finding {
        id: "look-alike-letters",
        severity: Severity::Warning,
        meaning: ours(&format!(
            "{field} mixes scripts: look-alike letters make it another word than it seems."
        )),
        action: ours("Do not go by how it reads; escalate with the request id."),
        source: "Unicode Technical Standard 39",
        confidence: Confidence::Sure,
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
