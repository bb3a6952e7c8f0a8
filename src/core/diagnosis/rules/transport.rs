//! No whole answer. The sentences are the failure's own, since it knows whether anything was sent.

use super::{Question, Seen, failure};
use crate::domain::failure::Failure;

pub(super) const QUESTIONS: &[Question] = &[&[
    failure("host-not-found", |it| seen(it, matches!(it, Failure::Name))),
    failure("no-connection", |it| seen(it, matches!(it, Failure::Connect | Failure::ConnectTimeout))),
    failure("tls-refused", |it| seen(it, matches!(it, Failure::Tls(_)))),
    failure("proxy-refused", |it| seen(it, matches!(it, Failure::Proxy))),
    failure("key-of-another-profile", |it| seen(it, matches!(it, Failure::ForeignKey))),
    failure("profile-not-sendable", |it| seen(it, matches!(it, Failure::Unsendable))),
    failure("too-slow", |it| seen(it, matches!(it, Failure::FirstByteTimeout | Failure::TotalTimeout))),
    failure("redirected", |it| seen(it, matches!(it, Failure::Redirected { .. }))),
    failure("cut-off", |it| seen(it, matches!(it, Failure::CutOff))),
    failure("closed-without-answer", |it| seen(it, matches!(it, Failure::NoAnswer))),
    failure("not-http", |it| seen(it, matches!(it, Failure::NotHttp))),
    failure("too-large", |it| seen(it, matches!(it, Failure::BodyTooLarge | Failure::HeadersTooLarge))),
    failure("cancelled", |it| seen(it, matches!(it, Failure::Cancelled))),
]];

fn seen(failure: &Failure, fires: bool) -> Option<Seen> {
    fires.then(|| {
        let seen = Seen::default().says("what", &format!("{}.", failure.what()));
        seen.says("doubt", failure.doubt()).says("next", failure.next())
    })
}
