//! The timeline of the answer that is shown: read when it is asked for, and again after each deed.

use super::press;
use crate::app::call::CallId;
use crate::app::effect::Effect;
use crate::app::state::{State, Tone};
use crate::app::why::sentence;
use crate::domain::trail::{GAP, Subject, Trace};
use crate::ports::LedgerFault;

/// `t`: what was done with the answer, and where the time went.
pub(super) fn toggle(state: &mut State) -> Vec<Effect> {
    let mut effects = press::toggle(state, |state| {
        state.answer.timing = !state.answer.timing;
        state.answer.raw = false;
    });
    effects.extend(refresh(state));
    effects
}

/// `r`: the raw JSON, which takes the place of all else.
pub(super) fn toggle_raw(state: &mut State) -> Vec<Effect> {
    press::toggle(state, |state| {
        state.answer.raw = !state.answer.raw;
        state.answer.timing = false;
    })
}

/// Reads the rows again, while they are shown.
pub(super) fn refresh(state: &State) -> Option<Effect> {
    let record = state.record().filter(|_| state.answer.timing && state.history.fault.is_none())?;
    Some(Effect::LoadTimeline(record.id, Box::new(Subject::from(&record.sent))))
}

/// The rows came; those of a call that is gone are dropped.
pub(super) fn came(state: &mut State, id: CallId, result: Result<Vec<Trace>, LedgerFault>) -> Vec<Effect> {
    match result {
        Err(fault) => state.say(Tone::Bad, &format!("The audit trail could not be read: {fault}.")),
        Ok(rows) if state.record().is_some_and(|record| record.id == id) => {
            state.trail.id = Some(id);
            state.trail.rows = rows;
        }
        Ok(_) => {}
    }
    Vec::new()
}

/// Rows are missing at the end, or are not ours. The console goes on: its rows are numbered after what is missing.
pub(super) fn gapped(state: &mut State) -> Vec<Effect> {
    state.trail.gapped = true;
    state.say(Tone::Bad, &sentence(GAP));
    Vec::new()
}
