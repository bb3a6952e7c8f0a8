//! Where reports of batches are read from.

use std::io::{BufRead, Seek};

/// Why a report is not shown; each says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportFault {
    /// Nothing was typed.
    #[error("no path was typed: type the path of the REPORT that `tokenscope batch` wrote")]
    NoPath,
    /// It is not there.
    #[error(
        "there is no file of that name: check the path; one that is not whole begins where tokenscope was started"
    )]
    Missing,
    /// It may not be read.
    #[error("the file may not be read: check its mode and its owner")]
    Denied,
    /// A folder, a pipe, a device.
    #[error("it is a folder, a pipe or a device and no plain file: type the path of the report itself")]
    NotAFile,
    /// `~` that is not ours.
    #[error("~ is the home of the user alone, and is not known for another one: type the whole path")]
    NoHome,
    /// Nothing in it.
    #[error("the report is empty: its batch has written no row yet")]
    Empty,
    /// No report.
    #[error(
        "the file is no report of a batch: type the path that `--out` had, not that of the input or of REPORT.progress"
    )]
    NotOurs,
    /// Written by a newer program.
    #[error("the report was written by a newer tokenscope: update this one")]
    Newer,
    /// Anything else.
    #[error("the report cannot be read any more: check the file and the disk behind it, and open it again")]
    Disk,
}

/// A report that is open.
pub trait Report: BufRead + Seek {}

impl<R: BufRead + Seek> Report for R {}

/// Opens reports. Its calls block, so the runtime gives each report a thread of its own.
pub trait Shelf: Send + Sync {
    /// Opens a plain file by the path that was typed, to be read and nothing else.
    fn open(&self, path: &str) -> Result<Box<dyn Report>, ReportFault>;
}
