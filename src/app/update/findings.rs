//! Enter in the answer: what was found, one by one, and what each gateway needs. It hides what is revealed first.

use super::press;
use crate::app::effect::Effect;
use crate::app::overlay::{FindingList, Item, Overlay};
use crate::app::state::State;
use crate::diagnosis::readiness::readiness;
use crate::domain::gateway::PaymentGateway;

/// The title of the list.
const TITLE: &str = "Findings, and what gateways need";

/// Lists the findings of the answer, then the gateways, the chosen one first.
pub(super) fn list(state: &mut State) -> Vec<Effect> {
    let Some(record) = state.record() else { return Vec::new() };
    let judgement = &record.judgement;
    let mut items: Vec<Item> = judgement.findings().cloned().map(Item::Finding).collect();
    if let Some(answer) = record.answer() {
        let chosen = state.settings.gateway;
        let others = PaymentGateway::all().iter().filter(|gateway| Some(*gateway) != chosen);
        let needs = |gateway| Item::Gateway(readiness(gateway, answer, judgement));
        items.extend(chosen.into_iter().chain(others).map(needs));
    }
    press::cover(state, Overlay::Findings(FindingList { title: TITLE, items, cursor: 0 }))
}

/// Enter in the list: the row under the cursor, whole.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Findings(list)) = state.overlays.last() else { return Vec::new() };
    let Some(item) = list.items.get(list.cursor).cloned() else { return Vec::new() };
    press::cover(state, Overlay::Finding { item, scroll: 0 })
}
