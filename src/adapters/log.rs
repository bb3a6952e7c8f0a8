//! The log file, `tokenscope.log` in the state folder, written by a thread of its own.
//!
//! Owns: the file, its mode, its size, its thread, and that it is never in the way: where the file cannot be written or
//! records come faster than it can, they are dropped and counted. Nothing is opened or started before the first record, and
//! between records the thread sleeps. Must not know: what a record says. Tested: below on real folders, and with the real
//! binary in `tests/log.rs`.

mod file;
mod libraries;

pub use libraries::Libraries;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use self::file::append;
use crate::log::{Record, Sink};

/// Records that may wait for the disk.
const WAITING: usize = 256;

/// How long a quit waits for the records that it was given. A disk that hangs may not hold up the quit.
const LAST_WORDS: Duration = Duration::from_millis(250);

/// Writes records into one folder.
pub struct LogFile {
    folder: PathBuf,
    writer: Mutex<Writer>,
    dropped: Arc<AtomicU64>,
    last_words: Duration,
}

enum Writer {
    /// No record came yet.
    Unstarted,
    Running {
        records: SyncSender<Record>,
        gone: Receiver<()>,
    },
    /// No record is taken any more, or no thread was to be had.
    Ended,
}

impl LogFile {
    /// Logs into this folder, which is made at the first record where it is missing.
    pub fn new(folder: PathBuf) -> Self {
        let writer = Mutex::new(Writer::Unstarted);
        Self { folder, writer, dropped: Arc::default(), last_words: LAST_WORDS }
    }

    fn start(&self) -> Writer {
        let (records, waiting) = mpsc::sync_channel(WAITING);
        let (ended, gone) = mpsc::channel();
        let (folder, dropped) = (self.folder.clone(), Arc::clone(&self.dropped));
        let work = move || {
            write_all(&folder, &waiting, &dropped);
            let _ = ended.send(());
        };
        match thread::Builder::new().name("log".into()).spawn(work) {
            Ok(_) => Writer::Running { records, gone },
            Err(_) => Writer::Ended,
        }
    }

    /// Held for as long as it takes to hand over a record, and never while the disk is at work.
    fn lock(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for LogFile {
    fn take(&self, record: Record) {
        let mut writer = self.lock();
        if matches!(*writer, Writer::Unstarted) {
            *writer = self.start();
        }
        let is_taken =
            matches!(&*writer, Writer::Running { records, .. } if records.try_send(record).is_ok());
        if !is_taken {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn close(&self) {
        let writer = std::mem::replace(&mut *self.lock(), Writer::Ended);
        if let Writer::Running { records, gone } = writer {
            drop(records);
            let _ = gone.recv_timeout(self.last_words);
        }
    }
}

/// The life of the thread.
fn write_all(folder: &Path, records: &Receiver<Record>, dropped: &AtomicU64) {
    let mut last = None;
    while let Ok(record) = records.recv() {
        tell_losses(folder, &record, dropped);
        if append(folder, &record.line()).is_err() {
            dropped.fetch_add(1, Ordering::Relaxed);
        }
        last = Some(record);
    }
    if let Some(record) = last {
        tell_losses(folder, &record, dropped);
    }
}

/// Says how many records were lost so far, where it can be said.
fn tell_losses(folder: &Path, record: &Record, dropped: &AtomicU64) {
    let count = dropped.swap(0, Ordering::Relaxed);
    if count > 0 && append(folder, &record.after_losing(count).line()).is_err() {
        dropped.fetch_add(count, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::file::FILE;
    use super::*;
    use crate::adapters::private::Folder;
    use crate::domain::calendar::Stamp;
    use crate::log::{Level, Log, Threshold};
    use std::fs::File;
    use std::os::unix::fs::{MetadataExt as _, symlink};

    struct Bench {
        temp: tempfile::TempDir,
        file: Arc<LogFile>,
        log: Log,
    }

    impl Bench {
        /// On a machine that may be busy, so that a close waits for the disk.
        fn new() -> Self {
            Self::hasty(Duration::from_secs(20))
        }

        fn hasty(last_words: Duration) -> Self {
            let temp = tempfile::tempdir().unwrap();
            let file = Arc::new(LogFile { last_words, ..LogFile::new(temp.path().join("state")) });
            let log = Log::to(
                Threshold::default(),
                1,
                Stamp::default,
                Arc::<LogFile>::clone(&file) as Arc<dyn Sink>,
            );
            Self { temp, file, log }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.temp.path().join("state").join(name)
        }

        fn read(&self, name: &str) -> String {
            std::fs::read_to_string(self.path(name)).unwrap()
        }

        /// Puts a file there, as an earlier run of ours would.
        fn put(&self, name: &str, text: &str) {
            let folder = Folder::private(&self.path("")).unwrap();
            folder.write_new(name, text.as_bytes()).unwrap();
        }
    }

    fn note(log: &Log, events: impl IntoIterator<Item = &'static str>) {
        for event in events {
            log.note(Level::Warn, event, Vec::new());
        }
    }

    fn wait(until: impl Fn() -> bool) {
        let nap = || std::thread::sleep(Duration::from_millis(2));
        assert!((0..10_000).any(|_| until() || (nap(), false).1), "it never came true");
    }

    #[test]
    fn nothing_is_there_before_the_first_record() {
        let bench = Bench::new();
        bench.log.note(Level::Info, "not_wanted", Vec::new());
        assert!(matches!(*bench.file.lock(), Writer::Unstarted), "no thread");
        bench.log.close();
        assert!(!bench.path("").exists());
    }

    #[test]
    fn records_are_on_disk_in_their_order_when_it_is_closed() {
        let bench = Bench::new();
        note(&bench.log, ["one", "two", "three"]);
        bench.log.close();
        let text = bench.read(FILE);
        let events: Vec<&str> =
            text.split(r#""event":""#).skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(events, ["one", "two", "three"]);
        let mode = |path: PathBuf| std::fs::metadata(path).unwrap().mode() & 0o7777;
        assert_eq!((mode(bench.path("")), mode(bench.path(FILE))), (0o700, 0o600));
        note(&bench.log, ["late"]);
        assert!(!bench.read(FILE).contains("late"));
    }

    #[test]
    fn what_the_disk_refuses_is_counted_and_told_once_it_takes_records_again() {
        let bench = Bench::new();
        bench.put("target", "theirs");
        symlink(bench.path("target"), bench.path(FILE)).unwrap();
        note(&bench.log, ["one", "two"]);
        wait(|| bench.file.dropped.load(Ordering::Relaxed) == 2);
        std::fs::remove_file(bench.path(FILE)).unwrap();
        note(&bench.log, ["three"]);
        bench.log.close();
        let text = bench.read(FILE);
        assert!(text.contains(r#""event":"records_dropped","fields":{"count":2}"#), "{text}");
        assert!(text.lines().count() == 2 && text.contains("three"), "{text}");
        assert_eq!(bench.read("target"), "theirs");
    }

    /// A disk that hangs: somebody else is at work in the file and does not come to an end.
    fn hanging(bench: &Bench) -> File {
        let file = Folder::private(&bench.path("")).unwrap().append(FILE).unwrap();
        file.lock().unwrap();
        file
    }

    #[test]
    fn a_disk_that_hangs_blocks_nobody_and_what_came_meanwhile_is_counted() {
        let bench = Bench::new();
        let turn = hanging(&bench);
        note(&bench.log, ["waiting"; WAITING * 2]);
        drop(turn);
        bench.log.close();
        let text = bench.read(FILE);
        let written = text.matches("waiting").count();
        let lost =
            text.split("\"count\":").skip(1).filter_map(|rest| rest.split('}').next()?.parse::<usize>().ok());
        assert!((WAITING..=WAITING + 1).contains(&written), "{text}");
        assert_eq!(written + lost.sum::<usize>(), WAITING * 2, "{text}");
    }

    #[test]
    fn a_disk_that_hangs_does_not_hold_up_the_quit() {
        let bench = Bench::hasty(Duration::from_millis(1));
        let turn = hanging(&bench);
        note(&bench.log, ["waiting"]);
        bench.log.close();
        assert_eq!(bench.file.dropped.load(Ordering::Relaxed), 0, "the thread is still waiting for the disk");
        drop(turn);
        wait(|| bench.read(FILE).contains("waiting"));
    }
}
