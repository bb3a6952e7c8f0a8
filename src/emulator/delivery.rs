//! How the bytes of an answer leave: at once, in pieces with pauses, cut off, or without an end.
//!
//! It owns the pace of a body; it must not know what the bytes say. Tested over sockets in
//! `tests/adapters_emulator.rs`, since only there a cut is a cut.

use std::time::Duration;

use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame};

use super::scenario::Delivery;

/// The connection breaks on purpose; hyper closes it when it meets this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the scenario breaks the connection here")]
pub(super) struct BrokenOff;

/// The body of any answer.
pub(super) type Body = UnsyncBoxBody<Bytes, BrokenOff>;

/// Time for what was sent to leave before the connection breaks, so that a cut is the same at each run.
const BEFORE_THE_CUT: Duration = Duration::from_millis(20);
/// What an endless body goes on with: white space, which JSON allows at its end.
const FILLER: [u8; 4096] = [b' '; 4096];

/// A body that goes out at once.
pub(super) fn whole(bytes: Vec<u8>) -> Body {
    Full::new(Bytes::from(bytes)).map_err(|never| match never {}).boxed_unsync()
}

/// A body that goes out as the scenario wants it.
pub(super) fn paced(bytes: Vec<u8>, delivery: Delivery) -> Body {
    let mut rest = Bytes::from(bytes);
    if let Some(cut_after) = delivery.cut_after {
        rest.truncate(cut_after);
    }
    let flow = Flow { rest, delivery, begun: false, broken: false };
    StreamBody::new(stream::unfold(flow, Flow::next)).boxed_unsync()
}

struct Flow {
    rest: Bytes,
    delivery: Delivery,
    begun: bool,
    broken: bool,
}

impl Flow {
    async fn next(mut self) -> Option<(Result<Frame<Bytes>, BrokenOff>, Self)> {
        let step = if self.rest.is_empty() { self.end().await? } else { Ok(self.piece().await) };
        Some((step.map(Frame::data), self))
    }

    async fn piece(&mut self) -> Bytes {
        let Some(dribble) = self.delivery.dribble else {
            return std::mem::take(&mut self.rest);
        };
        if self.begun {
            tokio::time::sleep(Duration::from_millis(dribble.every_ms)).await;
        }
        self.begun = true;
        self.rest.split_to(dribble.bytes.clamp(1, self.rest.len()))
    }

    async fn end(&mut self) -> Option<Result<Bytes, BrokenOff>> {
        if self.delivery.endless {
            // A pause, so that one endless answer does not keep the thread from the others.
            tokio::time::sleep(Duration::from_millis(1)).await;
            return Some(Ok(Bytes::from_static(&FILLER)));
        }
        if self.delivery.cut_after.is_none() || self.broken {
            return None;
        }
        self.broken = true;
        tokio::time::sleep(BEFORE_THE_CUT).await;
        Some(Err(BrokenOff))
    }
}
