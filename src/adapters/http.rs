//! The gateway over HTTP: one order, one request, one masked answer.
//!
//! ```text
//! Order + ApiKey -> wire (the contract's bytes) -> clients (which TLS, which proxy) -> head -> body -> Exchange
//!                                                                 fault: an error of the libraries -> Failure
//! ```
//! Owns: what goes onto the wire, the limits of a call, and the meaning of every way it can break. Must not know: screens,
//! history, what an answer means. Never does: a second send, a redirect, a cookie, a proxy of the environment, cleartext but
//! to loopback. Tested: `tests/adapters_http.rs`, against servers that write raw bytes.

mod body;
mod clients;
mod fault;
mod wire;

use std::future::Future;
use std::time::{Duration, Instant};

use reqwest::Response;
use reqwest::header::LOCATION;

use crate::domain::exchange::{Exchange, RawReply, Reply, Timing};
use crate::domain::failure::Failure;
use crate::domain::guard::{ApiKey, Order};
use crate::ports::Gateway;
use crate::secret::{Masked, Needles};

use clients::{Clients, Route};

/// How long a call may take. The sentences of [`Failure`] name the defaults, so nothing but a test sets others.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the name, the connection and TLS.
    pub connect: Duration,
    /// From the start until the head of the answer is here.
    pub first_byte: Duration,
    /// From the start until the end of the answer.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(15),
            total: Duration::from_secs(30),
        }
    }
}

/// The most headers an answer may have.
const MOST_HEADERS: usize = 100;

/// The most bytes the headers of an answer may have.
const LARGEST_HEADERS: usize = 64 * 1024;

/// The longest part of a `Location` that is kept, in characters: it ends up in a sentence.
const LONGEST_TARGET: usize = 512;

/// The gateway over HTTP.
pub struct Http {
    limits: Limits,
    clients: Clients,
}

impl Http {
    /// A gateway with the limits of the contract. Nothing is opened before the first send.
    pub fn new() -> Self {
        Self::with_limits(Limits::default())
    }

    /// A gateway with limits of a test's own.
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, clients: Clients::new(limits.connect) }
    }

    async fn call(
        &self,
        order: &Order,
        key: &ApiKey,
        since: Instant,
        timing: &mut Timing,
    ) -> Result<Exchange, Failure> {
        let key = key.of(order).ok_or(Failure::ForeignKey)?;
        let request = wire::request(order, key)?;
        let mut needles = Needles::default();
        needles.know_key(key);

        let route = Route::of(order.profile())?;
        let client = within(self.limits.connect, Failure::ConnectTimeout, self.clients.get(&route)).await?;
        let sent =
            async { client.execute(request).await.map_err(|error| fault::before_head(&error, &route)) };
        let left = self.limits.first_byte.saturating_sub(since.elapsed());
        let response = within(left, Failure::FirstByteTimeout, sent).await?;
        timing.first_byte = Some(since.elapsed());

        refuse_redirect(&response, &needles)?;
        measure_head(&response)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let left = self.limits.total.saturating_sub(since.elapsed());
        let body = within(left, Failure::TotalTimeout, body::read(response)).await?;
        timing.total = since.elapsed();

        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let raw = RawReply { status, headers: &headers, body: &body };
        Ok(Exchange::read(&raw, Some(order.request()), needles, *timing))
    }
}

impl Default for Http {
    fn default() -> Self {
        Self::new()
    }
}

impl Gateway for Http {
    #[expect(
        clippy::disallowed_methods,
        reason = "it measures how long the call took; nothing is decided by it but its end"
    )]
    async fn send(&self, order: &Order, key: &ApiKey) -> Reply {
        let since = Instant::now();
        let mut timing = Timing::default();
        match self.call(order, key, since, &mut timing).await {
            Ok(exchange) => Reply::Came(exchange),
            Err(failure) => Reply::Failed(failure, Timing { total: since.elapsed(), ..timing }),
        }
    }
}

async fn within<T>(
    limit: Duration,
    late: Failure,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::time::timeout(limit, work).await.unwrap_or(Err(late))
}

fn refuse_redirect(response: &Response, needles: &Needles) -> Result<(), Failure> {
    if !response.status().is_redirection() {
        return Ok(());
    }
    let location = response.headers().get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let target: String = location.unwrap_or_default().chars().take(LONGEST_TARGET).collect();
    Err(Failure::Redirected {
        status: response.status().as_u16(),
        target: Masked::free_text(&target, needles),
    })
}

/// HTTP/1 is parsed with the same count as its limit, and HTTP/2 with a size above ours, so this is the one place that says
/// no to both.
fn measure_head(response: &Response) -> Result<(), Failure> {
    let headers = response.headers();
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if headers.len() > MOST_HEADERS || size > LARGEST_HEADERS {
        return Err(Failure::HeadersTooLarge);
    }
    Ok(())
}
