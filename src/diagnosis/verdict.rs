//! The verdict of a reply: one word, one finding. The first rule that fires decides.

mod answered;
mod refused;

use jiff::civil::Date;

use super::{Confidence, Finding, around, ours};
use crate::domain::exchange::{Exchange, Outcome, Reply};
use crate::domain::failure::{Failure, Unreadable};
use crate::domain::history::Verdict;
use crate::domain::sent::Sent;

/// What a reply comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The word on the screen.
    pub verdict: Verdict,
    /// Why, and what to do.
    pub finding: Finding,
}

/// Judges a reply. `asked` is what was sent, where that is known; `today` is the date in India
/// ([`Stamp::date_in_india`](crate::domain::calendar::Stamp::date_in_india)), by whose clock a token expires.
pub fn judge(reply: &Reply, asked: Option<&Sent>, today: Date) -> Judgement {
    match reply {
        Reply::Failed(failure, _) => Judgement { verdict: Verdict::NoAnswer, finding: no_answer(failure) },
        Reply::Came(exchange) => judge_exchange(exchange, asked, today),
    }
}

fn judge_exchange(exchange: &Exchange, asked: Option<&Sent>, today: Date) -> Judgement {
    match &exchange.outcome {
        Outcome::Answered(answer) => answered::judge(answer, today),
        Outcome::Refused(refusal) => {
            let case = refused::Case { exchange, refusal, asked };
            Judgement { verdict: Verdict::Refused, finding: refused::find(&case) }
        }
        Outcome::Unreadable(fault) => {
            Judgement { verdict: Verdict::Unreadable, finding: unreadable(*fault, exchange) }
        }
    }
}

fn no_answer(failure: &Failure) -> Finding {
    let meaning = ours(&format!("{}. {}", failure.what(), failure.doubt()));
    Finding::bad(failure_id(failure), meaning, failure.next()).from("seen by this client", Confidence::Sure)
}

fn failure_id(failure: &Failure) -> &'static str {
    match failure {
        Failure::Name => "host-not-found",
        Failure::Connect | Failure::ConnectTimeout => "no-connection",
        Failure::Tls(_) => "tls-refused",
        Failure::Proxy => "proxy-refused",
        Failure::ForeignKey => "key-of-another-profile",
        Failure::Unsendable => "profile-not-sendable",
        Failure::FirstByteTimeout | Failure::TotalTimeout => "too-slow",
        Failure::Redirected { .. } => "redirected",
        Failure::CutOff => "cut-off",
        Failure::NoAnswer => "closed-without-answer",
        Failure::NotHttp => "not-http",
        Failure::BodyTooLarge | Failure::HeadersTooLarge => "too-large",
        Failure::Cancelled => "cancelled",
    }
}

/// Says the content type too: a page of HTML tells of something in between.
fn unreadable(fault: Unreadable, exchange: &Exchange) -> Finding {
    let meaning = match exchange.header("content-type") {
        Some(kind) => around(&format!("{}; its content-type is \"", fault.what()), kind, "\"."),
        None => ours(&format!("{}.", fault.what())),
    };
    Finding::bad("unreadable", meaning, fault.next()).from("seen by this client", Confidence::Sure)
}
