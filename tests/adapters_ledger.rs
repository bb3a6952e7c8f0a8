//! History and audit trail on real files: modes, owners, several processes at once, kill -9, hostile rows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test fails by panicking"
)]
#![expect(clippy::disallowed_methods, reason = "tests put files in the way of the adapter")]

mod child;

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use child::{assert_passes, below, child, is_root, mode, ordinary_child};
use rusqlite::Connection;
use tokenscope::adapters::private::Folders;
use tokenscope::adapters::sqlite::Sqlite;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::{Entry, Page, Verdict};
use tokenscope::domain::profile::Environment;
use tokenscope::ports::{Ledger, LedgerFault};
use tokenscope::secret::{MASK, Masked, Needles, Piece};

struct Place {
    temp: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { temp: tempfile::tempdir().unwrap() }
    }

    fn root(&self) -> &Path {
        self.temp.path()
    }

    fn data(&self) -> PathBuf {
        self.root().join("data")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.data().join(name)
    }

    fn try_open(&self) -> Result<Sqlite, LedgerFault> {
        open(self.root())
    }

    fn open(&self) -> Sqlite {
        self.try_open().unwrap()
    }

    /// A connection that knows none of our rules.
    fn raw(&self) -> Connection {
        Connection::open(self.file("history.db")).unwrap()
    }

    /// A data folder in which the database is not there yet.
    fn bare(&self) {
        Folders::open(&self.data(), &self.root().join("state")).unwrap();
    }
}

fn open(root: &Path) -> Result<Sqlite, LedgerFault> {
    Sqlite::open(&Folders::open(&root.join("data"), &root.join("state"))?)
}

fn entry(reference: &str) -> Entry {
    Entry {
        id: 0,
        at: Stamp(1_700_000_000_000),
        profile: Masked::typed("sandbox"),
        environment: Environment::Sandbox,
        host: Masked::typed("sandbox.juspay.in"),
        card_reference: Masked::typed(reference),
        customer_id: Masked::typed("cust_1"),
        routing_id: Masked::typed("cust_1"),
        submerchant_id: Masked::default(),
        http_status: Some(200),
        verdict: Verdict::Usable,
        summary: Masked::ours("The token can be used."),
        network: Masked::ours("VISA"),
        issuer: Masked::ours("HDFC"),
        token_status: Masked::ours("ACTIVE"),
        card_last_four: Masked::ours("1111"),
        total_ms: 321,
    }
}

fn all(ledger: &mut Sqlite) -> Vec<Entry> {
    found(ledger, "")
}

fn found(ledger: &mut Sqlite, filter: &str) -> Vec<Entry> {
    ledger.page(&Page { limit: 10_000, before: None, filter: filter.into() }).unwrap()
}

fn references(entries: &[Entry]) -> Vec<String> {
    entries.iter().map(|entry| entry.card_reference.text()).collect()
}

// What is written comes back.

#[test]
fn a_row_comes_back_as_it_was_written_also_after_a_new_start() {
    let place = Place::new();
    let mut row = entry("token_1");
    row.http_status = None;
    row.submerchant_id = Masked::typed("airline");
    row.id = place.open().record(&row).unwrap();
    assert_eq!(all(&mut place.open()), [row]);
}

#[test]
fn every_verdict_and_environment_is_kept() {
    let place = Place::new();
    let mut ledger = place.open();
    for verdict in Verdict::ALL {
        for environment in
            [Environment::Emulator, Environment::Sandbox, Environment::Production, Environment::Custom]
        {
            let mut row = Entry { verdict, environment, ..entry("token_1") };
            row.id = ledger.record(&row).unwrap();
            assert_eq!(all(&mut ledger)[0], row);
        }
    }
}

#[test]
fn pages_go_back_from_the_newest_row() {
    let mut ledger = Place::new().open();
    let ids: Vec<i64> = (0..5).map(|n| ledger.record(&entry(&format!("token_{n}"))).unwrap()).collect();
    let mut page = |limit, before| ledger.page(&Page { limit, before, filter: String::new() }).unwrap();
    assert_eq!(references(&page(2, None)), ["token_4", "token_3"]);
    assert_eq!(references(&page(2, Some(ids[3]))), ["token_2", "token_1"]);
    assert_eq!(references(&page(2, Some(ids[0]))), [""; 0]);
}

#[test]
fn a_filter_looks_into_profile_reference_customer_and_verdict() {
    let mut ledger = Place::new().open();
    ledger.record(&Entry { profile: Masked::typed("Staging"), ..entry("a") }).unwrap();
    ledger.record(&Entry { customer_id: Masked::typed("cust_9"), ..entry("b") }).unwrap();
    ledger.record(&Entry { verdict: Verdict::NoAnswer, ..entry("ref_c") }).unwrap();
    for (filter, expected) in
        [("staging", "a"), ("UST_9", "b"), ("no answer", "ref_c"), ("REF_", "ref_c"), ("HDFC", "")]
    {
        assert_eq!(references(&found(&mut ledger, filter)).join(","), expected, "{filter}");
    }
}

#[test]
fn a_filter_has_no_wildcards_and_no_sql() {
    let mut ledger = Place::new().open();
    for reference in ["plain", "100%", "a_b", r"back\slash", "o'brien", "x*y"] {
        ledger.record(&entry(reference)).unwrap();
    }
    for (filter, expected) in
        [("%", "100%"), ("\\", r"back\slash"), ("*", "x*y"), ("'", "o'brien"), ("a_b", "a_b")]
    {
        assert_eq!(references(&found(&mut ledger, filter)), [expected], "{filter}");
    }
    for filter in ["' OR 1=1 --", "plain%", "p_ain", "\0", &"%".repeat(100_000)] {
        assert!(found(&mut ledger, filter).is_empty());
    }
}

#[test]
fn sql_in_a_value_stays_a_value() {
    let mut ledger = Place::new().open();
    let hostile = "'); DROP TABLE history; -- \" ; ?1 :at";
    let mut row = entry(hostile);
    row.summary = Masked::ours(hostile);
    row.id = ledger.record(&row).unwrap();
    assert_eq!(all(&mut ledger), [row]);
}

#[test]
fn a_mask_comes_back_as_a_mask_and_its_imitation_as_text() {
    let mut ledger = Place::new().open();
    let masked = Masked::free_text("card 4111111111111111 of Ann", &Needles::default());
    let row = Entry { summary: masked.clone(), issuer: Masked::ours(MASK), ..entry("4111111111111111") };
    ledger.record(&row).unwrap();
    let back = &all(&mut ledger)[0];
    assert_eq!(back.summary, masked);
    assert!(back.summary.pieces().contains(&Piece::Mask));
    assert_eq!(back.card_reference, Masked::hidden());
    assert!(!back.issuer.pieces().contains(&Piece::Mask) && !back.issuer.text().contains(MASK));
}

#[test]
fn hostile_text_in_a_row_comes_back_visible_and_harmless() {
    let place = Place::new();
    let mut ledger = place.open();
    ledger.record(&entry("token_1")).unwrap();
    let hostile: &[u8] = b"a\x1b]52;c;eA==\x07\xe2\x80\xae\xff\x9b\xe2\x80\xa2";
    let set = "UPDATE history SET profile = CAST(?1 AS TEXT), summary = CAST(?1 AS TEXT), card_reference = '4111111111111111'";
    place.raw().execute(set, [hostile]).unwrap();
    let row = &all(&mut ledger)[0];
    assert_eq!(row.profile.text(), "a\\u{1b}]52;c;eA==\\u{7}\\u{202e}\u{fffd}\u{fffd}\\u{2022}");
    assert_eq!(row.summary, row.profile);
    assert_eq!(row.card_reference, Masked::hidden());
}

#[test]
fn a_row_of_another_shape_is_called_damage() {
    for change in ["verdict = 'FINE'", "environment = 'moon'", "http_status = 70000", "total_ms = -1"] {
        let place = Place::new();
        let mut ledger = place.open();
        ledger.record(&entry("token_1")).unwrap();
        place.raw().execute_batch(&format!("UPDATE history SET {change}")).unwrap();
        assert_eq!(ledger.page(&Page { limit: 1, ..Page::default() }), Err(LedgerFault::Damaged), "{change}");
    }
}

// Retention.

#[test]
fn rows_past_the_retention_go_and_their_text_leaves_the_disk() {
    let place = Place::new();
    let mut ledger = place.open();
    let (day, now) = (86_400_000, Stamp(1_700_000_000_000));
    for n in 0..200 {
        let row = entry(&format!("expired_reference_{n}"));
        ledger.record(&Entry { at: Stamp(now.0 - 7 * day - 1), ..row }).unwrap();
    }
    ledger.record(&Entry { at: Stamp(now.0 - 7 * day), ..entry("kept_reference") }).unwrap();
    assert!(holds(&place, "expired_reference_7"), "the search finds what is there");
    assert_eq!(ledger.expire(now, 7), Ok(200));
    assert_eq!(references(&all(&mut ledger)), ["kept_reference"]);
    assert!(!holds(&place, "expired_reference_"));
    assert!(holds(&place, "kept_reference"));
    assert_eq!(ledger.expire(now, 7), Ok(0));
    assert_eq!(ledger.expire(now, u32::MAX), Ok(0));
}

#[test]
fn the_id_of_a_row_that_went_is_not_given_again() {
    let mut ledger = Place::new().open();
    let first = ledger.record(&entry("a")).unwrap();
    ledger.expire(Stamp(i64::MAX), 0).unwrap();
    assert!(ledger.record(&entry("b")).unwrap() > first);
}

/// Whether a text stands anywhere in the data folder.
fn holds(place: &Place, text: &str) -> bool {
    let files = below(&place.data()).into_iter().filter(|path| path.is_file());
    files
        .map(|path| std::fs::read(path).unwrap())
        .any(|bytes| bytes.windows(text.len()).any(|w| w == text.as_bytes()))
}

// Owners, modes, links.

#[test]
fn everything_is_closed_to_others_under_an_open_umask() {
    let place = Place::new();
    assert_passes(child("child_writes_under_an_open_umask", place.root()));
}

#[test]
#[ignore = "run by everything_is_closed_to_others_under_an_open_umask"]
fn child_writes_under_an_open_umask() {
    let Some(root) = child::folder() else { return };
    rustix::process::umask(rustix::fs::Mode::empty());
    let mut ledger = open(&root).unwrap();
    ledger.record(&entry("token_1")).unwrap();
    let paths = below(&root);
    for name in ["history.db", "history.db-wal", "history.db-shm"] {
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
    for name in ["data", "state", "data/history.db", "data/history.db-wal"] {
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
    for (name, bits) in
        [("data", 0o750), ("state", 0o701), ("data/history.db", 0o640), ("data/history.db-wal", 0o604)]
    {
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
    for name in ["history.db", "history.db-wal", "history.db-shm"] {
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
    assert_passes(ordinary_child("child_meets_what_may_not_be_written", place.root()));
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

// Faults.

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

// Several processes, and their end.

fn start(name: &str, root: &Path) -> (Child, std::io::Lines<BufReader<std::process::ChildStdout>>) {
    let mut started = child(name, root).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(started.stdout.take().unwrap()).lines();
    (started, lines)
}

fn confirmed(line: &str) -> Option<i64> {
    line.strip_prefix("id ").and_then(|rest| rest.strip_suffix('.')).map(|id| id.parse().unwrap())
}

/// Writes rows and says each id once it is confirmed.
fn write_rows(root: &Path, rows: usize) {
    let mut ledger = open(root).unwrap();
    let mut out = std::io::stdout();
    for n in 0..rows {
        let id = ledger.record(&entry(&format!("token_{}_{n}", std::process::id()))).unwrap();
        write!(out, "\nid {id}.\n").unwrap();
        out.flush().unwrap();
    }
}

#[test]
#[ignore = "run by processes_write_at_once"]
fn child_writes_some_rows() {
    if let Some(root) = child::folder() {
        write_rows(&root, 60);
    }
}

#[test]
#[ignore = "run by killed_consoles_lose_no_confirmed_row"]
fn child_writes_without_end() {
    if let Some(root) = child::folder() {
        write_rows(&root, usize::MAX);
    }
}

#[test]
fn processes_write_at_once_and_every_row_is_there() {
    let place = Place::new();
    let started: Vec<_> = (0..3).map(|_| start("child_writes_some_rows", place.root())).collect();
    let mut ids = Vec::new();
    for (mut process, lines) in started {
        ids.extend(lines.filter_map(|line| confirmed(&line.unwrap())));
        assert!(process.wait().unwrap().success());
    }
    ids.sort_unstable();
    let mut rows: Vec<i64> = all(&mut place.open()).iter().map(|entry| entry.id).collect();
    rows.reverse();
    assert_eq!(rows.len(), 180);
    assert_eq!(ids, rows);
}

#[test]
fn killed_consoles_lose_no_confirmed_row() {
    let place = Place::new();
    let mut ids = Vec::new();
    for round in 0..20 {
        let (mut process, mut lines) = start("child_writes_without_end", place.root());
        let until = ids.len() + 1 + round % 7;
        while ids.len() < until {
            ids.extend(confirmed(&lines.next().unwrap().unwrap()));
        }
        process.kill().unwrap();
        process.wait().unwrap();
        ids.extend(lines.map_while(Result::ok).filter_map(|line| confirmed(&line)));
        let rows: Vec<i64> = all(&mut place.open()).iter().map(|entry| entry.id).collect();
        assert!(ids.iter().all(|id| rows.contains(id)), "round {round}");
    }
    let check: String = place.raw().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
}
