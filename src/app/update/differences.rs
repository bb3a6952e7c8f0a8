//! `=` in the history: what changed between the call under the cursor and another one about the same card.

use super::press;
use crate::app::effect::Effect;
use crate::app::overlay::{DifferenceList, Item, Overlay};
use crate::app::state::State;
use crate::app::why::no_other_row;
use crate::diagnosis::compare::differences;
use crate::domain::history::Entry;

/// Compares the row under the cursor with the newest other one of its card.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let Some(row) = state.history.row() else { return Vec::new() };
    let Some(other) = state.history.others_of(row).next() else {
        state.notice = no_other_row();
        return Vec::new();
    };
    let list = list(row, other);
    press::cover(state, Overlay::Differences(list))
}

/// `=` again: the next older call of the card in place of that one, round and round.
pub(super) fn another(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Differences(shown)) = state.overlays.last() else { return Vec::new() };
    let Some(row) = state.history.find(shown.row) else { return Vec::new() };
    let rows: Vec<&Entry> = state.history.others_of(row).collect();
    let here = rows.iter().position(|other| other.id == shown.other).map_or(0, |place| place + 1);
    let Some(other) = rows.get(here).or(rows.first()) else { return Vec::new() };
    let next = list(row, other);
    if let Some(Overlay::Differences(shown)) = state.overlays.last_mut() {
        *shown = next;
    }
    Vec::new()
}

fn list(row: &Entry, other: &Entry) -> DifferenceList {
    let (older, newer) = if row.at <= other.at { (row, other) } else { (other, row) };
    let items = differences(row, other).into_iter().map(Item::Finding).collect();
    DifferenceList { row: row.id, other: other.id, older: older.at, newer: newer.at, items, cursor: 0 }
}

/// Enter in the list: the row under the cursor, whole.
pub(super) fn look(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Differences(list)) = state.overlays.last() else { return Vec::new() };
    let Some(item) = list.items.get(list.cursor).cloned() else { return Vec::new() };
    press::cover(state, Overlay::Finding { item, scroll: 0 })
}
