//! Broken HTTP: each break is a failure of its own and is neither shown nor kept as success; what HTTP lets pass is read.

use tokenscope::domain::exchange::{Exchange, Outcome};
use tokenscope::domain::failure::{Failure, Unreadable};
use tokenscope::domain::history::Verdict;
use tokenscope::secret::Unparsed;

use super::calls::{USABLE, assert_kept_as, exchange_of, failure, failure_of, kept, send, send_under};
use super::hostile::order::{came, custom, draft, failed};
use super::hostile::server::{Server, http};
use super::hostile::tls::{Authority, Holds, answering, serve};

/// A 200 with these header lines and this body.
fn framed(headers: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{headers}\r\n{body}")
}

/// The sample with its length, under these header lines and this first line.
fn lined(first: &str, headers: &str) -> String {
    format!("{first}\r\n{headers}content-length: {}\r\n\r\n{USABLE}", USABLE.len())
}

fn chunked(rest: &str) -> String {
    framed("transfer-encoding: chunked\r\n", rest)
}

/// The sample as one chunk, with this in place of its size line.
fn one_chunk(size: &str) -> String {
    chunked(&format!("{size}{USABLE}\r\n0\r\n\r\n"))
}

fn size() -> String {
    format!("{:x}", USABLE.len())
}

fn is_answered(exchange: &Exchange) -> bool {
    matches!(exchange.outcome, Outcome::Answered(_))
}

#[tokio::test]
async fn a_body_whose_end_is_told_in_two_ways_or_in_an_unknown_one_is_cut_off() {
    let (length, whole) = (USABLE.len(), format!("{}\r\n{USABLE}\r\n0\r\n\r\n", size()));
    let chunked = "transfer-encoding: chunked\r\n";
    for (headers, body) in [
        (format!("content-length: {length}\r\n{chunked}"), whole.as_str()),
        (format!("{chunked}content-length: {length}\r\n"), &whole),
        (format!("content-length: {length}\r\n{chunked}"), USABLE),
        (format!("{chunked}content-length: {}\r\n", whole.len()), &whole),
        (format!("transfer-encoding: identity\r\ncontent-length: {length}\r\n"), USABLE),
        (format!("{chunked}{chunked}"), &whole),
        ("transfer-encoding: chunked, identity\r\n".into(), &whole),
        ("transfer-encoding: gzip, chunked\r\n".into(), &whole),
        ("transfer-encoding: identity\r\n".into(), USABLE),
        ("transfer-encoding: xchunked\r\n".into(), USABLE),
        ("transfer-encoding: \r\n".into(), USABLE),
    ] {
        assert_eq!(failure_of(framed(&headers, body)).await, Failure::CutOff, "{headers}");
    }
}

#[tokio::test]
async fn a_length_that_is_none_or_two_is_not_http() {
    let length = USABLE.len();
    for value in
        [format!("{length}, 5"), format!("+{length}"), format!("0x{length:x}"), String::new(), "-1".into()]
    {
        let bytes = framed(&format!("content-length: {value}\r\n"), USABLE);
        assert_eq!(failure_of(bytes).await, Failure::NotHttp, "{value}");
    }
    for second in [length - 1, length + 1, 0] {
        let headers = format!("content-length: {length}\r\ncontent-length: {second}\r\n");
        assert_eq!(failure_of(framed(&headers, USABLE)).await, Failure::NotHttp, "{headers}");
    }
    let endless = framed("content-length: 18446744073709551615\r\n", USABLE);
    assert_eq!(failure_of(endless).await, Failure::HeadersTooLarge);
}

#[tokio::test]
async fn an_answer_shorter_than_its_length_is_cut_off() {
    let of = |length: usize, body: &str| framed(&format!("content-length: {length}\r\n"), body);
    assert_eq!(failure_of(of(USABLE.len() + 1, USABLE)).await, Failure::CutOff);
    assert_eq!(failure_of(of(9, "")).await, Failure::CutOff);
}

#[tokio::test]
async fn an_answer_longer_than_its_length_is_read_up_to_it_and_told_as_broken() {
    let bytes = framed(&format!("content-length: {}\r\n", USABLE.len() - 20), USABLE);
    let reply = send(&Server::answering(bytes), &draft()).await;
    assert_kept_as(Verdict::Unreadable, &reply);
    let Outcome::Unreadable(Unreadable::Body(Unparsed::CutShort(spot))) = came(reply).outcome else {
        panic!("not cut short")
    };
    assert!(spot.line > 30);
}

#[tokio::test]
async fn broken_chunks_are_cut_off() {
    let size = size();
    let (less, more) = (format!("{:x}\r\n", USABLE.len() - 1), format!("{:x}\r\n", USABLE.len() + 1));
    let long = format!("{size};{}\r\n", "x".repeat(20_000));
    let sizes = ["0x", "+", "-", "_", " ", "\t", "\n", "\r\n"].map(|before| format!("{before}{size}\r\n"));
    let lines = ["\n", "\r", ";a\nb\r\n", "g\r\n", ".0\r\n"].map(|after| format!("{size}{after}"));
    let others = [less, more, long, "\r\n".into(), "ffffffffffffffffff\r\n".into(), "zz\r\n".into()];
    for line in sizes.into_iter().chain(lines).chain(others) {
        assert_eq!(failure_of(one_chunk(&line)).await, Failure::CutOff, "{line:?}");
    }
}

#[tokio::test]
async fn chunks_without_their_end_are_cut_off() {
    let size = size();
    for end in ["", "\r\n", "\r\n0", "\r\n0\r\n", "0\r\n\r\n", "\n0\n\n", "\r\n0\r\nx-a: b\r\n"] {
        let bytes = chunked(&format!("{size}\r\n{USABLE}{end}"));
        assert_eq!(failure_of(bytes).await, Failure::CutOff, "{end:?}");
    }
    assert_eq!(failure_of(chunked("")).await, Failure::CutOff);
}

#[tokio::test]
async fn what_http_lets_pass_is_read() {
    let (size, length) = (size(), USABLE.len());
    for bytes in [
        one_chunk(&format!("{size}\r\n")),
        one_chunk(&format!("{}\r\n", size.to_uppercase())),
        one_chunk(&format!("0000{size}\r\n")),
        one_chunk(&format!("{size};name=value\r\n")),
        framed("Transfer-Encoding: Chunked\r\n", &format!("{size}\r\n{USABLE}\r\n0\r\n\r\n")),
        framed(&format!("content-length: {length}\r\ncontent-length: {length}\r\n"), USABLE),
        framed("", USABLE),
        lined("HTTP/1.0 200 OK", ""),
        lined("HTTP/1.1 200", ""),
        lined("HTTP/1.1 200 O\u{202e}K", ""),
        // A line may end in a bare line feed (RFC 9112, section 2.2).
        format!("HTTP/1.1 200 OK\ncontent-length: {length}\n\n{USABLE}"),
        lined("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK", ""),
        lined("HTTP/1.1 103 Early Hints\r\nx-request-id: early\r\n\r\nHTTP/1.1 200 OK", ""),
    ] {
        let exchange = exchange_of(bytes.clone()).await;
        assert!(is_answered(&exchange), "{bytes}");
        assert_eq!(exchange.header("x-request-id"), None, "a header of an interim answer");
    }
}

#[tokio::test]
async fn trailers_are_read_over_and_broken_ones_cut_off() {
    let whole = format!("{}\r\n{USABLE}\r\n0\r\n", size());
    let trailers = "x-request-id: 4788080252078243\r\nauthorization: Basic x\r\n\r\n";
    let exchange = exchange_of(chunked(&format!("{whole}{trailers}"))).await;
    assert!(is_answered(&exchange));
    assert_eq!(exchange.headers.len(), 1, "only transfer-encoding");
    for broken in ["no colon\r\n\r\n".to_owned(), "x-a: b\r\n".repeat(5000), "x-a: \0\r\n\r\n".into()] {
        assert_eq!(failure_of(chunked(&format!("{whole}{broken}"))).await, Failure::CutOff);
    }
}

#[tokio::test]
async fn a_head_with_a_character_or_a_line_out_of_place_is_not_http() {
    for headers in [
        "x-a: b\rc\r\n",
        "x-a: b\0c\r\n",
        "x\0a: b\r\n",
        "x-a: b\x1b[2Jc\r\n",
        "x-\x1b[2J: b\r\n",
        "x-\u{202e}: b\r\n",
        "x-a: b\r\n folded\r\n",
        "x-a: b\r\n\tfolded\r\n",
        " x-a: b\r\n",
        "x-a : b\r\n",
        ": b\r\n",
        "no colon here\r\n",
    ] {
        assert_eq!(failure_of(lined("HTTP/1.1 200 OK", headers)).await, Failure::NotHttp, "{headers:?}");
    }
    let folded = framed(&format!("content-length:\r\n {}\r\n", USABLE.len()), USABLE);
    assert_eq!(failure_of(folded).await, Failure::NotHttp);
    let bare = format!("HTTP/1.1 200 OK\rcontent-length: {}\r\r{USABLE}", USABLE.len());
    assert_eq!(failure_of(bare).await, Failure::NotHttp);
}

#[tokio::test]
async fn another_version_or_a_broken_status_is_not_http() {
    for first in [
        "HTTP/1.2 200 OK",
        "HTTP/2.0 200 OK",
        "HTTP/3 200 OK",
        "HTTP/0.9 200 OK",
        "http/1.1 200 OK",
        "ICY 200 OK",
        "HTTP/1.1 2OO OK",
        "HTTP/1.1 20 OK",
        "HTTP/1.1 2000 OK",
        "HTTP/1.1 099 OK",
        "HTTP/1.1 -20 OK",
        "HTTP/1.1 200 O\x1b[2JK",
        "SSH-2.0-OpenSSH_9.9",
    ] {
        assert_eq!(failure_of(lined(first, "")).await, Failure::NotHttp, "{first}");
    }
    let nine = failure_of(USABLE).await;
    assert_eq!(nine, Failure::NotHttp, "a body without a head, as HTTP/0.9 has it");
    let old = "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    assert_eq!(failure_of(format!("{old}{}\r\n{USABLE}\r\n0\r\n\r\n", size())).await, Failure::NotHttp);
}

#[tokio::test]
async fn a_switch_of_protocol_and_a_part_of_an_answer_are_no_answer() {
    let switch = "upgrade: h2c\r\nconnection: upgrade\r\n";
    assert_eq!(failure_of(lined("HTTP/1.1 101 Switching Protocols", switch)).await, Failure::NotHttp);
    assert_eq!(failure_of(lined("HTTP/1.1 101 Switching Protocols", "")).await, Failure::NotHttp);
    assert_eq!(failure_of(lined("HTTP/1.1 199 Odd", "")).await, Failure::NotHttp);
    assert_eq!(failure_of(lined("HTTP/1.1 205 Reset Content", "")).await, Failure::NotHttp);
    let part = lined("HTTP/1.1 206 Partial Content", "content-range: bytes 0-99/200\r\n");
    assert_eq!(failure_of(part).await, Failure::CutOff);
}

#[tokio::test]
async fn a_body_that_may_not_be_there_is_not_read() {
    let reply = send(&Server::answering(lined("HTTP/1.1 204 No Content", "")), &draft()).await;
    assert_kept_as(Verdict::Unreadable, &reply);
    let Outcome::Unreadable(fault) = came(reply).outcome else { panic!("not unreadable") };
    assert_eq!(fault, Unreadable::Body(Unparsed::Empty));
    let not_modified = failure_of(lined("HTTP/1.1 304 Not Modified", "")).await;
    assert!(matches!(not_modified, Failure::Redirected { status: 304, .. }), "{not_modified:?}");
}

#[tokio::test]
async fn a_status_beyond_all_that_are_known_is_a_refusal_whatever_its_body() {
    let reply = send(&Server::answering(lined("HTTP/1.1 999 Fine", "")), &draft()).await;
    assert_kept_as(Verdict::Refused, &reply);
}

#[tokio::test]
async fn the_end_of_the_connection_ends_a_body_over_tls_only_with_a_goodbye() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("ca.pem");
    authority.write(&path);
    let config = || authority.certify("127.0.0.1", Holds::Now);
    let bytes = framed("", USABLE).into_bytes();
    let (polite, cut) = (
        answering(config(), bytes.clone()),
        serve(config(), move |mut peer| {
            peer.read_request();
            peer.write(&bytes);
        }),
    );
    let profile = |server: &Server| {
        let mut profile = custom(&format!("https://{}", server.address));
        profile.ca_file = Some(path.clone());
        profile
    };
    assert!(is_answered(&came(send_under(&profile(&polite), &draft()).await)));
    let reply = send_under(&profile(&cut), &draft()).await;
    assert_kept_as(Verdict::NoAnswer, &reply);
    assert_eq!(failed(reply), Failure::CutOff);
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
    for part in ["", "H", "HTTP/1.1 200 O", "HTTP/1.1 200 OK\r\nx-a: b\r\n", "HTTP/1.1 100 Continue\r\n\r\n"]
    {
        assert_eq!(failure_of(part).await, Failure::NoAnswer, "{part:?}");
    }
    let resetting = Server::run(|mut peer| peer.leave_request_unread());
    assert_eq!(failure(&resetting).await, Failure::NoAnswer);
}

#[tokio::test]
async fn no_failure_tells_the_key_or_a_librarys_words() {
    for failure in [failure_of("").await, failure_of("junk\r\n\r\n").await] {
        let told = format!("{} {failure:?}", failure.sentence());
        for word in ["hyper", "reqwest", "error", "127.0.0.1", super::hostile::order::KEY] {
            assert!(!told.contains(word), "{word}: {told}");
        }
    }
}

#[tokio::test]
async fn the_search_for_success_finds_one() {
    let entry = kept(&send(&Server::answering(http("200 OK", &[], USABLE)), &draft()).await);
    assert_eq!((entry.verdict, entry.network.text().as_str()), (Verdict::Usable, "VISA"));
}
