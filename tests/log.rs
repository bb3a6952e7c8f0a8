//! The log of the real binary: what it tells, what it never holds, and that it is in nobody's way.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::format_push_string,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and prepares its own files"
)]

mod hostile;
mod support;

#[path = "log/console.rs"]
mod console;
#[path = "log/file.rs"]
mod file;
#[path = "log/leaks.rs"]
mod leaks;
#[path = "log/libraries.rs"]
mod libraries;
#[path = "log/told.rs"]
mod told;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use tempfile::TempDir;

use hostile::order::KEY;

const BINARY: &str = env!("CARGO_BIN_EXE_tokenscope");

const STATE: &str = ".local/state/tokenscope";

/// A record as a program reads it; anything else on a line is a fault.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    time: String,
    level: String,
    pid: u32,
    event: Option<String>,
    target: Option<String>,
    fields: BTreeMap<String, Scalar>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
enum Scalar {
    Number(u64),
    Text(String),
}

impl Line {
    fn text(&self, name: &str) -> &str {
        match self.fields.get(name) {
            Some(Scalar::Text(text)) => text,
            other => panic!("{name} is {other:?} in {self:?}"),
        }
    }

    fn number(&self, name: &str) -> u64 {
        match self.fields.get(name) {
            Some(Scalar::Number(number)) => *number,
            other => panic!("{name} is {other:?} in {self:?}"),
        }
    }
}

/// What a run left behind.
struct Run {
    exit: i32,
    out: String,
    err: String,
}

/// A home folder of its own.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn log(&self) -> PathBuf {
        self.path().join(STATE).join("tokenscope.log")
    }

    /// The folder of the log, as an earlier run of ours would have made it.
    fn make_state(&self) {
        fs::create_dir_all(self.path().join(STATE)).unwrap();
        fs::set_permissions(self.path().join(STATE), PermissionsExt::from_mode(0o700)).unwrap();
    }

    /// A config with a custom profile `mine`, which sends to `base_url` with [`KEY`], and one more to switch to.
    fn configure(&self, base_url: &str, more: &str) {
        configure(self.path(), base_url, more);
    }

    /// Runs with the loudest log that there is, and another that is none of our business.
    fn run(&self, words: &[&str]) -> Run {
        self.run_at("trace", words)
    }

    fn run_at(&self, level: &str, words: &[&str]) -> Run {
        finish(self.command(level, words))
    }

    fn command(&self, level: &str, words: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.args(words).env_clear().env("HOME", self.path()).env("LANG", "C.UTF-8").stdin(Stdio::null());
        command.env("RUST_LOG", "trace").env("TOKENSCOPE_LOG", level);
        command
    }
}

fn finish(mut command: Command) -> Run {
    let output = command.output().unwrap();
    Run {
        exit: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn configure(home: &Path, base_url: &str, more: &str) {
    let (key, config) = (home.join("key"), home.join(".config/tokenscope/config.toml"));
    let text = format!(
        "default_profile = \"mine\"\n[profiles.other]\nenvironment = \"sandbox\"\nmerchant_id = \"acme\"\n\
         key = {{ prompt = true }}\n[profiles.mine]\nenvironment = \"custom\"\nbase_url = \"{base_url}\"\n\
         merchant_id = \"acme\"\nkey = {{ file = \"{}\" }}\n{more}\n",
        key.display()
    );
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    for (path, text) in [(key, KEY), (config, &text)] {
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    }
}

/// The records of a log file. Each line has to be one.
fn records(path: &Path) -> Vec<Line> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.ends_with('\n'), "{text}");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no record: {line}")))
        .collect()
}

/// The names of the events of ours, in their order.
fn events(records: &[Line]) -> Vec<&str> {
    records.iter().filter_map(|record| record.event.as_deref()).collect()
}

/// The one record of an event.
fn the<'a>(records: &'a [Line], event: &str) -> &'a Line {
    let mut found = records.iter().filter(|record| record.event.as_deref() == Some(event));
    match (found.next(), found.next()) {
        (Some(record), None) => record,
        _ => panic!("not one {event} in {records:?}"),
    }
}
