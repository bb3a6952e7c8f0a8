//! A request before it is sent: what would be refused here, and what the API is likely to refuse.
//!
//! What is refused here is decided in the domain, which no request gets past; the rules give it an id, a source and a text.

use super::{Drafted, EMPTY_FIELD, Question, Seen, drafted};
use crate::domain::history::Entry;
use crate::domain::request::{FieldFault, Likeness, RequestField};
use crate::secret::Masked;

/// How a short-lived `card_token` of List Cards starts.
const SHORT_LIVED: &str = "tkn_";

pub(super) const QUESTIONS: &[Question] = &[&[
    drafted("field-card-number", |case| fault(case, FieldFault::CardNumber)),
    drafted("field-characters", |case| fault(case, FieldFault::Characters)),
    drafted("field-too-long", |case| fault(case, FieldFault::TooLong)),
    drafted("field-not-ascii", |case| fault(case, FieldFault::NotAscii)),
    drafted(EMPTY_FIELD, |case| fault(case, FieldFault::Missing)),
    drafted("version-no-day", |case| refused(case, FieldFault::NotADay)),
    drafted("field-like-card", like_card),
    drafted("reference-short-lived", short_lived),
    drafted("routing-changed", routing_changed),
    drafted("routing-not-customer", routing_not_customer),
    drafted("submerchant-empty", submerchant_empty),
]];

fn fault(case: &Drafted<'_>, of: fn(RequestField) -> FieldFault) -> Option<Seen> {
    refused(case, of(case.field?))
}

fn refused(case: &Drafted<'_>, fault: FieldFault) -> Option<Seen> {
    let seen = || Seen::default().says("what", &fault.what()).says("next", &capital(fault.next()));
    (case.fault == Some(fault)).then(seen)
}

/// A sentence begins with a capital.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

/// Nothing before this rule objects, so that the value may be shown. A form is looked at with each frame, so nothing is made of
/// what is not seen.
fn seen_if(case: &Drafted<'_>, field: RequestField, is_so: impl FnOnce() -> bool) -> Option<Seen> {
    let seen = || Seen::at(field.name(), Masked::typed(case.draft.get(field))).says("field", field.name());
    (case.field == Some(field) && is_so()).then(seen)
}

fn like_card(case: &Drafted<'_>) -> Option<Seen> {
    let field = case.field?;
    seen_if(case, field, || case.draft.likeness(field) == Some(Likeness::Doubtful))
}

fn short_lived(case: &Drafted<'_>) -> Option<Seen> {
    let start = case.draft.card_reference.get(..SHORT_LIVED.len())?;
    seen_if(case, RequestField::CardReference, || start.eq_ignore_ascii_case(SHORT_LIVED))
}

/// What the newest call of this customer carried under this profile is what the next one has to carry.
fn routing_changed(case: &Drafted<'_>) -> Option<Seen> {
    // First, or the calls are gone through for every other field too.
    case.field.filter(|field| *field == RequestField::RoutingId)?;
    let (routing_id, customer_id) = (routing(case)?, case.draft.customer_id.as_str());
    let profile = case.profile?;
    let is_same_customer = |entry: &&Entry| {
        entry.customer_id.plain() == Some(customer_id) && entry.profile.plain() == Some(&profile.name)
    };
    let used = case.before.iter().find(is_same_customer)?.routing_id.plain()?;
    let seen = seen_if(case, RequestField::RoutingId, || used != routing_id)?;
    Some(seen.word("used", Masked::typed(used).cut(super::super::QUOTED)))
}

fn routing_not_customer(case: &Drafted<'_>) -> Option<Seen> {
    let sent = routing(case)?;
    seen_if(case, RequestField::RoutingId, || sent != case.draft.customer_id)
}

/// What is sent as `x-routing-id`; `None` where it cannot be compared yet.
fn routing<'a>(case: &Drafted<'a>) -> Option<&'a str> {
    let draft = case.draft;
    let sent = if draft.routing_id.is_empty() { &draft.customer_id } else { &draft.routing_id };
    (!sent.is_empty() && !draft.customer_id.is_empty()).then_some(sent)
}

fn submerchant_empty(case: &Drafted<'_>) -> Option<Seen> {
    let is_empty =
        case.profile.is_some_and(|profile| profile.reseller) && case.draft.submerchant_id.is_empty();
    seen_if(case, RequestField::SubmerchantId, || is_empty)
}
