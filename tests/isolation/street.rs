//! All hosts behind one CONNECT proxy: it ends TLS as whichever was asked for, and keeps which key came to which host.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustls::ServerConfig;

use crate::hostile::server::{Peer, Server, Tap, http};
use crate::hostile::tls::{Authority, Holds, Stream, accept};

/// The contract's answer, usable; `REFERENCE` stands for what was asked.
const ANSWER: &str = include_str!("../fixtures/usable_200.json");

/// The contract's 400.
const NOT_FOUND: &str =
    r#"{"error":true,"user_message":"Stored Card Entry Not Found","error_message":"Not Found"}"#;

/// How long a held answer is held at most: a walk that ends lets nobody wait for it.
const HELD: Duration = Duration::from_mins(1);

/// What a host does with the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Answer,
    OtherCard,
    Unauthorized,
    NotFound,
    Busy,
    /// Answers when the test says so.
    Hold,
    Close,
    CutOff,
    BadChunk,
    Redirect,
    /// An answer, and a second one behind it.
    Smuggle,
}

impl Manner {
    /// Those that end a call by themselves.
    pub const QUICK: [Self; 10] = [
        Self::Answer,
        Self::Answer,
        Self::OtherCard,
        Self::NotFound,
        Self::Busy,
        Self::Close,
        Self::CutOff,
        Self::BadChunk,
        Self::Redirect,
        Self::Smuggle,
    ];
}

/// A request, as the host saw it.
#[derive(Debug, Clone)]
pub struct Request {
    /// The host of the CONNECT line.
    pub tunnel: String,
    /// The host of TLS and the one of the request's own header.
    pub names: [String; 2],
    pub key: String,
    pub merchant_id: String,
    pub reference: String,
}

struct Inside {
    manner: Manner,
    released: u64,
    requests: Vec<Request>,
    /// Heads of CONNECT requests.
    tunnels: Vec<String>,
}

/// What is shared with the threads of the connections.
struct Shared {
    inside: Mutex<Inside>,
    news: Condvar,
    authority: Authority,
    configs: Mutex<HashMap<String, Arc<ServerConfig>>>,
}

pub struct Street {
    proxy: Server,
    shared: Arc<Shared>,
    read: usize,
    read_tunnels: usize,
}

impl Street {
    pub fn open(authority: Authority) -> Self {
        let inside =
            Inside { manner: Manner::Answer, released: 0, requests: Vec::new(), tunnels: Vec::new() };
        let shared = Arc::new(Shared {
            inside: Mutex::new(inside),
            news: Condvar::new(),
            authority,
            configs: Mutex::default(),
        });
        let of_threads = Arc::clone(&shared);
        let proxy = Server::run(move |peer| of_threads.serve(peer));
        Self { proxy, shared, read: 0, read_tunnels: 0 }
    }

    pub fn proxy_url(&self) -> String {
        self.proxy.base_url()
    }

    /// How the next requests are met.
    pub fn set(&self, manner: Manner) {
        self.shared.inside.lock().unwrap().manner = manner;
    }

    /// Lets all held answers go.
    pub fn release(&self) {
        self.shared.inside.lock().unwrap().released += 1;
        self.shared.news.notify_all();
    }

    /// Requests since the last look.
    pub fn news(&mut self) -> Vec<Request> {
        let inside = self.shared.inside.lock().unwrap();
        let news = inside.requests[self.read..].to_vec();
        self.read = inside.requests.len();
        news
    }

    /// Heads of tunnels since the last look.
    pub fn new_tunnels(&mut self) -> Vec<String> {
        let inside = self.shared.inside.lock().unwrap();
        let news = inside.tunnels[self.read_tunnels..].to_vec();
        self.read_tunnels = inside.tunnels.len();
        news
    }

    /// The key of the newest request for a reference at a host.
    pub fn last_key(&self, (host, reference): &(String, String)) -> Option<String> {
        let inside = self.shared.inside.lock().unwrap();
        let is_it = |request: &&Request| request.tunnel == *host && request.reference == *reference;
        inside.requests.iter().rev().find(is_it).map(|request| request.key.clone())
    }

    /// Requests so far.
    pub fn count(&self) -> usize {
        self.shared.inside.lock().unwrap().requests.len()
    }
}

impl Shared {
    fn serve(&self, mut peer: Peer<Tap>) {
        let connect = String::from_utf8_lossy(&peer.read_request()).into_owned();
        let Some(host) = connect.strip_prefix("CONNECT ").and_then(|rest| rest.split(':').next()) else {
            return;
        };
        self.inside.lock().unwrap().tunnels.push(connect.clone());
        peer.write(b"HTTP/1.1 200 Connection established\r\n\r\n");
        let mut peer = accept(peer, &self.config(host));
        let text = String::from_utf8_lossy(&peer.read_request()).into_owned();
        if text.is_empty() {
            return;
        }
        let request = read(host, peer.stream.conn.server_name().unwrap_or_default(), &text);
        let (manner, until) = {
            let mut inside = self.inside.lock().unwrap();
            inside.requests.push(request.clone());
            (inside.manner, inside.released)
        };
        self.answer(&mut peer, manner, until, &request);
    }

    fn config(&self, host: &str) -> Arc<ServerConfig> {
        let mut configs = self.configs.lock().unwrap();
        let made = || Arc::new(self.authority.certify(host, Holds::Now));
        Arc::clone(configs.entry(host.to_owned()).or_insert_with(made))
    }

    fn answer(&self, peer: &mut Peer<Stream>, manner: Manner, until: u64, request: &Request) {
        let body = |reference: &str| ANSWER.replace("token_a0c16957f9bf46b0966a91a35b555353", reference);
        let whole = http("200 OK", &[], &body(&request.reference));
        let refused = r#"{"status":"error","error_code":"access_denied"}"#;
        let elsewhere = if request.tunnel == "api.juspay.in" { "sandbox.juspay.in" } else { "api.juspay.in" };
        let bytes = match manner {
            Manner::Answer => whole,
            Manner::Hold => {
                let inside = self.inside.lock().unwrap();
                drop(self.news.wait_timeout_while(inside, HELD, |inside| inside.released == until).unwrap());
                whole
            }
            Manner::OtherCard => http("200 OK", &[], &body("token_of_somebody_else")),
            Manner::Unauthorized => http("401 Unauthorized", &[], refused),
            Manner::NotFound => http("400 Bad Request", &[], NOT_FOUND),
            Manner::Busy => http("503 Service Unavailable", &["retry-after: 0"], "{}"),
            Manner::Close => Vec::new(),
            Manner::CutOff => whole[..whole.len() - 9].to_vec(),
            Manner::BadChunk => b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}".to_vec(),
            Manner::Redirect => {
                http("307 Temporary Redirect", &[&format!("location: https://{elsewhere}/v4/card/get")], "")
            }
            Manner::Smuggle => [whole.clone(), whole].concat(),
        };
        peer.write(&bytes);
        peer.stream.conn.send_close_notify();
        peer.write(b"");
    }
}

/// Reads a request; one that is not the contract's comes out with an empty key or reference, which no rule lets pass.
fn read(tunnel: &str, sni: &str, text: &str) -> Request {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let header = |name: &str| {
        let fields = head.lines().filter_map(|line| line.split_once(": "));
        let own = fields.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        own.collect::<Vec<_>>().join(", ")
    };
    let basic = header("authorization");
    let pair =
        basic.strip_prefix("Basic ").and_then(|pair| BASE64_STANDARD.decode(pair).ok()).unwrap_or_default();
    let pair = String::from_utf8_lossy(&pair).into_owned();
    Request {
        tunnel: tunnel.to_owned(),
        names: [sni.to_owned(), header("host")],
        key: pair.strip_suffix(':').unwrap_or_default().to_owned(),
        merchant_id: header("x-merchantid"),
        reference: body.split('"').nth(3).unwrap_or_default().to_owned(),
    }
}
