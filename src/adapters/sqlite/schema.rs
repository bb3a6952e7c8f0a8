//! The shape of the database and how an older one becomes today's.
//!
//! `PRAGMA user_version` holds the number of steps that a database has gone; a step, once released, never changes.

use rusqlite::{Connection, TransactionBehavior};

use crate::adapters::private::{Folder, random_hex};
use crate::ports::LedgerFault;

/// The steps from an empty file to today's shape.
pub(super) const STEPS: &[&str] =
    &[include_str!("step1.sql"), include_str!("step2.sql"), include_str!("step3.sql")];

/// What `step1.sql` writes into the file as its kind: `toks`.
const APPLICATION: i32 = 0x746f_6b73;

/// Brings a database to the last of the steps: a newer one is refused, an older one copied first.
pub(super) fn bring_up(db: &mut Connection, folder: &Folder, steps: &[&str]) -> Result<(), LedgerFault> {
    let version = version(db)?;
    if is_foreign(db, version)? {
        return Err(LedgerFault::Damaged);
    }
    if version > steps.len() {
        return Err(LedgerFault::Newer);
    }
    if version == steps.len() {
        return Ok(());
    }
    if version > 0 {
        copy(db, folder, version)?;
    }
    walk(db, steps)
}

/// Whether a database has the shape of the last of the steps, for a reader, who brings nothing up; `false` for a file that
/// was made and never filled.
pub(super) fn is_filled(db: &Connection, steps: &[&str]) -> Result<bool, LedgerFault> {
    let version = version(db)?;
    if is_foreign(db, version)? {
        return Err(LedgerFault::Damaged);
    }
    match version {
        0 => Ok(false),
        _ if version > steps.len() => Err(LedgerFault::Newer),
        _ if version < steps.len() => Err(LedgerFault::Older),
        _ => Ok(true),
    }
}

fn version(db: &Connection) -> Result<usize, LedgerFault> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    usize::try_from(version).map_err(|_| LedgerFault::Damaged)
}

/// Whether the file is a database of another program: ours is empty or carries our mark.
fn is_foreign(db: &Connection, version: usize) -> Result<bool, LedgerFault> {
    if version == 0 {
        let objects: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        return Ok(objects > 0);
    }
    let mark: i32 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok(mark != APPLICATION)
}

/// `VACUUM INTO` takes rows from the write-ahead log along, which a copy of the file alone would miss, and fills the empty
/// file that was made with our mode.
fn copy(db: &Connection, folder: &Folder, version: usize) -> Result<(), LedgerFault> {
    let name = format!("history-v{version}-{}.db", random_hex::<4>()?);
    folder.make(&name)?;
    let target = folder.path().join(&name);
    let target = target.to_str().ok_or(LedgerFault::NoFolder)?;
    let copied = db.execute("VACUUM INTO ?1", [target]).map_err(LedgerFault::from);
    let synced = copied.and_then(|_| folder.sync().map_err(LedgerFault::from));
    synced.inspect_err(|_| folder.remove(&name))
}

/// Removes copies that were made before a time: what retention or a purge takes must not live on in them.
pub(super) fn forget_copies(folder: &Folder, before: i64) {
    folder.remove_older(before, |name| {
        name.strip_prefix("history-v").and_then(|rest| rest.strip_suffix(".db")).is_some()
    });
}

/// All steps in one transaction; its lock is taken before the version is read, since another console may just have gone them.
fn walk(db: &mut Connection, steps: &[&str]) -> Result<(), LedgerFault> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in steps.iter().skip(version(&change)?) {
        change.execute_batch(step)?;
    }
    change.pragma_update(None, "user_version", i64::try_from(steps.len()).unwrap_or(i64::MAX))?;
    Ok(change.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt as _;

    /// The shape of the first version, and one that came behind it.
    const FIRST: &[&str] = &[STEPS[0]];
    const NEXT: [&str; 2] = [STEPS[0], "ALTER TABLE history ADD COLUMN note TEXT NOT NULL DEFAULT ''"];

    fn database(steps: &[&str]) -> (tempfile::TempDir, Folder, Connection) {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::private(&temp.path().join("data")).unwrap();
        let mut db = Connection::open(folder.path().join("history.db")).unwrap();
        bring_up(&mut db, &folder, steps).unwrap();
        (temp, folder, db)
    }

    fn insert(db: &Connection) {
        let columns = "at, profile, environment, host, card_reference, customer_id, routing_id, submerchant_id, verdict, \
                       summary, network, issuer, token_status, card_last_four, total_ms";
        let row = "1, 'p', 'sandbox', '', '', '', '', '', 'USABLE', '', '', '', '', '', 0";
        db.execute_batch(&format!("INSERT INTO history ({columns}) VALUES ({row})")).unwrap();
    }

    fn copies(folder: &Folder) -> Vec<std::path::PathBuf> {
        let paths = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        paths.filter(|path| path.to_str().unwrap().contains("history-v1-")).collect()
    }

    #[test]
    fn an_older_database_is_copied_and_then_brought_up() {
        let (_temp, folder, mut db) = database(FIRST);
        db.pragma_update(None, "journal_mode", "wal").unwrap();
        insert(&db);
        bring_up(&mut db, &folder, &NEXT).unwrap();
        assert_eq!(version(&db), Ok(2));
        let note: String = db.query_row("SELECT note FROM history", [], |row| row.get(0)).unwrap();
        assert_eq!(note, "");
        let [path] = copies(&folder).try_into().unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let copy = Connection::open(path).unwrap();
        assert_eq!(version(&copy), Ok(1));
        let rows: i64 = copy.query_row("SELECT count(*) FROM history", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 1, "the copy holds what stood in the write-ahead log");
        assert_eq!(is_foreign(&copy, 1), Ok(false));
    }

    #[test]
    fn a_copy_goes_once_it_is_older_than_what_is_kept() {
        let (_temp, folder, mut db) = database(FIRST);
        folder.make("history-v1.txt").unwrap();
        bring_up(&mut db, &folder, &NEXT).unwrap();
        forget_copies(&folder, 0);
        assert_eq!(copies(&folder).len(), 1);
        forget_copies(&folder, i64::MAX);
        assert_eq!(copies(&folder).len(), 0);
        assert!(folder.path().join("history.db").exists() && folder.path().join("history-v1.txt").exists());
    }

    #[test]
    fn a_step_that_fails_changes_nothing() {
        let (_temp, folder, mut db) = database(FIRST);
        insert(&db);
        let broken = [NEXT[0], NEXT[1], "ALTER TABLE nowhere ADD COLUMN note TEXT"];
        assert_eq!(bring_up(&mut db, &folder, &broken), Err(LedgerFault::Damaged));
        assert_eq!(version(&db), Ok(1));
        assert!(db.prepare("SELECT note FROM history").is_err());
    }

    #[test]
    fn a_database_of_today_is_left_alone_and_a_newer_one_refused() {
        let (_temp, folder, mut db) = database(&NEXT);
        assert_eq!(bring_up(&mut db, &folder, &NEXT), Ok(()));
        assert_eq!(bring_up(&mut db, &folder, FIRST), Err(LedgerFault::Newer));
        assert_eq!(copies(&folder).len(), 0);
    }

    #[test]
    fn a_reader_takes_a_database_of_today_only() {
        let (_temp, _folder, db) = database(&NEXT);
        assert_eq!(is_filled(&db, &NEXT), Ok(true));
        assert_eq!(is_filled(&db, FIRST), Err(LedgerFault::Newer));
        assert_eq!(is_filled(&db, &[NEXT[0], NEXT[1], ""]), Err(LedgerFault::Older));
        assert_eq!(is_filled(&Connection::open_in_memory().unwrap(), &NEXT), Ok(false));
    }

    #[test]
    fn a_database_of_another_program_is_left_alone() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::private(&temp.path().join("data")).unwrap();
        let mut db = Connection::open(folder.path().join("history.db")).unwrap();
        db.execute_batch("CREATE TABLE theirs (a)").unwrap();
        assert_eq!(bring_up(&mut db, &folder, FIRST), Err(LedgerFault::Damaged));
        db.pragma_update(None, "user_version", 1).unwrap();
        assert_eq!(bring_up(&mut db, &folder, FIRST), Err(LedgerFault::Damaged));
    }
}
