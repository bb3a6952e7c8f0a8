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
//!
//! The keymap belongs to what the console knows: what a key means, what it is called in a sentence and what the palette finds
//! are one table, and the user may have changed it.

pub mod browse;
pub mod call;
pub mod effect;
pub mod event;
pub mod form;
pub mod intent;
pub mod keymap;
pub mod line;
pub mod mouse;
pub mod narrow;
pub mod overlay;
pub mod palette;
pub mod probe;
mod recall;
pub mod search;
pub mod session;
pub mod stage;
pub mod state;
pub mod stopwatch;
mod undo;
mod update;
pub mod why;

pub use update::{PAGE as FIRST_ROWS, PURGE_WORD, TRIES, pass, update};
