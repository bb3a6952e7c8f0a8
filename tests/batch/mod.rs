//! A server that counts what it is asked, and a home with a batch in it.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde::Deserialize;

/// What the server does with a call.
pub enum Answer {
    /// Status, more headers, body.
    Whole(u16, String, String),
    /// Closes the connection without a byte.
    Nothing,
    /// Half of an answer, and closes the connection.
    Cut(String),
    /// Waits before it answers.
    Late(Duration, Box<Answer>),
}

/// A whole answer without more headers.
pub fn whole(status: u16, body: &str) -> Answer {
    Answer::Whole(status, String::new(), body.to_owned())
}

/// What the server saw.
#[derive(Default)]
pub struct Seen {
    /// Whether the references are not kept.
    pub forgets: bool,
    /// Calls by `card_reference`.
    pub calls: HashMap<String, u32>,
    /// References in the order of arrival.
    pub order: Vec<String>,
    /// All of them.
    pub total: u32,
    /// Connections, and those that have not ended.
    pub connections: usize,
    pub open: usize,
    /// Calls under way, and the most there were.
    pub now: usize,
    pub most: usize,
}

pub struct Server {
    pub address: SocketAddr,
    pub seen: Arc<Mutex<Seen>>,
}

impl Server {
    /// Answers each call as the function says; it is given the reference.
    pub fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        Self::with(Seen::default(), answer)
    }

    /// The same, but it counts only, so that many calls cost it no memory.
    pub fn forgetful(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        Self::with(Seen { forgets: true, ..Seen::default() }, answer)
    }

    fn with(seen: Seen, answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, seen) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(seen)));
        let (answer, all) = (Arc::new(answer), Arc::clone(&seen));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, seen) = (Arc::clone(&answer), Arc::clone(&all));
                {
                    let mut seen = seen.lock().unwrap();
                    (seen.connections, seen.open) = (seen.connections + 1, seen.open + 1);
                }
                thread::spawn(move || {
                    serve(&stream, &*answer, &seen);
                    seen.lock().unwrap().open -= 1;
                });
            }
        });
        Self { address, seen }
    }

    pub fn total(&self) -> u32 {
        self.seen.lock().unwrap().total
    }

    /// Connections that have not ended.
    pub fn open(&self) -> usize {
        self.seen.lock().unwrap().open
    }

    pub fn calls(&self, reference: &str) -> u32 {
        self.seen.lock().unwrap().calls.get(reference).copied().unwrap_or_default()
    }
}

fn serve(stream: &TcpStream, answer: &dyn Fn(&str) -> Answer, seen: &Mutex<Seen>) {
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(reference) = request(&mut reader) {
        {
            let mut seen = seen.lock().unwrap();
            if !seen.forgets {
                *seen.calls.entry(reference.clone()).or_default() += 1;
                seen.order.push(reference.clone());
            }
            seen.total += 1;
            seen.now += 1;
            seen.most = seen.most.max(seen.now);
        }
        let is_answered = write(stream, answer(&reference));
        seen.lock().unwrap().now -= 1;
        if !is_answered {
            return;
        }
    }
}

#[derive(Deserialize)]
struct Asked {
    card_reference: String,
}

/// The reference that is asked for; `None` where the client has gone.
fn request(reader: &mut impl BufRead) -> Option<String> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    serde_json::from_slice::<Asked>(&body).ok().map(|asked| asked.card_reference)
}

fn write(mut stream: &TcpStream, answer: Answer) -> bool {
    match answer {
        Answer::Nothing => false,
        Answer::Cut(body) => {
            let (half, _) = body.split_at(body.len() / 2);
            let text = format!("HTTP/1.1 200 X\r\nContent-Length: {}\r\n\r\n{half}", body.len());
            let _ = stream.write_all(text.as_bytes());
            false
        }
        Answer::Late(pause, answer) => {
            thread::sleep(pause);
            write(stream, *answer)
        }
        Answer::Whole(status, headers, body) => {
            let text = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(text.as_bytes()).is_ok()
        }
    }
}

/// A home with one profile, `near`.
pub struct Home(pub tempfile::TempDir);

impl Home {
    /// `more` goes into the profile.
    pub fn new(address: SocketAddr, more: &str) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::write(home.path("key"), "synthetic-key\n").unwrap();
        fs::set_permissions(home.path("key"), fs::Permissions::from_mode(0o600)).unwrap();
        let config = format!(
            "default_profile = \"near\"\n[profiles.near]\nenvironment = \"custom\"\nbase_url = \"http://{address}\"\n{more}\nmerchant_id = \"acme\"\nversion = \"2023-01-01\"\nkey = {{ file = \"{}\" }}\n",
            home.path("key").display()
        );
        fs::write(home.path("config.toml"), config).unwrap();
        fs::set_permissions(home.path("config.toml"), fs::Permissions::from_mode(0o600)).unwrap();
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// An input of so many rows: `r1`, `r2`, ...
    pub fn rows(&self, count: u32) {
        let rows: Vec<String> = (1..=count).map(|n| format!("r{n},c{n}\n")).collect();
        self.write("in.csv", &format!("card_reference,customer_id\n{}", rows.concat()));
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = self.of(env!("CARGO_BIN_EXE_tokenscope"));
        command.args(words);
        command
    }

    /// A shell that runs this.
    pub fn shell(&self, script: &str) -> Command {
        let mut command = self.of("sh");
        command.args(["-c", script]);
        command
    }

    fn of(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("HOME", self.0.path()).env("LANG", "C.UTF-8");
        command.env("TOKENSCOPE_CONFIG", self.path("config.toml"));
        command.current_dir(self.0.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, words: &[&str]) -> Run {
        Run::of(self.command(words).output().unwrap())
    }

    /// `batch in.csv --out out.jsonl` and more words.
    pub fn batch(&self, more: &[&str]) -> Run {
        self.run(&[&["batch", "in.csv", "--out", "out.jsonl"], more].concat())
    }

    pub fn spawn(&self, more: &[&str]) -> Child {
        self.command(&[&["batch", "in.csv", "--out", "out.jsonl"], more].concat()).spawn().unwrap()
    }

    /// The same as [`Home::spawn`], for a run of which nobody reads what it tells.
    pub fn quiet(&self, more: &[&str]) -> Child {
        let mut command = self.command(&[&["batch", "in.csv", "--out", "out.jsonl"], more].concat());
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// How many whole lines the report has. It may be large.
    pub fn whole_lines(&self) -> usize {
        let Ok(report) = fs::File::open(self.path("out.jsonl")) else { return 0 };
        let (mut report, mut lines) = (BufReader::new(report), 0);
        loop {
            let chunk = report.fill_buf().unwrap();
            if chunk.is_empty() {
                return lines;
            }
            lines += chunk.split(|byte| *byte == b'\n').count() - 1;
            let length = chunk.len();
            report.consume(length);
        }
    }

    /// Row and outcome of each line of the report.
    pub fn report(&self) -> Vec<(u64, String)> {
        let lines = self.read("out.jsonl");
        lines
            .lines()
            .map(|line| serde_json::from_str::<Line>(line).unwrap())
            .map(|it| (it.row, it.outcome))
            .collect()
    }
}

#[derive(Deserialize)]
struct Line {
    row: u64,
    outcome: String,
}

pub struct Run {
    pub exit: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(output: Output) -> Self {
        Self {
            exit: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Waits until the condition holds; a minute is far more than a loaded machine needs.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let pause = Duration::from_millis(5);
    for _ in 0..12_000 {
        if holds() {
            return;
        }
        thread::sleep(pause);
    }
    panic!("waited a minute for {what}");
}

/// Whether a file is there with at least so many lines.
pub fn has_lines(path: &Path, count: usize) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text.lines().count() >= count)
}
