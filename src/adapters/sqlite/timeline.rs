//! What was done with the answer of one call: the rows of the audit trail from its send up to the next send of the same card.
//!
//! The rows are shown and not vouched for, which is the business of `verify`. Every text of theirs is untrusted, passes the
//! sanitiser and is read in part only.

use std::collections::VecDeque;

use rusqlite::{Connection, Row, named_params};

use super::audit::kept;
use crate::domain::calendar::Stamp;
use crate::domain::history::{ASKED, Deed};
use crate::domain::trail::{Subject, Trace};
use crate::ports::LedgerFault;
use crate::secret::Masked;

/// Rows at most; the newest stay.
const MOST: usize = 200;

const ROWS: &str = "
    SELECT at, substr(who, 1, 1000), substr(deed, 1, 1000), substr(outcome, 1, 1000) FROM audit
    WHERE card_reference = :card_reference AND profile = :profile AND host = :host AND at >= :sent
    ORDER BY seq";

/// Reads the rows, newest last.
pub(super) fn read(db: &Connection, of: &Subject) -> Result<Vec<Trace>, LedgerFault> {
    let mut statement = db.prepare_cached(ROWS)?;
    let mut rows = statement.query(named_params! {
        ":card_reference": kept(&of.card_reference),
        ":profile": kept(&of.profile),
        ":host": kept(&of.host),
        ":sent": of.sent.0,
    })?;
    let mut traces = VecDeque::new();
    while let Some(row) = rows.next()? {
        let trace = trace(row)?;
        if trace.at > of.sent && is_send(&trace) {
            break;
        }
        traces.push_back(trace);
        if traces.len() > MOST {
            traces.pop_front();
        }
    }
    Ok(traces.into())
}

/// Whether another call starts here. Older versions left the outcome empty.
fn is_send(trace: &Trace) -> bool {
    trace.deed == Masked::ours(Deed::Send.word())
        && (trace.outcome.is_empty() || trace.outcome == Masked::ours(ASKED))
}

fn trace(row: &Row<'_>) -> Result<Trace, LedgerFault> {
    let text = |place: usize| -> Result<Masked, LedgerFault> {
        let bytes = row.get_ref(place)?.as_bytes().map_err(|_| LedgerFault::Damaged)?;
        Ok(Masked::from_stored(&String::from_utf8_lossy(bytes)))
    };
    Ok(Trace { at: Stamp(row.get(0)?), who: text(1)?, deed: text(2)?, outcome: text(3)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::sqlite::schema::STEPS;

    #[test]
    fn rows_are_read_off_the_index_of_the_card_however_long_the_trail_is() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(&STEPS.concat()).unwrap();
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {ROWS}")).unwrap();
        let of = named_params! { ":card_reference": "", ":profile": "", ":host": "", ":sent": 0 };
        let steps = statement.query_map(of, |row| row.get::<_, String>("detail")).unwrap();
        let plan: Vec<String> = steps.map(Result::unwrap).collect();
        assert_eq!(plan, ["SEARCH audit USING INDEX audit_by_card (card_reference=?)"]);
    }
}
