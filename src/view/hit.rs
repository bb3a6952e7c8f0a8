//! What stands under the pointer, by the very layout that is drawn. Tested: `tests/update_mouse.rs`.

use ratatui::layout::{Position, Rect};

use super::layout::{self, Layout};
use super::{answer, footer, form, overlay, pane_area, pane_edge};
use crate::app::intent::Pane;
use crate::app::mouse::Target;
use crate::app::state::State;
use crate::domain::request::RequestField;

/// What stands at a place of a screen of this area, and how far it can be scrolled.
pub fn hit(area: Rect, state: &State, (column, row): (u16, u16)) -> Option<(Target, usize)> {
    let at = Position::new(column, row);
    let Layout::Panes { panes, footer, .. } = layout::of(area, state) else { return None };
    if footer.contains(at) {
        let key = footer::placed(state, footer.width)
            .into_iter()
            .find(|it| it.columns.contains(&(column - footer.x)))?;
        return Some((Target::Key(key.binding.intent), 0));
    }
    if !state.overlays.is_empty() {
        return Some((Target::Overlay, overlay::scroll_limit(area, state)));
    }
    let (pane, area) = panes.into_iter().find(|(_, area)| area.contains(at))?;
    let inner = pane_edge(pane, state, "").inner(pane_area(area, pane, state));
    let down = inner.contains(at).then(|| usize::from(at.y - inner.y));
    let row = down.and_then(|down| row_of(state, pane, down, usize::from(inner.height)));
    let limit = if pane == Pane::Answer { answer::scroll_limit(inner, state) } else { 0 };
    Some((Target::Pane(pane, row), limit))
}

/// The row of a list or field of the form that is so many rows down.
fn row_of(state: &State, pane: Pane, down: usize, height: usize) -> Option<usize> {
    let within = |first: usize, count: usize| Some(first + down).filter(|row| *row < count);
    match pane {
        Pane::Profiles => {
            let cursor = if state.focus == Pane::Profiles { state.profile_cursor } else { state.current };
            within(layout::first_row(cursor, height), state.profiles.len())
        }
        Pane::Request => Some(down / form::ROWS).filter(|field| *field < RequestField::ALL.len()),
        Pane::History => within(layout::first_row(state.history.cursor, height), state.history.count()),
        Pane::Answer => Some(down),
    }
}
