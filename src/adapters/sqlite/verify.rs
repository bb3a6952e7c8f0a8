//! Walks the audit trail and says what is not as it was written.

use std::fmt;

use rusqlite::{Connection, Row};

use super::chain::{Link, START, Seal, Texts};
use super::head::{self, Head};
use crate::adapters::private::Folder;
use crate::ports::LedgerFault;

/// What the walk found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Rows in the trail.
    pub rows: u64,
    /// What is wrong with them, in the order of the trail; empty where nothing is.
    pub findings: Vec<Finding>,
}

impl Verification {
    /// What no walk can see, for whoever reads the result.
    pub const BLIND: &str = "not seen: a change by somebody who can read install.key and sealed the rows anew, \
        and rows cut from the end together with the head";
}

/// Something that is not as it was written. Numbers are those of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// The row does not fit its seal: it was edited, or sealed with another key.
    Edited(i64),
    /// The row stands at this number, and was written as another.
    Moved {
        /// Where it stands.
        at: i64,
        /// Where it was written.
        from: i64,
    },
    /// Rows are missing before a row that is there.
    Removed {
        /// The first.
        first: i64,
        /// The last.
        last: i64,
    },
    /// The row is sealed over another one than stands before it.
    Unlinked(i64),
    /// Rows are missing at the end: the head remembers them.
    Cut {
        /// The first.
        first: i64,
        /// The last.
        last: i64,
    },
    /// The head remembers another row of this number.
    Replaced(i64),
    /// There are rows and no head.
    HeadMissing,
    /// The head is not what we write.
    HeadUnreadable,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited(seq) => write!(f, "row {seq} was edited or sealed with another key"),
            Self::Moved { at, from } => write!(f, "row {at} was written as row {from}"),
            Self::Removed { first, last } if first == last => write!(f, "row {first} was removed"),
            Self::Removed { first, last } => write!(f, "rows {first} to {last} were removed"),
            Self::Unlinked(seq) => write!(f, "row {seq} does not follow the row before it"),
            Self::Cut { first, last } if first == last => write!(f, "row {first} was cut off the end"),
            Self::Cut { first, last } => write!(f, "rows {first} to {last} were cut off the end"),
            Self::Replaced(seq) => write!(f, "row {seq} is not the one that audit.head remembers"),
            Self::HeadMissing => {
                write!(f, "audit.head is missing, so rows cut off the end would not be seen")
            }
            Self::HeadUnreadable => {
                write!(f, "audit.head is not readable, so rows cut off the end would not be seen")
            }
        }
    }
}

/// Walks the trail. The head is read first: rows that are written meanwhile are newer than it, which is no finding.
pub(super) fn walk(db: &Connection, state: &Folder, seal: &Seal) -> Result<Verification, LedgerFault> {
    let head = head::read(state)?;
    let mut walk = Walk::new(seal, head);
    let mut statement = db.prepare("SELECT * FROM audit ORDER BY seq")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        walk.step(Sealed::read(row)?);
    }
    Ok(walk.close())
}

/// A row as it stands in the table; anything may have been put there.
struct Sealed {
    seq: i64,
    at: i64,
    texts: Texts,
    previous: Vec<u8>,
    mac: Vec<u8>,
}

impl Sealed {
    fn read(row: &Row<'_>) -> Result<Self, LedgerFault> {
        let text = |column: &str| -> Result<String, LedgerFault> {
            let bytes = row.get_ref(column)?.as_bytes().map_err(|_| LedgerFault::Damaged)?;
            Ok(String::from_utf8_lossy(bytes).into_owned())
        };
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            texts: [
                text("who")?,
                text("deed")?,
                text("profile")?,
                text("host")?,
                text("card_reference")?,
                text("outcome")?,
            ],
            previous: row.get("previous")?,
            mac: row.get("mac")?,
        })
    }

    fn fits_as(&self, seal: &Seal, seq: i64) -> bool {
        seal.fits(&self.mac, &self.previous, seq, self.at, &self.texts)
    }

    fn link(&self) -> Option<Link> {
        Some(Link { seq: self.seq, mac: self.mac.as_slice().try_into().ok()? })
    }
}

/// Rows that are looked at again, to tell a moved one from an edited one.
const MISFITS: usize = 100;

struct Walk<'a> {
    seal: &'a Seal,
    head: Head,
    /// The row before, where it fits its seal.
    last: Option<Link>,
    /// The highest number so far.
    end: i64,
    rows: u64,
    findings: Vec<Finding>,
    misfits: Vec<Sealed>,
}

impl<'a> Walk<'a> {
    fn new(seal: &'a Seal, head: Head) -> Self {
        let (findings, misfits) = (Vec::new(), Vec::new());
        Self { seal, head, last: Some(START), end: START.seq, rows: 0, findings, misfits }
    }

    fn step(&mut self, row: Sealed) {
        let seq = row.seq;
        self.rows += 1;
        if seq > self.end + 1 {
            self.findings.push(Finding::Removed { first: self.end + 1, last: seq - 1 });
            // What the row follows went with the gap.
            self.last = None;
        }
        let link = row.link().filter(|_| row.fits_as(self.seal, seq));
        match link {
            Some(link) => self.compare(&row, link),
            None => self.findings.push(Finding::Edited(seq)),
        }
        if link.is_none() && self.misfits.len() < MISFITS {
            self.misfits.push(row);
        }
        self.last = link;
        self.end = self.end.max(seq);
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
        Verification { rows: self.rows, findings: self.findings }
    }

    /// A row that does not fit its own number but fits one that is missing or misfits as well was moved.
    fn name_moved(&mut self) {
        let vacant: Vec<i64> = self.findings.iter().flat_map(|finding| finding.vacant()).flatten().collect();
        for row in &self.misfits {
            let from = vacant.iter().find(|seq| row.fits_as(self.seal, **seq));
            let finding = self.findings.iter_mut().find(|finding| **finding == Finding::Edited(row.seq));
            if let (Some(&from), Some(finding)) = (from, finding) {
                *finding = Finding::Moved { at: row.seq, from };
            }
        }
    }
}

impl Finding {
    /// The numbers at which a moved row may have stood.
    fn vacant(self) -> [Option<i64>; 2] {
        match self {
            Self::Edited(seq) => [Some(seq), None],
            Self::Removed { first, last } | Self::Cut { first, last } => [Some(first), Some(last)],
            _ => [None, None],
        }
    }
}
