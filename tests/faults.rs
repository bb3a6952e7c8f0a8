//! The disk fails: every call that history, audit trail, exports and log make to the file system, one run for each.
//!
//! The real code on real files, in a process of its own whose calls meet `faults/shim.c` on their way to the kernel.
//! A dry run learns which calls there are; then each of them fails once. `-- --ignored --nocapture` runs them with
//! every kind of failure and prints how many there were.
#![cfg(all(target_os = "linux", target_env = "gnu"))]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod child;
mod console;
#[path = "faults/each_call.rs"]
mod each_call;
#[path = "faults/fetch.rs"]
mod fetch;
#[path = "faults/full.rs"]
mod full;
#[path = "faults/shim.rs"]
mod shim;
mod support;
#[path = "faults/work.rs"]
mod work;
