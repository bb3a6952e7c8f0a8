//! What goes with the cryptogram: its age, the token and the call that it belongs to, and whether a later call took its place.

use ratatui::style::Style;
use ratatui::text::Line;

use super::{fields, palette, spans};
use crate::app::call::Record;
use crate::app::state::State;
use crate::app::stopwatch::Age;
use crate::secret::Masked;

/// The lines below the cryptogram; none where there is no cryptogram.
pub(super) fn lines(state: &State, record: &Record, width: usize) -> Vec<Line<'static>> {
    let (Some(age), Some(answer)) = (state.stopwatch(), record.answer()) else { return Vec::new() };
    let style = if age == Age::Old { palette::doubt() } else { Style::new() };
    let pair = Masked::joined([
        Masked::ours("token ..."),
        answer.token_details.last_four.shown(),
        Masked::ours(&format!(", call #{}", record.sent.number)),
    ]);
    let mut lines = fields::whole("age", &Masked::ours(&age.to_string()), style, width);
    lines.extend(fields::whole("pairs with", &pair, Style::new(), width));
    if let Some(later) = state.superseded_by() {
        let told = format!(
            "superseded: the call of {} fetched this reference again; take that answer",
            later.at.utc()
        );
        lines.extend(fields::whole("", &Masked::ours(&told), palette::bad(), width));
    }
    lines
}

/// How often the networks may have been asked for a cryptogram on production; nothing where they were not.
pub(super) fn production_calls(state: &State) -> Option<Line<'static>> {
    let calls = state.production_calls;
    let told = format!("production calls this session: {calls}, each may mint a cryptogram");
    (calls > 0).then(|| Line::styled(told, palette::doubt()))
}

/// Which answer this one took the place of, for the timeline.
pub(super) fn supersedes(state: &State, width: usize) -> Vec<Line<'static>> {
    let Some(earlier) = state.supersedes() else { return Vec::new() };
    let told =
        format!("supersedes the answer of {}: do not mix it with a cryptogram from there", earlier.at.utc());
    spans::wrap(&told, width).into_iter().map(|it| Line::styled(it, palette::quiet())).collect()
}
