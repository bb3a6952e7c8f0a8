//! The screen: `&State` to a frame. Reads, never writes; the layout is a pure function of the area.
//!
//! Must not know: how keys arrive or calls are made. A value that is masked is masked in what is drawn here, not by its
//! colour, so that a mouse selects nothing more than the eye sees; the one place that paints plaintext is `reveal`.
//! Tested: `tests/screens.rs`, snapshots of every pane in every state of a call.

mod answer;
mod browse;
mod compare;
mod copy;
mod fields;
mod findings;
mod footer;
mod form;
mod header;
mod history;
mod layout;
mod overlay;
mod palette;
mod plain;
mod probe;
mod profiles;
mod reveal;
mod spans;
mod stopwatch;
mod trail;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};

use crate::app::intent::Pane;
use crate::app::state::State;
use layout::{Layout, SMALLEST};

/// Draws the whole console.
pub fn draw(frame: &mut Frame<'_>, state: &State) {
    match layout::of(frame.area(), state) {
        Layout::TooSmall => too_small(frame),
        Layout::Panes { header, panes, notice, footer } => {
            header::draw(frame, header, state);
            for (pane, area) in panes {
                draw_pane(frame, pane, area, state);
            }
            footer::notice(frame, notice, state);
            footer::keys(frame, footer, state);
            overlay::draw(frame, state);
        }
    }
    plain::finish(frame.buffer_mut(), &state.settings);
}

/// How far that which takes the movement keys can be scrolled on a screen of this area. The state cannot know: it has no
/// size. The runtime asks after each frame and tells it.
pub fn scroll_limit(area: Rect, state: &State) -> usize {
    if !state.overlays.is_empty() {
        return overlay::scroll_limit(area, state);
    }
    match layout::of(area, state) {
        Layout::Panes { panes, .. } if state.focus == Pane::Answer => panes
            .iter()
            .find(|(pane, _)| *pane == Pane::Answer)
            .map_or(0, |(_, area)| answer::scroll_limit(*area, state)),
        _ => 0,
    }
}

/// Draws lines from a row on; the last ones stay at the bottom.
fn scrolled(frame: &mut Frame<'_>, area: Rect, lines: Vec<Line<'static>>, scroll: usize) {
    let most = lines.len().saturating_sub(usize::from(area.height));
    let scroll = u16::try_from(scroll.min(most)).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((scroll, 0)), area);
}

fn draw_pane(frame: &mut Frame<'_>, pane: Pane, area: Rect, state: &State) {
    match pane {
        Pane::Profiles => profiles::draw(frame, area, state),
        Pane::Request => form::draw(frame, area, state),
        Pane::Answer => answer::draw(frame, area, state),
        Pane::History => history::draw(frame, area, state),
    }
}

/// The frame of a pane: its number, its name, and whether it has the focus, which is shown by more than colour.
fn pane_block<'a>(pane: Pane, state: &State, more: &str) -> Block<'a> {
    let number = Pane::ALL.iter().position(|other| *other == pane).unwrap_or_default() + 1;
    let focused = state.focus == pane && state.overlays.is_empty();
    let style = if focused { palette::focus() } else { palette::quiet() };
    let mark = if focused { "▸" } else { " " };
    let title = format!("{mark}{number} {}{more} ", pane.title());
    Block::bordered().border_style(style).title(Line::styled(title, style))
}

fn too_small(frame: &mut Frame<'_>) {
    let (width, height) = SMALLEST;
    let area = frame.area();
    let text = format!("too small: {}x{}, needs {width}x{height}", area.width, area.height);
    let middle = Rect { y: area.y + area.height / 2, height: 1.min(area.height), ..area };
    frame.render_widget(Paragraph::new(text).centered(), middle);
}
