//! The cryptogram: there, whole, and as its network makes it. Only its facts are known here, never a character of it.

use super::super::networks::Form;
use super::{Answered, Question, Seen, answer, held_absence, state};
use crate::domain::answer::{Answer, Held};
use crate::secret::{Alphabet, Facts, Node};

pub(super) const QUESTIONS: &[Question] = &[&[
    answer("authentication-missing", authentication_missing),
    answer("cryptogram-missing", missing),
    answer("cryptogram-type", of_wrong_type),
    answer("cryptogram-placeholder", |case| has(case, |facts| facts.placeholder)),
    answer("cryptogram-masked", |case| has(case, |facts| facts.masked_upstream)),
    answer("cryptogram-space", |case| has(case, |facts| facts.has_space)),
    answer("cryptogram-alphabet", |case| of(case, Form::TwentyBytes, is_foreign)),
    answer("cryptogram-length", |case| of(case, Form::TwentyBytes, is_odd)),
    answer("cryptogram-amex", |case| of(case, Form::Amex, is_odd_for_amex)),
]];

fn seen(answer: &Answer) -> Seen {
    Seen::at("authentication_details.cryptogram", answer.cryptogram.masked())
}

/// A token that is not active has no cryptogram to miss.
fn authentication_missing(case: &Answered<'_>) -> Option<Seen> {
    let how = match details(&case.answer.tree) {
        Some(Node::Map(_)) => return None,
        None => "missing",
        Some(Node::Null) => "null",
        Some(_) => "no object",
    };
    state::is_active(case)
        .then(|| Seen::at("token_details.status", case.answer.token_details.status.shown()).says("how", how))
}

/// Whether there is an object that a token and a cryptogram could stand in.
pub(super) fn has_details(answer: &Answer) -> bool {
    matches!(details(&answer.tree), Some(Node::Map(_)))
}

fn details(tree: &Node) -> Option<&Node> {
    let Node::Map(entries) = tree else { return None };
    let found = entries.iter().find(|entry| entry.name.plain() == Some("authentication_details"));
    found.map(|entry| &entry.value)
}

fn missing(case: &Answered<'_>) -> Option<Seen> {
    let how = held_absence(&case.answer.cryptogram).filter(|_| state::is_active(case))?;
    Some(seen(case.answer).says("how", how))
}

fn of_wrong_type(case: &Answered<'_>) -> Option<Seen> {
    matches!(case.answer.cryptogram, Held::Unusable).then(|| seen(case.answer))
}

fn has(case: &Answered<'_>, fact: fn(&Facts) -> bool) -> Option<Seen> {
    fact(case.answer.cryptogram.value()?.facts()).then(|| seen(case.answer))
}

/// A fact of the cryptograms of a network token; an issuer's own tokens follow other rules.
fn of(case: &Answered<'_>, form: Form, fact: fn(&Facts) -> bool) -> Option<Seen> {
    let category = &case.answer.token_details.provider_category;
    let is_networks = category.plain().is_some_and(|it| it.eq_ignore_ascii_case("NETWORK"));
    let is_of_form = case.network?.cryptogram == Some(form);
    let seen = has(case, fact).filter(|_| is_networks && is_of_form)?;
    Some(seen.and("network", case.answer.network.shown()))
}

fn is_foreign(facts: &Facts) -> bool {
    matches!(facts.alphabet, Alphabet::Other | Alphabet::Base64Url)
}

/// 28 characters; 27 without padding; up to 32 are known; 40 in hex.
fn is_odd(facts: &Facts) -> bool {
    !matches!(facts.length, 27..=32 | 40)
}

fn is_odd_for_amex(facts: &Facts) -> bool {
    let code = facts.alphabet == Alphabet::Digits && matches!(facts.length, 3 | 4);
    let hex = matches!(facts.alphabet, Alphabet::Hex | Alphabet::Digits) && matches!(facts.length, 40 | 80);
    !(code || hex || matches!(facts.decoded_length, Some(20 | 40)))
}
