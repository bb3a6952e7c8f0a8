//! The commands without a screen: the console's sibling over the same core.
//!
//! Owns: the command line, what goes to stdout and stderr, exit codes. Must not know: adapters (they come in through the
//! ports), ratatui. Data goes to stdout, everything else to stderr as one sentence; neither ever holds a secret.
//! Tested: `tests/cli.rs`, the real binary.

pub mod args;
pub mod config;
pub mod emulator;
pub mod fetch;

use std::io::{self, Write as _};

/// Exit code: a fault of ours.
pub const OURS: u8 = 1;

/// Exit code: refused before anything was sent.
pub const REFUSED: u8 = 2;

/// Writes data to stdout. A reader that has gone is no error.
pub fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes one sentence to stderr.
pub fn complain(sentence: &str) {
    let _ = writeln!(io::stderr().lock(), "tokenscope: {sentence}");
}
