//! The screen: `&State` to a frame. Reads, never writes; the layout is a pure function of the area.
//!
//! Must not know: how keys arrive or calls are made. A value that is masked is masked in what is drawn here, not by its
//! colour, so that a mouse selects nothing more than the eye sees; the one place that paints plaintext is `reveal`.
//! Tested: `tests/screens.rs`, snapshots of every pane in every state of a call.

mod answer;
mod browse;
mod commands;
mod compare;
mod copy;
mod edge;
mod fields;
mod findings;
mod footer;
mod form;
mod frame;
mod header;
mod help;
mod history;
mod hit;
mod ink;
mod layout;
mod overlay;
mod palette;
mod plain;
mod probe;
mod profiles;
mod purge;
mod reveal;
mod search;
mod spans;
mod stage;
mod stopwatch;
mod timing;
mod trail;
mod welcome;

pub use frame::Frame;
pub use hit::hit;

use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget as _};

use crate::app::intent::Pane;
use crate::app::search::{Place, Seen};
use crate::app::state::State;
use edge::Edge;
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
            search::line(frame, notice, state, Place::Overlay(state.overlays.len()));
            footer::keys(frame, footer, state);
            overlay::draw(frame, state);
        }
    }
    if let Some(veil) = state.veil(usize::from(frame.area().height)) {
        stage::cover(frame.buffer_mut(), veil);
    }
    plain::finish(frame.buffer_mut(), &state.settings);
}

/// What takes the movement keys as a screen of this area shows it: how far it can be scrolled, and which rows hold what is
/// searched for. The state cannot know: it has no size. The runtime asks before each frame and tells it.
pub fn seen(area: Rect, state: &State) -> Seen {
    let Layout::Panes { panes, .. } = layout::of(area, state) else { return Seen::default() };
    if !state.overlays.is_empty() {
        let height = usize::from(overlay::text_rows(area));
        let scroll_limit = overlay::scroll_limit(area, state);
        return Seen { scroll_limit, height, found: search::found(area, state) };
    }
    let Some((pane, area)) = panes.into_iter().find(|(pane, _)| *pane == state.focus) else {
        return Seen::default();
    };
    let inner = pane_edge(pane, state, "").inner(pane_area(area, pane, state));
    let scroll_limit = if pane == Pane::Answer { answer::scroll_limit(inner, state) } else { 0 };
    Seen { scroll_limit, height: usize::from(inner.height), found: search::found(inner, state) }
}

/// How far that which takes the movement keys can be scrolled.
pub fn scroll_limit(area: Rect, state: &State) -> usize {
    seen(area, state).scroll_limit
}

/// Draws lines from a row on; the last ones stay at the bottom.
fn scrolled(frame: &mut Frame<'_>, area: Rect, lines: Vec<Line<'static>>, scroll: usize) {
    let most = lines.len().saturating_sub(usize::from(area.height));
    ink::draw(frame, area, lines.into_iter().skip(scroll.min(most)));
}

/// The room of a pane: without a frame, on which it would stand, the line of a search takes a row.
fn pane_area(area: Rect, pane: Pane, state: &State) -> Rect {
    let is_searched = Place::of(pane).is_some_and(|place| state.search(place).is_some());
    Rect { height: area.height - u16::from(state.zoomed && is_searched), ..area }
}

fn draw_pane(frame: &mut Frame<'_>, pane: Pane, whole: Rect, state: &State) {
    let area = pane_area(whole, pane, state);
    match pane {
        Pane::Profiles => profiles::draw(frame, area, state),
        Pane::Request => form::draw(frame, area, state),
        Pane::Answer => answer::draw(frame, area, state),
        Pane::History => history::draw(frame, area, state),
    }
    if let Some(place) = Place::of(pane) {
        let corners = u16::from(!state.zoomed);
        let row = Rect { x: whole.x + corners, width: whole.width - 2 * corners, ..whole };
        search::line(frame, row, state, place);
    }
}

/// The frame of a pane: its number, its name, and whether it has the focus, which is shown by more than colour. Zoomed, it is
/// the title alone, so that a mouse selects nothing else.
fn pane_edge(pane: Pane, state: &State, more: &str) -> Edge {
    let number = Pane::ALL.iter().position(|other| *other == pane).unwrap_or_default() + 1;
    let focused = state.focus == pane && state.overlays.is_empty();
    let style = if focused { palette::focus() } else { palette::quiet() };
    let mark = if focused { "▸" } else { " " };
    let title = format!("{mark}{number} {}{more} ", pane.title());
    Edge { style, title, bottom: None, is_line: !state.zoomed }
}

fn too_small(frame: &mut Frame<'_>) {
    let (width, height) = SMALLEST;
    let area = frame.area();
    let text = format!("too small: {}x{}, needs {width}x{height}", area.width, area.height);
    let middle = Rect { y: area.y + area.height / 2, height: 1.min(area.height), ..area };
    Paragraph::new(text).centered().render(middle, frame.buffer_mut());
}
