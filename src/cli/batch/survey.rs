//! The check of every row before the first is sent. It reads the whole input and keeps none of it.

use std::io::{self, BufRead, Read};

use ring::digest::{Context, SHA256};

use super::super::complain;
use super::{Job, Refusal, unsent};
use crate::batch::{Form, HeadFault, Row, Rows};
use crate::domain::guard::Guard;
use crate::domain::profile::Profile;
use crate::domain::request::ValidRequest;
use crate::ports::Book;
use crate::secret::{Moment, to_hex};

/// So many invalid rows are named before the first send; each has its sentence in the report.
const NAMED: usize = 5;

/// What the check found.
pub(super) struct Survey {
    /// Rows in all.
    pub(super) rows: u64,
    /// Rows that can be sent.
    pub(super) valid: u64,
    /// SHA-256 of the input.
    pub(super) hash: String,
    unread_columns: usize,
    /// The first rows that cannot be sent, and why.
    faults: Vec<(u64, String)>,
    /// A row that can be sent, for the guard to look at.
    sample: Option<ValidRequest>,
}

/// The request of a row, or why it has none.
pub(super) fn request(row: &Row, profile: &Profile) -> Result<ValidRequest, String> {
    let draft = row.draft.as_ref().map_err(ToString::to_string)?;
    draft.validate(profile).map_err(|faults| faults.first().map(ToString::to_string).unwrap_or_default())
}

impl Survey {
    /// Checks every row.
    pub(super) fn of(book: &impl Book, form: Form, profile: &Profile) -> Result<Self, Refusal> {
        let mut input = Hashed { inner: book.input().map_err(unsent)?, context: Context::new(&SHA256) };
        let mut rows = Rows::open(&mut input, form, &profile.submerchant_id).map_err(unsent)?;
        let mut survey = Self {
            rows: 0,
            valid: 0,
            hash: String::new(),
            unread_columns: rows.unread_columns(),
            faults: Vec::new(),
            sample: None,
        };
        while let Some(row) = rows.next_row().map_err(|_| unsent(HeadFault::Disk))? {
            survey.check(&row, profile);
        }
        drop(rows);
        survey.hash = to_hex(input.context.finish().as_ref());
        Ok(survey)
    }

    fn check(&mut self, row: &Row, profile: &Profile) {
        self.rows = row.number;
        let is_valid = row.draft.as_ref().is_ok_and(|draft| draft.faults(profile).is_empty());
        self.valid += u64::from(is_valid);
        // Copies and words are made of the few rows that are kept.
        let is_kept = if is_valid { self.sample.is_none() } else { self.faults.len() < NAMED };
        match is_kept.then(|| request(row, profile)) {
            Some(Ok(request)) => self.sample = Some(request),
            Some(Err(fault)) => self.faults.push((row.number, fault)),
            None => {}
        }
    }

    /// Says what is wrong with the input.
    pub(super) fn tell(&self) {
        let invalid = self.rows - self.valid;
        if self.unread_columns > 0 {
            complain(&format!("columns of the input that are not used: {}", self.unread_columns));
        }
        self.faults.iter().for_each(|(row, fault)| complain(&format!("row {row} is not sent: {fault}")));
        if invalid > self.faults.len() as u64 {
            complain(&format!("{invalid} rows are not sent; the report says why for each"));
        }
    }

    /// Whether anything may be sent at all.
    pub(super) fn admit(&self, job: &Job<'_>, now: Moment) -> Result<(), Refusal> {
        let Some(sample) = self.sample.clone() else {
            return Err(match self.rows {
                0 => unsent("the input has no rows: write one below the names of the columns"),
                _ => unsent("no row of the input can be sent: mend what the lines above name"),
            });
        };
        let typed = confirmation(job);
        let admitted = Guard::new(job.read_only).admit(job.profile, sample, typed.as_deref(), now);
        let hint = if job.profile.is_guarded() {
            format!(
                " (--confirm-production MERCHANT_ID; up to {} calls, and each may mint a cryptogram)",
                self.valid
            )
        } else {
            String::new()
        };
        admitted.map(|_| ()).map_err(|barred| format!("{barred}{hint}"))
    }
}

/// What was typed for the guard, in its words.
pub(super) fn confirmation(job: &Job<'_>) -> Option<String> {
    job.args.confirm_production.as_ref().map(|merchant| format!("prod {merchant}"))
}

/// A reader that hashes what is read through it.
struct Hashed<R> {
    inner: R,
    context: Context,
}

impl<R: BufRead> Read for Hashed<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(room)?;
        self.context.update(room.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Hashed<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        if let Ok(buffer) = self.inner.fill_buf() {
            self.context.update(buffer.get(..count).unwrap_or_default());
        }
        self.inner.consume(count);
    }
}
