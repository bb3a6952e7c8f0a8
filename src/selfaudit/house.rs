//! The temporary home that an audit takes place in: our own binary, started anew in its parts, and an emulator beside it.
//!
//! Owns: the folder, the config, key and kept texts in it, the emulator's process. Must not know: what is driven or searched. The folder
//! is removed with the house. Tested: through `tests/self_audit.rs`.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use tempfile::TempDir;

use super::CannotLook;
use super::marker::Markers;
use crate::emulator::{DEMO_MERCHANT, Emulator, Options};

/// The part that our binary plays in an audit, as a word of its command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// The emulator with the planted answers.
    Emulator,
    /// The console, readable in memory for the auditor.
    Console,
    /// The console with a clipboard that panics, on the loop.
    PanicInLoop,
    /// The console with an exporter that panics, on the disk thread.
    PanicOnThread,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Self::Emulator => "emulator",
            Self::Console => "console",
            Self::PanicInLoop => "panic-in-loop",
            Self::PanicOnThread => "panic-on-thread",
        }
    }
}

/// What the emulator of an audit is told on its standard input.
struct Plan {
    key: String,
    scenarios: String,
}

impl Plan {
    /// Reads it: the key, the length of the scenarios, the scenarios. `None` where it is cut off.
    fn read(mut from: impl BufRead) -> Option<Self> {
        let mut line = || -> Option<String> {
            let mut line = String::new();
            from.read_line(&mut line).ok()?;
            line.strip_suffix('\n').map(str::to_owned)
        };
        let (key, length) = (line()?, line()?.parse().ok()?);
        let mut scenarios = vec![0; length];
        from.read_exact(&mut scenarios).ok()?;
        Some(Self { key, scenarios: String::from_utf8(scenarios).ok()? })
    }

    fn written(&self) -> String {
        format!("{}\n{}\n{}", self.key, self.scenarios.len(), self.scenarios)
    }
}

/// The home, and the emulator beside it.
pub struct House {
    folder: TempDir,
    binary: PathBuf,
    _emulator: Neighbour,
}

/// A process beside us that ends when its standard input does.
struct Neighbour {
    child: Child,
    stdin: Option<ChildStdin>,
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl House {
    /// Makes the home and starts the emulator.
    pub fn build(markers: &Markers) -> Result<Self, CannotLook> {
        let folder =
            tempfile::Builder::new().prefix("tokenscope-").tempdir().map_err(|_| CannotLook::NoFolder)?;
        let binary = std::env::current_exe().map_err(|_| CannotLook::NoProgram)?;
        let (emulator, address) = start_emulator(&binary, markers)?;
        let house = Self { folder, binary, _emulator: emulator };
        house.furnish(markers, &address).map_err(|_| CannotLook::NoFolder)?;
        Ok(house)
    }

    /// The home folder.
    pub fn home(&self) -> &Path {
        self.folder.path()
    }

    /// The file with the API key.
    fn key_file(&self) -> PathBuf {
        self.home().join("api.key")
    }

    /// The file with an answer that somebody kept.
    pub fn kept_answer(&self) -> PathBuf {
        self.home().join("answer.json")
    }

    /// The file with a request that a merchant sent.
    pub fn kept_request(&self) -> PathBuf {
        self.home().join("request.txt")
    }

    /// The file with the rows of a batch: ids, and no secret.
    pub fn rows(&self) -> PathBuf {
        self.home().join("rows.csv")
    }

    /// The files that the audit itself puts secrets into: the only ones where a secret is meant to be.
    pub fn planted(&self) -> [PathBuf; 3] {
        [self.key_file(), self.kept_answer(), self.kept_request()]
    }

    /// Our binary with these words, at home here.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = bare(&self.binary);
        command
            .args(words)
            .current_dir(self.home())
            .env("HOME", self.home())
            .env("TERM", "xterm-256color")
            .env("TOKENSCOPE_LOG", "trace");
        command
    }

    /// Our binary in a part of the audit, at home here.
    pub fn role(&self, role: Role) -> Command {
        self.command(&["self-audit", "--as", role.word()])
    }

    fn furnish(&self, markers: &Markers, address: &str) -> std::io::Result<()> {
        write_private(&self.key_file(), &markers.key)?;
        write_private(&self.kept_answer(), &markers.kept())?;
        write_private(&self.kept_request(), &markers.request())?;
        write_private(&self.rows(), &markers.rows())?;
        let folder = self.home().join(".config/tokenscope");
        std::fs::create_dir_all(&folder)?;
        write_private(&folder.join("config.toml"), &config(address, &self.key_file()))
    }
}

/// A profile on the emulator.
fn config(address: &str, key: &Path) -> String {
    format!(
        "default_profile = \"audit\"\n\n[profiles.audit]\nenvironment = \"custom\"\nbase_url = \"{address}\"\n\
         merchant_id = \"{DEMO_MERCHANT}\"\nversion = \"2023-01-01\"\nkey = {{ file = '{}' }}\n",
        key.display()
    )
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?.write_all(text.as_bytes())
}

/// With nothing of our own environment but the way to programs.
fn bare(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8");
    command
}

fn start_emulator(binary: &Path, markers: &Markers) -> Result<(Neighbour, String), CannotLook> {
    let plan = Plan { key: markers.key.clone(), scenarios: markers.scenarios() };
    let mut command = bare(binary);
    command.args(["self-audit", "--as", Role::Emulator.word()]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| CannotLook::NoProgram)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let mut neighbour = Neighbour { child, stdin };
    let told = neighbour.stdin.as_mut().map(|stdin| stdin.write_all(plan.written().as_bytes()));
    let mut address = String::new();
    let heard = stdout.map(|stdout| BufReader::new(stdout).read_line(&mut address));
    match (told, heard) {
        (Some(Ok(())), Some(Ok(1..))) => Ok((neighbour, address.trim_end().to_owned())),
        _ => Err(CannotLook::NoEmulator),
    }
}

/// Plays the emulator: takes its plan from standard input, says where it listens, and ends when whoever started it does.
pub fn play_emulator(mut stdin: impl BufRead, mut stdout: impl Write) -> Option<()> {
    let Plan { key, scenarios } = Plan::read(&mut stdin)?;
    let options = Options { key: Some(key), scenarios: Some(scenarios), ..Options::default() };
    let emulator = Emulator::start(options).ok()?;
    writeln!(stdout, "http://{}", emulator.address()).ok()?;
    stdout.flush().ok()?;
    std::io::copy(&mut stdin, &mut std::io::sink()).ok().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_comes_back_and_one_that_is_cut_off_does_not() {
        let plan = Plan { key: "k1".into(), scenarios: "a\nb".into() };
        let read = Plan::read(plan.written().as_bytes()).unwrap();
        assert_eq!((read.key.as_str(), read.scenarios.as_str()), ("k1", "a\nb"));
        for cut in ["", "k1", "k1\n", "k1\n3\nab", "k1\nx\nabc"] {
            assert!(Plan::read(cut.as_bytes()).is_none(), "{cut:?}");
        }
    }
}
