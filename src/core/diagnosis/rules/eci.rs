//! The ECI, read by the table of its own network and never by another's.

use super::super::networks::{Eci, Network};
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
    (case.eci.as_ref()? == wanted).then(|| {
        let seen = Seen::at("eci", answer.eci.shown()).and("network", answer.network.shown());
        seen.word("eci", quoted(&answer.eci)).word("network", name(case.network, &quoted(&answer.network)))
    })
}

/// The network's usual name, or the one that came.
fn name(network: Option<&'static Network>, came: &Masked) -> Masked {
    match network {
        Some(network) => ours(network.name()),
        None if came.is_empty() => ours("a network that is not named"),
        None => came.clone(),
    }
}
