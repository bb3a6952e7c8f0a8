//! A console on a server elsewhere, and the look into its memory.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokenscope::selfaudit::memory::{Form, Found, Needle, scan};

use crate::console::{BINARY, press};
use crate::secrets::Secrets;
use crate::server::{Elsewhere, Speech};
use crate::support::{DEADLINE, Launch, Pty, eventually};

/// Looks that have to find nothing, one after the other, before it is said that nothing is there.
const LOOKS: usize = 3;

/// The program that is looked into.
pub fn binary() -> PathBuf {
    std::env::var_os(RELEASE).map_or_else(|| BINARY.into(), PathBuf::from)
}

/// Names a release build of the program, for the tests that are ignored otherwise.
pub const RELEASE: &str = "TOKENSCOPE_TEST_RELEASE";

/// Whether it is one that the caller has built for release.
pub fn is_release() -> bool {
    std::env::var_os(RELEASE).is_some()
}

/// The console and its server.
pub struct Bench {
    pub pty: Pty,
    pub server: Elsewhere,
}

impl Bench {
    /// With a profile `lab` whose key comes from `source` (`FILE` stands for a file with the key), a profile `other` without a
    /// call, and the form filled in.
    pub fn new(speech: Speech, source: &str, key: &str) -> Self {
        let server = Elsewhere::start(speech);
        let launch = Launch::new(binary()).size(100, 30);
        let file = launch.home().join("key");
        write_private(&file, key);
        let source = source.replace("FILE", file.to_str().unwrap());
        let lab = profile("lab", &server.base_url(), &source);
        let other = profile("other", &server.base_url(), "{ prompt = true }");
        let config = format!("default_profile = \"lab\"\n{lab}{other}");
        write_private(&launch.home().join(".config/tokenscope/config.toml"), &config);
        let trusted = server.ca_file();
        let launch = launch
            .env("SSL_CERT_FILE", trusted.to_str().unwrap())
            .env("TOKENSCOPE_TEST_DUMPABLE", "1")
            .env("WEAK_KEY", if source.contains("env") { key } else { "none" });
        let mut pty = launch.spawn();
        pty.wait_text("CUSTOM");
        press(&mut pty, "e");
        pty.wait_text("(editing)");
        pty.send("token_a0c16957f9bf46b0966a91a35b555353\tjuspaytest_cust\r");
        pty.wait_gone("(editing)");
        Self { pty, server }
    }

    /// With an answer that holds these secrets on the screen.
    pub fn answered(speech: Speech, secrets: &Secrets) -> Self {
        let mut bench = Self::new(speech, "{ file = \"FILE\" }", "synthetic-api-key-0815");
        bench.server.answer(200, &secrets.answer());
        bench.press("s", "USABLE");
        bench
    }

    /// Presses a key and waits for what it shows.
    #[track_caller]
    pub fn press(&mut self, key: &str, shown: &str) {
        press(&mut self.pty, key);
        self.pty.wait_text(shown);
    }

    /// Presses a key and waits until this is shown no more.
    #[track_caller]
    pub fn press_away(&mut self, key: &str, shown: &str) {
        press(&mut self.pty, key);
        self.pty.wait_gone(shown);
    }

    /// Sends again: a second send within 300 ms is a key that bounced.
    #[track_caller]
    pub fn send_again(&mut self, shown: &str) {
        std::thread::sleep(Duration::from_millis(300));
        self.press("s", shown);
    }

    pub fn look(&self, needles: &[Needle]) -> Vec<Found> {
        scan(self.pty.pid(), needles).unwrap_or_else(|blind| panic!("{blind}"))
    }

    /// Waits until this many copies are there and no more.
    #[track_caller]
    pub fn wait_copies(&self, what: &str, needles: &[Needle], count: usize) -> Vec<Found> {
        let mut found = Vec::new();
        let start = Instant::now();
        while start.elapsed() < DEADLINE {
            found = self.look(needles);
            if found.len() == count {
                return found;
            }
        }
        panic!("{what}: not {count} copies but {found:x?}");
    }

    /// Waits until the console's memory holds no copy, and looks again and again whether it stays so.
    #[track_caller]
    pub fn assert_gone(&self, what: &str, needles: &[Needle]) {
        let start = Instant::now();
        self.wait_copies(what, needles, 0);
        eprintln!("{what}: no copy {:?} later", start.elapsed());
        for _ in 0..LOOKS {
            let found = self.look(needles);
            assert!(found.is_empty(), "{what}: it was gone and came back: {found:x?}");
        }
    }
}

pub fn write_private(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn profile(name: &str, base_url: &str, source: &str) -> String {
    format!(
        "[profiles.{name}]\nenvironment = \"custom\"\nbase_url = \"{base_url}\"\nmerchant_id = \"acme\"\n\
         version = \"2023-01-01\"\nkey = {source}\n"
    )
}

/// Copies that are no text: cells of a screen, and what was written to a terminal.
pub fn drawn(found: &[Found]) -> usize {
    found.iter().filter(|one| one.form != Form::Text).count()
}

/// Waits until the memory holds a copy: the control of a search that finds none later.
#[track_caller]
pub fn wait_found(bench: &Bench, what: &str, needles: &[Needle]) -> Vec<Found> {
    eventually(what, || Some(bench.look(needles)).filter(|found| !found.is_empty()))
}
