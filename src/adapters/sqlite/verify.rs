//! Walks the audit trail and says what is not as it was written. Reads, and makes or changes nothing.

use std::path::Path;

use rusqlite::Connection;

use super::audit::{self, Key};
use super::chain::{Link, START, Seal};
use super::head::{self, Head};
use super::reader::Reader;
use super::sealed::{self, Sealed};
use super::tombstone::{self, Taken};
use crate::adapters::private::{DiskFault, Folder};
use crate::domain::calendar::Stamp;
use crate::domain::trail::{Finding, Span, Verification};
use crate::ports::LedgerFault;

/// Walks the trail of a data folder whose head lies in the state folder; `None` where there never was one.
///
/// # Errors
/// A folder or file cannot be read, or is open to others.
pub fn verify(data: &Path, state: &Path) -> Result<Option<Verification>, LedgerFault> {
    // The head comes first: rows that are written meanwhile are newer than it, which is no finding.
    let head = there(state)?.map_or(Ok(Head::Missing), |state| head::read(&state))?;
    let key = there(data)?.map_or(Ok(Key::Missing), |data| audit::key(&data))?;
    match Reader::open(data)? {
        Some(reader) => reader.walk(head, &key).map(Some),
        None => Ok(without_database(head, &key)),
    }
}

fn there(folder: &Path) -> Result<Option<Folder>, LedgerFault> {
    match Folder::there(folder) {
        Err(DiskFault::Missing) => Ok(None),
        other => Ok(Some(other?)),
    }
}

fn without_database(head: Head, key: &Key) -> Option<Verification> {
    if head.is_of_no_row() && matches!(key, Key::Missing) {
        return None;
    }
    let mut walk = Walk::new(None, head, Vec::new());
    if !matches!(key, Key::Missing) {
        walk.findings.push(Finding::DatabaseMissing);
    }
    Some(walk.close())
}

/// Walks the rows of a database; nothing that is written meanwhile comes in between.
pub(super) fn walk(db: &Connection, head: Head, key: &Key) -> Result<Verification, LedgerFault> {
    let quiet = db.unchecked_transaction()?;
    let seal = if let Key::Here(seal) = key { Some(seal) } else { None };
    let mut walk = Walk::new(seal, head, tombstone::all(&quiet, seal)?);
    sealed::each(&quiet, "ORDER BY seq", |row| walk.step(row))?;
    if walk.rows > 0 || !head.is_of_no_row() {
        walk.judge(key);
    }
    Ok(walk.close())
}

/// Rows that are looked at again, to tell a moved one from an edited one.
const MISFITS: usize = 100;

struct Walk<'a> {
    /// `None` where there is no key; then only numbers and links are looked at.
    seal: Option<&'a Seal>,
    head: Head,
    tombstones: Vec<Taken>,
    /// What the first row has to follow.
    start: Link,
    /// The row before, where it fits its seal.
    last: Option<Link>,
    /// The highest number so far.
    end: i64,
    rows: u64,
    span: Option<Span>,
    findings: Vec<Finding>,
    misfits: Vec<Sealed>,
}

impl<'a> Walk<'a> {
    fn new(seal: Option<&'a Seal>, head: Head, tombstones: Vec<Taken>) -> Self {
        let start = tombstones.iter().map(|taken| taken.link).max_by_key(|link| link.seq).unwrap_or(START);
        Self {
            seal,
            head,
            tombstones,
            start,
            last: Some(start),
            end: start.seq,
            rows: 0,
            span: None,
            findings: Vec::new(),
            misfits: Vec::new(),
        }
    }

    fn judge(&mut self, key: &Key) {
        let finding = match key {
            Key::Here(_) => None,
            Key::Missing => Some(Finding::KeyMissing),
            Key::Unreadable => Some(Finding::KeyUnreadable),
        };
        self.findings.splice(0..0, finding);
    }

    fn fits_as(&self, row: &Sealed, seq: i64) -> bool {
        self.seal.is_none_or(|seal| row.fits_as(seal, seq))
    }

    fn step(&mut self, row: Sealed) {
        self.count(&row);
        let (seq, link) = (row.seq, row.link().filter(|_| self.fits_as(&row, row.seq)));
        let is_gone = seq <= self.start.seq;
        if !is_gone {
            self.look_for_gap(seq);
        }
        match link {
            Some(_) if is_gone => self.findings.push(Finding::Returned(seq)),
            Some(link) => self.compare(&row, link),
            None => self.misfit(row),
        }
        if !is_gone {
            self.last = link;
            self.end = seq;
        }
    }

    fn count(&mut self, row: &Sealed) {
        self.rows += 1;
        let at = Stamp(row.at);
        let span = self.span.get_or_insert(Span { first: row.seq, last: row.seq, from: at, to: at });
        (span.last, span.to) = (row.seq, at);
    }

    fn look_for_gap(&mut self, seq: i64) {
        let first = self.end.saturating_add(1);
        if seq > first {
            self.findings.push(Finding::Removed { first, last: seq - 1 });
            // What the row follows went with the gap.
            self.last = None;
        }
    }

    /// Holds a row that fits its seal against the row before it and the head.
    fn compare(&mut self, row: &Sealed, link: Link) {
        if self.last.is_some_and(|last| row.previous != last.mac) {
            self.findings.push(Finding::Unlinked(row.seq));
        }
        if matches!(self.head, Head::At(head) if head.seq == link.seq && head != link) {
            self.findings.push(Finding::Replaced(row.seq));
        }
    }

    fn misfit(&mut self, row: Sealed) {
        self.findings.push(Finding::Edited { first: row.seq, last: row.seq });
        if self.misfits.len() < MISFITS {
            self.misfits.push(row);
        }
    }

    fn close(mut self) -> Verification {
        match self.head {
            Head::Missing if self.rows > 0 => self.findings.push(Finding::HeadMissing),
            Head::Unreadable => self.findings.push(Finding::HeadUnreadable),
            Head::At(head) if head.seq > self.end => {
                self.findings.push(Finding::Cut { first: self.end + 1, last: head.seq });
            }
            Head::Missing | Head::At(_) => {}
        }
        self.name_moved();
        Verification {
            rows: self.rows,
            span: self.span,
            tombstones: self.tombstones.iter().map(|taken| taken.told).collect(),
            findings: merged(self.findings),
        }
    }

    /// A row that does not fit its own number but fits one that is missing or misfits as well was moved.
    fn name_moved(&mut self) {
        let vacant: Vec<i64> = self.findings.iter().flat_map(|finding| vacant(*finding)).flatten().collect();
        for row in &self.misfits {
            let from = vacant.iter().copied().find(|seq| self.fits_as(row, *seq));
            let edited = Finding::Edited { first: row.seq, last: row.seq };
            let finding = self.findings.iter_mut().find(|finding| **finding == edited);
            if let (Some(from), Some(finding)) = (from, finding) {
                *finding = Finding::Moved { at: row.seq, from };
            }
        }
    }
}

/// The numbers at which a moved row may have stood.
fn vacant(finding: Finding) -> [Option<i64>; 2] {
    match finding {
        Finding::Edited { first, .. } => [Some(first), None],
        Finding::Removed { first, last } | Finding::Cut { first, last } => [Some(first), Some(last)],
        _ => [None, None],
    }
}

/// Edited rows that stand side by side are one finding: under another key it is all of them.
fn merged(findings: Vec<Finding>) -> Vec<Finding> {
    let mut all: Vec<Finding> = Vec::new();
    for finding in findings {
        match (all.last_mut(), finding) {
            (Some(Finding::Edited { last, .. }), Finding::Edited { first, last: end })
                if last.checked_add(1) == Some(first) =>
            {
                *last = end;
            }
            _ => all.push(finding),
        }
    }
    all
}
