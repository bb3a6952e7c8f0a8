//! What to copy: the menu of the call, and the list of its fields.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{Frame, ink, layout, overlay, palette, spans};
use crate::app::overlay::{CopyForm, FieldList};
use crate::app::state::State;
use crate::report::Row;

/// Columns of the menu and of the list.
const WIDTH: u16 = 66;

/// Columns of a name in the menu.
const NAME: usize = 18;

pub(super) fn menu(frame: &mut Frame<'_>, state: &State, cursor: usize) {
    let rows = u16::try_from(CopyForm::ALL.len() + 2).unwrap_or(u16::MAX);
    let inner = overlay::open(frame, WIDTH, rows, &title(state, "Copy"), palette::focus());
    let width = usize::from(inner.width);
    let line = |(place, form): (usize, &CopyForm)| under(entry(*form), NAME, width, place == cursor);
    let lines: Vec<Line<'_>> = CopyForm::ALL.iter().enumerate().map(line).collect();
    ink::draw(frame, inner, lines);
}

fn title(state: &State, what: &str) -> String {
    let ids = if state.stage.on { ", ids are pseudonyms" } else { "" };
    format!("{what}: secrets stay masked{ids}")
}

fn entry(form: CopyForm) -> Line<'static> {
    let (name, what) = match form {
        CopyForm::Curl => ("redacted cURL", "the request; key as $JUSPAY_API_KEY"),
        CopyForm::Json => ("redacted JSON", "the whole call, for a program"),
        CopyForm::Markdown => ("redacted Markdown", "the whole call, for a ticket"),
        CopyForm::Field => ("a field", "one value of the answer, as drawn"),
    };
    Line::from(vec![Span::raw(format!(" {name:<NAME$} ")), Span::styled(what, palette::label())])
}

pub(super) fn fields(frame: &mut Frame<'_>, state: &State, list: &FieldList) {
    let rows = u16::try_from(list.rows.len() + 2).unwrap_or(u16::MAX);
    let inner = overlay::open(frame, WIDTH, rows, &title(state, "Copy a field"), palette::focus());
    let (width, height) = (usize::from(inner.width), usize::from(inner.height));
    let name = name_width(list);
    let shown = list.rows.iter().enumerate().skip(layout::first_row(list.cursor, height)).take(height);
    let lines: Vec<Line<'_>> =
        shown.map(|(place, row)| under(field(row, name, width), name, width, place == list.cursor)).collect();
    ink::draw(frame, inner, overlay::mark(lines, state));
}

fn name_width(list: &FieldList) -> usize {
    list.rows.iter().map(|row| row.label.width()).max().unwrap_or_default()
}

/// All rows of the list, for a search.
pub(super) fn all_rows(list: &FieldList, area: Rect) -> Vec<Line<'static>> {
    let (name, width) = (name_width(list), usize::from(WIDTH.min(area.width).saturating_sub(2)));
    list.rows.iter().map(|row| spans::fit(field(row, name, width), width)).collect()
}

fn field(row: &Row, name: usize, width: usize) -> Line<'static> {
    let value = row.value.cut(width.saturating_sub(name + 2));
    let mut line = Line::from(Span::raw(" "));
    line.extend(spans::field(row.label, name, &value, Style::new()).spans);
    line
}

/// A row over the whole width, with a name of so many columns behind a blank; the one under the cursor is marked.
fn under(line: Line<'static>, name: usize, width: usize, cursor: bool) -> Line<'static> {
    let line = spans::fit(line, width);
    if cursor { spans::under_cursor(line, name + 1) } else { line }
}
