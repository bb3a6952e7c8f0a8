//! Sudden ends: writers and consoles that are killed at random moments, and what is there afterwards.
//!
//! The suite goes some rounds; `TOKENSCOPE_KILL_ROUNDS=200 cargo test --test kills -- --nocapture` goes 200 and prints the
//! figures. A round that fails names the seed, and `TOKENSCOPE_KILL_SEED` takes it again.
#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod child;
mod console;
#[path = "kills/consoles.rs"]
mod consoles;
#[path = "isolation/dice.rs"]
#[allow(dead_code, unreachable_pub, reason = "each test crate uses its own part")]
mod dice;
mod support;
#[path = "kills/writers.rs"]
mod writers;

use std::time::Duration;

use dice::Dice;

/// Rounds of the suite, or as many as the environment says.
fn rounds(few: usize) -> usize {
    std::env::var("TOKENSCOPE_KILL_ROUNDS").map_or(few, |rounds| rounds.parse().unwrap())
}

/// The dice of a test, and the seed that gives the same ones again.
fn dice() -> (Dice, u64) {
    let given = std::env::var("TOKENSCOPE_KILL_SEED").ok();
    let seed = given.map_or_else(dice::any_seed, |seed| seed.parse().unwrap());
    println!("TOKENSCOPE_KILL_SEED={seed}");
    (Dice::new(seed), seed)
}

/// A short time that nobody can foresee.
fn moment(dice: &mut Dice, most: Duration) -> Duration {
    Duration::from_micros(u64::try_from(dice.below(usize::try_from(most.as_micros()).unwrap())).unwrap())
}

/// How long something took, many times.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    fn median_and_most(&mut self) -> (Duration, Duration) {
        self.0.sort_unstable();
        (self.0[self.0.len() / 2], *self.0.last().unwrap())
    }
}

/// Prints how long a start takes after a kill, beside one after a clean end.
fn print_starts(what: &str, mut killed: Times, mut clean: Times) {
    let ((median, most), (clean_median, clean_most)) = (killed.median_and_most(), clean.median_and_most());
    let ratio = median.as_secs_f64() / clean_median.as_secs_f64();
    println!(
        "{what}: {} kills; after a kill median {median:.1?}, most {most:.1?}; after a clean end median {clean_median:.1?}, \
         most {clean_most:.1?}; ratio of the medians {ratio:.2}",
        killed.0.len()
    );
}

/// What a walk over the trail finds; a trail that is not there yet holds no row.
fn verify(data: &std::path::Path, state: &std::path::Path) -> Vec<tokenscope::domain::trail::Finding> {
    let walked = tokenscope::adapters::sqlite::verify(data, state).unwrap();
    walked.map(|trail| trail.findings).unwrap_or_default()
}
