//! A key command: argv without a shell, its standard output caught, its time limited, and its end made sure of.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use super::buffer::KeyBuffer;
use crate::ports::KeyFault;

/// How long the output may stay open after the command has ended: something that it left running has inherited it.
const REST: Duration = Duration::from_millis(500);
/// How long a command with the terminal gets to bring it into order before it is killed.
const TIDYING: Duration = Duration::from_secs(1);

/// What a command is given besides its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// No input, no messages, and a process group of its own, which is killed whole.
    Quiet,
    /// The terminal. It stays in our process group, since only the foreground group may read from a terminal.
    Lent,
}

/// Runs a command and catches what it prints. Dropping the future ends the command.
pub(super) async fn run(
    argv: &[String],
    withheld: &[String],
    stage: Stage,
    limit: Duration,
) -> Result<KeyBuffer, KeyFault> {
    let mut running = Running::start(argv, withheld, stage)?;
    let mut buffer = KeyBuffer::new();
    let ended = timeout(limit, running.collect(&mut buffer)).await;
    if ended.is_err() && stage == Stage::Lent {
        running.ask_to_end().await;
    }
    let status = ended.map_err(|_| KeyFault::CommandSlow)??;
    if status.success() { Ok(buffer) } else { Err(KeyFault::CommandFailed) }
}

/// A command under way. Dropped before its end, it is killed, with its group if that is its own.
struct Running {
    child: Child,
    stage: Stage,
}

impl Running {
    fn start(argv: &[String], withheld: &[String], stage: Stage) -> Result<Self, KeyFault> {
        let (program, arguments) = argv.split_first().ok_or(KeyFault::NoCommand)?;
        let mut command = Command::new(program);
        command.args(arguments).stdout(Stdio::piped()).kill_on_drop(true);
        for name in withheld {
            command.env_remove(name);
        }
        if stage == Stage::Quiet {
            command.stdin(Stdio::null()).stderr(Stdio::null()).process_group(0);
        }
        let child = command.spawn().map_err(|_| KeyFault::NoCommand)?;
        Ok(Self { child, stage })
    }

    /// Reads until the command has ended. What it left running may hold the output open for a moment only.
    async fn collect(&mut self, buffer: &mut KeyBuffer) -> Result<ExitStatus, KeyFault> {
        let mut stdout = self.child.stdout.take().ok_or(KeyFault::CommandFailed)?;
        let read_first = tokio::select! {
            biased;
            read = fill(&mut stdout, buffer) => Some(read),
            _ = self.child.wait() => None,
        };
        match read_first {
            Some(read) => read?,
            None => timeout(REST, fill(&mut stdout, buffer)).await.unwrap_or(Ok(()))?,
        }
        self.child.wait().await.map_err(|_| KeyFault::CommandFailed)
    }

    async fn ask_to_end(&mut self) {
        if let Some(pid) = self.pid() {
            // It may have ended by itself just now.
            let _ = kill_process(pid, Signal::TERM);
        }
        let _ = timeout(TIDYING, self.child.wait()).await;
    }

    /// `None` once the command has been waited for, after which the number may be another's.
    fn pid(&self) -> Option<Pid> {
        self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.stage == Stage::Quiet
            && let Some(pid) = self.pid()
        {
            // It may have ended by itself just now.
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}

async fn fill(stdout: &mut ChildStdout, buffer: &mut KeyBuffer) -> Result<(), KeyFault> {
    loop {
        let count = stdout.read(buffer.room()?).await.map_err(|_| KeyFault::CommandFailed)?;
        if count == 0 {
            return Ok(());
        }
        buffer.keep(count);
    }
}
