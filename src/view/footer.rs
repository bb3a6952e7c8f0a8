//! The two lines at the bottom: what was last to say, and the keys that matter here and now.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{palette, spans};
use crate::app::state::State;
use crate::keymap;

pub(super) fn notice(frame: &mut Frame<'_>, area: Rect, state: &State) {
    frame.render_widget(Paragraph::new(notice_lines(state, area.width)), area);
}

/// What was last to say, broken into lines.
pub(super) fn notice_lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let Some(notice) = &state.notice else { return Vec::new() };
    let style = palette::tone(notice.tone);
    let lines = spans::wrap_masked(&notice.text, usize::from(width));
    lines.iter().map(|line| Line::from(spans::of(line, style))).collect()
}

/// The keys that fit whole; the ones that matter most come first.
pub(super) fn keys(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let mut line = Line::default();
    for binding in keymap::footer(state) {
        let Some(key) = binding.keys.first() else { continue };
        let key = Span::styled(format!(" {} ", key.label()), palette::key());
        let label = Span::styled(format!("{} ", binding.label), palette::label());
        if line.width() + key.width() + label.width() > usize::from(area.width) {
            break;
        }
        line.extend([key, label]);
    }
    frame.render_widget(Paragraph::new(line), area);
}
