//! A client that writes its own bytes: what the emulator gets and gives is seen as it is on the wire, without a
//! library in between that could mend it.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokenscope::emulator::Emulator;

/// No answer that a test waits for takes longer.
const DEADLINE: Duration = Duration::from_secs(10);

/// A request of the contract, to be spoilt by a test.
pub struct Ask {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Ask {
    pub fn new(emulator: &Emulator, reference: &str, customer: &str) -> Self {
        let basic = STANDARD.encode(format!("{}:", emulator.key()));
        let headers = [
            ("Host", emulator.address().to_string()),
            ("Authorization", format!("Basic {basic}")),
            ("x-merchantid", emulator.merchant_id().to_owned()),
            ("version", "2023-01-01".to_owned()),
            ("x-routing-id", customer.to_owned()),
            ("Content-Type", "application/json".to_owned()),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let body =
            format!(r#"{{"card_reference": "{reference}", "customer_id": "{customer}"}}"#).into_bytes();
        Self { line: "POST /v4/card/get HTTP/1.1".to_owned(), headers, body }
    }

    pub fn sample(emulator: &Emulator) -> Self {
        Self::new(emulator, tokenscope::emulator::SAMPLE_REFERENCE, tokenscope::emulator::SAMPLE_CUSTOMER)
    }

    pub fn line(mut self, line: &str) -> Self {
        line.clone_into(&mut self.line);
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(own, _)| own != name);
        self
    }

    pub fn also(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn with(self, name: &str, value: &str) -> Self {
        self.without(name).also(name, value)
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("{}\r\n", self.line);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", self.body.len()));
        [head.into_bytes(), self.body.clone()].concat()
    }

    /// Sends on a connection of its own and reads the one answer.
    pub fn fetch(&self, to: SocketAddr) -> Reply {
        self.send(to).reply().expect("an answer")
    }

    /// Sends on a connection of its own.
    pub fn send(&self, to: SocketAddr) -> Line {
        let mut line = Line::open(to);
        line.say(self);
        line
    }
}

/// One connection.
pub struct Line {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Line {
    pub fn open(to: SocketAddr) -> Self {
        let stream = TcpStream::connect(to).expect("a connection");
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        Self { stream, unread: Vec::new() }
    }

    pub fn say(&mut self, ask: &Ask) {
        self.stream.write_all(&ask.bytes()).expect("the request is taken");
    }

    /// Whether not one byte arrives for a while.
    pub fn is_mute_for(&mut self, a_while: Duration) -> bool {
        self.stream.set_read_timeout(Some(a_while)).unwrap();
        let quiet = matches!(
            self.stream.read(&mut [0]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
        );
        self.stream.set_read_timeout(Some(DEADLINE)).unwrap();
        quiet
    }

    /// Whether the other side has closed, within the deadline and without a further byte.
    pub fn is_closed(&mut self) -> bool {
        match self.stream.read(&mut [0]) {
            Ok(count) => count == 0,
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }

    /// Reads until at least `count` bytes are there; false when the other side closed before.
    pub fn read_at_least(&mut self, count: usize) -> bool {
        while self.unread.len() < count {
            if !self.more() {
                return false;
            }
        }
        true
    }

    /// How many bytes have come that no test has taken.
    pub fn unread(&self) -> usize {
        self.unread.len()
    }

    /// The next answer on this connection; `None` when it closes before the end of the head.
    pub fn reply(&mut self) -> Option<Reply> {
        let head = self.head()?;
        let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
        let status_line = lines.next()?.to_vec();
        let headers = lines.filter_map(header).collect();
        let status = std::str::from_utf8(&status_line[9..12]).unwrap().parse().unwrap();
        let mut reply = Reply { status, status_line, headers, body: Vec::new(), whole: true };
        match (reply.header("content-length"), reply.header("transfer-encoding")) {
            (Some(length), _) => self.counted(&mut reply, length.parse().unwrap()),
            (None, Some(_)) => self.chunked(&mut reply),
            (None, None) => {}
        }
        Some(reply)
    }

    /// The head of the next answer, to the empty line.
    pub fn head(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(end) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                return Some(self.unread.drain(..end + 4).collect());
            }
            if !self.more() {
                return None;
            }
        }
    }

    fn counted(&mut self, reply: &mut Reply, length: usize) {
        reply.whole = self.read_at_least(length);
        let there = length.min(self.unread.len());
        reply.body = self.unread.drain(..there).collect();
    }

    fn chunked(&mut self, reply: &mut Reply) {
        loop {
            let Some(size) = self.chunk_size() else {
                reply.whole = false;
                return;
            };
            reply.whole = self.read_at_least(size + 2);
            let there = size.min(self.unread.len());
            reply.body.extend(self.unread.drain(..there));
            self.unread.drain(..2.min(self.unread.len()));
            if size == 0 || !reply.whole {
                return;
            }
        }
    }

    fn chunk_size(&mut self) -> Option<usize> {
        loop {
            if let Some(end) = self.unread.windows(2).position(|two| two == b"\r\n") {
                let line: Vec<u8> = self.unread.drain(..end + 2).collect();
                return usize::from_str_radix(std::str::from_utf8(&line[..end]).unwrap(), 16).ok();
            }
            if !self.more() {
                return None;
            }
        }
    }

    fn more(&mut self) -> bool {
        let mut piece = [0; 16384];
        match self.stream.read(&mut piece) {
            Ok(0) => false,
            Ok(count) => {
                self.unread.extend_from_slice(&piece[..count]);
                true
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) => panic!("no byte within {DEADLINE:?}: {:?}", error.kind()),
        }
    }
}

fn header(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = String::from_utf8(line[..colon].to_vec()).unwrap().to_ascii_lowercase();
    Some((name, line[colon + 1..].trim_ascii().to_vec()))
}

/// One answer as it came.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub status_line: Vec<u8>,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
    /// Whether the body came to the end that its framing promised.
    pub whole: bool,
}

impl Reply {
    /// The value of a header that is there once.
    pub fn header(&self, name: &str) -> Option<String> {
        let mut values = self.headers.iter().filter(|(own, _)| own == name);
        let (_, value) = values.next()?;
        assert!(values.next().is_none(), "{name} is there twice");
        Some(String::from_utf8_lossy(value).into_owned())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("text")
    }

    pub fn text_lossy(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
