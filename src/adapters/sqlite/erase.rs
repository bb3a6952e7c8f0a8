//! Text that was deleted and still stands in the write-ahead log, which holds the pages as they were.
//!
//! Owns: that the log is emptied after a deletion and at no other time, since that costs a call two waits for the disk; a mark
//! in the data folder outlives whoever is killed, or kept from it by a reader, between the two. Must not know: what is deleted.
//! Tested: `tests/adapters_ledger/retention.rs` and `rows.rs`, in the bytes of the files.

use rusqlite::Connection;

use crate::adapters::private::{DiskFault, Folder};
use crate::ports::LedgerFault;

/// It is there as long as the log may hold what was deleted.
const MARK: &str = "history.db-erase";

/// Before a deletion.
pub(super) fn begin(data: &Folder) -> Result<(), LedgerFault> {
    match data.make(MARK) {
        Ok(_) | Err(DiskFault::Exists) => Ok(data.sync()?),
        Err(fault) => Err(fault.into()),
    }
}

/// After it, and after every other call that may finish what an earlier one began. Whether nothing is left in the log.
pub(super) fn finish(db: &Connection, data: &Folder) -> Result<bool, LedgerFault> {
    if data.check(MARK) == Err(DiskFault::Missing) {
        return Ok(true);
    }
    let is_busy: bool = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if !is_busy {
        data.remove(MARK);
    }
    Ok(!is_busy)
}
