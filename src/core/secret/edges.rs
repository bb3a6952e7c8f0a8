//! What may be asked of a secret beside its facts: how it begins and ends, and whether a month is over.
//!
//! The answers are yes and no. A question is as short as what may be shown anyway (first six, last four), so that a value
//! cannot be read by asking on. Tested below.

use super::Secret;

/// The longest beginning that can be asked for.
const FIRST: usize = 6;

/// The longest end that can be asked for.
const LAST: usize = 4;

impl Secret {
    /// Whether the value begins so; never for more than six characters.
    pub fn begins_with(&self, first: &str) -> bool {
        first.chars().count() <= FIRST && self.text().starts_with(first)
    }

    /// Whether the value ends so; never for more than four characters.
    pub fn ends_with(&self, last: &str) -> bool {
        last.chars().count() <= LAST && self.text().ends_with(last)
    }
}

/// Whether month and year of an expiry lie before this year and month; `None` where they are no month and year.
pub fn is_over(month: &Secret, year: &Secret, now: (i16, i8)) -> Option<bool> {
    month_and_year(month.text(), year.text()).map(|(month, year)| now > (year, month))
}

/// Reads month and year: one or two digits from 1 to 12, and two or four digits.
pub fn month_and_year(month: &str, year: &str) -> Option<(i8, i16)> {
    let digits = |text: &str, lengths: &[usize]| {
        lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if !digits(month, &[1, 2]) || !digits(year, &[2, 4]) {
        return None;
    }
    let (month, short): (i8, i16) = (month.parse().ok()?, year.parse().ok()?);
    let year = if year.len() == 2 { 2000 + short } else { short };
    (1..=12).contains(&month).then_some((month, year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_tells_its_edges_and_no_more() {
        let token = Secret::new("4788080252078243");
        assert!(token.begins_with("478808") && token.begins_with("4") && token.ends_with("8243"));
        assert!(!token.begins_with("478809") && !token.ends_with("9426"));
        assert!(!token.begins_with("4788080") && !token.ends_with("78243"));
    }

    #[test]
    fn a_month_is_over_when_the_next_one_has_come() {
        let over = |month, year, now| is_over(&Secret::new(month), &Secret::new(year), now);
        assert_eq!(over("11", "2029", (2029, 11)), Some(false));
        assert_eq!(over("11", "29", (2029, 12)), Some(true));
        assert_eq!(over("13", "2029", (2029, 12)), None);
    }

    #[test]
    fn a_month_has_one_digit_or_two_and_a_year_two_or_four() {
        for (month, year, read) in [
            ("1", "2029", (1, 2029)),
            ("01", "29", (1, 2029)),
            ("12", "00", (12, 2000)),
            ("12", "1999", (12, 1999)),
        ] {
            assert_eq!(month_and_year(month, year), Some(read), "{month}/{year}");
        }
        for (month, year) in
            [("011", "2029"), ("", "29"), ("11", "029"), ("00", "29"), ("+1", "29"), ("11", "+9"), ("11", "")]
        {
            assert_eq!(month_and_year(month, year), None, "{month}/{year}");
        }
    }
}
