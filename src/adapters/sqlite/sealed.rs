//! A row of the trail as it stands in the table, where anything may have been put by another program.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::chain::{Link, Seal, TEXTS, Texts};
use crate::ports::LedgerFault;

/// More bytes than a column of ours takes. Longer ones are not even read, so that no row can use up the memory.
const LONGEST: usize = 1 << 16;

/// A row as it stands in the table.
pub(super) struct Sealed {
    pub(super) seq: i64,
    pub(super) at: i64,
    pub(super) texts: Texts,
    pub(super) previous: Vec<u8>,
    mac: Vec<u8>,
    /// Whether every column is of the kind that we write.
    whole: bool,
}

impl Sealed {
    /// Whether the row fits its seal as a row of this number.
    pub(super) fn fits_as(&self, seal: &Seal, seq: i64) -> bool {
        self.whole && seal.fits(&self.mac, &self.previous, seq, self.at, &self.texts)
    }

    /// Whether the row fits its seal and is the next one after that link.
    pub(super) fn follows(&self, seal: &Seal, last: Link) -> bool {
        Some(self.seq) == last.seq.checked_add(1) && self.previous == last.mac && self.fits_as(seal, self.seq)
    }

    /// Its place in the chain; `None` where its MAC is none.
    pub(super) fn link(&self) -> Option<Link> {
        Some(Link { seq: self.seq, mac: self.mac.as_slice().try_into().ok()? })
    }
}

/// Reads rows; `rest` is SQL of ours that chooses and orders them.
pub(super) fn each(db: &Connection, rest: &str, mut take: impl FnMut(Sealed)) -> Result<(), LedgerFault> {
    let short = |column: &str| format!("iif(octet_length({column}) <= {LONGEST}, {column}, NULL)");
    let columns: Vec<String> = TEXTS.into_iter().chain(["previous", "mac"]).map(short).collect();
    let mut statement = db.prepare(&format!("SELECT seq, at, {} FROM audit {rest}", columns.join(", ")))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        take(read(row)?);
    }
    Ok(())
}

/// The first row that [`each`] reads.
pub(super) fn first(db: &Connection, rest: &str) -> Result<Option<Sealed>, LedgerFault> {
    let mut found = None;
    each(db, rest, |row| found = found.take().or(Some(row)))?;
    Ok(found)
}

fn read(row: &Row<'_>) -> Result<Sealed, LedgerFault> {
    let mut whole = true;
    let (at, is_time) = match row.get_ref(1)? {
        ValueRef::Integer(at) => (at, true),
        _ => (0, false),
    };
    let mut texts = Texts::default();
    for (text, place) in texts.iter_mut().zip(2..) {
        let bytes = row.get_ref(place)?.as_bytes().ok().and_then(|bytes| std::str::from_utf8(bytes).ok());
        whole &= bytes.is_some();
        bytes.unwrap_or_default().clone_into(text);
    }
    let mut blob = |place| -> Result<Vec<u8>, LedgerFault> {
        let bytes = row.get_ref(place)?.as_blob().ok();
        whole &= bytes.is_some();
        Ok(bytes.unwrap_or_default().to_vec())
    };
    let (previous, mac) = (blob(2 + TEXTS.len())?, blob(3 + TEXTS.len())?);
    Ok(Sealed { seq: row.get(0)?, at, texts, previous, mac, whole: whole && is_time })
}
