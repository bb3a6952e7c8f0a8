//! The world behind the ports: one module a port, each the only place that knows its library.
//!
//! Owns: sockets, files, processes. Must not know: screens, keys pressed, the state of the console, or each other (but for
//! [`private`], which makes the files of all, and `programs`, which starts other programs). An adapter takes and gives types
//! of `domain`, `secret` and `log` only, and no text of a library leaves it. Tested: over real sockets, files and processes in
//! `tests/adapters_*.rs`.

pub mod book;
pub mod clipboard;
pub mod export;
pub mod http;
pub mod keys;
pub mod log;
pub mod private;
mod programs;
pub mod shelf;
pub mod sqlite;
