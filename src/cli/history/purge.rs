//! `history purge`: deletes the history, after a typed word and an audit row.

use std::io::{BufRead, Read as _};

use super::Opened;
use crate::cli::args::{CONFIRMATION, PurgeArgs};
use crate::cli::config::Desk;
use crate::cli::{OURS, REFUSED};
use crate::domain::calendar::Stamp;
use crate::domain::history::{AuditRow, Deed};
use crate::ports::{Archive, Ledger, LedgerFault, PurgeFault, Purged, PurgedAndTold, calls};
use crate::secret::Masked;

/// More than a person types here.
const LONGEST: u64 = 1_000;

/// What a purge works with.
pub struct Purge<'a, A> {
    /// What there is, to be counted.
    pub archive: Opened<A>,
    /// Opens the ledger once it is sure that there is something to delete, and somebody who wants it.
    pub open: &'a dyn Fn() -> Result<Box<dyn Ledger>, LedgerFault>,
    /// The user's name, for the audit trail.
    pub who: Masked,
    /// Tells the time.
    pub at: fn() -> Stamp,
}

impl<A> Purge<'_, A> {
    fn row(&self, outcome: &str) -> AuditRow {
        AuditRow { at: (self.at)(), who: self.who.clone(), ..AuditRow::about_all(Deed::Purge, outcome) }
    }
}

/// Deletes every call of the history, if that is really wanted.
pub fn purge<A: Archive>(args: &PurgeArgs, purge: &Purge<'_, A>, desk: &mut Desk<'_>) -> u8 {
    let counted = match &purge.archive {
        Err(fault) => Err(*fault),
        Ok(None) => Ok(0),
        Ok(Some(archive)) => archive.count(),
    };
    match counted {
        Err(fault) => refuse(desk, &fault.to_string()),
        Ok(0) => {
            desk.complain("nothing was deleted, since the history holds no call");
            0
        }
        Ok(rows) => match confirmed(args, rows, desk) {
            Ok(()) => run(purge, desk),
            Err(why) => refuse(desk, why),
        },
    }
}

fn refuse(desk: &mut Desk<'_>, why: &str) -> u8 {
    desk.complain(&format!("nothing was deleted: {why}"));
    REFUSED
}

/// The word comes from a person who reads what goes, or from the command line.
fn confirmed(args: &PurgeArgs, rows: u64, desk: &mut Desk<'_>) -> Result<(), &'static str> {
    if args.confirm.is_some() {
        return Ok(());
    }
    let Some(answers) = &mut desk.answers else {
        return Err("nobody sits at a terminal to confirm it, and --confirm purge was not given");
    };
    let question = format!(
        "This deletes {} of the history for good; exports stay, and so does the audit trail, which says who did it.\n\
         Type {CONFIRMATION} and press Enter: ",
        calls(rows)
    );
    let _ = desk.err.write_all(question.as_bytes()).and_then(|()| desk.err.flush());
    let mut line = String::new();
    let read = answers.take(LONGEST).read_line(&mut line);
    if read.is_ok() && line.trim_end_matches(['\r', '\n']) == CONFIRMATION {
        Ok(())
    } else {
        Err("that was not the word")
    }
}

/// The audit row first: without it nothing is deleted.
fn run<A>(purge: &Purge<'_, A>, desk: &mut Desk<'_>) -> u8 {
    let opened = (purge.open)().map_err(PurgeFault::NotAudited);
    match opened.and_then(|mut ledger| ledger.purge_audited(&|outcome| purge.row(outcome))) {
        Err(fault) => {
            desk.complain(&fault.to_string());
            if matches!(fault, PurgeFault::NotAudited(_)) { REFUSED } else { OURS }
        }
        Ok(PurgedAndTold { purged, told: in_trail }) => {
            if let Err(fault) = in_trail {
                desk.complain(&format!("how many went is not in the audit trail: {fault}"));
            }
            told(desk, purged)
        }
    }
}

fn told(desk: &mut Desk<'_>, purged: Purged) -> u8 {
    if !purged.is_overwritten {
        desk.complain(
            "another program reads the history just now, so the deleted rows are still in its log: end it and start the console once",
        );
    }
    let printed =
        desk.print(&format!("{} deleted from the history; the audit trail stays\n", calls(purged.rows)));
    if purged.is_overwritten { printed } else { OURS }
}
