//! The way back in the form: undo, and the values that a field had before.

use crate::app::effect::Effect;
use crate::app::state::{State, Tone};

/// `u`, and ^_ while editing: takes the last change of the form back.
pub(super) fn undo(state: &mut State) -> Vec<Effect> {
    state.form.undo();
    Vec::new()
}

/// Up in a field: a value that was used in it before.
pub(super) fn older_value(state: &mut State) -> Vec<Effect> {
    let values = state.values_before(state.form.field());
    if !state.form.recall_older(|| values) {
        state.say(Tone::Plain, "No older value of this field is known.");
    }
    Vec::new()
}

/// Down in a field: back to the newer ones, and to what was being typed.
pub(super) fn newer_value(state: &mut State) -> Vec<Effect> {
    state.form.recall_newer();
    Vec::new()
}
