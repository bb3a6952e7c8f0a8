//! tokenscope, a terminal operator console for one API call: *Fetch Token and Cryptogram*.
//!
//! This page is the map of the house. `a <- b` means that `b` may use `a` and never the other way round;
//! `tests/layers.rs` holds the same table and reads the `use` paths of every file against it.
//!
//! ```text
//! text, secret <- domain <- diagnosis <- report <- app <- view        ports <- adapters
//!                                                  app <- keymap      config (domain)
//! runtime (app, view, keymap, ports)   cli (domain, diagnosis, report, ports, config)
//! emulator (alone)                     wire (adapters, config, emulator, runtime, cli) <- main
//! ```

pub mod adapters;
pub mod app;
pub mod cli;
pub mod config;
pub mod diagnosis;
pub mod domain;
pub mod emulator;
pub mod keymap;
pub mod ports;
pub mod report;
pub mod runtime;
pub mod secret;
pub mod text;
pub mod view;
pub mod wire;
