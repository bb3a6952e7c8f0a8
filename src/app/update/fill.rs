//! The form, filled from a call that was made before: a row of history or of a batch's report.

use super::press;
use crate::app::effect::Effect;
use crate::app::intent::{Intent, Pane};
use crate::app::state::{State, Tone};
use crate::domain::request::Draft;

/// Fills the form. It names where the ids are from and neither switches the profile nor sends.
pub(super) fn fill(state: &mut State, draft: Draft, from: &str) -> Vec<Effect> {
    state.form.fill(draft);
    state.say(
        Tone::Plain,
        &format!("Filled in from {from}; {} sends it on the profile in the header.", state.key(Intent::Send)),
    );
    press::focus(state, Pane::Request)
}
