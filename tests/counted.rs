//! What of the speed can be counted instead of timed, so that no load and no machine changes it: context switches at rest,
//! bytes for a key, keys left unread, memory, instructions.
//!
//! The real binary in a real pty, but for the instructions, which valgrind counts. `-- --nocapture` shows the figures. The
//! memory of a batch is counted in `tests/cli_batch.rs`, that of the report of one in `tests/session_report.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::format_push_string,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and prepares its own files"
)]

mod console;
mod support;

#[path = "counted/instructions.rs"]
mod instructions;
#[path = "counted/keys.rs"]
mod keys;
#[path = "counted/memory.rs"]
mod memory;
#[path = "counted/rest.rs"]
mod rest;
#[path = "counted/world.rs"]
mod world;
