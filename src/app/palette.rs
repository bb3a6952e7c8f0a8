//! The palette: whatever the console can do or be set to, found by a few letters of its name.
//!
//! Owns: what is in it, in which order it is listed, and what is typed. Must not know: how it is drawn, or what a choice does;
//! that is `update/palette`. Tested: `tests/update_palette.rs`.

mod fuzzy;

use std::cmp::Reverse;

use super::intent::Intent;
use super::line::Cursor;
use super::state::State;
use super::why::why_not;
use crate::domain::gateway::PaymentGateway;
use crate::domain::profile::Profile;
use crate::secret::Masked;

/// Characters that can be typed; no name has more, and a paste may.
pub const LONGEST: usize = 80;

/// The line that is typed, and the row under the cursor of what it finds.
#[derive(Debug, Default)]
pub struct Palette {
    /// What was typed so far.
    pub typed: String,
    /// Where the cursor stands.
    pub cursor: Cursor,
    /// The row under the cursor.
    pub row: usize,
    /// Whether the end of it was pasted; then it starts nothing weighty.
    pub pasted: bool,
}

/// Something that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// To do what its key would.
    Intent(Intent),
    /// To switch to the profile at this place.
    Profile(usize),
    /// To be told what this gateway needs.
    Gateway(&'static PaymentGateway),
    /// To draw with the colours of the theme at this place of the names.
    Theme(usize),
}

/// A row of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub choice: Choice,
    /// Its name.
    pub name: Masked,
    /// What it does.
    pub label: Masked,
    /// Its keys; empty for none.
    pub keys: String,
    /// Why it is off here and now.
    pub why_not: Option<Masked>,
}

impl Palette {
    /// The rows that what was typed finds, the best first.
    pub fn rows(&self, state: &State) -> Vec<Row> {
        let scored = all(state).filter_map(|row| Some((score(&self.typed, &row)?, row)));
        let mut found: Vec<(u32, Row)> = scored.collect();
        // Rows of one rank keep their order.
        found.sort_by_key(|(score, row)| (Reverse(*score), row.why_not.is_some()));
        found.into_iter().map(|(_, row)| row).collect()
    }

    /// The row under the cursor.
    pub fn chosen(&self, state: &State) -> Option<Row> {
        self.rows(state).into_iter().nth(self.row)
    }
}

/// How well a row fits: by its name before what it does, and by its key where that alone was typed.
fn score(typed: &str, row: &Row) -> Option<u32> {
    const BY_KEY: u32 = 1_000;
    const BY_NAME: u32 = 500;
    if !typed.is_empty() && row.keys.split(' ').any(|key| key == typed) {
        return Some(BY_KEY);
    }
    let by_name = fuzzy::score(typed, &row.name.text()).map(|score| score + BY_NAME);
    by_name.or_else(|| {
        let told = format!("{} {}", row.name.text(), row.label.text()).to_lowercase();
        // Scattered letters are in almost any sentence, so here the words themselves have to be.
        typed.to_lowercase().split_whitespace().all(|word| told.contains(word)).then_some(0)
    })
}

fn all(state: &State) -> impl Iterator<Item = Row> {
    let intents = Intent::NAMED.iter().map(|(intent, name)| of_intent(state, *intent, name));
    let profiles = state.profiles.iter().enumerate().map(|(place, it)| of_profile(state, place, it));
    let gateways = PaymentGateway::all().iter().map(|gateway| {
        plain(
            Choice::Gateway(gateway),
            &format!("gateway {}", gateway.id),
            &format!("what {} needs", gateway.name),
        )
    });
    let themes =
        state.settings.themes.names().into_iter().enumerate().map(|(place, name)| of_theme(place, name));
    intents.chain(profiles).chain(gateways).chain(themes)
}

fn of_intent(state: &State, intent: Intent, name: &str) -> Row {
    let keymap = &state.settings.keymap;
    Row {
        keys: keymap.all_keys(intent).join(" "),
        why_not: why_not(state, intent).map(|notice| notice.text),
        ..plain(Choice::Intent(intent), name, keymap.label(state.focus, intent))
    }
}

fn of_theme(place: usize, name: &str) -> Row {
    let name = Masked::joined([Masked::ours("theme "), Masked::typed(name)]);
    Row { name, ..plain(Choice::Theme(place), "", "the colours of the console") }
}

fn of_profile(state: &State, place: usize, profile: &Profile) -> Row {
    let in_use = if place == state.current { " (in use)" } else { "" };
    let host = Masked::typed(&profile.endpoint.authority());
    let label = [Masked::ours(profile.environment().word()), Masked::ours(" "), host, Masked::ours(in_use)];
    let name = Masked::joined([Masked::ours("profile "), Masked::typed(&profile.name)]);
    Row { name, label: Masked::joined(label), ..plain(Choice::Profile(place), "", "") }
}

fn plain(choice: Choice, name: &str, label: &str) -> Row {
    Row { choice, name: Masked::ours(name), label: Masked::ours(label), keys: String::new(), why_not: None }
}
