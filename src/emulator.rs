//! The API on loopback: a real HTTP/1.1 server that enforces the contract of `POST /v4/card/get`.
//!
//! It owns the contract as a server sees it (`contract`), the scenarios as data (`catalogue`, `scenario`,
//! `template`, files in `assets/scenarios`) and how an answer goes out on the wire (`answer`, `delivery`, `server`).
//! It must not know the rest of the crate: it is the independent witness that the client keeps the contract,
//! and a type shared with the client would let both be wrong together. It binds 127.0.0.1 only, its key is
//! random and looks fake, and its cards are made up, so that nobody can take it for the real service.
//!
//! ```text
//! Emulator::start -> thread, runtime of its own -> server: one task a connection
//!    request -> contract (refusal?) -> catalogue (merchant, customer, reference) -> template -> delivery -> answer
//! ```
//!
//! Tested over raw sockets and with curl in `tests/adapters_emulator.rs`; the parts have unit tests.

mod answer;
mod catalogue;
mod contract;
mod delivery;
mod random;
mod scenario;
mod server;
mod template;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::oneshot;

pub use catalogue::scenarios;
pub use random::FakeKey;
pub use scenario::ScenarioInfo;

/// The `card_reference` of the contract's sample request.
pub const SAMPLE_REFERENCE: &str = "token_a0c16957f9bf46b0966a91a35b555353";
/// The `customer_id` of the contract's sample request; scenarios belong to this customer unless they say otherwise.
pub const SAMPLE_CUSTOMER: &str = "juspaytest_cust";
/// The merchant id that [`Options::default`] asks callers to send as `x-merchantid`.
pub const DEMO_MERCHANT: &str = "demo_merchant";

/// How long a drop waits for the server's thread. It ends within milliseconds; the limit keeps a quit from hanging.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// What the emulator listens on and whom it lets in.
#[derive(Debug, Clone)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The API key it accepts, printable ASCII; `None` makes a random one (see [`FakeKey`]).
    pub key: Option<String>,
    /// The value of `x-merchantid` that it accepts, printable ASCII, case sensitive; besides those that a scenario names.
    pub merchant_id: String,
    /// Scenarios in the form of `assets/scenarios` in the place of the emulator's own.
    pub scenarios: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { port: 0, key: None, merchant_id: DEMO_MERCHANT.to_owned(), scenarios: None }
    }
}

/// Why the emulator did not start, each as one sentence for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmulatorError {
    /// Another process listens there.
    #[error(
        "The emulator did not start: port {0} of 127.0.0.1 is taken by another program; name another with --port, or 0 for any free one."
    )]
    PortTaken(u16),
    /// The system reserves the port.
    #[error(
        "The emulator did not start: this user may not listen on port {0}; name one above 1023 with --port, or 0 for any free one."
    )]
    PortForbidden(u16),
    /// Any other failure to listen.
    #[error(
        "The emulator did not start: 127.0.0.1 port {0} cannot be listened on; check that the loopback interface is up, or name another port with --port."
    )]
    NoListener(u16),
    /// The system gave no thread, event queue or random bytes.
    #[error(
        "The emulator did not start: the system gave it no {0}; close some programs or raise the limits, then try again."
    )]
    NoResource(&'static str),
    /// An option that cannot be sent in a header.
    #[error(
        "The emulator did not start: its {0} must be printable ASCII, not empty, without spaces at its ends; give another."
    )]
    UnusableOption(&'static str),
    /// A data file that is part of the binary; the tests read them all, so a release never shows this.
    #[error("The emulator did not start: its scenario file {0} is broken, a fault of this build; report it.")]
    BrokenScenarios(&'static str),
}

/// A running emulator; dropping it closes the port and every connection, and ends its thread.
#[derive(Debug)]
pub struct Emulator {
    address: SocketAddr,
    key: FakeKey,
    merchant_id: String,
    received: Arc<AtomicU64>,
    stop: Option<oneshot::Sender<()>>,
    ended: mpsc::Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl Emulator {
    /// Starts the server on a thread and runtime of its own; when this returns, the port is listening.
    pub fn start(options: Options) -> Result<Self, EmulatorError> {
        let key = accepted_key(options.key)?;
        let merchant_id = usable(options.merchant_id, "merchant id")?;
        let catalogue = match &options.scenarios {
            Some(text) => catalogue::of(text),
            None => catalogue::embedded().clone(),
        };
        let catalogue = catalogue.map_err(EmulatorError::BrokenScenarios)?;
        let runtime = runtime()?;
        let listener = listen(options.port)?;
        let address = listener.local_addr().map_err(|_| EmulatorError::NoListener(options.port))?;
        let received = Arc::new(AtomicU64::new(0));
        let desk = server::Desk {
            contract: contract::Contract::new(key.as_str(), &merchant_id),
            catalogue,
            received: Arc::clone(&received),
        };
        let (stop, stopped) = oneshot::channel();
        let (end, ended) = mpsc::channel();
        let thread = spawn(runtime, listener, desk, stopped, end)?;
        Ok(Self { address, key, merchant_id, received, stop: Some(stop), ended, thread: Some(thread) })
    }

    /// Where it listens: 127.0.0.1 and the port really taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many requests have arrived so far, refused ones included.
    pub fn requests(&self) -> u64 {
        self.received.load(Ordering::SeqCst)
    }

    /// The API key it accepts. Fake, so it may be shown.
    pub fn key(&self) -> &str {
        self.key.as_str()
    }

    /// The merchant id it accepts as `x-merchantid`.
    pub fn merchant_id(&self) -> &str {
        &self.merchant_id
    }

    /// A command line for a POSIX shell that sends the contract's sample request with everything the contract asks for.
    pub fn curl_example(&self) -> String {
        let user = quoted(&format!("{}:", self.key()));
        let merchant = quoted(&format!("x-merchantid: {}", self.merchant_id));
        format!(
            "curl 'http://{address}/v4/card/get' \\\n  -u {user} \\\n  -H {merchant} \\\n  \
             -H 'version: 2023-01-01' \\\n  -H 'x-routing-id: {SAMPLE_CUSTOMER}' \\\n  \
             -H 'Content-Type: application/json' \\\n  \
             -d '{{\"card_reference\": \"{SAMPLE_REFERENCE}\", \"customer_id\": \"{SAMPLE_CUSTOMER}\"}}'",
            address = self.address,
        )
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = !matches!(self.ended.recv_timeout(STOP_WITHIN), Err(mpsc::RecvTimeoutError::Timeout));
        if let Some(thread) = self.thread.take().filter(|_| ended) {
            // A panic of the thread has been reported by the hook already; a drop has nobody to tell.
            let _ = thread.join();
        }
    }
}

fn accepted_key(given: Option<String>) -> Result<FakeKey, EmulatorError> {
    match given {
        Some(key) => usable(key, "key").map(FakeKey::given),
        None => FakeKey::made().map_err(|_| EmulatorError::NoResource("random bytes")),
    }
}

/// A value that a client can send in a header as it stands.
fn usable(value: String, what: &'static str) -> Result<String, EmulatorError> {
    let printable = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if printable && !value.is_empty() && value.trim() == value {
        Ok(value)
    } else {
        Err(EmulatorError::UnusableOption(what))
    }
}

fn listen(port: u16) -> Result<TcpListener, EmulatorError> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let listener = bound.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => EmulatorError::PortTaken(port),
        std::io::ErrorKind::PermissionDenied => EmulatorError::PortForbidden(port),
        _ => EmulatorError::NoListener(port),
    })?;
    listener.set_nonblocking(true).map_err(|_| EmulatorError::NoListener(port))?;
    Ok(listener)
}

fn runtime() -> Result<Runtime, EmulatorError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|_| EmulatorError::NoResource("event queue"))
}

fn spawn(
    runtime: Runtime,
    listener: TcpListener,
    desk: server::Desk,
    stopped: oneshot::Receiver<()>,
    end: mpsc::Sender<()>,
) -> Result<JoinHandle<()>, EmulatorError> {
    let listener = {
        let _inside = runtime.enter();
        tokio::net::TcpListener::from_std(listener).map_err(|_| EmulatorError::NoResource("event queue"))?
    };
    let work = move || {
        runtime.block_on(server::serve(listener, desk, stopped));
        // Every connection is a task of this runtime: dropping it closes them all at once.
        drop(runtime);
        drop(end);
    };
    let builder = std::thread::Builder::new().name("emulator".to_owned());
    builder.spawn(work).map_err(|_| EmulatorError::NoResource("thread"))
}

/// One word for a POSIX shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_that_no_header_can_carry_is_refused() {
        for bad in ["", " lead", "trail ", "line\nbreak", "nul\0", "ünï"] {
            assert!(usable(bad.to_owned(), "key").is_err(), "{bad:?}");
        }
        assert_eq!(usable("two words".to_owned(), "key"), Ok("two words".to_owned()));
    }

    #[test]
    fn a_quote_inside_a_shell_word_is_kept() {
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
