//! The thread that reads the report which is looked at: it counts a slice, and looks between two whether rows are wanted.
//!
//! Not the disk's thread: a report may be large or lie on a slow disk, and an audit row must not wait for it. Must not know:
//! what a row means. Tested: below, and in `tests/session_report.rs`.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{self as std_mpsc, Receiver, RecvError, TryRecvError};
use std::thread;

use tokio::sync::mpsc;

use crate::app::browse::{News, Reading};
use crate::app::event::What;
use crate::batch::{Listing, NoListing};
use crate::ports::{Report, ReportFault, Shelf as Library};

/// News that may wait for the loop.
const NEWS: usize = 8;

/// The loop's end of that thread.
pub(super) struct Shelf {
    library: Arc<dyn Library>,
    tell: mpsc::Sender<What>,
    told: mpsc::Receiver<What>,
    /// To the thread of the report that is open; it ends when this is dropped.
    readings: Option<(u32, std_mpsc::Sender<Reading>)>,
}

impl Shelf {
    pub(super) fn new(library: Arc<dyn Library>) -> Self {
        let (tell, told) = mpsc::channel(NEWS);
        Self { library, tell, told, readings: None }
    }

    /// Opens a report; what comes of it bears this number.
    pub(super) fn open(&mut self, id: u32, path: String) {
        let (readings, wanted) = std_mpsc::channel();
        let (library, teller) = (Arc::clone(&self.library), Teller { id, tell: self.tell.clone() });
        let work = move || read(library.as_ref(), &path, &wanted, &teller);
        let started = thread::Builder::new().name("report".into()).spawn(work);
        self.readings = started.ok().map(|_| (id, readings));
    }

    /// Asks for rows.
    pub(super) fn read(&self, id: u32, reading: Reading) {
        if let Some((_, readings)) = self.readings.as_ref().filter(|(open, _)| *open == id) {
            let _ = readings.send(reading);
        }
    }

    /// Lets the report go.
    pub(super) fn close(&mut self) {
        self.readings = None;
    }

    /// What comes of the report.
    pub(super) async fn news(&mut self) -> What {
        match self.told.recv().await {
            Some(what) => what,
            None => std::future::pending().await,
        }
    }
}

struct Teller {
    id: u32,
    tell: mpsc::Sender<What>,
}

impl Teller {
    /// The loop may have ended; then nobody is left to be told.
    fn tell(&self, news: News) {
        let _ = self.tell.blocking_send(What::Report { id: self.id, news });
    }
}

fn read(library: &dyn Library, path: &str, wanted: &Receiver<Reading>, teller: &Teller) {
    let listed = library.open(path).and_then(|report| Listing::open(report).map_err(fault));
    let told = listed.and_then(|listing| serve(listing, wanted, teller));
    if let Err(fault) = told {
        teller.tell(News::Failed(fault));
    }
}

/// Until nobody wants anything more.
fn serve(
    mut listing: Listing<Box<dyn Report>>,
    wanted: &Receiver<Reading>,
    teller: &Teller,
) -> Result<(), ReportFault> {
    let mut queue = VecDeque::new();
    loop {
        let Ok(reading) = next(&mut queue, wanted, listing.counted().complete) else { return Ok(()) };
        let news = match reading {
            None => {
                listing.count().map_err(|_| ReportFault::Disk)?;
                News::Counted(Box::new(listing.counted().clone()))
            }
            Some(Reading::Page(which, first)) => {
                let rows = listing.page(which, first).map_err(|_| ReportFault::Disk)?;
                News::Page { which, first, rows }
            }
            Some(Reading::Whole(which, place)) => {
                News::Whole(listing.whole(which, place).map_err(|_| ReportFault::Disk)?.map(Box::new))
            }
        };
        teller.tell(news);
    }
}

/// What is wanted next, if anything; with nothing left to count it waits for that. Of pages only the newest is: a cursor that
/// runs down a long report asks for more of them than can be read meanwhile, and has left the others behind.
fn next(
    queue: &mut VecDeque<Reading>,
    wanted: &Receiver<Reading>,
    waits: bool,
) -> Result<Option<Reading>, RecvError> {
    if queue.is_empty() && waits {
        queue.push_back(wanted.recv()?);
    }
    let closed = loop {
        match wanted.try_recv() {
            Ok(reading) => queue.push_back(reading),
            Err(end) => break end == TryRecvError::Disconnected,
        }
    };
    if closed {
        return Err(RecvError);
    }
    let is_page = |reading: &Reading| matches!(reading, Reading::Page(..));
    while queue.front().is_some_and(is_page) && queue.iter().skip(1).any(is_page) {
        queue.pop_front();
    }
    Ok(queue.pop_front())
}

fn fault(fault: NoListing) -> ReportFault {
    match fault {
        NoListing::Empty => ReportFault::Empty,
        NoListing::NotOurs => ReportFault::NotOurs,
        NoListing::Newer => ReportFault::Newer,
        NoListing::Disk => ReportFault::Disk,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Which;

    #[test]
    fn of_the_pages_that_wait_the_newest_alone_is_read_and_every_row_is() {
        let (readings, wanted) = std_mpsc::channel();
        let page = |first| Reading::Page(Which::All, first);
        let row = Reading::Whole(Which::All, 7);
        for reading in [page(1), page(2), row, page(3), page(4)] {
            readings.send(reading).unwrap();
        }
        let mut queue = VecDeque::new();
        let mut ask = |waits| next(&mut queue, &wanted, waits);
        assert_eq!([ask(true), ask(true), ask(false)], [Ok(Some(row)), Ok(Some(page(4))), Ok(None)]);
        drop(readings);
        assert_eq!(ask(false), Err(RecvError));
    }
}
