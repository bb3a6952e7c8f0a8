//! `history verify`, `show` and `purge`: the real binary over a real database, also one that somebody has changed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::zero_sized_map_values,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, and prepares its own files"
)]

mod home;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use home::{AT, BINARY, Home, below, call, contents};
use rusqlite::Connection;
use serde::Deserialize;
use serde::de::IgnoredAny;
use support::{Launch, Pty};
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::{AuditRow, Deed, Entry, Verdict};
use tokenscope::ports::Ledger as _;
use tokenscope::secret::Masked;

const DAY: i64 = 86_400_000;

fn row(at: i64, deed: Deed, reference: &str) -> AuditRow {
    let text = Masked::typed;
    let asked = AuditRow::asked(deed, &text("sandbox"), &text("sandbox.juspay.in"), &text(reference));
    AuditRow { at: Stamp(at), who: text("ann"), ..asked }
}

/// A home with audit rows of these times.
fn trail(times: &[i64]) -> Home {
    let home = Home::empty();
    write(&home, times);
    home
}

fn write(home: &Home, times: &[i64]) {
    let mut ledger = home.ledger();
    for at in times {
        ledger.audit(&row(*at, Deed::Reveal, "token_1")).unwrap();
    }
}

fn raw(home: &Home) -> Connection {
    Connection::open(home.data().join("history.db")).unwrap()
}

fn tamper(home: &Home, sql: &str) {
    let free = "DROP TRIGGER audit_is_not_edited; DROP TRIGGER audit_is_not_deleted;";
    raw(home).execute_batch(&format!("{free} {sql}")).unwrap();
}

/// Deeds and outcomes of the trail.
fn deeds(home: &Home) -> Vec<(String, String)> {
    let db = raw(home);
    let mut rows = db.prepare("SELECT deed, outcome FROM audit ORDER BY seq").unwrap();
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

/// Everything below a home, with its bytes.
fn bytes(home: &Home) -> Vec<(Vec<u8>, PathBuf)> {
    contents(home.temp.path())
}

#[derive(Deserialize)]
struct Verified {
    rows: u64,
    from: Option<String>,
    tombstones: Vec<BTreeMap<String, IgnoredAny>>,
    findings: Vec<Found>,
    blind: String,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Found {
    id: String,
    rows: Vec<i64>,
    meaning: String,
}

fn verified(home: &Home) -> (i32, Verified) {
    let run = home.run(&["verify", "--format", "json"]);
    (run.exit, serde_json::from_str(&run.out).unwrap())
}

#[test]
fn the_help_looks_like_this() {
    let home = Home::empty();
    for name in ["show", "purge", "verify"] {
        insta::assert_snapshot!(format!("history_{name}_help"), home.told(&[name, "--help"]));
    }
    assert!(below(home.temp.path()).is_empty());
}

#[test]
fn a_whole_trail_and_a_changed_one_look_like_this() {
    let home = trail(&[AT - 500 * DAY, AT - 450 * DAY, AT - 1, AT, AT + 1, AT + 2]);
    home.ledger().expire(Stamp(AT + 2), 7).unwrap();
    insta::assert_snapshot!("history_verify", home.told(&["verify"]));
    insta::assert_snapshot!("history_verify_json", home.told(&["verify", "--format", "json"]));
    tamper(&home, "UPDATE audit SET who = 'bob' WHERE seq = 3; DELETE FROM audit WHERE seq = 5");
    let run = home.run(&["verify"]);
    assert_eq!((run.exit, run.err.as_str()), (1, ""));
    insta::assert_snapshot!("history_verify_findings", run.out);
    let run = home.run(&["verify", "--format", "json"]);
    assert_eq!((run.exit, run.err.as_str()), (1, ""));
    insta::assert_snapshot!("history_verify_findings_json", run.out);
}

#[test]
fn each_finding_is_told_with_its_rows_and_a_whole_trail_exits_with_0() {
    let home = trail(&[AT, AT, AT, AT, AT]);
    let (exit, whole) = verified(&home);
    assert_eq!((exit, whole.rows, whole.findings, whole.tombstones.len()), (0, 5, vec![], 0));
    assert_eq!(whole.from.as_deref(), Some("2026-11-23T18:20:05Z"));
    assert!(whole.blind.contains("install.key"));
    for (sql, id, rows) in [
        ("UPDATE audit SET outcome = 'x' WHERE seq = 2", "edited", vec![2, 2]),
        ("DELETE FROM audit WHERE seq IN (2, 3)", "removed", vec![2, 3]),
        ("UPDATE audit SET seq = 9 WHERE seq = 5", "removed", vec![5, 8]),
        ("DELETE FROM audit WHERE seq > 3", "cut", vec![4, 5]),
        ("DELETE FROM audit", "cut", vec![1, 5]),
    ] {
        let home = trail(&[AT, AT, AT, AT, AT]);
        tamper(&home, sql);
        let (exit, found) = verified(&home);
        assert_eq!((exit, found.findings[0].id.as_str(), &found.findings[0].rows), (1, id, &rows), "{sql}");
        assert!(found.findings[0].meaning.starts_with("row"), "{sql}");
    }
}

#[test]
fn files_that_are_missing_are_findings_and_looking_makes_none_of_them() {
    for (name, id) in
        [("install.key", "key_missing"), ("audit.head", "head_missing"), ("history.db", "database_missing")]
    {
        let home = trail(&[AT, AT]);
        let _ = fs::remove_file(home.data().join(name));
        let _ = fs::remove_file(home.state().join(name));
        let before = bytes(&home);
        let (exit, found) = verified(&home);
        assert_eq!((exit, found.findings[0].id.as_str(), found.findings[0].rows.len()), (1, id, 0));
        assert_eq!(bytes(&home), before, "{name}");
    }
}

#[test]
fn where_no_trail_is_there_is_nothing_to_verify() {
    let home = Home::empty();
    let run = home.run(&["verify"]);
    assert_eq!((run.exit, run.out.as_str()), (0, ""));
    assert!(run.err.contains("there is nothing to verify"), "{}", run.err);
    let (exit, none) = verified(&home);
    assert_eq!((exit, none.rows, none.from, none.findings), (0, 0, None, vec![]));
    assert!(fs::read_dir(home.temp.path()).unwrap().next().is_none());
}

#[test]
fn a_trail_that_cannot_be_looked_at_exits_with_2() {
    let home = trail(&[AT]);
    fs::set_permissions(home.data().join("install.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let run = home.run(&["verify"]);
    assert_eq!((run.exit, run.out.as_str(), run.err.lines().count()), (2, "", 1));
    assert!(
        run.err.contains("the audit trail cannot be looked at") && run.err.contains("chmod"),
        "{}",
        run.err
    );
    let home = trail(&[AT]);
    raw(&home).execute_batch("DROP TABLE audit").unwrap();
    assert_eq!(home.run(&["verify"]).exit, 2);
}

#[test]
fn what_stands_in_a_changed_row_is_not_repeated() {
    let home = trail(&[AT]);
    tamper(&home, "UPDATE audit SET who = char(27) || ']0;x' || char(7), outcome = '4111111111111111'");
    let run = home.run(&["verify"]);
    assert_eq!(run.exit, 1);
    assert!(run.out.contains("row 1 was edited") && !run.out.contains("]0;x") && !run.out.contains("4111"));
}

/// A home with two calls of one card, and what was done with them.
fn two_calls() -> Home {
    let home = Home::empty();
    let mut ledger = home.ledger();
    let sent = |at| row(at, Deed::Send, "token_1");
    let mut wrong = call("", Verdict::NotUsable);
    wrong.card_reference = Masked::hidden();
    for row in [
        row(AT - 9, Deed::Copy, "token_1"),
        sent(AT),
        AuditRow { outcome: Masked::ours("USABLE, HTTP 200"), ..sent(AT + 300) },
        row(AT + 400, Deed::Reveal, "token_2"),
        row(AT + 2_000, Deed::Reveal, "token_1"),
        row(AT + 3_000, Deed::Export, "token_1"),
        sent(AT + 9_000),
        row(AT + 9_500, Deed::Identity, "token_1"),
    ] {
        ledger.audit(&row).unwrap();
    }
    ledger.record(&call("token_1", Verdict::Usable)).unwrap();
    ledger.record(&Entry { at: Stamp(AT + 9_000), ..call("token_1", Verdict::Usable) }).unwrap();
    ledger.record(&wrong).unwrap();
    home
}

#[test]
fn a_call_is_shown_with_what_was_done_with_its_answer_and_with_no_other() {
    let home = two_calls();
    insta::assert_snapshot!("history_show", home.told(&["show", "1"]));
    insta::assert_snapshot!("history_show_json", home.told(&["show", "1", "--format", "json"]));
    let second = home.told(&["show", "2"]);
    assert!(second.contains("identity") && !second.contains("reveal"), "{second}");
    let third = home.told(&["show", "3"]);
    assert!(third.contains("kept under no reference") && !third.contains("reveal"), "{third}");
}

#[test]
fn rows_of_the_timeline_that_were_tampered_with_come_out_harmless() {
    let home = two_calls();
    tamper(
        &home,
        "UPDATE audit SET who = char(27) || ']0;x' || char(7), deed = CAST(x'6dff' AS TEXT), \
         outcome = '4111111111111111' WHERE seq = 5",
    );
    for words in [["show", "1", "--format", "text"], ["show", "1", "--format", "json"]] {
        let out = home.told(&words);
        assert!(out.contains(r"u{1b}]0;"), "{out}");
        assert!(!out.contains('\x1b') && !out.contains("4111"), "{out}");
    }
}

#[test]
fn a_call_that_is_not_there_is_refused_and_the_list_names_those_that_are() {
    let home = two_calls();
    for id in ["4", "0", "-1", "x", "99999999999999999999"] {
        let run = home.run(&["show", id]);
        assert_eq!((run.exit, run.out.as_str(), run.err.lines().count()), (2, "", 1), "{id}: {}", run.err);
    }
    let list = home.told(&["list"]);
    let ids: Vec<&str> =
        list.lines().skip(1).map(|line| line[10..].split_whitespace().next().unwrap()).collect();
    assert_eq!(ids, ["3", "2", "1"]);
}

#[test]
fn a_purge_needs_its_word_where_nobody_sits_at_a_terminal() {
    let home = two_calls();
    let before = bytes(&home);
    for words in [["purge"].as_slice(), &["purge", "--confirm", "yes"], &["purge", "--confirm"]] {
        let run = home.run(words);
        assert_eq!((run.exit, run.out.as_str(), run.err.lines().count()), (2, "", 1), "{words:?}");
        assert!(run.err.contains("purge") || run.err.contains("--confirm"), "{}", run.err);
    }
    assert_eq!(bytes(&home), before);
    let out = home.told(&["purge", "--confirm", "purge"]);
    assert_eq!(out, "3 calls deleted from the history; the audit trail stays\n");
    assert_eq!(home.run(&["list"]).err, "tokenscope: the history holds no call like that\n");
    let held = bytes(&home).iter().any(|(bytes, _)| bytes.windows(6).any(|window| window == b"cust_1"));
    assert!(!held && before.iter().any(|(bytes, _)| bytes.windows(6).any(|window| window == b"cust_1")));
    let last = deeds(&home).split_off(8);
    let purge = |outcome: &str| ("purge".to_owned(), outcome.to_owned());
    assert_eq!(last, [purge("asked"), purge("3 calls deleted")]);
    assert_eq!(verified(&home).0, 0);
    let again = home.run(&["purge", "--confirm", "purge"]);
    assert_eq!((again.exit, deeds(&home).len()), (0, 10), "{}", again.err);
}

#[test]
fn a_purge_on_a_terminal_asks_for_the_word() {
    for (typed, exit, left) in [("yes\r", 2, 3), ("\r", 2, 3), ("\x04", 2, 3), ("purge\r", 0, 0)] {
        let home = two_calls();
        let launch =
            Launch::new(BINARY).args(&["--data-dir", home.data().to_str().unwrap(), "history", "purge"]);
        fs::rename(home.state().join("audit.head"), home.data().join("audit.head")).unwrap();
        let mut pty: Pty = launch.spawn();
        pty.wait_text("3 calls of the history for good");
        pty.wait_text("Type purge and press Enter:");
        pty.send(typed);
        assert_eq!(pty.wait_exit(), exit, "{typed:?}");
        let rows: i64 = raw(&home).query_row("SELECT count(*) FROM history", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, left, "{typed:?}");
    }
}

#[test]
fn nothing_is_purged_without_an_audit_row() {
    let home = two_calls();
    fs::remove_file(home.data().join("install.key")).unwrap();
    let run = home.run(&["purge", "--confirm", "purge"]);
    assert_eq!((run.exit, run.out.as_str()), (2, ""));
    assert!(run.err.contains("nothing was deleted") && run.err.contains("install.key"), "{}", run.err);
    assert_eq!(home.told(&["list"]).lines().count(), 4);
}

#[test]
fn a_purge_where_nothing_is_makes_nothing() {
    let home = Home::empty();
    let run = home.run(&["purge", "--confirm", "purge"]);
    assert_eq!((run.exit, run.out.as_str()), (0, ""));
    assert!(run.err.contains("holds no call"), "{}", run.err);
    assert!(fs::read_dir(home.temp.path()).unwrap().next().is_none());
}

fn fetch(home: &Home) -> (i32, String) {
    let mut command = Command::new(BINARY);
    let output =
        command.args(["--demo", "fetch"]).env_clear().env("HOME", home.temp.path()).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_headless_send_leaves_a_row_before_it_and_one_that_says_how_it_ended() {
    let home = Home::empty();
    assert_eq!(fetch(&home).0, 0);
    let send = |outcome: &str| ("send".to_owned(), outcome.to_owned());
    assert_eq!(deeds(&home), [send("asked"), send("USABLE, HTTP 200")]);
    let shown = home.told(&["show", "1"]);
    assert!(shown.contains("asked") && shown.contains("USABLE, HTTP 200"), "{shown}");
    assert_eq!(verified(&home).0, 0);
}

#[test]
fn a_headless_send_lets_go_what_is_past_its_days() {
    let home = Home::with([Entry { at: Stamp(0), ..call("token_old", Verdict::Usable) }]);
    write(&home, &[0, DAY]);
    assert_eq!(fetch(&home), (0, String::new()));
    let list = home.told(&["list"]);
    assert!(list.contains("token_a0") && !list.contains("token_old"), "{list}");
    let (exit, found) = verified(&home);
    assert_eq!((exit, found.rows, found.tombstones.len()), (0, 3, 1));
}

#[test]
fn a_headless_send_on_a_trail_with_a_gap_says_so_and_goes_on_after_it() {
    let home = Home::empty();
    assert_eq!(fetch(&home), (0, String::new()));
    tamper(&home, "DELETE FROM audit WHERE seq = 2");
    let (exit, told) = fetch(&home);
    assert_eq!(
        (exit, told.as_str()),
        (0, "tokenscope: the audit trail has a gap: run `tokenscope history verify`\n")
    );
    let (exit, found) = verified(&home);
    assert_eq!((exit, found.findings[0].id.as_str(), &found.findings[0].rows), (1, "removed", &vec![2, 2]));
}
