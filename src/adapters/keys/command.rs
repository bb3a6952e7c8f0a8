//! A key command: argv without a shell, its standard output caught, its time limited, and its end made sure of.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Signal, kill_process};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStdout};
use tokio::time::timeout;

use super::buffer::KeyBuffer;
use crate::adapters::programs::{Group, Program, Withheld};
use crate::ports::KeyFault;

/// How long the output may stay open after the command has ended: something that it left running has inherited it.
const REST: Duration = Duration::from_millis(500);
/// How long a command with the terminal gets to bring it into order before it is killed.
const TIDYING: Duration = Duration::from_secs(1);

/// What a command is given besides its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// No input, no messages, and a process group of its own.
    Quiet,
    /// The terminal. It stays in our process group, since only the foreground group may read from a terminal.
    Lent,
}

/// Runs a command and catches what it prints. Dropping the future ends the command.
pub(super) async fn run(
    argv: &[String],
    withheld: &Withheld,
    stage: Stage,
    limit: Duration,
) -> Result<KeyBuffer, KeyFault> {
    let mut program = start(argv, withheld, stage)?;
    let mut buffer = KeyBuffer::new();
    let ended = timeout(limit, collect(&mut program.child, &mut buffer)).await;
    if ended.is_err() && stage == Stage::Lent {
        ask_to_end(&mut program).await;
    }
    let status = ended.map_err(|_| KeyFault::CommandSlow)??;
    if status.success() { Ok(buffer) } else { Err(KeyFault::CommandFailed) }
}

fn start(argv: &[String], withheld: &Withheld, stage: Stage) -> Result<Program, KeyFault> {
    let (program, arguments) = argv.split_first().ok_or(KeyFault::NoCommand)?;
    let mut command = withheld.command(program);
    command.args(arguments).stdout(Stdio::piped());
    let group = match stage {
        Stage::Quiet => {
            command.stdin(Stdio::null()).stderr(Stdio::null());
            Group::Own
        }
        Stage::Lent => Group::Ours,
    };
    Program::start(command, group).map_err(|_| KeyFault::NoCommand)
}

/// Reads until the command has ended. What it left running may hold the output open for a moment only.
async fn collect(child: &mut Child, buffer: &mut KeyBuffer) -> Result<ExitStatus, KeyFault> {
    let mut stdout = child.stdout.take().ok_or(KeyFault::CommandFailed)?;
    let read_first = tokio::select! {
        biased;
        read = fill(&mut stdout, buffer) => Some(read),
        _ = child.wait() => None,
    };
    match read_first {
        Some(read) => read?,
        None => timeout(REST, fill(&mut stdout, buffer)).await.unwrap_or(Ok(()))?,
    }
    child.wait().await.map_err(|_| KeyFault::CommandFailed)
}

async fn ask_to_end(program: &mut Program) {
    if let Some(pid) = program.pid() {
        // It may have ended by itself just now.
        let _ = kill_process(pid, Signal::TERM);
    }
    let _ = timeout(TIDYING, program.child.wait()).await;
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
