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
