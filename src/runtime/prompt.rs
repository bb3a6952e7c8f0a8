//! A line typed without echo, read by ourselves.
//!
//! crossterm keeps what is typed and pasted in static buffers for the life of the process; here each
//! byte goes straight into one buffer that never grows and is wiped. Only one byte is read at a time, so
//! that what was typed ahead behind the Enter stays with the terminal. To be used while the terminal is
//! lent ([`super::lend`]). The line's rules are tested here, the reading in `tests/pty_terminal.rs`.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::io::Errno;
use rustix::termios::SpecialCodeIndex;
use thiserror::Error;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use zeroize::Zeroizing;

use super::tty::{self, SavedModes};

/// The longest line that is taken, in bytes.
pub const MAX_SECRET_BYTES: usize = 4096;

/// Why there is no line.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PromptError {
    /// `^C`, or `^D` on an empty line.
    #[error("the prompt was cancelled, so nothing was taken; ask again to enter it")]
    Cancelled,
    /// Not cut, because a cut key is a wrong key.
    #[error("the line is longer than {MAX_SECRET_BYTES} bytes, so nothing was taken; enter a shorter one")]
    TooLong,
    /// Arrow keys and the like, which cannot be seen without echo.
    #[error(
        "the line holds a control key, so nothing was taken; enter it again without arrow or function keys"
    )]
    ControlKey,
    /// The terminal is gone or there is none.
    #[error("there is no terminal to ask on, so nothing was taken; start again in a terminal")]
    NoTerminal,
}

/// Shows `prompt` on the terminal and reads a line without echo.
///
/// Enter ends it, Backspace and `^U` mend it, `^C` cancels. Never blocks the runtime, and has no time
/// limit of its own; dropping the future brings the modes back. The prompt is written as it is, so it
/// must be text of ours or sanitised.
///
/// # Errors
/// See [`PromptError`].
pub async fn prompt_secret(prompt: &str) -> Result<Zeroizing<Vec<u8>>, PromptError> {
    let asked = ask(prompt).await;
    asked.unwrap_or(Err(PromptError::NoTerminal))
}

async fn ask(prompt: &str) -> io::Result<Result<Zeroizing<Vec<u8>>, PromptError>> {
    let tty = tty::open_apart()?;
    let modes = SavedModes::of(tty.try_clone()?)?;
    modes.change(|wanted| {
        wanted.make_raw();
        wanted.special_codes[SpecialCodeIndex::VMIN] = 1;
        wanted.special_codes[SpecialCodeIndex::VTIME] = 0;
    })?;
    tty::write_all(tty.as_fd(), prompt.as_bytes())?;
    let tty = tty::register(tty, Interest::READABLE)?;
    let line = read_line(&tty).await;
    tty::write_all(tty.as_fd(), b"\r\n")?;
    line
}

async fn read_line(tty: &AsyncFd<OwnedFd>) -> io::Result<Result<Zeroizing<Vec<u8>>, PromptError>> {
    let mut line = Line::new();
    loop {
        let byte = read_byte(tty).await?;
        if let Some(end) = line.take(*byte) {
            return Ok(end.map(|()| line.bytes));
        }
    }
}

/// The next byte of the terminal. Dropping the future loses nothing.
pub(super) async fn read_byte(tty: &AsyncFd<OwnedFd>) -> io::Result<Zeroizing<u8>> {
    let mut byte = Zeroizing::new([0_u8]);
    loop {
        let mut ready = tty.readable().await?;
        match ready.try_io(|tty| Ok(rustix::io::read(tty, byte.as_mut_slice())?)) {
            Ok(Ok(0)) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(Ok(_)) => {
                let [read] = *byte;
                return Ok(Zeroizing::new(read));
            }
            Ok(Err(error)) if error.raw_os_error() == Some(Errno::INTR.raw_os_error()) => {}
            Ok(Err(error)) => return Err(error),
            Err(_would_block) => {}
        }
    }
}

/// The line so far.
struct Line {
    bytes: Zeroizing<Vec<u8>>,
    flaw: Option<PromptError>,
}

impl Line {
    fn new() -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(MAX_SECRET_BYTES)), flaw: None }
    }

    /// Takes one byte; `Some` when the line has ended.
    fn take(&mut self, byte: u8) -> Option<Result<(), PromptError>> {
        match byte {
            b'\r' | b'\n' => return Some(self.flaw.map_or(Ok(()), Err)),
            CTRL_C => return Some(Err(PromptError::Cancelled)),
            CTRL_D if self.bytes.is_empty() => return Some(Err(PromptError::Cancelled)),
            BACKSPACE | DELETE => self.rub_out(),
            CTRL_U => self.start_over(),
            0..0x20 => self.flaw = self.flaw.or(Some(PromptError::ControlKey)),
            _ => self.append(byte),
        }
        None
    }

    fn append(&mut self, byte: u8) {
        if self.bytes.len() < MAX_SECRET_BYTES {
            self.bytes.push(byte);
        } else {
            self.flaw = self.flaw.or(Some(PromptError::TooLong));
        }
    }

    /// A whole character: its trailing bytes, then its first.
    fn rub_out(&mut self) {
        while let Some(byte) = self.bytes.pop() {
            if byte & 0b1100_0000 != 0b1000_0000 {
                return;
            }
        }
    }

    fn start_over(&mut self) {
        self.bytes.clear();
        self.flaw = None;
    }
}

const CTRL_C: u8 = 0x03;
const CTRL_D: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const CTRL_U: u8 = 0x15;
const DELETE: u8 = 0x7f;

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(input: &[u8]) -> Option<Result<Vec<u8>, PromptError>> {
        let mut line = Line::new();
        let end = input.iter().find_map(|byte| line.take(*byte))?;
        Some(end.map(|()| line.bytes.to_vec()))
    }

    #[test]
    fn enter_ends_the_line_and_nothing_else_does() {
        assert_eq!(typed(b"key\r"), Some(Ok(b"key".to_vec())));
        assert_eq!(typed(b"key\n"), Some(Ok(b"key".to_vec())));
        assert_eq!(typed(b"key"), None);
    }

    #[test]
    fn backspace_takes_back_a_whole_character() {
        assert_eq!(typed("aé\x7f\x08b\r".as_bytes()), Some(Ok(b"b".to_vec())));
        assert_eq!(typed(b"\x7f\x7fa\r"), Some(Ok(b"a".to_vec())));
    }

    #[test]
    fn a_line_can_be_cancelled_or_started_over() {
        assert_eq!(typed(b"key\x03"), Some(Err(PromptError::Cancelled)));
        assert_eq!(typed(b"\x04"), Some(Err(PromptError::Cancelled)));
        assert_eq!(typed(b"\x1b[Awrong\x15key\r"), Some(Ok(b"key".to_vec())));
    }

    #[test]
    fn an_unseen_control_key_refuses_the_line() {
        assert_eq!(typed(b"ke\x1b[Dy\r"), Some(Err(PromptError::ControlKey)));
    }

    #[test]
    fn a_line_over_the_cap_is_refused_not_cut_and_the_buffer_never_grows() {
        let mut longest = vec![b'k'; MAX_SECRET_BYTES];
        longest.push(b'\r');
        assert_eq!(typed(&longest).map(|end| end.map(|line| line.len())), Some(Ok(MAX_SECRET_BYTES)));
        longest.insert(0, b'k');
        assert_eq!(typed(&longest), Some(Err(PromptError::TooLong)));
        let mut line = Line::new();
        let capacity = line.bytes.capacity();
        assert_eq!(longest.iter().find_map(|byte| line.take(*byte)), Some(Err(PromptError::TooLong)));
        assert_eq!(line.bytes.capacity(), capacity);
    }
}
