//! What the history on disk costs at a thousand, a hundred thousand and a million rows, with a trail just as long.
//!
//! `cargo bench --bench history` (`-- started` and the like for a part); it is for the README's row "history of 1,000,000
//! rows". Reading and writing must not depend on the rows, and pages and steps have to stay below a frame of 16 ms. Take
//! `fastest`. What writes waits for the disk, so `TMPDIR` has to be on the one that is meant and not in memory. The rows are
//! made in SQL, a million of them in some seconds.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench fails by panicking")]

use std::collections::BTreeMap;
use std::sync::Mutex;

use divan::{Bencher, black_box};
use rusqlite::Connection;
use tempfile::TempDir;
use tokenscope::adapters::private::Folders;
use tokenscope::adapters::sqlite::Sqlite;
use tokenscope::app::FIRST_ROWS;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::{ASKED, AuditRow, Deed, Details, Entry, Page, Verdict};
use tokenscope::domain::profile::Environment;
use tokenscope::domain::trail::Subject;
use tokenscope::ports::Ledger as _;
use tokenscope::secret::Masked;

/// As in the program, where every block is wiped when it is freed.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

const ROWS: [u32; 3] = [1_000, 100_000, 1_000_000];

/// Rows that the disk thread looks at in one step of a search (`runtime::disk`).
const STEP: u32 = 5_000;

/// When the calls were made; nothing of them is due to go.
const AT: Stamp = Stamp(1_795_430_000_000);

/// Makes rows of the first one: ours would wait for the disk with each.
const FILL: &str = "
    PRAGMA synchronous = OFF;
    WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
    INSERT INTO history SELECT i, at + i, profile, environment, host, 'token_' || i, 'cust_' || i, 'cust_' || i,
        submerchant_id, http_status, verdict, summary, network, issuer, token_status, card_last_four, total_ms,
        token_expiry, eci, provider, requestor, par_print, fingerprint_print, cryptogram_print
        FROM n, history WHERE history.id = 1;
    WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
    INSERT INTO audit SELECT i, at + i, who, deed, profile, host, 'token_' || i, outcome, previous, mac
        FROM n, audit WHERE audit.seq = 1;
    PRAGMA wal_checkpoint(TRUNCATE);";

/// The folders by their number of rows, each filled once; the disk is given back at the end.
static FILLED: Mutex<BTreeMap<u32, TempDir>> = Mutex::new(BTreeMap::new());

fn main() {
    divan::main();
    FILLED.lock().unwrap().clear();
}

fn folders(rows: u32) -> Folders {
    let mut filled = FILLED.lock().unwrap();
    let root = filled.entry(rows).or_insert_with(|| fill(rows)).path();
    open_folders(root)
}

fn open_folders(root: &std::path::Path) -> Folders {
    Folders::open(&root.join("data"), &root.join("state")).unwrap()
}

fn fill(rows: u32) -> TempDir {
    let temp = tempfile::tempdir().unwrap();
    let mut ledger = Sqlite::open(&open_folders(temp.path())).unwrap();
    ledger.record(&entry()).unwrap();
    ledger.audit(&row()).unwrap();
    let db = Connection::open(temp.path().join("data/history.db")).unwrap();
    db.execute_batch(&FILL.replace(":rows", &rows.to_string())).unwrap();
    // The newest row is one of ours, so that the trail ends where its head says.
    ledger.audit(&row()).unwrap();
    assert_eq!(ledger.count(), Ok(u64::from(rows)));
    temp
}

fn ledger(rows: u32) -> Sqlite {
    Sqlite::open(&folders(rows)).unwrap()
}

fn entry() -> Entry {
    let ours = Masked::ours;
    Entry {
        id: 0,
        at: AT,
        profile: ours("sandbox"),
        environment: Environment::Sandbox,
        host: ours("sandbox.juspay.in"),
        card_reference: ours("token_1"),
        customer_id: ours("cust_1"),
        routing_id: ours("cust_1"),
        submerchant_id: Masked::default(),
        http_status: Some(200),
        verdict: Verdict::Usable,
        summary: ours("Token and cryptogram are well-formed and the token is active."),
        network: ours("VISA"),
        issuer: ours("HDFC"),
        token_status: ours("ACTIVE"),
        card_last_four: ours("1111"),
        total_ms: 321,
        details: Details { token_expiry: ours("11/2029"), eci: ours("07"), ..Details::default() },
    }
}

fn row() -> AuditRow {
    let ours = Masked::ours;
    AuditRow {
        at: AT,
        who: ours("ann"),
        deed: Deed::Send,
        profile: ours("sandbox"),
        host: ours("sandbox.juspay.in"),
        card_reference: ours("token_1"),
        outcome: ours(ASKED),
    }
}

/// All that the disk thread does before the first rows are on the screen.
#[divan::bench(args = ROWS, sample_count = 30, sample_size = 1)]
fn started(bencher: Bencher<'_, '_>, rows: u32) {
    let folders = folders(rows);
    bencher.bench_local(|| {
        let mut ledger = Sqlite::open(&folders).unwrap();
        assert_eq!(ledger.has_gap(), Ok(false));
        assert_eq!(ledger.expire(AT, 90), Ok(0));
        let first = ledger.page(&Page { limit: FIRST_ROWS, ..Page::default() }).unwrap();
        (ledger, first)
    });
}

fn pages(bencher: Bencher<'_, '_>, rows: u32, before: Option<i64>) {
    let mut ledger = ledger(rows);
    let page = Page { limit: FIRST_ROWS, before, ..Page::default() };
    bencher.bench_local(|| ledger.page(black_box(&page)).unwrap());
}

#[divan::bench(args = ROWS)]
fn first_page(bencher: Bencher<'_, '_>, rows: u32) {
    pages(bencher, rows, None);
}

#[divan::bench(args = ROWS)]
fn last_page(bencher: Bencher<'_, '_>, rows: u32) {
    pages(bencher, rows, Some(i64::from(FIRST_ROWS) + 1));
}

/// Text that no row holds, so that all rows of the step are looked at, or one that each holds.
fn steps(bencher: Bencher<'_, '_>, rows: u32, before: Option<i64>, filter: &str) {
    let mut ledger = ledger(rows);
    let page = Page { limit: FIRST_ROWS, before, filter: filter.into(), ..Page::default() };
    bencher.bench_local(|| ledger.find(black_box(&page), STEP).unwrap());
}

#[divan::bench(args = ROWS)]
fn first_window_of_filter(bencher: Bencher<'_, '_>, rows: u32) {
    steps(bencher, rows, None, "token");
}

#[divan::bench(args = ROWS)]
fn step_of_filter_that_finds_nothing(bencher: Bencher<'_, '_>, rows: u32) {
    steps(bencher, rows, Some(i64::from(rows / 2)), "nowhere");
}

/// The worst text: it could stand in a time, which is put together for each row.
#[divan::bench(args = ROWS)]
fn step_of_filter_by_number(bencher: Bencher<'_, '_>, rows: u32) {
    steps(bencher, rows, Some(i64::from(rows / 2)), "1999-12-31");
}

#[divan::bench(args = ROWS)]
fn timeline(bencher: Bencher<'_, '_>, rows: u32) {
    let mut ledger = ledger(rows);
    let of = Subject {
        profile: Masked::ours("sandbox"),
        host: Masked::ours("sandbox.juspay.in"),
        card_reference: Masked::ours("token_500"),
        // The first of its rows; a later one of its kind would begin another call.
        sent: Stamp(AT.0 + 500),
    };
    assert_eq!(ledger.timeline(&of).map(|traces| traces.len()), Ok(1));
    bencher.bench_local(|| ledger.timeline(black_box(&of)).unwrap());
}

#[divan::bench(args = ROWS)]
fn row_of_history(bencher: Bencher<'_, '_>, rows: u32) {
    // Newer than all others, as a row of a call is.
    let (mut ledger, entry) = (ledger(rows), Entry { at: Stamp(AT.0 + 10_000_000), ..entry() });
    bencher.bench_local(|| ledger.record(black_box(&entry)).unwrap());
}

#[divan::bench(args = ROWS)]
fn row_of_audit(bencher: Bencher<'_, '_>, rows: u32) {
    let (mut ledger, row) = (ledger(rows), row());
    bencher.bench_local(|| ledger.audit(black_box(&row)).unwrap());
}
