//! The answer as a whole: whose it is, whether it can be read one way only, and that nothing is wrong with it.

use super::super::networks::Eci;
use super::{Answered, Question, Seen, answer, refusal};
use crate::diagnosis::{around, ours};
use crate::domain::answer::{Answer, Field, Mismatch};
use crate::domain::scripts;
use crate::secret::{Masked, is_named};

pub(super) const QUESTIONS: &[Question] = &[
    &[answer("other-card", other_card), answer("other-customer", other_customer)],
    &[answer("said-twice", said_twice)],
    &[
        answer("look-alike-letters", |case| look_alikes(&readable(case.answer))),
        refusal("look-alike-letters", |case| look_alikes(&case.texts())),
    ],
];

/// With a sentence about its ECI, where its network has one, and one about the warnings.
pub(super) fn usable(case: &Answered<'_>, warnings: usize) -> Seen {
    let answer = case.answer;
    let mut eci = Masked::default();
    if let Some(Eci::Known(sentence)) = case.eci {
        eci.push_ours(" ");
        eci.push_ours(sentence);
    }
    let doubts = match warnings {
        0 => Masked::default(),
        1 => ours(" Look at the warning first."),
        many => ours(&format!(" Look at the {many} warnings first.")),
    };
    let seen = Seen::at("token_details.status", answer.token_details.status.shown());
    seen.and("eci", answer.eci.shown()).word("eci", eci).word("care", doubts)
}

fn other_card(case: &Answered<'_>) -> Option<Seen> {
    let answer = case.answer;
    if !answer.mismatches.contains(&Mismatch::Reference) {
        return None;
    }
    let whose = if answer.mismatches.contains(&Mismatch::Customer) {
        " of another customer: neither its reference nor its customer_id is the one that was asked for."
    } else {
        ": its reference is not the card_reference that was asked for."
    };
    let seen = Seen::at("reference", answer.reference.shown()).and("customer_id", answer.customer_id.shown());
    Some(seen.says("whose", whose))
}

fn other_customer(case: &Answered<'_>) -> Option<Seen> {
    let is_other = case.answer.mismatches.contains(&Mismatch::Customer);
    is_other.then(|| Seen::at("customer_id", case.answer.customer_id.shown()))
}

/// A member that the policy does not name is passed over: nothing is read from it.
fn said_twice(case: &Answered<'_>) -> Option<Seen> {
    let path = case.answer.duplicated.iter().find(|path| is_named(path))?;
    Some(Seen::at(path.clone(), Masked::hidden()).says("path", path))
}

/// Threat model, row 41.
fn look_alikes(fields: &[(&'static str, &Field)]) -> Option<Seen> {
    let mixed = fields.iter().filter_map(|(path, field)| match field {
        Field::Shown(text) if scripts::is_mixed(text) => Some((*path, text)),
        _ => None,
    });
    let seen = mixed.fold(Seen::default(), |seen, (path, text)| seen.and(path, text.clone()));
    let names: Vec<&str> = seen.evidence.iter().map(|one| one.field.as_ref()).collect();
    let fields = match names.as_slice() {
        [] => return None,
        [one] => format!("{one} mixes"),
        [before @ .., last] => format!("{} and {last} mix", before.join(", ")),
    };
    Some(seen.says("fields", &fields))
}

/// The fields that a reader goes by.
fn readable(answer: &Answer) -> [(&'static str, &Field); 12] {
    let token = &answer.token_details;
    [
        ("token_details.status", &token.status),
        ("token_details.provider", &token.provider),
        ("token_details.provider_category", &token.provider_category),
        ("eci", &answer.eci),
        ("token_requestor_id", &answer.token_requestor_id),
        ("network", &answer.network),
        ("card_type", &answer.card_type),
        ("sub_type", &answer.sub_type),
        ("issuer", &answer.issuer),
        ("issuer_country_code", &answer.issuer_country_code),
        ("reference", &answer.reference),
        ("customer_id", &answer.customer_id),
    ]
}

/// A text from outside in quotes of the sentence: cut where it is long.
pub(super) fn quoted(field: &Field) -> Masked {
    around("", &field.masked().unwrap_or_else(|| ours("")), "")
}
