//! Rows leave by the pace, and their results are written in the order of the input.
//!
//! So many rows are under way as the pace lets; a result that is early waits for those before it, and counts as under way as
//! long. So a crash loses no more results than that.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;

use super::plan::{Task, Tasks};
use super::show::Show;
use super::survey::confirmation;
use super::{Begun, Job};
use crate::batch::{Form, Outcome, Pace};
use crate::cli::tools::Tools;
use crate::diagnosis::verdict::judge;
use crate::domain::exchange::Reply;
use crate::domain::guard::{ApiKey, Barred, Guard};
use crate::domain::history::Verdict;
use crate::domain::request::ValidRequest;
use crate::domain::sent::Sent;
use crate::ports::{Book, BookFault, Clock, Gateway};
use crate::report::{BatchRow, BatchTold, Call, Unsent, batch_line};
use crate::secret::{Masked, Moment};

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

/// How a row ended.
enum Ended {
    Called(u64, Box<Sent>, Reply),
    Said(u64, Outcome, Unsent),
    Copied(String),
}

/// A row on its way.
type Flight<'a> = Pin<Box<dyn Future<Output = Ended> + 'a>>;

/// Sends rows and writes what came of them.
pub(super) struct Drive<'a, B, G, K, C> {
    job: &'a Job<'a>,
    form: Form,
    key: &'a ApiKey,
    book: &'a mut B,
    tools: &'a Tools<G, K, C>,
    guard: Guard,
    pace: Pace,
    show: Show,
    /// Calls of this run.
    calls: u32,
    stop: Option<Stop>,
}

impl<'a, B: Book, G: Gateway, K, C: Clock> Drive<'a, B, G, K, C> {
    pub(super) fn new(
        job: &'a Job<'a>,
        begun: &'a Begun,
        book: &'a mut B,
        tools: &'a Tools<G, K, C>,
    ) -> Self {
        Self {
            job,
            form: begun.forms.report,
            key: &begun.key,
            book,
            tools,
            guard: Guard::new(job.read_only),
            pace: Pace::new(job.args.concurrency.into(), job.args.rate),
            show: Show::new(job.is_watched, begun.survey.rows - begun.written, tools.clock.moment()),
            calls: 0,
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
        self.run(tasks, interrupted).await?;
        self.book.replaced().map_err(Stop::Disk)
    }

    /// Does what is to be done, and returns why that was not all. After a stop, rows that are under way come to their end;
    /// a second interruption leaves them.
    pub(super) async fn run<I: Future<Output = ()>>(
        &mut self,
        mut tasks: impl Tasks,
        interrupted: &impl Fn() -> I,
    ) -> Result<(), Stop> {
        let mut flights = FuturesOrdered::new();
        let mut held = None;
        let mut interruption = Box::pin(interrupted());
        loop {
            self.fill(&mut flights, &mut tasks, &mut held);
            if flights.is_empty() && (held.is_none() || self.stop.is_some()) {
                return self.stop.take().map_or(Ok(()), Err);
            }
            let pause = self.until_ready();
            tokio::select! {
                biased;
                () = &mut interruption => {
                    if self.stop.replace(Stop::Interrupted) == Some(Stop::Interrupted) {
                        return Err(Stop::Interrupted);
                    }
                    held = None;
                    interruption = Box::pin(interrupted());
                }
                Some(ended) = flights.next(), if !flights.is_empty() => self.write(ended).map_err(Stop::Disk)?,
                () = tokio::time::sleep(pause), if held.is_some() => {}
            }
        }
    }

    /// Lets as many rows leave as may. One whose time has not come is held.
    fn fill(
        &mut self,
        flights: &mut FuturesOrdered<Flight<'a>>,
        tasks: &mut impl Tasks,
        held: &mut Option<Task>,
    ) {
        while self.stop.is_none() && flights.len() < self.pace.width() {
            match held.take().map_or_else(|| tasks.next_task(), |task| Ok(Some(task))) {
                Ok(None) => return,
                Ok(Some(task)) if self.must_wait(&task) => {
                    *held = Some(task);
                    return;
                }
                Ok(Some(task)) => match self.launch(task) {
                    Ok(flight) => flights.push_back(flight),
                    Err(stop) => self.stop = Some(stop),
                },
                Err(stop) => self.stop = Some(stop),
            }
        }
    }

    fn must_wait(&self, task: &Task) -> bool {
        matches!(task, Task::Ask(..)) && self.tools.clock.moment() < self.pace.ready_at()
    }

    fn until_ready(&self) -> Duration {
        self.pace.ready_at().0.saturating_sub(self.tools.clock.moment().0)
    }

    fn launch(&mut self, task: Task) -> Result<Flight<'a>, Stop> {
        let ended = match task {
            Task::Ask(row, request) => return self.send(row, request),
            Task::Say(row, outcome, unsent) => Ended::Said(row, outcome, unsent),
            Task::Copy(line) => Ended::Copied(line),
        };
        Ok(Box::pin(std::future::ready(ended)))
    }

    /// Lets the guard decide, notes the row, and sends it.
    fn send(&mut self, row: u64, request: ValidRequest) -> Result<Flight<'a>, Stop> {
        let (profile, now) = (self.job.profile, self.tools.clock.moment());
        let typed = confirmation(self.job);
        let order = self.guard.admit(profile, request, typed.as_deref(), now).map_err(Stop::Barred)?;
        // On production nobody may have to guess, even after the machine failed, whether a row was asked.
        self.book.note(&format!("{row}\n"), profile.is_guarded()).map_err(Stop::Disk)?;
        self.pace.left(now);
        self.calls = self.calls.saturating_add(1);
        let sent = Box::new(Sent::of(&order, self.calls, self.tools.clock.stamp()));
        let (gateway, key) = (&self.tools.gateway, self.key);
        Ok(Box::pin(async move { Ended::Called(row, sent, gateway.send(&order, key).await) }))
    }

    /// Writes the line of a row. What the row held of secrets is dropped with it.
    fn write(&mut self, ended: Ended) -> Result<(), BookFault> {
        let now = self.tools.clock.moment();
        match ended {
            Ended::Copied(line) => {
                let mut line = Masked::from_written(&line);
                line.end_line();
                self.book.write(&line)
            }
            Ended::Said(row, outcome, unsent) => {
                let row = BatchRow { row, outcome, told: BatchTold::Unsent(unsent) };
                self.show.ended(outcome, now);
                self.book.write(&batch_line(self.form, &row))
            }
            Ended::Called(row, sent, reply) => self.write_call(row, &sent, &reply, now),
        }
    }

    fn write_call(&mut self, row: u64, sent: &Sent, reply: &Reply, now: Moment) -> Result<(), BookFault> {
        let judgement = judge(reply, Some(sent), self.tools.clock.stamp().date_in_india());
        let outcome = match judgement.verdict {
            Verdict::Usable | Verdict::NotUsable | Verdict::Unreadable => Outcome::Answered,
            Verdict::Refused => Outcome::Refused,
            Verdict::NoAnswer => Outcome::NoAnswer,
        };
        let call = Call { sent, reply, judgement: &judgement };
        let line = batch_line(self.form, &BatchRow { row, outcome, told: BatchTold::Call(call) });
        self.heed(reply, now);
        self.show.ended(outcome, now);
        self.book.write(&line)
    }

    /// What an answer means for those that follow.
    fn heed(&mut self, reply: &Reply, now: Moment) {
        let pause = retry_after(reply);
        match reply.status() {
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

/// The header `retry-after`, in seconds; a date is not read, and the pause is then ours.
fn retry_after(reply: &Reply) -> Option<Duration> {
    let value = reply.exchange()?.header("retry-after")?.plain()?.trim().parse().ok()?;
    Some(Duration::from_secs(value))
}
