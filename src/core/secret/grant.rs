//! The right to look at one field of one answer until an instant.

use std::time::Duration;

/// The longest time that a value may stay revealed (threat model, row 1).
pub const MAX_REVEAL: Duration = Duration::from_secs(30);

/// A point on the console's own clock: time since it started. Comes in with each event; nothing pure reads a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Moment(pub Duration);

impl Moment {
    /// This moment and some time more.
    #[must_use]
    pub fn plus(self, time: Duration) -> Self {
        Self(self.0.saturating_add(time))
    }

    /// The time from an earlier moment to this one; zero where that one is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// The right to see a value, capped at [`MAX_REVEAL`]. Not cloneable; minted in one place of `app::update`.
#[derive(Debug)]
pub struct Grant {
    from: Moment,
    until: Moment,
}

impl Grant {
    /// A grant from now on, for `time` or [`MAX_REVEAL`], whichever is shorter.
    pub fn mint(now: Moment, time: Duration) -> Self {
        Self { from: now, until: now.plus(time.min(MAX_REVEAL)) }
    }

    /// Whether the value may be painted now. A clock that went back ends the grant.
    pub fn is_valid(&self, now: Moment) -> bool {
        self.from <= now && now < self.until
    }

    /// When the right runs out.
    pub fn until(&self) -> Moment {
        self.until
    }

    /// Whole seconds left, rounded up, for the countdown.
    pub fn seconds_left(&self, now: Moment) -> u64 {
        self.until.since(now).as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "what a grant is can only be tested on one")]
mod tests {
    use super::*;

    const AT: Moment = Moment(Duration::from_secs(100));

    #[test]
    fn a_grant_ends_at_its_instant_and_never_lasts_longer_than_the_cap() {
        let grant = Grant::mint(AT, Duration::from_mins(10));
        assert!(grant.is_valid(AT.plus(Duration::from_millis(29_999))));
        assert!(!grant.is_valid(AT.plus(MAX_REVEAL)));
        assert_eq!(grant.until(), AT.plus(MAX_REVEAL));
    }

    #[test]
    fn a_grant_is_void_before_it_was_minted() {
        assert!(!Grant::mint(AT, MAX_REVEAL).is_valid(Moment::default()));
    }

    #[test]
    fn the_countdown_rounds_up() {
        let grant = Grant::mint(AT, Duration::from_secs(20));
        assert_eq!(grant.seconds_left(AT.plus(Duration::from_millis(1))), 20);
        assert_eq!(grant.seconds_left(AT.plus(Duration::from_millis(19_001))), 1);
    }
}
