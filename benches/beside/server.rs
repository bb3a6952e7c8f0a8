//! The server of every call: a process of this program on loopback, connections kept alive, a thread for each.
//!
//! It answers as the contract does, for the reference and customer that it is asked for, and gives each answer another
//! requestor id, so that a new answer can be told from an old one on any screen. It checks nothing and stores nothing.
//! It ends when its standard input does, that is with whoever started it.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

/// A reference with this in it gets an answer of about a mebibyte.
pub const BIG: &str = "mebibyte";

/// Bytes more in a big answer; with them it stays below the 1 MiB that ours takes.
const MORE: usize = 1_000_000;

/// The path of the contract.
pub const PATH: &str = "/v4/card/get";

/// Eleven digits, as a requestor id has; the first is none.
static REQUESTOR: AtomicU64 = AtomicU64::new(40_000_000_000);

/// The server, seen by whoever started it. Dropping it ends it.
pub struct Server {
    child: Child,
    pub port: u16,
}

impl Server {
    pub fn start() -> Self {
        let this = std::env::current_exe().expect("this program");
        let mut command = Command::new(this);
        command.arg("--as-server").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the server starts");
        let mut line = String::new();
        let said = child.stdout.take().expect("it was asked for");
        BufReader::new(said).read_line(&mut line).expect("the server says its port");
        Self { child, port: line.trim().parse().expect("a port") }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The server's process.
pub fn run() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port of loopback");
    println!("{}", listener.local_addr().expect("it has an address").port());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || converse(&stream));
        }
    });
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

fn converse(mut stream: &TcpStream) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream);
    loop {
        let body = request(&mut reader)?;
        stream.write_all(answer(&body).as_bytes()).ok()?;
    }
}

/// The body of the next request; `None` where the client has gone.
fn request(reader: &mut impl BufRead) -> Option<String> {
    let (mut length, mut line) = (0, String::new());
    while line != "\r\n" {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    String::from_utf8(body).ok()
}

/// The text under a name of the request's JSON, which holds plain ids only.
fn named<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, behind) = body.split_once(&format!("\"{name}\""))?;
    behind.split('"').nth(1)
}

fn answer(body: &str) -> String {
    let reference = named(body, "card_reference").unwrap_or("token_none");
    let customer = named(body, "customer_id").unwrap_or("customer_none");
    let requestor = REQUESTOR.fetch_add(1, Ordering::Relaxed) + 1;
    let more = if reference.contains(BIG) { ", Ref 7f3c".repeat(MORE / 10) } else { String::new() };
    let text = format!(
        r#"{{"token_requestor_id":"{requestor}","eci":"07","name_on_card":"Rohit Singh","fingerprint":"65soeo5vf909rfe4vrvmreu88f","card_type":"DEBIT","reference":"{reference}","customer_id":"{customer}","sub_type":null,"network":"VISA","token_details":{{"status":"ACTIVE","first_six":"478808","last_four":"8243","exp_month":"11","exp_year":"2039","provider":"VISA","provider_category":"NETWORK"}},"issuer_country_code":null,"authentication_details":{{"cryptogram":"Uc/zwfC8WfYYfnBAzBKk6bHsp6o=","token":"4788080252078243"}},"nickname":null,"issuer":"Paytm{more}","card_details":{{"last_four":"9426","par":"V0010014622122423467188903638","exp_month":"11","exp_year":"2039"}}}}"#
    );
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
    format!("{head}{}\r\n\r\n{text}", text.len())
}

/// The least that a call can cost: one request and one answer over one socket, in a process of its own.
pub fn post(words: &[String]) {
    let [port, body] = words else { panic!("a port and a body") };
    let port: u16 = port.parse().expect("a port");
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the server is there");
    let length = body.len();
    let head = format!("POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n");
    let whole = format!("{head}Content-Length: {length}\r\n\r\n{body}");
    stream.write_all(whole.as_bytes()).expect("the server reads");
    let mut answer = [0; 4096];
    let count = stream.read(&mut answer).expect("the server answers");
    std::io::stdout().write_all(&answer[..count]).expect("somebody reads");
}

/// The requestor id on a screen, the newest where there are several.
pub fn requestor_on(screen: &str) -> Option<u64> {
    let numbers = screen.split(|c: char| !c.is_ascii_digit());
    numbers.filter(|run| run.len() == 11 && run.starts_with('4')).filter_map(|run| run.parse().ok()).max()
}
