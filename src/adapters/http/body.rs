//! The body of an answer: in one buffer that never grows and is wiped, or not at all.

use std::pin::pin;

use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes};
use zeroize::Zeroizing;

use crate::domain::exchange::LARGEST_BODY as LARGEST;
use crate::domain::failure::Failure;

/// Reads the body chunk by chunk. The buffer has its size from the start, because one that grows leaves copies behind.
pub(super) async fn read(from: impl Body<Data = Bytes>) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut from = pin!(from);
    let room = match from.size_hint().exact() {
        None => LARGEST,
        Some(length) => {
            usize::try_from(length).ok().filter(|length| *length <= LARGEST).ok_or(Failure::BodyTooLarge)?
        }
    };
    let mut body = Zeroizing::new(Vec::with_capacity(room));
    while let Some(frame) = from.frame().await {
        let Ok(chunk) = frame.map_err(|_| Failure::CutOff)?.into_data() else { continue };
        if chunk.len() > room - body.len() {
            return Err(Failure::BodyTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
