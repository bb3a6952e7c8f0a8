//! Figures: percentiles, and how a number is written.

use std::time::Duration;

/// The spread of a measure.
#[derive(Clone, Copy)]
pub struct Spread {
    pub median: f64,
    pub p99: f64,
    pub least: f64,
}

impl Spread {
    /// Of at least one figure.
    pub fn of(mut figures: Vec<f64>) -> Self {
        figures.sort_by(f64::total_cmp);
        let at = |share: usize| figures[((figures.len() - 1) * share).div_ceil(100)];
        Self { median: at(50), p99: at(99), least: at(0) }
    }

    /// p50, p99 and the least, as cells of a table.
    pub fn cells(&self) -> Vec<String> {
        [self.median, self.p99, self.least].map(figure).to_vec()
    }
}

pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Three digits that count.
pub fn figure(number: f64) -> String {
    match number.abs() {
        0.0 => "0".to_owned(),
        size if size >= 100.0 => format!("{number:.0}"),
        size if size >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

/// Thousands apart.
pub fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|it| str::from_utf8(it).unwrap()).collect();
    groups.join(",")
}

/// A row of numbers that look like chance and are the same in every run.
pub struct Chance(u64);

impl Chance {
    pub fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    /// Below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}
