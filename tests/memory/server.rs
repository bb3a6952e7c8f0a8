//! A server in a process of its own, so that the memory of the console holds nothing but what the console has put there.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use tempfile::TempDir;

use crate::child::{child, folder};
use crate::hostile::frames::{DATA, END_HEADERS, END_STREAM, HEADERS, frame, literal, read_request};
use crate::hostile::server::{Server, http};
use crate::hostile::tls::{Authority, Holds, serve};
use crate::support::eventually;

/// How it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    Plain,
    Http1,
    Http2,
}

impl Speech {
    const ALL: [(Self, &str); 3] = [(Self::Plain, "plain"), (Self::Http1, "http1"), (Self::Http2, "http2")];

    fn word(self) -> &'static str {
        Self::ALL.into_iter().find(|(speech, _)| *speech == self).unwrap().1
    }
}

/// The running server. Dropping it ends it.
pub struct Elsewhere {
    process: Child,
    folder: TempDir,
    speech: Speech,
}

impl Elsewhere {
    pub fn start(speech: Speech) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("speech"), speech.word()).unwrap();
        let mut command = child("server::in_a_process_of_its_own", folder.path());
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let started = Self { process, folder, speech };
        eventually("the server listens", || started.path("address").exists().then_some(()));
        started
    }

    /// What it answers from now on.
    pub fn answer(&self, status: u16, body: &str) {
        self.answer_in_part(status, body, 0);
    }

    /// The same, but the last bytes never come.
    pub fn answer_in_part(&self, status: u16, body: &str, held_back: usize) {
        std::fs::write(self.path("new"), format!("{status}\n{held_back}\n{body}")).unwrap();
        std::fs::rename(self.path("new"), self.path("answer")).unwrap();
    }

    pub fn base_url(&self) -> String {
        let scheme = if self.speech == Speech::Plain { "http" } else { "https" };
        format!("{scheme}://{}", std::fs::read_to_string(self.path("address")).unwrap())
    }

    /// The certificate of its authority.
    pub fn ca_file(&self) -> PathBuf {
        self.path("ca.pem")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
#[ignore = "the server of the other tests"]
fn in_a_process_of_its_own() {
    let Some(folder) = folder() else { return };
    let word = std::fs::read_to_string(folder.join("speech")).unwrap();
    let (speech, _) = Speech::ALL.into_iter().find(|(_, known)| *known == word).unwrap();
    let authority = Authority::new();
    authority.write(&folder.join("ca.pem"));
    let server = start(speech, &authority, folder.join("answer"));
    // Renamed, so that whoever sees it sees it whole.
    std::fs::write(folder.join("new"), server.address.to_string()).unwrap();
    std::fs::rename(folder.join("new"), folder.join("address")).unwrap();
    loop {
        std::thread::park();
    }
}

/// What the test wants answered.
struct Answer {
    status: String,
    held_back: usize,
    body: String,
}

impl Answer {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let mut parts = text.splitn(3, '\n').map(str::to_owned);
        let mut next = || parts.next().unwrap();
        Self { status: next(), held_back: next().parse().unwrap(), body: next() }
    }

    fn over_http1(&self) -> Vec<u8> {
        let mut bytes = http(&format!("{} Told", self.status), &[], &self.body);
        bytes.truncate(bytes.len() - self.held_back);
        bytes
    }

    fn over_http2(&self) -> Vec<u8> {
        let block = [literal(":status", &self.status), literal("content-type", "application/json")].concat();
        let body = &self.body.as_bytes()[..self.body.len() - self.held_back];
        let flags = if self.held_back == 0 { END_STREAM } else { 0 };
        [frame(HEADERS, END_HEADERS, 1, &block), frame(DATA, flags, 1, body)].concat()
    }
}

/// It closes no connection by itself, so that what an idle one would keep is kept.
fn start(speech: Speech, authority: &Authority, answer: PathBuf) -> Server {
    let mut config = authority.certify("127.0.0.1", Holds::Now);
    match speech {
        Speech::Plain => Server::run(move |mut peer| {
            peer.read_request();
            peer.write(&Answer::read(&answer).over_http1());
            peer.wait_for_close();
        }),
        Speech::Http1 => serve(config, move |mut peer| {
            peer.read_request();
            peer.write(&Answer::read(&answer).over_http1());
            peer.wait_for_close();
        }),
        Speech::Http2 => {
            config.alpn_protocols = vec![b"h2".to_vec()];
            serve(config, move |mut peer| {
                read_request(&mut peer);
                peer.write(&Answer::read(&answer).over_http2());
                peer.wait_for_close();
            })
        }
    }
}
