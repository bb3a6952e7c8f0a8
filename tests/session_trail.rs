//! The audit trail in the real console: its timeline of an answer, a gap at the start, a key that is lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, and prepares its own files"
)]

mod console;
mod support;

use std::fs;
use std::path::Path;

use console::{answered, console, files, holding, press};
use support::{Launch, Pty};
use tokenscope::adapters::private::Folders;
use tokenscope::adapters::sqlite::{Sqlite, verify};
use tokenscope::domain::history::{AuditRow, Deed};
use tokenscope::ports::Ledger as _;
use tokenscope::secret::Masked;

/// A console over a folder of its own, with one answered call in its trail, that has ended.
fn used(data: &Path) {
    let mut pty = answered(over(data));
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
}

fn over(data: &Path) -> Launch {
    console().args(&["--data-dir", data.to_str().unwrap()])
}

/// Cuts the newest row off.
fn cut(data: &Path) {
    let db = rusqlite::Connection::open(data.join("history.db")).unwrap();
    let newest = "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)";
    let trigger =
        "CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, ''); END";
    db.execute_batch(&format!("DROP TRIGGER audit_is_not_deleted; {newest}; {trigger}")).unwrap();
}

fn reveal(pty: &mut Pty) {
    press(pty, "v");
    pty.wait_text("REVEALED");
    press(pty, "V");
    pty.wait_text("Everything is masked");
}

#[test]
fn the_timeline_of_an_answer_grows_with_each_deed() {
    let mut pty = answered(console().size(120, 40).env("USER", "ann"));
    press(&mut pty, "t");
    pty.wait_text("send by ann: USABLE, HTTP 200");
    assert!(pty.screen().contains("send by ann: asked") && !pty.screen().contains("reveal by"));
    reveal(&mut pty);
    pty.wait_text("reveal by ann: asked");
    // A second `s` within 300 ms is a key that bounced.
    std::thread::sleep(std::time::Duration::from_millis(300));
    press(&mut pty, "s");
    pty.wait_text("Answer #2");
    pty.wait_gone("reveal by ann");
    pty.wait_text("send by ann: USABLE, HTTP 200");
}

#[test]
fn a_cut_trail_is_said_at_the_start_and_in_the_log_and_the_console_goes_on() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    used(&data);
    let mut whole = over(&data).spawn();
    whole.wait_text("USABLE     token_a0");
    assert!(!whole.screen().contains("gap"), "{}", whole.screen());
    press(&mut whole, "q");
    assert_eq!(whole.wait_exit(), 0);
    assert!(holding(&data, "trail_gapped").is_empty());
    cut(&data);
    let mut pty = over(&data).spawn();
    pty.wait_text("The audit trail has a gap: run `tokenscope history verify`.");
    press(&mut pty, "s");
    pty.wait_text("TOKEN into the payment");
    reveal(&mut pty);
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    assert_eq!(holding(&data, "trail_gapped"), [data.join("tokenscope.log")]);
}

#[test]
fn a_cut_is_said_also_where_retention_writes_a_row_at_the_same_start() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let none = Masked::default();
    let old = AuditRow::asked(Deed::Reveal, &none, &none, &none);
    Sqlite::open(&Folders::open(&data, &data).unwrap()).unwrap().audit(&old).unwrap();
    used(&data);
    cut(&data);
    let mut pty = over(&data).spawn();
    pty.wait_text("The audit trail has a gap");
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    let found = verify(&data, &data).unwrap().unwrap();
    assert_eq!((found.tombstones.len(), found.findings.len()), (1, 1), "{found:?}");
}

#[test]
fn a_lost_key_is_not_made_anew_and_the_console_says_what_to_do() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    used(&data);
    fs::remove_file(data.join("install.key")).unwrap();
    let mut pty = over(&data).size(120, 36).spawn();
    pty.wait_text("NO HISTORY: install.key, which seals the audit trail, is missing or damaged: put it back");
    press(&mut pty, "s");
    pty.wait_text("USABLE");
    press(&mut pty, "v");
    pty.wait_text("It stays masked");
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    assert!(files(&data).iter().all(|path| !path.ends_with("install.key")));
}

/// Outcomes of the trail, oldest first; none where the console has not made it yet.
fn outcomes(data: &Path) -> Vec<String> {
    let db = rusqlite::Connection::open(data.join("history.db")).unwrap();
    let Ok(mut rows) = db.prepare("SELECT outcome FROM audit ORDER BY seq") else { return Vec::new() };
    rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Waits for the row without which nothing leaves.
fn wait_asked(data: &Path) {
    support::eventually("the audit row of the send", || (outcomes(data) == ["asked"]).then_some(()));
}

#[test]
fn a_console_that_ends_while_a_call_is_in_flight_leaves_a_row_that_says_so() {
    for (end, code) in [("q", 0), ("TERM", 143), ("HUP", 129)] {
        let temp = tempfile::tempdir().unwrap();
        let data = temp.path().join("data");
        let mut pty = over(&data).spawn();
        pty.wait_text("juspaytest_cust");
        press(&mut pty, "e");
        pty.wait_text("(editing)");
        pty.send("\x15token_demo_mute\r");
        pty.wait_gone("(editing)");
        press(&mut pty, "s");
        pty.wait_text("SENDING");
        wait_asked(&data);
        if end == "q" {
            press(&mut pty, end);
        } else {
            pty.signal(end);
        }
        assert_eq!(pty.wait_exit(), code);
        let said = "a call was under way and was left; the server may have processed it";
        assert!(
            pty.look(|terminal| terminal.text_with_scrollback().replace('\n', "").contains(said)),
            "{}",
            pty.screen()
        );
        assert_eq!(outcomes(&data), ["asked", "left in flight; the server may have processed it"], "{end}");
        assert_eq!(verify(&data, &data).unwrap().unwrap().findings, [], "{end}");
    }
}

#[test]
fn a_console_that_ends_while_it_fetches_the_key_leaves_no_row_since_nothing_left() {
    let launch = console();
    let folder = launch.home().join(".config/tokenscope");
    fs::create_dir_all(&folder).unwrap();
    let config = "default_profile = \"slow\"\n[profiles.slow]\nenvironment = \"custom\"\nbase_url = \"http://127.0.0.1:9\"\n\
                  merchant_id = \"m\"\nversion = \"2023-01-01\"\nkey = { command = [\"sleep\", \"15\"] }\n";
    fs::write(folder.join("config.toml"), config).unwrap();
    let data = launch.home().join("kept");
    let mut pty = launch.args(&["--data-dir", data.to_str().unwrap()]).spawn();
    pty.wait_text("CUSTOM");
    press(&mut pty, "e");
    pty.wait_text("(editing)");
    pty.send("token_1\tcust_1\r");
    pty.wait_gone("(editing)");
    press(&mut pty, "s");
    pty.wait_text("SENDING");
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    assert_eq!(outcomes(&data), Vec::<String>::new());
}
