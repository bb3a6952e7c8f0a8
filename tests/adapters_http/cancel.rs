//! A dropped call ends at once, in whatever phase it is.
//!
//! The limits of a call are far longer than what a test waits here, so a connection that closes in time was closed by the
//! drop. How long that takes is printed by `cargo test --release --test adapters_http -- --ignored --nocapture cancel`.

use std::future::Future;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use tokenscope::adapters::http::{Http, Limits};
use tokenscope::domain::profile::Profile;
use tokenscope::ports::Gateway;

use super::hostile::order::{custom, draft, key_of, order_of};
use super::hostile::server::{DEADLINE, Server};
use super::hostile::tls::{Authority, Holds, serve};

/// Ten times what the test waits for the end.
fn patient() -> Limits {
    Limits { connect: DEADLINE * 10, first_byte: DEADLINE * 10, total: DEADLINE * 10 }
}

/// Starts a call, waits until it has come so far, drops it, and tells when. The gateway stays, so that it is the drop of the
/// call that ends it.
async fn drop_call(gateway: &Http, profile: &Profile, so_far: impl Future<Output = bool>) -> Instant {
    let (order, key) = (order_of(profile, &draft()), key_of(profile));
    tokio::select! {
        _ = gateway.send(&order, &key) => panic!("the server never answers whole"),
        reached = so_far => assert!(reached, "the call did not come so far"),
    }
    Instant::now()
}

/// A phase in which a server holds a call.
struct Phase {
    name: &'static str,
    profile: Profile,
    server: Server,
    /// Bytes that the server has to have seen, below TLS, for the phase to be reached.
    after: usize,
    /// Requests that it has to have seen.
    requests: usize,
}

/// A server that reads the request and writes this much of an answer.
fn holding(part: &'static str) -> Server {
    Server::run(move |mut peer| {
        peer.read_request();
        peer.write(part.as_bytes());
        peer.wait_for_close();
    })
}

fn phases(ca_file: &Path, authority: &Authority) -> Vec<Phase> {
    let plain = |name, part, requests| {
        let server = holding(part);
        Phase { name, profile: custom(&server.base_url()), server, after: 1, requests }
    };
    let mute = Server::run(|mut peer| peer.wait_for_close());
    let handshake = custom(&format!("https://{}", mute.address));
    let tunnel = holding("");
    let mut through = custom("https://gateway.example.internal");
    through.proxy = Some(tunnel.base_url());
    let secure = serve(authority.certify("127.0.0.1", Holds::Now), |mut peer| {
        peer.read_request();
        peer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{");
        peer.wait_for_close();
    });
    let mut trusting = custom(&format!("https://{}", secure.address));
    trusting.ca_file = Some(ca_file.to_owned());
    vec![
        plain("head", "", 1),
        plain("interim", "HTTP/1.1 100 Continue\r\n\r\n", 1),
        plain("body", "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{", 1),
        plain("chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n", 1),
        Phase { name: "handshake", profile: handshake, server: mute, after: 1, requests: 0 },
        Phase { name: "tunnel", profile: through, server: tunnel, after: 1, requests: 1 },
        Phase { name: "body over TLS", profile: trusting, server: secure, after: 1, requests: 1 },
    ]
}

impl Phase {
    /// Drops a call in this phase; how long the connection stayed open, as the server saw it.
    async fn cancel(&self, gateway: &Http) -> Duration {
        let before = self.server.closed();
        let (bytes, requests) =
            (self.server.raw().len() + self.after, self.server.requests().len() + self.requests);
        let so_far =
            self.server.wait(DEADLINE, |seen| seen.raw.len() >= bytes && seen.requests.len() >= requests);
        let dropped = drop_call(gateway, &self.profile, so_far).await;
        let closed = self.server.wait(DEADLINE, |seen| seen.closed.len() > before).await;
        assert!(closed, "{}: the connection stayed open", self.name);
        self.server.last_closed().saturating_duration_since(dropped)
    }
}

#[tokio::test]
async fn dropping_the_call_closes_its_connection_in_every_phase() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("ca.pem");
    authority.write(&path);
    let gateway = Http::with_limits(patient());
    for phase in phases(&path, &authority) {
        phase.cancel(&gateway).await;
        assert_eq!(phase.server.connections(), 1, "{}", phase.name);
    }
}

/// A port whose queue is full: a connection to it hangs in its first step.
struct Full {
    address: SocketAddr,
    _listener: tokio::net::TcpListener,
    _queue: Vec<TcpStream>,
}

impl Full {
    fn new() -> Self {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let enter = || TcpStream::connect_timeout(&address, Duration::from_millis(300)).ok();
        let queue = std::iter::from_fn(enter).take(64).collect();
        Self { address, _listener: listener, _queue: queue }
    }

    /// Connections of this machine that are on their way to the port, as the kernel tells it.
    fn on_their_way(&self) -> usize {
        let table = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
        let to = format!("0100007F:{:04X}", self.address.port());
        let is_ours = |line: &&str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.get(2) == Some(&to.as_str()) && words.get(3) == Some(&"02")
        };
        table.lines().filter(is_ours).count()
    }

    async fn wait(&self, count: usize) -> bool {
        let start = Instant::now();
        while start.elapsed() < DEADLINE {
            if self.on_their_way() == count {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        false
    }

    /// Drops a call that is connecting; how long the kernel knew of its connection.
    async fn cancel(&self, gateway: &Http) -> Duration {
        assert!(self.wait(0).await);
        let profile = custom(&format!("http://{}", self.address));
        let dropped = drop_call(gateway, &profile, self.wait(1)).await;
        assert!(self.wait(0).await, "it goes on connecting");
        dropped.elapsed()
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn dropping_the_call_ends_its_attempt_to_connect() {
    Full::new().cancel(&Http::with_limits(patient())).await;
}

/// The figures, for a person to read.
#[ignore = "prints figures"]
#[tokio::test]
#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
async fn how_long_a_cancel_takes() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("ca.pem");
    authority.write(&path);
    let (gateway, mut rows) = (Http::with_limits(patient()), Vec::new());
    for phase in phases(&path, &authority) {
        let mut times = Vec::new();
        for _ in 0..50 {
            times.push(phase.cancel(&gateway).await);
        }
        rows.push((phase.name, times));
    }
    let full = Full::new();
    let mut times = Vec::new();
    for _ in 0..50 {
        times.push(full.cancel(&gateway).await);
    }
    rows.push(("connecting", times));
    for (name, mut times) in rows {
        times.sort();
        println!(
            "{name:14} median {:?}, longest {:?} of {}",
            times[times.len() / 2],
            times[times.len() - 1],
            times.len()
        );
    }
}
