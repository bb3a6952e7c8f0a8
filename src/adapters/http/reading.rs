//! The reading of an answer, on the thread of calls: its head is looked at, its body read, and both are masked.
//!
//! Owns: which heads no answer of the API has. Must not know: where an answer comes from, what it means.

use std::future::Future;
use std::sync::Arc;

use hyper::body::{Body, Bytes};
use hyper::header::{CONTENT_LENGTH, HeaderMap, LOCATION, TRANSFER_ENCODING};
use hyper::{Response, StatusCode};

use super::marks::Marks;
use super::wire::Common;
use super::{MOST_HEADERS, body};
use crate::domain::exchange::{Exchange, RawReply};
use crate::domain::failure::Failure;
use crate::domain::request::ValidRequest;
use crate::secret::Masked;

/// The most bytes the headers of an answer may have.
const LARGEST_HEADERS: usize = 64 * 1024;

/// The longest part of a `Location` that is kept, in characters: it ends up in a sentence.
const LONGEST_TARGET: usize = 512;

/// What an answer is read with.
pub(super) struct Reading {
    pub(super) asked: Arc<ValidRequest>,
    pub(super) common: Arc<Common>,
    pub(super) marks: Arc<Marks>,
}

impl Reading {
    /// Looks at the head, reads the body and masks both: all on the thread of calls, in the task that asked, which costs the
    /// caller one turn.
    pub(super) fn read<B: Body<Data = Bytes>>(
        &self,
        response: Response<B>,
    ) -> impl Future<Output = Result<Exchange, Failure>> {
        self.marks.head_came();
        let looked_at = self.look_at(&response);
        let (head, body) = response.into_parts();
        async move {
            looked_at?;
            let body = body::read(body).await?;
            self.marks.body_came();
            Ok(self.masked(head.status.as_u16(), &head.headers, &body))
        }
    }

    /// Refuses a head that no answer of the API has.
    fn look_at<B>(&self, response: &Response<B>) -> Result<(), Failure> {
        self.refuse_redirect(response)?;
        refuse_misframed(response)?;
        measure_head(response)
    }

    fn masked(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Exchange {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let raw = RawReply { status, headers: &headers, body };
        Exchange::read(&raw, Some(&self.asked), self.common.needles(), self.marks.timing())
    }

    fn refuse_redirect<B>(&self, response: &Response<B>) -> Result<(), Failure> {
        if !response.status().is_redirection() {
            return Ok(());
        }
        let location =
            response.headers().get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let target: String = location.unwrap_or_default().chars().take(LONGEST_TARGET).collect();
        let target = Masked::free_text(&target, &self.common.needles());
        Err(Failure::Redirected { status: response.status().as_u16(), target })
    }
}

/// What HTTP forbids, or forbids in an answer to this request, and the library lets pass: a body whose end is told in two ways
/// or in one that nobody asked for, a part of an answer, another protocol, an answer that may have no body.
fn refuse_misframed<B>(response: &Response<B>) -> Result<(), Failure> {
    let headers = response.headers();
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let is_chunked = codings.next().is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"chunked"));
    let is_doubtful = headers.contains_key(TRANSFER_ENCODING) && headers.contains_key(CONTENT_LENGTH);
    match response.status() {
        StatusCode::SWITCHING_PROTOCOLS | StatusCode::RESET_CONTENT => Err(Failure::NotHttp),
        StatusCode::PARTIAL_CONTENT => Err(Failure::CutOff),
        _ if is_doubtful || !is_chunked || codings.next().is_some() => Err(Failure::CutOff),
        _ => Ok(()),
    }
}

/// HTTP/1 is parsed with the same count as its limit, and HTTP/2 with a size above ours, so this is the one place that says
/// no to both.
fn measure_head<B>(response: &Response<B>) -> Result<(), Failure> {
    let headers = response.headers();
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if headers.len() > MOST_HEADERS || size > LARGEST_HEADERS {
        return Err(Failure::HeadersTooLarge);
    }
    Ok(())
}
