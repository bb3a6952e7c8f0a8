//! The only place where time, tasks and the terminal meet.
//!
//! Owns the terminal (what is switched on and how it is switched off again), the bytes that come in
//! from it, the signals of the process, and the process's own hardening. Must not know what a key
//! means or what a screen shows: events go up as they came, frames come down as closures.
//!
//! ```text
//! tty <- terminal (frames) <- panics          signals        process
//! tty <- input (quiet, private, rejoin), prompt  lend (terminal, input, signals)
//! ```
//!
//! Tested on a real pty in `tests/pty_terminal.rs`; what can be judged without one is tested beside
//! the code.

pub mod console;
mod copy;
pub mod desk;
pub mod disk;
pub mod frames;
pub mod input;
pub mod keys;
pub mod lend;
pub mod panics;
mod private;
pub mod process;
pub mod prompt;
mod quiet;
mod rejoin;
pub mod reload;
mod shelf;
pub mod signals;
pub mod terminal;
pub mod tty;
