//! What a call of the probe told, and whether the next one may follow.

use crate::diagnosis::verdict::Judgement;
use crate::domain::exchange::Reply;
use crate::domain::failure::{Failure, Processed};
use crate::domain::history::Verdict;

/// What a call told about the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The card answers.
    Answered,
    /// The answer is for another card or customer.
    OtherCard,
    /// No stored card.
    NotFound,
    /// Refused for another reason that is this request's own.
    Refused,
    /// HTTP 429.
    TooMany,
    /// HTTP 401.
    KeyRefused,
    /// HTTP 403, or a network address that is not let in.
    OriginRefused,
    /// HTTP 5xx.
    Fault,
    /// What came cannot be read.
    Unreadable,
    /// No whole answer came.
    Silent(Processed),
    /// The user ended it.
    Cancelled,
}

impl Heard {
    /// What a reply tells.
    pub fn of(judgement: &Judgement, reply: &Reply) -> Self {
        let found = |id: &str| judgement.findings().any(|finding| finding.id == id);
        match (judgement.verdict, reply) {
            (_, Reply::Failed(Failure::Cancelled, _)) => Self::Cancelled,
            (_, Reply::Failed(failure, _)) => Self::Silent(failure.processed()),
            (Verdict::Usable | Verdict::NotUsable, _) if found("other-card") || found("other-customer") => {
                Self::OtherCard
            }
            (Verdict::Usable | Verdict::NotUsable, _) => Self::Answered,
            (Verdict::Unreadable | Verdict::NoAnswer, _) => Self::Unreadable,
            (Verdict::Refused, Reply::Came(exchange)) => match exchange.status {
                429 => Self::TooMany,
                401 => Self::KeyRefused,
                403 => Self::OriginRefused,
                500..600 => Self::Fault,
                _ if found("origin-refused") => Self::OriginRefused,
                _ if found("card-not-found") || found("short-lived-token") => Self::NotFound,
                _ => Self::Refused,
            },
        }
    }

    /// Whether no further call may follow: the server, the key or the network is in trouble, or nobody knows.
    pub fn stops(self) -> bool {
        !matches!(self, Self::Answered | Self::NotFound | Self::Refused)
    }
}

/// A call that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// Its number, as in the title of an answer.
    pub number: u32,
    /// The verdict.
    pub verdict: Verdict,
    /// HTTP status, where an answer came.
    pub status: Option<u16>,
    /// What it told.
    pub heard: Heard,
}
