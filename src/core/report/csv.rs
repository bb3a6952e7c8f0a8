//! Rows of history for a spreadsheet, as RFC 4180 has it: every cell quoted, lines ended by CR LF.
//!
//! No cell can begin a formula or hold a line break (threat model, row 43).

use super::history::FACTS;
use super::redacted_by;
use crate::domain::history::Entry;
use crate::secret::Masked;
use crate::text::begins_formula;

/// A name and how its text is read off a row.
type Column = (&'static str, fn(&Entry) -> &Masked);

/// What is kept of the answer.
const ANSWER: [Column; 4] = [
    ("network", |row| &row.network),
    ("issuer", |row| &row.issuer),
    ("token_status", |row| &row.token_status),
    ("card_last_four", |row| &row.card_last_four),
];

/// The line with the names of the columns. The first one says of every row who redacted it.
pub fn csv_head() -> String {
    let names = FACTS.iter().map(|(name, _)| *name).chain(ANSWER.iter().map(|(name, _)| *name));
    rfc_4180(&line(std::iter::once("redacted").chain(names).map(Masked::ours)))
}

/// The line of a row.
pub fn csv_row(row: &Entry) -> String {
    let facts = FACTS.iter().map(|(_, read)| read(row).bare());
    let answer = ANSWER.iter().map(|(_, read)| read(row).clone());
    rfc_4180(&line(std::iter::once(Masked::ours(&redacted_by())).chain(facts).chain(answer)))
}

/// One line, ended by a line feed, the only one in it.
pub(super) fn line(cells: impl Iterator<Item = Masked>) -> Masked {
    let mut line = Masked::default();
    for (place, cell) in cells.enumerate() {
        line.push_ours(if place > 0 { ",\"" } else { "\"" });
        // The apostrophe makes a spreadsheet take what follows as text.
        line.push_ours(if begins_formula(&cell.text()) { "'" } else { "" });
        line.push(&cell.csv_escaped());
        line.push_ours("\"");
    }
    line.end_line();
    line
}

fn rfc_4180(line: &Masked) -> String {
    line.text().replace('\n', "\r\n")
}
