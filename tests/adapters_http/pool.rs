//! The gateway of many calls: its requests are those of one call, its connections are kept, and none of what makes a call
//! safe is lost by that.

use std::time::Duration;

use tokenscope::adapters::http::Http;
use tokenscope::domain::exchange::Outcome;
use tokenscope::domain::failure::{Failure, Processed, TlsFault};
use tokenscope::domain::profile::Profile;
use tokenscope::ports::Gateway;

use super::hostile::order::{came, custom, draft, failed, key_of, order_of};
use super::hostile::server::{DEADLINE, Server, http};
use super::hostile::tls::{Authority, Holds, answering};
use super::{SAMPLE, parts};

async fn failure_of_many(profile: &Profile) -> Failure {
    failed(Http::for_many(1).send(&order_of(profile, &draft()), &key_of(profile)).await)
}

/// Answers each request of a connection with these bytes.
fn answering_all(bytes: Vec<u8>) -> Server {
    Server::run(move |mut peer| {
        while !peer.read_request().is_empty() {
            peer.write(&bytes);
        }
        peer.wait_for_close();
    })
}

#[tokio::test]
async fn the_requests_of_many_are_those_of_one() {
    let server = answering_all(http("200 OK", &[], SAMPLE));
    let (profile, many) = (custom(&server.base_url()), Http::for_many(1));
    let (order, key) = (order_of(&profile, &draft()), key_of(&profile));
    came(Http::new().send(&order, &key).await);
    for _ in 0..2 {
        came(many.send(&order, &key).await);
    }
    let requests: Vec<_> = server.requests().iter().map(|request| parts(request)).collect();
    assert_eq!((server.connections(), requests.len()), (2, 3));
    assert!(requests.iter().all(|request| *request == requests[0]), "{requests:?}");
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_is_not_used_and_no_request_is_sent_twice() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        peer.write(&http("200 OK", &["connection: keep-alive"], SAMPLE));
    });
    let (profile, many) = (custom(&server.base_url()), Http::for_many(1));
    for count in 1..=5 {
        came(many.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
        assert_eq!((server.connections(), server.requests().len()), (count, count));
    }
}

#[tokio::test]
async fn a_request_that_left_on_a_kept_connection_is_not_sent_again() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        peer.write(&http("200 OK", &["connection: keep-alive"], SAMPLE));
        peer.read_request();
    });
    let (profile, many) = (custom(&server.base_url()), Http::for_many(1));
    came(many.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
    let failure = failed(many.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
    assert_eq!((failure.processed(), failure), (Processed::Maybe, Failure::NoAnswer));
    assert_eq!((server.connections(), server.requests().len()), (1, 2));
}

#[tokio::test]
async fn what_follows_an_answer_ends_the_connection_and_is_nobodys_answer() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        let answer = http("200 OK", &["connection: keep-alive"], SAMPLE);
        peer.write(&[answer, http("200 OK", &[], "{\"reference\":\"poison\"}")].concat());
        peer.wait_for_close();
    });
    let (profile, many) = (custom(&server.base_url()), Http::for_many(1));
    for count in 1..=3 {
        let exchange = came(many.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
        let Outcome::Answered(answer) = exchange.outcome else { panic!("not answered") };
        assert!(answer.mismatches.is_empty());
        assert_eq!((server.connections(), server.requests().len()), (count, count));
    }
}

#[tokio::test]
async fn an_answer_that_says_close_or_is_cut_off_ends_its_connection() {
    let closing = http("200 OK", &["connection: close"], SAMPLE);
    let server = answering_all(closing);
    let (profile, many) = (custom(&server.base_url()), Http::for_many(1));
    for count in 1..=2 {
        came(many.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
        assert!(server.wait(DEADLINE, |seen| seen.closed.len() == count).await, "a connection was kept");
    }
    let cut = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{");
    assert_eq!(failure_of_many(&custom(&cut.base_url())).await, Failure::CutOff);
    let junk = Server::answering("SSH-2.0-OpenSSH_9.2\r\n");
    assert_eq!(failure_of_many(&custom(&junk.base_url())).await, Failure::NotHttp);
}

#[tokio::test]
async fn a_call_that_is_dropped_takes_its_connection_with_it() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        peer.wait_for_close();
    });
    let (profile, many) = (custom(&server.base_url()), Http::for_many(1));
    let (order, key) = (order_of(&profile, &draft()), key_of(&profile));
    let asked = server.wait(DEADLINE, |seen| seen.requests.len() == 1);
    tokio::select! {
        _ = many.send(&order, &key) => panic!("nobody answers"),
        is_asked = asked => assert!(is_asked),
    }
    assert!(server.wait(Duration::from_secs(1), |seen| seen.closed.len() == 1).await);
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_is_told_as_for_one_call() {
    assert_eq!(failure_of_many(&custom("http://127.0.0.1:1")).await, Failure::Connect);
    assert_eq!(failure_of_many(&custom("https://no-such-host.invalid")).await, Failure::Name);
    let refused =
        Profile { proxy: Some("http://127.0.0.1:1".to_owned()), ..custom("https://no-such-host.invalid") };
    assert_eq!(failure_of_many(&refused).await, Failure::Proxy);
}

#[tokio::test]
async fn a_kept_connection_has_the_tls_of_its_profile() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("ca.pem");
    authority.write(&path);
    let trusted = answering(authority.certify("127.0.0.1", Holds::Now), http("200 OK", &[], SAMPLE));
    let profile = |server: &Server| Profile {
        ca_file: Some(path.clone()),
        ..custom(&format!("https://{}", server.address))
    };
    let sent = profile(&trusted);
    came(Http::for_many(1).send(&order_of(&sent, &draft()), &key_of(&sent)).await);
    let other = answering(Authority::new().certify("127.0.0.1", Holds::Now), http("200 OK", &[], SAMPLE));
    assert_eq!(failure_of_many(&profile(&other)).await, Failure::Tls(TlsFault::Untrusted));
    let expired = answering(authority.certify("127.0.0.1", Holds::Before), http("200 OK", &[], SAMPLE));
    assert_eq!(failure_of_many(&profile(&expired)).await, Failure::Tls(TlsFault::Expired));
    assert!(other.requests().is_empty() && expired.requests().is_empty());
}
