//! `history show`: one call in full, and what was done with its answer.

use super::{Opened, fail, with};
use crate::cli::args::{ShowArgs, ShowFormat};
use crate::cli::paper::Paper;
use crate::cli::{REFUSED, complain, print};
use crate::domain::history::Entry;
use crate::domain::trail::{Subject, Trace};
use crate::ports::{Archive, LedgerFault};
use crate::report;

/// Prints the call of an id.
pub fn show(args: &ShowArgs, archive: Opened<impl Archive>, paper: Paper) -> u8 {
    with(archive, |archive| match found(archive, args.id) {
        Err(fault) => fail(fault),
        Ok(None) => {
            complain(
                "the history holds no call of this id: `tokenscope history list` names the ids there are",
            );
            REFUSED
        }
        Ok(Some((entry, traces))) => print(&match args.format {
            ShowFormat::Text => paper.draw(&report::entry_text(&entry, &traces), entry.verdict),
            ShowFormat::Json => report::entry_and_timeline_json(&entry, &traces).into_text(),
        }),
    })
}

fn found(archive: &impl Archive, id: i64) -> Result<Option<(Entry, Vec<Trace>)>, LedgerFault> {
    let Some(entry) = archive.entry(id)? else { return Ok(None) };
    let traces = match Subject::try_from(&entry) {
        Ok(subject) => archive.timeline(&subject)?,
        Err(()) => Vec::new(),
    };
    Ok(Some((entry, traces)))
}
