//! The retention of the audit trail: old rows go, and a row of the chain says which, sealed like every other.
//!
//! Owns: that row's text, and what goes. The row holds the MAC of the last row that went, so a walk goes on from there; rows
//! cut off the start by anybody else are missed, since nobody else can seal such a row. Age is counted back from the newest
//! row and not from the clock alone: a clock that is set forward takes nothing that a row of that time does not witness.
//! Tested: `tests/adapters_ledger/retention.rs`.

use rusqlite::{Connection, TransactionBehavior};

use super::chain::{Link, START, Seal};
use super::sealed::{self, Sealed};
use super::{audit, before, head};
use crate::adapters::private::Folder;
use crate::domain::calendar::Stamp;
use crate::domain::history::{AuditRow, Deed};
use crate::domain::trail::{AUDIT_DAYS, Tombstone};
use crate::ports::LedgerFault;
use crate::secret::{Masked, to_hex};

/// The trigger of `step1.sql` stands in the way of every other deletion; it is away within one transaction only.
const DELETE: [&str; 3] = [
    "DROP TRIGGER audit_is_not_deleted",
    "DELETE FROM audit WHERE seq <= ?1",
    "CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
     BEGIN SELECT RAISE(ABORT, 'append-only'); END",
];

/// Rows that retention took.
pub(super) struct Taken {
    /// The last of them.
    pub(super) link: Link,
    /// For whoever reads of it.
    pub(super) told: Tombstone,
}

/// What is due: the first row, the last one, and when that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Due {
    first: i64,
    last: Link,
    until: Stamp,
}

/// Whether the first row is old enough: where it is not, none is due, and nobody has to wait for the lock to hear that.
pub(super) fn may_be_due(db: &Connection, now: Stamp) -> Result<bool, LedgerFault> {
    let sql = "SELECT ifnull((SELECT at < ?1 FROM audit ORDER BY seq LIMIT 1), 0)";
    Ok(db.query_row(sql, [before(now, AUDIT_DAYS)], |row| row.get(0))?)
}

/// Takes the rows that are due, if there are any.
pub(super) fn bury(db: &mut Connection, state: &Folder, seal: &Seal, now: Stamp) -> Result<(), LedgerFault> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some(due) = due(&change, seal, now)? else { return Ok(()) };
    let end = audit::end(&change, head::read(state)?)?;
    audit::insert(&change, seal, end, &row(due, now))?;
    let [free, delete, close] = DELETE;
    change.execute(free, [])?;
    change.execute(delete, [due.last.seq])?;
    change.execute(close, [])?;
    change.commit()?;
    audit::write_head(db, state)
}

/// The rows that went, as the sealed rows say; without a key they are taken at their word.
pub(super) fn all(db: &Connection, seal: Option<&Seal>) -> Result<Vec<Taken>, LedgerFault> {
    let mut all = Vec::new();
    sealed::each(db, "WHERE deed = 'retention' ORDER BY seq", |row| {
        let is_ours = seal.is_none_or(|seal| row.fits_as(seal, row.seq));
        all.extend(read(&row).filter(|_| is_ours));
    })?;
    Ok(all)
}

/// Only rows that are as they were written go: a tombstone must not vouch for what was edited, moved or cut before.
fn due(db: &Connection, seal: &Seal, now: Stamp) -> Result<Option<Due>, LedgerFault> {
    let Some(newest) = sealed::first(db, "ORDER BY seq DESC LIMIT 1")? else { return Ok(None) };
    let limit = before(now.min(Stamp(newest.at)), AUDIT_DAYS);
    let Some(kept) = sealed::first(db, &format!("WHERE at >= {limit} ORDER BY seq LIMIT 1"))? else {
        return Ok(None);
    };
    let Some(first) = sealed::first(db, &format!("WHERE seq < {} ORDER BY seq LIMIT 1", kept.seq))? else {
        return Ok(None);
    };
    let start = all(db, Some(seal))?.into_iter().map(|taken| taken.link).max_by_key(|link| link.seq);
    let (mut last, mut until) = (Some(start.unwrap_or(START)), Stamp(first.at));
    sealed::each(db, &format!("WHERE seq < {} ORDER BY seq", kept.seq), |row| {
        last = last.filter(|last| row.follows(seal, *last)).and_then(|_| row.link());
        until = Stamp(row.at);
    })?;
    let last = last.filter(|_| newest.fits_as(seal, newest.seq));
    Ok(last.map(|last| Due { first: first.seq, last, until }))
}

fn row(due: Due, now: Stamp) -> AuditRow {
    let who = Masked::ours("tokenscope");
    AuditRow { at: now, who, ..AuditRow::about_all(Deed::Retention, &written(due)) }
}

fn written(due: Due) -> String {
    let Due { first, last: Link { seq, mac }, until } = due;
    format!("rows {first} to {seq}, until {}, went; the last was sealed {}", until.utc(), to_hex(&mac))
}

/// Reads what [`written`] wrote.
fn parse(text: &str) -> Option<Due> {
    let (first, rest) = text.strip_prefix("rows ")?.split_once(" to ")?;
    let (seq, rest) = rest.split_once(", until ")?;
    let (until, mac) = rest.split_once(", went; the last was sealed ")?;
    let (first, seq, until) = (first.parse().ok()?, seq.parse().ok()?, Stamp::of_utc(until)?);
    Some(Due { first, last: Link { seq, mac: head::unhex(mac)? }, until })
}

fn read(row: &Sealed) -> Option<Taken> {
    let [.., outcome] = &row.texts;
    let Due { first, last, until } = parse(outcome)?;
    let told = Tombstone { row: row.seq, first, last: last.seq, until, at: Stamp(row.at) };
    Some(Taken { link: last, told })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::sqlite::chain::MAC_BYTES;

    #[test]
    fn what_is_written_of_rows_that_went_comes_back() {
        let due =
            Due { first: 3, last: Link { seq: 17, mac: [0xab; MAC_BYTES] }, until: Stamp(1_700_000_000_000) };
        assert_eq!(parse(&written(due)), Some(due));
        for text in ["", "rows 1 to 2", "rows 1 to 2, until now, went; the last was sealed ab"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
