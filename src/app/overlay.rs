//! What lies over the panes. Overlays are a stack; the top one takes the keys.

use super::line::Cursor;
use super::probe::Probe;
use crate::diagnosis::Finding;
use crate::diagnosis::readiness::Readiness;
use crate::domain::request::ValidRequest;
use crate::ports::ExportForm;
use crate::report::Row;
use crate::secret::Masked;

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
    /// An export before it is written.
    Export(Preview),
    /// What of the call to copy.
    CopyMenu {
        /// The row under the cursor.
        cursor: usize,
    },
    /// The fields of the answer, to copy one.
    Fields(FieldList),
    /// What was found in the answer, and what gateways need of it.
    Findings(FindingList),
    /// One of these, whole.
    Finding {
        /// Which.
        item: Item,
        /// Lines scrolled down.
        scroll: usize,
    },
    /// The isolation probe: its plan, its calls, its conclusion.
    Probe(Box<Probe>),
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

/// A row of the findings.
#[derive(Debug, Clone)]
pub enum Item {
    /// A finding.
    Finding(Finding),
    /// How ready the answer is for a gateway.
    Gateway(Readiness),
}
