//! Network, provider and token requestor: whether the record agrees with itself.

use super::super::networks::{self, same_name};
use super::whole::quoted;
use super::{Answered, Question, Seen, answer};
use crate::domain::answer::Field;

pub(super) const QUESTIONS: &[Question] = &[
    &[answer("issuer-token", issuer_token), answer("network-differs", differs)],
    &[
        answer("requestor-length", requestor_length),
        answer("requestor-wallet", requestor_wallet),
        answer("requestor-family", requestor_family),
    ],
];

/// The text of a field that says something.
fn said(field: &Field) -> Option<&str> {
    field.plain().filter(|text| !text.is_empty())
}

fn issuer_token(case: &Answered<'_>) -> Option<Seen> {
    let category = &case.answer.token_details.provider_category;
    let is_other = !said(category)?.eq_ignore_ascii_case("NETWORK");
    is_other.then(|| {
        Seen::at("token_details.provider_category", category.shown()).word("category", quoted(category))
    })
}

fn differs(case: &Answered<'_>) -> Option<Seen> {
    let (network, provider) = (&case.answer.network, &case.answer.token_details.provider);
    let (one, other) = (said(network)?, said(provider)?);
    let known = || case.network.zip(networks::find(other));
    let same = same_name(one, other) || known().is_some_and(|(one, other)| std::ptr::eq(one, other));
    (!same).then(|| {
        let seen = Seen::at("network", network.shown()).and("token_details.provider", provider.shown());
        seen.word("network", quoted(network)).word("provider", quoted(provider))
    })
}

fn seen(case: &Answered<'_>) -> Seen {
    Seen::at("token_requestor_id", case.answer.token_requestor_id.shown())
}

fn requestor_length(case: &Answered<'_>) -> Option<Seen> {
    let id = said(&case.answer.token_requestor_id)?;
    let is_id = id.len() == 11 && id.bytes().all(|b| b.is_ascii_digit());
    (!is_id).then(|| seen(case))
}

fn requestor_wallet(case: &Answered<'_>) -> Option<Seen> {
    let wallet = networks::wallet(said(&case.answer.token_requestor_id)?)?;
    Some(seen(case).says("wallet", wallet))
}

fn requestor_family(case: &Answered<'_>) -> Option<Seen> {
    let network = case.network?;
    let is_odd = network.assigns(said(&case.answer.token_requestor_id)?) == Some(false);
    is_odd.then(|| seen(case).and("network", case.answer.network.shown()).says("network", network.name()))
}
