//! The two lines at the bottom: what was last to say, and the keys that matter here and now.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{palette, spans};
use crate::app::state::State;
use crate::keymap;

pub(super) fn notice(frame: &mut Frame<'_>, area: Rect, state: &State) {
    if let Some(notice) = &state.notice {
        let line = Line::from(spans::of(&notice.text, palette::tone(notice.tone)));
        frame.render_widget(Paragraph::new(spans::fit(line, usize::from(area.width))), area);
    }
}

pub(super) fn keys(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let mut line = Line::default();
    for binding in keymap::footer(state) {
        let Some(key) = binding.keys.first() else { continue };
        line.push_span(Span::styled(format!(" {} ", key.label()), palette::key()));
        line.push_span(Span::styled(format!("{} ", binding.label), palette::label()));
    }
    frame.render_widget(Paragraph::new(line), area);
}
