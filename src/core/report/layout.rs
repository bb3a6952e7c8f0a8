//! Lines of a fixed width: labelled rows and broken sentences.

use unicode_width::UnicodeWidthStr;

use super::facts::Row;
use crate::secret::Masked;

/// Columns of a support engineer's terminal.
pub(super) const WIDTH: usize = 80;

/// Columns of a label and the gap behind it; the longest label of ours takes 28.
const LABEL: usize = 30;

/// One line for each row, values below each other.
pub(super) fn push_rows(out: &mut Masked, rows: &[Row]) {
    for row in rows {
        push_labelled(out, &Masked::ours(row.label), &row.value);
    }
}

/// A label and a value on one line.
pub(super) fn push_labelled(out: &mut Masked, label: &Masked, value: &Masked) {
    let gap = LABEL.saturating_sub(label.text().width()).max(2);
    out.push(label);
    out.push_ours(&" ".repeat(gap));
    out.push(value);
    out.end_line();
}

/// A sentence broken between words; the lines after the first are indented by the width of `start`.
pub(super) fn push_broken(out: &mut Masked, start: &str, sentence: &Masked) {
    let indent = start.width();
    out.push_ours(start);
    let mut used = indent;
    for word in sentence.words() {
        let width = word.text().width();
        if used > indent && used + 1 + width > WIDTH {
            out.end_line();
            out.push_ours(&" ".repeat(indent));
            used = indent;
        } else if used > indent {
            out.push_ours(" ");
            used += 1;
        }
        out.push(&word);
        used += width;
    }
    out.end_line();
}
