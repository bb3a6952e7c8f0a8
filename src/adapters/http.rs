//! The gateway over HTTP: one order, one request, one masked answer.
//!
//! ```text
//! Order + ApiKey -> wire (the contract's bytes) -> | clients (which TLS, which proxy) -> head -> body -> Exchange |
//!                                                  | fault: an error of the libraries -> Failure                  | thread
//! ```
//! `bunch` wakes whoever waits for calls of the thread; `pool` keeps the connections of many calls. Owns: what goes onto the
//! wire, the limits of a call, and the meaning of every way it can break. Must not know: screens, history, what an answer
//! means. Never does: a second send, a redirect, a cookie, a proxy of the environment, cleartext but
//! to loopback. Tested: `tests/adapters_http.rs`, against servers that write raw bytes.

mod body;
mod bunch;
mod clients;
mod fault;
mod marks;
mod pool;
mod reading;
mod thread;
mod wire;

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::exchange::{Exchange, Reply, Timing};
use crate::domain::failure::Failure;
use crate::domain::guard::{ApiKey, Order};
use crate::domain::profile::Profile;
use crate::ports::Gateway;

use clients::{Clients, Route};
use marks::Marks;
use reading::Reading;
use thread::CallThread;
use wire::Common;

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

/// The gateway over HTTP.
pub struct Http {
    limits: Limits,
    /// Never empty.
    lanes: Vec<Lane>,
    /// What the calls have in common, where they are many.
    common: Mutex<Option<Arc<Common>>>,
}

/// The most threads that calls are made on: more answers a second than they can mask no API gives.
const MOST_LANES: usize = 4;

/// A thread that calls are made on, with connections of its own.
struct Lane {
    clients: Arc<Clients>,
    thread: OnceLock<CallThread>,
    under_way: AtomicUsize,
}

impl Http {
    /// A gateway with the limits of the contract. Nobody is connected to before the first send.
    pub fn new() -> Self {
        Self::with_limits(Limits::default())
    }

    /// A gateway for many calls, which keeps up to so many connections open between them (HTTP/1.1). They end with it, and what
    /// their buffers held is wiped then. Calls are spread over the cores of the machine.
    pub fn for_many(connections: usize) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let lanes = cores.min(MOST_LANES).min(connections).max(1);
        Self::built(Limits::default(), lanes, connections.div_ceil(lanes))
    }

    /// A gateway with limits of a test's own.
    pub fn with_limits(limits: Limits) -> Self {
        Self::built(limits, 1, 0)
    }

    /// Gets ready for a call under this profile, beside the caller: nothing is sent, and nobody is connected to. What the caller
    /// wants to have ready for the answer is done there too. What cannot be got ready is left to the send, which says why.
    pub fn get_ready(&self, profile: &Profile, also: impl FnOnce() + Send + 'static) {
        let (Ok(route), Ok(lane)) = (Route::of(profile), self.lane()) else { return };
        let Ok(thread) = lane.thread() else { return };
        let clients = Arc::clone(&lane.clients);
        thread.begin(async move {
            let _ = tokio::join!(clients.get(&route), async { also() });
        });
    }

    fn built(limits: Limits, lanes: usize, kept: usize) -> Self {
        let lanes = (0..lanes).map(|_| Lane::new(limits.connect, kept)).collect();
        Self::over(limits, lanes)
    }

    fn over(limits: Limits, lanes: Vec<Lane>) -> Self {
        Self { limits, lanes, common: Mutex::default() }
    }

    async fn call<T: Send + 'static>(
        &self,
        order: &Order,
        key: &ApiKey,
        marks: &Arc<Marks>,
        make: impl FnOnce(Reply) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let lane = self.lane()?;
        let common = self.common(order, key, lane.clients.are_for_many())?;
        let _place = Place::take(lane);
        let (clients, connect) = (Arc::clone(&lane.clients), self.limits.connect);
        let reading = Reading { asked: order.shared_request(), common, marks: Arc::clone(marks) };
        // Boxed on the thread that it runs on, since it is large: what one thread makes and another frees is dear.
        let calling = async move { Ok(make(Reply::Came(Box::pin(ask(&clients, connect, &reading)).await?))) };
        let calling = lane.thread()?.run(Arc::clone(marks).during(calling));
        self.limited(marks, calling).await
    }

    /// What an order has in common with those that follow, for whom it is kept where there are many; a person's call leaves
    /// nothing of the key behind.
    fn common(&self, order: &Order, key: &ApiKey, is_for_many: bool) -> Result<Arc<Common>, Failure> {
        let key = key.of(order).ok_or(Failure::ForeignKey)?;
        let mut kept = self.common.lock().unwrap_or_else(PoisonError::into_inner);
        let common = kept.take().filter(|common| common.is_of(order, key));
        let common = common.map_or_else(|| Common::of(order, key, is_for_many).map(Arc::new), Ok)?;
        *kept = is_for_many.then(|| Arc::clone(&common));
        Ok(common)
    }

    /// Holds a call to its limits. Each counts until something came; what is done with that takes as long as it takes.
    async fn limited<T>(
        &self,
        marks: &Marks,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut work = pin!(work);
        let steps = [
            (self.limits.first_byte, Failure::FirstByteTimeout, Marks::has_head as fn(&Marks) -> bool),
            (self.limits.total, Failure::TotalTimeout, Marks::has_body),
        ];
        for (limit, late, came) in steps {
            let left = limit.saturating_sub(marks.elapsed());
            match tokio::time::timeout(left, &mut work).await {
                Ok(done) => return done,
                Err(_) if came(marks) => {}
                Err(_) => return Err(late),
            }
        }
        work.await
    }

    /// The lane with the fewest calls. So none has more than its part of them, and of the connections.
    fn lane(&self) -> Result<&Lane, Failure> {
        self.lanes.iter().min_by_key(|lane| lane.under_way.load(Ordering::Relaxed)).ok_or(Failure::Connect)
    }
}

impl Lane {
    fn new(connect: Duration, kept: usize) -> Self {
        let clients = Arc::new(Clients::new(connect, kept));
        Self { clients, thread: OnceLock::new(), under_way: AtomicUsize::new(0) }
    }

    /// The thread of its calls, started by the first that needs it. Where the system gives none, it gives no connection either.
    fn thread(&self) -> Result<&CallThread, Failure> {
        if let Some(thread) = self.thread.get() {
            return Ok(thread);
        }
        let started = CallThread::start().map_err(|_| Failure::Connect)?;
        Ok(self.thread.get_or_init(|| started))
    }
}

/// A call that counts in its lane as long as this is there.
struct Place<'a>(&'a Lane);

impl<'a> Place<'a> {
    fn take(lane: &'a Lane) -> Self {
        lane.under_way.fetch_add(1, Ordering::Relaxed);
        Self(lane)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Default for Http {
    fn default() -> Self {
        Self::new()
    }
}

impl Gateway for Http {
    async fn send(&self, order: &Order, key: &ApiKey) -> Reply {
        self.send_for(order, key, |reply| reply).await
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "it measures how long the call took; nothing is decided by it but its end"
    )]
    async fn send_for<T: Send + 'static>(
        &self,
        order: &Order,
        key: &ApiKey,
        make: impl FnOnce(Reply) -> T + Clone + Send + 'static,
    ) -> T {
        let marks = Marks::since(Instant::now());
        // What it was given with comes to the reply of the server; a copy does for a failure.
        let at_failure = make.clone();
        match self.call(order, key, &marks, make).await {
            Ok(told) => told,
            Err(failure) => {
                at_failure(Reply::Failed(failure, Timing { total: marks.elapsed(), ..marks.timing() }))
            }
        }
    }
}

/// Sends the request, once, and reads its answer.
async fn ask(clients: &Clients, connect: Duration, reading: &Reading) -> Result<Exchange, Failure> {
    let (route, request) = (&reading.common.route, || reading.common.request(&reading.asked));
    let client = || within(connect, Failure::ConnectTimeout, clients.get(route));
    if let Some(pool) = &clients.pool {
        return pool.call(route, client, request, |response| reading.read(response)).await;
    }
    let request = request()?.try_into().map_err(|_| Failure::Unsendable)?;
    let asking = async {
        let asked = client().await?.execute(request).await;
        reading.read(asked.map_err(|error| fault::before_head(&error, route))?.into()).await
    };
    // The calls of a batch shall not have room for it.
    Box::pin(asking).await
}

async fn within<T>(
    limit: Duration,
    late: Failure,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::time::timeout(limit, work).await.unwrap_or(Err(late))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::path::Path;

    use super::*;
    use crate::domain::guard::Guard;
    use crate::domain::profile::Endpoint;
    use crate::domain::request::Draft;
    use crate::secret::{Moment, Secret};

    /// A certificate authority that signs nothing, so that a client can be built on a machine without a trust store.
    #[expect(clippy::disallowed_methods, reason = "the file of a test")]
    fn write_authority(path: &Path) {
        let params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        std::fs::write(path, params.self_signed(&key).unwrap().pem()).unwrap();
    }

    fn order(base_url: &str, ca_file: &Path) -> Order {
        let demo = crate::config::demo_profile(([127, 0, 0, 1], 1).into(), "acme");
        let endpoint = Endpoint::custom(base_url).unwrap();
        let profile = Profile { endpoint, ca_file: Some(ca_file.to_owned()), ..demo };
        let asked = Draft { card_reference: "r".into(), customer_id: "c".into(), ..Draft::default() };
        let request = asked.validate(&profile).unwrap();
        Guard::new(false).admit(&profile, request, None, Moment::default()).unwrap()
    }

    /// The largest block that glibc's allocator keeps at hand for its next caller. A larger one costs ten times as much, which a
    /// batch pays with each of its calls.
    const AT_HAND: usize = 1032;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the marks of a call that is not made")]
    fn what_a_call_waits_in_is_a_block_at_hand() {
        let (order, key) = (order("https://a.example", Path::new("/")), Arc::new(Secret::new("a key")));
        let common = Common::of(&order, &key, true).ok().map(Arc::new).unwrap();
        let reading = Reading { asked: order.shared_request(), common, marks: Marks::since(Instant::now()) };
        let clients = Clients::new(Duration::ZERO, 1);
        let size = size_of_val(&ask(&clients, Duration::ZERO, &reading));
        assert!(size <= AT_HAND, "{size} bytes");
    }

    #[test]
    fn a_host_in_punycode_can_be_asked() {
        let order = order("https://xn--bcher-kva.example", Path::new("/"));
        let key = Arc::new(Secret::new("a key"));
        for is_for_many in [false, true] {
            let common = Common::of(&order, &key, is_for_many).ok().unwrap();
            assert!(common.request(order.request()).is_ok());
        }
    }

    #[test]
    fn calls_that_are_under_way_are_shared_out_evenly() {
        let http = Http::built(Limits::default(), 3, 1);
        let loads =
            || http.lanes.iter().map(|lane| lane.under_way.load(Ordering::Relaxed)).collect::<Vec<_>>();
        let mut places: Vec<_> = (0..6).map(|_| Place::take(http.lane().unwrap())).collect();
        assert_eq!(loads(), [2, 2, 2]);
        places.remove(1);
        places.push(Place::take(http.lane().unwrap()));
        assert_eq!(loads(), [2, 2, 2]);
        drop(places);
        assert_eq!(loads(), [0, 0, 0]);
    }

    #[tokio::test]
    async fn getting_ready_connects_to_nobody() {
        let (listener, folder) = (TcpListener::bind("127.0.0.1:0").unwrap(), tempfile::tempdir().unwrap());
        listener.set_nonblocking(true).unwrap();
        let path = folder.path().join("ca.pem");
        write_authority(&path);
        let port = listener.local_addr().unwrap().port();
        for base_url in [format!("http://127.0.0.1:{port}"), format!("https://localhost:{port}")] {
            let (http, order) = (Http::new(), order(&base_url, &path));
            let (tell, told) = std::sync::mpsc::channel();
            http.get_ready(order.profile(), move || tell.send(()).unwrap());
            told.recv_timeout(Duration::from_secs(10)).unwrap();
            let route = Route::of(order.profile()).unwrap();
            http.lanes[0].clients.get(&route).await.unwrap();
            let nobody = listener.accept().err().map(|error| error.kind());
            assert_eq!(nobody, Some(std::io::ErrorKind::WouldBlock), "{base_url}");
        }
    }

    #[tokio::test]
    async fn a_name_lookup_that_hangs_is_dropped_with_the_call_and_runs_into_its_limit() {
        let (listener, folder) = (TcpListener::bind("127.0.0.1:0").unwrap(), tempfile::tempdir().unwrap());
        listener.set_nonblocking(true).unwrap();
        let path = folder.path().join("ca.pem");
        write_authority(&path);
        let order = order(&format!("https://localhost:{}", listener.local_addr().unwrap().port()), &path);
        let key = ApiKey::bind(order.profile(), Secret::new("synthetic"));

        let limits = Limits { connect: Duration::from_millis(100), ..Limits::default() };
        let lane = Lane { thread: CallThread::with_one_lookup().into(), ..Lane::new(limits.connect, 0) };
        let http = Http::over(limits, vec![lane]);
        let route = Route::of(order.profile()).unwrap();
        http.lanes[0].clients.get(&route).await.unwrap();
        let thread = http.lanes[0].thread().unwrap();
        let hold = thread.block_lookups();
        let reply = http.send(&order, &key).await;
        assert!(matches!(reply, Reply::Failed(Failure::ConnectTimeout, _)));
        tokio::select! {
            _ = http.send(&order, &key) => panic!("the lookup hangs"),
            () = tokio::time::sleep(Duration::from_millis(20)) => {}
        }
        drop(hold);
        thread.finish_lookups().await;
        let nobody = listener.accept().err().map(|error| error.kind());
        assert_eq!(nobody, Some(std::io::ErrorKind::WouldBlock), "it connected after all");
    }
}
