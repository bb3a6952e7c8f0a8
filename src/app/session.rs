//! How long the calls of this session took: the last ones, in constant memory.
//!
//! Must not know: how it is drawn. Tested: below; `tests/screens_layout.rs`, by calls that end.

use std::collections::VecDeque;
use std::time::Duration;

/// Calls that are kept; an older one goes when a new one comes.
pub const KEPT: usize = 64;

/// One call that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lap {
    /// Its whole time.
    pub took: Duration,
    /// Whether no answer of the contract came.
    pub failed: bool,
}

/// The last calls, oldest first.
#[derive(Debug, Default)]
pub struct Session {
    laps: VecDeque<Lap>,
}

impl Session {
    /// Counts a call.
    pub fn push(&mut self, lap: Lap) {
        if self.laps.len() == KEPT {
            self.laps.pop_front();
        }
        self.laps.push_back(lap);
    }

    /// The calls that are kept, oldest first.
    pub fn laps(&self) -> impl ExactSizeIterator<Item = &Lap> {
        self.laps.iter()
    }

    /// How many of them failed.
    pub fn failed(&self) -> usize {
        self.laps.iter().filter(|lap| lap.failed).count()
    }

    /// The time within which so many of a hundred calls ended (nearest rank); `None` without a call.
    pub fn percentile(&self, of_hundred: usize) -> Option<Duration> {
        let mut times: Vec<Duration> = self.laps.iter().map(|lap| lap.took).collect();
        times.sort_unstable();
        let rank = (times.len() * of_hundred).div_ceil(100).max(1);
        times.get(rank - 1).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(millis: impl IntoIterator<Item = u64>) -> Session {
        let mut session = Session::default();
        millis
            .into_iter()
            .for_each(|ms| session.push(Lap { took: Duration::from_millis(ms), failed: ms > 90 }));
        session
    }

    fn percentiles(session: &Session) -> [Option<u128>; 2] {
        [50, 95].map(|of| session.percentile(of).map(|time| time.as_millis()))
    }

    #[test]
    fn half_and_most_of_the_calls_ended_within_the_percentiles() {
        assert_eq!(percentiles(&session([])), [None, None]);
        assert_eq!(percentiles(&session([7])), [Some(7), Some(7)]);
        assert_eq!(percentiles(&session([30, 10, 20])), [Some(20), Some(30)]);
        assert_eq!(percentiles(&session((1..=20).rev())), [Some(10), Some(19)]);
    }

    #[test]
    fn the_last_calls_are_kept_and_no_more() {
        let session = session(1..=100);
        assert_eq!((session.laps().len(), session.failed()), (KEPT, 10));
        assert_eq!(session.laps().next().map(|lap| lap.took.as_millis()), Some(37));
    }
}
