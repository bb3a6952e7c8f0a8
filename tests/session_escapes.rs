//! Escapes in what we are given ourselves (threat model, row 40): a paste, a config, rows of a database that somebody
//! changed. None reaches the terminal, the form or the clipboard as what it is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod console;
mod support;

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use console::{BINARY, answered, console, press};

/// A title, a cleared screen, a copy of the terminal's own, a C1 control and a change of direction.
const HOSTILE: &str = "tok\u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}]52;c;ZXZpbA==\u{7}\u{9b}31m\u{202e}en";

/// How it is shown: every character of it that means something to a terminal is a visible escape.
const SHOWN: &str = r"tok\u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}]52;c;ZXZpbA==\u{7}\u{9b}31m\u{202e}en";

/// Whether the terminal was sent one of the sequences in [`HOSTILE`] that nothing of ours writes.
fn is_attacked(raw: &[u8]) -> bool {
    let text = String::from_utf8_lossy(raw);
    ["\u{1b}]0;", "ZXZpbA==\u{7}", "\u{9b}", "\u{202e}"].iter().any(|part| text.contains(part))
}

#[test]
fn the_search_for_an_attack_finds_one() {
    assert!(is_attacked(HOSTILE.as_bytes()));
    assert!(!is_attacked(SHOWN.as_bytes()));
}

#[test]
fn a_bracketed_paste_with_escapes_is_refused_whole() {
    let mut pty = console().spawn();
    pty.wait_text("juspaytest_cust");
    for paste in [HOSTILE, "a\u{1b}[31mb", "a\u{9b}2Jb", "a\u{202e}b", "a\u{200b}b", "a\u{7}b", "a\t\u{7}b"] {
        pty.paste(paste);
        pty.wait_text("Nothing was pasted");
        press(&mut pty, "g");
        pty.wait_gone("Nothing was pasted");
    }
    pty.paste("_more");
    press(&mut pty, "y");
    pty.wait_text("Sent to the terminal's clipboard");
    let whole = STANDARD.encode("token_a0c16957f9bf46b0966a91a35b555353_more");
    assert!(String::from_utf8_lossy(&pty.raw()).contains(&whole), "the plain paste alone went in");
    assert!(!is_attacked(&pty.raw()));
}

#[test]
fn a_config_with_escapes_is_refused_and_says_so_without_them() {
    let good =
        "[profiles.NAME]\nenvironment = \"sandbox\"\nmerchant_id = \"MERCHANT\"\nkey = { prompt = true }\n";
    for (name, merchant) in [
        ("\"a\\u001b]0;owned\\u0007\"", "acme"),
        ("a", "ac\\u001b]0;owned\\u0007me"),
        ("a", "ac\\u009b31mme"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("config.toml");
        std::fs::write(&file, good.replace("NAME", name).replace("MERCHANT", merchant)).unwrap();
        let output = Command::new(BINARY)
            .args(["config", "check", "--config", file.to_str().unwrap()])
            .env("HOME", home.path())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        assert!(!output.status.success() && !said.is_empty());
        assert!(!is_attacked(&said) && !said.contains(&0x1b), "{}", String::from_utf8_lossy(&said));
    }
}

/// Writes escapes into the one row of history, as another program or an older version might have.
fn tamper(home: &Path) {
    let db = rusqlite::Connection::open(home.join("data/history.db")).unwrap();
    let change = "UPDATE history SET card_reference = ?1, customer_id = ?1, profile = ?1, host = ?1";
    assert_eq!(db.execute(change, [HOSTILE]).unwrap(), 1);
}

#[test]
fn a_tampered_row_is_shown_filled_in_and_copied_as_visible_escapes() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = ["--data-dir", data.to_str().unwrap()];
    let mut first = answered(console().args(&data));
    first.wait_text("USABLE     token_a0");
    press(&mut first, "q");
    assert_eq!(first.wait_exit(), 0);
    tamper(folder.path());

    let mut pty = console().args(&data).size(200, 40).spawn();
    pty.wait_text(&SHOWN[..18]);
    press(&mut pty, "4");
    pty.wait_text("▸4 History");
    press(&mut pty, "y");
    pty.wait_text("Sent to the terminal's clipboard");
    let copied = STANDARD.encode(SHOWN);
    pty.wait_for("the copy", |terminal| String::from_utf8_lossy(terminal.raw()).contains(&copied));
    press(&mut pty, "\r");
    pty.wait_text("Filled in from a call on profile tok\\u{1b}]0");
    pty.wait_for("the form", |terminal| terminal.text().lines().any(|line| line.contains(&SHOWN[..50])));
    press(&mut pty, "y");
    pty.wait_for("a copy out of the form", |terminal| {
        String::from_utf8_lossy(terminal.raw()).matches(&copied).count() == 2
    });
    press(&mut pty, "s");
    pty.wait_for("an end of the call", |terminal| terminal.text().contains("HTTP "));
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    assert!(!is_attacked(&pty.raw()));
}
