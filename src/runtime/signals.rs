//! Signals of the process as typed events.
//!
//! Every one that would end the process or stop it is caught, because the default of each leaves the
//! alternate screen on. A resize is not here: crossterm reports it among the input. Must not know the
//! terminal. Tested in `tests/pty_terminal.rs`, each signal against the terminal it leaves behind.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use rustix::process::{Signal as Number, getpid, kill_current_process_group, kill_process};
use tokio::signal::unix::{Signal as Arrivals, SignalKind, signal};
use tokio::time::Sleep;

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

/// The signals as they arrive. Must live inside a tokio runtime with I/O and time.
#[derive(Debug)]
pub struct Signals {
    terminate: Arrivals,
    hang_up: Arrivals,
    interrupt: Arrivals,
    quit: Arrivals,
    stop: Arrivals,
    resume: Arrivals,
    /// Running after a loan, see [`Self::forget_keyboard`].
    echo: Option<Pin<Box<Sleep>>>,
}

impl Signals {
    /// Starts to listen; from here on none of them has its default effect, for the life of the process.
    ///
    /// # Errors
    /// The runtime has no I/O.
    pub fn listen() -> io::Result<Self> {
        let raw = |number: Number| signal(SignalKind::from_raw(number.as_raw()));
        // Nobody waits for this one: a write beyond the user's limit (`ulimit -f`) has to fail like one on a full disk
        // instead of ending us.
        drop(raw(Number::XFSZ)?);
        Ok(Self {
            terminate: raw(Number::TERM)?,
            hang_up: raw(Number::HUP)?,
            interrupt: raw(Number::INT)?,
            quit: raw(Number::QUIT)?,
            stop: raw(Number::TSTP)?,
            resume: raw(Number::CONT)?,
            echo: None,
        })
    }

    /// The next signal. Dropping the future loses none.
    pub async fn next(&mut self) -> Signalled {
        loop {
            tokio::select! {
                biased;
                _ = self.terminate.recv() => return Signalled::Ended(Cause::Terminate),
                _ = self.hang_up.recv() => return Signalled::Ended(Cause::HangUp),
                () = over(&mut self.echo) => self.echo = None,
                _ = self.interrupt.recv() => if self.echo.is_none() {
                    return Signalled::Ended(Cause::Interrupt);
                },
                _ = self.quit.recv() => if self.echo.is_none() {
                    return Signalled::Ended(Cause::Quit);
                },
                _ = self.stop.recv() => return Signalled::Suspended,
                _ = self.resume.recv() => return Signalled::Resumed,
            }
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

    /// To be called when a borrower has given the terminal back: it may have ended of a `^C` that the
    /// keyboard sent to both of us, and ours may still be under way. For a moment, interrupts are dropped.
    /// In raw mode the keyboard sends none, so all that can be missed is one sent by hand just then.
    pub fn forget_keyboard(&mut self) {
        self.echo = Some(Box::pin(tokio::time::sleep(ECHO)));
    }
}

/// How long after a loan an interrupt is taken for the borrower's: far more than a loaded machine takes
/// to deliver one signal to two processes.
const ECHO: Duration = Duration::from_millis(500);

/// Resolves when the time is over; never where there is none.
async fn over(echo: &mut Option<Pin<Box<Sleep>>>) {
    match echo {
        Some(sleep) => sleep.as_mut().await,
        None => std::future::pending().await,
    }
}

/// Resolves when a signal asks to end; for a command without a screen. `ready` is called once signals are listened to: who
/// waits for what it prints may send one right then.
pub async fn ended(ready: impl FnOnce()) {
    let Ok(mut signals) = Signals::listen() else { return };
    ready();
    loop {
        match signals.next().await {
            Signalled::Ended(_) => return,
            Signalled::Suspended => stop_self(),
            Signalled::Resumed => {}
        }
    }
}

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
