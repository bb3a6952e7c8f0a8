//! How fast calls leave: a token bucket, and slower for all of them once the API asks for it.

use std::time::Duration;

use crate::secret::Moment;

/// The longest pause that is kept because the API asks for one.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// The pause after the first 429 that names no time; each further one in a row doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// So many calls for each that may be under way have to end well before one more is.
const CALM: usize = 10;

/// When the next call may leave, and how many may be under way.
#[derive(Debug, Clone)]
pub struct Pace {
    most: usize,
    width: usize,
    /// Time that a call costs of the bucket; zero without a rate.
    gap: Duration,
    /// When the bucket is full again.
    full_at: Moment,
    paused_until: Moment,
    /// Answers of 429 in a row.
    refused: u32,
    /// Calls that ended well since the width changed.
    calm: usize,
}

impl Pace {
    /// At most so many calls under way, and so many a second where a rate is given. The first call goes alone: a wrong key
    /// costs one row then, and not a lock of the account.
    pub fn new(most: usize, per_second: Option<f64>) -> Self {
        let gap = per_second.filter(|rate| *rate > 0.0).map(|rate| Duration::from_secs_f64(1.0 / rate));
        Self {
            most: most.max(1),
            width: 1,
            gap: gap.unwrap_or_default(),
            full_at: Moment::default(),
            paused_until: Moment::default(),
            refused: 0,
            calm: 0,
        }
    }

    /// How many calls may be under way.
    pub fn width(&self) -> usize {
        self.width
    }

    /// When the next call may leave. The bucket holds as many calls as may be under way.
    pub fn ready_at(&self) -> Moment {
        let burst = u32::try_from(self.most - 1).unwrap_or(u32::MAX);
        let bucket = Moment(self.full_at.0.saturating_sub(self.gap.saturating_mul(burst)));
        bucket.max(self.paused_until)
    }

    /// A call leaves.
    pub fn left(&mut self, now: Moment) {
        self.full_at = self.full_at.max(now).plus(self.gap);
    }

    /// The first call ended, and not because of the key: the others may go.
    pub fn open(&mut self) {
        self.width = self.most;
    }

    /// A call ended well, or at least not by 429.
    pub fn calmed(&mut self) {
        self.refused = 0;
        self.calm += 1;
        if self.calm >= CALM * self.width && self.width < self.most {
            self.width += 1;
            self.calm = 0;
        }
    }

    /// The API asks for fewer calls: nothing leaves for the time that it names, and half as many at once after it.
    pub fn slow(&mut self, now: Moment, named: Option<Duration>) -> Duration {
        let doubled = FIRST_PAUSE.saturating_mul(1 << self.refused.min(6));
        let pause = named.unwrap_or(doubled).min(LONGEST_PAUSE);
        self.paused_until = self.paused_until.max(now.plus(pause));
        self.refused = self.refused.saturating_add(1);
        self.width = (self.width / 2).max(1);
        self.calm = 0;
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Moment(Duration::from_millis(millis))
    }

    /// When each of so many calls leaves, each as early as it may.
    fn departures(pace: &mut Pace, count: usize) -> Vec<u64> {
        let mut now = at(0);
        let mut all = Vec::new();
        for _ in 0..count {
            now = now.max(pace.ready_at());
            pace.left(now);
            all.push(u64::try_from(now.0.as_millis()).unwrap());
        }
        all
    }

    #[test]
    fn without_a_rate_calls_leave_as_there_is_room() {
        assert_eq!(departures(&mut Pace::new(4, None), 5), [0; 5]);
        assert_eq!(departures(&mut Pace::new(4, Some(0.0)), 5), [0; 5]);
    }

    #[test]
    fn a_rate_lets_a_first_few_go_and_then_one_at_a_time() {
        assert_eq!(departures(&mut Pace::new(3, Some(10.0)), 6), [0, 0, 0, 100, 200, 300]);
        assert_eq!(departures(&mut Pace::new(1, Some(2.0)), 3), [0, 500, 1000]);
    }

    #[test]
    fn a_bucket_that_rested_is_full_and_not_fuller() {
        let mut pace = Pace::new(2, Some(10.0));
        departures(&mut pace, 4);
        let mut leave = |now| {
            let at = pace.ready_at().max(now);
            pace.left(at);
            at
        };
        let rested = at(60_000);
        assert_eq!([leave(rested), leave(rested), leave(rested)], [rested, rested, at(60_100)]);
    }

    #[test]
    fn the_first_call_goes_alone() {
        let mut pace = Pace::new(8, None);
        assert_eq!(pace.width(), 1);
        pace.open();
        assert_eq!(pace.width(), 8);
    }

    #[test]
    fn the_api_slows_all_calls_for_the_time_it_names_but_no_longer_than_a_minute() {
        let mut pace = Pace::new(8, None);
        pace.open();
        assert_eq!(pace.slow(at(500), Some(Duration::from_secs(3))), Duration::from_secs(3));
        assert_eq!((pace.ready_at(), pace.width()), (at(3_500), 4));
        assert_eq!(pace.slow(at(500), Some(Duration::from_hours(9))), Duration::from_mins(1));
        assert_eq!(pace.slow(at(500), Some(Duration::from_secs(1))), Duration::from_secs(1));
        assert_eq!(pace.ready_at(), at(60_500), "a shorter pause does not end a longer one");
    }

    #[test]
    fn without_a_time_each_pause_in_a_row_is_twice_as_long_up_to_a_minute() {
        let mut pace = Pace::new(1, None);
        let pauses: Vec<u64> = (0..8).map(|_| pace.slow(at(0), None).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
        pace.calmed();
        assert_eq!(pace.slow(at(0), None).as_secs(), 1);
    }

    #[test]
    fn the_width_comes_back_a_call_at_a_time_and_never_beyond_what_was_asked() {
        let mut pace = Pace::new(4, None);
        pace.open();
        pace.slow(at(0), None);
        assert_eq!(pace.width(), 2);
        (0..20).for_each(|_| pace.calmed());
        assert_eq!(pace.width(), 3);
        (0..1_000).for_each(|_| pace.calmed());
        assert_eq!(pace.width(), 4);
    }
}
