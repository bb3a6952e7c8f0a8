//! The profiles pane.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Frame, ink, layout, palette, pane_edge, search, spans};
use crate::app::intent::Pane;
use crate::app::search::Place;
use crate::app::state::State;
use crate::domain::profile::Profile;
use crate::secret::Masked;

/// Columns of the mark of the profile in use, of a name, and of an environment.
const MARK: usize = 2;
const NAME: usize = 12;
const ENVIRONMENT: usize = 10;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let edge = pane_edge(Pane::Profiles, state, "");
    let inner = edge.inner(area);
    edge.draw(frame, area);
    let cursor = (state.focus == Pane::Profiles).then_some(state.profile_cursor);
    let rows = search::mark(rows(state, inner, cursor), state, Place::Profiles);
    ink::draw(frame, inner, rows);
}

/// The profiles as rows; also what the picker shows.
pub(super) fn rows(state: &State, area: Rect, cursor: Option<usize>) -> Vec<Line<'static>> {
    let height = usize::from(area.height);
    let first = layout::first_row(cursor.unwrap_or(state.current), height);
    let width = usize::from(area.width);
    let shown = state.profiles.iter().enumerate().skip(first).take(height);
    shown.map(|(place, profile)| row(profile, place == state.current, cursor == Some(place), width)).collect()
}

/// All of them, for a search.
pub(super) fn all_rows(state: &State, width: usize) -> Vec<Line<'static>> {
    state.profiles.iter().map(|profile| row(profile, false, false, width)).collect()
}

fn row(profile: &Profile, current: bool, under_cursor: bool, width: usize) -> Line<'static> {
    let mark = if current { "▸ " } else { "  " };
    let name = Masked::typed(&profile.name).text();
    // Mark and name are of one colour: a change of it is written with each move of the cursor.
    let handle = [mark, &spans::column(&name, NAME)].concat();
    let mut line = Line::from(vec![
        Span::styled(handle, palette::profile(profile.colour)),
        Span::styled(spans::padded(profile.environment().word(), ENVIRONMENT), palette::heading()),
        Span::styled(Masked::typed(&profile.endpoint.authority()).text(), palette::label()),
    ]);
    line = spans::fit(line, width);
    if under_cursor { spans::under_cursor(line, MARK + NAME) } else { line }
}
