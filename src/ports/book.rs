//! What a batch needs of the disk.

use std::io::BufRead;

use crate::secret::Drawn;

/// Why the files of a batch cannot be used; each says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BookFault {
    /// The input is not there or no plain file.
    #[error("there is no input of that name that can be read: check its path and mode")]
    NoInput,
    /// The report is there, and nobody said to carry it on.
    #[error("the report is there already: --resume carries it on, or name another --out")]
    Exists,
    /// There is no report to carry on.
    #[error("there is no report of that name to carry on: leave --resume out to begin one, or check --out")]
    NoReport,
    /// The folder of the report is not there or cannot be written.
    #[error("the folder of the report is not there or cannot be written: make it, or name another --out")]
    NoFolder,
    /// The report is open to others, belongs to another user, or is a link or a device.
    #[error(
        "the report or its REPORT.progress belongs to another user, is open to others or is no plain file: close it with chmod 600, or name another --out"
    )]
    Unsafe,
    /// Another batch writes this report.
    #[error("another batch writes this report now: wait for its end, or name another --out")]
    Busy,
    /// No room.
    #[error("the disk of the report is full: make room, and the same command with --resume goes on")]
    Full,
    /// Anything else.
    #[error("the disk of the report failed: check it, and the same command with --resume goes on")]
    Disk,
}

/// The files of one batch: its input, its report, and REPORT.progress beside it. Both are ours alone (0600) and are written
/// through no link.
pub trait Book {
    /// The input from its start, as often as it is asked for.
    fn input(&self) -> Result<impl BufRead + use<Self>, BookFault>;
    /// Makes report and notes, which must not be there.
    fn begin(&mut self) -> Result<(), BookFault>;
    /// Opens report and notes of an earlier run, and cuts off what was not written whole.
    fn carry_on(&mut self) -> Result<(), BookFault>;
    /// The report as it is, from its start.
    fn report(&self) -> Result<impl BufRead + use<Self>, BookFault>;
    /// The notes as they are, from their start.
    fn notes(&self) -> Result<impl BufRead + use<Self>, BookFault>;
    /// Appends to the report, all lines at once.
    fn write(&mut self, lines: &[Drawn]) -> Result<(), BookFault>;
    /// Appends to the notes, one line or more; `durable` notes are on the disk afterwards, whatever happens to the machine.
    fn note(&mut self, lines: &str, durable: bool) -> Result<(), BookFault>;
    /// From here on [`Book::write`] goes to a new report, which takes the place of the old one at [`Book::replaced`].
    fn rewrite(&mut self) -> Result<(), BookFault>;
    /// The new report is whole.
    fn replaced(&mut self) -> Result<(), BookFault>;
    /// Makes the report durable and returns its SHA-256 in hexadecimal digits: that of what was written, so that a change by
    /// somebody else shows.
    fn seal(&mut self) -> Result<String, BookFault>;
}
