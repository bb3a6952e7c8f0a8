//! The mouse, where `mouse = true` asks for it: a click selects, a second one opens, the wheel scrolls. It never sends, reveals,
//! exports, copies or quits. Tested: `tests/update_mouse.rs`.

use std::time::Duration;

use super::{go, press, reveal};
use crate::app::effect::Effect;
use crate::app::intent::{Intent, Move, Pane};
use crate::app::mouse::{Deed, Target};
use crate::app::state::{State, Tone};

/// A second click on the same thing within this time opens it.
const DOUBLE: Duration = Duration::from_millis(400);

/// Rows that one notch of the wheel goes.
const NOTCH: usize = 3;

/// Why a click does nothing.
const TOO_WEIGHTY: &str = "A click does not do that: press the key.";

/// Something was done with the mouse. What is revealed goes first.
pub(super) fn pointed(state: &mut State, deed: Deed, target: Target, limit: usize) -> Vec<Effect> {
    let mut effects = reveal::hide(state);
    effects.extend(match (deed, target) {
        (Deed::Click, target) => click(state, target),
        (Deed::Up, target) => wheel(state, target, limit, Move::Up),
        (Deed::Down, target) => wheel(state, target, limit, Move::Down),
    });
    effects
}

fn click(state: &mut State, target: Target) -> Vec<Effect> {
    let before = state.hands.click.replace((target, state.now));
    match target {
        Target::Key(intent) => key(state, intent),
        Target::Pane(pane, row) if state.overlays.is_empty() => {
            let is_second = before.is_some_and(|(it, at)| it == target && state.now.since(at) < DOUBLE);
            if is_second && row.is_some() {
                state.hands.click = None;
                return press::act(state, Intent::Open);
            }
            let effects = press::focus(state, pane);
            select(state, pane, row);
            effects
        }
        Target::Pane(..) | Target::Overlay => Vec::new(),
    }
}

/// A key of the footer does what the key does, but for what weighs.
fn key(state: &mut State, intent: Intent) -> Vec<Effect> {
    if intent.is_weighty() || (intent == Intent::Open && press::accepts_something_weighty(state)) {
        state.say(Tone::Plain, TOO_WEIGHTY);
        return Vec::new();
    }
    state.notice = None;
    press::act(state, intent)
}

fn select(state: &mut State, pane: Pane, row: Option<usize>) {
    let Some(row) = row else { return };
    match pane {
        Pane::Profiles => state.profile_cursor = row,
        Pane::Request => state.form.select(row),
        Pane::History => state.history.cursor = row,
        Pane::Answer => {}
    }
}

/// Scrolls what is under the pointer; the focus stays where it is.
fn wheel(state: &mut State, target: Target, limit: usize, step: Move) -> Vec<Effect> {
    state.scroll_limit = limit;
    let is_covered = !state.overlays.is_empty();
    let scroll = |state: &mut State| (0..NOTCH).flat_map(|_| go::go(state, step)).collect();
    match target {
        Target::Overlay if is_covered => scroll(state),
        Target::Pane(pane, _) if !is_covered => {
            let focus = std::mem::replace(&mut state.focus, pane);
            let effects = scroll(state);
            state.focus = focus;
            effects
        }
        _ => Vec::new(),
    }
}
