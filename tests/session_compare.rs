//! The compare with a pasted value by the real binary in a real pty: what it tells, and that the value is nowhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod console;
mod support;

use console::{answered, console, files, holding, press, revealed};
use rusqlite::Connection;
use support::proc::{cpu, wait_state};
use support::terminal::Terminal;
use support::{Launch, Pty};

/// A value that is none of the answer's, and no six characters of which stand in a text of ours.
const OTHER: &str = "QXZJKWqxzjkw479QXZJKWqxzjkw=";

const ASKED: &str = "Is it the cryptogram or the token?";

/// With the cryptogram known, masked again.
fn known(launch: Launch) -> (Pty, String) {
    let mut pty = answered(launch);
    press(&mut pty, "v");
    pty.wait_text("REVEALED");
    let value = revealed(&pty);
    press(&mut pty, "V");
    pty.wait_gone("REVEALED");
    (pty, value)
}

fn ask(pty: &mut Pty) {
    press(pty, "=");
    pty.wait_text(ASKED);
}

/// Pastes a value and waits for what is told.
fn paste(pty: &mut Pty, value: &str, told: &str) {
    pty.paste(value);
    pty.wait_text(&format!("{} characters", value.chars().count()));
    press(pty, "\r");
    pty.wait_text(told);
}

/// Whether a text holds six characters in a row of a value, blanks left out.
fn holds(text: &str, value: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    (0..value.len() - 5).any(|at| text.contains(&value[at..at + 6]))
}

/// The rows of the audit trail of this deed, by their outcome.
fn outcomes(pty: &Pty) -> Vec<String> {
    let path = pty.home().join(".local/share/tokenscope/history.db");
    let db = Connection::open(path).unwrap();
    let mut rows = db.prepare("SELECT outcome FROM audit WHERE deed = 'compare' ORDER BY seq").unwrap();
    let rows = rows.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn the_cryptogram_is_known_again_in_several_ways_and_stands_on_no_screen() {
    let (mut pty, value) = known(console());
    let from = pty.raw().len();
    assert!(holds(&Terminal::replay(80, 24, &pty.raw()).text_with_scrollback(), "EMULATOR"));
    ask(&mut pty);
    paste(&mut pty, &value, "SAME: it is the cryptogram");
    paste(&mut pty, &format!("\"{}\"", value.replace('=', "%3D").replace('+', "%2B")), "percent-encoded");
    paste(&mut pty, &value[..20], "cut after 20");
    paste(&mut pty, OTHER, "DIFFERENT");
    press(&mut pty, "\x1b");
    pty.wait_gone(ASKED);
    let after = String::from_utf8_lossy(&pty.raw()[from..]).into_owned();
    let mut replayed = Terminal::new(80, 24);
    for part in pty.raw()[from..].chunks(64) {
        replayed.take(part);
        assert!(!holds(&replayed.text_with_scrollback(), &value), "{}", replayed.text());
    }
    assert!(!holds(&after, &value) && !holds(&after, OTHER));
    assert_eq!(outcomes(&pty), ["same", "same, written otherwise", "truncated", "different"]);
    assert!(!files(&pty.home()).is_empty());
    for text in [&value[..8], &OTHER[..8]] {
        assert_eq!(holding(&pty.home(), text), Vec::<std::path::PathBuf>::new(), "{text}");
    }
    // The search finds what is there.
    assert!(!holding(&pty.home(), "token_a0c16957f9bf46b0966a91a35b555353").is_empty());
    let shown = pty.raw().len();
    press(&mut pty, "v");
    pty.wait_text("REVEALED");
    let mut replayed = Terminal::new(80, 24);
    replayed.take(&pty.raw()[..]);
    assert!(holds(&replayed.text_with_scrollback(), &value), "{shown}");
}

#[test]
fn keys_that_are_typed_count_and_an_escape_gives_the_keyboard_back() {
    let (mut pty, value) = known(console());
    ask(&mut pty);
    for c in value.chars() {
        pty.send(&c.to_string());
    }
    pty.wait_text("28 characters");
    let before = cpu(pty.pid());
    std::thread::sleep(std::time::Duration::from_secs(1));
    let used = cpu(pty.pid()).saturating_sub(before);
    assert!(used < std::time::Duration::from_millis(300), "it waits for keys and does not spin: {used:?}");
    press(&mut pty, "\x7f");
    pty.wait_text("27 characters");
    press(&mut pty, "=\x1b[A");
    pty.wait_text("28 characters");
    press(&mut pty, "\r");
    pty.wait_text("SAME");
    press(&mut pty, "\x1b");
    pty.wait_gone(ASKED);
    press(&mut pty, "?");
    pty.wait_text("Keys here");
    press(&mut pty, "\x1b");
    pty.wait_gone("Keys here");
    // What is typed behind the Escape belongs to the panes.
    ask(&mut pty);
    press(&mut pty, "\x03");
    assert_eq!(pty.wait_exit(), 0);
}

#[test]
fn what_is_pasted_in_the_same_instant_as_the_key_lands_in_no_pane() {
    // So wide that the field shows what would be put behind the reference.
    let (mut pty, value) = known(console().size(160, 40));
    press(&mut pty, "2");
    pty.wait_text("▸2 Request");
    let from = pty.raw().len();
    press(&mut pty, &format!("=\x1b[200~{value}\x1b[201~"));
    pty.wait_text(ASKED);
    press(&mut pty, "\x1b");
    pty.wait_gone(ASKED);
    press(&mut pty, "?");
    pty.wait_text("Keys here");
    assert!(!holds(&pty.screen(), &value) && !holds(&String::from_utf8_lossy(&pty.raw()[from..]), &value));
}

#[test]
fn a_stop_closes_the_dialog_and_the_console_goes_on() {
    let (mut pty, value) = known(console());
    ask(&mut pty);
    pty.paste(&value);
    pty.wait_text("28 characters");
    pty.signal("TSTP");
    wait_state(pty.pid(), 'T');
    pty.signal("CONT");
    pty.wait_gone(ASKED);
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
}

#[test]
fn two_answers_of_the_history_are_compared_across_runs_by_what_is_kept_of_them() {
    let mut pty = answered(console());
    // A second `s` within 300 ms is a key that bounced.
    std::thread::sleep(std::time::Duration::from_millis(300));
    press(&mut pty, "s");
    pty.wait_text("#2");
    pty.wait_text("USABLE");
    press(&mut pty, "4");
    pty.wait_text("= compare");
    pty.wait_for("both rows", |terminal| terminal.text().matches("USABLE     token_a0").count() == 2);
    press(&mut pty, "=");
    // The emulator mints a cryptogram for each call and has one card.
    pty.wait_text("unchanged");
    let screen = pty.screen();
    assert!(screen.contains("with another"), "{screen}");
    for never in ["cryptogram-repeated", "par-changed", "not-kept"] {
        assert!(!screen.contains(never), "{screen}");
    }
    let db = Connection::open(pty.home().join(".local/share/tokenscope/history.db")).unwrap();
    let prints = "SELECT length(par_print), length(fingerprint_print), length(cryptogram_print) FROM history";
    let lengths: (i64, i64, i64) =
        db.query_row(prints, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    assert_eq!(lengths, (64, 64, 64));
}
