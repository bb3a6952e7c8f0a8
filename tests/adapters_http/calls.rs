//! Sends and what became of them. Whatever fails is judged and kept here too, so that no break can end as a success anywhere.

use std::time::{Duration, Instant};

use tokenscope::adapters::http::{Http, Limits};
use tokenscope::diagnosis::verdict::judge;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::exchange::{Exchange, Reply};
use tokenscope::domain::failure::{Failure, Processed};
use tokenscope::domain::history::{Entry, Verdict};
use tokenscope::domain::profile::Profile;
use tokenscope::domain::request::Draft;
use tokenscope::domain::sent::Sent;
use tokenscope::ports::Gateway;
use tokenscope::report;

use super::hostile::order::{came, custom, draft, failed, key_of, order_of};
use super::hostile::server::{DEADLINE, Server};

/// The contract's sample with a real cryptogram, so that it would be a success.
pub const USABLE: &str = include_str!("../fixtures/usable_200.json");

/// Limits that a test can wait for.
pub fn short() -> Limits {
    Limits {
        connect: Duration::from_secs(1),
        first_byte: Duration::from_millis(700),
        total: Duration::from_millis(1500),
    }
}

pub async fn send_under(profile: &Profile, draft: &Draft) -> Reply {
    Http::new().send(&order_of(profile, draft), &key_of(profile)).await
}

pub async fn send(server: &Server, draft: &Draft) -> Reply {
    send_under(&custom(&server.base_url()), draft).await
}

/// The failure of a send at a server, which has taken one connection and one request.
pub async fn failure(server: &Server) -> Failure {
    let reply = send(server, &draft()).await;
    assert_kept_as(Verdict::NoAnswer, &reply);
    let failure = failed(reply);
    assert_eq!((server.connections(), server.requests().len()), (1, 1), "{failure:?}");
    assert_eq!(failure.processed(), Processed::Maybe, "{failure:?}");
    failure
}

pub async fn failure_of(bytes: impl Into<Vec<u8>>) -> Failure {
    failure(&Server::answering(bytes)).await
}

/// A whole answer; the server has taken one connection and one request.
pub async fn exchange_of(bytes: impl Into<Vec<u8>>) -> Exchange {
    let server = Server::answering(bytes);
    let exchange = came(send(&server, &draft()).await);
    assert_eq!((server.connections(), server.requests().len()), (1, 1));
    exchange
}

/// A send under [`short`] limits, and how long it took.
pub async fn hurried(server: &Server) -> (Failure, Duration) {
    let profile = custom(&server.base_url());
    let start = Instant::now();
    let reply = Http::with_limits(short()).send(&order_of(&profile, &draft()), &key_of(&profile)).await;
    assert_eq!(server.connections(), 1);
    let took = start.elapsed();
    // Many times the limits: far more than a loaded machine needs, and far less than a call without them.
    assert!(took < DEADLINE, "{took:?}");
    (failed(reply), took)
}

/// The row of history that a reply to the sample request ends as.
pub fn kept(reply: &Reply) -> Entry {
    let at = Stamp(1_795_458_005_000);
    let sent = Sent::of(&order_of(&custom("http://127.0.0.1:1"), &draft()), 1, at);
    let judgement = judge(reply, Some(&sent), at.date_in_india());
    report::entry(&report::Call { sent: &sent, reply, judgement: &judgement })
}

/// Holds that a reply is kept under this verdict, which is none of success, and with no fact of an answer.
pub fn assert_kept_as(verdict: Verdict, reply: &Reply) {
    let entry = kept(reply);
    assert_eq!(entry.verdict, verdict, "{}", entry.summary.text());
    assert!(verdict.exit() != 0 && !entry.summary.text().contains("can be used"));
    for told in [&entry.network, &entry.issuer, &entry.token_status, &entry.card_last_four] {
        assert!(told.is_empty(), "{}", told.text());
    }
}
