//! The palette: opened by a key, typed into, and what Enter in it does.
//!
//! An intent that is chosen is handed back to `press`, which judges and runs it as if its own key had been pressed.

use super::{press, profile};
use crate::app::effect::Effect;
use crate::app::intent::{Edit, Intent};
use crate::app::overlay::Overlay;
use crate::app::palette::{Choice, LONGEST, Palette, Row};
use crate::app::state::{Notice, State, Tone};
use crate::diagnosis::verdict::Judgement;
use crate::domain::gateway::PaymentGateway;

/// `:`
pub(super) fn show(state: &mut State) -> Vec<Effect> {
    press::cover(state, Overlay::Palette(Palette::default()))
}

/// A key of the line; the cursor goes back to what fits best.
pub(super) fn edit(palette: &mut Palette, edit: Edit) {
    if matches!(edit, Edit::Insert(_)) && palette.typed.chars().count() >= LONGEST {
        return;
    }
    palette.cursor.edit(&mut palette.typed, edit);
    palette.row = 0;
}

/// A paste is text and nothing else: its line breaks are blanks, and it runs nothing.
pub(super) fn pasted(palette: &mut Palette, text: &str) {
    let words: Vec<&str> = text.split_whitespace().collect();
    for c in words.join(" ").chars().take(LONGEST) {
        edit(palette, Edit::Insert(c));
    }
}

fn chosen(state: &State) -> Option<Row> {
    match state.overlays.last() {
        Some(Overlay::Palette(palette)) => palette.chosen(state),
        _ => None,
    }
}

/// The intent that Enter stands for, once the palette is closed; `None` for all else.
pub(super) fn intent(state: &mut State, pressed: Intent) -> Option<Intent> {
    let row = chosen(state).filter(|row| pressed == Intent::Open && row.why_not.is_none())?;
    let Choice::Intent(intent) = row.choice else { return None };
    state.overlays.pop();
    Some(intent)
}

/// Enter on what is no intent, or is off here: then it says why and stays open.
pub(super) fn accept(state: &mut State) -> Vec<Effect> {
    let Some(row) = chosen(state) else {
        state.say(Tone::Plain, "Nothing has a name like that.");
        return Vec::new();
    };
    if let Some(text) = row.why_not {
        state.notice = Some(Notice { tone: Tone::Plain, text });
        return Vec::new();
    }
    state.overlays.pop();
    match row.choice {
        Choice::Profile(place) => return profile::take(state, place),
        Choice::Gateway(gateway) => take_gateway(state, gateway),
        Choice::Theme(theme) => {
            theme.clone_into(&mut state.settings.theme);
            state.say(Tone::Good, &format!("Theme {theme}; `theme` under [ui] in the config keeps it."));
        }
        Choice::Intent(_) => {}
    }
    Vec::new()
}

/// Tells of the gateway from here on, in the answer on the screen too.
fn take_gateway(state: &mut State, gateway: &'static PaymentGateway) {
    state.settings.gateway = Some(gateway);
    if let Some(record) = state.call.record_mut() {
        let judgement: Judgement = record.judgement.clone();
        record.judgement = judgement.for_gateway(Some(gateway), record.answer());
    }
    let told =
        format!("What {} needs is told with each answer; `gateway` under [ui] keeps it.", gateway.name);
    state.say(Tone::Good, &told);
}
