//! What is to be done with each row, in the order of the input.

use std::io::{BufRead, Lines};

use super::survey::request;
use super::{Begun, Job};
use crate::batch::{Form, Kept, Outcome, Row, Rows};
use crate::domain::profile::Profile;
use crate::domain::request::ValidRequest;
use crate::ports::Book;
use crate::report::Unsent;
use crate::secret::Masked;

use super::drive::Stop;

/// What is to be done with one row.
pub(super) enum Task {
    /// Send it.
    Ask(u64, ValidRequest),
    /// Say why it is not sent.
    Say(u64, Outcome, Unsent),
    /// Take its line over as it is.
    Copy(String),
}

/// Where tasks come from.
pub(super) trait Tasks {
    /// The next one; `None` at the end.
    fn next_task(&mut self) -> Result<Option<Task>, Stop>;
}

/// The rows that have no result yet.
pub(super) struct Remaining<'a, R> {
    rows: Rows<R>,
    profile: &'a Profile,
    written: u64,
    last: u64,
    /// Rows that are not asked again: they were under way on production.
    lost: &'a [u64],
}

const LOST: &str = "It was under way when an earlier run ended, and may have been answered; --resume --retry-unknown asks again.";

impl<'a, R: BufRead> Remaining<'a, R> {
    /// Rows are asked again that were under way on production only where that is wanted.
    pub(super) fn new(job: &Job<'a>, begun: &'a Begun, rows: Rows<R>) -> Self {
        let asks_again = job.args.retry_unknown || !job.profile.is_guarded();
        let lost: &[u64] = if asks_again { &[] } else { &begun.under_way };
        Self { rows, profile: job.profile, written: begun.tally.rows(), last: begun.survey.rows, lost }
    }
}

impl<R: BufRead> Tasks for Remaining<'_, R> {
    fn next_task(&mut self) -> Result<Option<Task>, Stop> {
        loop {
            let Some(row) = self.rows.next_row().map_err(|_| Stop::Input)? else { return Ok(None) };
            // What was appended to the input since the check was not checked.
            if row.number > self.last {
                return Err(Stop::Input);
            }
            if row.number > self.written {
                return Ok(Some(task(&row, self.profile, self.lost)));
            }
        }
    }
}

fn task(row: &Row, profile: &Profile, lost: &[u64]) -> Task {
    if lost.binary_search(&row.number).is_ok() {
        return Task::Say(row.number, Outcome::Unknown, unsent(row, profile, LOST));
    }
    match request(row, profile) {
        Ok(request) => Task::Ask(row.number, request),
        Err(fault) => Task::Say(row.number, Outcome::Invalid, unsent(row, profile, &fault)),
    }
}

fn unsent(row: &Row, profile: &Profile, why: &str) -> Unsent {
    let id = |read: fn(&crate::domain::request::Draft) -> &String| {
        row.draft.as_ref().map(|draft| Masked::typed(read(draft))).unwrap_or_default()
    };
    Unsent {
        card_reference: id(|draft| &draft.card_reference),
        customer_id: id(|draft| &draft.customer_id),
        profile: Masked::typed(&profile.name),
        environment: profile.environment(),
        host: Masked::typed(&profile.endpoint.authority()),
        why: Masked::ours(why),
    }
}

/// The lines that an earlier run wrote. Rows of which it knew no end are asked again, and everything else is taken over.
pub(super) struct Mending<'a, R, L> {
    rows: Rows<R>,
    profile: &'a Profile,
    form: Form,
    lines: Lines<L>,
}

impl<'a, R: BufRead, L: BufRead> Mending<'a, R, L> {
    /// Reads the input beside the report.
    pub(super) fn new(job: &Job<'a>, form: Form, rows: Rows<R>, report: L) -> Self {
        Self { rows, profile: job.profile, form, lines: report.lines() }
    }

    /// The row of this number; rows come in their order.
    fn row(&mut self, number: u64) -> Result<Row, Stop> {
        loop {
            let row = self.rows.next_row().map_err(|_| Stop::Input)?.ok_or(Stop::Input)?;
            if row.number == number {
                return Ok(row);
            }
        }
    }
}

impl<R: BufRead, L: BufRead> Tasks for Mending<'_, R, L> {
    fn next_task(&mut self) -> Result<Option<Task>, Stop> {
        let Some(line) = self.lines.next() else { return Ok(None) };
        let line = line.map_err(|_| Stop::Disk(crate::ports::BookFault::Disk))?;
        match Kept::read(self.form, &line) {
            Some(kept) if kept.fact.outcome == Outcome::Unknown => {
                Ok(Some(task(&self.row(kept.row)?, self.profile, &[])))
            }
            _ => Ok(Some(Task::Copy(line))),
        }
    }
}

/// Opens the input once more.
pub(super) fn rows<B: Book>(
    job: &Job<'_>,
    begun: &Begun,
    book: &B,
) -> Result<Rows<impl BufRead + use<B>>, Stop> {
    let input = book.input().map_err(|_| Stop::Input)?;
    Rows::open(input, begun.forms.input, &job.profile.submerchant_id).map_err(|_| Stop::Input)
}
