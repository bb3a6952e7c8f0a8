//! The real console, killed while it sends, reveals and exports.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokenscope::adapters::private::Folders;
use tokenscope::adapters::sqlite::Sqlite;

use crate::console::{console, files, holding, press};
use crate::support::Pty;
use crate::{Times, dice, moment, print_starts, rounds, verify};

/// The longest time between a key and the kill.
const AFTER: Duration = Duration::from_millis(120);

/// What a console does, and what on the screen shows that its audit row was confirmed.
const STEPS: [(&str, &str, &str); 3] =
    [("s", "v reveals it", "send"), ("v", "REVEALED", "reveal"), ("x\r", "Written to", "export")];

/// A row of history on the screen.
const ROW: &str = "USABLE     token_a0";

const REFERENCE: &str = "token_a0c16957f9bf46b0966a91a35b555353";

/// What no file may hold: the token's number, and the start of the key of the emulator's headers.
const TOKEN: &str = "4788080252078243";

#[test]
fn a_console_that_is_killed_shows_its_history_at_the_next_start() {
    let (mut dice, began) = dice();
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let (mut has_rows, mut killed, mut clean) = (false, Times::default(), Times::default());
    for round in 0..rounds(48).div_ceil(8) {
        let story = format!("round {round}, TOKENSCOPE_KILL_SEED={began}");
        let mut pty = start(&data, has_rows).0;
        let steps = dice.below(STEPS.len() + 1);
        for (keys, shown, deed) in &STEPS[..steps] {
            act(&mut pty, keys);
            pty.wait_text(shown);
            *seen.entry(deed).or_default() += 1;
        }
        if let Some((keys, ..)) = STEPS.get(steps) {
            act(&mut pty, keys);
        }
        std::thread::sleep(moment(&mut dice, AFTER));
        pty.signal("KILL");
        pty.wait_exit();
        holds(&data, &seen, pty.screen().matches(ROW).count(), &story);
        has_rows = has_rows || pty.screen().contains(ROW);
        if has_rows {
            killed.0.push(quit_after_start(&data));
            clean.0.push(quit_after_start(&data));
        }
    }
    if !killed.0.is_empty() {
        print_starts("starting the console until it shows its history", killed, clean);
    }
}

/// A console, with its history where it has one, and how long that took.
fn start(data: &Path, has_rows: bool) -> (Pty, Duration) {
    let from = Instant::now();
    let pty = console().args(&["--demo", "--data-dir", data.to_str().unwrap()]).size(100, 40).spawn();
    pty.wait_text("juspaytest_cust");
    if has_rows {
        pty.wait_text(ROW);
    }
    (pty, from.elapsed())
}

fn quit_after_start(data: &Path) -> Duration {
    let (mut pty, took) = start(data, true);
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    took
}

/// Presses each key like a person; the export has a preview before it.
fn act(pty: &mut Pty, keys: &str) {
    for key in keys.chars() {
        if key == '\r' {
            pty.wait_text("Export as Markdown");
        }
        press(pty, &key.to_string());
    }
}

/// What the screen confirmed is there: audit rows and exports, and the rows of history that were on it.
fn holds(data: &Path, seen: &HashMap<&str, usize>, rows: usize, story: &str) {
    if data.join("audit.head").exists() || !seen.is_empty() {
        drop(Sqlite::open(&Folders::open(data, data).unwrap()).unwrap());
        let findings = verify(data, data);
        assert!(findings.is_empty(), "{story}: {findings:?}");
        let file = Connection::open(data.join("history.db")).unwrap();
        let integrity: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(integrity, "ok", "{story}");
        for (deed, count) in seen {
            assert!(
                count_of(&file, "SELECT count(*) FROM audit WHERE deed = ?1", deed) >= *count,
                "{story}: {deed}"
            );
        }
        assert!(
            count_of(&file, "SELECT count(*) FROM history WHERE profile = ?1", "demo") >= rows,
            "{story}"
        );
        assert!(
            seen.is_empty() || !holding(data, REFERENCE).is_empty(),
            "the search finds what is there; {story}"
        );
    }
    let exports =
        files(data).into_iter().filter(|path| path.extension().is_some_and(|it| it == "md")).count();
    assert!(exports >= seen.get("export").copied().unwrap_or_default(), "{story}");
    assert_eq!(holding(data, TOKEN), Vec::<PathBuf>::new(), "{story}");
}

fn count_of(file: &Connection, sql: &str, value: &str) -> usize {
    let count: u32 = file.query_row(sql, [value], |row| row.get(0)).unwrap();
    usize::try_from(count).unwrap()
}
