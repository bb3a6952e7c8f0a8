//! The sockets: connections are taken, each on a task, requests are read, answers are handed back.
//!
//! It owns connections, their limits and their end; the contract and the answers are other modules' affair. Tested
//! over sockets in `tests/adapters_emulator.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};

use super::answer;
use super::catalogue::Catalogue;
use super::contract::{self, Asked, BODY_CAP, Contract, Refusal};
use super::delivery::{Body, BrokenOff};
use super::scenario::Scenario;

/// For the head of a request, and between two requests on one connection.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// For the whole body of a request.
const BODY_WITHIN: Duration = Duration::from_secs(10);
/// Read and thrown away beyond the cap, so that the client is done sending when its refusal comes.
const DRAINED: usize = 1024 * 1024;
/// More wait in the system's queue until one ends.
const CONNECTIONS: usize = 128;
/// After a failed accept, which is most often a lack of descriptors that time mends.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What every connection needs to answer.
pub(super) struct Desk {
    pub(super) contract: Contract,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) received: Arc<AtomicU64>,
}

/// Takes connections until `stopped` resolves.
pub(super) async fn serve(listener: TcpListener, desk: Desk, stopped: oneshot::Receiver<()>) {
    tokio::select! {
        _ = stopped => {}
        () = accept(listener, Arc::new(desk)) => {}
    }
}

async fn accept(listener: TcpListener, desk: Arc<Desk>) {
    let seats = Arc::new(Semaphore::new(CONNECTIONS));
    // The semaphore is never closed, so the loop ends only when it is dropped.
    while let Ok(seat) = Arc::clone(&seats).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let desk = Arc::clone(&desk);
        tokio::spawn(async move {
            converse(stream, &desk).await;
            drop(seat);
        });
    }
}

async fn converse(stream: TcpStream, desk: &Desk) {
    // Small pieces must leave one by one; where this fails they only leave later.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .serve_connection(TokioIo::new(stream), service_fn(|request| desk.receive(request)));
    // A connection that breaks, by the client or by a scenario, concerns nobody else.
    let _ = connection.await;
}

impl Desk {
    async fn receive(&self, request: Request<Incoming>) -> Result<Response<Body>, BrokenOff> {
        self.received.fetch_add(1, Ordering::SeqCst);
        match self.read(request).await {
            Ok((asked, scenario)) => self.play(&asked, scenario).await,
            Err(refusal) => Ok(answer::of_refusal(refusal)),
        }
    }

    async fn read(&self, request: Request<Incoming>) -> Result<(Asked, &Scenario), Refusal> {
        let (head, body) = request.into_parts();
        let judged = self.contract.check_head(&head, |merchant| self.catalogue.knows_merchant(merchant));
        // The body is read even where the head is refused: the refusal must not cross a body still on its way.
        let bytes = tokio::time::timeout(BODY_WITHIN, collect(body)).await;
        let other_merchant = judged?;
        let asked = contract::read_body(&bytes.map_err(|_| Refusal::TooSlow)??, other_merchant)?;
        let scenario = self.catalogue.find(&asked).ok_or(Refusal::UnknownCard)?;
        Ok((asked, scenario))
    }

    async fn play(&self, asked: &Asked, scenario: &Scenario) -> Result<Response<Body>, BrokenOff> {
        tokio::time::sleep(Duration::from_millis(scenario.delivery.delay_ms)).await;
        if scenario.delivery.hang_up {
            return Err(BrokenOff);
        }
        let words = self.catalogue.words(scenario, asked).map_err(|_| Refusal::Broken);
        let answer = words.and_then(|words| answer::of_scenario(scenario, &words));
        Ok(answer.unwrap_or_else(answer::of_refusal))
    }
}

async fn collect(mut body: Incoming) -> Result<Vec<u8>, Refusal> {
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refusal::Malformed("The body broke off"))?;
        let data = frame.into_data().unwrap_or_default();
        seen += data.len();
        if seen <= BODY_CAP {
            kept.extend_from_slice(&data);
        }
        if seen > DRAINED {
            break;
        }
    }
    if seen > BODY_CAP { Err(Refusal::TooLarge) } else { Ok(kept) }
}
