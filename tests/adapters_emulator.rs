//! The emulator over real sockets: every refusal, every scenario, its start and its end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::format_push_string,
    unreachable_pub,
    missing_docs,
    reason = "a test fails by panicking, and its modules are no library"
)]

#[path = "adapters_emulator/fakes.rs"]
mod fakes;
#[path = "adapters_emulator/life.rs"]
mod life;
#[path = "adapters_emulator/raw.rs"]
mod raw;
#[path = "adapters_emulator/refusals.rs"]
mod refusals;
#[path = "adapters_emulator/scenarios.rs"]
mod scenarios;
#[path = "adapters_emulator/transport.rs"]
mod transport;

use tokenscope::emulator::{Emulator, Options};

fn emulator() -> Emulator {
    Emulator::start(Options::default()).expect("the emulator starts")
}
