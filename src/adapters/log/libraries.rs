//! What libraries say through `tracing`: that and where, and never what.
//!
//! Owns: the subscriber of the process. A message or a field of a library may hold a header, a frame or a URL, so neither is
//! ever read: what is written is the place in the library's source, which is static. Below warn nothing is taken, whatever
//! `TOKENSCOPE_LOG` says, and `RUST_LOG` is not looked at (threat model, row 9). Tested: below, and with a real server that
//! makes a library complain in `tests/log.rs`.

use std::sync::atomic::{AtomicU32, Ordering};

use tracing_core::span::{Attributes, Id, Record as Values};
use tracing_core::{Dispatch, Event, LevelFilter, Metadata, Subscriber, dispatcher};

use crate::log::{Level, Log};

/// Records of libraries in one run. A server that makes a library complain without end may not push ours out of the file.
const MOST: u32 = 500;

/// Listens to the libraries of the process.
pub struct Libraries {
    log: Log,
    told: AtomicU32,
}

impl Libraries {
    /// Listens from here on, for the life of the process; whoever listens already goes on.
    pub fn listen(log: Log) {
        let _ = dispatcher::set_global_default(Dispatch::new(Self::new(log)));
    }

    fn new(log: Log) -> Self {
        Self { log, told: AtomicU32::new(0) }
    }
}

/// The level of what is taken.
fn taken(metadata: &Metadata<'_>) -> Option<Level> {
    match *metadata.level() {
        _ if !metadata.is_event() => None,
        tracing_core::Level::ERROR => Some(Level::Error),
        tracing_core::Level::WARN => Some(Level::Warn),
        _ => None,
    }
}

impl Subscriber for Libraries {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        taken(metadata).is_some()
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::WARN)
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let Some(level) = taken(metadata) else { return };
        match self.told.fetch_add(1, Ordering::Relaxed) {
            ..MOST => self.log.note_library(level, metadata.target(), metadata.file(), metadata.line()),
            MOST => self.log.note(Level::Warn, "libraries_muted", Vec::new()),
            _ => {}
        }
    }

    /// Spans are not enabled, so none is ever made.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Values<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Stamp;
    use crate::log::{Record, Sink, Threshold};
    use std::sync::{Arc, Mutex};
    use tracing_core::{Callsite, Interest, Kind, field::Value, metadata};

    /// A place in a library.
    struct Place;

    static PLACE: Place = Place;
    static WARNS: Metadata<'static> = metadata! {
        name: "a warning", target: "h2::proto", level: tracing_core::Level::WARN, fields: &["message"],
        callsite: &PLACE, kind: Kind::EVENT
    };
    static INFORMS: Metadata<'static> = metadata! {
        name: "a detail", target: "h2::proto", level: tracing_core::Level::INFO, fields: &["message"],
        callsite: &PLACE, kind: Kind::EVENT
    };
    static SPANS: Metadata<'static> = metadata! {
        name: "a span", target: "h2::proto", level: tracing_core::Level::ERROR, fields: &["message"],
        callsite: &PLACE, kind: Kind::SPAN
    };

    impl Callsite for Place {
        fn set_interest(&self, _: Interest) {}
        fn metadata(&self) -> &Metadata<'_> {
            &WARNS
        }
    }

    /// What a library says at a place.
    fn say(metadata: &'static Metadata<'static>, message: &str) {
        let field = metadata.fields().field("message").unwrap();
        Event::dispatch(metadata, &metadata.fields().value_set(&[(&field, Some(&message as &dyn Value))]));
    }

    #[derive(Default)]
    struct Kept(Mutex<Vec<Record>>);

    impl Sink for Kept {
        fn take(&self, record: Record) {
            self.0.lock().unwrap().push(record);
        }
        fn close(&self) {}
    }

    /// The lines that come of what libraries say.
    fn lines(threshold: Threshold, talk: impl FnOnce()) -> Vec<String> {
        let kept = Arc::new(Kept::default());
        let log = Log::to(threshold, 1, Stamp::default, Arc::<Kept>::clone(&kept) as Arc<dyn Sink>);
        dispatcher::with_default(&Dispatch::new(Libraries::new(log)), talk);
        kept.0.lock().unwrap().iter().map(Record::line).collect()
    }

    #[test]
    fn a_warning_is_told_by_its_place_and_not_by_what_it_says() {
        let said = lines(Threshold::default(), || say(&WARNS, "authorization: Basic c2VjcmV0"));
        let [line] = said.try_into().unwrap();
        assert!(
            line.contains(r#""target":"h2::proto","fields":{"file":"src/adapters/log/libraries.rs""#),
            "{line}"
        );
        for never in ["message", "authorization", "c2VjcmV0", "a warning"] {
            assert!(!line.contains(never), "{never} in {line}");
        }
    }

    #[test]
    fn what_is_below_warn_is_not_taken_whatever_is_wanted_of_ours() {
        assert!(lines(Threshold::up_to(Level::Trace), || say(&INFORMS, "detail")).is_empty());
        assert!(lines(Threshold::up_to(Level::Error), || say(&WARNS, "more than is wanted")).is_empty());
        let libraries = Libraries::new(Log::off());
        assert_eq!([&WARNS, &INFORMS, &SPANS].map(|it| libraries.enabled(it)), [true, false, false]);
    }

    #[test]
    fn a_library_that_complains_without_end_is_muted() {
        let said = lines(Threshold::default(), || (0..MOST * 2).for_each(|_| say(&WARNS, "again")));
        assert_eq!(said.len(), MOST as usize + 1);
        assert!(said.last().unwrap().contains("libraries_muted"), "{said:?}");
    }
}
