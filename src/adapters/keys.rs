//! API keys from their sources: environment, command, file, or typed.
//!
//! Owns: reading a key once, into wiped buffers, and judging the source. Must not know: what a key opens. No key, no output
//! of a command and no path's content is part of an error. Tested: `tests/adapters_keys.rs`, with real files and commands.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use zeroize::Zeroizing;

use crate::domain::guard::ApiKey;
use crate::domain::profile::{KeySource, Profile};
use crate::ports::{KeyFault, Keys};
use crate::secret::Secret;

/// A longer output is no key.
const LONGEST: usize = 4096;

/// How long a command may take without the terminal, and with it.
const ALONE: Duration = Duration::from_secs(20);
const LENT: Duration = Duration::from_mins(2);

/// Mode bits of group and others.
const OTHERS: u32 = 0o077;

/// Fetches keys from the sources that profiles name.
pub struct KeyFetcher {
    emulator: Option<String>,
    hidden: BTreeSet<String>,
    alone: Duration,
}

impl KeyFetcher {
    /// A fetcher for these profiles. `emulator` is the built-in emulator's own fake key. The variables that profiles name as
    /// key sources are kept from every command.
    pub fn new(profiles: &[Profile], emulator: Option<String>) -> Self {
        let variable = |profile: &Profile| match &profile.key {
            KeySource::Env(name) => Some(name.clone()),
            _ => None,
        };
        Self { emulator, hidden: profiles.iter().filter_map(variable).collect(), alone: ALONE }
    }

    /// The same with another time limit for commands, for tests.
    #[must_use]
    pub fn with_limit(self, alone: Duration) -> Self {
        Self { alone, ..self }
    }

    fn command(&self, argv: &[String]) -> Result<Command, KeyFault> {
        let (program, arguments) = argv.split_first().ok_or(KeyFault::NoCommand)?;
        let mut command = Command::new(program);
        command.args(arguments).stdout(Stdio::piped()).kill_on_drop(true);
        for name in &self.hidden {
            command.env_remove(name);
        }
        Ok(command)
    }

    async fn run(&self, mut command: Command, limit: Duration) -> Result<Secret, KeyFault> {
        let mut child = command.spawn().map_err(|_| KeyFault::NoCommand)?;
        let ended = tokio::time::timeout(limit, output(&mut child)).await;
        if ended.is_err() {
            kill_group(&child);
        }
        let output = ended.map_err(|_| KeyFault::CommandSlow)??;
        key(&output)
    }
}

impl Keys for KeyFetcher {
    async fn fetch(&self, profile: &Profile) -> Result<ApiKey, KeyFault> {
        let secret = match &profile.key {
            KeySource::Env(name) => from_variable(name)?,
            KeySource::File(path) => from_file(path)?,
            KeySource::Emulator => key(self.emulator.as_deref().ok_or(KeyFault::NoVariable)?.as_bytes())?,
            KeySource::Prompt => return Err(KeyFault::NotTyped),
            KeySource::Command { argv, .. } => {
                let mut command = self.command(argv)?;
                // A group of its own, so that a time-out ends what the command has started too.
                command.stdin(Stdio::null()).stderr(Stdio::null()).process_group(0);
                self.run(command, self.alone).await?
            }
        };
        Ok(ApiKey::bind(profile, secret))
    }

    async fn fetch_lent(&self, profile: &Profile) -> Result<ApiKey, KeyFault> {
        let KeySource::Command { argv, .. } = &profile.key else { return self.fetch(profile).await };
        let secret = self.run(self.command(argv)?, LENT).await?;
        Ok(ApiKey::bind(profile, secret))
    }

    fn typed(&self, profile: &Profile, typed: &[u8]) -> Result<ApiKey, KeyFault> {
        if typed.is_empty() {
            return Err(KeyFault::NotTyped);
        }
        Ok(ApiKey::bind(profile, key(typed)?))
    }
}

/// What a command prints, up to the limit, and that it ended well.
async fn output(child: &mut Child) -> Result<Zeroizing<Vec<u8>>, KeyFault> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    if let Some(stdout) = child.stdout.take() {
        stdout.take(LONGEST as u64 + 1).read_to_end(&mut bytes).await.map_err(|_| KeyFault::CommandFailed)?;
    }
    let status = child.wait().await.map_err(|_| KeyFault::CommandFailed)?;
    if status.success() { Ok(bytes) } else { Err(KeyFault::CommandFailed) }
}

fn kill_group(child: &Child) {
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    if let Some(pid) = pid {
        // One that has ended by now needs no killing.
        let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
    }
}

fn from_variable(name: &str) -> Result<Secret, KeyFault> {
    let value = std::env::var(name).map(Zeroizing::new).map_err(|_| KeyFault::NoVariable)?;
    if value.is_empty() { Err(KeyFault::NoVariable) } else { key(value.as_bytes()) }
}

/// Reads a key file; a link is judged by its target, and by the descriptor that is read, not by its name.
fn from_file(path: &Path) -> Result<Secret, KeyFault> {
    let file = std::fs::File::open(path).map_err(|_| KeyFault::NoFile)?;
    let facts = file.metadata().map_err(|_| KeyFault::NoFile)?;
    if !facts.is_file() {
        return Err(KeyFault::NoFile);
    }
    if facts.uid() != 0 && facts.uid() != rustix::process::geteuid().as_raw() {
        return Err(KeyFault::WrongOwner);
    }
    if facts.mode() & OTHERS != 0 {
        return Err(KeyFault::WrongMode);
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    file.take(LONGEST as u64 + 1).read_to_end(&mut bytes).map_err(|_| KeyFault::NoFile)?;
    key(&bytes)
}

/// One line of visible ASCII; one line break behind it is cut.
fn key(bytes: &[u8]) -> Result<Secret, KeyFault> {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.is_empty() || line.len() > LONGEST || !line.iter().all(u8::is_ascii_graphic) {
        return Err(KeyFault::NotAKey);
    }
    std::str::from_utf8(line).map(Secret::new).map_err(|_| KeyFault::NotAKey)
}
