//! The terminal device itself: which one it is, its modes, and whether it is still there.
//!
//! Must not know what is drawn or read. Device and modes are tested through their users in
//! `tests/pty_terminal.rs`; the lost terminal has a test of its own there, with SIGHUP ignored.

use std::fs::OpenOptions;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;

use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::termios::{OptionalActions, Termios};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Whether there is a terminal to draw on and one to read from.
///
/// Keys come from standard input where that is a terminal, else from `/dev/tty`, so that something
/// piped into the program does not stop the console; what is drawn needs standard output.
pub fn present() -> bool {
    rustix::termios::isatty(io::stdout()) && open().is_ok()
}

/// A descriptor of our own for the terminal that keys come from: the one that crossterm reads.
///
/// # Errors
/// Neither is standard input a terminal nor has the process a controlling one.
pub fn open() -> io::Result<OwnedFd> {
    let stdin = io::stdin();
    if rustix::termios::isatty(&stdin) {
        return stdin.as_fd().try_clone_to_owned();
    }
    Ok(OpenOptions::new().read(true).write(true).open("/dev/tty")?.into())
}

/// The controlling terminal, opened anew, so that not blocking on it changes nobody else's descriptor
/// (a duplicate would share the flag with the shell that started us).
///
/// # Errors
/// The process has no controlling terminal.
pub fn open_apart() -> io::Result<OwnedFd> {
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    Ok(OpenOptions::new().read(true).write(true).custom_flags(flags).open("/dev/tty")?.into())
}

/// Cells of a row, and rows.
///
/// # Errors
/// It is no terminal, or it is gone.
pub fn size(tty: impl AsFd) -> io::Result<Size> {
    let size = rustix::termios::tcgetwinsize(tty)?;
    Ok(Size::new(size.ws_col, size.ws_row))
}

/// Whether the terminal has bytes that nobody has read yet.
pub fn has_unread(tty: impl AsFd) -> bool {
    rustix::io::ioctl_fionread(tty).is_ok_and(|count| count > 0)
}

/// Registers a descriptor of the terminal with the runtime, which must have I/O.
///
/// # Errors
/// The platform cannot watch a terminal.
#[expect(
    deprecated,
    reason = "its successor is unsafe; ours owns its descriptor, which is what that one wants promised"
)]
pub fn register(tty: OwnedFd, interest: Interest) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(tty, interest)
}

/// Writes all of `bytes`, waiting where the descriptor does not block: another program may have left
/// the shared terminal in that mode.
///
/// # Errors
/// The terminal is gone.
pub fn write_all(tty: BorrowedFd<'_>, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(tty, bytes) {
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => wait_writable(tty)?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn wait_writable(tty: BorrowedFd<'_>) -> io::Result<()> {
    let mut wanted = [PollFd::from_borrowed_fd(tty, PollFlags::OUT)];
    match rustix::event::poll(&mut wanted, None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The modes of the terminal as they were; dropping it brings them back.
///
/// Changes take effect at once (`TCSANOW`): the other ways throw away what was typed ahead.
#[derive(Debug)]
pub struct SavedModes {
    tty: OwnedFd,
    modes: Termios,
}

impl SavedModes {
    /// Keeps the modes that `tty` has now.
    ///
    /// # Errors
    /// `tty` is no terminal, or it is gone.
    pub fn of(tty: OwnedFd) -> io::Result<Self> {
        let modes = rustix::termios::tcgetattr(&tty)?;
        Ok(Self { tty, modes })
    }

    /// Changes the modes until this is dropped.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn change(&self, alter: impl FnOnce(&mut Termios)) -> io::Result<()> {
        let mut modes = self.modes.clone();
        alter(&mut modes);
        Ok(rustix::termios::tcsetattr(&self.tty, OptionalActions::Now, &modes)?)
    }
}

impl Drop for SavedModes {
    fn drop(&mut self) {
        // A terminal that is gone has no modes to bring back.
        let _ = rustix::termios::tcsetattr(&self.tty, OptionalActions::Now, &self.modes);
    }
}

/// Watches for the loss of the terminal (its window closed, its connection cut).
///
/// Needed beside SIGHUP, which may be ignored or go to another process of the session: crossterm
/// reports nothing then, and its reader thread spins on the dead descriptor. Must live inside a
/// tokio runtime with I/O.
#[derive(Debug)]
pub struct Lost {
    tty: AsyncFd<OwnedFd>,
}

impl Lost {
    /// Starts to watch.
    ///
    /// # Errors
    /// There is no terminal, or the platform cannot watch one.
    pub fn watch() -> io::Result<Self> {
        Ok(Self { tty: register(open()?, LOSS)? })
    }

    /// Resolves when the terminal is lost, and at once ever after. Dropping the future loses nothing.
    pub async fn wait(&self) {
        while let Ok(mut ready) = self.tty.ready(LOSS).await {
            if hung_up(self.tty.get_ref().as_fd()) {
                return;
            }
            ready.clear_ready();
            // A hang-up is told once and stays told: were it none, others would have to get their turn.
            tokio::task::yield_now().await;
        }
    }
}

/// What a loss is told with, besides the hang-up that always is. Where there is a choice, not with what a key is told with too,
/// which would wake the console twice.
#[cfg(target_os = "linux")]
const LOSS: Interest = Interest::PRIORITY;

/// What a loss is told with.
#[cfg(not(target_os = "linux"))]
const LOSS: Interest = Interest::ERROR;

/// Asks the device itself, so that no spurious readiness can end the console.
fn hung_up(tty: BorrowedFd<'_>) -> bool {
    let mut asked = [PollFd::from_borrowed_fd(tty, PollFlags::empty())];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    let answered = rustix::event::poll(&mut asked, Some(&at_once));
    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    answered.is_ok() && asked.iter().any(|fd| fd.revents().intersects(gone))
}
