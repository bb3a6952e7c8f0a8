//! Movement in lists and texts.

use crate::app::effect::Effect;
use crate::app::intent::{Move, Pane};
use crate::app::overlay::{CopyForm, Overlay};
use crate::app::state::State;
use crate::domain::history::Page;

/// Rows of a page; the view clamps what is shown, so that the state need not know the size of the screen.
const PAGE_ROWS: usize = 20;

/// How near to the end of the loaded rows the next ones are asked for.
const LOAD_AHEAD: usize = 40;

pub(super) fn go(state: &mut State, step: Move) -> Vec<Effect> {
    let rows = state.scroll_limit.saturating_add(1);
    let found = match state.overlays.last() {
        Some(Overlay::Palette(palette)) => palette.rows(state).len(),
        _ => 0,
    };
    match state.overlays.last_mut() {
        Some(Overlay::Help { scroll } | Overlay::Finding { scroll, .. }) => {
            *scroll = moved(*scroll, step, rows);
        }
        Some(Overlay::Export(preview)) => preview.scroll = moved(preview.scroll, step, rows),
        Some(Overlay::CopyMenu { cursor }) => *cursor = moved(*cursor, step, CopyForm::ALL.len()),
        Some(Overlay::Fields(list)) => list.cursor = moved(list.cursor, step, list.rows.len()),
        Some(Overlay::Differences(list)) => list.cursor = moved(list.cursor, step, list.items.len()),
        Some(Overlay::Findings(list)) => list.cursor = moved(list.cursor, step, list.items.len()),
        Some(Overlay::Palette(palette)) => palette.row = moved(palette.row, step, found),
        Some(Overlay::Probe(probe)) => {
            if let Some((cursor, rows)) = super::probe::cursor(probe) {
                *cursor = moved(*cursor, step, rows);
            }
        }
        Some(Overlay::Profiles { cursor }) => *cursor = moved(*cursor, step, state.profiles.len()),
        Some(Overlay::Report) => return super::browse::go(state, step),
        Some(_) => {}
        None => return go_in_pane(state, step),
    }
    Vec::new()
}

fn go_in_pane(state: &mut State, step: Move) -> Vec<Effect> {
    match state.focus {
        Pane::Profiles => state.profile_cursor = moved(state.profile_cursor, step, state.profiles.len()),
        Pane::Request => go_in_form(state, step),
        Pane::Answer => {
            state.answer.scroll = moved(state.answer.scroll, step, state.scroll_limit.saturating_add(1));
        }
        Pane::History => return go_in_history(state, step),
    }
    Vec::new()
}

fn go_in_form(state: &mut State, step: Move) {
    match step {
        Move::Up => state.form.step(-1),
        Move::Down => state.form.step(1),
        Move::Top | Move::PageUp | Move::HalfPageUp => state.form.select(0),
        Move::Bottom | Move::PageDown | Move::HalfPageDown => state.form.select(usize::MAX),
    }
}

fn go_in_history(state: &mut State, step: Move) -> Vec<Effect> {
    let history = &mut state.history;
    history.cursor = moved(history.cursor, step, history.count());
    if history.narrowed.is_some() {
        return super::narrow::look_ahead(state);
    }
    let near_end = history.cursor + LOAD_AHEAD >= history.rows.len();
    let before = history.rows.last().map(|row| row.id).filter(|_| near_end && !history.complete);
    before
        .map(|id| Effect::LoadHistory(Page { limit: super::PAGE, before: Some(id), ..Page::default() }))
        .into_iter()
        .collect()
}

/// A place after a movement, within `0..count`.
pub(super) fn moved(from: usize, step: Move, count: usize) -> usize {
    let last = count.saturating_sub(1);
    let from = from.min(last);
    let to = match step {
        Move::Up => from.saturating_sub(1),
        Move::Down => from.saturating_add(1),
        Move::HalfPageUp => from.saturating_sub(PAGE_ROWS / 2),
        Move::HalfPageDown => from.saturating_add(PAGE_ROWS / 2),
        Move::PageUp => from.saturating_sub(PAGE_ROWS),
        Move::PageDown => from.saturating_add(PAGE_ROWS),
        Move::Top => 0,
        Move::Bottom => last,
    };
    to.min(last)
}
