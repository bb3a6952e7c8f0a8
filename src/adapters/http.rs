//! The gateway over HTTP: one order, one request, one masked answer.
//!
//! ```text
//! Order + ApiKey -> wire (the contract's bytes) -> | clients (which TLS, which proxy) -> head -> body -> Exchange |
//!                                                  | fault: an error of the libraries -> Failure                  | thread
//! ```
//! Many calls are made by a `crew` on several such threads, in `slot`s and over the connections of a `pool`. Owns: what goes
//! onto the wire, the limits of a call, and the meaning of every way it can break. Must not know: screens, history, what an
//! answer means. Never does: a second send, a redirect, a cookie, a proxy of the environment, cleartext but
//! to loopback. Tested: `tests/adapters_http.rs`, against servers that write raw bytes.

mod body;
mod clients;
mod crew;
mod fault;
mod marks;
mod pool;
mod reading;
mod slot;
mod thread;
mod wire;

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use crate::domain::exchange::{Exchange, Reply};
use crate::domain::failure::Failure;
use crate::domain::guard::{ApiKey, Order};
use crate::domain::profile::Profile;
use crate::ports::Gateway;

use clients::{Clients, Route};
pub use crew::Many;
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

impl Limits {
    /// How long a call may go on as it is, and what it means once that is over; `None` once all of the answer came: what is
    /// done with it takes as long as it takes.
    fn left(&self, marks: &Marks) -> Option<(Duration, Failure)> {
        let (limit, late) = match (marks.has_head(), marks.has_body()) {
            (false, _) => (self.first_byte, Failure::FirstByteTimeout),
            (true, false) => (self.total, Failure::TotalTimeout),
            (true, true) => return None,
        };
        Some((limit.saturating_sub(marks.elapsed()), late))
    }

    /// No call is late before.
    fn shortest(&self) -> Duration {
        self.first_byte.min(self.total)
    }
}

/// The gateway over HTTP, for one call after the other.
pub struct Http {
    limits: Limits,
    clients: Arc<Clients>,
    /// That of the calls, started by the first that needs it.
    thread: OnceLock<CallThread>,
}

impl Http {
    /// A gateway with the limits of the contract. Nobody is connected to before the first send.
    pub fn new() -> Self {
        Self::with_limits(Limits::default())
    }

    /// A gateway with limits of a test's own.
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, clients: Arc::new(Clients::new(limits.connect, false)), thread: OnceLock::new() }
    }

    /// Gets ready for a call under this profile, beside the caller: nothing is sent, and nobody is connected to. What the caller
    /// wants to have ready for the answer is done there too. What cannot be got ready is left to the send, which says why.
    pub fn get_ready(&self, profile: &Profile, also: impl FnOnce() + Send + 'static) {
        let (Ok(route), Ok(thread)) = (Route::of(profile), self.thread()) else { return };
        let clients = Arc::clone(&self.clients);
        thread.begin(async move {
            let _ = tokio::join!(clients.get(&route), async { also() });
        });
    }

    async fn call(&self, order: &Order, key: &ApiKey, marks: &Arc<Marks>) -> Result<Exchange, Failure> {
        let key = key.of(order).ok_or(Failure::ForeignKey)?;
        let common = Arc::new(Common::of(order, key, false)?);
        let reading = Reading { asked: order.shared_request(), common, marks: Arc::clone(marks) };
        let asking = ask(Arc::clone(&self.clients), reading);
        self.limited(marks, self.thread()?.run(Arc::clone(marks).during(asking))).await
    }

    /// Holds a call to its limits. Each counts until something came.
    async fn limited<T>(
        &self,
        marks: &Marks,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut work = pin!(work);
        while let Some((left, late)) = self.limits.left(marks) {
            if let Ok(done) = tokio::time::timeout(left, &mut work).await {
                return done;
            }
            if self.limits.left(marks).is_some_and(|(_, now)| now == late) {
                return Err(late);
            }
        }
        work.await
    }

    fn thread(&self) -> Result<&CallThread, Failure> {
        if let Some(thread) = self.thread.get() {
            return Ok(thread);
        }
        let started = CallThread::start(|| {})?;
        Ok(self.thread.get_or_init(|| started))
    }
}

impl Default for Http {
    fn default() -> Self {
        Self::new()
    }
}

impl Gateway for Http {
    async fn send(&self, order: &Order, key: &ApiKey) -> Reply {
        let marks = Marks::of_now();
        self.call(order, key, &marks).await.map_or_else(|failure| marks.failed(failure), Reply::Came)
    }
}

/// Sends the request, once, and reads its answer.
async fn ask(clients: Arc<Clients>, reading: Reading) -> Result<Exchange, Failure> {
    let route = &reading.common.route;
    let request = reading.common.request(&reading.asked)?.try_into().map_err(|_| Failure::Unsendable)?;
    let asked = clients.get(route).await?.execute(request).await;
    reading.read(asked.map_err(|error| fault::before_head(&error, route))?.into()).await
}

/// A thread that panicked with a lock leaves behind what is whole all the same.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

    #[test]
    fn a_host_in_punycode_can_be_asked() {
        let order = order("https://xn--bcher-kva.example", Path::new("/"));
        let key = Arc::new(Secret::new("a key"));
        for is_for_many in [false, true] {
            let common = Common::of(&order, &key, is_for_many).ok().unwrap();
            assert!(common.request(order.request()).is_ok());
        }
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
            http.clients.get(&route).await.unwrap();
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
        let http = Http { thread: CallThread::with_one_lookup().into(), ..Http::with_limits(limits) };
        let route = Route::of(order.profile()).unwrap();
        http.clients.get(&route).await.unwrap();
        let thread = http.thread().unwrap();
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
