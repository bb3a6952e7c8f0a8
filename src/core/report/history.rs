//! What is told of a row of history, for a program: one JSON object a line, with the keys of INTERFACE, "Reports".
//!
//! History keeps no findings and little of the answer, so the one is empty and the other holds what there is, under the
//! contract's names.

use super::json::{Json, Member, named};
use super::line::on_one_line;
use super::redacted_by;
use crate::domain::history::Entry;
use crate::secret::Drawn;

/// A name and how its value is read off a row.
type Fact = (&'static str, fn(&Entry) -> Json<'_>);

/// What every form tells of a row, in this order.
pub(super) const FACTS: [Fact; 14] = [
    ("id", |row| Json::number(row.id)),
    ("at", |row| Json::ours(&row.at.utc())),
    ("card_reference", |row| Json::lent(&row.card_reference)),
    ("customer_id", |row| Json::lent(&row.customer_id)),
    ("profile", |row| Json::lent(&row.profile)),
    ("environment", |row| Json::ours(row.environment.name())),
    ("host", |row| Json::lent(&row.host)),
    ("http_status", |row| row.http_status.map_or(Json::Null, Json::number)),
    ("verdict", |row| Json::ours(row.verdict.word())),
    ("exit", |row| Json::number(row.verdict.exit())),
    ("summary", |row| Json::lent(&row.summary)),
    ("timing_ms", |row| Json::number(row.total_ms)),
    ("routing_id", |row| Json::lent(&row.routing_id)),
    ("submerchant_id", |row| Json::lent(&row.submerchant_id)),
];

/// A row as a JSON object on a line of its own.
pub fn entry_json(row: &Entry) -> Drawn {
    on_one_line(&Json::Map(members(row)))
}

/// The same, led by a member that says who redacted it.
pub fn export_entry_json(row: &Entry) -> Drawn {
    let mut all = vec![named("redacted", Json::ours(&redacted_by()))];
    all.extend(members(row));
    on_one_line(&Json::Map(all))
}

pub(super) fn members(row: &Entry) -> Vec<Member<'_>> {
    let mut all: Vec<Member<'_>> = FACTS.iter().map(|(name, read)| named(name, read(row))).collect();
    all.push(named("findings", Json::List(Vec::new())));
    all.push(named("answer", answer(row)));
    all
}

/// What is kept of the answer; `null` where nothing is.
fn answer(row: &Entry) -> Json<'_> {
    let kept = [&row.network, &row.issuer, &row.token_status, &row.card_last_four];
    if kept.iter().all(|text| text.is_empty()) {
        return Json::Null;
    }
    let one = |name, text| Json::Map(vec![named(name, Json::lent(text))]);
    Json::Map(vec![
        named("network", Json::lent(&row.network)),
        named("token_details", one("status", &row.token_status)),
        named("issuer", Json::lent(&row.issuer)),
        named("card_details", one("last_four", &row.card_last_four)),
    ])
}
