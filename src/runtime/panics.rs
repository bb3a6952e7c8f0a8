//! What a panic leaves behind: a restored terminal, and one line that holds no payload.
//!
//! A payload is built of whatever the failing code had at hand, so it is never printed, nor is a
//! backtrace. The line is printed once: the first panic is the cause, later ones its echoes. A panic on
//! a thread does not end the process by itself, so the loop waits on [`raised`]. Tested in
//! `tests/pty_terminal.rs` on the main thread and on another.

use std::io::{self, Write};
use std::panic::{Location, PanicHookInfo, catch_unwind, set_hook};
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use super::terminal;
use crate::log::source_file;

/// The code in the line: what support asks for first.
pub const CODE: &str = "E-PANIC";

/// The exit code of a fault of ours.
pub const EXIT_CODE: u8 = 1;

static HAPPENED: AtomicBool = AtomicBool::new(false);
static RAISED: Notify = Notify::const_new();

/// Puts the hook in place of the standard one, for every thread.
pub fn install() {
    set_hook(Box::new(report));
}

/// Whether any thread has panicked since the start.
pub fn happened() -> bool {
    HAPPENED.load(Ordering::SeqCst)
}

/// Resolves when any thread has panicked: the terminal is restored then, and the loop has to end.
pub async fn raised() {
    let raised = RAISED.notified();
    if !happened() {
        raised.await;
    }
}

/// Runs the program; a panic, here or on a thread meanwhile, makes it end with [`EXIT_CODE`].
pub fn guard(run: impl FnOnce() -> u8) -> u8 {
    match catch_unwind(std::panic::AssertUnwindSafe(run)) {
        Ok(code) if !happened() => code,
        _ => EXIT_CODE,
    }
}

fn report(panic: &PanicHookInfo<'_>) {
    terminal::restore();
    if !HAPPENED.swap(true, Ordering::SeqCst) {
        let line = sentence(panic.location());
        // In one write, so that nothing comes between; and there may be nobody left to read it.
        let _ = io::stderr().write_all(line.as_bytes());
    }
    RAISED.notify_waiters();
}

fn sentence(location: Option<&Location<'_>>) -> String {
    let place = location.map_or_else(
        || "an unknown place".to_owned(),
        |at| format!("{}:{}:{}", source_file(at.file()), at.line(), at.column()),
    );
    format!("tokenscope: a fault of its own at {place} ended it ({CODE}); please report this line.\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_names_the_place_and_the_code_and_is_one() {
        let line = sentence(Some(Location::caller()));
        assert!(line.contains("src/runtime/panics.rs:") && line.contains(CODE), "{line}");
        assert_eq!(line.matches('\n').count(), 1, "{line}");
    }
}
