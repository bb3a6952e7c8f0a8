//! The palette: opened by a key, typed into, and what Enter in it does.
//!
//! An intent that is chosen is handed back to `press`, which judges and runs it as if its own key had been pressed.

use super::{press, profile};
use crate::app::effect::Effect;
use crate::app::intent::{Edit, Intent};
use crate::app::overlay::Overlay;
use crate::app::palette::{Choice, LONGEST, Palette, Row};
use crate::app::state::{Notice, State, Tone};
use crate::domain::gateway::PaymentGateway;
use crate::secret::Masked;

/// Why a paste starts nothing that cannot be taken back.
const PASTED: &str =
    "Nothing was done: this was pasted, so type the end of its name, so that it is you who wants it.";

/// `:` opens it.
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
    palette.pasted &= !matches!(edit, Edit::Insert(_)) && !palette.typed.is_empty();
}

/// A paste is text and nothing else: its line breaks are blanks, and it runs nothing.
pub(super) fn pasted(palette: &mut Palette, text: &str) {
    let words: Vec<&str> = text.split_whitespace().collect();
    for c in words.join(" ").chars().take(LONGEST) {
        edit(palette, Edit::Insert(c));
    }
    palette.pasted = true;
}

/// The row under the cursor. What was pasted is off where it would do something weighty: it has to be typed.
fn chosen(state: &State) -> Option<Row> {
    let Some(Overlay::Palette(palette)) = state.overlays.last() else { return None };
    let mut row = palette.chosen(state)?;
    let is_weighty = matches!(row.choice, Choice::Intent(intent) if intent.is_weighty());
    if palette.pasted && is_weighty && row.why_not.is_none() {
        row.why_not = Some(Masked::ours(PASTED));
    }
    Some(row)
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
        Choice::Theme(place) => take_theme(state, place),
        Choice::Intent(_) => {}
    }
    Vec::new()
}

/// Draws with another theme from here on.
fn take_theme(state: &mut State, place: usize) {
    let Some(theme) = state.settings.themes.names().get(place).map(|name| (*name).to_owned()) else { return };
    let told = format!("Theme {}; `theme` under [ui] in the config keeps it.", Masked::typed(&theme).text());
    state.say(Tone::Good, &told);
    state.settings.theme = theme;
}

/// Tells of the gateway from here on, in the answer on the screen too.
fn take_gateway(state: &mut State, gateway: &'static PaymentGateway) {
    state.settings.gateway = Some(gateway);
    if let Some(record) = state.call.record_mut() {
        record.judgement = record.judgement.clone().for_gateway(Some(gateway), record.answer());
    }
    let told =
        format!("What {} needs is told with each answer; `gateway` under [ui] keeps it.", gateway.name);
    state.say(Tone::Good, &told);
}
