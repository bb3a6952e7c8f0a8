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
#[path = "adapters_ledger/disk.rs"]
mod disk;
#[path = "adapters_ledger/filter.rs"]
mod filter;
#[path = "adapters_ledger/processes.rs"]
mod processes;
#[path = "adapters_ledger/reader.rs"]
mod reader;
mod replies;
#[path = "adapters_ledger/retention.rs"]
mod retention;
#[path = "adapters_ledger/rows.rs"]
mod rows;
#[path = "adapters_ledger/tampering.rs"]
mod tampering;
#[path = "adapters_ledger/timeline.rs"]
mod timeline;
#[path = "adapters_ledger/trail.rs"]
mod trail;

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tokenscope::adapters::private::Folders;
use tokenscope::adapters::sqlite::{Sqlite, verify};
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::{AuditRow, Deed, Details, Entry, Page, Verdict};
use tokenscope::domain::profile::Environment;
use tokenscope::domain::trail::{Finding, Verification};
use tokenscope::ports::{Ledger, LedgerFault};
use tokenscope::secret::{Masked, Print};

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

    fn state(&self, name: &str) -> PathBuf {
        self.root().join("state").join(name)
    }

    /// What a walk over the trail finds, by a reader that changes nothing.
    fn verify(&self) -> Verification {
        verify(&self.data(), &self.root().join("state")).unwrap().expect("a trail")
    }

    fn findings(&self) -> Vec<Finding> {
        self.verify().findings
    }

    /// A connection that knows none of our rules.
    fn raw(&self) -> Connection {
        Connection::open(self.file("history.db")).unwrap()
    }

    /// The whole database in one file, as its bytes; no log lies beside it.
    fn copy(&self) -> Vec<u8> {
        // SQLite moves the log into the file when the last connection goes, unless it is told not to.
        self.raw().query_row("SELECT count(*) FROM audit", [], |_| Ok(())).unwrap();
        assert!(!self.file("history.db-wal").exists());
        std::fs::read(self.file("history.db")).unwrap()
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
        details: Details {
            token_expiry: Masked::ours("11/2029"),
            eci: Masked::ours("07"),
            provider: Masked::ours("VISA"),
            requestor: Masked::ours("40000000079"),
            par: Print::from_stored(&"a0".repeat(32)),
            fingerprint: None,
            cryptogram: Print::from_stored(&"b1".repeat(32)),
        },
    }
}

fn all(ledger: &mut Sqlite) -> Vec<Entry> {
    found(ledger, "")
}

fn found(ledger: &mut Sqlite, filter: &str) -> Vec<Entry> {
    ledger.page(&Page { limit: u32::MAX, filter: filter.into(), ..Page::default() }).unwrap()
}

fn references(entries: &[Entry]) -> Vec<String> {
    entries.iter().map(|entry| entry.card_reference.text()).collect()
}

/// What lets SQL change the audit trail.
const FREE: &str = "DROP TRIGGER audit_is_not_edited; DROP TRIGGER audit_is_not_deleted;";

/// Changes the trail behind our back; its triggers are there again afterwards.
fn tamper(place: &Place, sql: &str) {
    let db = place.raw();
    let triggers = "SELECT group_concat(sql, '; ') FROM sqlite_schema WHERE type = 'trigger'";
    let triggers: String = db.query_row(triggers, [], |row| row.get(0)).unwrap();
    db.execute_batch(&format!("{FREE} {sql}; {triggers}")).unwrap();
}

fn row(reference: &str) -> AuditRow {
    AuditRow {
        at: Stamp(1_700_000_000_000),
        who: Masked::typed("ann"),
        deed: Deed::Reveal,
        profile: Masked::typed("prod"),
        host: Masked::typed("api.juspay.in"),
        card_reference: Masked::typed(reference),
        outcome: Masked::default(),
    }
}
