//! The console without a terminal: what it knows, what happens to it, what it wants done.
//!
//! `update(&mut State, Event) -> Vec<Effect>`: time comes in with the event, effects are plain data, and nothing here does
//! I/O or reads a clock. Must not know: ratatui, tokio, HTTP, SQL. Tested: `tests/update*.rs`, without a terminal.
//!
//! ```text
//!  key -> keymap -> Intent --+                            +--> Effect::Send --> guard, key, audit, gateway --+
//!                            v                            |                                                  |
//!  reply, timer, signal -> Event -> update(&mut State) ---+--> Effect::Audit, Record, Export, Copy, Quit, .. |
//!                            ^                                                                               |
//!                            +------------------- Event::Admitted, Barred, Replied, Audited <----------------+
//! ```

pub mod browse;
pub mod call;
pub mod effect;
pub mod event;
pub mod form;
pub mod intent;
pub mod line;
pub mod overlay;
pub mod probe;
pub mod state;
pub mod stopwatch;
mod update;

pub use update::{PAGE as FIRST_ROWS, TRIES, pass, update};
