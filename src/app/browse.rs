//! The report of a batch on the screen: the path that is typed, the list, one row of it whole.
//!
//! Owns: what the overlay holds; of the rows only those around the cursor. Must not know: where a report is read, how it is
//! drawn. What moves it on is `update/browse`. Tested: `tests/update_report.rs`.

use super::probe::Line;
use crate::batch::{Counted, Seen, Which, Whole};
use crate::ports::ReportFault;

/// A report that is looked at.
#[derive(Debug, Default)]
pub struct Browse {
    /// Which opening of a report this is; what comes of another one is dropped.
    pub id: u32,
    /// The path.
    pub path: Line,
    /// How far it is.
    pub stage: Stage,
    /// What was counted so far.
    pub counted: Counted,
    /// Which rows are listed.
    pub which: Which,
    /// The row under the cursor, by its place in the list.
    pub cursor: u64,
    /// The place of the first row that is loaded.
    pub first: u64,
    /// The rows that are loaded.
    pub rows: Vec<Seen>,
    /// The place from which rows were asked for and have not come.
    pub asked: Option<u64>,
    /// Why the path that was typed last shows no report.
    pub fault: Option<ReportFault>,
}

/// How far it is.
#[derive(Debug, Default)]
pub enum Stage {
    /// The path is typed.
    #[default]
    Path,
    /// The file is being opened.
    Opening,
    /// Its rows are listed.
    Listed,
    /// One row is shown whole.
    Whole {
        /// The row.
        row: Box<Whole>,
        /// Lines scrolled down.
        scroll: usize,
    },
}

impl Browse {
    /// How many rows are listed.
    pub fn count(&self) -> u64 {
        self.counted.of(self.which)
    }

    /// The row at this place of the list, once it is loaded.
    pub fn row(&self, place: u64) -> Option<&Seen> {
        self.rows.get(usize::try_from(place.checked_sub(self.first)?).ok()?)
    }

    /// Whether a report is open.
    pub fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Listed | Stage::Whole { .. })
    }
}

/// What is asked of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The rows from this place on.
    Page(Which, u64),
    /// All of the row at this place.
    Whole(Which, u64),
}

/// What comes of a report.
#[derive(Debug)]
pub enum News {
    /// It is not shown.
    Failed(ReportFault),
    /// More of it was counted; the first time, it is open.
    Counted(Box<Counted>),
    /// Rows.
    Page {
        /// Of which rows.
        which: Which,
        /// The place of the first.
        first: u64,
        /// The rows.
        rows: Vec<Seen>,
    },
    /// All of a row; `None` where the file has changed.
    Whole(Option<Box<Whole>>),
}
