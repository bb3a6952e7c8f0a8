//! History, audit trail and exports while one call fails.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rusqlite::Connection;
use tokenscope::ports::{ExportFault, Ledger as _, LedgerFault};

use crate::child::{self, below, mode};
use crate::shim::{self, Call, Fault};
use crate::work::{self, REFERENCE, SECRET};

/// What a process said and did.
struct Outcome {
    temp: tempfile::TempDir,
    fault: Fault,
    calls: Vec<Call>,
    said: String,
}

impl Outcome {
    fn of(fault: Fault) -> Self {
        let temp = shim::room();
        let at = |name: &str| temp.path().join(name);
        let (root, trace, said) = (at("root"), at("trace"), at("said"));
        std::fs::create_dir(&root).unwrap();
        let file = File::create_new(&said).unwrap();
        let mut command = child::child("work::child_works", &root);
        command.envs(shim::environment(&root, &trace, fault)).stdin(Stdio::null());
        command.stdout(file.try_clone().unwrap()).stderr(file);
        let status = shim::end(command.spawn().unwrap());
        let said = std::fs::read_to_string(said).unwrap();
        let outcome = Self { calls: shim::calls(&trace), temp, fault, said };
        assert!(
            status.is_some_and(|status| status.success()) && outcome.said.contains(" 1 passed;"),
            "{}",
            outcome.story()
        );
        outcome
    }

    fn root(&self) -> PathBuf {
        self.temp.path().join("root")
    }

    /// What follows a word at the start of a line.
    fn lines<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a str> {
        self.said.lines().filter_map(move |line| line.strip_prefix(word)?.strip_prefix(' '))
    }

    fn confirmed<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        self.lines("confirmed").filter(move |name| name.starts_with(kind))
    }

    fn failed_call(&self) -> Option<&Call> {
        self.calls.iter().find(|call| call.failed)
    }

    fn story(&self) -> String {
        format!("{:?} on {:?}; it said:\n{}", self.fault, self.failed_call(), self.said)
    }
}

#[test]
fn whatever_call_fails_once_no_confirmed_row_is_lost_and_the_next_attempt_succeeds() {
    let calls = count();
    assert!(calls.len() > 200, "{} calls: the shim sees only a part of them", calls.len());
    let faults = shim::in_turn(&calls);
    shim::each(&faults, |fault| hold(&Outcome::of(fault)));
}

#[test]
#[ignore = "minutes; the suite takes the kinds of failures in turn"]
fn whatever_call_fails_in_whatever_way() {
    let calls = count();
    let told = shim::each(&shim::every(&calls), |fault| hold(&Outcome::of(fault)));
    let kinds = shim::ERRORS;
    println!("{} calls ({}), each with each of {kinds:?}; {told} told", calls.len(), shim::tally(&calls));
}

/// The calls of a process that nothing happens to.
fn count() -> Vec<Call> {
    let dry = Outcome::of(Fault::NONE);
    assert_eq!((dry.failed_call(), dry.lines("failed").count()), (None, 0), "{}", dry.story());
    hold(&dry);
    dry.calls
}

/// Whether a step failed, where everything is as it has to be.
fn hold(outcome: &Outcome) -> bool {
    is_told(outcome);
    is_kept(outcome);
    is_clean(outcome);
    outcome.lines("failed").count() > 0
}

/// One fault makes one step fail at the most, and that with a sentence of ours.
fn is_told(outcome: &Outcome) {
    let sentences = sentences();
    let failed: Vec<&str> = outcome.lines("failed").collect();
    assert!(failed.len() <= 1, "{}", outcome.story());
    for line in failed {
        let (_, sentence) = line.split_once(": ").unwrap();
        assert!(sentences.iter().any(|ours| ours == sentence), "{}", outcome.story());
    }
    for findings in outcome.lines("trail") {
        // A lock that could not be given back keeps out who looks from beside as well, and that is said; it is no finding.
        let is_kept_out = outcome.failed_call().is_some_and(|call| call.name == "unlock");
        let is_honest = findings == "[]" || is_kept_out && findings == LedgerFault::Locked.to_string();
        assert!(is_honest, "{}", outcome.story());
    }
}

/// What may be said of a disk that fails.
pub(crate) fn sentences() -> Vec<String> {
    use LedgerFault as L;
    let ledger = [L::NoFolder, L::Damaged, L::Locked, L::Full, L::ReadOnly, L::Disk];
    let export = [ExportFault::NoFolder, ExportFault::Full, ExportFault::Disk];
    ledger.iter().map(ToString::to_string).chain(export.iter().map(ToString::to_string)).collect()
}

/// What was confirmed is there, and whole.
fn is_kept(outcome: &Outcome) {
    let root = outcome.root();
    let mut ledger = work::open(&root).unwrap();
    assert_eq!(work::verify(&root), Ok(vec![]), "{}", outcome.story());
    let file = sound(&root.join("data"));
    let audited = column(&file, "SELECT card_reference FROM audit");
    let recorded = column(&file, "SELECT customer_id FROM history");
    assert!(
        outcome.confirmed("audit").all(|name| audited.iter().any(|row| row == name)),
        "{}",
        outcome.story()
    );
    let mut kept = outcome.confirmed("record").filter(|name| *name != "record old");
    assert!(kept.all(|name| recorded.iter().any(|row| row == name)), "{}", outcome.story());
    assert!(!recorded.iter().any(|row| row == "old"), "{}", outcome.story());
    let page = ledger.page(&tokenscope::domain::history::Page { limit: 99, ..Default::default() }).unwrap();
    assert_eq!(page.len(), recorded.len());
}

/// The database of a data folder, which is whole.
pub(crate) fn sound(data: &Path) -> Connection {
    let file = Connection::open(data.join("history.db")).unwrap();
    let integrity: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
    file
}

pub(crate) fn column(file: &Connection, sql: &str) -> Vec<String> {
    let mut statement = file.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Nothing is left of a step that failed; nothing is there that does not belong there, and nothing is open to others or holds a secret.
fn is_clean(outcome: &Outcome) {
    let root = outcome.root();
    let (mut exports, mut references) = (0, 0);
    assert_eq!(outcome.lines("left").next(), None, "{}", outcome.story());
    for path in below(&root) {
        assert_eq!(
            mode(&path),
            if path.is_dir() { 0o700 } else { 0o600 },
            "{}: {}",
            path.display(),
            outcome.story()
        );
        if path.is_dir() {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        assert!(!holds(&bytes, SECRET), "{}: {}", path.display(), outcome.story());
        references += usize::from(holds(&bytes, REFERENCE));
        match place(&root, &path).as_str() {
            "data/exports" => exports += is_whole(outcome, &path, &bytes),
            "data/history.db"
            | "data/history.db-wal"
            | "data/history.db-shm"
            | "data/install.key"
            | "state/audit.head" => {}
            other => assert!(is_left(outcome, other), "{other}: {}", outcome.story()),
        }
    }
    assert_eq!(exports, outcome.confirmed("export").count(), "{}", outcome.story());
    assert!(references > 0, "the search finds what is there; {}", outcome.story());
}

fn holds(bytes: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(text)
}

/// The path as seen from the root, or the folder of an export.
fn place(root: &Path, path: &Path) -> String {
    let place = path.strip_prefix(root).unwrap();
    let is_export = place.starts_with("data/exports") && path.extension().is_some_and(|it| it == "md");
    let place = if is_export { Path::new("data/exports") } else { place };
    place.to_str().unwrap().to_owned()
}

/// An export is one that was confirmed, and whole.
fn is_whole(outcome: &Outcome, path: &Path, bytes: &[u8]) -> usize {
    let file = path.file_name().unwrap().to_str().unwrap();
    let said = outcome.lines("wrote").find_map(|line| line.strip_suffix(file));
    let name = said.unwrap_or_else(|| panic!("{file} was not confirmed; {}", outcome.story())).trim_end();
    assert_eq!(bytes, work::document(name).text().as_bytes(), "{}", outcome.story());
    1
}

/// Half a file may stay where removing it is what failed, and the mark of a deletion where its text could not be seen to leave.
fn is_left(outcome: &Outcome, place: &str) -> bool {
    if place == "data/history.db-erase" {
        return outcome.failed_call().is_some();
    }
    Path::new(place).extension().is_some_and(|it| it == "part")
        && outcome.failed_call().is_some_and(|call| call.name == "unlinkat" && call.on == place)
}
