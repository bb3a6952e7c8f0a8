//! The clock by which keys are told from a paste: it runs only while the reader waits and there is nothing to read.
//!
//! Time of handling would not do: bytes of one paste that lie before and behind a slow frame are handled far apart, and the
//! one behind it would pass for a person's key. Between two such bytes this clock hardly moves, as the second is there at
//! once when the reader looks again. It never runs faster than time, so a person's keys are at worst taken for a paste.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::secret::Moment;

/// The clock.
#[derive(Debug, Default)]
pub(super) struct Quiet {
    waited: Duration,
    since: Option<Instant>,
}

impl Quiet {
    /// The reader looks, and there is nothing yet.
    pub(super) fn look(&mut self, now: Instant) {
        self.since.get_or_insert(now);
    }

    /// Something came: at this instant, where that is known; a reader who did not look has not waited.
    pub(super) fn came(&mut self, at: Option<Instant>) {
        let since = self.since.take();
        if let (Some(since), Some(at)) = (since, at) {
            self.waited += at.saturating_duration_since(since);
        }
    }

    /// What it shows.
    pub(super) fn moment(&self) -> Moment {
        Moment(self.waited)
    }
}

/// When the reader's thread found something, told by that thread: the loop may come to look much later.
#[derive(Debug, Default)]
pub(super) struct Found(Mutex<Option<Instant>>);

impl Found {
    /// Something is there; the first word counts.
    pub(super) fn tell(&self, at: Instant) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(at);
    }

    /// When it was found, once.
    pub(super) fn take(&self) -> Option<Instant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The instant that it is.
#[expect(clippy::disallowed_methods, reason = "only differences of it are used, and only here")]
pub(super) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STALL: Duration = Duration::from_millis(500);
    const HOP: Duration = Duration::from_micros(200);

    #[test]
    fn a_byte_that_lay_there_while_the_console_was_busy_comes_right_behind_the_one_before() {
        let (mut quiet, start) = (Quiet::default(), now());
        quiet.look(start);
        quiet.came(Some(start + STALL));
        let first = quiet.moment();
        // The first key is handled slowly; then the reader looks again and the second is there.
        let again = start + STALL + STALL;
        quiet.look(again);
        quiet.came(Some(again + HOP));
        assert_eq!(quiet.moment().since(first), HOP);
    }

    #[test]
    fn what_the_loop_takes_late_came_when_the_readers_thread_found_it() {
        let (mut quiet, found, start) = (Quiet::default(), Found::default(), now());
        quiet.look(start);
        found.tell(start + HOP);
        found.tell(start + STALL);
        quiet.look(start + STALL);
        quiet.came(found.take());
        assert_eq!((quiet.moment(), found.take()), (Moment(HOP), None));
    }

    #[test]
    fn a_persons_keys_are_as_far_apart_as_the_reader_waited() {
        let (mut quiet, start) = (Quiet::default(), now());
        quiet.look(start);
        quiet.came(Some(start));
        quiet.look(start + HOP);
        quiet.look(start + STALL);
        quiet.came(Some(start + HOP + STALL));
        assert_eq!(quiet.moment(), Moment(STALL));
    }
}
