//! How old the cryptogram on the screen is, and at which instants that reads differently.
//!
//! Each second for the first minute, then each minute, and still after a quarter of an hour: no source states for how long a
//! cryptogram is good (contract/domain.md, section 4), so more than "old" cannot be said. Must not know: how it is drawn.
//! Tested: `tests/update_stopwatch.rs`, instant by instant.

use std::fmt;
use std::time::Duration;

use crate::secret::Moment;

const MINUTE: u64 = 60;

/// From then on it stands still (contract/domain.md, section 4: "warn softly at 15 min, state no limit").
const OLD: u64 = 15 * MINUTE;

/// What the stopwatch shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Whole seconds, below a minute.
    Seconds(u64),
    /// Whole minutes, below a quarter of an hour.
    Minutes(u64),
    /// A quarter of an hour or more.
    Old,
}

impl Age {
    /// The age now of what came then.
    pub fn of(came: Moment, now: Moment) -> Self {
        match now.since(came).as_secs() {
            seconds @ 0..MINUTE => Self::Seconds(seconds),
            seconds @ MINUTE..OLD => Self::Minutes(seconds / MINUTE),
            _ => Self::Old,
        }
    }

    /// When it shows the next one; `None` once it stands still.
    pub fn next(self, came: Moment) -> Option<Moment> {
        let seconds = match self {
            Self::Seconds(seconds) => seconds + 1,
            Self::Minutes(minutes) => (minutes + 1) * MINUTE,
            Self::Old => return None,
        };
        Some(came.plus(Duration::from_secs(seconds)))
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(seconds) => write!(f, "{seconds} s"),
            Self::Minutes(minutes) => write!(f, "{minutes} min"),
            Self::Old => f.write_str("over 15 min old: single-use and time-bound, no source states a limit"),
        }
    }
}
