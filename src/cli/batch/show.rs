//! How far a batch is, on stderr, and what it came to, on stdout.

use std::fmt::Write as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::super::complain;
use crate::batch::{Outcome, Tally};
use crate::secret::Moment;
use crate::text;

/// Where nobody watches, a line this often.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// So many names of each kind stand in the summary.
const NAMED: usize = 12;

const BAR: &str = "{bar:24} {pos} of {len} rows, {per_sec:.0}, {msg}{eta} left";

/// Shows how far a batch is.
pub(super) struct Show {
    bar: Option<ProgressBar>,
    rows: u64,
    ended: u64,
    errors: u64,
    began: Moment,
    told: Moment,
}

impl Show {
    /// A bar where somebody watches, lines else.
    pub(super) fn new(is_watched: bool, rows: u64, now: Moment) -> Self {
        let bar = is_watched.then(|| bar(rows));
        Self { bar, rows, ended: 0, errors: 0, began: now, told: now }
    }

    /// A row ended.
    pub(super) fn ended(&mut self, outcome: Outcome, now: Moment) {
        self.ended += 1;
        self.errors += u64::from(outcome != Outcome::Answered);
        match &self.bar {
            Some(bar) => {
                bar.inc(1);
                bar.set_message(self.errors());
            }
            None if now.0.saturating_sub(self.told.0) >= LINE_EVERY => {
                self.told = now;
                complain(&self.line(now));
            }
            None => {}
        }
    }

    /// Something to know, above the bar.
    pub(super) fn say(&self, sentence: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| complain(sentence)),
            None => complain(sentence),
        }
    }

    fn errors(&self) -> String {
        if self.errors == 0 { String::new() } else { format!("{} not answered, ", self.errors) }
    }

    fn line(&self, now: Moment) -> String {
        let spent = now.0.saturating_sub(self.began.0);
        let left =
            spent.saturating_mul(u32::try_from(self.rows.saturating_sub(self.ended)).unwrap_or(u32::MAX));
        let left = left / u32::try_from(self.ended).unwrap_or(u32::MAX).max(1);
        let errors = self.errors();
        format!("{} of {} rows, {errors}about {} s left", self.ended, self.rows, left.as_secs())
    }
}

impl Drop for Show {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(rows: u64) -> ProgressBar {
    let bar = ProgressBar::new(rows);
    if let Ok(style) = ProgressStyle::with_template(BAR) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

/// What it all came to. Names of issuers and networks come from the report, where they are masked; they are sanitised again
/// because a file can be changed.
pub(super) fn summary(tally: &Tally, rows: u64) -> String {
    let mut out = format!("{} of {rows} rows have a result\n", tally.rows());
    for (title, counts) in tally.parts() {
        let _ = writeln!(out, "\n{title}");
        for (name, count) in counts.iter().take(NAMED) {
            let _ = writeln!(out, "  {count:>9}  {}", text::clean(name));
        }
        if counts.len() > NAMED {
            let rest: u64 = counts.iter().skip(NAMED).map(|(_, count)| count).sum();
            let _ = writeln!(out, "  {rest:>9}  others");
        }
    }
    out
}
