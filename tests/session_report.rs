//! The report of a batch in the real console: found by its path, browsed without being loaded, and what is no report.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test fails by panicking, and prepares its own files"
)]

mod console;
mod support;

use std::fmt::Write as _;

use console::{console, press};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use support::{Pty, proc};

/// What may come on top while a report of many MiB is looked at, in KiB.
const ALLOWED: u64 = 4 * 1_024;

/// A report of so many rows, each tenth of which is not usable.
fn report(rows: u32) -> String {
    (1..=rows).fold(String::new(), |mut text, row| {
        let (verdict, finding) = if row % 10 == 0 { ("NOT USABLE", "token-suspended") } else { ("USABLE", "usable") };
        let _ = writeln!(text, r#"{{"row": {row}, "outcome": "answered", "card_reference": "ref_{row}", "customer_id": "cust_{row}", "profile": "acme", "environment": "sandbox", "host": "h", "http_status": 200, "verdict": "{verdict}", "exit": 0, "summary": "Told of row {row}.", "findings": [{{"id": "{finding}", "severity": "bad", "meaning": "It means something.", "action": "Do something.", "source": "s", "confidence": "sure"}}], "answer": {{"network": "VISA", "issuer": "Paytm"}}, "timing_ms": 12}}"#);
        text
    })
}

/// The most memory that the console had so far, in KiB.
fn peak(pty: &Pty) -> u64 {
    proc::peak(pty.pid())
}

fn start() -> Pty {
    let pty = console().size(120, 40).spawn();
    pty.wait_text("juspaytest_cust");
    pty
}

fn open(pty: &mut Pty, path: &str) {
    press(pty, "b");
    pty.wait_text("The report of a batch");
    press(pty, "\x15");
    pty.paste(path);
    pty.wait_text(path);
    press(pty, "\r");
}

#[test]
fn a_long_report_is_browsed_without_being_loaded_and_fills_the_form() {
    let mut pty = start();
    let text = report(40_000);
    std::fs::write(pty.home().join("out.jsonl"), &text).unwrap();
    let before = peak(&pty);
    open(&mut pty, "~/out.jsonl");
    pty.wait_text("By verdict");
    press(&mut pty, "j");
    pty.wait_text("40000 rows, 4000 of them not USABLE");
    pty.wait_gone("still counting");
    press(&mut pty, "G");
    pty.wait_text("ref_40000");
    press(&mut pty, "!");
    pty.wait_text("Report, rows that are not USABLE");
    pty.wait_text("ref_20 ");
    press(&mut pty, "j");
    press(&mut pty, "\r");
    pty.wait_text("Told of row 20.");
    press(&mut pty, "f");
    pty.wait_text("Filled in from row 20 of the report, asked on profile acme");
    pty.wait_text("cust_20");
    let more = peak(&pty) - before;
    assert!(more < ALLOWED, "{more} KiB more for a report of {} KiB", text.len() / 1_024);
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
}

#[test]
fn what_is_no_report_is_told_in_one_sentence_and_holds_nothing_up() {
    let mut pty = start();
    let home = pty.home();
    mknodat(CWD, home.join("pipe"), FileType::Fifo, Mode::RWXU, 0).unwrap();
    let newer = report(1).replace("answered", "deferred");
    for (name, text) in
        [("in.csv", "card_reference,customer_id\nr,c\n"), ("empty.csv", ""), ("newer.jsonl", &newer)]
    {
        std::fs::write(home.join(name), text).unwrap();
    }
    for (path, part) in [
        ("~/none.jsonl", "there is no file of that name"),
        ("~/pipe", "a folder, a pipe or a device"),
        ("~", "a folder, a pipe or a device"),
        ("~/in.csv", "no report of a batch"),
        ("~/empty.csv", "the report is empty"),
        ("~/newer.jsonl", "a newer tokenscope"),
    ] {
        open(&mut pty, path);
        pty.wait_text(part);
        press(&mut pty, "\x1b");
        pty.wait_gone("The report of a batch");
    }
}

#[test]
fn a_report_whose_last_line_is_not_whole_shows_the_others() {
    let mut pty = start();
    let text = report(3);
    std::fs::write(pty.home().join("out.jsonl"), &text[..text.len() - 30]).unwrap();
    open(&mut pty, "~/out.jsonl");
    pty.wait_text("2 rows, 0 of them not USABLE; the last line is not whole");
}
