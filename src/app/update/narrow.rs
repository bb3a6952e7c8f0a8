//! The history narrowed by a text: at once among the loaded rows, and by the disk thread through all others.

use super::PAGE;
use crate::app::effect::Effect;
use crate::app::narrow::Narrowed;
use crate::app::search::{Place, Search};
use crate::app::state::{History, State, Tone};
use crate::domain::history::{Entry, Found, Wanted};
use crate::ports::LedgerFault;

/// How near to the end of the rows the next ones are asked for.
const LOOK_AHEAD: usize = 40;

/// Narrows the rows anew by what is typed now; without a text all of them are shown again, the cursor on the row that it was on.
pub(super) fn narrow(state: &mut State) -> Vec<Effect> {
    let wanted = state.search(Place::History).map(Search::wanted).unwrap_or_default();
    let here = state.history.row().map(|row| row.id);
    let was_looking = state.history.narrowed.take().is_some_and(|narrowed| narrowed.looking);
    if wanted.is_empty() {
        state.history.cursor = state.history.place_of(here).unwrap_or_default();
        return was_looking.then_some(Effect::FindHistory(None)).into_iter().collect();
    }
    let narrowed = among_loaded(&mut state.history, wanted);
    show(&mut state.history, narrowed, here);
    ask(&mut state.history, was_looking)
}

/// Shows what was found, the cursor on its row where that is among it.
fn show(history: &mut History, found: Narrowed, here: Option<i64>) {
    history.narrowed = Some(found);
    history.cursor = history.place_of(here).unwrap_or_default();
}

/// Has the disk look for more.
fn ask(history: &mut History, was_looking: bool) -> Vec<Effect> {
    let query = history.narrowed.as_mut().and_then(|narrowed| narrowed.ask(PAGE));
    // One that is under way has lost its sense, whether another takes its place or not.
    let stop = (was_looking && query.is_none()).then_some(Effect::FindHistory(None));
    query.map(|query| Effect::FindHistory(Some(query))).or(stop).into_iter().collect()
}

fn among_loaded(history: &mut History, wanted: Wanted) -> Narrowed {
    history.queries += 1;
    let found = history.rows.iter().enumerate().filter(|(_, row)| wanted.is_in(row));
    let places = found.map(|(place, _)| place).collect();
    let next = history.rows.last().map(|row| row.id).filter(|_| !history.complete);
    Narrowed { places, further: Vec::new(), wanted, number: history.queries, next, looking: false }
}

/// The loaded rows are others now: what is shown of them may have changed. The cursor stays on its row, which `here` names,
/// and what was found behind the loaded rows stays too, those of `old` that are no longer among them with it. `old` are the
/// rows that others took the place of; `None` where rows were put behind them.
///
/// The disk is asked where a query was under way or begins anew, or where the cursor is near to the end: each call that is
/// recorded comes through here, and none of them is a reason by itself to read a page more.
pub(super) fn refresh(state: &mut State, here: Option<i64>, old: Option<Vec<Entry>>) -> Vec<Effect> {
    let history = &mut state.history;
    let Some(before) = history.narrowed.take() else { return Vec::new() };
    let was_looking = before.looking;
    let mut found = among_loaded(history, before.wanted.clone());
    let is_whole = found.next.is_none_or(|last| adjoins(old.as_deref(), last));
    // With rows in between that nobody has looked at, the disk begins anew.
    if let Some(last) = found.next.filter(|_| is_whole) {
        found.next = before.next.map(|next| next.min(last));
        found.further = behind(before, old.unwrap_or_default(), last);
    }
    show(history, found, here);
    let wants_more = was_looking || !is_whole || is_near(history);
    if wants_more { ask(history, was_looking) } else { Vec::new() }
}

/// Whether no row lies between those that were looked through and the last one that is loaded now. Where none was loaded,
/// none was looked through.
fn adjoins(old: Option<&[Entry]>, last: i64) -> bool {
    old.is_none_or(|old| old.first().is_some_and(|newest| newest.id >= last))
}

/// The rows of a search that are older than the last one that is loaded now.
fn behind(before: Narrowed, old: Vec<Entry>, last: i64) -> Vec<Entry> {
    let mut places = before.places.into_iter().peekable();
    let of_old = old.into_iter().enumerate().filter(|(place, _)| places.next_if_eq(place).is_some());
    of_old.map(|(_, row)| row).chain(before.further).filter(|row| row.id < last).collect()
}

/// Asks for the rows behind those that were found, once the cursor is near to the last of them.
pub(super) fn look_ahead(state: &mut State) -> Vec<Effect> {
    let history = &mut state.history;
    if is_near(history) { ask(history, false) } else { Vec::new() }
}

/// Whether the cursor is near to the last row that was found.
fn is_near(history: &History) -> bool {
    history.narrowed.as_ref().is_some_and(|narrowed| history.cursor + LOOK_AHEAD >= narrowed.count())
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
