//! What is told of a row of history, for a program: one JSON object a line, with the keys of INTERFACE, "Reports".
//!
//! History keeps no findings and little of the answer, so the one is empty and the other holds what there is, under the
//! contract's names.

use super::json::{Json, named, on_one_line};
use super::redacted_by;
use crate::domain::history::Entry;
use crate::secret::Masked;

/// A name and how its value is read off a row.
type Fact = (&'static str, fn(&Entry) -> Json);

/// What every form tells of a row, in this order.
pub(super) const FACTS: [Fact; 14] = [
    ("id", |row| Json::Bare(Masked::ours(&row.id.to_string()))),
    ("at", |row| Json::ours(&row.at.utc())),
    ("card_reference", |row| Json::Text(row.card_reference.clone())),
    ("customer_id", |row| Json::Text(row.customer_id.clone())),
    ("profile", |row| Json::Text(row.profile.clone())),
    ("environment", |row| Json::ours(row.environment.name())),
    ("host", |row| Json::Text(row.host.clone())),
    ("http_status", |row| row.http_status.map_or(Json::Null, |status| Json::number(status.into()))),
    ("verdict", |row| Json::ours(row.verdict.word())),
    ("exit", |row| Json::number(row.verdict.exit().into())),
    ("summary", |row| Json::Text(row.summary.clone())),
    ("timing_ms", |row| Json::number(row.total_ms)),
    ("routing_id", |row| Json::Text(row.routing_id.clone())),
    ("submerchant_id", |row| Json::Text(row.submerchant_id.clone())),
];

/// A row as a JSON object on a line of its own.
pub fn entry_json(row: &Entry) -> Masked {
    on_one_line(&Json::Map(members(row)))
}

/// The same, led by a member that says who redacted it.
pub fn export_entry_json(row: &Entry) -> Masked {
    let mut all = vec![named("redacted", Json::ours(&redacted_by()))];
    all.extend(members(row));
    on_one_line(&Json::Map(all))
}

pub(super) fn members(row: &Entry) -> Vec<(Masked, Json)> {
    let mut all: Vec<(Masked, Json)> = FACTS.iter().map(|(name, read)| named(name, read(row))).collect();
    all.push(named("findings", Json::List(Vec::new())));
    all.push(named("answer", answer(row)));
    all
}

/// What is kept of the answer; `null` where nothing is.
fn answer(row: &Entry) -> Json {
    let kept = [&row.network, &row.issuer, &row.token_status, &row.card_last_four];
    if kept.iter().all(|text| text.is_empty()) {
        return Json::Null;
    }
    let one = |name, text: &Masked| Json::Map(vec![named(name, Json::Text(text.clone()))]);
    Json::Map(vec![
        named("network", Json::Text(row.network.clone())),
        named("token_details", one("status", &row.token_status)),
        named("issuer", Json::Text(row.issuer.clone())),
        named("card_details", one("last_four", &row.card_last_four)),
    ])
}
