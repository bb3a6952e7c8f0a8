//! HTTP/2: the same answers, and no second send where the protocol would allow one.

use tokenscope::adapters::http::Http;
use tokenscope::domain::exchange::{Outcome, Reply};
use tokenscope::domain::failure::{Failure, Processed};
use tokenscope::domain::history::Verdict;
use tokenscope::ports::Gateway;

use super::SAMPLE;
use super::calls::{USABLE, assert_kept_as};
use super::hostile::frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PUSH_PROMISE, RST_STREAM, STATUS_200,
    frame, literal, read_request,
};
use super::hostile::order::{came, custom, draft, failed, key_of, order_of};
use super::hostile::server::Server;
use super::hostile::tls::{Authority, Holds, serve};

const REFUSED_STREAM: [u8; 4] = [0, 0, 0, 7];
const INTERNAL_ERROR: [u8; 4] = [0, 0, 0, 2];

/// Sends to a server that speaks HTTP/2 and answers the request with these frames. It has taken one request.
async fn send(frames: Vec<u8>) -> Reply {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("ca.pem");
    authority.write(&path);
    let server = speaking(&authority, frames);
    let mut profile = custom(&format!("https://{}", server.address));
    profile.ca_file = Some(path);
    let reply = Http::new().send(&order_of(&profile, &draft()), &key_of(&profile)).await;
    assert_eq!((server.connections(), server.requests().len()), (1, 1));
    let body =
        br#"{"card_reference":"token_a0c16957f9bf46b0966a91a35b555353","customer_id":"juspaytest_cust"}"#;
    assert_eq!(server.requests()[0], body);
    reply
}

fn speaking(authority: &Authority, frames: Vec<u8>) -> Server {
    let mut config = authority.certify("127.0.0.1", Holds::Now);
    config.alpn_protocols = vec![b"h2".to_vec()];
    serve(config, move |mut peer| {
        read_request(&mut peer);
        peer.write(&frames);
        peer.wait_for_close();
    })
}

fn head() -> Vec<u8> {
    frame(HEADERS, END_HEADERS, 1, &[STATUS_200])
}

#[tokio::test]
async fn an_answer_over_http_2_is_read() {
    let frames = [head(), frame(DATA, END_STREAM, 1, SAMPLE.as_bytes())].concat();
    assert!(matches!(came(send(frames).await).outcome, Outcome::Answered(_)));
}

#[tokio::test]
async fn a_refused_stream_and_a_goaway_are_no_answer_and_no_second_send() {
    let goaway = |reason: [u8; 4]| frame(GOAWAY, 0, 0, &[[0; 4], reason].concat());
    for frames in [
        frame(RST_STREAM, 0, 1, &REFUSED_STREAM),
        frame(RST_STREAM, 0, 1, &INTERNAL_ERROR),
        goaway([0; 4]),
        goaway(INTERNAL_ERROR),
    ] {
        let failure = failed(send(frames).await);
        assert_eq!((failure.clone(), failure.processed()), (Failure::NoAnswer, Processed::Maybe));
    }
}

#[tokio::test]
async fn a_reset_stream_or_a_wrong_length_is_cut_off() {
    let part = frame(DATA, 0, 1, b"{\"reference\":");
    let reset = [head(), part.clone(), frame(RST_STREAM, 0, 1, &INTERNAL_ERROR)].concat();
    let block = [vec![STATUS_200], literal("content-length", "99")].concat();
    let head = frame(HEADERS, END_HEADERS, 1, &block);
    let short = [head.clone(), frame(DATA, END_STREAM, 1, b"{}")].concat();
    let long = [head, frame(DATA, END_STREAM, 1, &[b' '; 100])].concat();
    for frames in [reset, short, long] {
        assert_eq!(failed(send(frames).await), Failure::CutOff);
    }
}

#[tokio::test]
async fn too_many_and_too_large_headers_over_http_2_are_refused() {
    for (count, length) in [(101, 1), (700, 100)] {
        let headers = (0..count).map(|at| literal(&format!("x-h{at}"), &"v".repeat(length)));
        let block = [vec![STATUS_200], headers.collect::<Vec<_>>().concat()].concat();
        let pieces: Vec<&[u8]> = block.chunks(16_000).collect();
        let mut frames = frame(HEADERS, if pieces.len() == 1 { END_HEADERS } else { 0 }, 1, pieces[0]);
        for (at, piece) in pieces.iter().enumerate().skip(1) {
            let flags = if at + 1 == pieces.len() { END_HEADERS } else { 0 };
            frames.extend(frame(CONTINUATION, flags, 1, piece));
        }
        frames.extend(frame(DATA, END_STREAM, 1, SAMPLE.as_bytes()));
        assert_eq!(failed(send(frames).await), Failure::HeadersTooLarge, "{count} of {length}");
    }
}

fn head_with(name: &str, value: &str) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, 1, &[vec![STATUS_200], literal(name, value)].concat())
}

fn whole() -> Vec<u8> {
    frame(DATA, END_STREAM, 1, USABLE.as_bytes())
}

/// Each of these is sent to a server of its own; none is a success, none is sent twice.
#[tokio::test]
async fn broken_frames_and_headers_are_no_answer() {
    let length = USABLE.len().to_string();
    let two_lengths =
        [vec![STATUS_200], literal("content-length", &length), literal("content-length", "5")].concat();
    for frames in [
        [head_with("transfer-encoding", "chunked"), whole()].concat(),
        [head_with("connection", "close"), whole()].concat(),
        [head_with("X-Upper", "v"), whole()].concat(),
        [head_with("x-request-id", "a\x1b[2Jb"), whole()].concat(),
        [head_with("x-request-id", "a\0b"), whole()].concat(),
        [head_with("x-request-id", "a\r\nb"), whole()].concat(),
        [head_with(":status", "200"), whole()].concat(),
        [frame(HEADERS, END_HEADERS, 1, &literal("x-a", "b")), whole()].concat(),
        [frame(HEADERS, END_HEADERS, 1, &literal(":status", "101")), whole()].concat(),
        [frame(HEADERS, END_HEADERS, 1, &two_lengths), whole()].concat(),
        [frame(HEADERS, END_HEADERS, 1, &[0xff; 6]), whole()].concat(),
        [frame(HEADERS, END_HEADERS, 3, &[STATUS_200]), frame(DATA, END_STREAM, 3, USABLE.as_bytes())]
            .concat(),
        [frame(PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2, STATUS_200]), head(), whole()].concat(),
        [whole(), head()].concat(),
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec(),
    ] {
        let reply = send(frames).await;
        assert_kept_as(Verdict::NoAnswer, &reply);
        assert_eq!(failed(reply), Failure::NoAnswer);
    }
}

#[tokio::test]
async fn a_part_of_an_answer_or_a_frame_that_is_too_large_is_cut_off() {
    let part = frame(DATA, 0, 1, &USABLE.as_bytes()[..100]);
    let goaway = frame(GOAWAY, 0, 0, &[0, 0, 0, 1, 0, 0, 0, 2]);
    for frames in [
        [frame(HEADERS, END_HEADERS, 1, &literal(":status", "206")), whole()].concat(),
        [head_with("content-length", "0"), whole()].concat(),
        [head(), frame(DATA, END_STREAM, 1, " ".repeat(20_000).as_bytes())].concat(),
        [head(), part, goaway, frame(RST_STREAM, 0, 1, &INTERNAL_ERROR)].concat(),
    ] {
        let reply = send(frames).await;
        assert_kept_as(Verdict::NoAnswer, &reply);
        assert_eq!(failed(reply), Failure::CutOff);
    }
}

#[tokio::test]
async fn trailers_and_interim_answers_over_http_2_are_read_over() {
    let trailers = frame(HEADERS, END_HEADERS | END_STREAM, 1, &literal("x-request-id", "4788080252078243"));
    let trailed = [head(), frame(DATA, 0, 1, USABLE.as_bytes()), trailers].concat();
    let interim = [frame(HEADERS, END_HEADERS, 1, &literal(":status", "103")), head(), whole()].concat();
    for frames in [trailed, interim] {
        let exchange = came(send(frames).await);
        assert!(matches!(exchange.outcome, Outcome::Answered(_)) && exchange.headers.is_empty());
    }
}

/// The server says that it closes and keeps the connection for the time being: a pool would use it once more.
#[tokio::test]
async fn a_connection_that_goes_away_is_not_used_again() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("ca.pem");
    authority.write(&path);
    let goaway = frame(GOAWAY, 0, 0, &[0, 0, 0, 1, 0, 0, 0, 0]);
    for last in [Vec::new(), goaway] {
        let server = speaking(&authority, [head(), whole(), last].concat());
        let mut profile = custom(&format!("https://{}", server.address));
        profile.ca_file = Some(path.clone());
        let gateway = Http::new();
        for count in 1..=2 {
            came(gateway.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
            assert_eq!((server.connections(), server.requests().len()), (count, count));
        }
    }
}
