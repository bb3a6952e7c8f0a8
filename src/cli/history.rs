//! `history`: what was called, read from the ledger page by page and never written.

use super::args::{ExportArgs, ExportFormat, HistoryCommand, ListArgs, ListFormat};
use super::paper::Paper;
use super::{OURS, REFUSED, complain, print_parts};
use crate::domain::history::{Entry, Page};
use crate::ports::LedgerFault;
use crate::report;

/// Rows that are held at once, however many there are.
const AT_ONCE: u32 = 200;

/// Runs the command and returns the exit code. `read` reads a page; `None` where no history is there yet.
pub fn run<R>(command: &HistoryCommand, read: Result<Option<R>, LedgerFault>, paper: Paper) -> u8
where
    R: FnMut(&Page) -> Result<Vec<Entry>, LedgerFault>,
{
    match (read, command) {
        (Err(fault), _) => fail(fault),
        (Ok(None), _) => {
            complain(
                "there is no history to read: the data folder holds none before the first call; --data-dir names another",
            );
            REFUSED
        }
        (Ok(Some(read)), HistoryCommand::List(args)) => list(args, read, paper),
        (Ok(Some(read)), HistoryCommand::Export(args)) => export(args, read),
    }
}

fn list(args: &ListArgs, read: impl FnMut(&Page) -> Result<Vec<Entry>, LedgerFault>, paper: Paper) -> u8 {
    let rows = Rows::of(read, &args.filter, u64::from(args.limit));
    match args.format {
        ListFormat::Text => {
            let head = report::table_head().text();
            let line = |row: &Entry| paper.draw_row(&report::table_row(row), row.verdict);
            print(rows, Some(head), line)
        }
        ListFormat::Json => print(rows, None, |row| report::entry_json(row).text()),
    }
}

fn export(args: &ExportArgs, read: impl FnMut(&Page) -> Result<Vec<Entry>, LedgerFault>) -> u8 {
    let rows = Rows::of(read, &args.filter, u64::MAX);
    match args.format {
        ExportFormat::Csv => print(rows, Some(report::csv_head()), report::csv_row),
        ExportFormat::Json => print(rows, None, |row| report::export_entry_json(row).text()),
    }
}

/// Prints the head and every row. A fault before the first row leaves stdout empty.
fn print<R>(rows: Rows<R>, head: Option<String>, line: impl Fn(&Entry) -> String) -> u8
where
    R: FnMut(&Page) -> Result<Vec<Entry>, LedgerFault>,
{
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
struct Rows<R> {
    read: R,
    next: Page,
    left: u64,
}

impl<R> Rows<R> {
    fn of(read: R, filter: &str, left: u64) -> Self {
        Self { read, next: Page { filter: filter.to_owned(), ..Page::default() }, left }
    }
}

impl<R: FnMut(&Page) -> Result<Vec<Entry>, LedgerFault>> Iterator for Rows<R> {
    type Item = Result<Vec<Entry>, LedgerFault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next.limit = u32::try_from(self.left).unwrap_or(AT_ONCE).min(AT_ONCE);
        if self.next.limit == 0 {
            return None;
        }
        let page = (self.read)(&self.next);
        let count = page.as_ref().map_or(0, Vec::len);
        self.left -= count as u64;
        self.next.before = page.as_ref().ok().and_then(|page| page.last()).map(|row| row.id);
        if page.is_err() {
            self.left = 0;
        }
        (count > 0 || page.is_err()).then_some(page)
    }
}
