//! The commands without a screen: the console's sibling over the same core.
//!
//! Owns: the command line, what goes to stdout and stderr, exit codes. Must not know: adapters (they come in through the
//! ports), ratatui. Data goes to stdout, everything else to stderr as one sentence; neither ever holds a secret.
//! Tested: `tests/cli.rs`, the real binary.

pub mod args;
pub mod batch;
pub mod config;
pub mod diagnose;
pub mod emulator;
pub mod fetch;
pub mod history;
mod input;
pub mod lint;
pub mod manual;
pub mod paper;
pub mod redact;
pub mod tools;

use std::io::{self, ErrorKind, Write};
use std::sync::OnceLock;

use crate::secret::Masked;
use crate::text;

/// Exit code of a check that found something.
const FINDING: u8 = 1;

/// Exit code: a fault of ours.
pub const OURS: u8 = 1;

/// Exit code: refused before anything was sent.
pub const REFUSED: u8 = 2;

/// Exit code: what was read is not what it should be.
const UNREADABLE: u8 = 5;

/// Exit code: the API refused.
const API_REFUSED: u8 = 3;

/// Exit code: no whole answer.
const NO_ANSWER: u8 = 4;

/// Exit code: ended by ^C or a signal like it.
const INTERRUPTED: u8 = 130;

/// Writes data to stdout and returns the exit code of that: 0, or [`OURS`] where it could not be written. A reader that has
/// gone is no error.
pub fn print(text: &str) -> u8 {
    print_to(&mut io::stdout().lock(), &mut io::stderr(), text)
}

/// [`print`], part by part; the parts end where the reader has gone.
fn print_parts(parts: impl Iterator<Item = String>) -> u8 {
    let mut out = io::stdout().lock();
    told(&mut io::stderr(), write(&mut out, parts))
}

/// Writes one sentence to stderr. Names and paths in it come from outside, so it is sanitised as a whole.
pub fn complain(sentence: &str) {
    complain_to(&mut io::stderr(), sentence);
}

/// [`print`], with stdout and stderr as they are given.
fn print_to(out: &mut dyn Write, err: &mut dyn Write, text: &str) -> u8 {
    told(err, write(out, [text].into_iter()))
}

fn write(out: &mut dyn Write, mut parts: impl Iterator<Item = impl AsRef<[u8]>>) -> io::Result<()> {
    parts.try_for_each(|part| out.write_all(part.as_ref())).and_then(|()| out.flush())
}

/// The exit code of a write, and a sentence where it failed.
fn told(err: &mut dyn Write, written: io::Result<()>) -> u8 {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            complain_to(
                err,
                "stdout cannot be written, so the output is not whole: check the file or disk behind it",
            );
            OURS
        }
        _ => 0,
    }
}

/// [`complain`], with stderr as it is given.
fn complain_to(err: &mut dyn Write, sentence: &str) {
    let _ = if SPEAKS_JSON.get().is_some() {
        writeln!(err, "{{\"message\": {}}}", Masked::ours(sentence).json_string().text())
    } else {
        writeln!(err, "tokenscope: {}", text::clean(sentence))
    };
}

/// Set once a program reads what we print; it holds for the whole process, as stderr does.
static SPEAKS_JSON: OnceLock<()> = OnceLock::new();

/// From here on each sentence on stderr is a JSON object on a line of its own.
pub fn speak_json() {
    let _ = SPEAKS_JSON.set(());
}
