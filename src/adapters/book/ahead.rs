//! Brings what was written of a report to its disk while more of it is written, so that its end need not wait for all.
//!
//! A thread of its own syncs, since that takes as long as the disk likes. Owns: that no failure of the disk is lost: the system
//! tells each only once, and whoever syncs the file at its end may not be the one who hears it.

use std::io;
use std::sync::mpsc::{self, SyncSender, TrySendError};
use std::thread::{self, JoinHandle};

/// So many bytes are written before they are brought to the disk.
const STEP: usize = 4 * 1024 * 1024;

/// Syncs a file beside its writer.
pub(super) struct Ahead {
    written: usize,
    /// One sync at most waits for the one under way, and takes along what is written meanwhile.
    wanted: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl Ahead {
    /// With what syncs the file. It is called until it fails.
    pub(super) fn with(sync: impl Fn() -> io::Result<()> + Send + 'static) -> io::Result<Self> {
        let (wanted, asked) = mpsc::sync_channel(1);
        let syncing = move || asked.iter().try_for_each(|()| sync());
        let thread = thread::Builder::new().name("disk".into()).spawn(syncing)?;
        Ok(Self { written: 0, wanted, thread })
    }

    /// So many more bytes are written. Returns whether that goes on: where a sync failed, [`Ahead::end`] tells why.
    pub(super) fn wrote(&mut self, bytes: usize) -> bool {
        self.written += bytes;
        if self.written < STEP {
            return true;
        }
        self.written = 0;
        !matches!(self.wanted.try_send(()), Err(TrySendError::Disconnected(())))
    }

    /// Waits for what is on its way, and tells what failed.
    pub(super) fn end(self) -> io::Result<()> {
        drop(self.wanted);
        self.thread.join().unwrap_or_else(|_| Err(io::Error::other("a thread ended")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_syncs_once_a_step_is_written_and_not_before() {
        let (tell, told) = mpsc::channel();
        let mut ahead = Ahead::with(move || tell.send(()).map_err(io::Error::other)).unwrap();
        assert!(ahead.wrote(STEP - 1) && ahead.wrote(1));
        told.recv().unwrap();
        assert!(ahead.wrote(STEP - 1));
        assert_eq!((ahead.end().is_ok(), told.iter().count()), (true, 0));
    }

    #[test]
    fn after_a_failure_the_disk_is_left_alone_and_the_end_tells_it() {
        let (tell, told) = mpsc::channel();
        let failing = move || {
            tell.send(()).unwrap();
            Err(io::ErrorKind::StorageFull.into())
        };
        let mut ahead = Ahead::with(failing).unwrap();
        while ahead.wrote(STEP) {}
        assert_eq!(ahead.end().unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(told.iter().count(), 1);
    }
}
