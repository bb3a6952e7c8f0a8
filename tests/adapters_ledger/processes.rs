//! Several consoles at once, and their sudden end.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};

use tokenscope::ports::Ledger;

use crate::child::{self, child};
use crate::{Place, all, entry, open, row};

fn start(name: &str, root: &Path) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut started = child(&format!("processes::{name}"), root).stdout(Stdio::piped()).spawn().unwrap();
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
        ledger.audit(&row(&format!("token_{}_{n}", std::process::id()))).unwrap();
        write!(out, "\nid {id}.\n").unwrap();
        out.flush().unwrap();
    }
}

#[test]
#[ignore = "run by processes_write_at_once_and_every_row_is_there_in_one_chain"]
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
fn processes_write_at_once_and_every_row_is_there_in_one_chain() {
    let place = Place::new();
    let started: Vec<_> = (0..3).map(|_| start("child_writes_some_rows", place.root())).collect();
    let mut ids = Vec::new();
    for (mut process, lines) in started {
        ids.extend(lines.filter_map(|line| confirmed(&line.unwrap())));
        assert!(process.wait().unwrap().success());
    }
    ids.sort_unstable();
    let mut ledger = place.open();
    let mut rows: Vec<i64> = all(&mut ledger).iter().map(|entry| entry.id).collect();
    rows.reverse();
    assert_eq!(rows.len(), 180);
    assert_eq!(ids, rows);
    let trail = place.verify();
    assert_eq!((trail.rows, trail.findings), (180, Vec::new()));
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
        let mut ledger = place.open();
        let rows: Vec<i64> = all(&mut ledger).iter().map(|entry| entry.id).collect();
        assert!(ids.iter().all(|id| rows.contains(id)), "round {round}");
        let trail = place.verify();
        assert!(trail.rows >= ids.len() as u64, "round {round}");
        assert_eq!(trail.findings, [], "round {round}");
    }
    let check: String = place.raw().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
}
