//! `history list` and `history export`: the real binary over a real database, with rows that try something.

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
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Stdio;

use home::{BINARY, Home, below, call, contents};
use serde::Deserialize;
use serde::de::IgnoredAny;
use support::{Launch, Pty};
use tokenscope::domain::history::{Entry, Verdict};
use tokenscope::ports::Ledger as _;
use tokenscope::secret::{MASK, Masked, Needles};

/// Text that attacks a terminal, a spreadsheet, a ticket or the eye.
const HOSTILE: &str =
    "=1+1 \x1b]0;x\x07\u{9b}2J\u{202e}\r\n\t\"'`@all [~admin] ![x](http://x) \u{2022}\u{2022}";

/// A call of each verdict: with long names, hidden parts, none of an answer.
fn some_calls() -> Vec<Entry> {
    let bare = Entry {
        http_status: None,
        network: Masked::default(),
        issuer: Masked::default(),
        token_status: Masked::default(),
        card_last_four: Masked::default(),
        ..call("token_b", Verdict::NoAnswer)
    };
    let masked = Masked::free_text("card 4111111111111111 of Ann", &Needles::default());
    vec![
        call("token_a0c16957f9bf46b0966a91a35b555353", Verdict::Usable),
        Entry { card_reference: Masked::hidden(), ..call("", Verdict::NotUsable) },
        Entry { http_status: Some(400), ..call("token_c", Verdict::Refused) },
        bare,
        Entry {
            profile: Masked::ours("a_profile_with_a_long_name"),
            summary: masked,
            ..call(&"r".repeat(60), Verdict::Unreadable)
        },
    ]
}

fn stable(text: &str) -> String {
    text.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

/// The records of a CSV text, as a reader of another make sees them.
fn records(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The cells of one column.
fn column(csv: &str, name: &str) -> Vec<String> {
    let records = records(csv);
    let place = records[0].iter().position(|it| it == name).unwrap();
    records[1..].iter().map(|record| record[place].clone()).collect()
}

#[test]
fn the_forms_look_like_this() {
    let home = Home::with(some_calls());
    insta::assert_snapshot!("history_list", home.told(&["list"]));
    insta::assert_snapshot!("history_list_json", home.told(&["list", "--format", "json"]));
    insta::assert_snapshot!("history_export_csv", stable(&home.told(&["export"])));
    insta::assert_snapshot!("history_export_json", stable(&home.told(&["export", "--format", "json"])));
}

#[test]
fn the_help_looks_like_this() {
    let home = Home::empty();
    for name in ["list", "export"] {
        insta::assert_snapshot!(format!("history_{name}_help"), home.told(&[name, "--help"]));
    }
    assert_eq!(below(home.temp.path()), [] as [PathBuf; 0]);
}

#[test]
fn the_table_fits_eighty_columns_and_has_no_colour_in_a_pipe() {
    let table = Home::with(some_calls()).told(&["list"]);
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    assert!(!table.contains('\x1b'));
}

#[test]
fn a_terminal_shows_the_verdict_in_colour_unless_no_color_is_set() {
    let home = Home::with(some_calls());
    let data = home.data();
    let launch = || Launch::new(BINARY).args(&["--data-dir", data.to_str().unwrap(), "history", "list"]);
    let coloured = |launch: Launch| {
        let mut pty: Pty = launch.spawn();
        pty.wait_text("VERDICT");
        assert_eq!(pty.wait_exit(), 0);
        let raw = pty.raw();
        raw.windows(13).any(|part| part == b"\x1b[1;32mUSABLE")
    };
    assert!(coloured(launch()));
    assert!(!coloured(launch().env("NO_COLOR", "1")));
}

#[test]
fn a_filter_and_a_limit_choose_the_newest_rows() {
    let home = Home::with(some_calls());
    let references = |words: &[&str]| column(&home.told(words), "card_reference");
    assert_eq!(references(&["export", "--filter", "REFUSED"]), ["token_c"]);
    assert_eq!(references(&["export", "--filter", "token_"]).len(), 3);
    let newest = home.told(&["list", "--limit", "2"]);
    let verdicts: Vec<&str> = newest.lines().skip(1).map(|line| line[..10].trim_end()).collect();
    assert_eq!(verdicts, ["UNREADABLE", "NO ANSWER"]);
    let none = home.run(&["list", "--filter", "nowhere"]);
    assert_eq!((none.exit, none.err.as_str()), (0, "tokenscope: the history holds no call like that\n"));
}

#[test]
fn each_part_of_a_call_chooses_rows_that_are_just_so() {
    let at = |text: &str| tokenscope::domain::calendar::Stamp::of_utc(text).unwrap();
    let home = Home::with([
        Entry {
            at: at("2026-11-20T23:59:59Z"),
            customer_id: Masked::ours("c_1"),
            ..call("r", Verdict::Usable)
        },
        Entry {
            at: at("2026-11-21T00:00:00Z"),
            customer_id: Masked::ours("c_12"),
            ..call("r2", Verdict::NotUsable)
        },
        Entry { profile: Masked::ours("prod"), ..call("r", Verdict::NoAnswer) },
    ]);
    let ids = |words: &[&str]| column(&home.told(&[&["export"], words].concat()), "id").join(" ");
    assert_eq!(ids(&["--card-reference", "r"]), "3 1", "and not r2");
    assert_eq!(ids(&["--customer-id", "c_1"]), "1");
    assert_eq!(ids(&["--verdict", "not-usable"]), "2");
    assert_eq!(ids(&["--verdict", "No-Answer"]), "3");
    assert_eq!(ids(&["--profile", "prod"]), "3");
    assert_eq!(ids(&["--since", "2026-11-21"]), "3 2");
    assert_eq!(ids(&["--since", "2026-11-21T00:00:01Z"]), "3");
    assert_eq!(ids(&["--card-reference", "r", "--since", "2026-11-21", "--filter", "prod"]), "3");
    for words in [["--verdict", "USABL"], ["--since", "yesterday"], ["--since", "2026-02-30"]] {
        let run = home.run(&[&["list"], &words[..]].concat());
        assert!(run.exit == 2 && run.err.contains(words[0]) && !run.err.contains(words[1]), "{}", run.err);
    }
}

#[test]
fn every_row_is_exported_once_however_many_pages_there_are() {
    let home = Home::with((0..450).map(|n| call(&format!("token_{n}"), Verdict::Usable)));
    let expected: Vec<String> = (0..450).rev().map(|n| format!("token_{n}")).collect();
    assert_eq!(column(&home.told(&["export"]), "card_reference"), expected);
    assert_eq!(home.told(&["export", "--format", "json"]).lines().count(), 450);
    assert_eq!(home.told(&["list", "--limit", "201", "--format", "json"]).lines().count(), 201);
    assert_eq!(home.told(&["list"]).lines().count(), 21);
}

#[derive(Deserialize)]
struct Read {
    card_reference: String,
    summary: String,
    exit: u8,
    answer: Option<BTreeMap<String, IgnoredAny>>,
}

#[test]
fn a_json_line_has_the_keys_of_the_interface() {
    let home = Home::with(some_calls());
    let lines = home.told(&["list", "--format", "json"]);
    for line in lines.lines() {
        let keys = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(line).unwrap().into_keys();
        let keys: Vec<String> = keys.collect();
        for key in
            "card_reference customer_id profile environment host http_status verdict exit summary findings \
                    answer timing_ms"
                .split_whitespace()
        {
            assert!(keys.iter().any(|it| it == key), "{key} in {line}");
        }
    }
    let reads: Vec<Read> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(reads.iter().map(|read| read.exit).collect::<Vec<_>>(), [5, 4, 3, 6, 0]);
    assert_eq!(reads[0].summary, format!("card {MASK} of Ann"));
    assert_eq!(reads[3].card_reference, MASK);
    assert_eq!((reads[1].answer.is_none(), reads[0].answer.as_ref().unwrap().len()), (true, 4));
}

#[test]
fn rows_that_were_tampered_with_come_out_harmless_in_every_form() {
    let home = Home::with([call("token_1", Verdict::Usable)]);
    for name in ["profile", "host", "card_reference", "customer_id", "summary", "network", "issuer"] {
        home.tamper(&format!("UPDATE history SET {name} = ?1"), HOSTILE);
    }
    home.tamper("UPDATE history SET card_last_four = ?1", "4111111111111111");
    home.tamper("UPDATE history SET routing_id = ?1", "********");
    for words in
        [["list"].as_slice(), &["list", "--format", "json"], &["export"], &["export", "--format", "json"]]
    {
        let out = home.told(words);
        let ours = out.replace("\r\n", "\n").replace(MASK, "");
        let bad: Vec<char> =
            ours.chars().filter(|c| *c != '\n' && tokenscope::text::is_dangerous(*c)).collect();
        assert!(bad.is_empty(), "{bad:?} in {out}");
        assert!(out.contains(r"\u{1b}]0;x"), "the search finds what is there: {out}");
        assert!(!out.contains("4111") && !out.contains("****"), "{out}");
    }
    let csv = home.told(&["export"]);
    assert_eq!(column(&csv, "issuer"), [format!("'{}", tokenscope::text::clean(HOSTILE))]);
    assert_eq!(column(&csv, "card_last_four"), [MASK]);
    assert!(csv.split("\r\n").all(|line| !line.contains(['\r', '\n'])));
    assert_eq!(csv.matches("\r\n").count(), 2);
}

#[test]
fn a_row_of_another_shape_is_a_fault_in_one_sentence() {
    let home = Home::with([call("token_1", Verdict::Usable)]);
    home.tamper("UPDATE history SET verdict = ?1", "FINE=HYPERLINK");
    for words in [["list"].as_slice(), &["export"]] {
        let run = home.run(words);
        assert_eq!((run.exit, run.out.as_str(), run.err.lines().count()), (1, "", 1), "{}", run.err);
        assert!(run.err.contains("the history cannot be read: the history file is damaged"), "{}", run.err);
    }
}

#[test]
fn without_a_history_one_sentence_says_so_and_nothing_is_made() {
    let home = Home::empty();
    for words in [["list"].as_slice(), &["export"]] {
        let run = home.run(words);
        assert_eq!((run.exit, run.out.as_str(), run.err.lines().count()), (2, "", 1), "{}", run.err);
        assert!(run.err.contains("there is no history to read"), "{}", run.err);
    }
    assert!(fs::read_dir(home.temp.path()).unwrap().next().is_none());
}

#[test]
fn a_history_that_others_can_read_is_refused() {
    let home = Home::with(some_calls());
    fs::set_permissions(home.data().join("history.db"), fs::Permissions::from_mode(0o644)).unwrap();
    let run = home.run(&["list"]);
    assert_eq!((run.exit, run.out.as_str()), (2, ""));
    assert!(run.err.contains("chmod"), "{}", run.err);
}

#[test]
fn reading_changes_nothing_and_goes_on_beside_a_console() {
    let home = Home::with(some_calls());
    let state = || contents(home.temp.path());
    let before = state();
    home.told(&["list"]);
    home.told(&["export"]);
    assert_eq!(state(), before);
    let mut ledger = home.ledger();
    ledger.record(&call("token_new", Verdict::Usable)).unwrap();
    assert!(home.told(&["list"]).contains("token_new"));
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let home = Home::with((0..600).map(|n| call(&format!("token_{n}"), Verdict::Usable)));
    let mut child = home.command(&["export"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}

#[test]
fn a_locale_without_utf_8_gets_an_ascii_table() {
    let home = Home::with(some_calls());
    let output = home.command(&["list"]).env("LANG", "C").output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.is_ascii() && table.contains("********"), "{table}");
}

#[test]
fn a_bad_limit_is_refused_before_anything_is_read() {
    let home = Home::empty();
    for bad in ["0", "many", "99999999999"] {
        let run = home.run(&["list", "--limit", bad]);
        assert_eq!((run.exit, run.out.as_str()), (2, ""), "{bad}");
        assert!(run.err.contains("--limit"), "{}", run.err);
    }
}
