//! History and audit trail in one `SQLite` file of the data folder.
//!
//! Owns: the file and its companions (write-ahead log, shared memory, install key, head of the trail), their modes, the
//! schema and its versions, and that several consoles write at once. Must not know: what a screen shows of a row, when a
//! row is due. A row that was confirmed outlives kill -9 and loss of power (WAL, `synchronous = FULL`); text that was
//! deleted is overwritten (`secure_delete`) and leaves the log as well. Tested: `tests/adapters_ledger.rs`, with real
//! files and several processes.

mod audit;
mod chain;
mod erase;
mod fault;
mod head;
mod reader;
mod rows;
mod schema;
mod sealed;
mod timeline;
mod tombstone;
mod verify;

pub use reader::Reader;
pub use verify::verify;

use std::time::Duration;

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use self::chain::Seal;
use super::private::{DiskFault, Folder, Folders};
use crate::domain::calendar::Stamp;
use crate::domain::history::{AuditRow, Entry, Found, Page};
use crate::domain::trail::{Subject, Trace};
use crate::ports::{Ledger, LedgerFault, Purged};
use crate::secret::PrintKey;

const FILE: &str = "history.db";

/// What `SQLite` makes beside the file, with the file's own mode.
const COMPANIONS: [&str; 3] = ["history.db-wal", "history.db-shm", "history.db-journal"];

/// The file is there before `SQLite` opens it, and is no link.
const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE
    .union(OpenFlags::SQLITE_OPEN_NO_MUTEX)
    .union(OpenFlags::SQLITE_OPEN_NOFOLLOW);

/// How long to wait for another console.
const PATIENCE: Duration = Duration::from_secs(5);

/// Pages of the log from which on it is moved into the file: what the next program that opens it has to read.
const LOG_PAGES: u32 = 64;

const DAY_MS: i64 = 86_400_000;

/// The ledger on disk.
#[derive(Debug)]
pub struct Sqlite {
    db: Connection,
    folders: Folders,
    seal: Seal,
    /// The last call met a fault that the connection may be stuck with.
    is_shaken: bool,
    /// The trail has a row that its head does not tell of yet.
    is_head_behind: bool,
}

impl Sqlite {
    /// Whether there is a database in this folder, whatever it holds.
    pub fn is_there(data: &std::path::Path) -> bool {
        data.join(FILE).exists()
    }

    /// Opens the database of these folders, or makes it.
    pub fn open(folders: &Folders) -> Result<Self, LedgerFault> {
        let data = folders.data();
        // Making, switching to WAL and migrating are not things that SQLite lets two do at once.
        let _turn = data.turn()?;
        prepare(data)?;
        check(folders.state(), &[head::NAME])?;
        let mut db = connect(data)?;
        schema::bring_up(&mut db, data, schema::STEPS)?;
        check(data, &COMPANIONS)?;
        let seal = audit::seal(&db, data, folders.state())?;
        Ok(Self { db, folders: folders.clone(), seal, is_shaken: false, is_head_behind: false })
    }

    /// Works with the connection, or with a new one where the last work met a fault. `SQLite` is stuck with some for as long
    /// as a connection lives: it only reads where it could not open its log for writing once, and never gives back a lock
    /// that it could not give back once.
    fn with<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, LedgerFault>) -> Result<T, LedgerFault> {
        if self.is_shaken {
            // Closed before the new one is opened, or the two would share what is stuck.
            self.db = Connection::open_in_memory()?;
            *self = Self { is_head_behind: self.is_head_behind, ..Self::open(&self.folders)? };
        }
        let done = work(self);
        self.is_shaken = matches!(done, Err(fault) if fault.may_stick());
        done
    }

    /// Writes an audit row, and what belongs to it in the same transaction. No row goes beyond a head that could not be
    /// written: at the end, rows that were cut would not be missed.
    fn append<T>(
        &mut self,
        row: &AuditRow,
        more: impl FnOnce(&Connection) -> Result<T, LedgerFault>,
    ) -> Result<T, LedgerFault> {
        self.settle()?;
        let done = self.with(|it| audit::append(&mut it.db, it.folders.state(), &it.seal, row, more))?;
        self.is_head_behind = true;
        Ok(done)
    }
}

impl LedgerFault {
    /// Whether the connection that met it may meet it for ever.
    fn may_stick(self) -> bool {
        matches!(self, Self::Disk | Self::Locked | Self::NoFolder | Self::ReadOnly)
    }
}

impl Ledger for Sqlite {
    fn record(&mut self, entry: &Entry) -> Result<i64, LedgerFault> {
        self.with(|it| rows::insert(&it.db, entry))
    }

    fn page(&mut self, page: &Page) -> Result<Vec<Entry>, LedgerFault> {
        self.with(|it| rows::page(&it.db, page))
    }

    fn find(&mut self, page: &Page, scan: u32) -> Result<Found, LedgerFault> {
        self.with(|it| rows::find(&it.db, page, scan))
    }

    fn audit_ahead(&mut self, row: &AuditRow) -> Result<(), LedgerFault> {
        self.append(row, |_| Ok(()))
    }

    fn conclude(&mut self, ended: &AuditRow, entry: &Entry) -> Result<i64, LedgerFault> {
        self.append(ended, |change| rows::insert(change, entry))
    }

    fn settle(&mut self) -> Result<(), LedgerFault> {
        if self.is_head_behind {
            self.with(|it| audit::write_head(&mut it.db, it.folders.state()))?;
            self.is_head_behind = false;
        }
        Ok(())
    }

    fn timeline(&mut self, of: &Subject) -> Result<Vec<Trace>, LedgerFault> {
        self.with(|it| timeline::read(&it.db, of))
    }

    fn print_key(&self) -> PrintKey {
        self.seal.print_key()
    }

    fn count(&mut self) -> Result<u64, LedgerFault> {
        self.with(|it| rows::count(&it.db))
    }

    fn purge(&mut self) -> Result<Purged, LedgerFault> {
        self.with(|it| {
            let data = it.folders.data();
            schema::forget_copies(data, i64::MAX);
            erase::begin(data)?;
            let rows = rows::purge(&it.db)?;
            Ok(Purged { rows, is_overwritten: erase::finish(&it.db, data)? })
        })
    }

    fn has_gap(&mut self) -> Result<bool, LedgerFault> {
        self.with(|it| audit::has_gap(&mut it.db, it.folders.state(), &it.seal))
    }

    fn expire(&mut self, now: Stamp, days: u32) -> Result<u64, LedgerFault> {
        self.with(|it| {
            let (data, limit) = (it.folders.data(), before(now, days));
            schema::forget_copies(data, limit);
            let mut gone = 0;
            if rows::has_before(&it.db, limit)? || tombstone::may_be_due(&it.db, now)? {
                erase::begin(data)?;
                gone = rows::delete_before(&it.db, limit)?;
                tombstone::bury(&mut it.db, it.folders.state(), &it.seal, now)?;
            }
            erase::finish(&it.db, data)?;
            Ok(gone)
        })
    }
}

/// The time that many days earlier.
fn before(now: Stamp, days: u32) -> i64 {
    now.0.saturating_sub(i64::from(days).saturating_mul(DAY_MS))
}

/// Makes the file before `SQLite` does, which would give it the mode of the umask.
fn prepare(data: &Folder) -> Result<(), LedgerFault> {
    match data.check(FILE) {
        Err(DiskFault::Missing) => data.make(FILE).and_then(|_| data.sync())?,
        other => other?,
    }
    check(data, &COMPANIONS)
}

fn check(folder: &Folder, names: &[&str]) -> Result<(), LedgerFault> {
    for name in names {
        match folder.check(name) {
            Ok(()) | Err(DiskFault::Missing) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(())
}

fn connect(data: &Folder) -> Result<Connection, LedgerFault> {
    let db = Connection::open_with_flags(data.path().join(FILE), FLAGS)?;
    // SQLite falls back to reading where it may not write.
    if db.is_readonly("main")? {
        return Err(LedgerFault::ReadOnly);
    }
    tame(&db)?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;",
    )?;
    db.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    Ok(db)
}

/// What holds for every connection: it waits for others, leaves the files as they are when it goes, and trusts nothing that
/// stands in them.
fn tame(db: &Connection) -> Result<(), LedgerFault> {
    db.busy_timeout(PATIENCE)?;
    // The log stays when we go: to move it into the file, and to make the next one, are four waits for the disk.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    Ok(db.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;")?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::history::{Deed, Details, Verdict};
    use crate::domain::profile::Environment;
    use crate::secret::Masked;

    fn ledger() -> (tempfile::TempDir, Sqlite) {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("data");
        let ledger = Sqlite::open(&Folders::open(&folder, &folder).unwrap()).unwrap();
        (temp, ledger)
    }

    fn entry() -> Entry {
        let text = Masked::ours("text");
        Entry {
            id: 0,
            at: Stamp(0),
            profile: text.clone(),
            environment: Environment::Sandbox,
            host: text.clone(),
            card_reference: text.clone(),
            customer_id: text.clone(),
            routing_id: text.clone(),
            submerchant_id: text.clone(),
            http_status: None,
            verdict: Verdict::NoAnswer,
            summary: Masked::ours(&"long ".repeat(2_000)),
            network: text.clone(),
            issuer: text.clone(),
            token_status: text.clone(),
            card_last_four: text,
            total_ms: 0,
            details: Details::default(),
        }
    }

    fn row() -> AuditRow {
        let text = Masked::ours(&"long ".repeat(2_000));
        AuditRow {
            at: Stamp(0),
            who: text.clone(),
            deed: Deed::Reveal,
            profile: text.clone(),
            host: text.clone(),
            card_reference: text.clone(),
            outcome: text,
        }
    }

    #[test]
    fn what_the_promises_rest_on_is_switched_on() {
        let (_temp, ledger) = ledger();
        for (name, expected) in [("synchronous", "2"), ("secure_delete", "1"), ("foreign_keys", "1")] {
            let value: i64 = ledger.db.pragma_query_value(None, name, |row| row.get(0)).unwrap();
            assert_eq!(value.to_string(), expected, "{name}");
        }
        let mode: String = ledger.db.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }

    /// The flags of `.cargo/config.toml`, or of what built the package, have reached the C compiler.
    #[test]
    fn what_a_broken_file_could_reach_is_not_built_in() {
        let (_temp, ledger) = ledger();
        let mut asked = ledger.db.prepare("PRAGMA compile_options").unwrap();
        let told = asked.query_map([], |row| row.get(0)).unwrap();
        let options: Vec<String> = told.collect::<Result<_, _>>().unwrap();
        assert!(options.iter().any(|it| it == "OMIT_LOAD_EXTENSION"), "{options:?}");
        let unwanted = ["ENABLE_FTS3", "ENABLE_FTS5", "ENABLE_RTREE"];
        let built = options.iter().find(|option| unwanted.iter().any(|it| option.starts_with(it)));
        assert_eq!(built, None);
    }

    #[test]
    fn a_full_disk_is_named_and_what_was_written_stays() {
        let (_temp, mut ledger) = ledger();
        ledger.record(&entry()).unwrap();
        ledger.audit(&row()).unwrap();
        let pages: i64 = ledger.db.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        ledger.db.pragma_update(None, "max_page_count", pages).unwrap();
        assert_eq!(ledger.record(&entry()), Err(LedgerFault::Full));
        assert_eq!(ledger.audit(&row()), Err(LedgerFault::Full));
        assert_eq!(ledger.page(&Page { limit: 9, ..Page::default() }).unwrap().len(), 1);
        let folder = ledger.folders.state().path();
        let verified = verify(folder, folder).unwrap().unwrap();
        assert_eq!((verified.rows, verified.findings), (1, Vec::new()));
    }

    #[test]
    fn a_database_that_another_program_holds_is_named() {
        type Attempt = fn(&mut Sqlite) -> Result<(), LedgerFault>;
        let attempts: [Attempt; 2] =
            [|ledger| ledger.record(&entry()).map(|_| ()), |ledger| ledger.audit(&row())];
        for attempt in attempts {
            let (_temp, mut ledger) = ledger();
            ledger.db.busy_timeout(Duration::from_millis(20)).unwrap();
            let other = Connection::open(ledger.db.path().unwrap()).unwrap();
            other.execute_batch("BEGIN IMMEDIATE").unwrap();
            assert_eq!(attempt(&mut ledger), Err(LedgerFault::Locked));
            other.execute_batch("COMMIT").unwrap();
            assert_eq!(attempt(&mut ledger), Ok(()));
        }
    }
}
