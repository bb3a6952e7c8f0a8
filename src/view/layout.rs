//! Where things stand, as a pure function of the area.

use ratatui::layout::{Constraint, Layout as Split, Rect};

use crate::app::intent::Pane;
use crate::app::state::State;

/// Columns and rows below which the console says that it is too small.
pub(super) const SMALLEST: (u16, u16) = (60, 16);

/// From here on all four panes are shown at once; below, the focused one alone.
const ALL_PANES: (u16, u16) = (80, 24);

/// From this width on the history stands beside the answer.
const THREE_COLUMNS: u16 = 200;

/// Columns of profiles and request then, and of the history, so that a reference is whole in both.
const SIDES: (u16, u16) = (46, 82);

/// Rows of the request form: a label and a value for each of four fields, and the border.
const FORM_ROWS: u16 = 10;

/// Rows of a notice at most.
const MOST_SAID: u16 = 3;

/// Where things stand.
pub(super) enum Layout {
    /// There is no room.
    TooSmall,
    /// Panes between header and footer, which are there on every screen.
    Panes {
        /// The header.
        header: Rect,
        /// The panes that are shown.
        panes: Vec<(Pane, Rect)>,
        /// The line for the user.
        notice: Rect,
        /// The keys.
        footer: Rect,
    },
}

pub(super) fn of(area: Rect, state: &State) -> Layout {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return Layout::TooSmall;
    }
    let said = u16::try_from(super::footer::notice_lines(state, area.width).len()).unwrap_or_default();
    let said = said.clamp(1, MOST_SAID);
    let rows = [Constraint::Length(1), Constraint::Fill(1), Constraint::Length(said), Constraint::Length(1)];
    let [header, body, notice, footer] = Split::vertical(rows).areas(area);
    // A long notice takes rows from the panes, but never the choice of them.
    let all = area.width >= ALL_PANES.0 && area.height >= ALL_PANES.1;
    let panes = if all && !state.zoomed { all_panes(body, state) } else { vec![(state.focus, body)] };
    Layout::Panes { header, panes, notice, footer }
}

fn all_panes(body: Rect, state: &State) -> Vec<(Pane, Rect)> {
    if body.width >= THREE_COLUMNS {
        return three_columns(body, state);
    }
    let left = (body.width * 2 / 5).clamp(36, 64);
    let [left, answer] = Split::horizontal([Constraint::Length(left), Constraint::Fill(1)]).areas(body);
    let most = (body.height - FORM_ROWS) / 2;
    let profiles = u16::try_from(state.profiles.len()).unwrap_or(most).saturating_add(2).min(most);
    let rows = [Constraint::Length(profiles), Constraint::Length(FORM_ROWS), Constraint::Fill(1)];
    let [profiles, request, history] = Split::vertical(rows).areas(left);
    vec![
        (Pane::Profiles, profiles),
        (Pane::Request, request),
        (Pane::Answer, answer),
        (Pane::History, history),
    ]
}

/// With much room the history has a column of its own, on which its rows are whole.
fn three_columns(body: Rect, state: &State) -> Vec<(Pane, Rect)> {
    let columns = [Constraint::Length(SIDES.0), Constraint::Fill(1), Constraint::Length(SIDES.1)];
    let [left, answer, history] = Split::horizontal(columns).areas(body);
    let most = body.height - FORM_ROWS;
    let profiles = u16::try_from(state.profiles.len()).unwrap_or(most).saturating_add(2).min(most);
    let [profiles, request] =
        Split::vertical([Constraint::Length(profiles), Constraint::Fill(1)]).areas(left);
    vec![
        (Pane::Profiles, profiles),
        (Pane::Request, request),
        (Pane::Answer, answer),
        (Pane::History, history),
    ]
}

/// A box in the middle of the screen, as large as asked for and as there is room.
pub(super) fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// The first row to show of a list, so that the row under the cursor is among the `height` shown.
pub(super) fn first_row(cursor: usize, height: usize) -> usize {
    (cursor + 1).saturating_sub(height)
}
