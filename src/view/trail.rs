//! The timeline of an answer: a line a deed, newest last, as the audit trail says.

use ratatui::style::Style;
use ratatui::text::Line;

use super::{palette, spans, stopwatch};
use crate::app::call::Record;
use crate::app::state::State;
use crate::domain::trail::{GAP, Trace};
use crate::secret::Masked;

/// What was done with the answer of a call.
pub(super) fn lines(state: &State, record: &Record, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![Line::styled("What was done with it (UTC)", palette::heading())];
    let ours = |sentence: &str, style| {
        spans::wrap(sentence, width).into_iter().map(move |it| Line::styled(it, style))
    };
    if state.trail.gapped {
        lines.extend(ours(&format!("! {GAP}"), palette::bad()));
    }
    let rows = if state.trail.id == Some(record.id) { state.trail.rows.as_slice() } else { &[] };
    lines.extend(rows.iter().flat_map(|trace| row(trace, width)));
    if state.history.fault.is_some() {
        lines.extend(ours("NO HISTORY, so no audit trail is kept.", palette::bad()));
    } else if rows.is_empty() {
        lines.extend(ours("no row", palette::quiet()));
    }
    lines.extend(stopwatch::supersedes(state, width));
    lines.push(Line::default());
    lines
}

/// `10:33:20 reveal by ann: asked`, broken where it is longer than the pane is wide.
fn row(trace: &Trace, width: usize) -> Vec<Line<'static>> {
    let utc = trace.at.utc();
    let time = utc.split_once('T').map_or("", |(_, time)| time).trim_end_matches('Z');
    let mut text = Masked::ours(&format!("{time} "));
    text.push(&trace.deed);
    text.push_ours(" by ");
    text.push(&trace.who);
    if !trace.outcome.is_empty() {
        text.push_ours(": ");
        text.push(&trace.outcome);
    }
    spans::wrapped(&text, Style::new(), width)
}
