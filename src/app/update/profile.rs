//! Switching the profile: from any pane, never held up by a call under way, and nothing of the old profile stays.

use super::{press, send};
use crate::app::effect::Effect;
use crate::app::overlay::Overlay;
use crate::app::state::{State, Tone};

pub(super) fn pick(state: &mut State) -> Vec<Effect> {
    state.form.editing = false;
    let cursor = state.previous.filter(|place| *place != state.current).unwrap_or(state.current);
    press::cover(state, Overlay::Profiles { cursor })
}

pub(super) fn back(state: &mut State) -> Vec<Effect> {
    state.previous.map(|place| take(state, place)).unwrap_or_default()
}

/// Switches: ends the call under way, drops the answer, takes the confirmation back.
pub(super) fn take(state: &mut State, place: usize) -> Vec<Effect> {
    state.overlays.clear();
    let Some(profile) = state.profiles.get(place) else { return Vec::new() };
    let (name, submerchant) = (profile.name.clone(), profile.submerchant_id.clone());
    if place == state.current {
        state.say(Tone::Plain, &format!("Profile {name} is in use already."));
        return Vec::new();
    }
    let old_default = state.profile().map(|old| old.submerchant_id.clone()).unwrap_or_default();
    let dropped = state.call.flight().is_some();
    let mut effects = send::drop_call(state);
    effects.push(Effect::Disarm);
    state.previous = Some(state.current);
    state.current = place;
    state.profile_cursor = place;
    if state.form.draft.submerchant_id == old_default {
        state.form.take_submerchant(submerchant);
    }
    let doubt =
        if dropped { " The call under way was dropped; the server may have processed it." } else { "" };
    state.say(Tone::Good, &format!("Profile {name}.{doubt}"));
    effects
}
