//! Values of a field that were used before, stepped through with the arrow keys as a shell does.
//!
//! Owns: which values are offered, and the way back to what was being typed. Offered is what was sent in this session and what
//! the loaded rows of history tell, never a value that is masked. Tested: `tests/update_recall.rs`.

use std::collections::HashSet;

use super::state::State;
use crate::domain::history::Entry;
use crate::domain::request::RequestField;
use crate::domain::sent::Sent;
use crate::secret::{Masked, looks_like_card};

/// Calls of this session whose values are remembered.
const CALLS: usize = 50;

/// The values of a field, the place among them, and what stood in the field before.
#[derive(Debug)]
pub(super) struct Recall {
    typed: String,
    values: Vec<String>,
    place: Option<usize>,
}

impl Recall {
    /// Starts from what is being typed, which is not among the values.
    pub(super) fn new(typed: &str, mut values: Vec<String>) -> Self {
        values.retain(|value| value != typed);
        // A card number that was typed by mistake does not come back.
        let typed = if looks_like_card(typed) { "" } else { typed };
        Self { typed: typed.to_owned(), values, place: None }
    }

    /// The next older value; `None` where there is none.
    pub(super) fn older(&mut self) -> Option<&str> {
        let next = self.place.map_or(0, |place| place + 1);
        let value = self.values.get(next)?;
        self.place = Some(next);
        Some(value)
    }

    /// The next newer value, in the end what was being typed; `None` where that stands there.
    pub(super) fn newer(&mut self) -> Option<&str> {
        self.place = self.place?.checked_sub(1);
        Some(self.place.and_then(|place| self.values.get(place)).unwrap_or(&self.typed))
    }
}

/// The ids of a call, under the names of the form.
struct Ids<'a>([(RequestField, &'a Masked); 4]);

impl<'a> Ids<'a> {
    /// What stood in a field. A routing id that follows the customer stood in none.
    fn of(&self, field: RequestField) -> Option<&'a str> {
        let of = |wanted| self.0.iter().find(|(it, _)| *it == wanted).map(|(_, value)| *value);
        let plain = |wanted| of(wanted).and_then(Masked::plain);
        let follows = field == RequestField::RoutingId && plain(field) == plain(RequestField::CustomerId);
        plain(field).filter(|value| !value.is_empty() && !follows)
    }
}

impl<'a> From<&'a Sent> for Ids<'a> {
    fn from(it: &'a Sent) -> Self {
        Self([
            (RequestField::CardReference, &it.card_reference),
            (RequestField::CustomerId, &it.customer_id),
            (RequestField::RoutingId, &it.routing_id),
            (RequestField::SubmerchantId, &it.submerchant_id),
        ])
    }
}

impl<'a> From<&'a Entry> for Ids<'a> {
    fn from(it: &'a Entry) -> Self {
        Self([
            (RequestField::CardReference, &it.card_reference),
            (RequestField::CustomerId, &it.customer_id),
            (RequestField::RoutingId, &it.routing_id),
            (RequestField::SubmerchantId, &it.submerchant_id),
        ])
    }
}

impl State {
    /// Remembers what was sent, newest first.
    pub(super) fn remember_sent(&mut self, sent: &Sent) {
        self.used.insert(0, sent.clone());
        self.used.truncate(CALLS);
    }

    /// What was used in a field before, each once, newest first.
    pub(super) fn values_before(&self, field: RequestField) -> Vec<String> {
        let calls = self.used.iter().map(Ids::from).chain(self.history.rows.iter().map(Ids::from));
        // Looked up and not looked for: each of very many rows may bring a value of its own.
        let mut known = HashSet::new();
        calls
            .filter_map(|ids| ids.of(field))
            .filter(|value| known.insert(*value))
            .map(str::to_owned)
            .collect()
    }
}
