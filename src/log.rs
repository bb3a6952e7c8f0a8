//! The log: what a record may hold, how it stands on its line, and which records are wanted.
//!
//! Owns: levels, the form of a line (one JSON object), and the records of our own in `told`. Must not know: files, threads,
//! the clock, a library; time comes in with [`Log::to`], lines go out through a [`Sink`]. Usable by `adapters`, `config`,
//! `runtime`, `cli` and `wire`; the core and the view say what they have to say by their types. Tested: below, and with the
//! real binary in `tests/log.rs`.
//!
//! What goes into a record is a number, a word of our own source or [`Masked`] text, so that a text that nobody masked cannot
//! be logged:
//!
//! ```
//! use tokenscope::log::{Level, Log};
//! Log::off().note(Level::Info, "call_sent", vec![("environment", "sandbox".into()), ("call", 1_u32.into())]);
//! ```
//! ```compile_fail
//! use tokenscope::log::{Level, Log};
//! let token = String::from("4788080252078243");
//! Log::off().note(Level::Info, "call_sent", vec![("token", token.into())]);
//! ```
//! ```compile_fail
//! use tokenscope::log::{Level, Log};
//! let token = String::from("4788080252078243");
//! Log::off().note(Level::Info, "call_sent", vec![("token", token.as_str().into())]);
//! ```
//! ```compile_fail
//! use tokenscope::log::{Level, Log};
//! let event = String::from("4788080252078243");
//! Log::off().note(Level::Info, &event, vec![]);
//! ```

mod level;
mod record;
mod told;

use std::sync::Arc;

use crate::domain::calendar::Stamp;
use crate::secret::Masked;

pub use level::{Level, Threshold};
pub use record::{Field, Record, Value, source_file};

/// Takes records, and is never in the way: it neither blocks nor fails.
pub trait Sink: Send + Sync {
    /// Takes a record, or drops it.
    fn take(&self, record: Record);
    /// Gives what was taken a short moment to get where it belongs; nothing is taken afterwards.
    fn close(&self);
}

/// Where records are made. Clones write to the same place.
#[derive(Clone)]
pub struct Log(Option<Arc<Open>>);

struct Open {
    threshold: Threshold,
    process: u32,
    now: fn() -> Stamp,
    sink: Arc<dyn Sink>,
}

impl Log {
    /// A log that takes nothing.
    pub fn off() -> Self {
        Self(None)
    }

    /// A log of this process (by its number, since several write to one file) that goes to a sink.
    pub fn to(threshold: Threshold, process: u32, now: fn() -> Stamp, sink: Arc<dyn Sink>) -> Self {
        Self(Some(Arc::new(Open { threshold, process, now, sink })))
    }

    /// Notes an event of ours, named by a past participle.
    pub fn note(&self, level: Level, event: &'static str, fields: Vec<Field>) {
        self.write(level, || (vec![("event", event.into())], fields));
    }

    /// Notes that a library has something to say: where in its source, and never what.
    pub fn note_library(
        &self,
        level: Level,
        target: &'static str,
        file: Option<&'static str>,
        line: Option<u32>,
    ) {
        self.write(level, || {
            let file = file.map(|file| ("file", Masked::ours(&source_file(file)).into()));
            let line = line.map(|line| ("line", line.into()));
            (vec![("target", target.into())], file.into_iter().chain(line).collect())
        });
    }

    fn write(&self, level: Level, content: impl FnOnce() -> (Vec<Field>, Vec<Field>)) {
        let Some(open) = self.0.as_ref().filter(|open| open.threshold.takes(level)) else { return };
        let (about, fields) = content();
        open.sink.take(Record { at: (open.now)(), process: open.process, level, about, fields });
    }

    /// See [`Sink::close`].
    pub fn close(&self) {
        if let Some(open) = &self.0 {
            open.sink.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[derive(Default)]
    struct Kept(Mutex<Vec<Record>>);

    impl Sink for Kept {
        fn take(&self, record: Record) {
            self.0.lock().unwrap().push(record);
        }
        fn close(&self) {}
    }

    /// What a log with this threshold takes.
    fn taken(threshold: Threshold, note: impl FnOnce(&Log)) -> Vec<Record> {
        let kept = Arc::new(Kept::default());
        note(&Log::to(
            threshold,
            42,
            || Stamp(1_700_000_000_789),
            Arc::<Kept>::clone(&kept) as Arc<dyn Sink>,
        ));
        kept.0.lock().unwrap().clone()
    }

    #[test]
    fn records_up_to_the_threshold_are_taken_and_no_others() {
        for level in Level::ALL {
            let note = |log: &Log| log.note(level, "started", Vec::new());
            assert_eq!(taken(Threshold::default(), note).len(), usize::from(level <= Level::Warn));
            assert!(taken(Threshold::OFF, note).is_empty());
        }
    }

    #[test]
    fn of_a_library_the_place_is_told() {
        let note = |log: &Log| {
            log.note_library(Level::Warn, "h2::proto::ping_pong", Some("/a/b/h2/src/x/y.rs"), Some(8));
        };
        let records = taken(Threshold::default(), note);
        let rest = r#""target":"h2::proto::ping_pong","fields":{"file":"h2/src/x/y.rs","line":8}}"#;
        assert!(records[0].line().ends_with(&format!("{rest}\n")), "{}", records[0].line());
    }
}
