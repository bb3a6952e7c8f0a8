//! The question before the history is deleted: what goes, what stays, and the word to type.

use ratatui::layout::Position;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Frame, ink, overlay, palette, spans};
use crate::app::PURGE_WORD;
use crate::app::overlay::Purging;
use crate::app::state::State;
use crate::ports::calls;

/// Columns of the dialog.
const WIDTH: u16 = 58;

/// Rows of the dialog.
const ROWS: u16 = 10;

pub(super) fn ask(frame: &mut Frame<'_>, state: &State, purging: &Purging) {
    let inner = overlay::open(frame, WIDTH, ROWS, "Delete the history?", palette::bad());
    let width = usize::from(inner.width);
    let wrapped = |sentence: &str, style: Style| {
        spans::wrap(sentence, width).into_iter().map(|line| Line::styled(line, style)).collect::<Vec<_>>()
    };
    let goes =
        format!("{} of the history would go for good, and copies of older databases.", calls(purging.rows));
    let stays = "Exports stay, and so does the audit trail, which says who did it.";
    let mut lines = wrapped(&goes, palette::heading());
    lines.extend(wrapped(stays, Style::new()));
    lines.push(Line::default());
    let word = Span::styled(PURGE_WORD, palette::heading());
    lines.push(Line::from(vec![Span::raw("Type "), word, Span::raw(" and press Enter:")]));
    let row = u16::try_from(lines.len()).unwrap_or_default();
    let (typed, column) = overlay::answer_line(state, &purging.typed, purging.cursor, inner.width);
    lines.push(typed);
    lines.push(last(purging));
    ink::draw(frame, inner, lines);
    frame.set_cursor_position(Position::new(inner.x + column, inner.y + row));
}

fn last(purging: &Purging) -> Line<'static> {
    match (purging.running, purging.wrong) {
        (true, _) => Line::styled("Deleting.", palette::doubt()),
        (false, true) => Line::styled("That is not the word. Nothing was deleted.", palette::bad()),
        (false, false) => Line::styled("Esc deletes nothing.", palette::quiet()),
    }
}
