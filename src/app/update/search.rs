//! `/`, n and N: a text is searched for in what the focused pane or the overlay on top shows. The history is narrowed by it.

use super::narrow;
use crate::app::effect::Effect;
use crate::app::intent::Edit;
use crate::app::line::Cursor;
use crate::app::search::{Place, Search};
use crate::app::state::{State, Tone};
use crate::text::is_dangerous;

/// Why a paste is no text to search for.
const NO_PASTE: &str = "Nothing was pasted: what is searched for is one line of at most 256 characters.";

/// `/`: opens the line, with what was searched for before.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let Some(place) = state.search_place() else { return Vec::new() };
    let search = state.searches.at(place);
    search.cursor = Cursor::at_end(&search.typed);
    state.searches.typing = Some(place);
    Vec::new()
}

/// A key in the line.
pub(super) fn edit(state: &mut State, edit: Edit) -> Vec<Effect> {
    change(state, |search| search.edit(edit))
}

/// A paste into the line.
pub(super) fn pasted(state: &mut State, text: &str) -> Vec<Effect> {
    let mut took = false;
    let effects =
        if text.chars().any(is_dangerous) { Vec::new() } else { change(state, |it| took = it.insert(text)) };
    if !took {
        state.say(Tone::Bad, NO_PASTE);
    }
    effects
}

fn change(state: &mut State, change: impl FnOnce(&mut Search)) -> Vec<Effect> {
    let Some(place) = state.search_place() else { return Vec::new() };
    change(state.searches.at(place));
    if place == Place::History { narrow::narrow(state) } else { Vec::new() }
}

/// Enter in the line: the text stays.
pub(super) fn keep(state: &mut State) -> Vec<Effect> {
    state.searches.typing = None;
    Vec::new()
}

/// Esc: the text goes; `None` where there was none.
pub(super) fn clear(state: &mut State) -> Option<Vec<Effect>> {
    let place = state.search_place()?;
    let was_open = state.is_typing_search();
    state.searches.typing = None;
    let search = std::mem::take(state.searches.at(place));
    if search.typed.is_empty() {
        return was_open.then(Vec::new);
    }
    Some(if place == Place::History { narrow::narrow(state) } else { Vec::new() })
}

/// The searches of an answer that is gone go with it.
pub(super) fn forget_answer(state: &mut State) {
    *state.searches.at(Place::Answer) = Search::default();
    state.searches.typing.take_if(|place| *place == Place::Answer);
}

/// A new overlay starts without a search.
pub(super) fn begin_overlay(state: &mut State) {
    *state.searches.at(Place::Overlay(state.overlays.len())) = Search::default();
    state.searches.typing = None;
}

/// n and N: the next row that holds the text, or the one before, round and round.
pub(super) fn step(state: &mut State, forwards: bool) -> Vec<Effect> {
    let Some(place) = state.search_place() else { return Vec::new() };
    let here = state.row_of_search(place);
    let found = &state.seen.found;
    let next = if forwards {
        found.iter().find(|row| **row > here).or(found.first())
    } else {
        found.iter().rfind(|row| **row < here).or(found.last())
    };
    match next.copied() {
        Some(row) => state.go_to_row(place, row),
        None => state.say(Tone::Plain, "It is nowhere here."),
    }
    if place == Place::History { narrow::look_ahead(state) } else { Vec::new() }
}
