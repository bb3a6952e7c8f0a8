//! Rows leave by the pace, and their results are written in the order of the input.
//!
//! So many rows are under way as the pace lets; a result that is early waits for those before it, and counts as under way as
//! long. So a crash loses no more results than that.

use std::fmt::Write as _;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::plan::{Task, Tasks};
use super::show::Show;
use super::survey::confirmation;
use super::{Begun, Job};
use crate::batch::{Fact, Form, InOrder, Kept, Outcome, Pace, Tally};
use crate::diagnosis::verdict::judge;
use crate::domain::calendar::Stamp;
use crate::domain::exchange::Reply;
use crate::domain::guard::{ApiKey, Barred, Guard, Order};
use crate::domain::history::Verdict;
use crate::domain::profile::Profile;
use crate::domain::request::ValidRequest;
use crate::domain::sent::{Sender, Sent};
use crate::ports::{Book, BookFault, Clock, Crew, Due};
use crate::report::{BatchRow, BatchTold, Call, Unsent, batch_fact, batch_line};
use crate::secret::{Drawn, Masked, Moment};

/// Why a batch ended before its last row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Stop {
    /// The API did not take the key: every row would fail alike, and the account may be locked.
    #[error("stopped, since the API refused the key or the sender (HTTP {0}): mend the key or the profile")]
    Key(u16),
    /// Somebody wanted it to end.
    #[error("stopped as you asked")]
    Interrupted,
    /// A file of the batch failed.
    #[error("stopped: {0}")]
    Disk(BookFault),
    /// The input failed, or is not what it was.
    #[error("stopped: the input cannot be read any more, or has changed since it was checked")]
    Input,
    /// The guard took its yes back.
    #[error("stopped: {0}")]
    Barred(Barred),
}

/// How a row ended, and its line.
pub(super) struct Ended {
    /// `None` for a line that was taken over.
    outcome: Option<Outcome>,
    line: Drawn,
    /// What is counted of the line; `None` where it is no row.
    fact: Option<Fact>,
    heard: Option<Heard>,
}

impl Ended {
    fn of(form: Form, row: &BatchRow<'_>, heard: Option<Heard>, room: Drawn) -> Self {
        let line = batch_line(form, row, room);
        let fact = batch_fact(form, row, &line);
        Self { outcome: Some(row.outcome), line, fact, heard }
    }
}

/// What a reply means for the rows that follow.
struct Heard {
    status: Option<u16>,
    retry_after: Option<Duration>,
}

/// What was sent for a row. It is told once it is asked for: on the thread that reads the answer, where there is one.
pub(super) struct Left {
    form: Form,
    row: u64,
    sender: Arc<Sender>,
    request: Arc<ValidRequest>,
    number: u32,
    at: Stamp,
    /// For its line.
    room: Drawn,
}

impl Left {
    fn sent(&self) -> Sent {
        self.sender.sent(&self.request, self.number, self.at)
    }
}

/// The next row.
enum Next {
    /// It needs no call.
    Ended(Ended),
    /// It leaves.
    Leaves(Order, Left),
}

/// The longest line whose room is kept, in bytes: the answer of a hostile API may be a mebibyte.
const USUAL: usize = 16 * 1024;

/// Sends rows and writes what came of them.
pub(super) struct Drive<'a, B, R, C> {
    job: &'a Job<'a>,
    form: Form,
    key: &'a ApiKey,
    book: &'a mut B,
    crew: R,
    clock: &'a C,
    /// Rows that left, or need not leave, and are not written yet.
    rows: InOrder<Ended>,
    guard: Guard,
    /// As the guard knows it, so that it need not compare each time.
    profile: Arc<Profile>,
    sender: Arc<Sender>,
    pace: Pace,
    show: Show,
    /// Calls of this run.
    calls: u32,
    /// Lines of notes that have to be written before anything is sent.
    unnoted: String,
    /// Of lines that were written, for other lines: what one thread makes and another frees is dear.
    rooms: Vec<Drawn>,
    /// What the report holds, as far as it is written.
    tally: Tally,
    stop: Option<Stop>,
}

impl<'a, B: Book, R: Crew<Left, Ended>, C: Clock> Drive<'a, B, R, C> {
    /// With a crew that makes [`called`] of each reply.
    pub(super) fn new(job: &'a Job<'a>, begun: &'a Begun, book: &'a mut B, crew: R, clock: &'a C) -> Self {
        Self {
            job,
            form: begun.forms.report,
            key: &begun.key,
            book,
            crew,
            clock,
            rows: InOrder::new(),
            guard: Guard::new(job.read_only),
            profile: Arc::new(job.profile.clone()),
            sender: Arc::new(Sender::of(job.profile)),
            pace: Pace::new(job.args.concurrency.into(), job.args.rate),
            show: Show::new(job.is_watched, begun.survey.rows - begun.tally.rows(), clock.moment()),
            calls: 0,
            unnoted: String::new(),
            rooms: Vec::new(),
            tally: begun.tally.clone(),
            stop: None,
        }
    }

    /// Writes a new report from the lines of the old one, and puts it in its place once it is whole.
    pub(super) async fn mend<I: Future<Output = ()>>(
        &mut self,
        tasks: impl Tasks,
        interrupted: &impl Fn() -> I,
    ) -> Result<(), Stop> {
        self.book.rewrite().map_err(Stop::Disk)?;
        self.tally = Tally::default();
        self.run(tasks, interrupted).await?;
        self.book.replaced().map_err(Stop::Disk)
    }

    /// What the report came to; not what it holds after a stop, which may have left a part of it unwritten.
    pub(super) fn into_tally(self) -> Tally {
        self.tally
    }

    /// Does what is to be done, and returns why that was not all. After a stop, rows that are under way come to their end;
    /// a second interruption leaves them.
    pub(super) async fn run<I: Future<Output = ()>>(
        &mut self,
        mut tasks: impl Tasks,
        interrupted: &impl Fn() -> I,
    ) -> Result<(), Stop> {
        let (mut held, mut is_interrupted) = (None, false);
        let mut interruption = Box::pin(interrupted());
        loop {
            // Whatever there is to do, a signal has its turn.
            tokio::task::consume_budget().await;
            self.fill(&mut tasks, &mut held);
            if self.rows.is_empty() && (held.is_none() || self.stop.is_some()) {
                return self.stop.take().map_or(Ok(()), Err);
            }
            let pause = self.until_ready();
            tokio::select! {
                biased;
                () = &mut interruption => {
                    let stop = self.stop.take().unwrap_or(Stop::Interrupted);
                    if std::mem::replace(&mut is_interrupted, true) {
                        return Err(stop);
                    }
                    (held, self.stop) = (None, Some(stop));
                    interruption = Box::pin(interrupted());
                }
                () = std::future::ready(()), if self.rows.has_ended() => self.write().map_err(Stop::Disk)?,
                ended = self.crew.ended(), if !self.rows.is_empty() => {
                    for (number, ended) in ended {
                        self.rows.end(number, ended);
                    }
                }
                () = tokio::time::sleep(pause), if held.is_some() => {}
            }
        }
    }

    /// Lets as many rows leave as may. One whose time has not come is held. None leaves before all of them are noted.
    fn fill(&mut self, tasks: &mut impl Tasks, held: &mut Option<Task>) {
        let ready = self.ready(tasks, held);
        match self.note() {
            Ok(()) => {
                let due = ready.into_iter().filter_map(|next| self.begin(next)).collect();
                self.crew.send(self.key, due);
            }
            Err(fault) => self.stop = Some(Stop::Disk(fault)),
        }
    }

    /// The rows that may leave now.
    fn ready(&mut self, tasks: &mut impl Tasks, held: &mut Option<Task>) -> Vec<Next> {
        let mut ready = Vec::new();
        while self.stop.is_none() && self.rows.len() + ready.len() < self.pace.width() {
            match held.take().map_or_else(|| tasks.next_task(), |task| Ok(Some(task))) {
                Ok(None) => break,
                Ok(Some(task)) if self.must_wait(&task) => {
                    *held = Some(task);
                    break;
                }
                Ok(Some(task)) => match self.next(task) {
                    Ok(next) => ready.push(next),
                    Err(stop) => self.stop = Some(stop),
                },
                Err(stop) => self.stop = Some(stop),
            }
        }
        ready
    }

    fn must_wait(&self, task: &Task) -> bool {
        matches!(task, Task::Ask(..)) && self.clock.moment() < self.pace.ready_at()
    }

    fn until_ready(&self) -> Duration {
        self.pace.ready_at().0.saturating_sub(self.clock.moment().0)
    }

    fn next(&mut self, task: Task) -> Result<Next, Stop> {
        let ended = match task {
            Task::Ask(row, request) => return self.ask(row, request),
            Task::Say(row, outcome, unsent) => said(self.form, row, outcome, unsent),
            Task::Copy(line) => copied(self.form, &line),
        };
        Ok(Next::Ended(ended))
    }

    /// Lets the guard decide, and puts the row down to be noted.
    fn ask(&mut self, row: u64, request: ValidRequest) -> Result<Next, Stop> {
        let (typed, now) = (confirmation(self.job), self.clock.moment());
        let admitted = self.guard.admit(&self.profile, request, typed.as_deref(), now);
        let order = admitted.map_err(Stop::Barred)?;
        self.profile = order.shared_profile();
        let _ = writeln!(self.unnoted, "{row}");
        self.pace.left(now);
        self.calls = self.calls.saturating_add(1);
        let (sender, request, at) = (Arc::clone(&self.sender), order.shared_request(), self.clock.stamp());
        let room = self.rooms.pop().unwrap_or_default();
        let left = Left { form: self.form, row, sender, request, number: self.calls, at, room };
        Ok(Next::Leaves(order, left))
    }

    /// Gives a row its place, and returns what is to be sent for it, if anything is.
    fn begin(&mut self, next: Next) -> Option<Due<Left>> {
        let number = self.rows.next_number();
        let (ended, due) = match next {
            Next::Ended(ended) => (Some(ended), None),
            Next::Leaves(order, what) => (None, Some(Due { number, order, what })),
        };
        self.rows.begin(ended);
        due
    }

    /// Notes the rows that are about to be sent, all at once.
    fn note(&mut self) -> Result<(), BookFault> {
        let rows = std::mem::take(&mut self.unnoted);
        if rows.is_empty() {
            return Ok(());
        }
        // On production nobody may have to guess, even after the machine failed, whether a row was asked.
        self.book.note(&rows, self.job.profile.is_guarded())
    }

    /// Writes the lines of the rows that ended, up to the first that did not.
    fn write(&mut self) -> Result<(), BookFault> {
        let mut lines = Vec::new();
        while let Some(ended) = self.rows.take() {
            lines.push(self.end(ended));
        }
        self.book.write(&lines)?;
        // Lines of rows that are not sent bring room and take none.
        let missing = self.pace.width().saturating_sub(self.rooms.len());
        let usual = lines.into_iter().filter(|line| line.as_str().len() <= USUAL);
        self.rooms.extend(usual.take(missing).map(Drawn::emptied));
        Ok(())
    }

    fn end(&mut self, ended: Ended) -> Drawn {
        let now = self.clock.moment();
        if let Some(heard) = &ended.heard {
            self.heed(heard, now);
        }
        if let Some(outcome) = ended.outcome {
            self.show.ended(outcome, now);
        }
        ended.fact.iter().for_each(|fact| self.tally.count(fact));
        ended.line
    }

    /// What an answer means for those that follow.
    fn heed(&mut self, heard: &Heard, now: Moment) {
        let pause = heard.retry_after;
        match heard.status {
            Some(status @ (401 | 403)) => self.stop = Some(self.stop.take().unwrap_or(Stop::Key(status))),
            Some(429) => self.slow(now, pause),
            Some(503) if pause.is_some() => self.slow(now, pause),
            _ if self.calls == 1 => self.pace.open(),
            _ => self.pace.calmed(),
        }
    }

    fn slow(&mut self, now: Moment, named: Option<Duration>) {
        let pause = self.pace.slow(now, named);
        self.show.say(&format!("the API asks for fewer calls, so none leaves for {} s", pause.as_secs()));
    }
}

/// Judges a reply and writes its row.
#[expect(
    clippy::needless_pass_by_value,
    reason = "what the reply holds of secrets is dropped here, where it was read"
)]
pub(super) fn called(left: Left, reply: Reply) -> Ended {
    let (form, reply) = (left.form, &reply);
    let sent = &left.sent();
    let judgement = judge(reply, Some(sent), sent.at.date_in_india());
    let outcome = match judgement.verdict {
        Verdict::Usable | Verdict::NotUsable | Verdict::Unreadable => Outcome::Answered,
        Verdict::Refused => Outcome::Refused,
        Verdict::NoAnswer => Outcome::NoAnswer,
    };
    let call = Call { sent, reply, judgement: &judgement };
    let heard = Heard { status: reply.status(), retry_after: retry_after(reply) };
    Ended::of(form, &BatchRow { row: left.row, outcome, told: BatchTold::Call(call) }, Some(heard), left.room)
}

fn said(form: Form, row: u64, outcome: Outcome, unsent: Unsent) -> Ended {
    Ended::of(form, &BatchRow { row, outcome, told: BatchTold::Unsent(unsent) }, None, Drawn::default())
}

fn copied(form: Form, line: &str) -> Ended {
    let fact = Kept::read(form, line).map(|kept| kept.fact);
    let line = Drawn::from(&Masked::from_written(line)).ended();
    Ended { outcome: None, line, fact, heard: None }
}

/// The header `retry-after`, in seconds; a date is not read, and the pause is then ours.
fn retry_after(reply: &Reply) -> Option<Duration> {
    let value = reply.exchange()?.header("retry-after")?.plain()?.trim().parse().ok()?;
    Some(Duration::from_secs(value))
}
