//! The thread that reads the report which is looked at: it counts a slice, and looks between two whether rows are wanted.
//!
//! Not the disk's thread: a report may be large or lie on a slow disk, and an audit row must not wait for it. Must not know:
//! what a row means. Tested: `tests/session_report.rs`.

use std::sync::Arc;
use std::sync::mpsc::{self as std_mpsc, Receiver, TryRecvError};
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
    loop {
        let reading = match wanted.try_recv() {
            Err(TryRecvError::Disconnected) => return Ok(()),
            Err(TryRecvError::Empty) if listing.counted().complete => match wanted.recv() {
                Ok(reading) => Some(reading),
                Err(_) => return Ok(()),
            },
            Err(TryRecvError::Empty) => None,
            Ok(reading) => Some(reading),
        };
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

fn fault(fault: NoListing) -> ReportFault {
    match fault {
        NoListing::Empty => ReportFault::Empty,
        NoListing::NotOurs => ReportFault::NotOurs,
        NoListing::Newer => ReportFault::Newer,
        NoListing::Disk => ReportFault::Disk,
    }
}
