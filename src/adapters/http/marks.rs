//! When the steps of one call were done: name lookup and connection, which the library makes on its own, head and body.
//!
//! The marks of a call are local to what makes it.

use std::future::Future;
use std::net::ToSocketAddrs as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::task::{AbortHandle, spawn_blocking};
use tower_layer::Layer;
use tower_service::Service;

use super::lock;
use crate::domain::exchange::{Reply, Timing};
use crate::domain::failure::Failure;

tokio::task_local! {
    static CALL: Arc<Marks>;
}

/// The marks of one call.
pub(super) struct Marks {
    since: Instant,
    steps: Mutex<Steps>,
}

/// The steps that are done.
#[derive(Clone, Copy, Default)]
struct Steps {
    lookup: Option<Duration>,
    connected: Option<Duration>,
    head: Option<Duration>,
    body: Option<Duration>,
}

impl Marks {
    /// Of a call that starts now.
    #[expect(
        clippy::disallowed_methods,
        reason = "it measures how long the call took; nothing is decided by it but its end"
    )]
    pub(super) fn of_now() -> Arc<Self> {
        Arc::new(Self { since: Instant::now(), steps: Mutex::default() })
    }

    /// Does the work as that of this call.
    pub(super) fn during<F: Future>(self: Arc<Self>, work: F) -> impl Future<Output = F::Output> {
        CALL.scope(self, work)
    }

    /// Where the time went, as far as the call is; the total is known once the body is here. A connection takes what came
    /// before it stood, without the lookup.
    pub(super) fn timing(&self) -> Timing {
        let Steps { lookup, connected, head, body } = self.steps();
        let connect = connected.map(|at| at.saturating_sub(lookup.unwrap_or_default()));
        Timing { lookup, connect, first_byte: head, total: body.unwrap_or_default() }
    }

    /// The reply of a call that ends now without an answer.
    pub(super) fn failed(&self, failure: Failure) -> Reply {
        Reply::Failed(failure, Timing { total: self.elapsed(), ..self.timing() })
    }

    /// How long the call has been under way.
    pub(super) fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    /// The head of the answer is here.
    pub(super) fn head_came(&self) {
        self.mark(|steps, now| steps.head = Some(now));
    }

    /// The whole body is here.
    pub(super) fn body_came(&self) {
        self.mark(|steps, now| steps.body = Some(now));
    }

    pub(super) fn has_head(&self) -> bool {
        self.steps().head.is_some()
    }

    pub(super) fn has_body(&self) -> bool {
        self.steps().body.is_some()
    }

    fn steps(&self) -> Steps {
        *lock(&self.steps)
    }

    fn mark(&self, set: impl FnOnce(&mut Steps, Duration)) {
        set(&mut lock(&self.steps), self.since.elapsed());
    }
}

/// How long the call of this task has been under way.
fn elapsed() -> Option<Duration> {
    CALL.try_with(|marks| marks.since.elapsed()).ok()
}

fn mark(set: impl FnOnce(&mut Steps, Duration)) {
    // In another task there is no call that it belongs to.
    let _ = CALL.try_with(|marks| marks.mark(set));
}

/// The system's own name lookup, measured. It may hang, so it has a thread to itself.
pub(super) struct Lookup;

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let begun = elapsed();
            let looking = spawn_blocking(move || (name.as_str(), 0).to_socket_addrs());
            let _unasked = Unasked(looking.abort_handle());
            let found = looking.await??;
            mark(|steps, now| steps.lookup = begun.map(|begun| now.saturating_sub(begun)));
            Ok(Box::new(found) as Addrs)
        })
    }
}

/// Takes a lookup that still waits for its thread back, where nobody waits for it any more.
struct Unasked(AbortHandle);

impl Drop for Unasked {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Marks when a connection, with its TLS, stands.
#[derive(Clone, Copy)]
pub(super) struct Connecting;

/// A connector that is marked.
#[derive(Clone)]
pub(super) struct Marked<S>(S);

impl<S> Layer<S> for Connecting {
    type Service = Marked<S>;

    fn layer(&self, connector: S) -> Marked<S> {
        Marked(connector)
    }
}

impl<S, R> Service<R> for Marked<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.0.call(request);
        Box::pin(async move {
            let connection = connecting.await?;
            mark(|steps, now| steps.connected = Some(now));
            Ok(connection)
        })
    }
}
