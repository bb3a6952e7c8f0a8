//! What the process under a fault does, and what it says of it.

use std::fmt::Display;
use std::io::Write as _;
use std::path::Path;

use tokenscope::adapters::export::Export;
use tokenscope::adapters::private::Folders;
use tokenscope::adapters::sqlite::{self, Reader, Sqlite};
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::{AuditRow, Deed, Details, Entry, Page, Verdict};
use tokenscope::domain::profile::Environment;
use tokenscope::domain::trail::Finding;
use tokenscope::ports::{Archive as _, ExportForm, Exporter as _, Ledger as _, LedgerFault};
use tokenscope::secret::{Masked, Needles};

use crate::child;

/// Stands masked in every document.
pub(crate) const SECRET: &str = "4111111111111111";

/// Stands readable in every row.
pub(crate) const REFERENCE: &str = "token_of_the_test";

const NOW: Stamp = Stamp(1_700_000_000_000);

fn newest() -> Page {
    Page { limit: 9, ..Page::default() }
}

/// The document of this name, long enough for more than one page.
pub(crate) fn document(name: &str) -> Masked {
    Masked::free_text(&format!("{name}: card {SECRET} {}END", "line\n".repeat(2_000)), &Needles::default())
}

#[test]
#[ignore = "run by the tests in each_call"]
fn child_works() {
    let Some(root) = child::folder() else { return };
    // What closes the files must be us.
    rustix::process::umask(rustix::fs::Mode::empty());
    let mut ledger = step("open 1", || open(&root));
    step("record old", || ledger.record(&entry("old", Stamp(0))));
    audit(&root, &mut ledger, "audit 1");
    export(&root, "export 1");
    step("record 1", || ledger.record(&entry("record 1", NOW)));
    step("page 1", || ledger.page(&newest()));
    step("expire 1", || ledger.expire(NOW, 7));
    audit(&root, &mut ledger, "audit 2");
    step("read 1", || read(&root));
    drop(ledger);
    step("read 2", || read(&root));
    let mut ledger = step("open 2", || open(&root));
    audit(&root, &mut ledger, "audit 3");
    step("record 2", || ledger.record(&entry("record 2", NOW)));
    export(&root, "export 2");
    // `history verify` is a process of its own: a lock that it cannot give back goes with it.
    drop(ledger);
    step("verify 1", || verify(&root));
}

pub(crate) fn open(root: &Path) -> Result<Sqlite, LedgerFault> {
    Sqlite::open(&Folders::open(&root.join("data"), &root.join("state"))?)
}

/// What a walk over the trail finds; a trail that is not there yet holds no row.
pub(crate) fn verify(root: &Path) -> Result<Vec<Finding>, LedgerFault> {
    let walked = sqlite::verify(&root.join("data"), &root.join("state"))?;
    Ok(walked.map(|trail| trail.findings).unwrap_or_default())
}

fn read(root: &Path) -> Result<Vec<Entry>, LedgerFault> {
    Reader::open(&root.join("data"))?.map_or(Ok(Vec::new()), |reader| reader.page(&newest()))
}

fn export(root: &Path, name: &str) {
    let exports = Export::new(root.join("data/exports"));
    let path = step(name, || exports.write(&document(name), ExportForm::Markdown, NOW));
    say(&format!("wrote {name} {}", path.file_name().unwrap().to_str().unwrap()));
}

/// What the trail looks like right after a row that failed is told as well, as it is before any other row mends it.
fn audit(root: &Path, ledger: &mut Sqlite, name: &str) {
    step(name, || {
        let written = ledger.audit(&row(name));
        if written.is_err() {
            let findings = verify(root);
            say(&format!("trail {}", findings.map_or_else(|it| it.to_string(), |it| format!("{it:?}"))));
        }
        written
    });
}

/// Does a step, and once more where it fails: what fails once must not stop anybody for longer.
fn step<T, F: Display>(name: &str, mut attempt: impl FnMut() -> Result<T, F>) -> T {
    for _ in 0..2 {
        match attempt() {
            Ok(done) => {
                say(&format!("confirmed {name}"));
                return done;
            }
            Err(fault) => {
                say(&format!("failed {name}: {fault}"));
                say_what_is_left();
            }
        }
    }
    panic!("{name} fails although the disk does not fail any more")
}

/// Halves of files, before the next attempt sweeps them up.
fn say_what_is_left() {
    let paths = child::folder().map(|root| child::below(&root)).unwrap_or_default();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|it| it == "part")) {
        say(&format!("left {}", path.display()));
    }
}

/// In one write, and on a line of its own.
fn say(line: &str) {
    std::io::stdout().write_all(format!("\n{line}\n").as_bytes()).unwrap();
}

fn entry(name: &str, at: Stamp) -> Entry {
    Entry {
        id: 0,
        at,
        profile: Masked::typed("sandbox"),
        environment: Environment::Sandbox,
        host: Masked::typed("sandbox.juspay.in"),
        card_reference: Masked::typed(REFERENCE),
        customer_id: Masked::typed(name),
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
        details: Details::default(),
    }
}

fn row(name: &str) -> AuditRow {
    AuditRow {
        at: NOW,
        who: Masked::typed("ann"),
        deed: Deed::Reveal,
        profile: Masked::typed("prod"),
        host: Masked::typed("api.juspay.in"),
        card_reference: Masked::typed(name),
        outcome: Masked::default(),
    }
}
