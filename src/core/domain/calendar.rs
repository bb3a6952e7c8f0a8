//! Dates as the trade needs them: a day in a header, the month a card expires, India's clock.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::secret::month_and_year;

/// A point in time as milliseconds since 1970 (UTC). Comes in from the runtime; nothing in the core reads a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Stamp(pub i64);

impl Stamp {
    /// `2026-11-23T18:20:05Z`, whole seconds.
    pub fn utc(self) -> String {
        Timestamp::from_second(self.0.div_euclid(1_000)).unwrap_or_default().to_string()
    }

    /// Reads [`Stamp::utc`] and [`Stamp::utc_to_the_millisecond`].
    pub fn of_utc(text: &str) -> Option<Self> {
        text.parse::<Timestamp>().ok().map(|instant| Self(instant.as_millisecond()))
    }

    /// `2026-11-23T18:20:05.123Z`, for where several things happen in one second.
    pub fn utc_to_the_millisecond(self) -> String {
        self.instant().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
    }

    /// The date in India, by whose clock the API's cards expire (contract/domain.md, section 3: "end of month, IST").
    pub fn date_in_india(self) -> Date {
        let india = Offset::from_seconds(19_800).unwrap_or(Offset::UTC);
        india.to_datetime(self.instant()).date()
    }

    fn instant(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or_default()
    }
}

/// Whether a text is a real calendar day, `YYYY-MM-DD`: the form of the header `version`.
pub fn is_day(text: &str) -> bool {
    let is_in_place =
        |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(is_in_place) && date(text).is_some()
}

/// The day of digits in their places. A batch asks for one with each row, so it is not read as any of the ways to write a day.
fn date(text: &str) -> Option<Date> {
    let (year, month, day) = (text.get(..4)?, text.get(5..7)?, text.get(8..)?);
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Month and year of an expiry, as the contract writes them: month 01-12, year of four digits (two are accepted).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// Full year.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

impl Expiry {
    /// Reads an expiry; `None` where it is no month and year.
    pub fn read(month: &str, year: &str) -> Option<Self> {
        month_and_year(month, year).map(|(month, year)| Self { year, month })
    }

    /// Whether the last day of the month is over.
    pub fn is_over(self, today: Date) -> bool {
        (today.year(), today.month()) > (self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_real_day() {
        assert!(is_day("2023-01-01"));
        for text in [
            "2023-1-1",
            "2023-02-30",
            "2023-13-01",
            "2023-+1-01",
            "+023-01-01",
            "today",
            "2023-01-01T00:00",
            "20230101",
            "",
        ] {
            assert!(!is_day(text), "{text}");
        }
    }

    #[test]
    fn a_token_is_good_until_the_end_of_its_month() {
        let expiry = Expiry::read("11", "2029").unwrap();
        assert!(!expiry.is_over(jiff::civil::date(2029, 11, 30)));
        assert!(expiry.is_over(jiff::civil::date(2029, 12, 1)));
        assert_eq!(Expiry::read("1", "29"), Some(Expiry { year: 2029, month: 1 }));
        for (month, year) in [("13", "2029"), ("00", "2029"), ("", ""), ("1x", "2029"), ("01", "229")] {
            assert_eq!(Expiry::read(month, year), None);
        }
    }

    #[test]
    fn a_time_is_written_with_three_digits_of_its_second() {
        for (at, written) in [(1_700_000_000_007, "22:13:20.007Z"), (1_700_000_000_000, "22:13:20.000Z")] {
            assert_eq!(Stamp(at).utc_to_the_millisecond(), format!("2023-11-14T{written}"));
            assert_eq!(Stamp::of_utc(&Stamp(at).utc_to_the_millisecond()), Some(Stamp(at)));
        }
    }

    #[test]
    fn a_second_that_is_not_over_is_written_as_it_began() {
        for (at, written) in
            [(0, "1970-01-01T00:00:00Z"), (999, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z")]
        {
            assert_eq!(Stamp(at).utc(), written);
        }
    }

    #[test]
    fn the_day_is_taken_in_india() {
        let late_in_utc = Stamp(1_893_436_200_000 - 1_000 * 60);
        assert_eq!(late_in_utc.utc(), "2029-12-31T18:29:00Z");
        assert_eq!(late_in_utc.date_in_india(), jiff::civil::date(2029, 12, 31));
        assert_eq!(Stamp(1_893_436_200_000).date_in_india(), jiff::civil::date(2030, 1, 1));
    }
}
