//! Huge, endless, deep and slow answers: each ends at its limit, and nothing of it holds up the caller.

use std::io::Write;
use std::time::{Duration, Instant};

use tokenscope::adapters::http::{Http, Limits};
use tokenscope::domain::exchange::{Outcome, Reply};
use tokenscope::domain::failure::{Failure, Unreadable};
use tokenscope::ports::Gateway as _;
use tokenscope::secret::Unparsed;

use super::SAMPLE;
use super::calls::{exchange_of, failure, failure_of, hurried, send, short};
use super::hostile::order::{came, custom, draft, failed, key_of, order_of};
use super::hostile::server::{DEADLINE, Server, http};

#[tokio::test]
async fn a_mute_server_runs_into_the_limit_of_the_first_byte() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        peer.wait_for_close();
    });
    let (failure, took) = hurried(&server).await;
    assert_eq!(failure, Failure::FirstByteTimeout);
    assert!(took >= short().first_byte, "{took:?}");
    assert!(server.wait(DEADLINE, |seen| seen.closed.len() == 1).await, "the connection was kept");
}

#[tokio::test]
async fn the_limit_of_the_first_byte_does_not_wait_for_that_of_the_whole() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        peer.wait_for_close();
    });
    let profile = custom(&server.base_url());
    let gateway = Http::with_limits(Limits { total: DEADLINE * 10, ..short() });
    let (order, key) = (order_of(&profile, &draft()), key_of(&profile));
    let reply =
        tokio::time::timeout(DEADLINE, gateway.send(&order, &key)).await.expect("its own limit counts");
    assert_eq!(failed(reply), Failure::FirstByteTimeout);
}

#[tokio::test]
async fn a_dribbling_head_runs_into_the_limit_of_the_first_byte() {
    let whole = format!("HTTP/1.1 200 OK\r\nx-long: {}", "z".repeat(4096));
    for (start, then) in
        [("HTTP/1.1 200 OK\r\n", "x-h: z\r\n"), ("HTTP/1.1 200 OK\r\nx-h: ", "z"), ("", &whole)]
    {
        let then = then.to_owned();
        let server = Server::run(move |mut peer| {
            peer.read_request();
            dribble(&mut peer.stream, start.as_bytes(), then.as_bytes());
        });
        assert_eq!(hurried(&server).await.0, Failure::FirstByteTimeout, "{start}");
    }
}

#[tokio::test]
async fn a_dribbling_body_runs_into_the_limit_of_the_whole() {
    for (head, then) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n{", " "),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n", "1\r\n \r\n"),
        ("HTTP/1.1 200 OK\r\n\r\n{", " "),
    ] {
        let server = Server::run(move |mut peer| {
            peer.read_request();
            dribble(&mut peer.stream, head.as_bytes(), then.as_bytes());
        });
        let (failure, took) = hurried(&server).await;
        assert_eq!(failure, Failure::TotalTimeout, "{head}");
        assert!(took >= short().total, "{took:?}");
    }
}

/// Writes a piece every few milliseconds until the client has gone.
fn dribble(stream: &mut impl Write, first: &[u8], then: &[u8]) {
    let mut next = first;
    let mut slowly = then.iter().map(std::slice::from_ref).cycle();
    while stream.write_all(next).and_then(|()| stream.flush()).is_ok() {
        std::thread::sleep(Duration::from_millis(20));
        next = slowly.next().unwrap();
    }
}

/// Interim answers are skipped by the library, a buffer full of them in one go: left to the caller's loop, they would hold
/// up its timers for many times the limit.
#[tokio::test]
async fn a_flood_of_interim_answers_runs_into_the_limit_of_the_first_byte() {
    for interim in ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nx-a: b\r\n\r\n"] {
        let (told, turns) = with_turns(hurried(&flood(interim))).await;
        assert_eq!(told.0, Failure::FirstByteTimeout);
        // At 10 ms a turn it would be 70; a loop that the flood holds up has one or two.
        assert!(turns.len() > 7, "the loop had only {turns:?}");
    }
}

/// Some seconds of work for the library, and then silence.
pub fn flood(interim: &'static str) -> Server {
    Server::run(move |mut peer| {
        peer.read_request();
        let _ = (0..150).all(|_| peer.write(interim.repeat(1000).as_bytes()));
        peer.wait_for_close();
    })
}

/// Does the work and tells when the caller's loop had its turn meanwhile, every 10 ms at most.
pub async fn with_turns<T>(work: impl Future<Output = T>) -> (T, Vec<Duration>) {
    let (start, mut turns) = (Instant::now(), Vec::new());
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return (done, turns),
            () = tokio::time::sleep(Duration::from_millis(10)) => turns.push(start.elapsed()),
        }
    }
}

#[tokio::test]
async fn a_large_answer_is_read_and_masked_beside_the_loop_of_the_caller() {
    let digits = "4788080252078243".repeat(1024);
    let server = Server::answering(http("200 OK", &[], &SAMPLE.replace("Paytm", &digits)));
    let (reply, turns) = with_turns(send(&server, &draft())).await;
    let exchange = came(reply);
    assert!(matches!(exchange.outcome, Outcome::Answered(_)));
    let whole = exchange.timing.total;
    let turns = turns.into_iter().filter(|at| *at > whole).count();
    assert!(turns > 2, "the loop had only {turns} turns after the last byte");
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
    for length in ["1048577", "9223372036854775807"] {
        let server = Server::run(move |mut peer| {
            peer.read_request();
            peer.write(format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n").as_bytes());
            peer.wait_for_close();
        });
        assert_eq!(failure(&server).await, Failure::BodyTooLarge, "{length}");
    }
}

/// The sample, filled up with blanks to a length.
fn padded(length: usize) -> String {
    format!("{SAMPLE}{}", " ".repeat(length - SAMPLE.len()))
}

fn chunked(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
}

#[tokio::test]
async fn a_body_of_exactly_one_mebibyte_is_read_and_one_byte_more_is_not() {
    let (most, more) = (padded(1024 * 1024), padded(1024 * 1024 + 1));
    let close = |body: &str| format!("HTTP/1.1 200 OK\r\n\r\n{body}");
    for whole in [http("200 OK", &[], &most), chunked(&most).into(), close(&most).into()] {
        assert!(matches!(exchange_of(whole).await.outcome, Outcome::Answered(_)));
    }
    for larger in [http("200 OK", &[], &more), chunked(&more).into(), close(&more).into()] {
        assert_eq!(failure_of(larger).await, Failure::BodyTooLarge);
    }
}

#[tokio::test]
async fn a_body_in_chunks_of_one_byte_is_read() {
    let bytes = SAMPLE.chars().map(|c| format!("1\r\n{c}\r\n")).collect::<Vec<_>>().concat();
    let exchange =
        exchange_of(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{bytes}0\r\n\r\n")).await;
    assert!(matches!(exchange.outcome, Outcome::Answered(_)));
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
async fn headers_of_exactly_64_kib_are_read_and_one_byte_more_is_not() {
    // `content-type`, `content-length` and the name of the long one, each with four bytes around it.
    let around = "content-type: application/json\r\n".len() + "x-long: \r\n".len();
    let length = format!("content-length: {}\r\n", SAMPLE.len()).len();
    let of = |size: usize| http("200 OK", &[&format!("x-long: {}", "z".repeat(size))], SAMPLE);
    let most = 64 * 1024 - around - length;
    assert!(matches!(exchange_of(of(most)).await.outcome, Outcome::Answered(_)));
    for size in [most + 1, 66_000, 900_000] {
        assert_eq!(failure_of(of(size)).await, Failure::HeadersTooLarge, "{size}");
    }
}

#[tokio::test]
async fn an_endless_head_is_given_up() {
    for line in ["x-h: v\r\n", "x"] {
        let server = Server::run(move |mut peer| {
            peer.read_request();
            let block = line.repeat(8 * 1024);
            let mut open = peer.write(b"HTTP/1.1 200 OK\r\n");
            while open {
                open = peer.write(block.as_bytes());
            }
        });
        assert_eq!(failure(&server).await, Failure::HeadersTooLarge, "{line:?}");
    }
}

/// The sample with a member more.
fn with_member(value: &str) -> String {
    let open = SAMPLE.trim_end().strip_suffix('}').unwrap();
    format!("{open}, \"more\": {value}}}")
}

#[tokio::test]
async fn an_answer_is_read_up_to_its_limits_of_depth_and_keys() {
    let nested = |depth: usize| with_member(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
    let keys = |count: usize| {
        let members: Vec<String> = (0..count).map(|at| format!("\"k{at}\":1")).collect();
        with_member(&format!("{{{}}}", members.join(",")))
    };
    let of_the_sample = SAMPLE.matches("\":").count() + 1;
    let fault = async |body: String| match exchange_of(http("200 OK", &[], &body)).await.outcome {
        Outcome::Unreadable(Unreadable::Body(fault)) => Some(fault),
        Outcome::Answered(_) => None,
        _ => panic!("neither answered nor unreadable"),
    };
    assert_eq!(fault(nested(126)).await, None);
    assert_eq!(fault(nested(127)).await, Some(Unparsed::TooDeep));
    assert_eq!(fault(nested(400_000)).await, Some(Unparsed::TooDeep));
    assert_eq!(fault(keys(10_000 - of_the_sample)).await, None);
    assert_eq!(fault(keys(10_001 - of_the_sample)).await, Some(Unparsed::TooManyKeys));
}

#[tokio::test]
async fn the_time_until_a_failure_is_measured() {
    let reply = send(&Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"), &draft()).await;
    let Reply::Failed(Failure::CutOff, timing) = reply else { panic!("not cut off") };
    assert!(timing.first_byte.unwrap() <= timing.total);
}
