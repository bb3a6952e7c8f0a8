//! API keys from their sources: environment, command, file, prompt, or the emulator's own.
//!
//! Owns: reading a key once, into a buffer that is wiped, and judging the source and what it gave. Must not know: what a
//! key opens, or how the terminal is lent. No key, no output of a command and no content of a file is part of a fault.
//! Tested: `tests/adapters_keys.rs`, with real files and real commands.

mod buffer;
mod command;
mod file;

use std::ffi::OsString;
use std::time::Duration;

use zeroize::Zeroizing;

use super::programs::Withheld;
use crate::domain::guard::ApiKey;
use crate::domain::profile::{KeySource, Profile};
use crate::ports::{KeyFault, Keys};
use crate::secret::Secret;

/// How long a command may take that has neither input nor terminal.
pub const QUIET_LIMIT: Duration = Duration::from_secs(20);
/// How long a command may take that is lent the terminal: a person types meanwhile.
pub const LENT_LIMIT: Duration = Duration::from_mins(2);

/// Looks up an environment variable.
type Lookup = Box<dyn Fn(&str) -> Option<OsString> + Send + Sync>;

/// Fetches keys from the sources that profiles name.
pub struct KeyFetcher {
    emulator: Option<String>,
    withheld: Withheld,
    lookup: Lookup,
    user: u32,
    /// A file is read in place.
    in_place: bool,
    quiet_limit: Duration,
    lent_limit: Duration,
}

impl KeyFetcher {
    /// A fetcher for these profiles. `emulator` is the built-in emulator's own fake key. The variables that any of the
    /// profiles names as its source are kept from every command.
    pub fn new(profiles: &[Profile], emulator: Option<String>) -> Self {
        Self {
            emulator,
            withheld: Withheld::of(profiles),
            lookup: Box::new(|name| std::env::var_os(name)),
            user: rustix::process::geteuid().as_raw(),
            in_place: false,
            quiet_limit: QUIET_LIMIT,
            lent_limit: LENT_LIMIT,
        }
    }

    /// The same with another environment than the process's own.
    #[must_use]
    pub fn with_environment(self, lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static) -> Self {
        Self { lookup: Box::new(lookup), ..self }
    }

    /// The same for a caller that has nothing else to do meanwhile: a file is read where it is asked for, without a thread.
    #[must_use]
    pub fn in_place(self) -> Self {
        Self { in_place: true, ..self }
    }

    /// The same for another effective user.
    #[must_use]
    pub fn for_user(self, user: u32) -> Self {
        Self { user, ..self }
    }

    /// The same with another time limit for all commands.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Self {
        Self { quiet_limit: limit, lent_limit: limit, ..self }
    }

    fn by_variable(&self, name: &str) -> Result<Secret, KeyFault> {
        let value = (self.lookup)(name).map(|value| Zeroizing::new(value.into_encoded_bytes()));
        match value {
            Some(value) if !value.is_empty() => key(&value),
            _ => Err(KeyFault::NoVariable),
        }
    }

    async fn by_command(&self, argv: &[String], stage: command::Stage) -> Result<Secret, KeyFault> {
        let limit = match stage {
            command::Stage::Quiet => self.quiet_limit,
            command::Stage::Lent => self.lent_limit,
        };
        key(command::run(argv, &self.withheld, stage, limit).await?.bytes())
    }

    /// Of a console on a thread of its own, which a file on a disk that hangs must not stop.
    async fn by_file(&self, path: &std::path::Path) -> Result<Secret, KeyFault> {
        if self.in_place {
            return key(file::read(path, self.user)?.bytes());
        }
        let (path, user) = (path.to_owned(), self.user);
        let read = tokio::task::spawn_blocking(move || file::read(&path, user)).await;
        key(read.map_err(|_| KeyFault::NoFile)??.bytes())
    }
}

impl Keys for KeyFetcher {
    async fn fetch(&self, profile: &Profile) -> Result<ApiKey, KeyFault> {
        let secret = match &profile.key {
            KeySource::Env(name) => self.by_variable(name)?,
            KeySource::Command { argv, terminal: false } => {
                self.by_command(argv, command::Stage::Quiet).await?
            }
            KeySource::File(path) => self.by_file(path).await?,
            KeySource::Command { terminal: true, .. } | KeySource::Prompt => return Err(KeyFault::NotTyped),
            KeySource::Emulator => key(self.emulator.as_deref().unwrap_or_default().as_bytes())?,
        };
        Ok(ApiKey::bind(profile, secret))
    }

    async fn fetch_lent(&self, profile: &Profile) -> Result<ApiKey, KeyFault> {
        match &profile.key {
            KeySource::Command { argv, terminal: true } => {
                Ok(ApiKey::bind(profile, self.by_command(argv, command::Stage::Lent).await?))
            }
            _ => self.fetch(profile).await,
        }
    }

    fn typed(&self, profile: &Profile, typed: &[u8]) -> Result<ApiKey, KeyFault> {
        if typed.is_empty() {
            return Err(KeyFault::NotTyped);
        }
        Ok(ApiKey::bind(profile, key(typed)?))
    }
}

/// One line of visible ASCII; one line break behind it is cut.
fn key(bytes: &[u8]) -> Result<Secret, KeyFault> {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.is_empty() || line.len() > buffer::LONGEST || !line.iter().all(u8::is_ascii_graphic) {
        return Err(KeyFault::NotAKey);
    }
    std::str::from_utf8(line).map(Secret::new).map_err(|_| KeyFault::NotAKey)
}
