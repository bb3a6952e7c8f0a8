//! Writers of the ledger and of exports, as fast as they can, killed.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokenscope::adapters::export::Export;
use tokenscope::adapters::private::{Folder, Folders};
use tokenscope::adapters::sqlite::Sqlite;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::{AuditRow, Deed, Details, Entry, Page, Verdict};
use tokenscope::domain::profile::Environment;
use tokenscope::ports::{ExportForm, Exporter as _, Ledger as _};
use tokenscope::secret::Masked;

use crate::child::{self, below, child, mode};
use crate::dice::Dice;
use crate::{Times, dice, moment, print_starts, rounds, verify};

/// The most rows that are waited for before a kill.
const ROWS: usize = 12;

/// The longest time between the last row that was waited for and the kill; a few rows are written in it.
const AFTER: Duration = Duration::from_millis(20);

/// The longest time from the start of a writer to a kill that waits for no row: around its opening.
const START: Duration = Duration::from_millis(60);

const AT: Stamp = Stamp(1_700_000_000_000);

#[test]
#[ignore = "run by writers_that_are_killed_lose_nothing_that_was_confirmed"]
fn child_writes_without_end() {
    let Some(root) = child::folder() else { return };
    let mut ledger = open(&root);
    let exports = exports(&root);
    let mut said = std::io::stdout();
    for n in 0.. {
        let name = format!("{}_{n}", std::process::id());
        ledger.record(&entry(&name)).unwrap();
        write!(said, "\nrecord {name}\n").unwrap();
        ledger.audit(&row(&name)).unwrap();
        write!(said, "\naudit {name}\n").unwrap();
        let path = exports.write(&document(), ExportForm::Markdown, AT).unwrap();
        write!(said, "\nexport {}\n", path.file_name().unwrap().to_str().unwrap()).unwrap();
    }
}

#[test]
fn writers_that_are_killed_lose_nothing_that_was_confirmed() {
    let (mut dice, seed) = dice();
    let mut place = Place::new();
    let (mut killed, mut clean) = (Times::default(), Times::default());
    for round in 0..rounds(20) {
        let story = format!("round {round}, TOKENSCOPE_KILL_SEED={seed}");
        place.kill_some(&mut dice);
        killed.0.push(timed_open(&place.root()));
        place.holds(&story);
        place.is_swept(&story);
        clean.0.push(timed_open(&place.root()));
    }
    assert!(place.confirmed.len() > 20, "the writers were killed before they wrote anything");
    println!("{} rows and exports were confirmed, and are there", place.confirmed.len());
    print_starts("opening the ledger and reading a page", killed, clean);
}

struct Place {
    temp: tempfile::TempDir,
    /// `record NAME`, `audit NAME`, `export FILE`.
    confirmed: HashSet<String>,
    parts: usize,
}

impl Place {
    fn new() -> Self {
        Self { temp: tempfile::tempdir().unwrap(), confirmed: HashSet::new(), parts: 0 }
    }

    fn root(&self) -> PathBuf {
        self.temp.path().to_path_buf()
    }

    /// Lets one writer or two write until a moment that the dice choose.
    fn kill_some(&mut self, dice: &mut Dice) {
        let count = if dice.chance(30) { 2 } else { 1 };
        let mut writers: Vec<_> = (0..count).map(|_| start(&self.root())).collect();
        let is_early = dice.chance(25);
        let rows = if is_early { 0 } else { 1 + dice.below(ROWS) };
        let first = &mut writers[0].1;
        for line in first.by_ref().map(Result::unwrap).filter(|line| is_confirmation(line)).take(rows) {
            self.confirmed.insert(line);
        }
        std::thread::sleep(moment(dice, if is_early { START } else { AFTER }));
        self.parts = writers.len();
        for (process, _) in &mut writers {
            process.kill().unwrap();
        }
        for (mut process, lines) in writers {
            process.wait().unwrap();
            let rest = lines.map_while(Result::ok).filter(|line| is_confirmation(line));
            self.confirmed.extend(rest);
        }
    }

    /// The database is whole, with every confirmed row; every export that has its name is whole; nothing else is there.
    fn holds(&self, story: &str) {
        drop(open(&self.root()));
        let findings = verify(&self.root().join("data"), &self.root().join("state"));
        assert!(findings.is_empty(), "{story}: {findings:?}");
        let file = Connection::open(self.root().join("data/history.db")).unwrap();
        assert_eq!(texts(&file, "PRAGMA integrity_check").into_iter().collect::<Vec<_>>(), ["ok"], "{story}");
        let recorded = texts(&file, "SELECT 'record ' || customer_id FROM history");
        let audited = texts(&file, "SELECT 'audit ' || card_reference FROM audit");
        let written = self.files(story);
        for line in &self.confirmed {
            let is_there = recorded.contains(line) || audited.contains(line) || written.contains(line);
            assert!(is_there, "{story}: lost {line}");
        }
    }

    /// The exports, which are whole; other files have names of ours.
    fn files(&self, story: &str) -> HashSet<String> {
        let (mut exports, mut parts) = (HashSet::new(), 0);
        for path in below(&self.root()) {
            assert_eq!(mode(&path), if path.is_dir() { 0o700 } else { 0o600 }, "{story}: {}", path.display());
            let name = path.file_name().unwrap().to_str().unwrap();
            match path.extension().and_then(|it| it.to_str()) {
                Some("md") => {
                    assert_eq!(std::fs::read_to_string(&path).unwrap(), document().text(), "{story}: {name}");
                    exports.insert(format!("export {name}"));
                }
                Some("part") => parts += 1,
                _ => assert!(OURS.contains(&name), "{story}: {}", path.display()),
            }
        }
        assert!(
            parts <= self.parts,
            "{story}: a killed writer leaves half a file at the most, and these are {parts}"
        );
        exports
    }

    /// What is written next takes the halves along; not every kill leaves one, so there is one more.
    fn is_swept(&self, story: &str) {
        for folder in ["state", "data/exports"] {
            let half = Folder::private(&self.root().join(folder)).unwrap().make(".0123456789abcdef.part");
            assert!(half.is_ok(), "{story}");
        }
        open(&self.root()).audit(&row("sweep")).unwrap();
        exports(&self.root()).write(&document(), ExportForm::Markdown, AT).unwrap();
        let is_part = |path: &PathBuf| path.extension().is_some_and(|it| it == "part");
        assert_eq!(below(&self.root()).into_iter().find(is_part), None, "{story}");
    }
}

/// What may be there besides exports.
const OURS: [&str; 9] = [
    "data",
    "state",
    "exports",
    "history.db",
    "history.db-wal",
    "history.db-shm",
    "history.db-erase",
    "install.key",
    "audit.head",
];

fn is_confirmation(line: &str) -> bool {
    ["record ", "audit ", "export "].iter().any(|word| line.starts_with(word))
}

fn start(root: &Path) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut command = child("writers::child_writes_without_end", root);
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    (process, lines)
}

fn open(root: &Path) -> Sqlite {
    Sqlite::open(&Folders::open(&root.join("data"), &root.join("state")).unwrap()).unwrap()
}

fn exports(root: &Path) -> Export {
    Export::new(root.join("data/exports"))
}

/// What a start does before it shows the history.
fn timed_open(root: &Path) -> Duration {
    let start = Instant::now();
    let mut ledger = open(root);
    ledger.page(&Page { limit: 50, ..Page::default() }).unwrap();
    start.elapsed()
}

fn texts(file: &Connection, sql: &str) -> HashSet<String> {
    let mut statement = file.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn document() -> Masked {
    Masked::ours(&format!("{}END", "line\n".repeat(4_000)))
}

fn entry(name: &str) -> Entry {
    let text = Masked::ours("text");
    Entry {
        id: 0,
        at: AT,
        profile: text.clone(),
        environment: Environment::Sandbox,
        host: text.clone(),
        card_reference: text.clone(),
        customer_id: Masked::typed(name),
        routing_id: text.clone(),
        submerchant_id: text.clone(),
        http_status: Some(200),
        verdict: Verdict::Usable,
        summary: text.clone(),
        network: text.clone(),
        issuer: text.clone(),
        token_status: text.clone(),
        card_last_four: text,
        total_ms: 1,
        details: Details::default(),
    }
}

fn row(name: &str) -> AuditRow {
    let text = Masked::ours("text");
    AuditRow {
        at: AT,
        who: text.clone(),
        deed: Deed::Send,
        profile: text.clone(),
        host: text.clone(),
        card_reference: Masked::typed(name),
        outcome: text,
    }
}
