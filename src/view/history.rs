//! The history pane: one row a call, newest first, times in UTC.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{layout, palette, pane_block, spans};
use crate::app::intent::Pane;
use crate::app::stage::Kind;
use crate::app::state::State;
use crate::domain::history::Entry;

/// From this width on a row shows date, profile and customer too.
const WIDE: usize = 56;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let block = pane_block(Pane::History, state, " (UTC)");
    let inner = block.inner(area);
    frame.render_widget(block, area);
    frame.render_widget(Paragraph::new(rows(state, inner)), inner);
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
    let shown = state.history.rows.iter().enumerate().skip(layout::first_row(cursor, height)).take(height);
    shown
        .map(|(place, entry)| row(state, entry, width, state.focus == Pane::History && place == cursor))
        .collect()
}

fn row(state: &State, entry: &Entry, width: usize, under_cursor: bool) -> Line<'static> {
    let utc = entry.at.utc();
    let (date, time) = utc.split_once('T').unwrap_or(("", &utc));
    let time = time.trim_end_matches('Z');
    let when =
        if width >= WIDE { format!("{date} {time} ") } else { format!("{} ", time.get(..5).unwrap_or(time)) };
    let mut line = Line::from(vec![
        Span::styled(when, palette::label()),
        Span::styled(format!("{:<10} ", entry.verdict.word()), palette::verdict_word(entry.verdict)),
    ]);
    if width >= WIDE {
        line.push_span(Span::styled(
            format!("{:<10} ", crate::text::cut(&entry.profile.text(), 10)),
            palette::label(),
        ));
    }
    let reference = state.stage.shown_masked(Kind::Card, &entry.card_reference);
    line.extend(spans::of(&reference, Style::new()));
    let line = spans::fit(line, width);
    if under_cursor { line.style(palette::selected()) } else { line }
}
