//! The clock of this machine, behind its port.
//!
//! It goes on while the machine sleeps: a value that was revealed when the lid was closed must not have its seconds left when
//! it is opened, nor a confirmation its minutes. `std::time::Instant` stands still meanwhile. The loop's timers do too, so a
//! reveal ends at their next tick, within a second of waking.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};

use crate::domain::calendar::Stamp;
use crate::ports::Clock;
use crate::secret::Moment;

/// The one that counts the machine's sleep.
#[cfg(any(target_os = "linux", target_os = "android"))]
const SLEEPLESS: ClockId = ClockId::Boottime;

/// On macOS it is this one.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const SLEEPLESS: ClockId = ClockId::Monotonic;

/// The clock of this machine.
pub(super) struct SystemClock {
    start: Duration,
}

impl SystemClock {
    pub(super) fn new() -> Self {
        Self { start: since_boot() }
    }
}

fn since_boot() -> Duration {
    Duration::try_from(clock_gettime(SLEEPLESS)).unwrap_or_default()
}

impl Clock for SystemClock {
    fn moment(&self) -> Moment {
        Moment(since_boot().saturating_sub(self.start))
    }

    fn stamp(&self) -> Stamp {
        stamp()
    }
}

/// Time of day, for the log too.
#[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
pub(super) fn stamp() -> Stamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Stamp(i64::try_from(since.as_millis()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_clock_counts_the_time_that_the_machine_slept() {
        let boot = || Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap();
        let (before, here, after) = (boot(), since_boot(), boot());
        assert!(before <= here && here <= after);
    }

    #[test]
    fn it_never_goes_back() {
        let clock = SystemClock::new();
        assert!((0..1000).map(|_| clock.moment()).is_sorted());
    }
}
