//! Rows of history for eyes: a table of 80 columns, the verdict first, times in UTC.

use unicode_width::UnicodeWidthStr as _;

use crate::domain::history::Entry;
use crate::secret::Masked;

/// Columns of verdict, time to the minute, profile and reference; with two blanks between them, 80.
const WIDTHS: [usize; 4] = [10, 16, 10, 38];

/// The line over the table.
pub fn table_head() -> Masked {
    line(&["VERDICT", "UTC", "PROFILE", "CARD_REFERENCE"].map(Masked::ours))
}

/// The line of a row.
pub fn table_row(row: &Entry) -> Masked {
    let utc = row.at.utc().replace('T', " ");
    let minute = utc.get(..WIDTHS[1]).unwrap_or(&utc);
    line(&[
        Masked::ours(row.verdict.word()),
        Masked::ours(minute),
        row.profile.clone(),
        row.card_reference.clone(),
    ])
}

fn line(cells: &[Masked; 4]) -> Masked {
    let mut out = Masked::default();
    let mut gap = 0;
    for (cell, width) in cells.iter().zip(WIDTHS) {
        let cell = cell.cut(width);
        out.push_ours(&" ".repeat(gap));
        out.push(&cell);
        gap = 2 + width.saturating_sub(cell.text().width());
    }
    out.end_line();
    out
}
