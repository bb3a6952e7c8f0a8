//! A home with a history in it, for tests of the real binary that read it.
#![allow(dead_code, unreachable_pub, reason = "each test crate uses its own part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::Connection;
use tempfile::TempDir;
use tokenscope::adapters::private::Folders;
use tokenscope::adapters::sqlite::Sqlite;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::{Details, Entry, Verdict};
use tokenscope::domain::profile::Environment;
use tokenscope::ports::Ledger as _;
use tokenscope::secret::Masked;

pub const BINARY: &str = env!("CARGO_BIN_EXE_tokenscope");

/// 2026-11-23, 18:20:05 UTC.
pub const AT: i64 = 1_795_458_005_000;

pub struct Run {
    pub exit: i32,
    pub out: String,
    pub err: String,
}

/// A home with a history in it.
pub struct Home {
    pub temp: TempDir,
}

impl Home {
    pub fn empty() -> Self {
        Self { temp: tempfile::tempdir().unwrap() }
    }

    pub fn with(rows: impl IntoIterator<Item = Entry>) -> Self {
        let home = Self::empty();
        let mut ledger = home.ledger();
        for row in rows {
            ledger.record(&row).unwrap();
        }
        home
    }

    pub fn data(&self) -> PathBuf {
        self.temp.path().join(".local/share/tokenscope")
    }

    pub fn state(&self) -> PathBuf {
        self.temp.path().join(".local/state/tokenscope")
    }

    pub fn ledger(&self) -> Sqlite {
        Sqlite::open(&Folders::open(&self.data(), &self.state()).unwrap()).unwrap()
    }

    /// A connection that knows none of our rules.
    pub fn tamper(&self, sql: &str, value: &str) {
        let raw = Connection::open(self.data().join("history.db")).unwrap();
        raw.execute(sql, [value]).unwrap();
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.arg("history").args(words).env_clear().env("HOME", self.temp.path()).env("LANG", "C.UTF-8");
        command.stdin(Stdio::null());
        command
    }

    pub fn run(&self, words: &[&str]) -> Run {
        let output = self.command(words).output().unwrap();
        Run {
            exit: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The output of a run in which nothing went wrong.
    pub fn told(&self, words: &[&str]) -> String {
        let run = self.run(words);
        assert_eq!((run.exit, run.err.as_str()), (0, ""));
        run.out
    }
}

pub fn call(reference: &str, verdict: Verdict) -> Entry {
    Entry {
        id: 0,
        at: Stamp(AT),
        profile: Masked::typed("sandbox"),
        environment: Environment::Sandbox,
        host: Masked::typed("sandbox.juspay.in"),
        card_reference: Masked::typed(reference),
        customer_id: Masked::typed("cust_1"),
        routing_id: Masked::typed("cust_1"),
        submerchant_id: Masked::default(),
        http_status: Some(200),
        verdict,
        summary: Masked::ours("The token can be used."),
        network: Masked::ours("VISA"),
        issuer: Masked::ours("HDFC"),
        token_status: Masked::ours("ACTIVE"),
        card_last_four: Masked::ours("1111"),
        total_ms: 321,
        details: Details::default(),
    }
}

/// Every file below a folder with its bytes. What a database's programs share lies in a file and is memory: each first of
/// them writes it anew, whatever it does.
pub fn contents(folder: &Path) -> Vec<(Vec<u8>, PathBuf)> {
    let read =
        |path: &PathBuf| if path.ends_with("history.db-shm") { Vec::new() } else { fs::read(path).unwrap() };
    below(folder).into_iter().map(|path| (read(&path), path)).collect()
}

pub fn below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}
