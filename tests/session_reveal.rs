//! The reveal of the real binary in a real pty: what is on the screen, when, and what is left of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, and measures real time"
)]

mod console;
mod support;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use console::{answered, console, holding, press, revealed};
use rusqlite::Connection;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use support::terminal::Terminal;
use support::{Launch, Pty, eventually};

/// The first byte sequence with which the terminal is given back.
const LEAVING: &[u8] = b"\x1b[?1004l";
const LEFT: &[u8] = b"\x1b[?1049l";

/// A console that reveals for so many seconds, on the emulator.
fn revealing(ui: &str) -> Launch {
    let launch = console();
    let path = launch.home().join("config.toml");
    std::fs::write(&path, format!("[ui]\n{ui}\n")).unwrap();
    let path = path.to_str().unwrap().to_owned();
    launch.args(&["--config", &path, "--profile", "demo"])
}

/// A console that reveals for longer than a test waits for anything: what goes has not gone by itself.
fn long() -> Launch {
    revealing("reveal_seconds = 30")
}

/// With the cryptogram on the screen, and what it is.
fn shown(launch: Launch) -> (Pty, String) {
    let mut pty = answered(launch);
    press(&mut pty, "v");
    // The whole frame: one that is longer than the terminal takes at once comes in parts, and it ends by hiding the cursor.
    pty.wait_for("a revealed value", |terminal| {
        terminal.text().contains("REVEALED") && terminal.raw().ends_with(b"\x1b[?25l")
    });
    let value = revealed(&pty);
    assert!(holds(&pty.screen(), &value), "the search finds what is there");
    (pty, value)
}

/// Whether a text holds six characters in a row of a value, blanks left out.
fn holds(text: &str, value: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    (0..value.len() - 5).any(|at| text.contains(&value[at..at + 6]))
}

#[track_caller]
fn assert_masked(pty: &Pty, value: &str) {
    // The footer says so too: a frame that is not whole yet shows neither.
    pty.wait_for("the mask", |terminal| {
        let screen = terminal.text();
        screen.contains("reveal cryptogram") && !screen.contains("REVEALED") && !holds(&screen, value)
    });
}

fn database(pty: &Pty) -> Connection {
    let path = pty.home().join(".local/share/tokenscope/history.db");
    Connection::open(&path).unwrap_or_else(|error| panic!("{error} at {}", path.display()))
}

fn rows(db: &Connection, deed: &str) -> u32 {
    db.query_row("SELECT count(*) FROM audit WHERE deed = ?1", [deed], |row| row.get(0)).unwrap()
}

/// Whether the marker was ever drawn.
fn was_revealed(pty: &Pty) -> bool {
    String::from_utf8_lossy(&pty.raw()).contains("REVEALED")
}

/// Waits until everything that was sent before has been handled and drawn.
fn settle(pty: &mut Pty) {
    press(pty, "?");
    pty.wait_text("Keys here");
    press(pty, "\x1b");
    pty.wait_gone("Keys here");
}

#[test]
fn the_row_is_in_the_file_before_the_value_is_on_the_screen() {
    for (key, deed) in [("v", "reveal"), ("I", "identity")] {
        let mut pty = answered(console());
        let mut other = database(&pty);
        let lock = other.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
        press(&mut pty, key);
        pty.wait_text("It stays masked until its audit row is on disk");
        assert_eq!((was_revealed(&pty), rows(&lock, deed)), (false, 0));
        lock.rollback().unwrap();
        pty.wait_text("REVEALED");
        assert_eq!(rows(&other, deed), 1);
    }
}

#[test]
fn a_row_that_is_late_reveals_nothing_once_the_user_has_moved_on() {
    let mut pty = answered(console());
    for (place, move_on) in ["4", "V", "\x1b", "\x1b[O"].into_iter().enumerate() {
        let mut other = database(&pty);
        let lock = other.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        press(&mut pty, "v");
        pty.wait_text("until its audit row is on disk");
        press(&mut pty, move_on);
        pty.wait_gone("until its audit row is on disk");
        lock.rollback().unwrap();
        let written = u32::try_from(place).unwrap() + 1;
        eventually("the late row", || (rows(&other, "reveal") == written).then_some(()));
        settle(&mut pty);
        assert!(!was_revealed(&pty), "{move_on:?}");
    }
}

#[test]
fn a_history_that_stays_locked_leaves_it_masked_and_says_so() {
    let mut pty = answered(console());
    let mut other = database(&pty);
    let lock = other.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    press(&mut pty, "v");
    pty.wait_text("It stays masked, since the audit row could not be kept");
    pty.wait_text("the history is locked by");
    lock.rollback().unwrap();
    assert!(!was_revealed(&pty));
}

#[test]
fn a_disk_that_takes_no_more_leaves_it_masked_says_so_and_the_console_goes_on() {
    let mut pty = answered(console());
    pty.wait_text("USABLE     token_a0");
    let process = Pid::from_raw(pty.pid().cast_signed());
    prlimit(process, Resource::Fsize, Rlimit { current: Some(0), maximum: None }).unwrap();
    for key in ["v", "I"] {
        press(&mut pty, key);
        pty.wait_text("It stays masked, since the audit row could not be kept");
        press(&mut pty, "V");
        pty.wait_text("Everything is masked");
    }
    assert!(!was_revealed(&pty));
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    assert_eq!(pty.termios(), pty.termios_before());
}

#[test]
fn after_a_stop_it_is_masked_before_anything_is_drawn() {
    // The short stop more than once: what must not win is a race.
    let stops = [(30, 2_600), (1, 1_300), (30, 1_100), (30, 1_100), (30, 1_100), (30, 1_100)];
    for (seconds, stopped) in stops {
        let (mut pty, value) = shown(revealing(&format!("reveal_seconds = {seconds}")));
        pty.signal("STOP");
        support::proc::wait_state(pty.pid(), 'T');
        // What was written before the stop may still be on its way.
        let stop = Instant::now();
        eventually("what was written", || (stop.elapsed() >= Duration::from_millis(100)).then_some(()));
        let (start, before) = (Instant::now(), pty.raw().len());
        eventually("a while", || (start.elapsed() >= Duration::from_millis(stopped)).then_some(()));
        pty.signal("CONT");
        assert_masked(&pty, &value);
        settle(&mut pty);
        let raw = pty.raw();
        let since = &raw[before..];
        assert!(since.starts_with(LEAVING), "{:?}", String::from_utf8_lossy(&since[..since.len().min(80)]));
        assert!(!String::from_utf8_lossy(since).contains("REVEALED"));
    }
}

#[test]
fn a_flood_of_input_does_not_keep_it_on_the_screen() {
    for flood in ["\x1b[I", "\x1b[<35;10;10M"] {
        let (mut pty, value) = shown(revealing("reveal_seconds = 2\nmouse = true"));
        let start = Instant::now();
        while pty.screen().contains("REVEALED") {
            assert!(start.elapsed() < support::DEADLINE, "it is kept by {flood:?}");
            pty.send(&flood.repeat(200));
        }
        // A report that the reader sees in two halves is Esc and some keys, so the focus may be anywhere.
        pty.wait_for("the value to go", |terminal| !holds(&terminal.text(), &value));
    }
}

#[test]
fn pasted_text_and_a_resize_storm_end_it_and_smear_nothing() {
    let (mut pty, value) = shown(long());
    pty.paste(&"v I ".repeat(10_000));
    assert_masked(&pty, &value);
    std::thread::sleep(Duration::from_millis(300));
    press(&mut pty, "v");
    pty.wait_text("REVEALED");
    for step in 0..200 {
        pty.resize(80 + step % 60, 24 + step % 20);
    }
    pty.resize(100, 30);
    assert_masked(&pty, &value);
    settle(&mut pty);
    pty.wait_text("USABLE");
    assert!(!holds(&pty.screen(), &value), "{}", pty.screen());
}

#[test]
fn losing_the_focus_masks_it_and_no_click_brings_it_back() {
    let (mut pty, value) = shown(revealing("reveal_seconds = 30\nmouse = true"));
    pty.send("\x1b[<0;40;5M\x1b[<32;60;5M\x1b[<0;60;5m\x1b[<64;60;5M");
    pty.send("\x1b[O");
    assert_masked(&pty, &value);
    let before = pty.raw().len();
    pty.send("\x1b[I\x1b[<0;40;12M\x1b[<0;40;12m");
    settle(&mut pty);
    assert!(!String::from_utf8_lossy(&pty.raw()[before..]).contains("REVEALED"));
}

#[test]
fn no_paste_reveals_anything() {
    let mut pty = answered(console());
    pty.send("jjjjv");
    settle(&mut pty);
    pty.send("vjjjj");
    settle(&mut pty);
    // The end of a torn report of the focus.
    pty.send("[I");
    settle(&mut pty);
    pty.paste("v");
    settle(&mut pty);
    // All of it lies there before the first byte is read.
    pty.signal("STOP");
    support::proc::wait_state(pty.pid(), 'T');
    pty.send("jjjjv");
    pty.signal("CONT");
    settle(&mut pty);
    assert!(!was_revealed(&pty));
    // The last of the paste may be less than 300 ms ago.
    std::thread::sleep(Duration::from_millis(300));
    press(&mut pty, "v");
    pty.wait_text("REVEALED");
    assert!(was_revealed(&pty), "the search finds what is there");
}

#[test]
fn held_down_it_asks_once_and_is_not_prolonged() {
    let mut pty = answered(revealing("reveal_seconds = 2"));
    let start = Instant::now();
    let mut seen = false;
    // A key that is held repeats faster than three times a second, until the value is gone again and a while longer.
    eventually("the end of it and a second more", || {
        pty.send("v");
        std::thread::sleep(Duration::from_millis(40));
        seen |= pty.screen().contains("REVEALED");
        (start.elapsed() > Duration::from_secs(4)).then_some(())
    });
    pty.wait_gone("REVEALED");
    assert!(seen || !was_revealed(&pty));
    assert!(rows(&database(&pty), "reveal") <= 1);
}

#[test]
fn the_personal_fields_go_by_the_same_rule() {
    let mut pty = answered(console());
    press(&mut pty, "I");
    pty.wait_text("REVEALED");
    let name = pty.screen();
    let name = name.lines().find_map(|line| line.split_once("card name   ")).expect("a name").1;
    let name = name.split('│').next().unwrap().trim().to_owned();
    assert!(name.len() >= 6 && !name.contains('•'), "{name}");
    press(&mut pty, "x");
    pty.wait_text("Export as Markdown");
    press(&mut pty, "\r");
    pty.wait_text("Written to");
    assert!(!pty.screen().contains(&name), "{}", pty.screen());
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    assert_eq!(holding(&pty.home(), &name), Vec::<PathBuf>::new());
    assert!(!holding(&pty.home(), "token_a0c1").is_empty(), "the search finds what is there");
}

#[test]
fn every_ending_signal_gives_the_terminal_back_without_a_trace_of_what_was_revealed() {
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130), ("QUIT", 131)] {
        let (mut pty, value) = shown(long());
        pty.signal(signal);
        assert_eq!(pty.wait_exit(), code);
        assert_left_clean(&pty, &value);
    }
}

#[test]
fn a_suspension_gives_the_terminal_back_without_a_trace_of_what_was_revealed() {
    for suspend in [|pty: &mut Pty| pty.signal("TSTP"), |pty: &mut Pty| pty.send("\x1a")] {
        let (mut pty, value) = shown(long());
        suspend(&mut pty);
        support::proc::wait_state(pty.pid(), 'T');
        pty.wait_for("the main screen", |terminal| !terminal.screen().alternate_screen());
        assert_left_clean(&pty, &value);
        let before = pty.raw().len();
        pty.signal("CONT");
        pty.wait_text("USABLE");
        settle(&mut pty);
        let since = String::from_utf8_lossy(&pty.raw()[before..]).into_owned();
        assert!(!since.contains("REVEALED") && !holds(&since, &value));
    }
}

#[track_caller]
fn assert_left_clean(pty: &Pty, value: &str) {
    assert_eq!(pty.termios(), pty.termios_before());
    let left = pty.look(|terminal| {
        assert!(!terminal.screen().alternate_screen() && !terminal.screen().hide_cursor());
        terminal.text_with_scrollback()
    });
    assert!(!holds(&left, value) && !left.contains("REVEALED"), "{left}");
    let raw = pty.raw();
    let end = raw.windows(LEFT.len()).rposition(|window| window == LEFT).expect("it was left");
    let wiped = Terminal::replay(80, 24, &raw[..end]);
    assert!(wiped.text().trim().is_empty(), "{}", wiped.text());
}
