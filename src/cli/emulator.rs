//! `emulator`: what is told of the built-in emulator.

/// A scenario as it is listed.
pub struct Listed {
    /// Its `card_reference`.
    pub reference: &'static str,
    /// The reference that is named after the rule it fires, where there is one.
    pub named_after_rule: Option<String>,
    /// Its `customer_id`.
    pub customer_id: &'static str,
    /// What it shows.
    pub shows: &'static str,
}

/// The list for `emulator --list`.
pub fn list(scenarios: impl IntoIterator<Item = Listed>) -> String {
    scenarios.into_iter().map(|one| lines(&one)).collect()
}

/// A line for each name of it.
fn lines(one: &Listed) -> String {
    let line = |name: &str| format!("{name:<42} {:<16} {}\n", one.customer_id, one.shows);
    let other = one.named_after_rule.iter().filter(|name| *name != one.reference);
    std::iter::once(line(one.reference)).chain(other.map(|name| line(name))).collect()
}
