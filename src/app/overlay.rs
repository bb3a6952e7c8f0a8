//! What lies over the panes. Overlays are a stack; the top one takes the keys.

use std::fmt;

use super::line::Cursor;
use super::palette::Palette;
use super::probe::Probe;
use crate::diagnosis::Finding;
use crate::diagnosis::readiness::Readiness;
use crate::domain::calendar::Stamp;
use crate::domain::request::ValidRequest;
use crate::ports::ExportForm;
use crate::report::Row;
use crate::secret::{Masked, Pasted, Sameness};

/// Something over the panes.
#[derive(Debug)]
pub enum Overlay {
    /// What the keys do.
    Help {
        /// Lines scrolled down.
        scroll: usize,
    },
    /// The profiles to pick from.
    Profiles {
        /// The row under the cursor.
        cursor: usize,
    },
    /// The typed confirmation of a guarded profile.
    Confirm(Confirm),
    /// The one question before a call on production is cancelled.
    CancelAsk,
    /// The typed word before the history is deleted.
    Purge(Purging),
    /// An export before it is written.
    Export(Preview),
    /// What of the call to copy.
    CopyMenu {
        /// The row under the cursor.
        cursor: usize,
    },
    /// The fields of the answer, to copy one.
    Fields(FieldList),
    /// A value to compare with the answer.
    Compare(Comparison),
    /// What was found in the answer, and what gateways need of it.
    Findings(FindingList),
    /// What changed between two answers.
    Differences(DifferenceList),
    /// One of these, whole.
    Finding {
        /// Which.
        item: Item,
        /// Lines scrolled down.
        scroll: usize,
    },
    /// Anything by its name.
    Palette(Palette),
    /// The isolation probe: its plan, its calls, its conclusion.
    Probe(Box<Probe>),
    /// The report of a batch; what it holds is in the state, so that it is still there once the form is filled from it.
    Report,
}

impl Overlay {
    /// The probe, if it is one.
    pub fn probe(&self) -> Option<&Probe> {
        match self {
            Self::Probe(probe) => Some(probe),
            _ => None,
        }
    }

    /// The probe, to move it on.
    pub(super) fn probe_mut(&mut self) -> Option<&mut Probe> {
        match self {
            Self::Probe(probe) => Some(probe),
            _ => None,
        }
    }
}

/// The typed confirmation.
#[derive(Debug)]
pub struct Confirm {
    /// The request that waits for it.
    pub request: ValidRequest,
    /// What was typed so far.
    pub typed: String,
    /// Where the cursor stands.
    pub cursor: Cursor,
    /// Whether what was typed was not the confirmation.
    pub wrong: bool,
}

/// The question before the history is deleted.
#[derive(Debug)]
pub struct Purging {
    /// Rows that would go.
    pub rows: u64,
    /// What was typed so far.
    pub typed: String,
    /// Where the cursor stands.
    pub cursor: Cursor,
    /// Whether what was typed was not the word.
    pub wrong: bool,
    /// Whether they are being deleted.
    pub running: bool,
}

/// An export before it is written.
#[derive(Debug)]
pub struct Preview {
    /// Its form.
    pub form: ExportForm,
    /// What would be written.
    pub text: Masked,
    /// Lines scrolled down.
    pub scroll: usize,
    /// Whether it is being written.
    pub writing: bool,
}

/// What of a call can be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyForm {
    /// The request as a command line.
    Curl,
    /// The report for a program.
    Json,
    /// The report for a ticket.
    Markdown,
    /// One field of the answer.
    Field,
}

impl CopyForm {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::Curl, Self::Json, Self::Markdown, Self::Field];
}

/// The fields of an answer.
#[derive(Debug)]
pub struct FieldList {
    /// Labels and masked values.
    pub rows: Vec<Row>,
    /// The row under the cursor.
    pub cursor: usize,
}

/// What was found and what gateways need.
#[derive(Debug)]
pub struct FindingList {
    /// What it is a list of.
    pub title: &'static str,
    /// The findings, then the gateways.
    pub items: Vec<Item>,
    /// The row under the cursor.
    pub cursor: usize,
}

/// What changed between two calls about one card.
#[derive(Debug)]
pub struct DifferenceList {
    /// The row that was under the cursor, by its id.
    pub row: i64,
    /// The row that it is compared with.
    pub other: i64,
    /// When the older of them was sent.
    pub older: Stamp,
    /// When the newer was.
    pub newer: Stamp,
    /// The differences, the most severe first.
    pub items: Vec<Item>,
    /// The row under the cursor of this list.
    pub cursor: usize,
}

/// A row of the findings.
#[derive(Debug, Clone)]
pub enum Item {
    /// A finding.
    Finding(Finding),
    /// How ready the answer is for a gateway.
    Gateway(Readiness),
}

/// A value that is compared with the answer on the screen.
#[derive(Default)]
pub struct Comparison {
    /// What was pasted or typed so far; nothing shows it.
    pub pasted: Pasted,
    /// How far it is.
    pub stage: Stage,
}

/// The value may be a secret, and its length is shown by the view alone.
impl fmt::Debug for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Comparison").finish_non_exhaustive()
    }
}

/// How far a compare is.
#[derive(Default)]
pub enum Stage {
    /// The value is being pasted or typed.
    #[default]
    Typing,
    /// It has too few characters.
    TooShort,
    /// It has more than any value.
    TooLong,
    /// It was compared, and the row that says how is being written.
    Waiting(Told),
    /// The row is on disk.
    Told(Told),
}

/// Which value of the answer something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The cryptogram.
    Cryptogram,
    /// The token.
    Token,
    /// Neither of them.
    Neither,
}

/// How a compare came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// With which value.
    pub which: Which,
    /// How.
    pub sameness: Sameness,
}

impl Told {
    /// The word in the audit trail.
    pub fn word(&self) -> &'static str {
        match &self.sameness {
            Sameness::TooShort => "too short",
            Sameness::Different => "different",
            Sameness::Same(changes) if changes.is_empty() => "same",
            Sameness::Same(_) => "same, written otherwise",
            Sameness::Truncated { .. } => "truncated",
        }
    }
}
