//! Answers that break: each has its own failure, takes one connection, and is never shown as success.

use std::io::Write;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use tokenscope::adapters::http::{Http, Limits};
use tokenscope::domain::exchange::{Exchange, Outcome, Reply};
use tokenscope::domain::failure::{Failure, Processed, Unreadable};
use tokenscope::ports::Gateway;
use tokenscope::secret::{MASK, Secret, Unparsed};

use super::hostile::order::{KEY, came, custom, draft, failed, key_of, order_of};
use super::hostile::server::{DEADLINE, Server, http};
use super::{SAMPLE, send};

/// Limits that a test can wait for.
fn short() -> Limits {
    Limits {
        connect: Duration::from_secs(1),
        first_byte: Duration::from_millis(700),
        total: Duration::from_millis(1500),
    }
}

/// The failure of a send at a server, which has taken one connection and one request.
async fn failure(server: &Server) -> Failure {
    let failure = failed(send(server, &draft()).await);
    assert_eq!((server.connections(), server.requests().len()), (1, 1), "{failure:?}");
    assert_eq!(failure.processed(), Processed::Maybe, "{failure:?}");
    failure
}

async fn failure_of(bytes: impl Into<Vec<u8>>) -> Failure {
    failure(&Server::answering(bytes)).await
}

async fn exchange_of(bytes: impl Into<Vec<u8>>) -> Exchange {
    came(send(&Server::answering(bytes), &draft()).await)
}

async fn hurried(server: &Server) -> (Failure, Duration) {
    let profile = custom(&server.base_url());
    let start = Instant::now();
    let reply = Http::with_limits(short()).send(&order_of(&profile, &draft()), &key_of(&profile)).await;
    assert_eq!(server.connections(), 1);
    (failed(reply), start.elapsed())
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_its_target_is_masked_and_sanitised() {
    let elsewhere = Server::answering(http("200 OK", &[], SAMPLE));
    for status in [300, 301, 302, 303, 307, 308] {
        let location =
            format!("location: {}/v4/card/get?k={KEY}&pan=4111111111111111\u{202e}", elsewhere.base_url());
        let found = failure_of(http(&format!("{status} Moved"), &[&location], SAMPLE)).await;
        let Failure::Redirected { status: told, target } = &found else { panic!("{found:?}") };
        assert_eq!(*told, status);
        let target = target.text();
        assert!(target.starts_with(&elsewhere.base_url()), "{target}");
        assert!(target.contains(MASK) && target.contains("\\u{202e}"), "{target}");
        assert!(!target.contains("api-key") && !target.contains("411111"), "{target}");
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_redirect_to_nowhere_and_to_far_too_much_is_told_in_one_sentence() {
    let nowhere = failure_of("HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n").await;
    assert!(nowhere.sentence().contains("redirects (HTTP 302) to nowhere"), "{}", nowhere.sentence());
    let location = format!("location: https://x.example/{}", "z".repeat(20_000));
    let far = failure_of(http("302 Found", &[&location], "")).await;
    assert!(far.sentence().len() < 1024);
}

#[tokio::test]
async fn a_mute_server_runs_into_the_limit_of_the_first_byte() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        peer.wait_for_close();
    });
    let (failure, took) = hurried(&server).await;
    assert_eq!(failure, Failure::FirstByteTimeout);
    assert!(took >= short().first_byte && took < short().total, "{took:?}");
    assert!(server.wait(DEADLINE, |seen| seen.closed == 1).await, "the connection was kept");
}

#[tokio::test]
async fn a_dribbling_head_runs_into_the_limit_of_the_first_byte() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        dribble(&mut peer.stream, b"HTTP/1.1 200 OK\r\nx-slow: ", b"z");
    });
    assert_eq!(hurried(&server).await.0, Failure::FirstByteTimeout);
}

#[tokio::test]
async fn a_dribbling_body_runs_into_the_limit_of_the_whole() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        dribble(&mut peer.stream, b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n{", b" ");
    });
    let (failure, took) = hurried(&server).await;
    assert_eq!(failure, Failure::TotalTimeout);
    assert!(took >= short().total && took < short().total * 5, "{took:?}");
}

/// Writes a byte every few milliseconds until the client has gone.
fn dribble(stream: &mut impl Write, first: &[u8], then: &[u8]) {
    let mut next = first;
    while stream.write_all(next).and_then(|()| stream.flush()).is_ok() {
        std::thread::sleep(Duration::from_millis(20));
        next = then;
    }
}

#[tokio::test]
async fn an_endless_body_is_given_up_at_one_mebibyte() {
    for head in [
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10000\r\n",
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
    ] {
        let chunked = head.contains("chunked");
        let server = Server::run(move |mut peer| {
            peer.read_request();
            let mut block = vec![b' '; 0x10000];
            if chunked {
                block.extend_from_slice(b"\r\n10000\r\n");
            }
            let mut open = peer.write(head.as_bytes());
            while open {
                open = peer.write(&block);
            }
        });
        assert_eq!(failure(&server).await, Failure::BodyTooLarge);
    }
}

#[tokio::test]
async fn a_body_announced_as_too_large_is_not_waited_for() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        peer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1048577\r\n\r\n");
        peer.wait_for_close();
    });
    assert_eq!(failure(&server).await, Failure::BodyTooLarge);
}

#[tokio::test]
async fn a_body_of_exactly_one_mebibyte_is_read() {
    let body = format!("{SAMPLE}{}", " ".repeat(1024 * 1024 - SAMPLE.len()));
    assert!(matches!(exchange_of(http("200 OK", &[], &body)).await.outcome, Outcome::Answered(_)));
}

#[tokio::test]
async fn one_hundred_headers_are_read_and_one_more_is_refused() {
    let head = |count: usize| {
        let lines: String = (0..count - 1).map(|at| format!("x-h{at}: v\r\n")).collect::<Vec<_>>().concat();
        format!("HTTP/1.1 200 OK\r\n{lines}content-length: {}\r\n\r\n{SAMPLE}", SAMPLE.len())
    };
    assert_eq!(exchange_of(head(100)).await.headers.len(), 100);
    assert_eq!(failure_of(head(101)).await, Failure::HeadersTooLarge);
    assert_eq!(failure_of(head(5000)).await, Failure::HeadersTooLarge);
}

#[tokio::test]
async fn headers_larger_than_64_kib_are_refused() {
    let of = |size: usize| http("200 OK", &[&format!("x-long: {}", "z".repeat(size))], SAMPLE);
    assert!(matches!(exchange_of(of(60_000)).await.outcome, Outcome::Answered(_)));
    assert_eq!(failure_of(of(66_000)).await, Failure::HeadersTooLarge);
    assert_eq!(failure_of(of(900_000)).await, Failure::HeadersTooLarge);
}

#[tokio::test]
async fn an_answer_shorter_than_its_length_is_cut_off() {
    let framed = |length: usize| format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{SAMPLE}");
    assert_eq!(failure_of(framed(SAMPLE.len() + 1)).await, Failure::CutOff);
    assert_eq!(failure_of("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n").await, Failure::CutOff);
}

#[tokio::test]
async fn an_answer_longer_than_its_length_is_read_up_to_it_and_told_as_broken() {
    let bytes = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{SAMPLE}", SAMPLE.len() - 20);
    let Outcome::Unreadable(Unreadable::Body(Unparsed::CutShort(spot))) = exchange_of(bytes).await.outcome
    else {
        panic!("not cut short")
    };
    assert!(spot.line > 30);
}

#[tokio::test]
async fn broken_chunks_are_cut_off() {
    let chunked = |rest: &str| format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{rest}");
    let whole = format!("{:x}\r\n{SAMPLE}\r\n0\r\n\r\n", SAMPLE.len());
    assert!(matches!(exchange_of(chunked(&whole)).await.outcome, Outcome::Answered(_)));
    let unended = format!("{:x}\r\n{SAMPLE}\r\n", SAMPLE.len());
    for rest in
        [unended.as_str(), "zz\r\njunk\r\n", "5\r\n{\"a\":1}\r\n0\r\n\r\n", "ffffffffffffffffff\r\n{", ""]
    {
        assert_eq!(failure_of(chunked(rest)).await, Failure::CutOff, "{rest}");
    }
}

#[tokio::test]
async fn a_reset_in_the_middle_of_a_body_is_cut_off() {
    let server = Server::run(|mut peer| {
        peer.leave_request_unread();
        peer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"reference\":");
    });
    assert_eq!(failure(&server).await, Failure::CutOff);
}

#[tokio::test]
async fn a_close_or_a_reset_before_the_answer_is_no_answer_and_no_second_send() {
    let closing = Server::answering("");
    assert_eq!(failure(&closing).await, Failure::NoAnswer);
    let resetting = Server::run(|mut peer| peer.leave_request_unread());
    assert_eq!(failure(&resetting).await, Failure::NoAnswer);
    assert_eq!(failure_of("HTTP/1.1 200 O").await, Failure::NoAnswer);
}

#[tokio::test]
async fn what_is_not_http_is_told_so() {
    for junk in [
        "SSH-2.0-OpenSSH_9.9\r\n",
        "{\"eci\":\"07\"}\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}",
    ] {
        assert_eq!(failure_of(junk).await, Failure::NotHttp, "{junk}");
    }
}

#[tokio::test]
async fn a_connection_that_the_server_keeps_open_is_closed_after_its_answer() {
    let server = Server::run(|mut peer| {
        while !peer.read_request().is_empty() {
            peer.write(&http("200 OK", &["connection: keep-alive"], SAMPLE));
        }
        peer.wait_for_close();
    });
    let profile = custom(&server.base_url());
    let gateway = Http::new();
    for count in 1..=2 {
        came(gateway.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
        assert_eq!((server.connections(), server.requests().len()), (count, count));
        assert!(
            server.wait(Duration::from_secs(1), |seen| seen.closed == count).await,
            "a connection was kept"
        );
    }
}

#[tokio::test]
async fn what_follows_an_answer_is_not_taken_for_the_next_one() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        peer.write(&http("200 OK", &["connection: keep-alive"], SAMPLE));
        peer.write(&http("200 OK", &[], "{\"reference\":\"poison\"}"));
        peer.wait_for_close();
    });
    let profile = custom(&server.base_url());
    let gateway = Http::new();
    for _ in 0..2 {
        let exchange = came(gateway.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
        let Outcome::Answered(answer) = exchange.outcome else { panic!("not answered") };
        assert!(answer.mismatches.is_empty());
    }
    assert_eq!((server.connections(), server.requests().len()), (2, 2));
}

#[tokio::test]
async fn a_compressed_body_is_not_decoded() {
    let exchange = exchange_of(http("200 OK", &["content-encoding: gzip"], SAMPLE)).await;
    assert!(matches!(exchange.outcome, Outcome::Unreadable(Unreadable::Encoded)));
}

#[tokio::test]
async fn cookies_are_not_kept() {
    let server = Server::answering(http("200 OK", &["set-cookie: sid=77; Path=/"], SAMPLE));
    let profile = custom(&server.base_url());
    let gateway = Http::new();
    for _ in 0..2 {
        came(gateway.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
    }
    let second = String::from_utf8(server.requests().remove(1)).unwrap().to_ascii_lowercase();
    assert!(!second.contains("cookie"), "{second}");
}

#[tokio::test]
async fn a_refused_connection_is_told_and_nothing_was_sent() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let profile = custom(&format!("http://{gone}"));
    let failure = failed(Http::new().send(&order_of(&profile, &draft()), &key_of(&profile)).await);
    assert_eq!((failure.clone(), failure.processed()), (Failure::Connect, Processed::No));
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_told_and_nothing_was_sent() {
    let profile = custom("https://no-such-host.invalid");
    let failure = failed(Http::new().send(&order_of(&profile, &draft()), &key_of(&profile)).await);
    assert_eq!((failure.clone(), failure.processed()), (Failure::Name, Processed::No));
}

#[tokio::test]
async fn the_key_of_another_profile_or_host_is_not_sent() {
    let (server, other) = (Server::answering(""), Server::answering(""));
    let profile = custom(&server.base_url());
    let elsewhere = custom(&other.base_url());
    let namesake = tokenscope::domain::profile::Profile { name: "prod".into(), ..profile.clone() };
    for foreign in [key_of(&elsewhere), key_of(&namesake)] {
        let failure = failed(Http::new().send(&order_of(&profile, &draft()), &foreign).await);
        assert_eq!((failure.clone(), failure.processed()), (Failure::ForeignKey, Processed::No));
    }
    assert_eq!((server.connections(), other.connections()), (0, 0));
}

#[tokio::test]
async fn a_profile_that_fits_no_header_is_told_and_nothing_was_sent() {
    let server = Server::answering("");
    let mut profile = custom(&server.base_url());
    profile.merchant_id = "acme\r\nx-injected: 1".into();
    let failure = failed(Http::new().send(&order_of(&profile, &draft()), &key_of(&profile)).await);
    assert_eq!((failure.clone(), failure.processed()), (Failure::Unsendable, Processed::No));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn dropping_the_call_closes_the_connection_at_once() {
    for part in ["", "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"] {
        let server = Server::run(move |mut peer| {
            peer.read_request();
            peer.write(part.as_bytes());
            peer.wait_for_close();
        });
        let profile = custom(&server.base_url());
        let (gateway, order, key) = (Http::new(), order_of(&profile, &draft()), key_of(&profile));
        tokio::select! {
            _ = gateway.send(&order, &key) => panic!("the server never answers whole"),
            asked = server.wait(DEADLINE, |seen| seen.requests.len() == 1) => assert!(asked),
        }
        let limit = Duration::from_millis(100);
        assert!(server.wait(limit, |seen| seen.closed == 1).await, "open for more than 100 ms");
    }
}

#[tokio::test]
async fn no_failure_tells_the_key_or_a_librarys_words() {
    let long = Secret::new(KEY);
    assert_eq!(long.facts().length, KEY.len());
    for failure in [failure_of("").await, failure_of("junk\r\n\r\n").await] {
        let told = format!("{} {failure:?}", failure.sentence());
        for word in ["hyper", "reqwest", "error", "127.0.0.1", KEY] {
            assert!(!told.contains(word), "{word}: {told}");
        }
    }
}

#[tokio::test]
async fn the_time_until_a_failure_is_measured() {
    let reply = send(&Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"), &draft()).await;
    let Reply::Failed(Failure::CutOff, timing) = reply else { panic!("not cut off") };
    assert!(timing.first_byte.unwrap() <= timing.total);
}
