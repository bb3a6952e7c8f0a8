//! The audit trail: append-only rows, each sealed over the one before it, and a head outside of the database.
//!
//! Owns: `install.key`, the rows, and that consoles at once write one chain. Must not know: what a deed means. A gap that
//! is there when a row is written stays visible: the row is numbered after, and sealed over, what the head remembers.

use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};
use zeroize::Zeroizing;

use super::chain::{Link, MAC_BYTES, Mac, START, Seal, Texts};
use super::head::{self, Head};
use super::sealed;
use crate::adapters::private::{DiskFault, Folder, random};
use crate::domain::history::AuditRow;
use crate::ports::LedgerFault;
use crate::secret::Masked;

const KEY: &str = "install.key";

const KEY_BYTES: usize = 32;

const INSERT: &str = "
    INSERT INTO audit (seq, at, who, deed, profile, host, card_reference, outcome, previous, mac)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

/// Columns of a text that is kept; no name and no reference of ours is longer.
const COLUMNS: usize = 1_000;

/// The key of this installation, as it is found.
pub(super) enum Key {
    /// It is there.
    Here(Seal),
    /// There is none.
    Missing,
    /// The file is not what we write.
    Unreadable,
}

/// Reads the key of this installation.
pub(super) fn key(data: &Folder) -> Result<Key, LedgerFault> {
    match data.read(KEY, 1 + KEY_BYTES as u64).map(Zeroizing::new) {
        Ok(key) if key.len() == KEY_BYTES => Ok(Key::Here(Seal::new(&key))),
        Ok(_) => Ok(Key::Unreadable),
        Err(DiskFault::Missing) => Ok(Key::Missing),
        Err(fault) => Err(fault.into()),
    }
}

/// Reads the key of this installation, or makes it where nothing was ever sealed. A key that was lost is not made anew: what
/// it sealed could not be told from what somebody else has written since. The head of a trail without rows is there before the
/// key is, so that whoever is killed between the first row and its head leaves no trail without one.
pub(super) fn seal(db: &Connection, data: &Folder, state: &Folder) -> Result<Seal, LedgerFault> {
    match key(data)? {
        Key::Here(seal) => Ok(seal),
        Key::Missing if newest(db)? == START && head::read(state)?.is_of_no_row() => {
            // The caller holds the turn, so no other console makes one.
            state.sweep();
            head::write(state, START)?;
            state.sync()?;
            data.sweep();
            let fresh = Zeroizing::new(random::<KEY_BYTES>()?);
            data.write_new(KEY, fresh.as_slice())?;
            Ok(Seal::new(fresh.as_slice()))
        }
        Key::Missing | Key::Unreadable => Err(LedgerFault::NoKey),
    }
}

/// Whether the end of the trail is not where the head says, or is sealed with another key. A glance, not a walk; where it
/// sees one, it looks again while nobody writes.
pub(super) fn has_gap(db: &mut Connection, state: &Folder, seal: &Seal) -> Result<bool, LedgerFault> {
    if !seems_cut(db, state, seal)? {
        return Ok(false);
    }
    let quiet = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    seems_cut(&quiet, state, seal)
}

fn seems_cut(db: &Connection, state: &Folder, seal: &Seal) -> Result<bool, LedgerFault> {
    let head = head::read(state)?;
    let newest = sealed::first(db, "ORDER BY seq DESC LIMIT 1")?;
    let is_known = match head {
        Head::At(head) => is_there(db, head)?,
        Head::Missing => newest.is_none(),
        Head::Unreadable => false,
    };
    Ok(!is_known || newest.is_some_and(|row| !row.fits_as(seal, row.seq)))
}

/// Writes a row, and what `more` writes beside it, both on disk when this returns. The head has to follow: whoever is killed
/// between the two leaves one that is a row behind, which is no gap.
pub(super) fn append<T>(
    db: &mut Connection,
    state: &Folder,
    seal: &Seal,
    row: &AuditRow,
    more: impl FnOnce(&Connection) -> Result<T, LedgerFault>,
) -> Result<T, LedgerFault> {
    // The lock is taken before the end of the chain is read, so that no two rows follow the same one.
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let before = end(&change, head::read(state)?)?;
    insert(&change, seal, before, row)?;
    let done = more(&change)?;
    change.commit()?;
    Ok(done)
}

/// Only what is durable may be in the head; and the newest row, not ours, since another console may have been quicker.
pub(super) fn write_head(db: &mut Connection, state: &Folder) -> Result<(), LedgerFault> {
    let quiet = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let newest = newest(&quiet)?;
    // While we hold the lock, no other console writes the head.
    state.sweep();
    head::write(state, newest)
}

pub(super) fn insert(db: &Connection, seal: &Seal, before: Link, row: &AuditRow) -> Result<(), LedgerFault> {
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
        kept(&row.who),
        row.deed.word().to_owned(),
        kept(&row.profile),
        kept(&row.host),
        kept(&row.card_reference),
        kept(&row.outcome),
    ]
}

/// A text as it stands in a row.
pub(super) fn kept(text: &Masked) -> String {
    text.cut(COLUMNS).to_stored()
}

/// Where the chain goes on: after its newest row, or, where the head remembers rows that are not there or are others,
/// after the head.
pub(super) fn end(db: &Connection, head: Head) -> Result<Link, LedgerFault> {
    let newest = newest(db)?;
    let Head::At(head) = head else { return Ok(newest) };
    if is_there(db, head)? {
        return Ok(newest);
    }
    Ok(Link { seq: newest.seq.max(head.seq), mac: head.mac })
}

fn newest(db: &Connection) -> Result<Link, LedgerFault> {
    let sql = "SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1";
    let link = |row: &Row<'_>| Ok(Link { seq: row.get(0)?, mac: row.get(1)? });
    Ok(db.prepare_cached(sql)?.query_row([], link).optional()?.unwrap_or(START))
}

/// Whether the trail has that link, which the start of it always has.
fn is_there(db: &Connection, link: Link) -> Result<bool, LedgerFault> {
    Ok(link == START || mac_of(db, link.seq)? == Some(link.mac))
}

fn mac_of(db: &Connection, seq: i64) -> Result<Option<Mac>, LedgerFault> {
    let sql = "SELECT mac FROM audit WHERE seq = ?1 AND length(mac) = ?2";
    let length = i64::try_from(MAC_BYTES).unwrap_or_default();
    Ok(db.prepare_cached(sql)?.query_row([seq, length], |row| row.get(0)).optional()?)
}
