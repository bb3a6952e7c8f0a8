//! The facts of a call as labelled rows. Token and card have sections of their own, since one is often read as the other
//! (contract/domain.md, section 1).

use crate::domain::answer::{Answer, Field, Held, Refusal};
use crate::domain::exchange::{Exchange, Outcome, Reply};
use crate::domain::sent::Sent;
use crate::secret::Masked;

use super::Told;

/// A label of ours and a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The label.
    pub label: &'static str,
    /// The value, masked.
    pub value: Masked,
}

/// Rows under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: &'static str,
    /// The rows.
    pub rows: Vec<Row>,
}

/// What came back, in sections: token and card of an answer, the texts of a refusal.
pub fn sections(reply: &Reply) -> Vec<Section> {
    let Reply::Came(exchange) = reply else { return Vec::new() };
    match &exchange.outcome {
        Outcome::Answered(answer) => vec![
            Section { title: "Token: this goes into the payment", rows: token(answer) },
            Section { title: "Card: only to recognise it by", rows: card(answer) },
        ],
        Outcome::Refused(refusal) => {
            let rows = refusal_rows(refusal);
            if rows.is_empty() { Vec::new() } else { vec![Section { title: "What the API said", rows }] }
        }
        Outcome::Unreadable(_) => Vec::new(),
    }
}

fn token(answer: &Answer) -> Vec<Row> {
    let token = &answer.token_details;
    vec![
        row("status", token.status.shown()),
        row("token number", token_number(answer)),
        row("token expiry", pair(&token.exp_month.shown(), &token.exp_year.shown())),
        row("cryptogram", answer.cryptogram.masked()),
        row("eci", answer.eci.shown()),
        row("provider", token.provider.shown()),
        row("provider_category", token.provider_category.shown()),
        row("token_requestor_id", answer.token_requestor_id.shown()),
    ]
}

fn card(answer: &Answer) -> Vec<Row> {
    let card = &answer.card_details;
    vec![
        row("card last four", card.last_four.shown()),
        row("card expiry", pair(&card.exp_month.masked(), &card.exp_year.masked())),
        row("network", answer.network.shown()),
        row("card_type", answer.card_type.shown()),
        row("sub_type", answer.sub_type.shown()),
        row("issuer", answer.issuer.shown()),
        row("issuer_country_code", answer.issuer_country_code.shown()),
        row("par", card.par.masked()),
        row("fingerprint", answer.fingerprint.masked()),
        row("name_on_card", answer.name_on_card.masked()),
        row("nickname", answer.nickname.masked()),
        row("reference", answer.reference.shown()),
        row("customer_id", answer.customer_id.shown()),
    ]
}

/// First six, mask, last four (INTERFACE, "Words on the screen"); a word where there is no number.
fn token_number(answer: &Answer) -> Masked {
    match &answer.token {
        Held::Value(_) | Held::Unusable => {
            let edge = |field: &Field| field.masked().unwrap_or_default();
            let (first, last) = (&answer.token_details.first_six, &answer.token_details.last_four);
            Masked::joined([edge(first), Masked::hidden(), edge(last)])
        }
        absent => absent.masked(),
    }
}

fn refusal_rows(refusal: &Refusal) -> Vec<Row> {
    [
        ("error", &refusal.error),
        ("status", &refusal.status),
        ("error_code", &refusal.error_code),
        ("error_message", &refusal.error_message),
        ("user_message", &refusal.user_message),
        ("error_info.code", &refusal.info_code),
        ("error_info.category", &refusal.info_category),
        ("error_info.user_message", &refusal.info_user_message),
        ("error_info.developer_message", &refusal.info_developer_message),
    ]
    .into_iter()
    .filter(|(_, field)| field.is_present())
    .map(|(label, field)| row(label, field.shown()))
    .collect()
}

/// What was sent and how long it took, and the status, as far as they are known.
pub(super) fn call(told: &Told<'_>) -> Vec<Row> {
    let mut rows = told.sent.map(sent).unwrap_or_default();
    rows.extend(told.total_ms().map(|ms| row("took", Masked::ours(&format!("{ms} ms{}", parts(told))))));
    rows.extend(told.status.map(|status| row("HTTP status", Masked::ours(&status.to_string()))));
    rows.retain(|row| !row.value.is_empty());
    rows
}

/// `, of which lookup 1 ms, first byte 30 ms`; nothing where that is not known.
fn parts(told: &Told<'_>) -> String {
    let known = told.parts().into_iter().flatten();
    let known = known.filter_map(|part| Some(format!("{} {} ms", part.label, part.time?.as_millis())));
    let all = known.collect::<Vec<_>>().join(", ");
    if all.is_empty() { all } else { format!(", of which {all}") }
}

fn sent(sent: &Sent) -> Vec<Row> {
    let environment = Masked::ours(&format!(" ({})", sent.environment.word()));
    vec![
        row("profile", Masked::joined([sent.profile.clone(), environment])),
        row("host", sent.host.clone()),
        row("x-merchantid", sent.merchant_id.clone()),
        row("card_reference", sent.card_reference.clone()),
        row("customer_id", sent.customer_id.clone()),
        row("x-routing-id", sent.routing_id.clone()),
        row("submerchantId", sent.submerchant_id.clone()),
        row("sent at", Masked::ours(&sent.at.utc())),
    ]
}

/// The headers by which the API's people find a call again, and those that explain it.
pub(super) fn headers(exchange: &Exchange) -> Vec<(Masked, Masked)> {
    let shown = exchange.headers.iter().filter(|header| header.value != Masked::hidden());
    shown.map(|header| (header.name.clone(), header.value.clone())).collect()
}

fn row(label: &'static str, value: Masked) -> Row {
    Row { label, value }
}

/// Month and year; a word once where both are the same word.
fn pair(month: &Masked, year: &Masked) -> Masked {
    let is_word = month.plain().is_some_and(|text| matches!(text, "missing" | "null" | "empty"));
    if month == year && (is_word || *month == Masked::hidden()) {
        return month.clone();
    }
    Masked::joined([month.clone(), Masked::ours("/"), year.clone()])
}
