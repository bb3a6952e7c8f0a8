//! `emulator`: what is told of the built-in emulator.

/// A scenario as it is listed.
pub struct Listed {
    /// Its `card_reference`.
    pub reference: &'static str,
    /// Its `customer_id`.
    pub customer_id: &'static str,
    /// What it shows.
    pub shows: &'static str,
}

/// The list for `emulator --list`.
pub fn list(scenarios: impl IntoIterator<Item = Listed>) -> String {
    let line = |one: Listed| format!("{:<42} {:<16} {}\n", one.reference, one.customer_id, one.shows);
    scenarios.into_iter().map(line).collect()
}
