//! What the test crates share: a program in a real pty, and what the kernel says of a process.
//!
//! Each test crate takes it in with `mod support;`. It waits on conditions with a deadline and never on
//! a bare sleep, and knows nothing of what the program under test shows.
#![allow(dead_code, unreachable_pub, reason = "each test crate uses its own part")]
#![allow(clippy::disallowed_methods, reason = "a deadline of a test is real time")]

pub mod proc;
pub mod pty;
pub mod script;
pub mod terminal;

pub use pty::{Launch, Pty};

use std::time::{Duration, Instant};

/// How long a condition may take to come true. Generous: a loaded machine is no failure.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// The nap between two looks at something that cannot notify.
const NAP: Duration = Duration::from_millis(2);

/// Looks until `condition` answers, and fails the test with `what` after the deadline.
pub fn eventually<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = condition() {
            return answer;
        }
        assert!(start.elapsed() < DEADLINE, "never came true: {what}");
        std::thread::sleep(NAP);
    }
}
