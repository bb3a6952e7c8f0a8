//! What is left in the memory of the real console: the real binary in a real pty, looked into from outside by the scanner of
//! [`tokenscope::selfaudit`], against servers in processes of their own.
//!
//! A test build lets its user look; a release build lets root alone, so the tests of one are ignored and name it by a variable
//! (README, "What is kept").
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::format_collect,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and measures real time"
)]

#[path = "memory/answers.rs"]
mod answers;
#[path = "memory/bench.rs"]
mod bench;
mod child;
mod console;
#[path = "memory/hardened.rs"]
mod hardened;
mod hostile;
#[path = "memory/keys.rs"]
mod keys;
#[path = "memory/scanner.rs"]
mod scanner;
#[path = "memory/secrets.rs"]
mod secrets;
#[path = "memory/server.rs"]
mod server;
mod support;
