//! The ECI, read by the table of its own network and never by another's.

use super::super::networks::{self, Eci};
use super::whole::quoted;
use super::{Answered, Question, Seen, absence, answer};
use crate::diagnosis::ours;
use crate::secret::Masked;

pub(super) const QUESTIONS: &[Question] = &[&[
    answer("eci-missing", missing),
    answer("eci-other-family", |case| is(case, &Eci::Foreign)),
    answer("eci-unknown", |case| is(case, &Eci::Unknown)),
    answer("eci-not-judged", |case| is(case, &Eci::NotJudged)),
]];

fn missing(case: &Answered<'_>) -> Option<Seen> {
    let how = absence(&case.answer.eci)?;
    Some(Seen::at("eci", case.answer.eci.shown()).says("how", how))
}

fn is(case: &Answered<'_>, wanted: &Eci) -> Option<Seen> {
    let answer = case.answer;
    let network = answer.network.plain().and_then(networks::find);
    let is_it = networks::eci(network, answer.eci.plain()?) == *wanted;
    is_it.then(|| {
        let seen = Seen::at("eci", answer.eci.shown()).and("network", answer.network.shown());
        seen.word("eci", quoted(&answer.eci)).word("network", name(network, &quoted(&answer.network)))
    })
}

/// The network's usual name, or the one that came.
fn name(network: Option<&'static networks::Network>, came: &Masked) -> Masked {
    match network {
        Some(network) => ours(network.name()),
        None if came.is_empty() => ours("a network that is not named"),
        None => came.clone(),
    }
}
