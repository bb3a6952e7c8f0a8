//! HTTP/2: the same answers, and no second send where the protocol would allow one.

use tokenscope::adapters::http::Http;
use tokenscope::domain::exchange::{Outcome, Reply};
use tokenscope::domain::failure::{Failure, Processed};
use tokenscope::ports::Gateway;

use super::SAMPLE;
use super::hostile::frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, RST_STREAM, STATUS_200, frame, literal,
    read_request,
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
