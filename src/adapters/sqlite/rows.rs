//! Rows of history: an entry to SQL and back. Values are bound, never put into the statement; every text that comes back
//! is untrusted and passes the sanitiser.

use std::borrow::Cow;

use rusqlite::types::FromSql;
use rusqlite::{Connection, Row, named_params};

use crate::domain::calendar::Stamp;
use crate::domain::history::{Details, Entry, Found, Only, Page, Verdict, Wanted};
use crate::domain::profile::Environment;
use crate::ports::LedgerFault;
use crate::secret::{Masked, Print};

const INSERT: &str = "
    INSERT INTO history (at, profile, environment, host, card_reference, customer_id, routing_id, submerchant_id,
        http_status, verdict, summary, network, issuer, token_status, card_last_four, total_ms, token_expiry, eci,
        provider, requestor, par_print, fingerprint_print, cryptogram_print)
    VALUES (:at, :profile, :environment, :host, :card_reference, :customer_id, :routing_id, :submerchant_id,
        :http_status, :verdict, :summary, :network, :issuer, :token_status, :card_last_four, :total_ms,
        :token_expiry, :eci, :provider, :requestor, :par_print, :fingerprint_print, :cryptogram_print)";

/// The columns of a row in the order in which [`entry`] takes them.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, at, profile, environment, host, card_reference, customer_id, routing_id, submerchant_id,
                http_status, verdict, summary, network, issuer, token_status, card_last_four, total_ms, token_expiry,
                eci, provider, requestor, par_print, fingerprint_print, cryptogram_print
            FROM history ",
            $rest
        )
    };
}

const NEWEST: &str = select!("WHERE id < :before ORDER BY id DESC LIMIT :limit");

const ONE: &str = select!("WHERE id = :id");

/// `instr` and not LIKE: nothing in the text is a wildcard, and there is no longest pattern. A condition that is not given is
/// `NULL`, and then every row meets it. The time is put together only where the text could be one.
const CHOSEN: &str = select!(
    "WHERE id < :before AND id >= :floor AND (instr(lower(profile), :text) OR instr(lower(card_reference), :text)
        OR instr(lower(customer_id), :text) OR instr(lower(verdict), :text)
        OR (:is_number AND (instr(ifnull(http_status, ''), :text)
            OR instr(datetime(at / 1000, 'unixepoch'), :text))))
        AND profile = ifnull(:profile, profile) AND card_reference = ifnull(:card_reference, card_reference)
        AND customer_id = ifnull(:customer_id, customer_id) AND verdict = ifnull(:verdict, verdict)
        AND at >= ifnull(:since, at)
    ORDER BY id DESC"
);

/// The oldest of so many rows.
const FLOOR: &str =
    "SELECT min(id) FROM (SELECT id FROM history WHERE id < :before ORDER BY id DESC LIMIT :scan)";

/// Writes an entry and returns its id.
pub(super) fn insert(db: &Connection, entry: &Entry) -> Result<i64, LedgerFault> {
    db.prepare_cached(INSERT)?.execute(named_params! {
        ":at": entry.at.0,
        ":profile": entry.profile.to_stored(),
        ":environment": entry.environment.name(),
        ":host": entry.host.to_stored(),
        ":card_reference": entry.card_reference.to_stored(),
        ":customer_id": entry.customer_id.to_stored(),
        ":routing_id": entry.routing_id.to_stored(),
        ":submerchant_id": entry.submerchant_id.to_stored(),
        ":http_status": entry.http_status,
        ":verdict": entry.verdict.word(),
        ":summary": entry.summary.to_stored(),
        ":network": entry.network.to_stored(),
        ":issuer": entry.issuer.to_stored(),
        ":token_status": entry.token_status.to_stored(),
        ":card_last_four": entry.card_last_four.to_stored(),
        ":total_ms": entry.total_ms,
        ":token_expiry": entry.details.token_expiry.to_stored(),
        ":eci": entry.details.eci.to_stored(),
        ":provider": entry.details.provider.to_stored(),
        ":requestor": entry.details.requestor.to_stored(),
        ":par_print": stored(entry.details.par.as_ref()),
        ":fingerprint_print": stored(entry.details.fingerprint.as_ref()),
        ":cryptogram_print": stored(entry.details.cryptogram.as_ref()),
    })?;
    Ok(db.last_insert_rowid())
}

/// Reads the row of this id.
pub(super) fn one(db: &Connection, id: i64) -> Result<Option<Entry>, LedgerFault> {
    let found = read(db, ONE, named_params! { ":id": id })?;
    Ok(found.into_iter().next())
}

/// How many rows there are.
pub(super) fn count(db: &Connection) -> Result<u64, LedgerFault> {
    let rows: i64 = db.query_row("SELECT count(*) FROM history", [], |row| row.get(0))?;
    Ok(u64::try_from(rows).unwrap_or_default())
}

/// Deletes every row and says how many there were; the file shrinks, and no page of it holds their text any more.
pub(super) fn purge(db: &Connection) -> Result<u64, LedgerFault> {
    let rows = db.execute("DELETE FROM history", [])?;
    db.execute_batch("VACUUM")?;
    Ok(u64::try_from(rows).unwrap_or(u64::MAX))
}

/// Whether a row is older than that.
pub(super) fn has_before(db: &Connection, limit: i64) -> Result<bool, LedgerFault> {
    Ok(db.query_row("SELECT EXISTS (SELECT 1 FROM history WHERE at < ?1)", [limit], |row| row.get(0))?)
}

/// Deletes the rows that are older than that, and says how many went.
pub(super) fn delete_before(db: &Connection, limit: i64) -> Result<u64, LedgerFault> {
    let gone = db.execute("DELETE FROM history WHERE at < ?1", [limit])?;
    Ok(u64::try_from(gone).unwrap_or(u64::MAX))
}

/// Reads a page, newest first. A filter ignores the case of letters.
pub(super) fn page(db: &Connection, page: &Page) -> Result<Vec<Entry>, LedgerFault> {
    let before = page.before.unwrap_or(i64::MAX);
    if page.filter.is_empty() && page.only == Only::default() {
        return read(db, NEWEST, named_params! { ":before": before, ":limit": page.limit });
    }
    chosen(db, page, before, i64::MIN)
}

/// Looks through so many rows at most, from the newest of the page on.
pub(super) fn find(db: &Connection, page: &Page, scan: u32) -> Result<Found, LedgerFault> {
    let before = page.before.unwrap_or(i64::MAX);
    let params = named_params! { ":before": before, ":scan": scan };
    let floor: Option<i64> = db.prepare_cached(FLOOR)?.query_row(params, |row| row.get(0))?;
    let Some(floor) = floor else { return Ok(Found::default()) };
    let rows = chosen(db, page, before, floor)?;
    let is_full = rows.len() >= page.limit as usize;
    let next = rows.last().map(|row| row.id).filter(|_| is_full).or(Some(floor));
    Ok(Found { rows, next })
}

/// The rows of a page that are not older than the one with this id. `SQL` chooses by what is stored, and what it chose counts
/// only where the row shows it: a value of another program's row that is hidden cannot be found either.
fn chosen(db: &Connection, page: &Page, before: i64, floor: i64) -> Result<Vec<Entry>, LedgerFault> {
    let wanted = Wanted::new(&page.filter);
    // SQL knows the case of ASCII letters only; with others it chooses all rows.
    let text = if wanted.text().is_ascii() { wanted.text() } else { "" };
    let Only { profile, card_reference, customer_id, verdict, since } = &page.only;
    let stored = |text: &Option<Masked>| text.as_ref().map(Masked::to_stored);
    let params = named_params! {
        ":before": before,
        ":floor": floor,
        ":text": text,
        ":is_number": wanted.is_number(),
        ":profile": stored(profile),
        ":card_reference": stored(card_reference),
        ":customer_id": stored(customer_id),
        ":verdict": verdict.map(Verdict::word),
        ":since": since.map(|since| since.0),
    };
    read_those(db, CHOSEN, params, page.limit as usize, |row| wanted.is_empty() || wanted.is_in(row))
}

fn read(
    db: &Connection,
    sql: &str,
    params: &[(&str, &dyn rusqlite::ToSql)],
) -> Result<Vec<Entry>, LedgerFault> {
    read_those(db, sql, params, usize::MAX, |_| true)
}

fn read_those(
    db: &Connection,
    sql: &str,
    params: &[(&str, &dyn rusqlite::ToSql)],
    most: usize,
    keep: impl Fn(&Entry) -> bool,
) -> Result<Vec<Entry>, LedgerFault> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()?.filter(|_| entries.len() < most) {
        let entry = entry(row)?;
        if keep(&entry) {
            entries.push(entry);
        }
    }
    Ok(entries)
}

fn entry(row: &Row<'_>) -> Result<Entry, LedgerFault> {
    let mut columns = Columns { row, next: 0 };
    Ok(Entry {
        id: columns.number()?,
        at: Stamp(columns.number()?),
        profile: columns.masked()?,
        environment: columns.word(Environment::from_name)?,
        host: columns.masked()?,
        card_reference: columns.masked()?,
        customer_id: columns.masked()?,
        routing_id: columns.masked()?,
        submerchant_id: columns.masked()?,
        http_status: columns.number()?,
        verdict: columns.word(Verdict::from_word)?,
        summary: columns.masked()?,
        network: columns.masked()?,
        issuer: columns.masked()?,
        token_status: columns.masked()?,
        card_last_four: columns.masked()?,
        total_ms: columns.number()?,
        details: Details {
            token_expiry: columns.masked()?,
            eci: columns.masked()?,
            provider: columns.masked()?,
            requestor: columns.masked()?,
            par: columns.print()?,
            fingerprint: columns.print()?,
            cryptogram: columns.print()?,
        },
    })
}

/// The columns of a row, one after the other: to look each up by its name took longer than to read it.
struct Columns<'a> {
    row: &'a Row<'a>,
    next: usize,
}

impl Columns<'_> {
    fn step(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    fn number<T: FromSql>(&mut self) -> Result<T, LedgerFault> {
        Ok(self.row.get(self.step())?)
    }

    /// Bytes that are no UTF-8, which only another program can have written, show as replacement characters.
    fn text(&mut self) -> Result<Cow<'_, str>, LedgerFault> {
        let place = self.step();
        let bytes = self.row.get_ref(place)?.as_bytes().map_err(|_| LedgerFault::Damaged)?;
        Ok(String::from_utf8_lossy(bytes))
    }

    fn masked(&mut self) -> Result<Masked, LedgerFault> {
        Ok(Masked::from_stored(&self.text()?))
    }

    fn word<T>(&mut self, read: fn(&str) -> Option<T>) -> Result<T, LedgerFault> {
        read(&self.text()?).ok_or(LedgerFault::Damaged)
    }

    fn print(&mut self) -> Result<Option<Print>, LedgerFault> {
        Ok(Print::from_stored(&self.text()?))
    }
}

fn stored(print: Option<&Print>) -> &str {
    print.map(Print::to_stored).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(sql: &str, params: &[(&str, &dyn rusqlite::ToSql)]) -> String {
        let db = Connection::open_in_memory().unwrap();
        for step in super::super::schema::STEPS {
            db.execute_batch(step).unwrap();
        }
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = statement.query_map(params, |row| row.get::<_, String>("detail")).unwrap();
        steps.map(Result::unwrap).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn pages_are_read_off_the_key_without_sorting_however_many_rows_there_are() {
        let key = "SEARCH history USING INTEGER PRIMARY KEY (rowid<?)";
        assert_eq!(plan(NEWEST, named_params! { ":before": 9, ":limit": 9 }), key);
        let chosen = named_params! { ":before": 9, ":floor": 1, ":text": "a", ":is_number": true };
        let range = "SEARCH history USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)";
        assert_eq!(plan(CHOSEN, chosen), range);
        assert!(plan(FLOOR, named_params! { ":before": 9, ":scan": 9 }).contains(key));
    }
}
