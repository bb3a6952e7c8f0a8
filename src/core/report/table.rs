//! Rows of history for eyes: a table of 80 columns, the verdict first, times in UTC.

use unicode_width::UnicodeWidthStr as _;

use crate::domain::history::Entry;
use crate::secret::Masked;

/// Columns of verdict, id, month to minute, profile and reference; with two blanks between them, 80.
const WIDTHS: [usize; 5] = [10, 5, 11, 8, 38];

/// The cell of the id, which is never cut, since it is typed into `history show`.
const ID: usize = 1;

/// The line over the table.
pub fn table_head() -> Masked {
    line(&["VERDICT", "ID", "UTC", "PROFILE", "CARD_REFERENCE"].map(Masked::ours))
}

/// The line of a row.
pub fn table_row(row: &Entry) -> Masked {
    let utc = row.at.utc().replace('T', " ");
    let minute = utc.get("2026-".len().."2026-11-23 18:20".len()).unwrap_or(&utc);
    line(&[
        Masked::ours(row.verdict.word()),
        Masked::ours(&row.id.to_string()),
        Masked::ours(minute),
        row.profile.clone(),
        row.card_reference.clone(),
    ])
}

fn line(cells: &[Masked; WIDTHS.len()]) -> Masked {
    let mut out = Masked::default();
    let mut gap = 0;
    for (place, (cell, width)) in cells.iter().zip(WIDTHS).enumerate() {
        let cell = if place == ID { cell.clone() } else { cell.cut(width) };
        out.push_ours(&" ".repeat(gap));
        out.push(&cell);
        gap = 2 + width.saturating_sub(cell.text().width());
    }
    out.end_line();
    out
}
