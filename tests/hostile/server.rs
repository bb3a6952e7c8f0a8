//! A TCP server whose answers are written by the test, byte by byte, and which keeps what it saw.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long a test waits for what must happen.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// What a server saw.
#[derive(Default)]
pub struct Seen {
    pub connections: usize,
    /// Every byte that came, of all connections, below TLS.
    pub raw: Vec<u8>,
    pub requests: Vec<Vec<u8>>,
    /// When the other end of a connection closed.
    pub closed: Vec<Instant>,
}

pub struct Server {
    pub address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

/// A connection that keeps what is read from it.
pub struct Tap {
    stream: TcpStream,
    seen: Arc<Mutex<Seen>>,
}

impl Read for Tap {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let count = self.stream.read(room)?;
        self.seen.lock().unwrap().raw.extend_from_slice(&room[..count]);
        Ok(count)
    }
}

impl Write for Tap {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.stream.flush()
    }
}

/// One connection of a server, plain or TLS.
pub struct Peer<S> {
    pub stream: S,
    seen: Arc<Mutex<Seen>>,
}

impl Server {
    /// Runs `script` on each connection, on a thread of its own; the connection closes when it returns.
    pub fn run(script: impl Fn(Peer<Tap>) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (script, kept) = (Arc::new(script), Arc::clone(&seen));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                kept.lock().unwrap().connections += 1;
                let stream = stream.unwrap();
                stream.set_read_timeout(Some(DEADLINE)).unwrap();
                stream.set_nodelay(true).unwrap();
                let tap = Tap { stream, seen: Arc::clone(&kept) };
                let peer = Peer { stream: tap, seen: Arc::clone(&kept) };
                let script = Arc::clone(&script);
                std::thread::spawn(move || script(peer));
            }
        });
        Self { address, seen }
    }

    /// Reads a request, writes these bytes, closes.
    pub fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::run(move |mut peer| {
            peer.read_request();
            peer.write(&bytes);
        })
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    pub fn requests(&self) -> Vec<Vec<u8>> {
        self.seen.lock().unwrap().requests.clone()
    }

    /// Connections whose other end has closed.
    pub fn closed(&self) -> usize {
        self.seen.lock().unwrap().closed.len()
    }

    /// When the other end of a connection closed last.
    pub fn last_closed(&self) -> Instant {
        *self.seen.lock().unwrap().closed.last().unwrap()
    }

    /// Every byte that came, below TLS.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.lock().unwrap().raw.clone()
    }

    /// Waits until `holds` is true of what the server saw. The client's own tasks go on meanwhile.
    pub async fn wait(&self, limit: Duration, holds: impl Fn(&Seen) -> bool) -> bool {
        let start = Instant::now();
        while start.elapsed() < limit {
            if holds(&self.seen.lock().unwrap()) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        false
    }
}

impl<S> Peer<S> {
    /// The same peer over another stream, such as TLS.
    pub fn over<T>(self, wrap: impl FnOnce(S) -> T) -> Peer<T> {
        Peer { stream: wrap(self.stream), seen: self.seen }
    }
}

impl<S: Read + Write> Peer<S> {
    /// Reads one request, head and body, and keeps it; returns early when the other end closes.
    pub fn read_request(&mut self) -> Vec<u8> {
        let mut request = Vec::new();
        let mut chunk = [0; 4096];
        while !is_whole(&request) {
            match self.stream.read(&mut chunk) {
                Ok(0) | Err(_) => break,
                Ok(read) => request.extend_from_slice(&chunk[..read]),
            }
        }
        if !request.is_empty() {
            self.keep(request.clone());
        }
        request
    }

    /// Keeps a request that the script has read itself.
    pub fn keep(&self, request: Vec<u8>) {
        self.seen.lock().unwrap().requests.push(request);
    }

    /// Reads whatever comes first.
    pub fn read_some(&mut self) {
        let _ = self.stream.read(&mut [0; 4096]);
    }

    /// Writes; a client that has gone is no error of the test.
    pub fn write(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).and_then(|()| self.stream.flush()).is_ok()
    }

    /// Waits until the other end closes.
    pub fn wait_for_close(&mut self) {
        let mut chunk = [0; 4096];
        let end = loop {
            match self.stream.read(&mut chunk) {
                Ok(0) => break true,
                Ok(_) => {}
                Err(error) => break !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
            }
        };
        if end {
            self.seen.lock().unwrap().closed.push(Instant::now());
        }
    }
}

impl Peer<Tap> {
    /// Waits for a whole request and leaves it unread, so that the end of the script resets the connection.
    pub fn leave_request_unread(&mut self) {
        let mut request = vec![0; 64 * 1024];
        let start = Instant::now();
        while start.elapsed() < DEADLINE {
            let read = self.stream.stream.peek(&mut request).unwrap();
            if is_whole(&request[..read]) {
                self.seen.lock().unwrap().requests.push(request[..read].to_vec());
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).map(str::trim);
    request.len() >= end + 4 + length.map_or(0, |length| length.parse().unwrap())
}

/// A whole answer with a body and its length.
pub fn http(status: &str, headers: &[&str], body: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n");
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    format!("{text}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}
