//! The token's number and expiry. Only the facts of the number are known here, and its edges, which may be shown.

use super::{Answered, Question, Seen, answer, cryptogram, held_absence, state};
use crate::domain::answer::{Answer, Field, Held, TokenDetails};
use crate::domain::calendar::Expiry;
use crate::secret::{Alphabet, Facts};

pub(super) const QUESTIONS: &[Question] = &[
    &[
        answer("token-missing", missing),
        answer("token-type", of_wrong_type),
        answer("token-masked", |case| has(case, |facts| facts.placeholder || facts.masked_upstream)),
        answer("token-not-digits", |case| has(case, |facts| facts.alphabet != Alphabet::Digits)),
        answer("token-length", |case| has(case, |facts| !(12..=19).contains(&facts.length))),
        answer("token-check-digit", |case| has(case, |facts| !facts.luhn)),
    ],
    &[answer("token-expiry-unreadable", expiry_unreadable), answer("token-expiry-past", expiry_past)],
    &[answer("token-other-digits", other_digits)],
    &[answer("token-like-card", like_card)],
    &[answer("token-prefix", odd_prefix)],
];

fn seen(answer: &Answer) -> Seen {
    Seen::at("authentication_details.token", answer.token.masked())
}

/// Where `authentication_details` are missing as a whole that is said once, and a token that is not active may have none.
fn missing(case: &Answered<'_>) -> Option<Seen> {
    let how = held_absence(&case.answer.token)?;
    let is_expected = state::is_active(case) && cryptogram::has_details(case.answer);
    is_expected.then(|| seen(case.answer).says("how", how))
}

fn of_wrong_type(case: &Answered<'_>) -> Option<Seen> {
    matches!(case.answer.token, Held::Unusable).then(|| seen(case.answer))
}

fn has(case: &Answered<'_>, fact: fn(&Facts) -> bool) -> Option<Seen> {
    fact(case.answer.token.value()?.facts()).then(|| seen(case.answer))
}

/// Both fields of `token_details` that are shown are held against the number.
fn other_digits(case: &Answered<'_>) -> Option<Seen> {
    let (token, details) = (case.answer.token.value()?, &case.answer.token_details);
    let differs = |field: &Field, is_it: &dyn Fn(&str) -> bool| {
        field.plain().is_some_and(|digits| !digits.is_empty() && !is_it(digits))
    };
    let differ = differs(&details.first_six, &|six| token.begins_with(six))
        || differs(&details.last_four, &|four| token.ends_with(four));
    (differ && token.facts().alphabet == Alphabet::Digits).then(|| {
        seen(case.answer)
            .and("token_details.first_six", details.first_six.shown())
            .and("token_details.last_four", details.last_four.shown())
    })
}

fn like_card(case: &Answered<'_>) -> Option<Seen> {
    let (token, card) = (&case.answer.token_details.last_four, &case.answer.card_details.last_four);
    let alike = token.plain().is_some_and(|four| !four.is_empty() && card.plain() == Some(four));
    alike.then(|| {
        Seen::at("token_details.last_four", token.shown()).and("card_details.last_four", card.shown())
    })
}

fn odd_prefix(case: &Answered<'_>) -> Option<Seen> {
    let network = case.network?;
    let six = &case.answer.token_details.first_six;
    let is_odd = network.owns(six.plain().filter(|six| !six.is_empty())?) == Some(false);
    is_odd.then(|| {
        let seen =
            Seen::at("token_details.first_six", six.shown()).and("network", case.answer.network.shown());
        seen.says("network", network.name())
    })
}

pub(super) fn expiry(details: &TokenDetails) -> Option<Expiry> {
    Expiry::read(details.exp_month.plain()?, details.exp_year.plain()?)
}

fn expiry_seen(case: &Answered<'_>) -> Seen {
    let details = &case.answer.token_details;
    Seen::at("token_details.exp_month", details.exp_month.shown())
        .and("token_details.exp_year", details.exp_year.shown())
}

/// A token that is not active goes into no payment.
fn expiry_unreadable(case: &Answered<'_>) -> Option<Seen> {
    (state::is_active(case) && case.expiry.is_none()).then(|| expiry_seen(case))
}

/// To the end of the month, by India's clock. Under another state it is no contradiction.
fn expiry_past(case: &Answered<'_>) -> Option<Seen> {
    let is_past = state::is_active(case) && case.expiry.as_ref()?.is_over(case.today);
    let status = || case.answer.token_details.status.shown();
    is_past.then(|| expiry_seen(case).and("token_details.status", status()))
}
