//! A history that is only read.

use std::os::unix::fs::{PermissionsExt, symlink};

use tokenscope::adapters::sqlite::Reader;
use tokenscope::domain::history::Page;
use tokenscope::ports::{Archive, Ledger, LedgerFault};

use crate::child::below;
use crate::{Place, entry, references};

fn newest(reader: &Reader) -> Vec<String> {
    references(&reader.page(&Page { limit: 9, ..Page::default() }).unwrap())
}

#[test]
fn rows_are_read_beside_a_console_and_after_it() {
    let place = Place::new();
    let mut ledger = place.open();
    ledger.record(&entry("token_1")).unwrap();
    assert_eq!(newest(&Reader::open(&place.data()).unwrap().unwrap()), ["token_1"]);
    drop(ledger);
    assert_eq!(newest(&Reader::open(&place.data()).unwrap().unwrap()), ["token_1"]);
}

#[test]
fn nothing_is_made_or_changed_by_reading() {
    let place = Place::new();
    assert!(Reader::open(&place.data()).unwrap().is_none());
    assert!(below(place.root()).is_empty(), "no folder is made");
    place.bare();
    let before = below(place.root());
    assert!(Reader::open(&place.data()).unwrap().is_none());
    assert_eq!(below(place.root()), before, "no file is made");
    place.open().record(&entry("token_1")).unwrap();
    std::fs::remove_file(place.file("install.key")).unwrap();
    let bytes = std::fs::read(place.file("history.db")).unwrap();
    let before = below(place.root());
    let reader = Reader::open(&place.data()).unwrap().unwrap();
    assert_eq!(newest(&reader), ["token_1"]);
    drop(reader);
    assert_eq!(std::fs::read(place.file("history.db")).unwrap(), bytes);
    assert_eq!(below(place.root()), before);
}

#[test]
fn a_history_that_others_can_open_or_that_is_none_is_refused() {
    let closed = |place: &Place| Reader::open(&place.data()).unwrap_err();
    for (name, bits) in [("data", 0o750), ("data/history.db", 0o640)] {
        let place = Place::new();
        drop(place.open());
        std::fs::set_permissions(place.root().join(name), PermissionsExt::from_mode(bits)).unwrap();
        assert_eq!(closed(&place), LedgerFault::WrongMode, "{name}");
    }
    let place = Place::new();
    place.bare();
    symlink(place.root().join("target"), place.file("history.db")).unwrap();
    assert_eq!(closed(&place), LedgerFault::Damaged, "a link is not followed");
    let place = Place::new();
    drop(place.open());
    place.raw().pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(closed(&place), LedgerFault::Newer);
    let place = Place::new();
    place.bare();
    std::fs::write(place.file("history.db"), "no database at all ".repeat(100)).unwrap();
    std::fs::set_permissions(place.file("history.db"), PermissionsExt::from_mode(0o600)).unwrap();
    assert_eq!(closed(&place), LedgerFault::Damaged);
}
