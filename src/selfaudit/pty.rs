//! A pseudo-terminal with a program on its other side, and the screen that the program's bytes make.
//!
//! Owns: opening it, replaying what comes out, waiting for something to appear. Must not know: what the program shows. Time
//! is counted in quiet moments of the terminal, so no clock is read. Tested: through `tests/self_audit.rs`.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use vt100::Parser;

use super::CannotLook;

/// A quiet moment.
const MOMENT: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

/// Between two looks at a program that has closed its terminal.
const NAP: Duration = Duration::from_millis(50);

/// Quiet moments after which nothing is expected any more: 20 seconds.
const PATIENCE: u32 = 400;

/// Cells in a row, and rows.
const SIZE: (u16, u16) = (120, 36);

/// Rows that stay readable above the screen.
const SCROLLBACK: usize = 10_000;

/// A program and its terminal. Dropping it kills the program.
pub(super) struct Pty {
    child: Child,
    terminal: File,
    parser: Parser,
    raw: Vec<u8>,
    ended: Option<ExitStatus>,
}

impl Pty {
    /// Starts the program on a terminal of its own.
    pub(super) fn start(mut command: Command) -> Result<Self, CannotLook> {
        let (terminal, program) = open().map_err(|_| CannotLook::NoTerminal)?;
        let end = || program.try_clone().map(Stdio::from);
        let (Ok(stdin), Ok(stdout), Ok(stderr)) = (end(), end(), end()) else {
            return Err(CannotLook::NoTerminal);
        };
        let child = command.stdin(stdin).stdout(stdout).stderr(stderr).spawn();
        let (columns, rows) = SIZE;
        let cells = |count| NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN);
        Ok(Self {
            child: child.map_err(|_| CannotLook::NoProgram)?,
            terminal: File::from(terminal),
            parser: Parser::new(cells(rows), cells(columns), SCROLLBACK),
            raw: Vec::new(),
            ended: None,
        })
    }

    /// Its number.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Types keys.
    pub(super) fn send(&mut self, keys: &str) -> Result<(), CannotLook> {
        self.terminal.write_all(keys.as_bytes()).map_err(|_| CannotLook::Ended)
    }

    /// Types keys one by one with a pause before each, as a person does: the console takes a burst for a paste.
    pub(super) fn press(&mut self, keys: &str) -> Result<(), CannotLook> {
        for key in keys.chars() {
            self.take_for(1)?;
            self.send(key.encode_utf8(&mut [0; 4]))?;
        }
        Ok(())
    }

    /// What is on the screen.
    pub(super) fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// The screen and all that has scrolled off it.
    pub(super) fn with_scrollback(&mut self) -> String {
        let screen = self.parser.screen_mut();
        let mut rows = Vec::new();
        for above in (1..=screen.scrollback_len()).rev() {
            screen.set_scrollback(above);
            rows.extend(screen.rows(0, u16::MAX).next());
        }
        screen.set_scrollback(0);
        rows.push(screen.contents());
        rows.join("\n")
    }

    /// Every byte that came out so far.
    pub(super) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Waits until the text is on the screen; `step` says in the error what was tried.
    pub(super) fn wait(&mut self, step: &'static str, text: &str) -> Result<(), CannotLook> {
        self.wait_until(step, |screen| screen.contains(text))
    }

    /// Waits until the screen is as wanted.
    pub(super) fn wait_until(
        &mut self,
        step: &'static str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(), CannotLook> {
        let mut quiet = 0;
        while !wanted(&self.screen()) {
            match self.take()? {
                Taken::Something => quiet = 0,
                Taken::Nothing if quiet < PATIENCE => quiet += 1,
                Taken::Nothing | Taken::End => return Err(CannotLook::Step(step)),
            }
        }
        Ok(())
    }

    /// Takes what comes until so many moments were quiet.
    pub(super) fn take_for(&mut self, moments: u32) -> Result<(), CannotLook> {
        let mut quiet = 0;
        while quiet < moments {
            match self.take()? {
                Taken::Something => {}
                Taken::Nothing => quiet += 1,
                Taken::End => return Ok(()),
            }
        }
        Ok(())
    }

    /// Waits for the end of the program and gives its exit code; `None` where a signal ended it.
    pub(super) fn wait_exit(&mut self) -> Result<Option<i32>, CannotLook> {
        for _ in 0..PATIENCE {
            if let Taken::End = self.take()? {
                std::thread::sleep(NAP);
            }
            if let Some(status) = self.child.try_wait().map_err(|_| CannotLook::Ended)? {
                self.take_for(2)?;
                self.ended = Some(status);
                return Ok(status.code());
            }
        }
        Err(CannotLook::Step("wait for the end of the console"))
    }

    /// Sends it the signal of a crash, which asks the kernel for a core file.
    pub(super) fn crash(&mut self) -> Result<(), CannotLook> {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::ABORT).map_err(|_| CannotLook::Ended)?;
        self.wait_exit().map(|_| ())
    }

    fn take(&mut self) -> Result<Taken, CannotLook> {
        let mut wanted = [PollFd::new(&self.terminal, PollFlags::IN)];
        match rustix::event::poll(&mut wanted, Some(&MOMENT)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => return Ok(Taken::Nothing),
            Ok(_) => {}
            Err(_) => return Err(CannotLook::NoTerminal),
        }
        let mut chunk = [0; 16 * 1024];
        // EIO is how Linux tells that the program's side is closed.
        let Ok(count @ 1..) = self.terminal.read(&mut chunk) else { return Ok(Taken::End) };
        let bytes = chunk.get(..count).unwrap_or_default();
        self.raw.extend_from_slice(bytes);
        self.parser.process(bytes);
        Ok(Taken::Something)
    }
}

enum Taken {
    Something,
    Nothing,
    End,
}

impl Drop for Pty {
    fn drop(&mut self) {
        if self.ended.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Our side and the program's side.
fn open() -> std::io::Result<(OwnedFd, OwnedFd)> {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    let name = ptsname(&ours, Vec::new())?;
    let flags = OFlags::NOCTTY.bits().cast_signed();
    let path = std::ffi::OsStr::from_bytes(name.to_bytes());
    let program = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)?;
    let (ws_col, ws_row) = SIZE;
    tcsetwinsize(&ours, Winsize { ws_row, ws_col, ws_xpixel: 0, ws_ypixel: 0 })?;
    Ok((ours, program.into()))
}
