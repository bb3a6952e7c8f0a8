//! The two lines at the bottom: what was last to say, and the keys that matter here and now.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Frame, ink, palette, spans};
use crate::app::intent::Pane;
use crate::app::keymap::{self, Binding};
use crate::app::state::State;
use crate::secret::Masked;

pub(super) fn notice(frame: &mut Frame<'_>, area: Rect, state: &State) {
    ink::draw(frame, area, notice_lines(state, area.width));
}

/// What was last to say, broken into lines; in the form, what to look at before a send where there is nothing else to say.
pub(super) fn notice_lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let said = state.notice.as_ref().map(|notice| (notice.text.clone(), palette::tone(notice.tone)));
    let Some((text, style)) = said.or_else(|| doubt(state)) else { return Vec::new() };
    spans::wrapped(&text, style, usize::from(width))
}

/// What was found at the selected field, else the first finding.
fn doubt(state: &State) -> Option<(Masked, Style)> {
    if state.focus != Pane::Request || !state.overlays.is_empty() {
        return None;
    }
    let found = state.lint();
    let here = found.iter().find(|it| it.field == Some(state.form.field()));
    let first = here.or(found.first())?;
    let style = if first.is_refusal() { palette::bad() } else { palette::doubt() };
    Some((first.finding.sentence(), style))
}

/// The keys that fit whole; the ones that matter most come first.
pub(super) fn keys(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let spans = placed(state, area.width).into_iter().flat_map(|it| it.spans);
    ink::draw(frame, area, [spans.collect::<Line<'_>>()]);
}

/// A key of the footer where it stands.
pub(super) struct Placed<'a> {
    /// What it does.
    pub(super) binding: &'a Binding,
    /// Its columns.
    pub(super) columns: Range<u16>,
    spans: [Span<'static>; 2],
}

/// The keys that fit whole into so many columns.
pub(super) fn placed(state: &State, width: u16) -> Vec<Placed<'_>> {
    let mut placed: Vec<Placed<'_>> = Vec::new();
    for binding in keymap::footer(state) {
        let Some(key) = binding.keys.first() else { continue };
        let key = Span::styled(format!(" {} ", key.label()), palette::key());
        let label = Span::styled(format!("{} ", binding.label), palette::label());
        let start = placed.last().map_or(0, |last| last.columns.end);
        let end = start.saturating_add(u16::try_from(key.width() + label.width()).unwrap_or(u16::MAX));
        if end > width {
            break;
        }
        placed.push(Placed { binding, columns: start..end, spans: [key, label] });
    }
    placed
}
