//! The history narrowed by a text: at once among the loaded rows, and by the disk thread through all others.

use super::PAGE;
use crate::app::effect::Effect;
use crate::app::narrow::Narrowed;
use crate::app::search::{Place, Search};
use crate::app::state::{State, Tone};
use crate::domain::history::{Found, Wanted};
use crate::ports::LedgerFault;

/// How near to the end of the rows the next ones are asked for.
const LOOK_AHEAD: usize = 40;

/// Narrows the rows anew by what is typed now; without a text all of them are shown again, the cursor on the row that it was on.
pub(super) fn narrow(state: &mut State) -> Vec<Effect> {
    let wanted = state.search(Place::History).map(Search::wanted).unwrap_or_default();
    let here = state.history.row().map(|row| row.id);
    let was_looking = state.history.narrowed.take().is_some_and(|narrowed| narrowed.looking);
    let history = &mut state.history;
    if wanted.is_empty() {
        history.cursor = history.rows.iter().position(|row| Some(row.id) == here).unwrap_or_default();
        return was_looking.then_some(Effect::FindHistory(None)).into_iter().collect();
    }
    history.queries += 1;
    let mut narrowed = among_loaded(state, wanted);
    let history = &mut state.history;
    history.cursor = narrowed.rows.iter().position(|row| Some(row.id) == here).unwrap_or_default();
    let query = narrowed.ask(PAGE);
    history.narrowed = Some(narrowed);
    // One that is under way has lost its sense, whether another takes its place or not.
    let stop = (was_looking && query.is_none()).then_some(Effect::FindHistory(None));
    query.map(|query| Effect::FindHistory(Some(query))).or(stop).into_iter().collect()
}

fn among_loaded(state: &State, wanted: Wanted) -> Narrowed {
    let history = &state.history;
    let rows = history.rows.iter().filter(|row| wanted.is_in(row)).cloned().collect();
    let next = history.rows.last().map(|row| row.id).filter(|_| !history.complete);
    Narrowed { rows, wanted, number: history.queries, next, looking: false }
}

/// New rows were loaded: what is shown of them may have changed.
pub(super) fn refresh(state: &mut State) -> Vec<Effect> {
    if state.history.narrowed.is_some() { narrow(state) } else { Vec::new() }
}

/// Asks for the rows behind those that were found, once the cursor is near to the last of them.
pub(super) fn look_ahead(state: &mut State) -> Vec<Effect> {
    let cursor = state.history.cursor;
    let narrowed = state.history.narrowed.as_mut();
    let near = narrowed.filter(|narrowed| cursor + LOOK_AHEAD >= narrowed.rows.len());
    let query = near.and_then(|narrowed| narrowed.ask(PAGE));
    query.map(|query| Effect::FindHistory(Some(query))).into_iter().collect()
}

/// The disk found rows, or none up to here. What belongs to an earlier text is dropped.
pub(super) fn found(
    state: &mut State,
    number: u32,
    result: Result<Found, LedgerFault>,
    is_done: bool,
) -> Vec<Effect> {
    let Some(narrowed) = state.history.narrowed.as_mut().filter(|narrowed| narrowed.number == number) else {
        return Vec::new();
    };
    match result {
        Ok(found) => narrowed.take(found, is_done),
        Err(fault) => {
            narrowed.looking = false;
            state.say(Tone::Bad, &format!("The history could not be searched: {fault}."));
        }
    }
    Vec::new()
}
