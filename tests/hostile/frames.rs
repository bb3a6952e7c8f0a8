//! HTTP/2 frames, written and read by hand.

use std::io::Read;

use super::server::Peer;
use super::tls::Stream;

const PREFACE: usize = 24;
pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PUSH_PROMISE: u8 = 5;
pub const GOAWAY: u8 = 7;
pub const CONTINUATION: u8 = 9;
pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;
/// `:status: 200`, as its place in the static table.
pub const STATUS_200: u8 = 0x88;

pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend_from_slice(&stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// A header that is in no table; name and value shorter than 127 bytes.
pub fn literal(name: &str, value: &str) -> Vec<u8> {
    let mut bytes = vec![0, u8::try_from(name.len()).unwrap()];
    bytes.extend_from_slice(name.as_bytes());
    bytes.push(u8::try_from(value.len()).unwrap());
    bytes.extend_from_slice(value.as_bytes());
    bytes
}

/// Greets, and reads until the request on stream 1 is whole; what came is kept as one request.
pub fn read_request(peer: &mut Peer<Stream>) {
    let mut preface = [0; PREFACE];
    if peer.stream.read_exact(&mut preface).is_err() {
        return;
    }
    assert!(preface.starts_with(b"PRI * HTTP/2.0"));
    peer.write(&frame(SETTINGS, 0, 0, &[]));
    let mut body = Vec::new();
    loop {
        let mut head = [0; 9];
        peer.stream.read_exact(&mut head).unwrap();
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        peer.stream.read_exact(&mut payload).unwrap();
        if head[3] == DATA {
            body.extend_from_slice(&payload);
            if head[4] & END_STREAM != 0 {
                break;
            }
        }
    }
    peer.keep(body);
}
