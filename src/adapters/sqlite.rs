//! History and audit trail in one `SQLite` file of the data folder.
//!
//! Owns: the file and its companions (write-ahead log, shared memory, install key, head of the trail), their modes, the
//! schema and its versions, and that several consoles write at once. Must not know: what a screen shows of a row, when a
//! row is due. A row that was confirmed outlives kill -9 and loss of power (WAL, `synchronous = FULL`); text that was
//! deleted is overwritten (`secure_delete`) and leaves the log as well. Tested: `tests/adapters_ledger.rs`, with real
//! files and several processes.

mod fault;
mod rows;
mod schema;

use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::private::{DiskFault, Folder, Folders};
use crate::domain::calendar::Stamp;
use crate::domain::history::{AuditRow, Entry, Page};
use crate::ports::{Ledger, LedgerFault};

const FILE: &str = "history.db";

/// What `SQLite` makes beside the file, with the file's own mode.
const COMPANIONS: [&str; 3] = ["history.db-wal", "history.db-shm", "history.db-journal"];

/// How long to wait for another console.
const PATIENCE: Duration = Duration::from_secs(5);

const DAY_MS: i64 = 86_400_000;

/// The ledger on disk.
#[derive(Debug)]
pub struct Sqlite {
    db: Connection,
}

impl Sqlite {
    /// Opens the database of these folders, or makes it.
    pub fn open(folders: &Folders) -> Result<Self, LedgerFault> {
        let data = Arc::clone(folders.data());
        // Making, switching to WAL and migrating are not things that SQLite lets two do at once.
        let _turn = data.turn()?;
        prepare(&data)?;
        let mut db = connect(&data)?;
        schema::bring_up(&mut db, &data, schema::STEPS)?;
        check_companions(&data)?;
        Ok(Self { db })
    }
}

impl Ledger for Sqlite {
    fn record(&mut self, entry: &Entry) -> Result<i64, LedgerFault> {
        rows::insert(&self.db, entry)
    }

    fn page(&mut self, page: &Page) -> Result<Vec<Entry>, LedgerFault> {
        rows::page(&self.db, page)
    }

    fn audit(&mut self, _row: &AuditRow) -> Result<(), LedgerFault> {
        Err(LedgerFault::Disk)
    }

    fn expire(&mut self, now: Stamp, days: u32) -> Result<u64, LedgerFault> {
        let last = now.0.saturating_sub(i64::from(days).saturating_mul(DAY_MS));
        let gone = self.db.execute("DELETE FROM history WHERE at < ?1", [last])?;
        // The log still holds the pages as they were. Where another console is reading, the next call empties it.
        self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(u64::try_from(gone).unwrap_or(u64::MAX))
    }
}

/// Makes the file before `SQLite` does, which would give it the mode of the umask.
fn prepare(data: &Folder) -> Result<(), LedgerFault> {
    match data.check(FILE) {
        Err(DiskFault::Missing) => data.make(FILE).and_then(|_| data.sync())?,
        other => other?,
    }
    check_companions(data)
}

fn check_companions(data: &Folder) -> Result<(), LedgerFault> {
    for name in COMPANIONS {
        match data.check(name) {
            Ok(()) | Err(DiskFault::Missing) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(())
}

fn connect(data: &Folder) -> Result<Connection, LedgerFault> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let db = Connection::open_with_flags(data.path().join(FILE), flags)?;
    // SQLite falls back to reading where it may not write.
    if db.is_readonly("main")? {
        return Err(LedgerFault::ReadOnly);
    }
    db.busy_timeout(PATIENCE)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;",
    )?;
    Ok(db)
}
