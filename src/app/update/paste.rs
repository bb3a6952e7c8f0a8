//! A bracketed paste: an id for the selected field or for a probe, ids that fill the form in order, or a merchant's request.
//!
//! The text ends here: of a request only what [`clinic`] leaves of it goes on, and neither state nor notice ever holds more.
//! Tested: `tests/update_paste.rs`.

use zeroize::Zeroizing;

use super::{browse, palette, press, probe, reveal, search, values};
use crate::app::effect::Effect;
use crate::app::intent::{Intent, Pane};
use crate::app::overlay::{FindingList, Item, Overlay};
use crate::app::state::{State, Tone};
use crate::diagnosis::lint::check_paste;
use crate::domain::clinic::{self, NotRead, Pasted};
use crate::domain::profile::Routing;
use crate::domain::request::Draft;
use crate::report::Checked;
use crate::text::is_dangerous;

/// Why a paste is no confirmation.
pub(super) const NO_PASTED_WORDS: &str =
    "A paste is refused here: type the confirmation, so that it is you who reads it.";

/// Why a paste is no id.
pub(super) const NO_PASTED_BLANKS: &str =
    "Nothing was pasted: it holds a blank, a line break or an invisible character; copy the id alone.";

/// The title of the list.
const TITLE: &str = "Differences from the contract";

/// Takes a paste in. What is revealed goes first.
pub(super) fn pasted(state: &mut State, text: String) -> Vec<Effect> {
    let text = Zeroizing::new(text);
    let mut effects = reveal::hide(state);
    if state.is_typing_search() {
        effects.extend(search::pasted(state, text.trim()));
        return effects;
    }
    if matches!(state.overlays.last(), Some(Overlay::Probe(_))) {
        probe::pasted(state, text.trim());
        return effects;
    }
    if matches!(state.overlays.last(), Some(Overlay::Report)) {
        browse::pasted(state, text.trim());
        return effects;
    }
    if let Some(Overlay::Palette(it)) = state.overlays.last_mut() {
        palette::pasted(it, &text);
        return effects;
    }
    if let Some((tone, why)) = refusal(state) {
        state.say(tone, &why);
        return effects;
    }
    match clinic::read(&text) {
        Ok(request) => effects.extend(fill(state, request)),
        Err(NotRead::Neither | NotRead::Empty) => {
            if !values::fill(state, &text) {
                insert(state, text.trim());
            }
        }
        Err(why) => state.say(Tone::Bad, &format!("Nothing was pasted: {why}.")),
    }
    effects
}

/// Why nothing can be pasted here.
fn refusal(state: &State) -> Option<(Tone, String)> {
    match state.overlays.last() {
        Some(Overlay::Confirm(_) | Overlay::Purge(_)) => Some((Tone::Bad, NO_PASTED_WORDS.into())),
        None if state.focus == Pane::Request => None,
        _ => {
            let form = state.key(Intent::Focus(Pane::Request));
            let why =
                format!("There is nothing to paste into here: press {form} for the request form first.");
            Some((Tone::Plain, why))
        }
    }
}

/// An id goes into the selected field.
fn insert(state: &mut State, text: &str) {
    if text.chars().any(|c| is_dangerous(c) || c.is_whitespace()) {
        state.say(Tone::Bad, "Nothing was pasted: it holds a blank, a line break or an invisible character; copy the id alone, or a whole curl command, HAR file or JSON body.");
    } else {
        state.form.insert(text);
        state.notice = None;
    }
}

/// A request fills the form, and what differs is listed. The profile stays the one that it is.
fn fill(state: &mut State, mut request: Pasted) -> Vec<Effect> {
    let found = check_paste(&request, state.profile(), &state.profiles);
    let summary = Checked { pasted: &request, profile: state.profile(), found: &found }.summary();
    let draft = &mut request.draft;
    let follows = state.profile().is_some_and(|profile| profile.routing == Routing::CustomerId);
    if follows && draft.routing_id == draft.customer_id {
        // The form says so by an empty field.
        draft.routing_id.clear();
    }
    let told = if request.draft == Draft::default() {
        "No id in it could be taken, so the form stays as it is."
    } else {
        state.form.fill(request.draft);
        "The form is filled from it."
    };
    state.say(Tone::Plain, &format!("{told} {summary}"));
    if found.is_empty() {
        return Vec::new();
    }
    let items = found.into_iter().map(Item::Finding).collect();
    press::cover(state, Overlay::Findings(FindingList { title: TITLE, items, cursor: 0 }))
}
