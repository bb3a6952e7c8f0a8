//! The verdict of a reply, as it follows from the findings: one word, the finding that gave it, and the others.

use std::cmp::Reverse;

use jiff::civil::Date;

use super::readiness::{Readiness, readiness};
use super::rules::{self, Answered, Case, Refused, Subject, Unread};
use super::{Finding, Severity};
use crate::domain::answer::Answer;
use crate::domain::exchange::{Exchange, Outcome, Reply};
use crate::domain::gateway::PaymentGateway;
use crate::domain::history::Verdict;
use crate::domain::sent::Sent;

/// What a reply comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The word on the screen.
    pub verdict: Verdict,
    /// Why, and what to do.
    pub finding: Finding,
    /// What else was found, the most severe first.
    pub others: Vec<Finding>,
    /// How ready the answer is for the chosen gateway, where there is an answer and one was chosen.
    pub readiness: Option<Readiness>,
}

impl Judgement {
    /// All findings: the one that gave the verdict, then the others.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        std::iter::once(&self.finding).chain(&self.others)
    }

    /// The same with what a gateway needs of the answer.
    #[must_use]
    pub fn for_gateway(self, gateway: Option<&'static PaymentGateway>, answer: Option<&Answer>) -> Self {
        let readiness = gateway.zip(answer).map(|(it, answer)| readiness(it, answer, &self));
        Self { readiness, ..self }
    }
}

/// Judges a reply. `asked` is what was sent, where that is known; `today` is the date in India
/// ([`Stamp::date_in_india`](crate::domain::calendar::Stamp::date_in_india)), by whose clock a token expires.
pub fn judge(reply: &Reply, asked: Option<&Sent>, today: Date) -> Judgement {
    match reply {
        Reply::Failed(failure, _) => weigh(&Case::Failed(failure), false),
        Reply::Came(exchange) => weigh_exchange(exchange, Some(exchange.status), asked, today),
    }
}

/// Judges an answer that somebody kept: nothing is known of the request, and perhaps not the status. It counts as no
/// answer of production, since it may be one of a test.
pub fn judge_kept(kept: &Exchange, status: Option<u16>, today: Date) -> Judgement {
    weigh_exchange(kept, status, None, today)
}

fn weigh_exchange(exchange: &Exchange, status: Option<u16>, asked: Option<&Sent>, today: Date) -> Judgement {
    let case = match &exchange.outcome {
        Outcome::Answered(answer) => Case::Answered(Answered::new(answer, today)),
        Outcome::Refused(refusal) => Case::Refused(Refused { exchange, refusal, asked, status }),
        Outcome::Unreadable(fault) => Case::Unread(Unread { exchange, fault: *fault }),
    };
    weigh(&case, asked.is_some_and(|sent| sent.guarded))
}

/// An answer is usable where nothing bad was found in it; what the other replies come to is clear from their kind.
fn weigh(case: &Case<'_>, production: bool) -> Judgement {
    let mut found = rules::find(Subject::Reply(case), production);
    // Rules of one weight keep their order.
    found.sort_by_key(|finding| Reverse(finding.severity));
    let is_bad = found.first().is_some_and(|worst| worst.severity == Severity::Bad);
    let verdict = match case {
        Case::Answered(_) if is_bad => Verdict::NotUsable,
        Case::Answered(_) => Verdict::Usable,
        Case::Refused(_) => Verdict::Refused,
        Case::Unread(_) => Verdict::Unreadable,
        Case::Failed(_) => Verdict::NoAnswer,
    };
    if verdict == Verdict::Usable {
        let usable = rules::usable(case, &found);
        found.splice(..0, usable);
    }
    let mut found = found.into_iter();
    let finding =
        found.next().unwrap_or_else(|| super::texts::finding(verdict.word(), rules::Seen::default(), false));
    Judgement { verdict, finding, others: found.collect(), readiness: None }
}
