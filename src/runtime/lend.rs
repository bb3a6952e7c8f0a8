//! Lending the terminal: to a command that asks for a PIN, or to our own prompt without echo.
//!
//! Owns the order in which reader, screen and signals let go and take hold again. Must not know who
//! borrows. Tested in `tests/pty_terminal.rs` with type-ahead for the borrower and for the console.

use std::io;

use super::input::Input;
use super::signals::{Cause, Signals};
use super::terminal::Terminal;
use super::tty::{self, SavedModes};

/// How a loan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lent<T> {
    /// The borrower is done, and the console has the terminal again; its next frame is drawn whole.
    Returned(T),
    /// The process has to end; the terminal was not taken back, and the borrower was dropped.
    Ended(Cause),
}

/// Runs `borrower` while it has the terminal to itself, in the modes that the console found.
///
/// Whatever the borrower leaves the modes at, they are brought back before the console takes the
/// terminal again: else a command that was killed while it hid its echo would decide what the console
/// restores when it quits. Dropping the future leaves the terminal restored and the reader stopped.
///
/// # Errors
/// The terminal is gone.
pub async fn lend<T>(
    terminal: &mut Terminal,
    input: &mut Input,
    signals: &mut Signals,
    borrower: impl Future<Output = T>,
) -> io::Result<Lent<T>> {
    input.stop().await;
    terminal.leave();
    let modes = SavedModes::of(tty::open()?)?;
    let lent = tokio::select! {
        biased;
        cause = signals.ended_while_lent() => Lent::Ended(cause),
        value = borrower => Lent::Returned(value),
    };
    drop(modes);
    if let Lent::Returned(_) = lent {
        signals.forget_keyboard();
        terminal.enter()?;
        input.restart()?;
    }
    Ok(lent)
}
