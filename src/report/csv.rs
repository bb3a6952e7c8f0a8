//! Rows of history for a spreadsheet, as RFC 4180 has it: every cell quoted, lines ended by CR LF.
//!
//! No cell can begin a formula or hold a line break (threat model, row 43).

use unicode_normalization::UnicodeNormalization as _;

use super::history::FACTS;
use super::json::Json;
use super::redacted_by;
use crate::domain::history::Entry;
use crate::secret::Masked;

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
    line(std::iter::once("redacted").chain(names).map(Masked::ours))
}

/// The line of a row.
pub fn csv_row(row: &Entry) -> String {
    let facts = FACTS.iter().map(|(_, read)| match read(row) {
        Json::Text(text) | Json::Bare(text) => text,
        Json::Null | Json::List(_) | Json::Map(_) => Masked::default(),
    });
    let answer = ANSWER.iter().map(|(_, read)| read(row).clone());
    line(std::iter::once(Masked::ours(&redacted_by())).chain(facts).chain(answer))
}

fn line(cells: impl Iterator<Item = Masked>) -> String {
    let cells: Vec<String> = cells.map(|cell| quoted(&cell.text())).collect();
    cells.join(",") + "\r\n"
}

/// A quoted cell. The apostrophe makes a spreadsheet take what follows as text; the line feed of our own is the only control
/// character that a masked text can hold.
fn quoted(text: &str) -> String {
    let text = text.replace('"', "\"\"").replace('\n', r"\u{a}");
    let guard = if begins_formula(&text) { "'" } else { "" };
    format!("\"{guard}{text}\"")
}

/// Blanks and quotes before it do not keep a spreadsheet from finding a formula, nor does full width.
fn begins_formula(text: &str) -> bool {
    let first = text.nfkc().find(|c| !c.is_whitespace() && !is_quote(*c));
    matches!(first, Some('=' | '+' | '-' | '@' | '\u{2212}'))
}

fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | '\u{b4}' | '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}'
    )
}
