//! `reload`: the config is read anew, taken whole or not at all.
//!
//! Production is disarmed and keys are forgotten, as the config may say now where they come from. The form stays, and so does
//! a call under way where its profile is still the very same. Tested: `tests/update_reload.rs`.

use super::{reveal, send};
use crate::app::effect::Effect;
use crate::app::event::Reloaded;
use crate::app::overlay::Overlay;
use crate::app::probe::Probe;
use crate::app::state::{Notice, State, Tone};
use crate::secret::Masked;

/// `R`: asks for it.
pub(super) fn ask(state: &mut State) -> Vec<Effect> {
    state.say(Tone::Plain, "Reading the config anew.");
    vec![Effect::Reload]
}

/// It was read, or is wrong; then nothing changes.
pub(super) fn reloaded(state: &mut State, result: Result<Box<Reloaded>, Masked>) -> Vec<Effect> {
    match result.and_then(|fresh| place(state, &fresh).map(|place| (fresh, place))) {
        Ok((fresh, place)) => take(state, *fresh, place),
        Err(why) => {
            refuse(state, &why);
            Vec::new()
        }
    }
}

fn refuse(state: &mut State, why: &Masked) {
    let text = Masked::joined([Masked::ours("Nothing was reloaded: "), why.clone(), Masked::ours(".")]);
    state.notice = Some(Notice { tone: Tone::Bad, text });
}

/// The profile in use by its name, else the one that a start would take.
fn place(state: &State, fresh: &Reloaded) -> Result<usize, Masked> {
    let name = state.profile().map(|profile| profile.name.as_str());
    let kept = fresh.profiles.iter().position(|profile| Some(profile.name.as_str()) == name);
    kept.map_or_else(|| fresh.start.clone(), Ok)
}

fn take(state: &mut State, fresh: Reloaded, place: usize) -> Vec<Effect> {
    let mut effects = reveal::hide(state);
    let is_same = state.profile() == fresh.profiles.get(place);
    let probing = state.probe().is_some_and(Probe::is_running);
    let dropped = (!is_same || probing) && state.call.flight().is_some();
    // What they ask or list may be otherwise now; a question about the call under way is answered by its end.
    if !is_same || probing {
        effects.extend(send::drop_call(state));
    }
    state.overlays.retain(|overlay| is_same && !probing && matches!(overlay, Overlay::CancelAsk));
    let before =
        state.previous.and_then(|place| state.profiles.get(place)).map(|profile| profile.name.clone());
    state.previous = before.and_then(|name| fresh.profiles.iter().position(|profile| profile.name == name));
    (state.profiles, state.current, state.profile_cursor) = (fresh.profiles, place, place);
    state.settings = fresh.settings;
    if fresh.stage && !state.stage.on {
        state.drop_unstaged();
        state.stage.on = true;
    }
    state.unlocked.clear();
    state.pending = None;
    effects.extend([Effect::Renew, Effect::Repaint]);
    tell(state, dropped, &fresh.warning);
    effects
}

fn tell(state: &mut State, dropped: bool, warning: &Masked) {
    let name = state.profile().map(|profile| Masked::typed(&profile.name)).unwrap_or_default();
    let mut text = Masked::joined([Masked::ours("The config is read anew; profile "), name]);
    text.push_ours(". Keys are forgotten and production is not armed.");
    if dropped {
        text.push_ours(" The call under way was dropped; the server may have processed it.");
    }
    if !warning.is_empty() {
        text = Masked::joined([text, Masked::ours(" But "), warning.clone(), Masked::ours(".")]);
    }
    let tone = if dropped || !warning.is_empty() { Tone::Plain } else { Tone::Good };
    state.notice = Some(Notice { tone, text });
}
