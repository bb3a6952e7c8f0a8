//! What the request tells about a refusal, where it is known.

use super::refusal::says_not_found;
use super::{Question, Refused, Seen, refusal};

pub(super) const QUESTIONS: &[Question] = &[
    &[refusal("submerchant-missing", submerchant_missing)],
    &[refusal("older-reference", older_reference)],
    &[refusal("routing-differs", routing_differs)],
];

fn submerchant_missing(case: &Refused<'_>) -> Option<Seen> {
    let asked = case.asked.filter(|asked| asked.reseller && asked.submerchant_id.is_empty())?;
    says_not_found(case).map(|seen| seen.and("submerchantId", asked.submerchant_id.clone()))
}

/// 32 hexadecimal digits and nothing else.
fn older_reference(case: &Refused<'_>) -> Option<Seen> {
    let reference = &case.asked?.card_reference;
    let text = reference.plain()?;
    let is_older = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
    says_not_found(case).filter(|_| is_older).map(|seen| seen.and("card_reference", reference.clone()))
}

fn routing_differs(case: &Refused<'_>) -> Option<Seen> {
    let asked = case.asked.filter(|asked| asked.routing_id != asked.customer_id)?;
    let seen = says_not_found(case)?;
    Some(seen.and("x-routing-id", asked.routing_id.clone()).and("customer_id", asked.customer_id.clone()))
}
