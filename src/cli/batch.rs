//! `batch`: a call for every row of a file, a masked report, and what it all came to.
//!
//! ```text
//! survey (every row checked, nothing sent) -> files (begun or carried on) -> key -> audit row
//!   -> drive (rows leave by the pace, results are written in the order of the input) -> audit row -> summary
//! ```
//! Tested: `tests/cli_batch.rs`, the real binary against real servers; the parts are in `crate::batch`.

mod drive;
mod plan;
mod show;
mod survey;

use std::future::Future;

use super::args::BatchArgs;
use super::tools::Tools;
use super::{API_REFUSED, INTERRUPTED, NO_ANSWER, OURS, REFUSED, complain, print};
use crate::batch::{Form, Head, Kept, Notes, Outcome, Tally};
use crate::domain::guard::ApiKey;
use crate::domain::history::AuditRow;
use crate::domain::profile::{Environment, Profile};
use crate::ports::{Book, BookFault, Clock, Crews, Keys};
use crate::secret::Masked;
use drive::{Drive, Stop, called};
use plan::{Mending, Remaining};
use survey::Survey;

/// What a batch is run with beside its tools.
pub struct Job<'a> {
    /// The command line.
    pub args: &'a BatchArgs,
    /// The profile that every row is sent under.
    pub profile: &'a Profile,
    /// Whether nothing may be sent at all.
    pub read_only: bool,
    /// Whether somebody looks at stderr.
    pub is_watched: bool,
}

/// Why a batch did not begin; one sentence.
type Refusal = String;

/// Runs a batch and returns its exit code (INTERFACE, "Exit codes"). `interrupted` resolves once for each ^C.
pub async fn run<G: Crews, K: Keys, C: Clock, I: Future<Output = ()>>(
    job: &Job<'_>,
    mut book: impl Book,
    mut tools: Tools<G, K, C>,
    interrupted: impl Fn() -> I,
) -> u8 {
    let begun = match begin(job, &mut book, &mut tools).await {
        Ok(begun) => begun,
        Err(sentence) => {
            complain(&sentence);
            return REFUSED;
        }
    };
    let done = carry_out(job, &begun, &mut book, &tools, &interrupted).await;
    end(job, &begun.survey, done, &mut book, &mut tools)
}

/// What stands once nothing hinders the first send.
struct Begun {
    forms: Forms,
    survey: Survey,
    /// What the report holds.
    tally: Tally,
    /// Rows that were under way when an earlier run ended, and have no result.
    under_way: Vec<u64>,
    key: ApiKey,
}

#[derive(Clone, Copy)]
struct Forms {
    input: Form,
    report: Form,
}

async fn begin<G: Crews, K: Keys, C: Clock>(
    job: &Job<'_>,
    book: &mut impl Book,
    tools: &mut Tools<G, K, C>,
) -> Result<Begun, Refusal> {
    let forms = forms(job.args)?;
    let survey = Survey::of(book, forms.input, job.profile)?;
    survey.tell();
    survey.admit(job, tools.clock.moment())?;
    let (tally, under_way) = open(job, book, forms, &survey)?;
    let key = tools.fetch_key(job.profile).await.map_err(|fault| fault.to_string())?;
    tools.warn_of_gap();
    let left = survey.rows - tally.rows();
    let row = audit_row(job.profile, &format!("asked, {left} of {} rows", survey.rows), tools);
    tools.audit_first(job.profile, |ledger| ledger.audit(&row))?;
    announce(job.profile, survey.valid, left);
    Ok(Begun { forms, survey, tally, under_way, key })
}

fn forms(args: &BatchArgs) -> Result<Forms, Refusal> {
    let of = |path, what| {
        Form::of(path).ok_or_else(|| {
            format!("nothing was sent: {what} has to end in .csv or .jsonl, which tells its form")
        })
    };
    Ok(Forms { input: of(&args.input, "the input")?, report: of(&args.out, "the report")? })
}

fn unsent(fault: impl std::fmt::Display) -> Refusal {
    format!("nothing was sent: {fault}")
}

/// Begins a report, or reads how far an earlier run came.
fn open(
    job: &Job<'_>,
    book: &mut impl Book,
    forms: Forms,
    survey: &Survey,
) -> Result<(Tally, Vec<u64>), Refusal> {
    let head = head(job.profile, survey);
    if !job.args.resume {
        book.begin().map_err(unsent)?;
        book.note(&head.line(), false).map_err(unsent)?;
        if let Some(line) = crate::report::batch_head(forms.report) {
            book.write(&[line]).map_err(unsent)?;
        }
        return Ok((Tally::default(), Vec::new()));
    }
    book.carry_on().map_err(unsent)?;
    let tally = tally(book, forms.report).map_err(unsent)?;
    let notes = Notes::read(book.notes().map_err(unsent)?, &head, tally.rows()).map_err(unsent)?;
    Ok((tally, notes.under_way))
}

/// What the report is of. The built-in emulator listens elsewhere each time, and is the same all the same.
fn head(profile: &Profile, survey: &Survey) -> Head {
    let host = match profile.environment() {
        Environment::Emulator => Environment::Emulator.name().to_owned(),
        _ => profile.endpoint.authority(),
    };
    Head { input: survey.hash.clone(), profile: profile.name.clone(), host, rows: survey.rows }
}

/// Counts a report that is there.
fn tally(book: &impl Book, form: Form) -> Result<Tally, BookFault> {
    let mut tally = Tally::default();
    for line in std::io::BufRead::lines(book.report()?) {
        let line = line.map_err(|_| BookFault::Disk)?;
        if let Some(kept) = Kept::read(form, &line) {
            tally.count(&kept.fact);
        }
    }
    Ok(tally)
}

/// Says where the rows go, and on production what that may cost.
fn announce(profile: &Profile, valid: u64, left: u64) {
    let (word, host) = (profile.environment().word(), profile.endpoint.authority());
    let cost = if profile.is_guarded() {
        format!("; each of up to {} calls may mint a cryptogram", valid.min(left))
    } else {
        String::new()
    };
    complain(&format!("{word} {} at {host}: {left} rows to go{cost}", profile.merchant_id));
}

fn audit_row<G, K, C: Clock>(profile: &Profile, outcome: &str, tools: &Tools<G, K, C>) -> AuditRow {
    let host = Masked::typed(&profile.endpoint.authority());
    let row = AuditRow::batch(&Masked::typed(&profile.name), &host, outcome);
    AuditRow { at: tools.clock.stamp(), who: tools.who.clone(), ..row }
}

/// Asks what is to be asked, in two rounds where rows of an earlier run are asked again, and returns what the report came to.
async fn carry_out<G: Crews, K, C: Clock, I: Future<Output = ()>>(
    job: &Job<'_>,
    begun: &Begun,
    book: &mut impl Book,
    tools: &Tools<G, K, C>,
    interrupted: &impl Fn() -> I,
) -> Result<Tally, Stop> {
    let form = begun.forms.report;
    let remaining = Remaining::new(job, begun, plan::rows(job, begun, book)?);
    let report = book.report().map_err(Stop::Disk)?;
    let mending = Mending::new(job, form, plan::rows(job, begun, book)?, report);
    let mut drive = Drive::new(job, begun, book, tools.gateway.crew(called), &tools.clock);
    if job.args.retry_unknown && begun.tally.of(Outcome::Unknown) > 0 {
        drive.mend(mending, interrupted).await?;
    }
    drive.run(remaining, interrupted).await?;
    Ok(drive.into_tally())
}

/// The audit row of the end, the summary, and the exit code. What a batch that stopped came to is counted in its report.
fn end<G, K, C: Clock>(
    job: &Job<'_>,
    survey: &Survey,
    done: Result<Tally, Stop>,
    book: &mut impl Book,
    tools: &mut Tools<G, K, C>,
) -> u8 {
    let form = Form::of(&job.args.out).unwrap_or(Form::JsonLines);
    let sealed = book.seal();
    let (stop, tally) = match done {
        Ok(tally) => (None, tally),
        Err(stop) => (Some(stop), tally(book, form).unwrap_or_default()),
    };
    let counts: Vec<String> =
        Outcome::ALL.iter().map(|outcome| format!("{} {}", outcome.word(), tally.of(*outcome))).collect();
    let hash = sealed.as_deref().unwrap_or("not known");
    let row = audit_row(job.profile, &format!("{}; report sha256 {hash}", counts.join(", ")), tools);
    if let Ok(ledger) = &mut tools.ledger
        && let Err(fault) = ledger.audit(&row)
    {
        complain(&format!("how the batch ended is not in the audit trail: {fault}"));
    }
    let printed = print(&show::summary(&tally, survey.rows));
    // A disk that failed too is told, whatever else ended the batch: its report may have a hole.
    if let (Some(ended), Err(fault)) = (&stop, &sealed)
        && !matches!(ended, Stop::Disk(_))
    {
        complain(&fault.to_string());
    }
    let stop = stop.or(sealed.err().map(Stop::Disk));
    if let Some(stop) = &stop {
        complain(&format!(
            "{stop}; {} of {} rows have a result, and the same command with --resume goes on",
            tally.rows(),
            survey.rows
        ));
    }
    exit_code(stop.as_ref(), &tally).max(printed)
}

fn exit_code(stop: Option<&Stop>, tally: &Tally) -> u8 {
    match stop {
        Some(Stop::Key(_)) => API_REFUSED,
        Some(Stop::Interrupted) => INTERRUPTED,
        Some(Stop::Disk(_) | Stop::Input | Stop::Barred(_)) => OURS,
        None if tally.open() > 0 => NO_ANSWER,
        None => 0,
    }
}
