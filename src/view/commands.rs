//! The palette on the screen: the line that is typed, what it finds, and why the row under the cursor is off where it is.

use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::{Frame, ink, layout, overlay, palette, spans};
use crate::app::palette::{Palette, Row};
use crate::app::state::State;
use crate::secret::Masked;
use crate::text;

/// Columns and rows of the box.
const BOX: (u16, u16) = (76, 20);

/// Columns of a name, and of its keys.
const NAME: usize = 24;
const KEYS: usize = 10;

/// Rows for the reason of the row under the cursor.
const WHY_ROWS: u16 = 2;

/// Before what is typed.
const PROMPT: &str = ": ";

pub(super) fn draw(frame: &mut Frame<'_>, state: &State, it: &Palette) {
    let inner = overlay::open(frame, BOX.0, BOX.1, "Palette", palette::focus());
    let rows = [Constraint::Length(1), Constraint::Fill(1), Constraint::Length(WHY_ROWS)];
    let [line, list, why] = Layout::vertical(rows).areas(inner);
    let found = it.rows(state);
    // Letters of a name of ours may be seen on stage; what finds nothing may be an id.
    let is_seen = !state.stage.on || !found.is_empty();
    typed(frame, line, it, is_seen);
    ink::draw(frame, list, listed(&found, it.row, list));
    let chosen = found.get(it.row);
    let reason = match chosen {
        None => Some(Masked::ours("Nothing has a name like that.")),
        Some(row) => row.why_not.clone(),
    };
    let wrapped = reason.iter().flat_map(|text| spans::wrap_masked(text, usize::from(why.width)));
    let lines: Vec<Line<'_>> = wrapped.map(|part| Line::from(spans::of(&part, palette::doubt()))).collect();
    ink::draw(frame, why, lines);
}

/// A card number that was pasted by mistake is a mask here too, and the cursor stands behind it.
fn typed(frame: &mut Frame<'_>, area: Rect, it: &Palette, is_seen: bool) {
    let shown = if is_seen { Masked::typed(&it.typed) } else { Masked::hidden() };
    let mut line = Line::from(Span::styled(PROMPT, palette::key()));
    line.extend(spans::of(&shown, Style::new()));
    let (before, _) = it.cursor.split(&it.typed);
    let before = if shown.plain().is_some() { text::clean(before) } else { shown.text() };
    let column = u16::try_from(before.width() + PROMPT.len()).unwrap_or(u16::MAX);
    ink::draw(frame, area, [spans::fit(line, usize::from(area.width))]);
    frame.set_cursor_position(Position::new(area.x + column.min(area.width.saturating_sub(1)), area.y));
}

fn listed(found: &[Row], cursor: usize, area: Rect) -> Vec<Line<'static>> {
    let height = usize::from(area.height);
    let first = layout::first_row(cursor, height);
    let shown = found.iter().enumerate().skip(first).take(height);
    shown.map(|(place, row)| line(row, place == cursor, usize::from(area.width))).collect()
}

fn line(row: &Row, under_cursor: bool, width: usize) -> Line<'static> {
    let off = row.why_not.is_some();
    let style = if off { palette::quiet() } else { Style::new() };
    let key_style = if off { palette::quiet() } else { palette::key() };
    let keys = if row.keys.is_empty() { "no key".to_owned() } else { whole_keys(&row.keys) };
    let mut line = spans::fit(Line::from(spans::of(&row.name, style)), NAME);
    line.push_span(Span::styled(format!("{keys:<KEYS$} "), key_style));
    line.extend(spans::of(row.why_not.as_ref().unwrap_or(&row.label), style));
    let line = spans::fit(line, width);
    if under_cursor { spans::under_cursor(line, NAME) } else { line }
}

/// The keys that fit whole into their column, the first in any case.
fn whole_keys(keys: &str) -> String {
    let mut shown = String::new();
    for key in keys.split(' ') {
        if !shown.is_empty() && shown.width() + 1 + key.width() > KEYS {
            break;
        }
        if !shown.is_empty() {
            shown.push(' ');
        }
        shown.push_str(key);
    }
    text::cut(&shown, KEYS)
}
