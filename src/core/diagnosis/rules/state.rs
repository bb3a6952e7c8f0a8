//! The token's state: only ACTIVE can be used, whatever other word stands there.

use super::whole::quoted;
use super::{Answered, Question, Seen, absence, answer};
use crate::diagnosis::{around, ours};
use crate::domain::answer::Field;

pub(super) const QUESTIONS: &[Question] = &[
    &[
        answer("token-suspended", |case| is(case, "SUSPENDED")),
        answer("token-inactive", |case| is(case, "INACTIVE")),
        answer("token-expired", |case| is(case, "EXPIRED")),
        answer("token-deleted", |case| is(case, "DELETED")),
        answer("token-deactivated", |case| is(case, "DEACTIVATED")),
        answer("token-state-missing", missing),
        answer("token-state-unknown", unknown),
    ],
    &[answer("token-state-case", odd_case)],
];

/// Whether the token can be used by its state.
pub(super) fn is_active(case: &Answered<'_>) -> bool {
    is_in(case, "ACTIVE")
}

fn is_in(case: &Answered<'_>, word: &str) -> bool {
    status(case).plain().is_some_and(|status| status.eq_ignore_ascii_case(word))
}

fn status<'a>(case: &'a Answered<'_>) -> &'a Field {
    &case.answer.token_details.status
}

fn seen(case: &Answered<'_>) -> Seen {
    Seen::at("token_details.status", status(case).shown())
}

fn is(case: &Answered<'_>, word: &str) -> Option<Seen> {
    is_in(case, word).then(|| seen(case))
}

fn missing(case: &Answered<'_>) -> Option<Seen> {
    absence(status(case)).map(|how| seen(case).says("how", how))
}

fn unknown(case: &Answered<'_>) -> Option<Seen> {
    if is_active(case) {
        return None;
    }
    let state = match status(case) {
        Field::Hidden => ours("The token state cannot be read, as it is no text"),
        field => around("The token state \"", &quoted(field), "\" is none that is known"),
    };
    Some(seen(case).word("state", state))
}

fn odd_case(case: &Answered<'_>) -> Option<Seen> {
    (is_active(case) && status(case).plain() != Some("ACTIVE")).then(|| seen(case))
}
