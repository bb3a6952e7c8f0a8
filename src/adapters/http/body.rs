//! The body of an answer: in one buffer that never grows and is wiped, or not at all.

use reqwest::Response;
use zeroize::Zeroizing;

use crate::domain::exchange::LARGEST_BODY as LARGEST;
use crate::domain::failure::Failure;

/// Reads the body chunk by chunk. The buffer has its size from the start, because one that grows leaves copies behind.
pub(super) async fn read(mut response: Response) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let room = match response.content_length() {
        None => LARGEST,
        Some(length) => {
            usize::try_from(length).ok().filter(|length| *length <= LARGEST).ok_or(Failure::BodyTooLarge)?
        }
    };
    let mut body = Zeroizing::new(Vec::with_capacity(room));
    while let Some(chunk) = response.chunk().await.map_err(|_| Failure::CutOff)? {
        if chunk.len() > room - body.len() {
            return Err(Failure::BodyTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
