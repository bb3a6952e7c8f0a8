//! The audit trail: append-only rows, each sealed over the one before it, and a head outside of the database.
//!
//! Owns: `install.key`, the rows, and that consoles at once write one chain. Must not know: what a deed means. A gap that
//! is there when a row is written stays visible: the row is numbered after, and sealed over, what the head remembers.

use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};
use zeroize::Zeroizing;

use super::chain::{Link, MAC_BYTES, Mac, START, Seal, Texts};
use super::head::{self, Head};
use crate::adapters::private::{DiskFault, Folder, random};
use crate::domain::history::AuditRow;
use crate::ports::LedgerFault;

const KEY: &str = "install.key";

const KEY_BYTES: usize = 32;

const INSERT: &str = "
    INSERT INTO audit (seq, at, who, deed, profile, host, card_reference, outcome, previous, mac)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

/// Reads the key of this installation, or makes it where there is none.
pub(super) fn seal(data: &Folder) -> Result<Seal, LedgerFault> {
    match data.check(KEY) {
        Err(DiskFault::Missing) => {
            // The caller holds the turn, so no other console makes one.
            data.sweep();
            let fresh = Zeroizing::new(random::<KEY_BYTES>()?);
            data.write_new(KEY, fresh.as_slice())?;
        }
        other => other?,
    }
    let key = Zeroizing::new(data.read(KEY, 1 + KEY_BYTES as u64)?);
    if key.len() == KEY_BYTES { Ok(Seal::new(&key)) } else { Err(LedgerFault::Damaged) }
}

/// Writes a row and then the head. Both are on disk when this returns.
pub(super) fn append(
    db: &mut Connection,
    state: &Folder,
    seal: &Seal,
    row: &AuditRow,
) -> Result<(), LedgerFault> {
    // The lock is taken before the end of the chain is read, so that no two rows follow the same one.
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let before = end(&change, head::read(state)?)?;
    insert(&change, seal, before, row)?;
    change.commit()?;
    // Only what is durable may be in the head; and the newest row, not ours, since another console may have been quicker.
    let quiet = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let newest = newest(&quiet)?;
    // While we hold the lock, no other console writes the head.
    state.sweep();
    head::write(state, newest)
}

fn insert(db: &Connection, seal: &Seal, before: Link, row: &AuditRow) -> Result<(), LedgerFault> {
    let seq = before.seq.checked_add(1).ok_or(LedgerFault::Damaged)?;
    let texts = texts(row);
    let mac = seal.mac(&before.mac, seq, row.at.0, &texts);
    let [who, deed, profile, host, reference, outcome] = &texts;
    let values = params![seq, row.at.0, who, deed, profile, host, reference, outcome, before.mac, mac];
    db.prepare_cached(INSERT)?.execute(values)?;
    Ok(())
}

fn texts(row: &AuditRow) -> Texts {
    [
        row.who.to_stored(),
        row.deed.word().to_owned(),
        row.profile.to_stored(),
        row.host.to_stored(),
        row.card_reference.to_stored(),
        row.outcome.to_stored(),
    ]
}

/// Where the chain goes on: after its newest row, or, where the head remembers rows that are not there or are others,
/// after the head.
fn end(db: &Connection, head: Head) -> Result<Link, LedgerFault> {
    let newest = newest(db)?;
    let Head::At(head) = head else { return Ok(newest) };
    if mac_of(db, head.seq)? == Some(head.mac) {
        return Ok(newest);
    }
    Ok(Link { seq: newest.seq.max(head.seq), mac: head.mac })
}

fn newest(db: &Connection) -> Result<Link, LedgerFault> {
    let sql = "SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1";
    let link = |row: &Row<'_>| Ok(Link { seq: row.get(0)?, mac: row.get(1)? });
    Ok(db.query_row(sql, [], link).optional()?.unwrap_or(START))
}

fn mac_of(db: &Connection, seq: i64) -> Result<Option<Mac>, LedgerFault> {
    let sql = "SELECT mac FROM audit WHERE seq = ?1 AND length(mac) = ?2";
    let length = i64::try_from(MAC_BYTES).unwrap_or_default();
    Ok(db.query_row(sql, [seq, length], |row| row.get(0)).optional()?)
}
