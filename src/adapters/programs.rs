//! Programs that we start: key commands and clipboard tools.
//!
//! Owns: what of our environment they get, and that none of them outlives its use. Must not know: what a program is for.
//! Tested: by `tests/adapters_keys.rs` and `tests/adapters_clipboard.rs`, with real programs.

use std::ffi::OsStr;
use std::io;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

use crate::domain::profile::{KeySource, Profile};

/// The variables that hold keys; no program that we start gets them (threat model, row 17).
pub(super) struct Withheld(Vec<String>);

impl Withheld {
    /// The variables that any of these profiles names as its source.
    pub(super) fn of(profiles: &[Profile]) -> Self {
        let variable = |profile: &Profile| match &profile.key {
            KeySource::Env(name) => Some(name.clone()),
            _ => None,
        };
        Self(profiles.iter().filter_map(variable).collect())
    }

    /// A command that gets our environment without them.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for name in &self.0 {
            command.env_remove(name);
        }
        command
    }
}

/// In which process group a program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// In ours, so that it may read from the terminal.
    Ours,
    /// In one of its own, which is killed whole.
    Own,
}

/// A program under way. Dropped before its end, it is killed, with its group if that is its own.
pub(super) struct Program {
    pub(super) child: Child,
    group: Group,
}

impl Program {
    pub(super) fn start(mut command: Command, group: Group) -> io::Result<Self> {
        command.kill_on_drop(true);
        if group == Group::Own {
            command.process_group(0);
        }
        Ok(Self { child: command.spawn()?, group })
    }

    /// `None` once the program has been waited for, after which the number may be another's.
    pub(super) fn pid(&self) -> Option<Pid> {
        self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.group == Group::Own
            && let Some(pid) = self.pid()
        {
            // It may have ended by itself just now.
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}
