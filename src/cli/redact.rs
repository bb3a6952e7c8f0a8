//! `redact`: a kept answer, masked as the console masks it, offline.

use std::io::Read;

use super::args::RedactArgs;
use super::{REFUSED, UNREADABLE, complain, input, print};
use crate::domain::exchange::Cover;
use crate::domain::kept::Kept;
use crate::report;

/// Masks and returns the exit code (INTERFACE, "Exit codes"). What cannot be parsed is not printed at all: nothing would be
/// known of what is secret in it.
pub fn run(args: &RedactArgs, stdin: impl Read) -> u8 {
    let bytes = match input::read(&args.file, stdin) {
        Ok(bytes) => bytes,
        Err(unread) => {
            complain(&format!("nothing was masked: {}", unread.sentence("answer")));
            return REFUSED;
        }
    };
    let kept = Kept::read(&bytes);
    match Cover::of(&kept.reply()) {
        Ok(cover) => print(&report::cover(kept.status, &cover).text()),
        Err(fault) => {
            complain(&format!(
                "nothing was masked, and so nothing is shown. {}. {}",
                fault.what(),
                fault.next()
            ));
            UNREADABLE
        }
    }
}
