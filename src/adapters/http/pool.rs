//! Connections for many calls, each made by the client of its way, with that one's lookup, proxy, TLS and limit, and then
//! taken out of its hands.
//!
//! All that the client does for a request beyond that, a batch does not need and pays for with each call. So its calls go over
//! the connection by HTTP/1 alone. A connection is moved on by the call that it serves, and by nobody between two
//! calls: what the server sends or closes meanwhile is seen before the next request leaves, as far as the system has told of
//! it by then. What it tells later is seen by the call that it then meets, which is sent once whatever becomes of it.
//! Must not know: what a call asks, what an answer means.

use std::error::Error;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::rt::{Read, Write};
use hyper::{Request, Response, Version};
use reqwest::Client;
use tower_layer::Layer;
use tower_service::Service;

use super::clients::Route;
use super::{MOST_HEADERS, fault, lock};
use crate::domain::failure::Failure;

/// A connection that nobody needed for so long is not used again: what stands between it and the server may have dropped it.
const OLDEST: Duration = Duration::from_secs(90);

/// The connections that are open and serve no call.
pub(super) struct Pool {
    most: usize,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    route: Arc<Route>,
    since: Instant,
    connection: Connection,
}

/// A connection, and what speaks over it.
struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: Driver,
}

/// What moves a connection on while it is polled.
type Driver = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Pool {
    /// Up to so many connections stay open.
    pub(super) fn new(most: usize) -> Self {
        Self { most, idle: Mutex::default() }
    }

    /// Sends a request, once, and does with its answer what is to be done, while the connection moves on. The request is made
    /// where it is needed, so that nobody has room for it once it has left.
    pub(super) async fn call<T, C, R>(
        &self,
        route: &Arc<Route>,
        client: impl FnOnce() -> C,
        request: impl FnOnce() -> Result<Request<Bytes>, Failure>,
        read: impl FnOnce(Response<Incoming>) -> R,
    ) -> Result<T, Failure>
    where
        C: Future<Output = Result<Client, Failure>>,
        R: Future<Output = Result<T, Failure>>,
    {
        // That of a server of HTTP/1.0 is not kept: the next request over it would be one of 1.0 too, and not the contract's.
        let begin = |response: Response<Incoming>| (response.version() == Version::HTTP_11, read(response));
        let asked = self.ask(route, client, request).await;
        let (mut connection, (is_kept, reading)) = asked.map(|(it, response)| (it, begin(response)))?;
        let done = moving(&mut connection.driver, pin!(reading)).await?;
        // Nothing may be left of this call, neither bytes nor a close, as far as the system has told.
        if is_kept && connection.is_ready().now_or_never() == Some(true) {
            self.keep(route, connection);
        }
        Ok(done)
    }

    /// Sends the request and waits for the head of its answer. A kept connection that gives the request back, since it was closed
    /// before a byte of it left, makes room for the next.
    async fn ask<C: Future<Output = Result<Client, Failure>>>(
        &self,
        route: &Arc<Route>,
        client: impl FnOnce() -> C,
        request: impl FnOnce() -> Result<Request<Bytes>, Failure>,
    ) -> Result<(Connection, Response<Incoming>), Failure> {
        let mut request = Some(request()?.map(Full::new));
        while let Some(mut connection) = self.idle_on(route) {
            if !connection.is_ready().await {
                continue;
            }
            match connection.ask(&mut request).await {
                Ok(response) => return Ok((connection, response)),
                Err(failure) if request.is_none() => return Err(failure),
                Err(_) => {}
            }
        }
        let mut connection = Box::pin(dial(client(), route)).await?;
        let response = connection.ask(&mut request).await?;
        Ok((connection, response))
    }

    /// The connection to there that was used last, if one is open.
    fn idle_on(&self, route: &Arc<Route>) -> Option<Connection> {
        let mut idle = lock(&self.idle);
        let is_it = |it: &Idle| Arc::ptr_eq(&it.route, route) || it.route == *route;
        let found = idle.iter().rposition(is_it).map(|place| idle.remove(place))?;
        if found.since.elapsed() < OLDEST {
            return Some(found.connection);
        }
        // Those before it are older.
        idle.retain(|it| !is_it(it));
        None
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the age of a connection, by which nothing else is decided"
    )]
    fn keep(&self, route: &Arc<Route>, connection: Connection) {
        let mut idle = lock(&self.idle);
        if idle.len() < self.most {
            idle.push(Idle { route: Arc::clone(route), since: Instant::now(), connection });
        }
    }
}

impl Connection {
    /// Sends a request and waits for the head of its answer. A request of which nothing left is given back. It is lent, and so is
    /// whatever is waited for here (see [`moving`]).
    async fn ask(
        &mut self,
        request: &mut Option<Request<Full<Bytes>>>,
    ) -> Result<Response<Incoming>, Failure> {
        let unsent = request.take().ok_or(Failure::Unsendable)?;
        let asking = pin!(self.sender.try_send_request(unsent));
        moving(&mut self.driver, asking).await.map_err(|mut error| {
            *request = error.take_message();
            fault::unanswered(&error.into_error())
        })
    }

    /// Whether a request may be sent: not where the server closed, or sent what nobody asked for, as far as the system has
    /// told by now.
    async fn is_ready(&mut self) -> bool {
        let Self { sender, driver } = self;
        poll_fn(|context| {
            let _ = driver.as_mut().poll(context);
            sender.poll_ready(context)
        })
        .await
        .is_ok()
    }
}

/// Does work that waits for a connection to move on. The work is lent, since whatever an `async fn` is given stands in its state
/// twice, and so would make each call twice as large at each step.
fn moving<F: Future>(driver: &mut Driver, mut work: Pin<&mut F>) -> impl Future<Output = F::Output> {
    poll_fn(move |context| {
        // What came with the head of an answer, as most bodies do, is there without another move.
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(done);
        }
        let _ = driver.as_mut().poll(context);
        work.as_mut().poll(context)
    })
}

tokio::task_local! {
    static MADE: Arc<Mutex<Option<Connection>>>;
}

/// Lets the client connect, which only the first calls do, and no other shall have room for. The request that it does that for
/// never leaves: it has no connection once this has it.
async fn dial(
    client: impl Future<Output = Result<Client, Failure>>,
    route: &Route,
) -> Result<Connection, Failure> {
    let made = Arc::default();
    let told = MADE.scope(Arc::clone(&made), client.await?.head(route.url()).send()).await;
    let connection = lock(&made).take();
    connection
        .ok_or_else(|| told.map_or_else(|error| fault::before_head(&error, route), |_| Failure::Connect))
}

/// Takes each connection that is made out of the hands of the client, which is told that there is none.
#[derive(Clone, Copy)]
pub(super) struct Taking;

/// A connector whose connections are taken.
#[derive(Clone)]
pub(super) struct Taken<S>(S);

impl<S> Layer<S> for Taking {
    type Service = Taken<S>;

    fn layer(&self, connector: S) -> Taken<S> {
        Taken(connector)
    }
}

type Fault = Box<dyn Error + Send + Sync>;

impl<S, R> Service<R> for Taken<S>
where
    S: Service<R, Error = Fault>,
    S::Response: Read + Write + Unpin + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, Fault>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.0.call(request);
        Box::pin(async move {
            take_over(connecting.await?).await?;
            Err("taken".into())
        })
    }
}

async fn take_over<S: Read + Write + Unpin + Send + 'static>(stream: S) -> Result<(), Fault> {
    // Head and body of a request are small, and go in one buffer.
    let mut builder = Builder::new();
    let (sender, driver) = builder.max_headers(MOST_HEADERS).writev(false).handshake(stream).await?;
    let connection = Connection { sender, driver: Box::pin(driver.map(drop).fuse()) };
    MADE.try_with(|made| *lock(made) = Some(connection))?;
    Ok(())
}
