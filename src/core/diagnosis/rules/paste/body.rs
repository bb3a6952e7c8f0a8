//! The body of a pasted request, and what was taken out of it.

use super::super::{Question, Seen, pasted};
use super::{Brought, listed};
use crate::domain::clinic::{Body, Shape};
use crate::secret::Masked;

/// Names that are listed; the rest is counted.
const NAMES: usize = 6;

pub(in super::super) const QUESTIONS: &[Question] = &[
    &[
        pasted("paste-body-missing", |case| shape(case, Shape::Missing)),
        pasted("paste-body-in-file", |case| shape(case, Shape::InFile)),
        pasted("paste-body-form", |case| shape(case, Shape::Form)),
        pasted("paste-body-other", |case| shape(case, Shape::Other)),
    ],
    &[pasted("paste-card-data", |case| case.pasted.dropped.card.then(Seen::default))],
    &[pasted("paste-field-missing", |case| ours(&body(case).missing))],
    &[pasted("paste-field-misnamed", misnamed)],
    &[pasted("paste-field-twice", |case| ours(&body(case).twice))],
    &[pasted("paste-field-not-text", |case| ours(&body(case).not_text))],
    &[pasted("paste-field-left-out", |case| ours(&body(case).stripped))],
    &[pasted("paste-submerchant-empty", submerchant_empty)],
    &[pasted("paste-field-unknown", unknown)],
    &[pasted("paste-cryptogram-space", |case| body(case).has_spaced_cryptogram.then(Seen::default))],
    &[pasted("paste-key-seen", |case| case.pasted.dropped.key.then(Seen::default))],
    &[pasted("paste-several-calls", several_calls)],
];

fn body<'a>(case: &Brought<'a>) -> &'a Body {
    &case.pasted.body
}

fn shape(case: &Brought<'_>, is: Shape) -> Option<Seen> {
    (body(case).shape == is).then(Seen::default)
}

/// Names of the contract.
fn ours(names: &[&'static str]) -> Option<Seen> {
    (!names.is_empty()).then(|| Seen::default().says("names", &names.join(", ")))
}

fn misnamed(case: &Brought<'_>) -> Option<Seen> {
    let pairs = &body(case).misnamed;
    let pair = |(name, right): &(Masked, &str)| {
        Masked::joined([name.clone(), Masked::ours(&format!(" (has to be {right})"))])
    };
    (!pairs.is_empty()).then(|| Seen::default().word("names", listed(pairs.iter().map(pair), NAMES)))
}

/// A reseller's is a matter of the form's own rule.
fn submerchant_empty(case: &Brought<'_>) -> Option<Seen> {
    let is_reseller = case.profile.is_some_and(|profile| profile.reseller);
    (body(case).has_empty_submerchant && !is_reseller).then(Seen::default)
}

fn unknown(case: &Brought<'_>) -> Option<Seen> {
    let names = &body(case).unknown;
    (!names.is_empty()).then(|| Seen::default().word("names", listed(names.iter().cloned(), NAMES)))
}

fn several_calls(case: &Brought<'_>) -> Option<Seen> {
    let calls = case.pasted.calls;
    (calls > 1).then(|| Seen::default().says("count", &calls.to_string()))
}
