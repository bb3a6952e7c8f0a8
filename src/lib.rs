//! tokenscope, a terminal operator console for one API call: *Fetch Token and Cryptogram*.
//!
//! This page is the map of the house. `a <- b` means that `b` may use `a` and never the other way round;
//! this is the outline, and `tests/layers.rs` holds every edge and reads the `use` paths of every file
//! against it.
//!
//! ```text
//! text, secret <- domain <- diagnosis <- report <- app <- view        ports <- log <- adapters
//!                 domain <- batch     <- report, app                  config (domain, log, theme)
//! theme (alone)                                <- app, view
//! runtime (batch, app, view, ports, log)   cli (domain, batch, diagnosis, report, ports, log, config, selfaudit)
//! emulator (alone) <- selfaudit (runtime)   wire (adapters, config, emulator, runtime, selfaudit, cli) <- main
//! ```
//!
//! `text`, `secret`, `domain`, `diagnosis`, `report` and `batch` are a crate of their own, [`tokenscope_core`] in `src/core`: what
//! is made of an answer, without a socket, a file or a clock, from few crates (`tests/layers.rs`), and which the profile `dist`
//! builds for speed where it builds the rest for size. They are named here as if they were modules of this crate.
//!
//! To read it in an hour: [`secret`] (what may never get out, and how that is a type), [`domain::guard`] (the one place that
//! decides about a send), [`app`] (the console without a terminal), [`runtime::console`] (the loop), [`wire`] (who stands
//! behind which port). A call of the console runs `app::update` -> `runtime::desk` (guard, key, audit row) -> `adapters::http`
//! -> `domain::exchange` (parse, mask, type) -> `diagnosis` -> `view`; a headless one runs `cli::fetch` over the same parts,
//! `cli::batch` runs many by the rules of [`batch`] (whose report the console lists at `app::browse`), and `cli::diagnose` takes a kept answer in at `domain::kept`. A merchant's
//! request comes in at `domain::clinic`, which strips it, and `diagnosis::lint` tells what is wrong with it, as it does before
//! each send.

pub use tokenscope_core::{batch, diagnosis, domain, report, secret, text};

pub mod adapters;
pub mod app;
pub mod cli;
pub mod config;
pub mod emulator;
pub mod log;
pub mod ports;
pub mod runtime;
pub mod selfaudit;
pub mod theme;
pub mod view;
pub mod wire;
