//! The clock of this machine, behind its port.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::domain::calendar::Stamp;
use crate::ports::Clock;
use crate::secret::Moment;

/// The clock of this machine.
pub(super) struct SystemClock {
    start: Instant,
}

#[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
impl SystemClock {
    pub(super) fn new() -> Self {
        Self { start: Instant::now() }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
impl Clock for SystemClock {
    fn moment(&self) -> Moment {
        Moment(Instant::now().duration_since(self.start))
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
