//! Owners, modes, links, damage and versions of the files.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use tokenscope::adapters::private::Folders;
use tokenscope::adapters::sqlite::Sqlite;
use tokenscope::domain::history::Page;
use tokenscope::ports::{Ledger, LedgerFault};

use crate::child::{self, assert_passes, below, child, is_root, mode, ordinary_child};
use crate::{Place, entry, open, row};

#[test]
fn everything_is_closed_to_others_under_an_open_umask() {
    let place = Place::new();
    assert_passes(child("disk::child_writes_under_an_open_umask", place.root()));
}

#[test]
#[ignore = "run by everything_is_closed_to_others_under_an_open_umask"]
fn child_writes_under_an_open_umask() {
    let Some(root) = child::folder() else { return };
    rustix::process::umask(rustix::fs::Mode::empty());
    let mut ledger = open(&root).unwrap();
    ledger.record(&entry("token_1")).unwrap();
    ledger.audit(&row("token_1")).unwrap();
    let paths = below(&root);
    for name in ["history.db", "history.db-wal", "history.db-shm", "install.key", "audit.head"] {
        assert!(paths.iter().any(|path| path.ends_with(name)), "{name} is missing");
    }
    for path in paths {
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), expected, "{}", path.display());
    }
}

#[test]
fn a_folder_or_file_of_somebody_else_is_refused() {
    if !is_root() {
        // Only root can give a file away; but the root folder belongs to somebody else for everyone else.
        let opened = Folders::open(Path::new("/"), Path::new("/"));
        assert_eq!(opened.err(), Some(LedgerFault::WrongOwner));
        return;
    }
    for name in
        ["data", "state", "data/history.db", "data/history.db-wal", "data/install.key", "state/audit.head"]
    {
        let place = Place::new();
        drop(place.open());
        let path = place.root().join(name);
        if !path.exists() {
            std::fs::write(&path, "").unwrap();
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        }
        std::os::unix::fs::chown(path, Some(child::NOBODY), None).unwrap();
        assert_eq!(place.try_open().err(), Some(LedgerFault::WrongOwner), "{name}");
    }
}

#[test]
fn a_folder_or_file_that_others_can_open_is_refused() {
    for (name, bits) in [
        ("data", 0o750),
        ("state", 0o701),
        ("data/history.db", 0o640),
        ("data/history.db-wal", 0o604),
        ("data/install.key", 0o620),
        ("state/audit.head", 0o601),
    ] {
        let place = Place::new();
        drop(place.open());
        let path = place.root().join(name);
        if !path.exists() {
            std::fs::write(&path, "").unwrap();
        }
        std::fs::set_permissions(&path, PermissionsExt::from_mode(bits)).unwrap();
        let fault = place.try_open().unwrap_err();
        assert_eq!(fault, LedgerFault::WrongMode, "{name}");
        assert!(fault.is_fatal());
    }
}

#[test]
fn a_link_in_the_place_of_the_database_is_not_followed() {
    for name in ["history.db", "history.db-wal", "history.db-shm", "install.key"] {
        let place = Place::new();
        place.bare();
        let target = place.root().join("target");
        symlink(&target, place.file(name)).unwrap();
        assert_eq!(place.try_open().err(), Some(LedgerFault::Damaged), "{name}");
        assert!(!target.exists());
    }
}

#[test]
fn a_folder_that_cannot_be_made_leaves_the_console_without_history() {
    let place = Place::new();
    std::fs::write(place.data(), "a file").unwrap();
    let fault = place.try_open().unwrap_err();
    assert_eq!(fault, LedgerFault::NoFolder);
    assert!(!fault.is_fatal());
}

#[test]
fn what_may_not_be_written_is_named() {
    let place = Place::new();
    drop(place.open());
    assert_passes(ordinary_child("disk::child_meets_what_may_not_be_written", place.root()));
}

#[test]
#[ignore = "run by what_may_not_be_written_is_named"]
fn child_meets_what_may_not_be_written() {
    let Some(root) = child::folder() else { return };
    let set = |path: &Path, bits| std::fs::set_permissions(path, PermissionsExt::from_mode(bits)).unwrap();
    let (data, file) = (root.join("data"), root.join("data/history.db"));
    set(&file, 0o400);
    assert_eq!(open(&root).err(), Some(LedgerFault::ReadOnly));
    set(&file, 0o600);
    for name in ["history.db-wal", "history.db-shm"] {
        std::fs::remove_file(data.join(name)).unwrap();
    }
    set(&data, 0o500);
    assert_eq!(open(&root).err(), Some(LedgerFault::ReadOnly));
    let empty = Folders::open(&root.join("empty"), &root.join("empty")).unwrap();
    set(empty.data().path(), 0o500);
    assert_eq!(Sqlite::open(&empty).err(), Some(LedgerFault::NoFolder));
    set(&data, 0o000);
    assert_eq!(open(&root).err(), Some(LedgerFault::NoFolder));
    set(&data, 0o700);
    assert!(open(&root).is_ok());
}

#[test]
fn a_file_that_is_no_database_is_called_damaged_and_left_as_it_is() {
    let place = Place::new();
    place.bare();
    let junk = "no database at all ".repeat(100);
    std::fs::write(place.file("history.db"), &junk).unwrap();
    std::fs::set_permissions(place.file("history.db"), PermissionsExt::from_mode(0o600)).unwrap();
    assert_eq!(place.try_open().err(), Some(LedgerFault::Damaged));
    assert_eq!(std::fs::read_to_string(place.file("history.db")).unwrap(), junk);
}

#[test]
fn a_damaged_page_is_called_damage() {
    let place = Place::new();
    let mut ledger = place.open();
    for n in 0..500 {
        ledger.record(&entry(&format!("token_{n}"))).unwrap();
    }
    drop(ledger);
    let mut bytes = std::fs::read(place.file("history.db")).unwrap();
    let from = bytes.len() / 4;
    bytes[from..].fill(0xa5);
    std::fs::write(place.file("history.db"), bytes).unwrap();
    let read = place.try_open().and_then(|mut ledger| ledger.page(&Page { limit: 500, ..Page::default() }));
    assert_eq!(read.err(), Some(LedgerFault::Damaged));
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let place = Place::new();
    drop(place.open());
    place.raw().pragma_update(None, "user_version", 99).unwrap();
    let fault = place.try_open().unwrap_err();
    assert_eq!(fault, LedgerFault::Newer);
    assert!(fault.is_fatal());
}

#[test]
fn a_file_that_was_made_and_never_filled_is_taken() {
    let place = Place::new();
    place.bare();
    std::fs::write(place.file("history.db"), "").unwrap();
    std::fs::set_permissions(place.file("history.db"), PermissionsExt::from_mode(0o600)).unwrap();
    place.open().record(&entry("token_1")).unwrap();
}
