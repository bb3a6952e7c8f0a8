//! The thread that the disk has to itself: history, audit trail and exports. Nothing that touches a file runs in the loop.
//!
//! Jobs go in through a channel, results come back as [`What`]. The database is opened by this thread, after the first
//! frame. Must not know: SQL, what a row means. Tested through `tests/session*.rs`.

use std::sync::mpsc as std_mpsc;
use std::thread;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::app::call::CallId;
use crate::app::effect::Ticket;
use crate::app::event::What;
use crate::app::narrow::Query;
use crate::domain::calendar::Stamp;
use crate::domain::history::{AuditRow, Entry, Page};
use crate::domain::trail::Subject;
use crate::log::Log;
use crate::ports::{ExportForm, Exporter, Ledger, LedgerFault, PurgeFault};
use crate::secret::Masked;

/// Results that may wait for the loop.
const RESULTS: usize = 64;

/// Rows that a query looks at before other jobs have their turn: an audit row waits for no more than these.
const STEP: u32 = 5_000;

/// How long a quit waits for what is being written. A database that another program holds may not hold up the quit.
const LAST_WORDS: Duration = Duration::from_millis(150);

/// What the disk thread works with; opened on that thread.
pub struct Store {
    /// History and audit trail, or why there is none.
    pub ledger: Result<Box<dyn Ledger>, LedgerFault>,
    /// Exports.
    pub exporter: Box<dyn Exporter>,
    /// What fails is told to it.
    pub log: Log,
}

/// Opens the store, on the disk thread.
pub type OpenStore = Box<dyn FnOnce() -> Store + Send>;

enum Job {
    Record(Box<Entry>),
    Page(Page),
    Find(Option<Query>),
    Timeline(CallId, Box<Subject>),
    Count,
    Purge(Box<dyn Fn(&str) -> AuditRow + Send>),
    Audit(Ticket, Box<AuditRow>),
    AuditSend(Box<AuditRow>, oneshot::Sender<Result<(), LedgerFault>>),
    Export(Masked, ExportForm, Stamp),
}

/// The loop's end of the disk thread.
pub struct Disk {
    jobs: Option<std_mpsc::Sender<Job>>,
    gone: std_mpsc::Receiver<()>,
}

impl Disk {
    /// Starts the thread; it opens the store, lets rows older than `days` expire and reads the newest ones.
    pub fn start(open: OpenStore, now: Stamp, days: u32) -> (Self, mpsc::Receiver<What>) {
        let (jobs, job) = std_mpsc::channel();
        let (done, results) = mpsc::channel(RESULTS);
        let (ended, gone) = std_mpsc::channel();
        let work = move || {
            let mut store = open();
            begin(&mut store, now, days, &done);
            let mut query = None;
            while let Ok(next) = take(&job, query.is_some()) {
                let what = match next {
                    Some(Job::Find(wanted)) => {
                        query = wanted;
                        None
                    }
                    Some(job) => run(&mut store, job),
                    None => look(&mut store, &mut query),
                };
                if let Some(what) = what {
                    // The loop may have ended; then nobody waits for it.
                    let _ = done.blocking_send(what);
                }
            }
            drop(store);
            let _ = ended.send(());
        };
        let jobs = thread::Builder::new().name("disk".into()).spawn(work).ok().map(|_| jobs);
        (Self { jobs, gone }, results)
    }

    /// Writes a row of history; [`What::Recorded`] tells how it went.
    pub fn record(&self, entry: Box<Entry>) {
        self.give(Job::Record(entry));
    }

    /// Reads rows of history; they come as [`What::Paged`].
    pub fn page(&self, page: Page) {
        self.give(Job::Page(page));
    }

    /// Looks through the history, in place of what it is looked through for now; what is found comes as [`What::Found`].
    pub fn find(&self, query: Option<Query>) {
        self.give(Job::Find(query));
    }

    /// Reads what was done with an answer; it comes as [`What::Timeline`].
    pub fn timeline(&self, id: CallId, of: Box<Subject>) {
        self.give(Job::Timeline(id, of));
    }

    /// Counts the rows of history; they come as [`What::Counted`].
    pub fn count(&self) {
        self.give(Job::Count);
    }

    /// Deletes the history between the rows that this makes of an outcome; [`What::Purged`] tells how it went.
    pub fn purge(&self, row: impl Fn(&str) -> AuditRow + Send + 'static) {
        self.give(Job::Purge(Box::new(row)));
    }

    /// Writes an audit row; [`What::Audited`] tells how it went.
    pub fn audit(&self, ticket: Ticket, row: Box<AuditRow>) {
        self.give(Job::Audit(ticket, row));
    }

    /// Writes an export; [`What::Exported`] tells how it went.
    pub fn export(&self, text: Masked, form: ExportForm, at: Stamp) {
        self.give(Job::Export(text, form, at));
    }

    /// A way to the audit trail for a call under way.
    pub(super) fn trail(&self) -> Trail {
        Trail(self.jobs.clone())
    }

    fn give(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(job);
        }
    }

    /// Lets the thread finish what it was given, for a moment.
    pub fn close(mut self) {
        self.jobs = None;
        let _ = self.gone.recv_timeout(LAST_WORDS);
    }
}

/// A way to the audit trail that a call takes along.
pub(super) struct Trail(Option<std_mpsc::Sender<Job>>);

impl Trail {
    /// Writes the audit row of a send; it is on disk when this returns.
    pub(super) async fn write(&self, row: AuditRow) -> Result<(), LedgerFault> {
        let (tell, told) = oneshot::channel();
        let jobs = self.0.as_ref().ok_or(LedgerFault::Disk)?;
        jobs.send(Job::AuditSend(Box::new(row), tell)).map_err(|_| LedgerFault::Disk)?;
        told.await.unwrap_or(Err(LedgerFault::Disk))
    }
}

/// The next job; without waiting for one while a query is to go on.
fn take(jobs: &std_mpsc::Receiver<Job>, is_busy: bool) -> Result<Option<Job>, std_mpsc::RecvError> {
    if !is_busy {
        return jobs.recv().map(Some);
    }
    match jobs.try_recv() {
        Ok(job) => Ok(Some(job)),
        Err(std_mpsc::TryRecvError::Empty) => Ok(None),
        Err(std_mpsc::TryRecvError::Disconnected) => Err(std_mpsc::RecvError),
    }
}

/// One step of a query. It is told of where it found something, and where it ends.
fn look(store: &mut Store, query: &mut Option<Query>) -> Option<What> {
    let (Some(mut asked), Ok(ledger)) = (query.take(), &mut store.ledger) else { return None };
    let result = ledger.find(&asked.page, STEP).inspect_err(failed(&store.log, "find"));
    let (number, mut is_done, mut has_rows) = (asked.number, true, false);
    if let Ok(found) = &result {
        let rows = u32::try_from(found.rows.len()).unwrap_or(u32::MAX);
        asked.page.limit = asked.page.limit.saturating_sub(rows);
        asked.page.before = found.next;
        (is_done, has_rows) = (found.next.is_none() || asked.page.limit == 0, rows > 0);
    }
    *query = Some(asked).filter(|_| !is_done);
    (is_done || has_rows).then_some(What::Found { number, result, is_done })
}

/// The first things that the loop hears of the store.
fn begin(store: &mut Store, now: Stamp, days: u32, done: &mpsc::Sender<What>) {
    let log = store.log.clone();
    let first = match &mut store.ledger {
        Err(fault) => What::NoHistory(*fault),
        Ok(ledger) => {
            let _ = done.blocking_send(What::Opened(ledger.print_key()));
            look_for_gap(ledger.as_mut(), &log, done);
            // A row that did not expire today expires tomorrow; reading matters more.
            let _ = ledger.expire(now, days).inspect_err(failed(&log, "expire"));
            let newest = Page { limit: crate::app::FIRST_ROWS, ..Page::default() };
            What::Paged(ledger.page(&newest).inspect_err(failed(&log, "page")))
        }
    };
    let _ = done.blocking_send(first);
}

/// Before the first row of ours makes the end of the trail look whole again.
fn look_for_gap(ledger: &mut dyn Ledger, log: &Log, done: &mpsc::Sender<What>) {
    if ledger.has_gap().inspect_err(failed(log, "has_gap")) == Ok(true) {
        log.trail_gapped();
        let _ = done.blocking_send(What::TrailGapped);
    }
}

fn run(store: &mut Store, job: Job) -> Option<What> {
    let fault = store.ledger.as_ref().err().copied();
    let Ok(ledger) = &mut store.ledger else {
        return answer_without_ledger(job, fault.unwrap_or(LedgerFault::Disk));
    };
    let log = &store.log;
    Some(match job {
        Job::Record(entry) => What::Recorded(ledger.record(&entry).inspect_err(failed(log, "record"))),
        Job::Page(page) => What::Paged(ledger.page(&page).inspect_err(failed(log, "page"))),
        Job::Timeline(id, of) => {
            What::Timeline { id, result: ledger.timeline(&of).inspect_err(failed(log, "timeline")) }
        }
        Job::Count => What::Counted(ledger.count().inspect_err(failed(log, "count"))),
        Job::Purge(row) => What::Purged(ledger.purge_audited(&*row).inspect_err(|fault| {
            let (PurgeFault::NotAudited(fault) | PurgeFault::NotWhole(fault)) = fault;
            log.ledger_failed("purge", *fault);
        })),
        Job::Audit(ticket, row) => {
            What::Audited { ticket, result: ledger.audit(&row).inspect_err(failed(log, "audit")) }
        }
        Job::Export(text, form, at) => {
            let written = store.exporter.write(&text, form, at);
            let told = written.inspect(|path| log.export_written(path));
            What::Exported(told.inspect_err(|fault| log.export_failed(*fault)))
        }
        // Queries go on in steps, between the others.
        Job::Find(_) => return None,
        Job::AuditSend(row, tell) => {
            let written = ledger.audit_ahead(&row).inspect_err(failed(log, "audit"));
            // The call leaves while the head of the trail is written.
            let _ = tell.send(written);
            let _ = written.and_then(|()| ledger.settle()).inspect_err(failed(log, "audit"));
            return None;
        }
    })
}

/// Tells the log what the ledger could not do.
fn failed<'a>(log: &'a Log, doing: &'static str) -> impl FnOnce(&LedgerFault) + 'a {
    move |fault| log.ledger_failed(doing, *fault)
}

fn answer_without_ledger(job: Job, fault: LedgerFault) -> Option<What> {
    match job {
        Job::Audit(ticket, _) => Some(What::Audited { ticket, result: Err(fault) }),
        Job::AuditSend(_, tell) => {
            let _ = tell.send(Err(fault));
            None
        }
        Job::Count => Some(What::Counted(Err(fault))),
        Job::Purge(_) => Some(What::Purged(Err(PurgeFault::NotAudited(fault)))),
        Job::Record(_) | Job::Page(_) | Job::Find(_) | Job::Timeline(..) | Job::Export(..) => None,
    }
}
