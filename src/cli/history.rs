//! `history`: what was called and what was done with it. Read from an archive that cannot be changed, but for `purge`.
//!
//! Tested: `tests/cli_history.rs` and `tests/cli_trail.rs`, the real binary over real databases.

mod purge;
mod show;
mod verify;

pub use purge::{Purge, purge};
pub use show::show;
pub use verify::verify;

use super::args::{ExportArgs, ExportFormat, ListArgs, ListFormat, Which};
use super::paper::Paper;
use super::{OURS, REFUSED, complain, print_parts};
use crate::domain::history::{Entry, Only, Page};
use crate::ports::{Archive, LedgerFault};
use crate::report;
use crate::secret::Masked;

/// Rows that are held at once, however many there are.
const AT_ONCE: u32 = 200;

/// What is there to be read: an archive, none yet, or why it cannot be.
pub type Opened<A> = Result<Option<A>, LedgerFault>;

/// Prints the newest calls.
pub fn list(args: &ListArgs, profile: Option<&str>, archive: Opened<impl Archive>, paper: Paper) -> u8 {
    with(archive, |archive| print_list(args, page(&args.which, profile), archive, paper))
}

/// Prints every call.
pub fn export(args: &ExportArgs, profile: Option<&str>, archive: Opened<impl Archive>) -> u8 {
    with(archive, |archive| print_export(args, page(&args.which, profile), archive))
}

fn with<A: Archive>(archive: Opened<A>, run: impl FnOnce(&A) -> u8) -> u8 {
    match archive {
        Err(fault) => fail(fault),
        Ok(None) => {
            complain(
                "there is no history to read: the data folder holds none before the first call; --data-dir names another",
            );
            REFUSED
        }
        Ok(Some(archive)) => run(&archive),
    }
}

/// The page that only holds the calls that are meant.
fn page(which: &Which, profile: Option<&str>) -> Page {
    let typed = |text: Option<&str>| text.map(Masked::typed);
    let only = Only {
        profile: typed(profile),
        card_reference: typed(which.card_reference.as_deref()),
        customer_id: typed(which.customer_id.as_deref()),
        verdict: which.verdict,
        since: which.since,
    };
    Page { filter: which.filter.clone(), only, ..Page::default() }
}

fn print_list(args: &ListArgs, page: Page, archive: &impl Archive, paper: Paper) -> u8 {
    let rows = Rows { archive, next: page, left: u64::from(args.limit) };
    match args.format {
        ListFormat::Text => {
            let head = report::table_head().text();
            let line = |row: &Entry| paper.draw_row(&report::table_row(row), row.verdict);
            print(rows, Some(head), line)
        }
        ListFormat::Json => print(rows, None, |row| report::entry_json(row).into_text()),
    }
}

fn print_export(args: &ExportArgs, page: Page, archive: &impl Archive) -> u8 {
    let rows = Rows { archive, next: page, left: u64::MAX };
    match args.format {
        ExportFormat::Csv => print(rows, Some(report::csv_head()), report::csv_row),
        ExportFormat::Json => print(rows, None, |row| report::export_entry_json(row).into_text()),
    }
}

/// Prints the head and every row. A fault before the first row leaves stdout empty.
fn print(rows: Rows<'_, impl Archive>, head: Option<String>, line: impl Fn(&Entry) -> String) -> u8 {
    let mut pages = rows.peekable();
    match pages.peek() {
        Some(Err(fault)) => return fail(*fault),
        None => complain("the history holds no call like that"),
        Some(Ok(_)) => {}
    }
    let mut fault = None;
    let good = pages.map_while(|page| page.map_err(|it| fault = Some(it)).ok());
    let lines = good.map(|page| page.iter().map(&line).collect::<String>());
    let printed = print_parts(head.into_iter().chain(lines));
    fault.map_or(printed, fail)
}

/// What the user can mend before anything is read is refused; what the file or the disk does is a fault.
fn fail(fault: LedgerFault) -> u8 {
    complain(&format!("the history cannot be read: {fault}"));
    let is_refused = fault.is_fatal() || matches!(fault, LedgerFault::NoFolder | LedgerFault::Older);
    if is_refused { REFUSED } else { OURS }
}

/// The pages of a history, from the newest row back.
struct Rows<'a, A> {
    archive: &'a A,
    next: Page,
    left: u64,
}

impl<A: Archive> Iterator for Rows<'_, A> {
    type Item = Result<Vec<Entry>, LedgerFault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next.limit = u32::try_from(self.left).unwrap_or(AT_ONCE).min(AT_ONCE);
        if self.next.limit == 0 {
            return None;
        }
        let page = self.archive.page(&self.next);
        let count = page.as_ref().map_or(0, Vec::len);
        self.left -= count as u64;
        self.next.before = page.as_ref().ok().and_then(|page| page.last()).map(|row| row.id);
        if page.is_err() {
            self.left = 0;
        }
        (count > 0 || page.is_err()).then_some(page)
    }
}
