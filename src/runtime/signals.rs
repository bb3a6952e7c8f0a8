//! Signals of the process as typed events.
//!
//! Every one that would end the process or stop it is caught, because the default of each leaves the
//! alternate screen on. A resize is not here: crossterm reports it among the input. Must not know the
//! terminal. Tested in `tests/pty_terminal.rs`, each signal against the terminal it leaves behind.

use std::io;

use futures_util::FutureExt;
use rustix::process::{Signal as Number, getpid, kill_current_process_group, kill_process};
use tokio::signal::unix::{Signal as Arrivals, SignalKind, signal};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signalled {
    /// To end, with the terminal restored.
    Ended(Cause),
    /// To step aside: leave the terminal, then [`stop_self`].
    Suspended,
    /// We run again: take the terminal and paint all of it.
    Resumed,
}

/// The signal that asks to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// SIGTERM.
    Terminate,
    /// SIGHUP: the terminal's connection is gone, or its shell has ended.
    HangUp,
    /// SIGINT from outside; in raw mode `^C` is a key.
    Interrupt,
    /// SIGQUIT.
    Quit,
}

impl Cause {
    /// The number of the signal, of which a shell makes the exit code 128 + n.
    pub const fn number(self) -> u8 {
        match self {
            Self::HangUp => 1,
            Self::Interrupt => 2,
            Self::Quit => 3,
            Self::Terminate => 15,
        }
    }
}

/// The signals as they arrive. Must live inside a tokio runtime with I/O.
#[derive(Debug)]
pub struct Signals {
    terminate: Arrivals,
    hang_up: Arrivals,
    interrupt: Arrivals,
    quit: Arrivals,
    stop: Arrivals,
    resume: Arrivals,
}

impl Signals {
    /// Starts to listen; from here on none of them has its default effect, for the life of the process.
    ///
    /// # Errors
    /// The runtime has no I/O.
    pub fn listen() -> io::Result<Self> {
        let raw = |number: Number| signal(SignalKind::from_raw(number.as_raw()));
        Ok(Self {
            terminate: raw(Number::TERM)?,
            hang_up: raw(Number::HUP)?,
            interrupt: raw(Number::INT)?,
            quit: raw(Number::QUIT)?,
            stop: raw(Number::TSTP)?,
            resume: raw(Number::CONT)?,
        })
    }

    /// The next signal. Dropping the future loses none.
    pub async fn next(&mut self) -> Signalled {
        tokio::select! {
            biased;
            _ = self.terminate.recv() => Signalled::Ended(Cause::Terminate),
            _ = self.hang_up.recv() => Signalled::Ended(Cause::HangUp),
            _ = self.interrupt.recv() => Signalled::Ended(Cause::Interrupt),
            _ = self.quit.recv() => Signalled::Ended(Cause::Quit),
            _ = self.stop.recv() => Signalled::Suspended,
            _ = self.resume.recv() => Signalled::Resumed,
        }
    }

    /// Resolves when the process has to end although its terminal is lent. What the keyboard sends to the
    /// whole foreground group is meant for the borrower: `^C` and `^\` are dropped, `^Z` stops us with it.
    pub async fn ended_while_lent(&mut self) -> Cause {
        loop {
            match self.next().await {
                Signalled::Ended(cause @ (Cause::Terminate | Cause::HangUp)) => return cause,
                Signalled::Suspended => stop_self(),
                Signalled::Ended(Cause::Interrupt | Cause::Quit) | Signalled::Resumed => {}
            }
        }
    }

    /// Drops what the keyboard sent to a borrower that may have ended of it. To be called once raw mode is
    /// on again: the kernel changes modes only between two keyboard signals, so all of them are sent by
    /// then. Yielding lets the runtime see those that have arrived and were not handed on yet.
    pub async fn forget_keyboard(&mut self) {
        for _ in 0..YIELDS {
            tokio::task::yield_now().await;
        }
        let _ = self.interrupt.recv().now_or_never();
        let _ = self.quit.recv().now_or_never();
    }
}

/// One lets the runtime look at its signals; one more for a handler that ran on another thread.
const YIELDS: usize = 2;

/// Stops this process until SIGCONT, after which [`Signals::next`] says [`Signalled::Resumed`].
pub fn stop_self() {
    // Nobody can lack the right to stop themselves.
    let _ = kill_process(getpid(), Number::STOP);
}

/// Stops the whole process group: for `^Z` as a key, where a shell script or another wrapper may wait
/// for us in the same group; stopping only ourselves would leave the user with a dead terminal.
pub fn stop_group() {
    let _ = kill_current_process_group(Number::STOP);
}
