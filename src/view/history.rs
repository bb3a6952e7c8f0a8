//! The history pane: one row a call, newest first, times in UTC.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Frame, ink, layout, palette, pane_edge, search, spans, timing};
use crate::app::intent::Pane;
use crate::app::search::Place;
use crate::app::stage::Kind;
use crate::app::state::State;
use crate::domain::history::Entry;

/// From this width on a row shows date and profile too.
const WIDE: usize = 56;

/// From this width on, which a zoomed pane has, it shows customer and HTTP status as well.
const WIDEST: usize = 90;

/// Columns by which the row under the cursor is seen: its time, with the date where that is shown. Not its verdict, which keeps
/// the colour that it has in the other rows; in reverse behind a clock it would make a move cost more bytes than one may.
const CLOCK: usize = 5;
const TIME: usize = 19;

/// Columns of a verdict.
const VERDICT: usize = 10;

/// From this width on the frame says how long the calls took.
const ROOMY: u16 = 44;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let mut edge = pane_edge(Pane::History, state, " (UTC)");
    let inner = edge.inner(area);
    let summary = timing::summary(&state.session, usize::from(inner.width));
    edge.bottom = summary.filter(|_| inner.width >= ROOMY);
    edge.draw(frame, area);
    let rows = search::mark(rows(state, inner), state, Place::History);
    ink::draw(frame, inner, rows);
}

fn rows(state: &State, area: Rect) -> Vec<Line<'static>> {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    if state.history.fault.is_some() {
        return spans::wrap("NO HISTORY: no data folder can be used.", width)
            .into_iter()
            .map(|line| Line::styled(line, palette::bad()))
            .collect();
    }
    if state.history.rows.is_empty() {
        return vec![Line::styled("No calls yet.", palette::quiet())];
    }
    let cursor = state.history.cursor;
    let first = layout::first_row(cursor, height);
    let shown = state.history.shown(first..first + height);
    shown
        .map(|(place, entry)| row(state, entry, width, state.focus == Pane::History && place == cursor))
        .collect()
}

fn row(state: &State, entry: &Entry, width: usize, under_cursor: bool) -> Line<'static> {
    let when = entry.time();
    let clock = when.split_once(' ').and_then(|(_, clock)| clock.get(..5)).unwrap_or(&when);
    let when = if width >= WIDE { spans::padded(&when, TIME) } else { spans::padded(clock, CLOCK) };
    let mut line = Line::from(vec![
        Span::styled(when, palette::label()),
        Span::styled(spans::padded(entry.verdict.word(), VERDICT), palette::verdict_word(entry.verdict)),
    ]);
    if width >= WIDE {
        line.push_span(Span::styled(spans::column(&entry.profile.text(), 10), palette::label()));
    }
    let reference = state.stage.shown_masked(Kind::Card, &entry.card_reference);
    line.extend(spans::of(&reference, Style::new()));
    if width >= WIDEST {
        let status = entry.http_status.map(|status| format!("  {status}")).unwrap_or_default();
        line.push_span(Span::raw("  "));
        let customer = state.stage.shown_masked(Kind::Customer, &entry.customer_id);
        line.extend(spans::of(&customer, palette::label()));
        line.push_span(Span::styled(status, palette::label()));
    }
    let line = spans::fit(line, width);
    let handle = if width >= WIDE { TIME } else { CLOCK };
    if under_cursor { spans::under_cursor(line, handle) } else { line }
}
